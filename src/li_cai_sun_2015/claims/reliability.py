"""Reliability: what the exact solutions and the other master equations say of the paper's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from li_cai_sun_2015.claims.verdict import text

NAMES = {"lambda": "Lambda", "v": "V", "xi": "Xi", "coupled_tls": "coupled TLSs"}
EQUATION_NAMES = {
    "nonsecular": "non-secular",
    "nonsecular_lamb": "with principal values",
    "unified": "unified",
    "geometric": "geometric",
    "secular": "secular",
}

#: A flux below this (energy, at couplings of order 0.01) is what rounding leaves of zero.
FLUX_TOLERANCE = 1e-14


def judge_reliability(
    trust: xr.Dataset, steady_states: Mapping[str, xr.Dataset]
) -> list[dict[str, Any]]:
    """Answer what a reader asks after the verdicts, with numbers.

    Parameters
    ----------
    trust : Dataset
        As `exact_comparison` gives it.
    steady_states : mapping of str to Dataset
        Steady states, named "{system}/{equation}".

    Returns
    -------
    list of dict
        Each with `question`, `answer` and the `numbers` behind the answer.
    """
    return [
        *_against_exact_solutions(trust),
        _positivity(steady_states),
        _continuity(steady_states),
        _equal_temperatures(steady_states),
    ]


def _against_exact_solutions(trust: xr.Dataset) -> list[dict[str, Any]]:
    def relative(scan: str, equation: str, system: str) -> xr.DataArray:
        error = trust[f"{scan}_error"].sel(equation=equation, system=system)
        return error / trust[f"{scan}_coherence"].sel(system=system)

    def each(scan: str, at: int, equations: tuple[str, ...]) -> tuple[dict[str, float], str]:
        numbers = {
            f"{equation}_{system}": float(relative(scan, equation, system)[at])
            for equation in equations
            for system in trust["system"].values
        }
        described = "; ".join(
            f"{EQUATION_NAMES[equation]} "
            + ", ".join(
                f"{_percent(numbers[f'{equation}_{system}'])} ({NAMES[str(system)]})"
                for system in trust["system"].values
            )
            for equation in equations
        )
        return numbers, described

    all_equations = tuple(str(name) for name in trust["equation"].values)
    main = ("nonsecular", "nonsecular_lamb")
    coherence = trust["strength_coherence"]
    scans = ("strength", "damping", "detuning")
    strength, damping, detuning = (trust[scan].values for scan in scans)
    usual = int(np.abs(np.log(strength / 0.01)).argmin())
    usual_numbers, usual_text = each("strength", usual, main)
    weak_numbers, weak_text = each("strength", 0, main)
    narrow_numbers, narrow_text = each("damping", 0, main)
    broad_numbers, broad_text = each("damping", -1, main)
    off_numbers, off_text = each("detuning", -1, main)
    orders = {
        f"{equation}_{system}": float(trust["order"].sel(equation=equation, system=system))
        for equation in all_equations
        for system in trust["system"].values
    }
    exact = {
        f"exact_{system}": float(coherence.sel(system=system)[usual])
        for system in trust["system"].values
    }
    truncation = max(float(trust[f"{scan}_truncation"].max()) for scan in scans)
    return [
        {
            "question": "Is the steady coherence real, or an artefact of second order?",
            "answer": (
                "Real: the exact solution has it, at gamma = 0.01 on resonance "
                + ", ".join(
                    f"{text(exact[f'exact_{s}'])} ({NAMES[str(s)]})" for s in trust["system"].values
                )
                + f". Relative errors of rho_12 there: {usual_text}; the secular equation has none."
            ),
            "numbers": {**exact, **usual_numbers, "largest_truncation_error": truncation},
        },
        {
            "question": "How fast does each equation become right as the coupling vanishes?",
            "answer": (
                "The error of rho_12 vanishes with the power "
                + "; ".join(
                    f"{EQUATION_NAMES[equation]} "
                    + ", ".join(
                        f"{orders[f'{equation}_{system}']:.2f} ({NAMES[str(system)]})"
                        for system in trust["system"].values
                    )
                    for equation in all_equations
                )
                + " of gamma at fixed splitting, where rho_12 itself goes with the first power. "
                f"Relative errors at gamma = {strength[0]:.0e}: {weak_text}. Without the principal "
                "values the relative error does not vanish."
            ),
            "numbers": {**{f"order_{k}": v for k, v in orders.items()}, **weak_numbers},
        },
        {
            "question": "How broad must the spectra be?",
            "answer": (
                f"At kappa = {text(damping[-1])} the relative errors are: {broad_text}; at "
                f"kappa = {text(damping[0])}, near the rates themselves: {narrow_text}."
            ),
            "numbers": {
                **{f"broad_{k}": v for k, v in broad_numbers.items()},
                **{f"narrow_{k}": v for k, v in narrow_numbers.items()},
            },
        },
        {
            "question": "And off resonance, with a splitting as large as the width?",
            "answer": (
                f"With the modes {text(detuning[-1])} away the relative errors are: {off_text}. "
                "There the principal values, which the paper drops, make the coherence."
            ),
            "numbers": off_numbers,
        },
    ]


def _positivity(steady_states: Mapping[str, xr.Dataset]) -> dict[str, Any]:
    numbers: dict[str, float] = {}
    described = []
    for system, name in NAMES.items():
        data = steady_states[f"{system}/nonsecular"]
        eigenvalue = data["kossakowski_min_eigenvalue"]
        # Rank-deficient matrices have eigenvalues that rounding pushes to either side of zero.
        form = float((eigenvalue > -1e-14).mean())
        smallest = float(data["min_eigenvalue"].min())
        numbers |= {f"fraction_gkls_{system}": form, f"smallest_eigenvalue_{system}": smallest}
        described.append(
            f"{name}: GKLS form at {_percent(form)} of the grid, rho >= {text(smallest)}"
        )
    return {
        "question": "Does the non-secular equation keep states positive?",
        "answer": "; ".join(described) + ".",
        "numbers": numbers,
    }


def _continuity(steady_states: Mapping[str, xr.Dataset]) -> dict[str, Any]:
    numbers = {
        equation: float(abs(data["internal_flux"] + data["bath_flux"]).max())
        for equation, data in _coupled_tls(steady_states).items()
    }
    kept = [name for name, gap in numbers.items() if gap < FLUX_TOLERANCE]
    broken = {name: gap for name, gap in numbers.items() if name not in kept}
    return {
        "question": "Which equations keep the local balance J_1-2 + J_1-B1 = 0 of (28)?",
        "answer": (
            f"{_listed(EQUATION_NAMES[name] for name in kept)} keep it; broken by "
            + _listed(
                f"{EQUATION_NAMES[name]} (by up to {text(gap)})" for name, gap in broken.items()
            )
            + "."
        ),
        "numbers": numbers,
    }


def _equal_temperatures(steady_states: Mapping[str, xr.Dataset]) -> dict[str, Any]:
    numbers = {
        equation: float(abs(data["internal_flux"].sel(temperature_difference=0.0)).max())
        for equation, data in _coupled_tls(steady_states).items()
        if 0.0 in data["temperature_difference"].values
    }
    flowing = {name: flux for name, flux in numbers.items() if flux > FLUX_TOLERANCE}
    still = [EQUATION_NAMES[name] for name in numbers if name not in flowing]
    return {
        "question": "Which equations give an internal flux at equal temperatures?",
        "answer": (
            _listed(
                f"{EQUATION_NAMES[name]} (up to {text(flux)})" for name, flux in flowing.items()
            )
            + " with these couplings; no flux: "
            + _listed(still)
            + "."
        ),
        "numbers": numbers,
    }


def _coupled_tls(steady_states: Mapping[str, xr.Dataset]) -> dict[str, xr.Dataset]:
    found = {equation: steady_states.get(f"coupled_tls/{equation}") for equation in EQUATION_NAMES}
    return {equation: data for equation, data in found.items() if data is not None}


def _percent(fraction: float) -> str:
    return f"{100.0 * fraction:.3g} %"


def _listed(names: Any) -> str:
    return ", ".join(names) or "none"
