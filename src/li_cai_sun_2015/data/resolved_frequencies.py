"""Frequencies at which spectra are tabulated: as many as show how they vary."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

#: Straight lines between the points are off by less than this share of a curve's largest value.
TOLERANCE = 2e-3
#: Points after which no more are added.
_MOST = 4000


def resolved_frequencies(
    curves: Sequence[Callable[[ArrayLike], Array]],
    axis: ArrayLike,
    used: ArrayLike,
    breakpoints: ArrayLike = (),
    domain: tuple[float, float] = (-np.inf, np.inf),
) -> Array:
    """Axis of frequencies that resolves some curves, increasing.

    It has the points of `axis` within the `domain` of the curves, those `used`, and points where a
    straight line between those would be off by more than `TOLERANCE`. Where the frequencies used
    lie outside of the axis, the same axis is laid around them too, in the same proportion to their
    mean. At `breakpoints` curves vary fastest: looked at closely, kept only where they are needed.
    """
    wanted, kept = np.asarray(axis, dtype=float).ravel(), np.asarray(used, dtype=float).ravel()
    if kept.min() < wanted.min() or kept.max() > wanted.max():
        middle = 0.5 * (wanted.min() + wanted.max())
        around = wanted * (kept.mean() / middle) if middle else wanted + kept.mean()
        wanted = np.concatenate([wanted, around])
    points = np.unique(
        np.concatenate([wanted[(wanted >= domain[0]) & (wanted <= domain[1])], kept])
    )
    # However narrow a line is, some of these lie on its slopes.
    steps = np.ptp(points) * 0.5 ** np.arange(40)
    centers = np.concatenate([kept, np.asarray(breakpoints, dtype=float).ravel()])
    closer = np.unique(centers[:, None] + np.concatenate([-steps, [0.0], steps]))
    closer = closer[(closer > points[0]) & (closer < points[-1])]
    while points.size < _MOST:
        tried = np.setdiff1d(np.concatenate([0.5 * (points[:-1] + points[1:]), closer]), points)
        added = tried[_error(curves, points, tried) > TOLERANCE]
        if not added.size:
            break
        points = np.union1d(points, added)
    return points


def _error(curves: Sequence[Callable[[ArrayLike], Array]], points: Array, tried: Array) -> Array:
    """Largest distance of the curves from straight lines, over their largest values."""
    error = np.zeros(tried.shape)
    for curve in curves:
        values, there = curve(points), curve(tried)
        largest = max(float(np.max(values)), float(np.max(there, initial=0.0)))
        if largest > 0.0:
            distance = np.abs(there - np.interp(tried, points, values)) / largest
            error = np.maximum(error, distance)
    return error
