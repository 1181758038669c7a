"""Claims 10, 24 and 25: where the determinant (15) vanishes, and what follows from it."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from li_cai_sun_2015.claims.balance import Couplings, balance
from li_cai_sun_2015.claims.examples import flat_baths, view_at
from li_cai_sun_2015.claims.study import (
    BOTH_WAYS,
    HOTTER,
    LOWER_TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    Array,
    Study,
    largest,
    random_coupling,
    shared_baths,
)
from li_cai_sun_2015.claims.zeros import lowest
from paper_replication.claim import Claim, Outcome, percent, text, verdict
from steady_coherence.coupling_spectra import CouplingSpectrum, InterferingTransitions
from steady_coherence.spectra import Flat
from steady_coherence.steady_states import Variables, steady_states
from steady_coherence.weight_factors import Constant

TOLERANCE = 1e-10
QUANTITY = "determinant (15), its sign corrected, over its value without cross spectra"


def relative_determinant(
    couplings: Couplings, left: ArrayLike, right: ArrayLike, energy_difference: ArrayLike = 0.0
) -> Array:
    """Determinant (15) of the Lambda system over its value without cross spectra, see `balance`."""
    return balance("lambda", couplings, left, right, energy_difference).determinant


def flat_coupling(
    first: float, second: float, weight: float = 1.0, phase: float = 0.0
) -> CouplingSpectrum:
    """Coupling spectrum of flat gamma_11, gamma_22, f and phase."""
    return InterferingTransitions((Flat(first), Flat(second)), Constant(weight), phase)


def _strength(study: Study) -> float:
    """gamma_11 of the left bath, or 0.01 where there is none."""
    energy = study.system("lambda").transition_energies[:1]
    return float(study.couplings[0](energy)[0, 0, 0].real) or 0.01


def _degenerate(ratios: tuple[float, float], strength: float, swapped: bool = False) -> Couplings:
    """Two baths with f = 1: gamma_22 = ratio gamma_11 in both, or the other way round in one."""
    ratio, other = ratios
    pair = (strength, ratio * strength)
    return [flat_coupling(*pair), flat_coupling(*(other * g for g in pair[:: 1 - 2 * swapped]))]


def _example_has_none(study: Study) -> Outcome:
    strength = _strength(study)
    cold, hot = LOWER_TEMPERATURE[:, None], LOWER_TEMPERATURE[:, None] + TEMPERATURE_DIFFERENCE
    numbers = {
        f"largest_relative_determinant_{label}_gammas": largest(
            np.abs(relative_determinant(_degenerate(ratios, strength), cold, hot))
        )
        for label, ratios in (("equal", (1.0, 1.0)), ("proportional", (2.0, 3.0)))
    } | _steep_spectra(study, strength)
    remarks = []
    if numbers["largest_relative_determinant_proportional_gammas"] < TOLERANCE:
        remarks.append(
            "gammas need not be equal: eps_1 = eps_2, f = 1 and gamma_22 = 2 gamma_11 in both "
            "baths (strengths 1 and 3) give det = 0 at every temperature pair"
        )
    if "steepness_of_a_zero" in numbers:
        remarks.append(
            f"with |eps_1 - eps_2| = {text(numbers['steep_difference'])} and f = 1, spectra that "
            f"differ by a factor {text(np.exp(numbers['steepness_of_a_zero']))} between eps_1 and "
            "eps_2 are enough for a relative det of "
            f"{text(numbers['steep_relative_determinant'])} at temperatures 1 and 2"
        )
    return Outcome(
        verdict(numbers["largest_relative_determinant_equal_gammas"] < TOLERANCE),
        "every temperature pair of the region",
        "det differs from 0 in the example",
        numbers,
        remark="; ".join(remarks),
    )


def _steep_spectra(study: Study, strength: float) -> dict[str, float]:
    """Spectra so steep that det = 0 although the levels are not degenerate."""
    split = abs(study.energy_difference("lambda")) or 0.01
    first, second = study.system("lambda", split).transition_energies

    def couplings(steepness: float) -> list[CouplingSpectrum]:
        """gamma_11 falls and gamma_22 rises with frequency, both are `strength` at their own."""

        def one(frequency: ArrayLike) -> NDArray[np.complex128]:
            at = np.asarray(frequency, dtype=float)
            exponents = np.array([first - at, at - second]) * (steepness / split)
            roots = np.sqrt(strength * np.exp(exponents))
            return np.asarray(np.einsum("in,jn->nij", roots, roots), dtype=complex)

        return [one, one]

    def relative(steepness: float) -> float:
        return float(relative_determinant(couplings(steepness), 1.0, 2.0, split))

    highest = 8.0
    if relative(0.0) * relative(highest) > 0.0:
        return {}
    root = float(brentq(relative, 0.0, highest, xtol=1e-15))
    return {
        "steep_difference": split,
        "steepness_of_a_zero": root,
        "steep_relative_determinant": abs(relative(root)),
    }


DETERMINANT: Claim[Study] = Claim(
    number=10,
    where="Section 3, after Eq. (16)",
    statement="“For example, if we choose D_12 = 0, [equal gamma_ii in both baths] and [f = 1], we "
    "can check from Eq. (16) that we would always get det = 0”",
    sense="In the example named, det = 0 at every temperature pair; others may have it too.",
    quantity=f"{QUANTITY}; beside the example, gammas in proportion and spectra that are steep",
    region=BOTH_WAYS,
    tolerance=TOLERANCE,
    check=_example_has_none,
    about=("lambda",),
)


def _no_unique_state(study: Study) -> Outcome:
    strength, system = _strength(study), study.system("lambda", 0.0)

    def solved(couplings: Couplings, cold: float, hot: float) -> tuple[float, Variables]:
        determinant = float(np.abs(relative_determinant(couplings, cold, hot)))
        return determinant, steady_states(system, shared_baths(couplings, cold, hot))

    found = {
        "equal_gammas": solved(_degenerate((1.0, 1.0), strength), 1.0, 2.0),
        "proportional_gammas": solved(_degenerate((2.0, 3.0), strength), 1.0, 2.0),
        # One bath at T = 0: a dark state that is reached from everywhere.
        "one_bath_at_zero": solved(_degenerate((2.0, 1.0), strength, swapped=True), 0.0, 1.0),
    }
    numbers = {f"relative_determinant_{name}": one for name, (one, _) in found.items()}
    numbers |= {f"unique_{name}": float(state["unique"]) for name, (_, state) in found.items()}
    pumped = found["one_bath_at_zero"][1]
    numbers["coherence_one_bath_at_zero"] = float(pumped["coherence"])
    right = [
        name.replace("_", " ")
        for name, (determinant, state) in found.items()
        if determinant < TOLERANCE and not state["unique"]
    ]
    wrong = numbers["relative_determinant_one_bath_at_zero"] < TOLERANCE and pumped["unique"]
    changes = {
        "energy_difference.lambda": 0.0,
        **flat_baths((strength, 2.0 * strength, 1.0, 0.0), (2.0 * strength, strength, 1.0, 0.0)),
    }
    return Outcome(
        verdict(not wrong and bool(right), bool(right)),
        f"{' and '.join(right)} at eps_1 = eps_2, f = 1 and temperatures 1 and 2",
        "eps_1 = eps_2, f = 1, Fig. 3's proportions, T_L = 0, T_R = 1: det = 0, and a unique dark "
        f"state with |rho_12| = {numbers['coherence_one_bath_at_zero']:.6f}",
        numbers,
        view_at("det = 0, and a unique steady state", "lambda", (0.0, 1.0), changes=changes)
        if wrong
        else {},
        remark="det is that of (14), in which n_e stands on the right-hand side: with n_e = 0 its "
        "null vector is a dark state, the only steady one unless the right-hand side fits too",
    )


NO_UNIQUE_STATE: Claim[Study] = Claim(
    number=24,
    where="Section 3, after Eq. (16)",
    statement="“If det = 0, the system does not have a unique steady state, and the long time "
    "behavior depends on the initial state.”",
    sense="Wherever det = 0 there is more than one steady state.",
    quantity=f"{QUANTITY}; uniqueness of the steady state of the whole generator",
    region="eps_1 = eps_2 and f = 1: equal gammas, gammas in proportion, and Fig. 3's proportions "
    "with one bath at T = 0",
    tolerance=TOLERANCE,
    check=_no_unique_state,
    about=("lambda",),
)


@cache
def _random_determinants() -> Array:
    """Relative determinants at random couplings, temperatures and splittings; f = 1 in half."""
    rng = np.random.default_rng(25)
    found = []
    for number in range(64):
        couplings = [random_coupling(rng, modes=1 + number % 2) for _ in range(2)]
        left, right = 10.0 ** rng.uniform(-1.0, 1.0, (2, 64))
        splits = 10.0 ** rng.uniform(-4.0, -0.5, 64)
        found.append(relative_determinant(couplings, left, right, splits))
    return np.concatenate(found)


#: Parts of the determinant without cross spectra below which the share of draws is counted.
BELOW = (1e-2, 1e-4, 1e-6)


def _has_measure_zero(study: Study) -> Outcome:
    drawn = np.abs(_random_determinants())
    least = _least_over_the_region(study)
    shares = [float(np.mean(drawn < limit)) for limit in BELOW]
    numbers = {
        "smallest_relative_determinant": least,
        "smallest_relative_determinant_of_random_couplings": float(drawn.min()),
        **{f"fraction_below_{limit:g}": part for limit, part in zip(BELOW, shares, strict=True)},
    }
    rare = bool(drawn.min() > 0.0) and shares[-1] < 0.01
    regular = least > TOLERANCE
    listed = ", ".join(
        f"{percent(part)} below {limit:g}" for limit, part in zip(BELOW, shares, strict=True)
    )
    holds_for = f"none of {drawn.size} random parameters has det = 0 ({listed})"
    if regular:
        holds_for += (
            f"; the variant's det is at least {text(least)} of its value without cross spectra"
        )
    strengths = [
        np.abs(coupling(study.system("lambda").transition_energies)).max()
        for coupling in study.couplings
    ]
    special = f"this variant is such a case: a relative det of {text(least)} at some temperatures"
    if not any(strengths):
        special = "no bath couples to this variant's Lambda system: det = 0 at all temperatures"
    return Outcome(
        verdict(rare),
        holds_for,
        f"det = 0 is not rare: {listed}",
        numbers,
        remark="the zeros are whole surfaces, not points: at eps_1 = eps_2 and f = 1, gammas in "
        "proportion have det = 0 at all temperatures (claim 10)"
        + ("" if regular else f"; {special}"),
    )


def _least_over_the_region(study: Study) -> float:
    """Least relative determinant of the variant, either bath the hotter."""

    def relative(hotter: str, cold: ArrayLike, above: ArrayLike) -> Array:
        return study.balance("lambda", cold, above, hotter).determinant

    axes = LOWER_TEMPERATURE, TEMPERATURE_DIFFERENCE
    return min(
        lowest(partial(relative, hotter), *axes, relative(hotter, axes[0][:, None], axes[1]))[2]
        for hotter in HOTTER
    )


MEASURE_ZERO: Claim[Study] = Claim(
    number=25,
    where="Section 3, after Eq. (16)",
    statement="“in usual cases det = 0 seldom happen, or it only has several discretely "
    "distributed solutions, which have measure 0 in the parameter space [...], unless the "
    "spectrums [...] have some very novel structures”",
    sense="Parameters drawn at random do not have det = 0.",
    quantity=f"{QUANTITY}: least value, share below a limit that goes to zero; for the variant by "
    "grids closing in on the least",
    region="64 random complex frequency-dependent couplings, half of them with f = 1, at 64 random "
    f"temperatures 0.1 to 10 and splittings 1e-4 to 0.3 each; for the variant {BOTH_WAYS}",
    tolerance=TOLERANCE,
    check=_has_measure_zero,
    about=("lambda",),
)
