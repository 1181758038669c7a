"""Steady states of a variant over its grid of temperatures."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from li_cai_sun_2015.catalogue import GRID, LEADING_DIMENSIONS
from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.solution import solved
from li_cai_sun_2015.data.variables import labelled

Array = NDArray[np.float64]


def steady_state_dataset(
    variant: Variant, name: str, equation: str, grid: Sequence[Array] | None = None
) -> xr.Dataset:
    """Steady states of one system by one master equation over a grid of temperatures.

    The variables are those of `solved`; the axes T and dT are the variant's own, unless others are
    given.
    """
    system = variant.level_system(name)
    temperature, difference = grid or variant.grid(name)
    cold = temperature[:, None]
    baths = variant.baths(name, (cold, cold + difference))
    data = {}
    for variable, values in solved(system, baths, equation).items():
        dimensions = (*LEADING_DIMENSIONS.get(variable, ()), *GRID)
        # Of a system whose sites are not two, the fluxes of every site.
        of_sites = ("site",) if values.ndim > len(dimensions) else ()
        data[variable] = ((*of_sites, *dimensions), values)
    data["level_energy"] = (("level",), np.array(system.energies))
    coordinates = {
        "level": list(system.levels),
        **({"level_other": list(system.levels)} if "density_matrix_real" in data else {}),
        "bath": [bath.name for bath in baths],
        "temperature": temperature,
        "temperature_difference": difference,
    }
    return labelled(
        data,
        coordinates,
        variant,
        f"Steady states of the {name} system, {equation} master equation",
        system=name,
        equation=equation,
        coherent_pair=list(system.coherent_pair),
    )


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
