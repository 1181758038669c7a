"""Distributions: how full the modes of a bath are at each frequency, one frozen dataclass a kind.

A mode of frequency w and mean number n(w) lets the system absorb at the rate gamma(w) n(w), and
emit at gamma(w) (1 + n(w)) if it holds bosons, at gamma(w) (1 - n(w)) if it holds fermions.
Parameters may be arrays of shape (n,), along the first axis of the grid. hbar = k_B = 1.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, TypeVar, cast

import numpy as np
from annotated_types import Ge
from numpy.typing import ArrayLike, NDArray

from steady_coherence.numerics.elementary import exp
from steady_coherence.parameters import Parameter, check_parameters
from steady_coherence.spectra import planck_number

Array = NDArray[np.float64]
Kind = TypeVar("Kind", bound="Distribution")


class Distribution:
    """Base of the distributions; a kind gives `number` and what differs."""

    shape: ClassVar[str]
    #: Whether the modes hold fermions: electrons, which the system takes in and gives away.
    fermions: ClassVar[bool] = False
    #: Whether the bath is in equilibrium, at its temperature.
    thermal: ClassVar[bool] = True

    def __post_init__(self) -> None:
        check_parameters(type(self), f"the distribution {self.shape}", vars(self).items())

    def number(self, frequency: ArrayLike, temperature: ArrayLike) -> Array:
        """Mean number n(w) of a mode at frequencies w and temperatures T, broadcast together."""
        raise NotImplementedError

    def emission(self, frequency: ArrayLike, temperature: ArrayLike) -> Array:
        """Factor of emission into a mode: 1 + n(w)."""
        return np.asarray(self.number(frequency, temperature) + 1.0)

    def largest(self, frequency: float, temperature: float) -> float:
        """Bound on n(w) above a frequency and below a temperature."""
        raise NotImplementedError

    @property
    def length(self) -> int:
        """Number of values of the parameters: 1, or n of arrays."""
        return max((np.size(value) for value in vars(self).values()), default=1)

    def placed(self: Kind, along: Callable[[Array], Array]) -> Kind:
        """Return the same with what lays arrays along the first axis of a grid."""
        if self.length == 1:
            return self
        changed: Any = replace(
            self,  # type: ignore[type-var] # kinds are dataclasses
            **{name: along(np.asarray(value)) for name, value in vars(self).items()},
        )
        return cast("Kind", changed)


@dataclass(frozen=True)
class Planck(Distribution):
    """bosons, n = 1/(exp(w/T) - 1)."""

    shape: ClassVar[str] = "planck"

    def number(self, frequency: ArrayLike, temperature: ArrayLike) -> Array:
        """Mean number n(w) of a mode at frequencies w and temperatures T, broadcast together."""
        return planck_number(frequency, temperature)

    def largest(self, frequency: float, temperature: float) -> float:
        """Bound on n(w) above a frequency and below a temperature: n < T/w."""
        return temperature / frequency


@dataclass(frozen=True)
class Fermi(Distribution):
    """electrons of a lead, n = 1/(exp((w - mu)/T) + 1).

    The transitions of the system add an electron each. Two sites of an open chain of such electrons
    are two-level systems (Jordan and Wigner); the strings that this leaves in the coupling to the
    leads cancel as long as rho has no elements between different numbers of electrons.
    """

    shape: ClassVar[str] = "fermi"
    fermions: ClassVar[bool] = True
    chemical_potential: Annotated[
        Any, Parameter("Chemical potential mu of a lead", "energy", r"\mu")
    ]

    def number(self, frequency: ArrayLike, temperature: ArrayLike) -> Array:
        """Mean number n(w) of a mode at frequencies w and temperatures T, broadcast together."""
        return self._share(np.subtract(frequency, self.chemical_potential), temperature)

    def emission(self, frequency: ArrayLike, temperature: ArrayLike) -> Array:
        """Factor of emission into a mode: 1 - n(w), with all its digits."""
        return self._share(np.subtract(self.chemical_potential, frequency), temperature)

    @staticmethod
    def _share(above: ArrayLike, temperature: ArrayLike) -> Array:
        """1/(exp(x/T) + 1); a half at x = T = 0."""
        size = np.abs(above)
        with np.errstate(all="ignore"):
            decay = exp(-np.where(size > 0.0, np.divide(size, temperature), 0.0))
        return np.asarray(np.where(np.asarray(above) > 0.0, decay, 1.0) / (1.0 + decay))

    def largest(self, frequency: float, temperature: float) -> float:  # noqa: ARG002 -- at any
        """Bound on n(w) above a frequency and below a temperature."""
        return 1.0


@dataclass(frozen=True)
class CurrentNoise(Distribution):
    """current noise of a tunnel junction at a voltage V, n = (F(w + V) + F(w - V))/(2 w).

    With F(x) = x/(exp(x/T) - 1), n + 1 and n are in the ratio of the noise S(w), into which the
    system emits, to S(-w), from which it absorbs (Aguado and Kouwenhoven, Phys. Rev. Lett. 84, 1986
    (2000)). The effective temperature w/ln(1 + 1/n) is T at V = 0, and V/2 for V far above both
    w and T.
    """

    shape: ClassVar[str] = "current_noise"
    thermal: ClassVar[bool] = False
    voltage: Annotated[
        Any, Ge(0.0), Parameter("Voltage of a junction, as the energy e V", "energy", "eV")
    ]

    def number(self, frequency: ArrayLike, temperature: ArrayLike) -> Array:
        """Mean number n(w) of a mode at frequencies w and temperatures T, broadcast together."""
        sides = (np.add(frequency, self.voltage), np.subtract(frequency, self.voltage))
        total = sum(self._weighted(side, temperature) for side in sides)
        return np.asarray(total / np.multiply(2.0, frequency))

    @staticmethod
    def _weighted(energy: Array, temperature: ArrayLike) -> Array:
        """x/(exp(x/T) - 1) of either sign; T at x = 0."""
        size = np.where(energy == 0.0, 1.0, np.abs(energy))
        thermal = np.where(energy == 0.0, temperature, size * planck_number(size, temperature))
        return np.asarray(thermal + np.maximum(-energy, 0.0))

    def largest(self, frequency: float, temperature: float) -> float:
        """Bound on n(w) above a frequency and below a temperature: F(x) < T + |x| for x < 0."""
        return (temperature + 0.5 * float(np.max(self.voltage))) / frequency


#: Every distribution by its name. A further one is one class here.
DISTRIBUTIONS: dict[str, type[Any]] = {kind.shape: kind for kind in (Planck, Fermi, CurrentNoise)}

PLANCK = Planck()
