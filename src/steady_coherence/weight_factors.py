"""Weight factors f(w) of the cross spectra, Eqs. (8) and (B.6), one frozen dataclass a shape."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from annotated_types import Ge, Gt, Le
from numpy.typing import ArrayLike, NDArray

from steady_coherence.numerics.elementary import cosine_and_sine
from steady_coherence.parameters import Parameter
from steady_coherence.spectra import Array, Shape, Tabulated
from steady_coherence.support import Support


@dataclass(frozen=True)
class Constant(Shape):
    """value, the same at every frequency.

    Attributes
    ----------
    value : float or ndarray
        f, between 0 (no interference) and 1 (full interference).
    """

    shape: ClassVar[str] = "constant"
    value: Annotated[
        float,
        Ge(0.0),
        Le(1.0),
        Parameter("f at every frequency, 0 (no interference) to 1 (full interference)", "1", "f"),
    ]

    def __call__(self, frequency: ArrayLike) -> Array:
        """Values at frequencies, of their shape."""
        return np.add(self.value, np.zeros(np.shape(frequency)))

    @property
    def support(self) -> Support:
        """The whole line."""
        return Support()


@dataclass(frozen=True)
class Isotropic(Shape):
    """(B.6) at x = w distance / speed: cos^2 x, J_0(x)^2 or (sin(x)/x)^2.

    Two atoms a distance apart in one isotropic field of one, two or three dimensions.

    Attributes
    ----------
    dimension : {1, 2, 3} or array of them
        Dimension of the field.
    distance : float or ndarray
        Distance d of the two atoms (length).
    speed : float or ndarray
        Speed c of the field (length energy).
    """

    shape: ClassVar[str] = "isotropic"
    dimension: Annotated[int, Ge(1), Le(3), Parameter("Dimension of the field of Eq. (B.6)", "1")]
    distance: Annotated[float, Ge(0.0), Parameter("Distance d of the two atoms", "length")]
    speed: Annotated[
        float,
        Gt(0.0),
        Parameter("Speed c of the field; f is taken at x = w d / c", "length energy"),
    ]

    def __call__(self, frequency: ArrayLike) -> Array:
        """Values at frequencies, of their shape."""
        x = np.multiply(frequency, self.distance) / self.speed
        if np.ndim(self.dimension) == 0:
            return isotropic_amplitude(x, int(self.dimension)) ** 2
        each = [isotropic_amplitude(x, number) ** 2 for number in (1, 2, 3)]
        return np.select([np.equal(self.dimension, number) for number in (1, 2, 3)], each)

    @property
    def support(self) -> Support:
        """The whole line."""
        return Support()

    def kinks(self, low: float, high: float) -> list[float]:
        """Zeros of f between two frequencies or beyond: kinks of its root.

        Parameters
        ----------
        low, high : float
            Frequencies (energy).

        Returns
        -------
        list of float
            In increasing order.
        """
        if not self.distance:
            return []
        length = self.speed / self.distance
        zeros = length * _zeros(self.dimension, max(-low, high) / length)
        return [*(-zeros[::-1]).tolist(), *zeros.tolist()]


#: Every shape of a weight factor by its name. A further one is one class here.
WEIGHT_FACTORS: dict[str, type[Any]] = {
    kind.shape: kind for kind in (Constant, Isotropic, Tabulated)
}


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


def _zeros(dimension: int, largest: float) -> NDArray[np.float64]:
    """Positive zeros, to about `largest`, of cos x, J_0(x) or sin(x)/x."""
    number = np.arange(1.0, max(int(largest / np.pi), 0) + 2.0)
    if dimension != 2:
        return np.asarray(np.pi * (number - (0.5 if dimension == 1 else 0.0)), dtype=np.float64)
    from scipy.special import j0, j1  # noqa: PLC0415 -- slow to import, and seldom needed

    zeros = np.pi * (number - 0.25)
    for _ in range(5):
        zeros = zeros + j0(zeros) / j1(zeros)
    return np.asarray(zeros)
