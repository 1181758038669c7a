"""Weight factors f(w) of the cross spectra, Eqs. (8) and (B.6), one frozen dataclass a shape."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from annotated_types import Ge, Gt, Le
from numpy.typing import ArrayLike, NDArray

from steady_coherence.numerics.bessel import bessel_j0
from steady_coherence.numerics.elementary import cosine_and_sine
from steady_coherence.numerics.quadrature import fejer
from steady_coherence.parameters import Parameter, ParameterError
from steady_coherence.spectra import Array, Shape, Tabulated


@dataclass(frozen=True)
class Constant(Shape):
    """value, the same at every frequency."""

    value: Annotated[
        float,
        Ge(0.0),
        Le(1.0),
        Parameter("f at every frequency, 0 (no interference) to 1 (full interference)", "1", "f"),
    ]

    def __call__(self, frequency: ArrayLike) -> Array:
        """Values at frequencies, of their shape."""
        return np.add(self.value, np.zeros(np.shape(frequency)))


@dataclass(frozen=True)
class Isotropic(Shape):
    """(B.6) at x = w distance / speed: cos^2 x, J_0(x)^2 or (sin(x)/x)^2, or that of dipoles.

    Two atoms a distance apart in one isotropic field of one, two or three dimensions, which has no
    polarisation; or two parallel dipoles in the electromagnetic field of three.
    """

    dimension: Annotated[int, Ge(1), Le(3), Parameter("Dimension of the field of Eq. (B.6)", "1")]
    distance: Annotated[float, Ge(0.0), Parameter("Distance d of the two atoms", "length")]
    speed: Annotated[
        float,
        Gt(0.0),
        Parameter("Speed c of the field; f is taken at x = w d / c", "length energy"),
    ]
    dipole: Annotated[
        Literal["none", "perpendicular", "parallel"],
        Parameter(
            "Two parallel dipoles in the electromagnetic field of dimension 3, perpendicular or "
            "parallel to the line between them; none is (B.6)",
            "1",
        ),
    ] = "none"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.dipole != "none" and np.any(np.not_equal(self.dimension, 3)):
            raise ParameterError("dipole", self.shape, self.dipole, "none unless dimension is 3")

    def __call__(self, frequency: ArrayLike) -> Array:
        """Values at frequencies, of their shape."""
        x = np.multiply(frequency, self.distance) / self.speed
        if self.dipole != "none":
            return dipole_amplitude(x, self.dipole) ** 2
        if np.ndim(self.dimension) == 0:
            return isotropic_amplitude(x, int(self.dimension)) ** 2
        each = [isotropic_amplitude(x, number) ** 2 for number in (1, 2, 3)]
        return np.select([np.equal(self.dimension, number) for number in (1, 2, 3)], each)

    def kinks(self, low: float, high: float) -> list[float]:
        """Zeros of f between two frequencies or beyond, in increasing order: kinks of its root."""
        if not self.distance:
            return []
        length = self.speed / self.distance
        zeros = length * _zeros(self.dimension, self.dipole, max(-low, high) / length)
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
        return bessel_j0(x)
    if dimension == 3:
        sine = cosine_and_sine(x)[1]
        return np.asarray(np.divide(sine, x, out=np.ones(x.shape), where=x != 0.0))
    raise ValueError(f"dimension of the field is {dimension!r}, expected 1, 2 or 3")


def dipole_amplitude(x: ArrayLike, dipole: str) -> NDArray[np.float64]:
    r"""Root of f for two parallel dipoles a distance d apart in the electromagnetic field.

    A dipole of direction p couples to the mode of wave vector k and polarisation e by e.p. Summed
    over the two polarisations, (e.p)^2 is 1 - (n.p)^2 with n = k/|k|, and Eq. (B.1) gives

        sqrt(f) = (3/2) < [1 - (n.p)^2] exp(i k.d) >

    averaged over the directions n. With P_2 and the expansion of the plane wave this is
    j_0(x) + j_2(x) P_2(d.p/|d|): j_0 - j_2/2 = (3/2) (j_0 - j_1/x) for dipoles perpendicular to d,
    j_0 + j_2 = 3 j_1/x along it.

    Parameters
    ----------
    x : array_like
        w d / c, any shape.
    dipole : {"perpendicular", "parallel"}
        Direction of the dipoles to the line that joins them.

    Returns
    -------
    ndarray
        Real, of the shape of `x`; 1 at x = 0.
    """
    x = np.asarray(x, dtype=float)
    square = x * x
    # j_1(x)/x: below 1, where the closed form cancels, its power series, which ends within 1e-16.
    series = np.ones(x.shape)
    for k in range(8, 0, -1):
        series = 1.0 - series * square / (2.0 * k * (2.0 * k + 3.0))
    whole = isotropic_amplitude(x, 3)
    with np.errstate(divide="ignore", invalid="ignore"):
        closed = (whole - cosine_and_sine(x)[0]) / square
    ratio = np.where(square < 1.0, series / 3.0, closed)
    return np.asarray(3.0 * ratio if dipole == "parallel" else 1.5 * (whole - ratio))


#: Directions of an average by quadrature: of the upper half of a circle, or polar angles.
POINTS = 64


def direction_average(x: ArrayLike, dimension: int) -> NDArray[np.float64]:
    """Average of exp(i k.d) over the directions of k by quadrature.

    An independent path to `isotropic_amplitude`: the definition of the cross
    spectrum, Eq. (B.1), summed over wave vectors of equal length.

    Parameters
    ----------
    x : array_like
        |k| d, any shape; up to about `POINTS` for full accuracy.
    dimension : {1, 2, 3}
        Dimension of the field.

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
        # Equal weights at equal angles: exact for periodic functions but for exp(-POINTS).
        cosines, _ = cosine_and_sine(2.0 * np.pi * (np.arange(2 * POINTS) + 0.5) / (2 * POINTS))
        weights = np.full(2 * POINTS, 0.5 / POINTS)
    elif dimension == 3:
        # Directions on a sphere are uniform in the cosine of the polar angle.
        cosines, weights = fejer(2 * POINTS - 1)
        weights = 0.5 * weights
    else:
        raise ValueError(f"dimension of the field is {dimension!r}, expected 1, 2 or 3")
    phases = np.multiply.outer(np.asarray(x, dtype=float), cosines)
    # Of exp(i k.d) and exp(-i k.d) the cosine is left.
    return np.asarray(np.sum(weights * cosine_and_sine(phases)[0], axis=-1))


def dipole_average(x: ArrayLike, first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """Average of (e.p_1) (e.p_2) exp(i k.d) over directions and polarisations, by quadrature.

    An independent path to `dipole_amplitude`: Eq. (B.1) summed over wave vectors of equal length
    and their two polarisations, with the dipoles p_1 and p_2 a distance d along z apart, over its
    value for p_1 = p_2 and d = 0.

    Parameters
    ----------
    x : array_like
        |k| d, any shape; up to about `POINTS` for full accuracy.
    first, second : array_like, shape (3,)
        Unit vectors of the two dipoles.

    Returns
    -------
    ndarray
        Of the shape of `x`.
    """
    cosine, weight = fejer(2 * POINTS - 1)
    # Products of two components contain cos(2 azimuth) at most: eight azimuths are exact.
    x_axis, y_axis = cosine_and_sine(np.pi * (np.arange(8) + 0.5) / 4.0)
    polar = cosine[:, None]
    east = (-y_axis, x_axis, 0.0)
    south = (polar * x_axis, polar * y_axis, -np.sqrt(1.0 - polar * polar))
    one, other = (
        [sum(p * e for p, e in zip(dipole, way, strict=True)) for way in (east, south)]
        for dipole in (np.asarray(first, dtype=float), np.asarray(second, dtype=float))
    )
    seen = one[0] * other[0] + one[1] * other[1]
    strength = 0.75 * weight * np.mean(seen, axis=-1)
    phases = np.multiply.outer(np.asarray(x, dtype=float), cosine)
    return np.asarray(np.sum(strength * cosine_and_sine(phases)[0], axis=-1))


def _zeros(dimension: int, dipole: str, largest: float) -> NDArray[np.float64]:
    """Positive zeros, to about `largest`, of the root of f."""
    number = np.arange(1.0, max(int(largest / np.pi), 0) + 2.0)
    if dipole != "none":
        return _dipole_zeros(dipole, number)
    if dimension != 2:
        return np.asarray(np.pi * (number - (0.5 if dimension == 1 else 0.0)), dtype=np.float64)
    zeros = np.pi * (number - 0.25)
    for _ in range(10):  # by Newton, with J_1 as far away
        slope = np.where(number % 2.0 == 1.0, 1.0, -1.0) * np.sqrt(2.0 / (np.pi * zeros))
        zeros = zeros + bessel_j0(zeros) / slope
    return np.asarray(zeros)


def _dipole_zeros(dipole: str, number: NDArray[np.float64]) -> NDArray[np.float64]:
    """Zeros of `dipole_amplitude`: where tan x is x, or x/(1 - x^2) for perpendicular dipoles."""
    zeros = np.pi * (number + (0.5 if dipole == "parallel" else 0.0)) - 1.0 / (np.pi * number)
    for _ in range(10):  # by Newton
        cosine, sine = cosine_and_sine(zeros)
        square = zeros * zeros
        if dipole == "parallel":
            value, slope = sine - zeros * cosine, zeros * sine
        else:
            value = (1.0 - square) * sine - zeros * cosine
            slope = -zeros * sine - square * cosine
        zeros = zeros - value / slope
    return zeros
