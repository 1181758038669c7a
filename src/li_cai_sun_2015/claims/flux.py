"""Claims 17, 18 and 27: the flux between two coupled two-level systems."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from li_cai_sun_2015.claims.examples import view_at
from li_cai_sun_2015.claims.study import (
    BOTH_WAYS,
    COUPLED_TLS,
    HOTTER,
    LOWER_TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    Array,
    Study,
    largest,
)
from paper_replication.claim import Claim, Outcome, not_applicable, text, verdict
from steady_coherence.master_equations import DEGENERACY_TOLERANCE
from steady_coherence.steady_states import Variables

#: Part of the fluxes that counts as zero: a residual that the solver may leave.
TOLERANCE = 1e-10
#: Part of the largest flux that the populations allow that rounding may leave.
ROUNDING = 1e-13


def _states(study: Study, equation: str) -> list[Variables]:
    """Steady states over the region, either bath the hotter."""
    return [
        study.states(
            COUPLED_TLS,
            LOWER_TEMPERATURE[:, None],
            TEMPERATURE_DIFFERENCE,
            hotter,
            equation=equation,
        )
        for hotter in HOTTER
    ]


def _bound(study: Study, state: Variables) -> Array:
    """Bound on the flux that the populations allow, 4 |g| (n_E1 + n_E2); rounding is part of it."""
    inner = np.abs(state["population"][1:3]).sum(axis=0)
    return np.asarray(4.0 * abs(study.coupling) * inner)


def _scales(study: Study, states: Sequence[Variables]) -> list[Array]:
    """What fluxes are compared with: their own size, or what rounding may leave of it."""
    return [np.fmax(np.abs(one["internal_flux"]), ROUNDING * _bound(study, one)) for one in states]


def _over(values: Sequence[Array], scale: Sequence[Array]) -> float:
    """Largest ratio of a flux to the scale, zero where both are."""
    return max(
        largest(np.divide(np.abs(a), b, out=np.zeros_like(a), where=b > 0.0))
        for a, b in zip(values, scale, strict=True)
    )


def _no_flux(study: Study, states: Sequence[Variables]) -> str:
    """Why there is no flux to speak of by the non-secular equation; empty if there is one."""
    flux = [one["internal_flux"] for one in states]
    if not np.isfinite(flux).any():
        return "no unique steady state at any temperatures of the region"
    if _over(flux, [_bound(study, one) for one in states]) <= ROUNDING:
        return "there is no flux in this variant"
    return ""


def _flux_is_the_imaginary_coherence(study: Study) -> Outcome:
    four_g = 4.0 * study.coupling
    states = _states(study, "nonsecular")
    flux, scale = [one["internal_flux"] for one in states], _scales(study, states)
    printed = [four_g * one["coherence_imag"] for one in states]
    example, equal = (
        study.states(COUPLED_TLS, lower, difference)
        for lower, difference in ((1.0, 1.0), (LOWER_TEMPERATURE, 0.0))
    )
    twice = study.states(COUPLED_TLS, LOWER_TEMPERATURE, LOWER_TEMPERATURE)["internal_flux"]
    limit = np.fmax(TOLERANCE * np.abs(twice), ROUNDING * _bound(study, equal))
    numbers = {
        "largest_flux": largest(np.abs(flux)),
        "largest_flux_minus_printed": largest(np.abs(np.subtract(flux, printed))),
        "largest_flux_plus_printed": largest(np.abs(np.add(flux, printed))),
        "largest_flux_at_equal_temperatures": largest(np.abs(equal["internal_flux"])),
        "largest_sum_of_internal_and_bath_flux": largest(
            np.abs([one["internal_flux"] + one["bath_flux"] for one in states])
        ),
        "flux_at_temperatures_1_and_2": float(example["internal_flux"]),
        "printed_at_temperatures_1_and_2": float(four_g * example["coherence_imag"]),
    }
    if reason := _no_flux(study, states):
        return not_applicable(reason, numbers)
    as_printed = _over([a - b for a, b in zip(flux, printed, strict=True)], scale) < TOLERANCE
    opposite = _over([a + b for a, b in zip(flux, printed, strict=True)], scale) < TOLERANCE
    vanishes = _over([equal["internal_flux"]], [limit]) <= 1.0
    examples = []
    if not as_printed:
        examples.append(
            f"sign: at T_1 = dT = 1, d<sz_1>/dt due to H_S is "
            f"{numbers['flux_at_temperatures_1_and_2']:.3g}, the printed 4 g Im <E1|rho|E2> is "
            f"{numbers['printed_at_temperatures_1_and_2']:.3g}"
        )
    if not vanishes:
        examples.append(
            "at equal temperatures the flux is up to "
            f"{numbers['largest_flux_at_equal_temperatures']:.3g}"
        )
    places = ["the modulus, 4 |g Im <E1|rho|E2>|, at every point"] if as_printed or opposite else []
    places += ["zero at equal temperatures"] if vanishes else []
    what = "a flux of the other sign than printed"
    shown = view_at(what, COUPLED_TLS, (1.0, 1.0), quantity="internal_flux")
    return Outcome(
        verdict(as_printed and vanishes, (as_printed or opposite) and vanishes),
        "; ".join(places),
        "; ".join(examples),
        numbers,
        {} if as_printed else shown,
    )


IMAGINARY: Claim[Study] = Claim(
    number=17,
    where="Section 5, Eq. (28)",
    statement="“J_1-2 [...] = 4 g Im <E1|rho|E2>”",
    sense="The internal flux is 4 g Im <E1|rho|E2>, its sign included, and vanishes at equal "
    "temperatures.",
    quantity="-i <[sz_1, H_S]> against 4 g Im <E1|rho|E2>, relative to itself; at equal "
    "temperatures relative to the flux with one of them doubled; 1e-13 of 4 |g| (n_E1 + n_E2) is "
    "rounding",
    region=f"{BOTH_WAYS}; equal temperatures 0.01 to 100",
    tolerance=TOLERANCE,
    check=_flux_is_the_imaginary_coherence,
    about=(COUPLED_TLS,),
)


def _secular_flux_vanishes(study: Study) -> Outcome:
    states = {kind: _states(study, kind) for kind in ("nonsecular", "secular")}
    internal, bath = (
        [one[kind] for one in states["secular"]] for kind in ("internal_flux", "bath_flux")
    )
    broken = [one + other for one, other in zip(internal, bath, strict=True)]
    of_nonsecular = [one["internal_flux"] for one in states["nonsecular"]]
    scale = _scales(study, states["nonsecular"])
    current = {
        kind: float(study.states(COUPLED_TLS, 1.0, 1.0, equation=kind)["energy_current"][1])
        for kind in states
    }
    numbers = {
        "largest_internal_flux_secular": largest(np.abs(internal)),
        "largest_internal_flux_nonsecular": largest(np.abs(of_nonsecular)),
        "largest_bath_flux_secular": largest(np.abs(bath)),
        "largest_broken_continuity_secular": largest(np.abs(broken)),
        "largest_internal_flux_secular_over_nonsecular": _over(internal, scale),
        "energy_current_secular_temperatures_1_and_2": current["secular"],
        "energy_current_nonsecular_temperatures_1_and_2": current["nonsecular"],
    }
    if reason := _no_flux(study, states["nonsecular"]):
        return not_applicable(reason, numbers)
    zero = numbers["largest_internal_flux_secular_over_nonsecular"] < TOLERANCE
    limit = TOLERANCE * numbers["largest_internal_flux_nonsecular"]
    unphysical = numbers["largest_broken_continuity_secular"] > limit
    if not zero:
        at_most = numbers["largest_internal_flux_secular_over_nonsecular"]
        narrow, wide, *_ = study.system(COUPLED_TLS).transition_energies
        kept = (
            ", as E_1 and E_2 are too close for it to drop their cross terms"
            if wide - narrow <= DEGENERACY_TOLERANCE * wide
            else ""
        )
        return Outcome(
            verdict(False, unphysical),
            "the balance of (28) is broken",
            f"the secular flux is up to {at_most:.3g} times the non-secular one{kept}",
            numbers,
        )
    if not unphysical:
        return Outcome(
            verdict(False, True),
            "zero at every point",
            "the balance of (28) is not broken: no flux from the baths either",
            numbers,
        )
    return Outcome(
        verdict(True),
        "zero at every point; but the bath flux J_1-B1 is not (up to "
        f"{numbers['largest_bath_flux_secular']:.3g}), so that the balance of (28) is broken",
        "",
        numbers,
        view_at(
            "by the secular equation what flows into a TLS does not flow out",
            COUPLED_TLS,
            (1.0, 1.0),
            equation="secular",
            quantity="bath_flux",
        ),
        remark="energy does flow from bath to bath by the secular equation too: at T_1 = dT = 1 "
        f"{current['secular']:.3g}, and {current['nonsecular']:.3g} by the non-secular one",
    )


SECULAR_FLUX: Claim[Study] = Claim(
    number=18,
    where="Section 5, after Eq. (28)",
    statement="“an unphysical conclusion that there is no net flux between the local sites even "
    "when the two heat baths have different temperatures”",
    sense="By the secular equation no flux runs between the TLSs although their baths differ in "
    "temperature, which cannot be.",
    quantity="secular -i <[sz_1, H_S]> over the non-secular one, and its sum with J_1-B1, which is "
    "zero in a steady state that obeys (28)",
    region=BOTH_WAYS,
    tolerance=TOLERANCE,
    check=_secular_flux_vanishes,
    about=(COUPLED_TLS,),
)


def _coherence_reflects_the_flux(study: Study) -> Outcome:
    states = _states(study, "nonsecular")
    flux, real, imaginary = (
        np.array([one[name] for one in states])
        for name in ("internal_flux", "coherence_real", "coherence_imag")
    )
    left = np.abs(flux) - 4.0 * abs(study.coupling) * np.abs(imaginary)
    with np.errstate(divide="ignore", invalid="ignore"):
        beside = np.where(np.abs(flux) > ROUNDING, np.abs(real) / np.abs(imaginary), np.nan)
    numbers = {
        "largest_flux_less_that_of_the_imaginary_part": largest(np.abs(left)),
        "largest_ratio_of_real_to_imaginary_part": largest(beside),
        "median_ratio_of_real_to_imaginary_part": float(np.nanmedian(beside))
        if np.isfinite(beside).any()
        else 0.0,
    }
    if reason := _no_flux(study, states):
        return not_applicable(reason, numbers)
    return Outcome(
        verdict(_over(list(left), _scales(study, states)) < TOLERANCE),
        "the imaginary part, at every point: |J_1-2| = 4 |g Im <E1|rho|E2>|",
        f"the flux is up to {text(largest(np.abs(left)))} from 4 |g Im <E1|rho|E2>|",
        numbers,
        remark="the real part carries no flux, and need not be small: it has up to "
        f"{text(numbers['largest_ratio_of_real_to_imaginary_part'])} times the imaginary part, at "
        f"half of the points more than {text(numbers['median_ratio_of_real_to_imaginary_part'])} "
        "times; for the printed sign see claim 17",
    )


REFLECTS: Claim[Study] = Claim(
    number=27,
    where="Sections 1, 5 and 6",
    statement="“the non-equilibrium flux between the two TLSs J_1-2 is exactly reflected by the "
    "imaginary part of the quantum coherence term <E1|rho|E2>”",
    sense="The imaginary part of the coherence and the flux fix each other. Where the paper says "
    "“the quantum coherence exactly reflects” the flux, this part is meant.",
    quantity="|J_1-2| less 4 |g Im <E1|rho|E2>|, over the flux; 1e-13 of 4 |g| (n_E1 + n_E2) is "
    "rounding",
    region=BOTH_WAYS,
    tolerance=TOLERANCE,
    check=_coherence_reflects_the_flux,
    about=(COUPLED_TLS,),
)
