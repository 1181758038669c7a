"""Weight factors f(w) of the cross spectra, Eqs. (8) and (B.6)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.numerics.elementary import cosine_and_sine

Function = Callable[[ArrayLike], NDArray[np.float64]]


def constant(value: ArrayLike) -> Function:
    """Weight factor that is the same at every frequency.

    Parameters
    ----------
    value : array_like
        f, between 0 (no interference) and 1 (full interference).

    Returns
    -------
    callable
        Array of frequencies to array of weight factors.
    """
    return lambda frequency: np.add(value, np.zeros(np.shape(frequency)))


def isotropic_amplitude(x: ArrayLike, dimension: int) -> NDArray[np.float64]:
    """Average of exp(i k.d) over the directions of k, at x = |k| d.

    The cross spectrum of two atoms in one isotropic field, Eq. (B.1) with
    g_1k = g_2k exp(i k.(r_2 - r_1)), is this average times the individual
    spectrum. It is real, because k and -k come in pairs.

    Parameters
    ----------
    x : array_like
        Phase w d / c picked up over the distance (dimensionless), any shape.
    dimension : {1, 2, 3}
        Dimension of the field.

    Returns
    -------
    ndarray
        cos x, J_0(x) or sin(x)/x, of the shape of `x`.

    Raises
    ------
    ValueError
        If `dimension` is not 1, 2 or 3.
    """
    x = np.asarray(x, dtype=float)
    if dimension == 1:
        return cosine_and_sine(x)[0]
    if dimension == 2:
        from scipy.special import j0  # noqa: PLC0415 -- slow to import, and seldom needed

        return np.asarray(j0(x))
    if dimension == 3:
        sine = cosine_and_sine(x)[1]
        return np.asarray(np.divide(sine, x, out=np.ones(x.shape), where=x != 0.0))
    raise ValueError(f"dimension of the field is {dimension!r}, expected 1, 2 or 3")


def direction_average(x: ArrayLike, dimension: int, points: int = 64) -> NDArray[np.float64]:
    """Average of exp(i k.d) over the directions of k by quadrature.

    An independent path to `isotropic_amplitude`: the definition of the cross
    spectrum, Eq. (B.1), summed over wave vectors of equal length.

    Parameters
    ----------
    x : array_like
        |k| d, any shape; up to about `points` for full accuracy.
    dimension : {1, 2, 3}
        Dimension of the field.
    points : int
        Number of directions (of polar angles in three dimensions).

    Returns
    -------
    ndarray
        Of the shape of `x`.

    Raises
    ------
    ValueError
        If `dimension` is not 1, 2 or 3.
    """
    if dimension == 1:
        cosines, weights = np.array([-1.0, 1.0]), np.array([0.5, 0.5])
    elif dimension == 2:
        # Equal weights at equal angles: exact for periodic functions but for exp(-points).
        cosines, _ = cosine_and_sine(2.0 * np.pi * (np.arange(2 * points) + 0.5) / (2 * points))
        weights = np.full(2 * points, 0.5 / points)
    elif dimension == 3:
        # Directions on a sphere are uniform in the cosine of the polar angle.
        cosines, weights = np.polynomial.legendre.leggauss(points)
        weights = 0.5 * weights
    else:
        raise ValueError(f"dimension of the field is {dimension!r}, expected 1, 2 or 3")
    phases = np.multiply.outer(np.asarray(x, dtype=float), cosines)
    # Of exp(i k.d) and exp(-i k.d) the cosine is left.
    return np.asarray(np.sum(weights * cosine_and_sine(phases)[0], axis=-1))


def isotropic(dimension: Any, distance: ArrayLike, speed: ArrayLike) -> Function:
    """Weight factor of two atoms in one isotropic field, Eq. (B.6).

    Parameters
    ----------
    dimension : {1, 2, 3} or array of them
        Dimension of the field.
    distance : array_like
        Distance d of the two atoms.
    speed : array_like
        Speed c of the field, in units that make w d / c dimensionless.

    Returns
    -------
    callable
        Array of frequencies to cos^2 x, J_0(x)^2 or (sin(x)/x)^2 at x = w d / c.
    """

    def weight_factor(frequency: ArrayLike) -> NDArray[np.float64]:
        x = np.multiply(frequency, distance) / speed
        if np.ndim(dimension) == 0:
            return isotropic_amplitude(x, int(dimension)) ** 2
        each = [isotropic_amplitude(x, number) ** 2 for number in (1, 2, 3)]
        return np.select([np.equal(dimension, number) for number in (1, 2, 3)], each)

    return weight_factor
