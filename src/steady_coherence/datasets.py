"""Datasets of what is computed, in and out of NetCDF."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import xarray as xr

from steady_coherence.files import replacing
from steady_coherence.labels import attributes, variable_attributes


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
        negative = int((dataset["min_eigenvalue"] < 0.0).sum())
        if negative:
            worst = float(dataset["min_eigenvalue"].min())
            lines.append(
                f"rho is not positive at {negative} points; smallest eigenvalue {worst:.3g}"
            )
    return "\n".join(lines)


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
