"""How large the numbers on a grid are, at how many points something holds, and where."""

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]


def largest(values: ArrayLike) -> float:
    """Largest of numbers >= 0, NaN left out; 0 of none."""
    array = np.asarray(values, dtype=float)
    return float(np.max(array, where=np.isfinite(array), initial=0.0))


def share(condition: ArrayLike, values: ArrayLike) -> float:
    """Fraction of the points with known values at which a condition holds."""
    known = np.isfinite(values)
    return float(np.mean(np.asarray(condition)[known])) if known.any() else 0.0


def at_equal_temperatures(values: xr.DataArray) -> NDArray[np.bool_]:
    """Where on a grid (temperature, temperature_difference) the baths are equally hot.

    An axis may hold 1e-17 in place of 0.
    """
    first = values["temperature"].values[:, None]
    second = first + values["temperature_difference"].values
    return np.asarray(np.abs(second - first) <= 1e-12 * np.maximum(first, second))
