"""Zeros of a complex function of two temperatures, searched for over a whole region."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from steady_coherence.numerics.elementary import exp, log

Array = NDArray[np.float64]
#: Lower temperature and temperature difference to a complex number of modulus at most 1.
Drive = Callable[[Array, Array], NDArray[np.complex128]]

#: Most minima that are followed down, deepest first.
CANDIDATES = 64
#: A minimum below this is a zero; the function itself is known to 1e-13 or better.
FOUND = 1e-10


def bisect(function: Callable[[Array], Array], low: Array, high: Array, steps: int = 60) -> Array:
    """Roots between `low` and `high`, element by element, where the function changes sign."""
    at_low = np.sign(function(low))
    for _ in range(steps):
        middle = 0.5 * (low + high)
        below = np.sign(function(middle)) == at_low
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(0.5 * (low + high))


def zeros_of(
    drive: Drive, lower: Array, difference: Array, values: NDArray[np.complex128], zero: float
) -> Array:
    """Zeros of a function over a region.

    A function of one phase throughout is real but for that phase: its changes of sign along
    both axes are bisected. Otherwise, and where a real function only touches zero, its modulus
    is followed down from every minimum on the grid and from every cell around which the phase
    winds.

    Parameters
    ----------
    drive : callable
        The function.
    lower : ndarray, shape (m,)
        Lower temperatures, 0 first.
    difference : ndarray, shape (n,)
        Temperature differences.
    values : ndarray of complex, shape (m, n)
        Its values; NaN where they mean nothing.
    zero : float
        Values up to this count as zero.

    Returns
    -------
    ndarray, shape (k, 2)
        Lower temperature and temperature difference. Empty if the function is zero throughout.
    """
    known = np.nan_to_num(values)
    size = np.abs(known)
    if size.max() <= zero:
        return np.empty((0, 2))
    peak = known.flat[size.argmax()]
    rotation = np.conj(peak) / np.abs(peak)
    rotated = known * rotation
    if np.all(np.abs(rotated.imag) <= 10.0 * zero):
        found = _sign_changes(drive, lower, difference, rotated.real, rotation)
        exact = np.argwhere((size <= zero) & ~np.isnan(values))
        found = np.vstack([found, np.column_stack([lower[exact[:, 0]], difference[exact[:, 1]]])])
        if len(found):
            return found
    return _minima(drive, lower, difference, np.where(np.isnan(values), np.nan, size), values)


def _sign_changes(
    drive: Drive, lower: Array, difference: Array, values: Array, rotation: complex
) -> Array:
    """Zeros between neighbours of opposite sign: along the difference, else along `lower`."""
    sign, logarithm = np.sign(values), log(difference)
    row, column = np.nonzero(sign[:, 1:] * sign[:, :-1] < 0.0)
    if row.size:
        roots = bisect(
            lambda at: np.asarray((drive(lower[row], exp(at)) * rotation).real),
            logarithm[column],
            logarithm[column + 1],
        )
        return np.column_stack([lower[row], exp(roots)])
    row, column = np.nonzero(sign[2:] * sign[1:-1] < 0.0)  # T = 0 has no logarithm
    if not row.size:
        return np.empty((0, 2))
    steps = log(lower[1:])
    roots = bisect(
        lambda at: np.asarray((drive(exp(at), difference[column]) * rotation).real),
        steps[row],
        steps[row + 1],
    )
    return np.column_stack([exp(roots), difference[column]])


def _minima(
    drive: Drive,
    lower: Array,
    difference: Array,
    size: Array,
    values: NDArray[np.complex128],
) -> Array:
    """Zeros to which minima of the modulus lead, by grids that close in on them."""
    cold, logarithm = log(lower[1:]), log(difference)
    interior = np.where(np.isnan(size[1:]), np.inf, size[1:])
    padded = np.pad(interior, 1, constant_values=np.inf)
    around = [
        padded[1 + i : padded.shape[0] - 1 + i, 1 + j : padded.shape[1] - 1 + j]
        for i in (-1, 0, 1)
        for j in (-1, 0, 1)
    ]
    is_minimum = np.isfinite(interior) & (interior <= np.min(around, axis=0))
    is_minimum[:-1, :-1] |= _winds(values[1:])
    row, column = np.nonzero(is_minimum)
    deepest = np.argsort(interior[row, column], kind="stable")[:CANDIDATES]
    centre = np.stack([cold[row[deepest]], logarithm[column[deepest]]])  # (axis, candidate)
    reach = np.array([cold[1] - cold[0], logarithm[1] - logarithm[0]])
    box = np.array([[cold[0], cold[-1]], [logarithm[0], logarithm[-1]]])
    offsets = np.stack(np.meshgrid(*[np.linspace(-1.0, 1.0, 9)] * 2)).reshape(2, -1)
    for _ in range(40):
        points = centre[:, :, None] + (reach[:, None] * offsets)[:, None, :]
        points = np.clip(points, *box.T[:, :, None, None])
        modulus = np.abs(drive(np.exp(points[0]), np.exp(points[1])))
        best = np.argmin(np.where(np.isnan(modulus), np.inf, modulus), axis=1)
        centre = np.take_along_axis(points, best[None, :, None], axis=2)[:, :, 0]
        reach = 0.5 * reach
    at = np.exp(centre)
    return np.asarray(at.T[np.abs(drive(at[0], at[1])) <= FOUND])


def _winds(values: NDArray[np.complex128]) -> NDArray[np.bool_]:
    """Cells around which the phase turns once or more."""
    corners = [values[:-1, :-1], values[:-1, 1:], values[1:, 1:], values[1:, :-1]]
    turns = np.sum(
        [
            np.angle(after * np.conj(before))
            for before, after in zip(corners, [*corners[1:], corners[0]], strict=True)
        ],
        axis=0,
    )
    return np.asarray(np.abs(turns) > np.pi)
