"""Study of a variant: its results, and what its couplings give at any temperatures.

Everything is in units of the mean transition energy: (eps_1 + eps_2)/2 for the three-level systems,
(w_1 + w_2)/2 for the coupled TLSs. A variant whose energies, rates and temperatures are all
multiplied by one factor gives the same verdicts, numbers and texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, update_wrapper
from typing import Any, TypeVar, cast

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from li_cai_sun_2015.claims.balance import ZERO, Balance, Couplings, balance
from li_cai_sun_2015.claims.couplings import InUnits, shared_baths, with_cross
from li_cai_sun_2015.claims.measures import Array, largest
from li_cai_sun_2015.claims.region import COLDEST, DIFFERENCE, EVERY_LOWER, FROM_ZERO, HOTTER
from li_cai_sun_2015.claims.zeros import zeros_of
from li_cai_sun_2015.configuration.variant import Variant
from paper_replication.claim import Claim, Outcome
from steady_coherence import MASTER_EQUATIONS, SYSTEMS, Bath, LevelSystem, steady_states
from steady_coherence.coupling_spectra import CouplingSpectrum
from steady_coherence.observables import coherence_condition
from steady_coherence.steady_states import Variables

Result = TypeVar("Result")

THREE_LEVEL = ("lambda", "v", "xi")
COUPLED_TLS = "coupled_tls"
#: Systems in whose steady state baths may leave a coherence.
COHERENT = ("lambda", "v", COUPLED_TLS)

#: Eigenvalues of rho this far below zero are more than rounding: such points are left out.
POSITIVE = 1e-12


def title(name: str) -> str:
    """Title of a system or of a master equation."""
    return (SYSTEMS[name] if name in SYSTEMS else MASTER_EQUATIONS[name]).title


def answered(question: str, answer: str, numbers: dict[str, float]) -> dict[str, Any]:
    """What the exact solutions and the other equations say, as plain data."""
    return {"question": question, "answer": answer, "numbers": numbers}


def remembered(method: Callable[[Study, str, str], Result]) -> Callable[..., Result]:
    """Keep what a method gives for a system and the hotter bath, the right one if not named."""

    def kept(self: Study, name: str, hotter: str = "right") -> Result:
        key = (method.__name__, name, hotter)
        if key not in self.known:
            self.known[key] = method(self, name, hotter)
        return cast("Result", self.known[key])

    return update_wrapper(kept, method)


@dataclass(frozen=True)
class Study:
    """A variant, its results, and its couplings at any temperatures."""

    variant: Variant
    datasets: Mapping[str, xr.Dataset]  #: "spectra", "lambda/nonsecular", ... of the chain
    #: Results of the methods below that are `remembered`.
    known: dict[tuple[str, ...], Any] = field(default_factory=dict, init=False, repr=False)

    def selected(self, names: Iterable[str] | None = None) -> list[str]:
        """Those of some systems, or of all, that the variant asks for on baths of bosons."""
        every = [name for name in self.variant.systems if not self.variant.section(name).unusual]
        return every if names is None else [name for name in names if name in every]

    def unit(self, name: str) -> float:
        """Mean transition energy of a system, in the variant's own unit."""
        parameters = self.variant.section(name).parameters(name)
        if name == COUPLED_TLS:
            return 0.5 * float(parameters["frequency_1"] + parameters["frequency_2"])
        if name in THREE_LEVEL:
            return float(parameters["mean_energy"])
        return float(self.variant.level_system(name).transition_energies.mean())

    def covered(self, name: str) -> tuple[float, float]:
        """Frequencies that the tables of a system's baths cover."""
        low, high = self.variant.section(name).baths.covered
        return low / self.unit(name), high / self.unit(name)

    def own_baths(self, name: str) -> list[Bath]:
        """Baths of a system as the variant has them, at T = 0, in units of its mean energy."""
        section, unit = self.variant.section(name), self.unit(name)
        cold = [0.0] * len(section.baths.items())
        return [
            Bath(bath.name, InUnits(unit, bath.coupling_spectrum, section.baths.covered), 0.0)
            for bath in self.variant.baths(name, cold)
        ]

    @cached_property
    def couplings(self) -> list[CouplingSpectrum]:
        """Coupling spectra of the left and right bath of the three-level systems."""
        return [bath.coupling_spectrum for bath in self.own_baths("lambda")]

    def relative(self, name: str, parameter: str) -> float:
        """Energy of a system by the name of its parameter, such as `energy_difference`."""
        return float(self.variant.section(name).parameters(name)[parameter]) / self.unit(name)

    def system(self, name: str, difference: Any = None) -> LevelSystem:
        """Level system of the variant, or the same with another eps_1 - eps_2."""
        if difference is not None:
            return SYSTEMS[name].build(1.0, difference)
        own, unit = self.variant.level_system(name), self.unit(name)
        return replace(
            own,
            energies=tuple(energy / unit for energy in own.energies),
            transitions=tuple(replace(one, energy=one.energy / unit) for one in own.transitions),
        )

    def baths(
        self,
        name: str,
        lower: ArrayLike = EVERY_LOWER,
        difference: ArrayLike = DIFFERENCE,
        hotter: str = "right",
        couplings: Couplings | None = None,
    ) -> list[Bath]:
        """Baths of a system, the colder at `lower` and the hotter at `lower` + `difference`.

        The first of them is the colder one, unless `hotter` is "left". Temperatures are those of
        the region, if no others are named; so in all that follows.
        """
        cold, hot = np.broadcast_arrays(lower, np.add(lower, difference))
        temperatures = (cold, hot) if hotter == "right" else (hot, cold)
        if name in THREE_LEVEL:
            return shared_baths(couplings or self.couplings, *temperatures)
        own = self.own_baths(name)
        # Further baths, if a system has them, are as hot as the second one.
        return [bath.with_state(temperatures[min(number, 1)]) for number, bath in enumerate(own)]

    def states(
        self,
        name: str,
        *where: Any,
        equation: str = "nonsecular",
        energy_difference: ArrayLike | None = None,
        **what: Any,
    ) -> Variables:
        """Steady states between `baths`, at another energy difference than the variant's if any."""
        baths = self.baths(name, *where, **what)
        return steady_states(self.system(name, energy_difference), baths, equation)

    def coherence(self, name: str, *where: Any, **what: Any) -> Array:
        """|rho_12| of `states`; NaN where it is not unique or not a density matrix."""
        state = self.states(name, *where, **what)
        return np.where(state["min_eigenvalue"] >= -POSITIVE, state["coherence"], np.nan)

    @remembered
    def coherence_map(self, name: str, hotter: str) -> Array:
        """|rho_12| over the searched region, shape (81, 101)."""
        return self.coherence(name, hotter=hotter)

    def known_coherence_map(self, name: str) -> Array:
        """|rho_12| over the searched region, zero where rounding leaves nothing of it."""
        coherence = self.coherence_map(name)
        lost = np.isfinite(coherence) & (10.0 * self.balance(name).error >= 1.0)
        return np.where(lost, 0.0, coherence)

    @remembered
    def frozen(self, name: str, hotter: str) -> Array:
        """|rho_12| with the colder bath at T = 0; NaN below dT = 0.01 as well."""
        values = self.coherence(name, 0.0, np.maximum(DIFFERENCE, COLDEST), hotter)
        return np.where(DIFFERENCE >= COLDEST, values, np.nan)

    def condition(
        self, lower: ArrayLike, difference: ArrayLike, hotter: str = "right", *, factors: ArrayLike
    ) -> NDArray[np.complex128]:
        """Left-hand side of (19) between `baths` of Lambda, f of each times |factor|^2."""
        couplings = with_cross(self.couplings, factors)
        baths = self.baths("lambda", lower, difference, hotter, couplings)
        return coherence_condition(self.system("lambda"), baths)

    def balance(
        self,
        name: str,
        lower: ArrayLike = EVERY_LOWER,
        difference: ArrayLike = DIFFERENCE,
        hotter: str = "right",
        energy_difference: ArrayLike | None = None,
    ) -> Balance:
        """Condition (19), or its counterpart for V, see `balance`."""
        cold, hot = np.asarray(lower, dtype=float), np.add(lower, difference)
        left, right = (cold, hot) if hotter == "right" else (hot, cold)
        if energy_difference is None:
            energy_difference = self.relative(name, "energy_difference")
        return balance(name, self.couplings, left, right, energy_difference)

    @remembered
    def drive_map(self, name: str, hotter: str) -> NDArray[np.complex128]:
        """Relative drive over the searched region, T = 0 of the colder bath first."""
        drive = self.balance(name, FROM_ZERO[:, None], hotter=hotter).drive
        # As for the map of |rho_12|: only where there is a density matrix.
        known = np.vstack([self.frozen(name, hotter), self.coherence_map(name, hotter)])
        return np.where(np.isnan(known), np.nan, drive)

    def coherent(self, name: str) -> bool:
        """Whether the steady state of a system has a coherence anywhere in the region."""
        return name in self.selected() and any(
            largest(np.abs(self.drive_map(name, hotter))) > ZERO for hotter in HOTTER
        )

    def solvable(self, name: str) -> bool:
        """Whether a system has a unique steady state anywhere in the region."""
        return any(bool(np.isfinite(self.coherence_map(name, hotter)).any()) for hotter in HOTTER)

    def no_coherence(self, *names: str) -> str:
        """Why there is no coherence to speak of."""
        if not any(self.solvable(name) for name in self.selected(names)):
            return "no unique steady state at any temperatures of the region"
        return "no unique steady state of this variant has a coherence, at any temperatures"

    @remembered
    def zeros(self, name: str, hotter: str) -> Array:
        """Where rho_12 = 0 although the temperatures differ, see `zeros_of`, shape (n, 2).

        Temperature of the colder bath (0 included) and temperature difference.
        """

        def drive(lower: ArrayLike, difference: ArrayLike) -> NDArray[np.complex128]:
            return self.balance(name, lower, difference, hotter).drive

        every = self.drive_map(name, hotter)
        return zeros_of(drive, FROM_ZERO, DIFFERENCE, every, ZERO)

    def stored(self, name: str, equation: str, variable: str) -> xr.DataArray:
        """Results on the variant's grid, its axes in units of the mean transition energy."""
        values, unit = self.datasets[f"{name}/{equation}"][variable], self.unit(name)
        axes = {axis: values[axis] / unit for axis in ("temperature", "temperature_difference")}
        return values.assign_coords(axes).transpose(..., *axes)


#: Every claim, as the modules of this package declare them.
DECLARED: list[Claim[Study]] = []
Check = Callable[[Study], Outcome]


def claim(**fields: Any) -> Callable[[Check], Check]:
    """Declare a claim, with the fields of `Claim`, on the function that checks it."""

    def declare(check: Check) -> Check:
        DECLARED.append(Claim(check=check, **fields))
        return check

    return declare
