"""Claims 17, 18 and 27: the flux between two coupled two-level systems."""

import numpy as np

from li_cai_sun_2015.claims.examples import view_at
from li_cai_sun_2015.claims.measures import Array, largest
from li_cai_sun_2015.claims.region import BOTH_WAYS, HOTTER, LOWER
from li_cai_sun_2015.claims.study import COUPLED_TLS, Study, claim
from paper_replication.claim import Found, Outcome, not_applicable, text, verdict
from steady_coherence.master_equations import DEGENERACY_TOLERANCE
from steady_coherence.steady_states import Variables

#: Part of the fluxes that counts as zero: a residual that the solver may leave.
TOLERANCE = 1e-10
#: Part of the largest flux that the populations allow that rounding may leave.
ROUNDING = 1e-13


def _states(study: Study, equation: str = "nonsecular") -> Variables:
    """Steady states over the region, either bath the hotter along the last axis."""
    both = [study.states(COUPLED_TLS, hotter=hotter, equation=equation) for hotter in HOTTER]
    return {name: np.stack([one[name] for one in both], axis=-1) for name in both[0]}


def _bound(study: Study, state: Variables) -> Array:
    """Bound on the flux that the populations allow, 4 |g| (n_E1 + n_E2); rounding is part of it."""
    inner = np.abs(state["population"][1:3]).sum(axis=0)
    return np.asarray(4.0 * abs(study.relative(COUPLED_TLS, "coupling")) * inner)


def _over(values: Array, scale: Array) -> float:
    """Largest ratio of a flux to the scale, zero where both are."""
    return largest(np.divide(np.abs(values), scale, out=np.zeros_like(values), where=scale > 0.0))


def _over_the_flux(study: Study, values: Array, state: Variables) -> float:
    """Largest ratio to the flux, or to what rounding may leave of it."""
    scale = np.fmax(np.abs(state["internal_flux"]), ROUNDING * _bound(study, state))
    return _over(values, scale)


def _no_flux(study: Study, state: Variables) -> str:
    """Why there is no flux to speak of by the non-secular equation; empty if there is one."""
    if not np.isfinite(state["internal_flux"]).any():
        return "no unique steady state at any temperatures of the region"
    if _over(state["internal_flux"], _bound(study, state)) <= ROUNDING:
        return "there is no flux in this variant"
    return ""


@claim(
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
    about=(COUPLED_TLS,),
)
def _flux_is_the_imaginary_coherence(study: Study) -> Outcome:
    four_g, state = 4.0 * study.relative(COUPLED_TLS, "coupling"), _states(study)
    flux, printed = state["internal_flux"], four_g * state["coherence_imag"]
    example = study.states(COUPLED_TLS, 1.0, 1.0)
    of_example, as_printed = (
        float(value) for value in (example["internal_flux"], four_g * example["coherence_imag"])
    )
    equal = study.states(COUPLED_TLS, LOWER, 0.0)
    twice = study.states(COUPLED_TLS, LOWER, LOWER)["internal_flux"]
    at_equal = equal["internal_flux"]
    numbers = {
        "largest_flux": largest(np.abs(flux)),
        "largest_flux_minus_printed": largest(np.abs(flux - printed)),
        "largest_flux_plus_printed": largest(np.abs(flux + printed)),
        "largest_flux_at_equal_temperatures": largest(np.abs(at_equal)),
        "largest_sum_of_internal_and_bath_flux": largest(np.abs(flux + state["bath_flux"])),
        "flux_at_temperatures_1_and_2": of_example,
        "printed_at_temperatures_1_and_2": as_printed,
    }
    if reason := _no_flux(study, state):
        return not_applicable(reason, numbers)
    same, opposite = (
        _over_the_flux(study, apart, state) < TOLERANCE
        for apart in (flux - printed, flux + printed)
    )
    limit = np.fmax(TOLERANCE * np.abs(twice), ROUNDING * _bound(study, equal))
    vanishes = _over(at_equal, limit) <= 1.0
    found = Found(numbers)
    if same or opposite:
        found.holds_for.append("the modulus, 4 |g Im <E1|rho|E2>|, at every point")
    if vanishes:
        found.holds_for.append("zero at equal temperatures")
    else:
        most = largest(np.abs(at_equal))
        found.counterexamples.append(f"at equal temperatures the flux is up to {most:.3g}")
    if not same:
        found.counterexamples.insert(
            0,
            f"sign: at T_1 = dT = 1, d<sz_1>/dt due to H_S is {of_example:.3g}, the printed "
            f"4 g Im <E1|rho|E2> is {as_printed:.3g}",
        )
        what = "a flux of the other sign than printed"
        found.show(view_at(what, COUPLED_TLS, (1.0, 1.0), quantity="internal_flux"))
    return found.outcome(same and vanishes, (same or opposite) and vanishes)


@claim(
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
    about=(COUPLED_TLS,),
)
def _secular_flux_vanishes(study: Study) -> Outcome:
    state, secular = _states(study), _states(study, "secular")
    internal, bath = secular["internal_flux"], secular["bath_flux"]
    over, broken = _over_the_flux(study, internal, state), largest(np.abs(internal + bath))
    flux, of_bath = largest(np.abs(state["internal_flux"])), largest(np.abs(bath))
    by_secular, by_nonsecular = (
        float(study.states(COUPLED_TLS, 1.0, 1.0, equation=equation)["energy_current"][1])
        for equation in ("secular", "nonsecular")
    )
    numbers = {
        "largest_internal_flux_secular": largest(np.abs(internal)),
        "largest_internal_flux_nonsecular": flux,
        "largest_bath_flux_secular": of_bath,
        "largest_broken_continuity_secular": broken,
        "largest_internal_flux_secular_over_nonsecular": over,
        "energy_current_secular_temperatures_1_and_2": by_secular,
        "energy_current_nonsecular_temperatures_1_and_2": by_nonsecular,
    }
    if reason := _no_flux(study, state):
        return not_applicable(reason, numbers)
    unphysical = broken > TOLERANCE * flux
    if not over < TOLERANCE:
        narrow, wide, *_ = study.system(COUPLED_TLS).transition_energies
        close = wide - narrow <= DEGENERACY_TOLERANCE * wide
        return Outcome(
            verdict(False, unphysical),
            "the balance of (28) is broken",
            f"the secular flux is up to {over:.3g} times the non-secular one"
            + (", as E_1 and E_2 are too close for it to drop their cross terms" if close else ""),
            numbers,
        )
    if not unphysical:
        return Outcome(
            verdict(False, True),
            "zero at every point",
            "the balance of (28) is not broken: no flux from the baths either",
            numbers,
        )
    what = "by the secular equation what flows into a TLS does not flow out"
    return Outcome(
        verdict(True),
        f"zero at every point; but the bath flux J_1-B1 is not (up to {of_bath:.3g}), so that the "
        "balance of (28) is broken",
        "",
        numbers,
        view_at(what, COUPLED_TLS, (1.0, 1.0), equation="secular", quantity="bath_flux"),
        remark="energy does flow from bath to bath by the secular equation too: at T_1 = dT = 1 "
        f"{by_secular:.3g}, and {by_nonsecular:.3g} by the non-secular one",
    )


@claim(
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
    about=(COUPLED_TLS,),
)
def _coherence_reflects_the_flux(study: Study) -> Outcome:
    state = _states(study)
    flux, real, imaginary = (
        np.abs(state[name]) for name in ("internal_flux", "coherence_real", "coherence_imag")
    )
    left = flux - 4.0 * abs(study.relative(COUPLED_TLS, "coupling")) * imaginary
    with np.errstate(divide="ignore", invalid="ignore"):
        beside = np.where(flux > ROUNDING, real / imaginary, np.nan)
    median = float(np.nanmedian(beside)) if np.isfinite(beside).any() else 0.0
    numbers = {
        "largest_flux_less_that_of_the_imaginary_part": largest(np.abs(left)),
        "largest_ratio_of_real_to_imaginary_part": largest(beside),
        "median_ratio_of_real_to_imaginary_part": median,
    }
    if reason := _no_flux(study, state):
        return not_applicable(reason, numbers)
    return Outcome(
        verdict(_over_the_flux(study, left, state) < TOLERANCE),
        "the imaginary part, at every point: |J_1-2| = 4 |g Im <E1|rho|E2>|",
        f"the flux is up to {text(largest(np.abs(left)))} from 4 |g Im <E1|rho|E2>|",
        numbers,
        remark="the real part carries no flux, and need not be small: it has up to "
        f"{text(largest(beside))} times the imaginary part, at half of the points more than "
        f"{text(median)} times; for the printed sign see claim 17",
    )
