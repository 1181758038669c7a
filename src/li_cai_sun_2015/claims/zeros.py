"""Zeros and minima of a function of two temperatures, searched for over a whole region."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize.elementwise import find_root

from li_cai_sun_2015.claims.measures import Array
from steady_coherence.numerics.elementary import exp, log

#: Lower temperature and temperature difference to numbers.
Function = Callable[[Any, Any], NDArray[Any]]


def lowest(
    function: Function, lower: Array, difference: Array, values: Array
) -> tuple[float, float, float]:
    """Lower temperature, difference and value where a function is least.

    Grids close in on it from the least of its `values`, of shape (m, n), at the lower temperatures,
    all above 0, of shape (m,) and the differences of shape (n,); NaN where they mean nothing.
    """
    cold, logarithm = log(lower), log(difference)
    row, column = np.unravel_index(int(np.nanargmin(values)), values.shape)
    best = (float(lower[row]), float(difference[column]), float(values[row, column]))
    centre = (cold[row], logarithm[column])
    reach = np.array([cold[1] - cold[0], logarithm[1] - logarithm[0]])
    for _ in range(12):
        near = [
            exp(np.clip(at + step * np.linspace(-1.0, 1.0, 9), axis[0], axis[-1]))
            for at, step, axis in zip(centre, reach, (cold, logarithm), strict=True)
        ]
        found = function(near[0][:, None], near[1])
        row, column = np.unravel_index(int(np.argmin(found)), found.shape)
        if found[row, column] < best[2]:
            best = (float(near[0][row]), float(near[1][column]), float(found[row, column]))
        centre, reach = (log(near[0][row]), log(near[1][column])), 0.4 * reach
    return best


def zeros_of(
    drive: Function, lower: Array, difference: Array, values: NDArray[np.complex128], zero: float
) -> Array:
    """Zeros over a region of a sum of two terms whose phases do not depend on the temperatures.

    Such a sum vanishes only where the two phases are opposite, and then it is real but for
    one phase: it has a root between two points of opposite sign, along the temperature difference
    or else along the lower temperature. If there is none, its extremum nearest to zero is closed
    in on.

    The `values` of the sum, of shape (m, n), are those at the lower temperatures, 0 first, and the
    differences, NaN where they mean nothing; they count as zero up to `zero`. A row of the result
    is a lower temperature and a difference; there is none if the sum is zero throughout.
    """
    size = np.nan_to_num(np.abs(values))
    peak = values.flat[size.argmax()]
    if not size.max() > zero:
        return np.empty((0, 2))
    rotation = np.conj(peak) / np.abs(peak)
    rotated = np.nan_to_num(values) * rotation
    if np.any(np.abs(rotated.imag) > 10.0 * zero):
        return np.empty((0, 2))

    def signed(cold: Any, above: Any) -> Array:
        return np.asarray((drive(cold, above) * rotation).real)

    exact = np.argwhere(np.abs(values) <= zero)
    at_points = np.column_stack([lower[exact[:, 0]], difference[exact[:, 1]]])
    found = np.vstack([_sign_changes(signed, lower, difference, rotated.real), at_points])
    known = np.where(np.isnan(values[1:]), np.nan, rotated.real[1:])
    if len(found) or np.isnan(known).all():
        return found
    *at, least = lowest(signed, lower[1:], difference, known)
    return np.array([at]) if least <= zero else found


def _sign_changes(signed: Function, lower: Array, difference: Array, values: Array) -> Array:
    """Zeros between neighbours of opposite sign: along the difference, else along `lower`."""
    sign, logarithm = np.sign(values), log(difference)
    row, column = np.nonzero(sign[:, 1:] * sign[:, :-1] < 0.0)
    if row.size:
        ends, cold = (logarithm[column], logarithm[column + 1]), lower[row]
        found = find_root(lambda at, cold: signed(cold, exp(at)), ends, args=(cold,))
        return np.column_stack([cold, exp(found.x)])
    row, column = np.nonzero(sign[2:] * sign[1:-1] < 0.0)  # T = 0 has no logarithm
    logarithm, above = log(lower[1:]), difference[column]
    ends = logarithm[row], logarithm[row + 1]
    found = find_root(lambda at, above: signed(exp(at), above), ends, args=(above,))
    return np.column_stack([exp(found.x), above])
