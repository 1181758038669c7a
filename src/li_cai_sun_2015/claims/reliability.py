"""Reliability: what the exact solutions and the other master equations say of the paper's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import xarray as xr

from li_cai_sun_2015.claims.entropy import entropy_row
from li_cai_sun_2015.claims.exact_baths import rows_of
from li_cai_sun_2015.claims.study import (
    COHERENT,
    COUPLED_TLS,
    Study,
    at_equal_temperatures,
    largest,
)
from li_cai_sun_2015.claims.thermal import order_of_the_flux
from li_cai_sun_2015.data.exact_comparison import STRENGTH
from li_cai_sun_2015.data.exact_study import PROPORTIONS
from paper_replication.claim import certain, percent, text
from steady_coherence.baths import dissipation_rates
from steady_coherence.master_equations import MASTER_EQUATIONS
from steady_coherence.systems import SYSTEMS

NAMES = {name: entry.title for name, entry in SYSTEMS.items()}
#: The secular equation, which has no coherence, comes last.
EQUATION_NAMES = {
    name: MASTER_EQUATIONS[name].title
    for name in sorted(MASTER_EQUATIONS, key=lambda name: name == "secular")
}
REAL = "real: the exact solution has it"
MAIN = ("nonsecular", "nonsecular_lamb")

#: Part of the largest flux, or of the rates, that counts as zero.
TOLERANCE = 1e-10
#: Part of 4 |g| (n_E1 + n_E2), more than populations allow as a flux, that is rounding.
ROUNDING = 1e-13


def judge_reliability(study: Study) -> list[dict[str, Any]]:
    """Answer what a reader asks after the verdicts, with numbers.

    Parameters
    ----------
    study : Study
        The variant, with the comparison with exact solutions as "trust".

    Returns
    -------
    list of dict
        Each with `question`, `answer` and the `numbers` behind the answer.
    """
    comparison = _Comparison(study.datasets["trust"])
    rows = [
        *(comparison.answers() if comparison.systems else []),
        *rows_of(study.selected()),
        *([_positivity(study), entropy_row(study)] if study.selected(COHERENT) else []),
        *([_continuity(study), _equal_temperatures(study)] if _coupled_tls(study) else []),
    ]
    return [
        {**row, "numbers": {name: _certain(each) for name, each in row["numbers"].items()}}
        for row in rows
    ]


def _certain(value: float) -> float | None:
    """A number without the digits that the difference from an exact solution loses."""
    return certain(value, digits=6)


class _Comparison:
    """Errors of the master equations against exact solutions, in words."""

    def __init__(self, data: xr.Dataset) -> None:
        self.data = data
        self.systems = [str(name) for name in data["system"].values]
        self.equations = [str(name) for name in data["equation"].values]

    def coherence(self, scan: str, at: int) -> dict[str, float]:
        """|rho_12| of the exact solution of each system."""
        values = self.data[f"{scan}_coherence"]
        return {name: float(values.sel(system=name)[at]) for name in self.systems}

    def relative(
        self, scan: str, at: int, equations: Iterable[str] = MAIN
    ) -> dict[tuple[str, str], float]:
        """Error of rho_12 over |rho_12| of the exact solution."""
        error, exact = self.data[f"{scan}_error"], self.coherence(scan, at)
        return {
            (equation, name): float(error.sel(equation=equation, system=name)[at]) / exact[name]
            for equation in equations
            for name in self.systems
        }

    def listed(self, values: dict[tuple[str, str], float], digits: str = "") -> str:
        """Numbers of each equation and system in words: percentages, or in a given format."""
        equations = dict.fromkeys(equation for equation, _ in values)
        return "; ".join(
            f"{EQUATION_NAMES[equation]} "
            + ", ".join(
                f"{_number(values[equation, name], digits)} ({NAMES[name]})"
                for name in self.systems
            )
            for equation in equations
        )

    def answers(self) -> list[dict[str, Any]]:
        strength, damping, detuning = (
            self.data[scan].values for scan in ("strength", "damping", "detuning")
        )
        usual = int(np.abs(np.log(strength / STRENGTH)).argmin())
        exact = self.coherence("strength", usual)
        there, weak = self.relative("strength", usual), self.relative("strength", 0)
        narrow, broad = self.relative("damping", 0), self.relative("damping", -1)
        off = self.relative("detuning", -1)
        orders, own_order = self.data["order"], self.data["coherence_order"]
        powers = {
            (equation, name): float(orders.sel(equation=equation, system=name))
            for equation in self.equations
            for name in self.systems
        }
        own = {name: float(own_order.sel(system=name)) for name in self.systems}
        lost = [
            NAMES[name]
            for name in self.systems
            if exact[name] < 10.0 * self.data["strength_truncation"].sel(system=name)[usual]
        ]
        real = f"not told from truncation ({_listed(lost)})" if lost else REAL
        truncation = max(
            largest(self.data[f"{scan}_truncation"]) for scan in ("strength", "damping", "detuning")
        )
        return [
            {
                "question": "Is the steady coherence real, or an artefact of second order?",
                "answer": (
                    f"With baths in the paper's proportions ({_proportions()}), each one damped "
                    f"mode, {real}, at gamma = {STRENGTH:g} on resonance "
                    + ", ".join(f"{text(exact[name])} ({NAMES[name]})" for name in self.systems)
                    + f". Relative errors of rho_12 there: {self.listed(there)}; "
                    + self._secular(usual)
                ),
                "numbers": {
                    **{f"exact_{name}": value for name, value in exact.items()},
                    **_named(there),
                    "largest_truncation_error": truncation,
                },
            },
            {
                "question": "How fast does each equation become right as the coupling vanishes?",
                "answer": (
                    f"The error of rho_12 vanishes with the power {self.listed(powers, '.2f')} of "
                    "gamma at fixed splitting, where rho_12 itself goes with the power "
                    + ", ".join(f"{_number(own[name], '.2f')} ({NAMES[name]})" for name in own)
                    + f". Relative errors at gamma = {strength[0]:.0e}: {self.listed(weak)}."
                    + self._without_principal_values(powers, own)
                ),
                "numbers": {
                    **_named(powers, "order_"),
                    **{f"order_coherence_{name}": value for name, value in own.items()},
                    **_named(weak),
                },
            },
            {
                "question": "How broad must the spectra be?",
                "answer": (
                    f"At kappa = {text(damping[-1])} the relative errors are: {self.listed(broad)};"
                    f" at kappa = {text(damping[0])}, near the rates themselves: "
                    f"{self.listed(narrow)}."
                ),
                "numbers": {**_named(broad, "broad_"), **_named(narrow, "narrow_")},
            },
            {
                "question": "And off resonance, with a splitting as large as the width?",
                "answer": (
                    f"With the modes {text(detuning[-1])} away the relative errors are: "
                    f"{self.listed(off)}." + self._made_by_principal_values(off)
                ),
                "numbers": _named(off),
            },
        ]

    def _secular(self, at: int) -> str:
        """Sentence on the coherence by the secular equation, from its errors."""
        errors = self.relative("strength", at, ("secular",))
        if all(abs(error - 1.0) < 1e-9 for error in errors.values()):
            return "the secular equation has none."
        return f"{self.listed(errors)}: at equal energies it keeps cross terms."

    def _without_principal_values(
        self, powers: dict[tuple[str, str], float], own: dict[str, float]
    ) -> str:
        lost = [abs(powers["nonsecular", name] - own[name]) < 0.2 for name in self.systems]
        if not all(lost):
            return ""
        return " Without the principal values the relative error does not vanish."

    def _made_by_principal_values(self, off: dict[tuple[str, str], float]) -> str:
        made = [
            off["nonsecular", name] > 0.5 > off["nonsecular_lamb", name] for name in self.systems
        ]
        if not all(made):
            return ""
        return " There the principal values, which the paper drops, make the coherence."


def _proportions() -> str:
    """The proportions of gamma_11 and gamma_22 in the left and the right bath."""
    return " and ".join(":".join(f"{part:g}" for part in parts) for parts in PROPORTIONS.values())


def _named(values: dict[tuple[str, str], float], prefix: str = "") -> dict[str, float]:
    return {f"{prefix}{equation}_{system}": value for (equation, system), value in values.items()}


def _number(value: float, digits: str) -> str:
    if not np.isfinite(value):
        return "not told from rounding"
    if digits:
        return format(value, digits)
    return percent(value) if value < 1.0 else f"{100.0 * value:.3g} %"


def _positivity(study: Study) -> dict[str, Any]:
    numbers: dict[str, float] = {}
    described = []
    for name in study.selected():
        eigenvalue, smallest = (
            study.stored(name, "nonsecular", variable)
            for variable in ("kossakowski_min_eigenvalue", "min_eigenvalue")
        )
        if eigenvalue is None or smallest is None:
            continue
        cold = eigenvalue["temperature"].values[:, None]
        hot = cold + eigenvalue["temperature_difference"].values
        # Rank-deficient matrices have eigenvalues that rounding pushes to either side of zero.
        system = study.system(name)
        baths = [
            bath.with_state(state)
            for bath, state in zip(study.baths(name, 1.0, 1.0), (cold, hot), strict=True)
        ]
        size = sum(
            np.einsum("ii...", dissipation_rates(baths, float(energy))[0]).real
            for energy in system.transition_energies
        )
        form = float((eigenvalue.values / study.unit(name) >= -ROUNDING * size).mean())
        numbers[f"fraction_gkls_{name}"] = form
        of_state = "no unique steady state"
        if np.isfinite(smallest).any():
            numbers[f"smallest_eigenvalue_{name}"] = float(smallest.min())
            of_state = f"rho >= {text(float(smallest.min()))}"
        described.append(f"{NAMES[name]}: GKLS form at {percent(form)} of the grid, {of_state}")
    return {
        "question": "Does the non-secular equation keep states positive?",
        "answer": "; ".join(described) + ".",
        "numbers": numbers,
    }


def _continuity(study: Study) -> dict[str, Any]:
    every = _coupled_tls(study)
    numbers = {
        equation: largest(abs(data["internal_flux"] + data["bath_flux"]))
        for equation, data in every.items()
    }
    limits = {equation: _rounding(study, data) for equation, data in every.items()}
    kept = [name for name, gap in numbers.items() if gap <= limits[name]]
    broken = {name: gap for name, gap in numbers.items() if name not in kept}
    return {
        "question": "Which equations keep the local balance J_1-2 + J_1-B1 = 0 of (28)?",
        "answer": (
            f"{_listed(EQUATION_NAMES[name] for name in kept)} keep it; broken by "
            + _listed(
                f"{EQUATION_NAMES[name]} (by up to {gap:.3g})" for name, gap in broken.items()
            )
            + "."
        ),
        "numbers": numbers,
    }


def _equal_temperatures(study: Study) -> dict[str, Any]:
    question = "Which equations give an internal flux at equal temperatures?"
    every = _coupled_tls(study)
    numbers: dict[str, float] = {}
    for equation, data in every.items():
        equal = at_equal_temperatures(data["internal_flux"])
        if equal.any():
            numbers[equation] = largest(np.abs(data["internal_flux"].values[equal]))
    if not numbers:
        return {
            "question": question,
            "answer": "The variant's grid has no equal temperatures.",
            "numbers": {},
        }
    flowing = {name: flux for name, flux in numbers.items() if flux > _rounding(study, every[name])}
    still = [EQUATION_NAMES[name] for name in numbers if name not in flowing]
    order = order_of_the_flux(study)
    artefact = ""
    if np.isfinite(order):
        numbers["order_in_gamma_with_principal_values"] = order
        artefact = (
            f" That of the equation with principal values goes with the power {order:.2f} of "
            "gamma: an artefact of second order, as nothing flows in equilibrium."
        )
    return {
        "question": question,
        "answer": (
            _listed(f"{EQUATION_NAMES[name]} (up to {flux:.3g})" for name, flux in flowing.items())
            + " with these couplings; no flux: "
            + _listed(still)
            + "."
            + artefact
        ),
        "numbers": numbers,
    }


def _coupled_tls(study: Study) -> dict[str, xr.Dataset]:
    """Fluxes and populations by every equation, in units of the mean transition energy."""
    if COUPLED_TLS not in study.selected():
        return {}
    found = {}
    for equation in EQUATION_NAMES:
        if f"{COUPLED_TLS}/{equation}" in study.datasets:
            variables = {
                name: study.stored(COUPLED_TLS, equation, name)
                for name in ("internal_flux", "bath_flux", "population")
            }
            unit = study.unit(COUPLED_TLS)
            found[equation] = xr.Dataset(
                {
                    name: values if name == "population" else values / unit
                    for name, values in variables.items()
                    if values is not None
                }
            )
    return found


def _rounding(study: Study, data: xr.Dataset) -> float:
    """A flux that counts as zero."""
    inner = abs(data["population"].sel(level=["E1", "E2"])).sum("level")
    bound = 4.0 * abs(study.coupling) * largest(inner)
    flux = max(largest(np.abs(data[name])) for name in ("internal_flux", "bath_flux"))
    return max(ROUNDING * bound, TOLERANCE * flux)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
