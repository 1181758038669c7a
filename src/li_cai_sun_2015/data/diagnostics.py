"""Diagnostics of steady states, for the log of the job that computed them."""

from collections.abc import Mapping
from typing import Any

import xarray as xr


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
