"""Datasets of what is computed, in and out of NetCDF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from li_cai_sun_2015.data.labels import attributes, variable_attributes
from paper_replication.files import replacing


def labelled(
    data: Mapping[str, tuple[tuple[str, ...], Any]],
    coordinates: Mapping[str, Any],
    configuration: Mapping[str, Any],
    title: str,
    **further: Any,
) -> xr.Dataset:
    """Dataset with the units of every variable and the configuration that it comes from.

    Parameters
    ----------
    data : mapping of str to (dimensions, array)
        Variables, all of them named in `labels.VARIABLES`.
    coordinates : mapping of str to array_like
        Coordinates, all of them named in `labels.VARIABLES`.
    configuration : mapping
        Resolved configuration.
    title : str
        What the dataset holds.
    **further
        Further attributes of the file.

    Returns
    -------
    xarray.Dataset
        Nothing in it changes from run to run.
    """
    dataset = xr.Dataset(data, coordinates)
    for name, variable in dataset.variables.items():
        variable.attrs = variable_attributes(str(name))
    dataset.attrs = attributes(configuration, title, **further)
    return dataset


def summary(dataset: xr.Dataset) -> str:
    """Diagnostics of a dataset of steady states in a few lines, for a log."""
    points = dataset["unique"].size
    unique = int(dataset["unique"].sum())
    lines = [f"{dataset.attrs['title']}: {points} points"]
    if unique < points:
        lines.append(f"not unique (values are NaN): {points - unique} points")
    if unique:
        lines.append(f"largest residual: {float(dataset['residual'].max()):.2g}")
        eigenvalue = dataset["min_eigenvalue"]
        negative = eigenvalue < 0.0
        if negative.any():
            worst = {name: int(at) for name, at in eigenvalue.argmin(...).items()}
            lines.append(
                f"rho is not positive at {int(negative.sum())} points, "
                f"{_range(dataset, negative)}; smallest eigenvalue {float(eigenvalue.min()):.3g} "
                f"at {_point(dataset, worst)}"
            )
    return "\n".join(lines)


def _range(dataset: xr.Dataset, where: xr.DataArray) -> str:
    """Lowest and highest value of each coordinate among some points."""
    found = []
    for name in where.dims:
        values = dataset[name].values[where.any(set(where.dims) - {name}).values]
        found.append(f"{name} {values.min():g} to {values.max():g}")
    return ", ".join(found)


def _point(dataset: xr.Dataset, at: Mapping[Any, int]) -> str:
    return ", ".join(f"{name} {dataset[name].values[index]:g}" for name, index in at.items())


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
    return xr.load_dataset(path, engine="netcdf4")
