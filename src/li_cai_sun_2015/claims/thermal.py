"""Equal temperatures beyond Eq. (12): what the model that it approximates has there.

With its baths at one temperature the whole model is in the state tr_B exp(-H/T)/Z, whose coherence
of first order in gamma `mean_force` gives. Eq. (12) has none of it; principal values bring it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from li_cai_sun_2015.claims.study import COHERENT, COUPLED_TLS, Study, title
from li_cai_sun_2015.configuration.parts import section_of
from paper_replication.claim import percent, text
from steady_coherence.baths import Bath
from steady_coherence.mean_force import mean_force_coherence
from steady_coherence.spectra import Curve, Ohmic
from steady_coherence.steady_states import Variables, steady_states

#: Where all is compared: the temperature of all baths, in units of the mean transition energy.
TEMPERATURE = 1.0
#: Cut-offs of ohmic baths in place of those whose principal values diverge, in the same unit.
CUTOFFS = (2.0, 20.0)
#: The largest gamma over |E_1 - E_2| that counts as vanishing.
WEAK = 1e-6


@dataclass(frozen=True)
class _Curves:
    """A coupling spectrum: the sum of some curves, each times a matrix."""

    parts: list[tuple[Curve, NDArray[np.complex128]]]

    def __call__(self, frequency: ArrayLike) -> NDArray[np.complex128]:
        """Matrices at frequencies of shape (n,)."""
        matrices = [np.multiply.outer(curve(frequency), matrix) for curve, matrix in self.parts]
        return np.asarray(sum(matrices))


class _Equilibrium:
    """A system of a variant with all of its baths at one temperature, in the variant's own unit."""

    def __init__(self, study: Study, name: str) -> None:
        self.unit = study.unit(name)
        self.temperature = TEMPERATURE * self.unit
        self.system = study.variant.level_system(name)
        equal = [self.temperature] * len(study.variant.section(name).baths.items())
        self.baths = study.variant.baths(name, equal)
        self.driven = float(study.states(name, TEMPERATURE, TEMPERATURE)["coherence"])

    def formula(self, baths: Sequence[Bath]) -> float:
        """|rho_12| to first order in gamma."""
        return float(np.abs(mean_force_coherence(self.system, baths, [self.temperature])[0]))

    def ohmic(self, cutoff: float) -> list[Bath]:
        """Ohmic baths that agree with the variant's at the mean transition energy."""
        curve = Ohmic(float(np.exp(1.0 / cutoff)) / self.unit, 1.0, cutoff * self.unit)
        return [
            replace(bath, coupling_spectrum=_Curves([(curve, matrix)]))
            for bath in self.baths
            for matrix in bath.spectrum_matrices(np.array([self.unit]))
        ]

    def with_principal_values(self, factor: float = 1.0) -> Variables:
        """Steady state by the equation with principal values, all gamma times a factor."""
        scaled = [
            replace(bath, coupling_spectrum=_Curves([(c, factor * m) for c, m in bath.curves]))
            for bath in self.baths
        ]
        return steady_states(self.system, scaled, "nonsecular_lamb")

    @property
    def weak(self) -> float:
        """Factor by which all gamma count as vanishing; zero where the two levels are one."""
        first, second = (self.system.energies[level] for level in self.system.structure.pair)
        energies = self.system.transition_energies
        size = max(np.abs(bath.spectrum_matrices(energies)).max() for bath in self.baths)
        return float(WEAK * abs(first - second) / size) if size > 0.0 else 0.0

    def compared(self, values: Sequence[float]) -> str:
        """Coherences, and what part each is of what Eq. (12) gives out of equilibrium."""
        found = " to ".join(map(text, values))
        if self.driven > 0.0:
            parts = [value / self.driven for value in values]
            times = (percent(part) if part < 1.0 else f"{part:.3g} times" for part in parts)
            found += f", {' to '.join(times)}"
        return f"{found} ({title(self.system.name)})"


def _has_principal_values(study: Study, name: str) -> bool:
    return section_of(name) in study.variant.lamb_shift_sections


def beyond_the_equation(study: Study) -> tuple[str, dict[str, float]]:
    """Remark on the coherence in equilibrium, with its numbers.

    Sentences, separated by semicolons; empty where there is nothing to say.
    """
    numbers: dict[str, float] = {}
    own, ohmic, kept = [], [], []
    deviations: list[float] = []
    for name in study.selected(COHERENT):
        case = _Equilibrium(study, name)
        values: dict[str, float] = {}
        if not _has_principal_values(study, name):
            values = {f"_cutoff_{cut:g}": case.formula(case.ohmic(cut)) for cut in CUTOFFS}
            if max(values.values()) > 0.0:
                ohmic.append(case.compared([*values.values()]))
        else:
            whole = float(case.with_principal_values()["coherence"])
            if np.isfinite(whole):  # where the steady state is unique
                numbers[f"coherence_with_principal_values_{name}"] = whole
                kept.append(f"{text(whole)} ({title(name)})")
            try:
                values = {"": case.formula(case.baths)}
            except (ArithmeticError, ValueError):  # a spectrum at negative frequencies
                continue
            own.append(case.compared([*values.values()]))
        for label, value in values.items():
            numbers[f"equilibrium_coherence_{name}{label}"] = value
            if case.driven > 0.0:
                numbers[f"equilibrium_over_driven_{name}{label}"] = value / case.driven
        if values.get("", 0.0) > 0.0 and case.weak:
            weak = float(case.with_principal_values(case.weak)["coherence"])
            deviations.append(abs(weak / case.weak / values[""] - 1.0))
            # The difference of two numbers that nearly agree has three digits.
            numbers[f"deviation_as_gamma_vanishes_{name}"] = float(text(deviations[-1]))
    return _remark(own, ohmic, kept, deviations), numbers


def _remark(own: list[str], ohmic: list[str], kept: list[str], deviations: list[float]) -> str:
    if not own and not ohmic and not kept:
        return ""
    compared = (
        f"|rho_12| at T_L = T_R = {TEMPERATURE:g}, and its part of what Eq. (12) gives at twice "
        "T_R, to this order"
    )
    model = (
        "right for Eq. (12), not for the model that it approximates: the state of that is "
        "exp(-H/T)/Z traced over the baths, with a coherence of first order in gamma"
    )
    sentences = [model]
    if own:
        sentences.append(f"{compared}: {', '.join(own)}")
    if ohmic:
        low, high = CUTOFFS
        sentences.append(
            f"{compared} for ohmic baths of the variant's gamma_ij at eps and cut-offs of {low:g} "
            f"to {high:g} eps, as it has no principal values: {', '.join(ohmic)}"
        )
    if kept:
        sentences.append(
            "by the equation with principal values, which has it for gamma far below "
            f"|E_1 - E_2|: {', '.join(kept)}"
        )
    if deviations:
        sentences.append(f"as gamma vanishes the two agree to {max(deviations):.1g}")
    return "; ".join(sentences)


def order_of_the_flux(study: Study) -> float:
    """Power of gamma in the flux between coupled TLSs at equal temperatures, principal values kept.

    For gamma to 0; NaN where there is no flux, or no such equation.
    """
    if COUPLED_TLS not in study.selected() or not _has_principal_values(study, COUPLED_TLS):
        return np.nan
    case = _Equilibrium(study, COUPLED_TLS)
    fluxes = [
        abs(float(case.with_principal_values(factor * case.weak)["internal_flux"]))
        for factor in (1.0, 10.0)
    ]
    return float(np.log10(fluxes[1] / fluxes[0])) if min(fluxes) > 0.0 else np.nan
