"""Spectra: how strongly a bath couples at each frequency, one frozen dataclass a shape.

A spectrum is called with an array of frequencies. Its parameters may be arrays too, which broadcast
against the frequencies: then each of them has a spectrum of its own. hbar = k_B = 1.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Protocol

import numpy as np
from annotated_types import Ge, Gt
from numpy.typing import ArrayLike, NDArray

from steady_coherence.numerics.elementary import exp, inverse_expm1, power
from steady_coherence.parameters import Parameter, check_parameters
from steady_coherence.support import Support

Array = NDArray[np.float64]

#: Half width, in widths, within which a Lorentzian times an oscillating factor is integrated.
REACH = 1e5
#: An exponent below this counts as zero where the spectrum has to vanish at w = 0.
SMALLEST_EXPONENT = 1e-6


class Curve(Protocol):
    """A function of frequency that is not negative: a spectrum or a weight factor."""

    def __call__(self, frequency: ArrayLike) -> Array:
        """Values at frequencies, of their shape."""

    @property
    def support(self) -> Support:
        """Where it lives, and where it is not smooth."""

    @property
    def divergence(self) -> str:
        """Why its principal value diverges; empty where it converges."""


class Shape:
    """Base of the shapes: it checks parameters, and names a shape by its class in lower case."""

    shape: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.shape = cls.__name__.lower()

    def __post_init__(self) -> None:
        check_parameters(type(self), f"the shape {self.shape}", vars(self).items())

    @property
    def support(self) -> Support:
        """The whole line, with the parameter `center` marked where a shape has it."""
        center = getattr(self, "center", None)
        return Support() if center is None else Support(breakpoints=(center,))

    @property
    def divergence(self) -> str:
        """Why the principal value diverges; empty where it converges."""
        return ""


@dataclass(frozen=True)
class Flat(Shape):
    """strength, the same at every frequency."""

    strength: Annotated[float, Ge(0.0), Parameter("The value at every frequency", "energy")]

    def __call__(self, frequency: ArrayLike) -> Array:
        """Values at frequencies, of their shape."""
        return np.add(self.strength, np.zeros(np.shape(frequency)))

    @property
    def support(self) -> Support:
        """The whole line; nowhere for a spectrum that vanishes."""
        return Support() if np.any(self.strength) else Support(0.0, 0.0)

    @property
    def divergence(self) -> str:
        """Integrals over a flat spectrum diverge logarithmically."""
        return "a flat spectrum does not fall off" if np.any(self.strength) else ""


@dataclass(frozen=True)
class Ohmic(Shape):
    """strength w^exponent exp(-w/cutoff), zero at negative frequencies."""

    strength: Annotated[
        float, Ge(0.0), Parameter("Prefactor of w^exponent exp(-w/cutoff)", "energy^(1 - exponent)")
    ]
    exponent: Annotated[
        float,
        Ge(0.0),
        Parameter("Power of the frequency; 1 is ohmic, below sub-ohmic, above super-ohmic", "1"),
    ]
    cutoff: Annotated[float, Gt(0.0), Parameter("Frequency of the exponential cut-off", "energy")]

    def __call__(self, frequency: ArrayLike) -> Array:
        """Values at frequencies, of their shape."""
        positive = np.maximum(np.asarray(frequency, dtype=float), 0.0)
        # A power that overflows is for `check_coupling_spectrum` to refuse.
        with np.errstate(all="ignore"):
            value = np.multiply(self.strength, power(positive, self.exponent)) * exp(
                np.divide(-positive, self.cutoff)
            )
        return np.where(positive > 0.0, value, 0.0)

    @property
    def support(self) -> Support:
        """[0, infinity), cut where the spectrum is below 1e-40 of its maximum."""
        peak = self.exponent * self.cutoff
        high = 2.0 * peak + 120.0 * self.cutoff + 4.0 * float(np.sqrt(120.0 * peak * self.cutoff))
        return Support(0.0, high, (self.cutoff, max(peak, self.cutoff) * 5.0), (0.0, high))

    @property
    def divergence(self) -> str:
        """With N = T/w the integral diverges unless the spectrum vanishes at w = 0."""
        converges = np.all(np.asarray(self.exponent) >= SMALLEST_EXPONENT)
        return "" if converges else "its thermal part does not vanish at frequency 0"


@dataclass(frozen=True)
class Lorentzian(Shape):
    """strength width^2 / ((w - center)^2 + width^2)."""

    strength: Annotated[float, Ge(0.0), Parameter("The value at the centre", "energy")]
    center: Annotated[float, Gt(0.0), Parameter("Frequency of the maximum", "energy")]
    width: Annotated[float, Gt(0.0), Parameter("Half width at half maximum", "energy")]

    def __call__(self, frequency: ArrayLike) -> Array:
        """Values at frequencies, of their shape."""
        # Far outside a narrow line the square overflows, and the value is zero.
        with np.errstate(over="ignore", under="ignore"):
            detuning = np.subtract(frequency, self.center) / np.asarray(self.width)
            return np.asarray(np.divide(self.strength, 1.0 + detuning * detuning))

    @property
    def support(self) -> Support:
        """The whole line: there a damped mode has this spectrum."""
        center, width = self.center, self.width
        marks = tuple(center + width * step for step in (-30.0, -3.0, 0.0, 3.0, 30.0))
        far = max(REACH * width, 2.0 * center)  # every transition energy of interest is inside
        tail = self.strength / (np.pi * REACH**2)
        return Support(-np.inf, np.inf, marks, (center - far, center + far), tail)


@dataclass(frozen=True, eq=False)
class Tabulated(Shape):
    """a table, interpolated monotonically; an error outside its range.

    Attributes
    ----------
    frequency, value : ndarray, shape (n,)
        The table, with strictly increasing frequencies (energy), n >= 2, and values >= 0.
    name : str
        What an error calls the table.

    Raises
    ------
    ValueError
        If the table is shorter than two rows, not finite, negative or not increasing.
    """

    frequency: Any
    value: Any
    name: str = "tabulated spectrum"

    def __post_init__(self) -> None:
        nodes, values = np.asarray(self.frequency, dtype=float), np.asarray(self.value, dtype=float)
        if nodes.ndim != 1 or nodes.shape != values.shape:
            raise ValueError(
                f"{self.name} has frequencies of shape {nodes.shape} and values of shape "
                f"{values.shape}, expected one row each"
            )
        if nodes.size < 2:
            raise ValueError(f"{self.name} has {nodes.size} rows, expected at least 2")
        if not (np.isfinite(nodes).all() and np.isfinite(values).all()):
            raise ValueError(f"{self.name} holds a value that is not finite")
        if not (np.diff(nodes) > 0.0).all():
            raise ValueError(f"{self.name} has frequencies that do not increase strictly")
        if (values < 0.0).any():
            raise ValueError(f"{self.name} has the value {values.min():g}, expected numbers >= 0")

    @cached_property
    def _coefficients(self) -> Array:
        """Of the cubic polynomial between each two nodes, the highest power first."""
        # SciPy's interpolation is slow to import, and seldom needed.
        from scipy.interpolate import PchipInterpolator  # noqa: PLC0415

        nodes, values = np.asarray(self.frequency, dtype=float), np.asarray(self.value, dtype=float)
        return np.asarray(PchipInterpolator(nodes, values).c)

    def __call__(self, frequency: ArrayLike) -> Array:
        """Values at frequencies, of their shape.

        Raises
        ------
        ValueError
            For a frequency outside the table.
        """
        wanted = np.asarray(frequency, dtype=float)
        low, high = self.frequency[0], self.frequency[-1]
        outside = (wanted < low) | (wanted > high)
        if outside.any():
            raise ValueError(
                f"{self.name} covers frequencies {low:g} to {high:g}, "
                f"but {wanted[outside].flat[0]:g} is needed"
            )
        nodes = np.asarray(self.frequency, dtype=float)
        at = np.minimum(np.searchsorted(nodes, wanted, side="right"), nodes.size - 1) - 1
        cubic, square, linear, value = self._coefficients[:, at]
        # Summed up here: where compiled, products and sums may be fused.
        step = wanted - nodes[at]
        value = value + linear * step + square * (step * step) + cubic * (step * step * step)
        # By rounding, a table that ends with 0 would be negative there.
        return np.asarray(np.clip(value, np.min(self.value), np.max(self.value)))

    @property
    def support(self) -> Support:
        """The range of the table, which counts as zero outside."""
        nodes = tuple(map(float, self.frequency))
        return Support(nodes[0], nodes[-1], nodes, (nodes[0], nodes[-1]))

    @property
    def divergence(self) -> str:
        """With N = T/w the integral diverges unless the spectrum vanishes at w = 0."""
        begins_at_zero = self.frequency[0] == 0.0 and self.value[0] > 0.0
        return "it does not vanish at frequency 0" if begins_at_zero else ""


#: Every shape of a spectrum by its name. A further one is one class here.
SPECTRA: dict[str, type[Any]] = {kind.shape: kind for kind in (Flat, Ohmic, Lorentzian, Tabulated)}


def planck_number(frequency: ArrayLike, temperature: ArrayLike) -> Array:
    """Planck distribution N(w) = 1/(exp(w/T) - 1), below Eq. (6); zero at T = 0.

    Parameters
    ----------
    frequency : array_like
        w > 0 (energy), broadcast against `temperature`.
    temperature : array_like
        T >= 0 (energy).

    Returns
    -------
    ndarray
        Mean number of bosons.
    """
    # T = 0 gives w/T = inf and N = 0, which is the limit; so does T << w.
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        return inverse_expm1(np.divide(frequency, temperature))
