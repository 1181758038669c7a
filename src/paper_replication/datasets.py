"""Datasets in and out of NetCDF, every variable with its unit and its name in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paper_replication.files import read_json, replacing
from paper_replication.refusals import DataError

# Slow to import, and not needed for attributes alone.
if TYPE_CHECKING:
    import xarray as xr

#: Unit, None for labels and names, and long_name of each variable by its short name.
Variables = Mapping[str, tuple[str | None, str]]


def variable_attributes(variables: Variables, name: str) -> dict[str, str]:
    """Attributes of a variable: its long_name, and its units if it has any.

    Parameters
    ----------
    variables : mapping of str to (str or None, str)
        Units and long_name of every variable.
    name : str
        The variable.

    Returns
    -------
    dict of str to str

    Raises
    ------
    KeyError
        If the table does not have the variable.
    """
    units, long_name = variables[name]
    return {"long_name": long_name} | ({} if units is None else {"units": units})


def labelled(
    data: Mapping[str, tuple[tuple[str, ...], Any]],
    coordinates: Mapping[str, Any],
    variables: Variables,
    attributes: Mapping[str, Any],
) -> xr.Dataset:
    """Dataset in which every variable has its attributes.

    Parameters
    ----------
    data : mapping of str to (dimensions, array)
        Variables.
    coordinates : mapping of str to array_like
        Coordinates.
    variables : mapping of str to (str or None, str)
        Units and long_name of every variable and coordinate.
    attributes : mapping
        Attributes of the dataset.

    Returns
    -------
    xarray.Dataset

    Raises
    ------
    KeyError
        If the table does not have a variable.
    """
    import xarray as xr  # noqa: PLC0415

    dataset = xr.Dataset(data, coordinates, attributes)
    for name, variable in dataset.variables.items():
        variable.attrs = variable_attributes(variables, str(name))
    return dataset


def write(dataset: xr.Dataset, path: str | Path) -> None:
    """Write a dataset to NetCDF; a file of that name is complete or absent.

    Parameters
    ----------
    dataset : xarray.Dataset
        The dataset.
    path : path_like
        Where it goes.

    Raises
    ------
    OSError
        If the file cannot be written in full.
    """
    with replacing(path) as partial:
        dataset.to_netcdf(partial, engine="netcdf4", format="NETCDF4")


def read(path: str | Path) -> xr.Dataset:
    """Read a dataset into memory.

    Parameters
    ----------
    path : path_like
        A NetCDF file.

    Returns
    -------
    xarray.Dataset

    Raises
    ------
    DataError
        If the file is missing or damaged.
    """
    import xarray as xr  # noqa: PLC0415

    try:
        return xr.load_dataset(path, engine="netcdf4")
    except (OSError, RuntimeError, ValueError) as error:  # the second where a block is damaged
        raise DataError.unreadable(path, error) from None


def read_all(paths: Sequence[str | Path], configuration: str | Path) -> list[xr.Dataset]:
    """Read datasets that are made from one configuration.

    Parameters
    ----------
    paths : sequence of path_like
        NetCDF files.
    configuration : path_like
        File of the resolved configuration.

    Returns
    -------
    list of Dataset

    Raises
    ------
    DataError
        If a file is missing, damaged or of another configuration.
    """
    expected = read_json(configuration)
    found = [read(path) for path in paths]
    for path, dataset in zip(paths, found, strict=True):
        if json.loads(dataset.attrs.get("configuration", "null")) != expected:
            what = f"is of another configuration than {configuration}"
            raise DataError(f"{path} {what}: remove it and run again")
    return found
