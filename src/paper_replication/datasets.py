"""Datasets in and out of NetCDF, every variable with its unit and its name in words."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paper_replication.files import replacing

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
    """
    import xarray as xr  # noqa: PLC0415

    return xr.load_dataset(path, engine="netcdf4")
