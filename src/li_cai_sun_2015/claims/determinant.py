"""Claims 10, 24 and 25: where the determinant (15) vanishes, and what follows from it."""

from functools import cache, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq

from li_cai_sun_2015.claims.balance import Couplings, balance
from li_cai_sun_2015.claims.couplings import random_coupling, shared_baths
from li_cai_sun_2015.claims.examples import flat_baths, view_at
from li_cai_sun_2015.claims.measures import Array, largest
from li_cai_sun_2015.claims.region import BOTH_WAYS, DIFFERENCE, EVERY_LOWER, HOTTER, LOWER
from li_cai_sun_2015.claims.study import Study, claim
from li_cai_sun_2015.claims.zeros import lowest
from paper_replication.claim import Found, Outcome, percent, text, verdict
from steady_coherence import Constant, Flat, InterferingTransitions, steady_states
from steady_coherence.coupling_spectra import CouplingSpectrum

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


@claim(
    number=10,
    where="Section 3, after Eq. (16)",
    statement="“For example, if we choose D_12 = 0, [equal gamma_ii in both baths] and [f = 1], we "
    "can check from Eq. (16) that we would always get det = 0”",
    sense="In the example named, det = 0 at every temperature pair; others may have it too.",
    quantity=f"{QUANTITY}; beside the example, gammas in proportion and spectra that are steep",
    region=BOTH_WAYS,
    tolerance=TOLERANCE,
    about=("lambda",),
)
def _example_has_none(study: Study) -> Outcome:
    strength = _strength(study)
    hot = LOWER[:, None] + DIFFERENCE
    equal, proportional = (
        largest(np.abs(relative_determinant(_degenerate(ratios, strength), EVERY_LOWER, hot)))
        for ratios in ((1.0, 1.0), (2.0, 3.0))
    )
    found = Found(
        {
            "largest_relative_determinant_equal_gammas": equal,
            "largest_relative_determinant_proportional_gammas": proportional,
        },
        ["every temperature pair of the region"],
        ["det differs from 0 in the example"],
    )
    if proportional < TOLERANCE:
        found.remarks.append(
            "gammas need not be equal: eps_1 = eps_2, f = 1 and gamma_22 = 2 gamma_11 in both "
            "baths (strengths 1 and 3) give det = 0 at every temperature pair"
        )
    _steep_spectra(study, strength, found)
    return found.outcome(equal < TOLERANCE)


def _steep_spectra(study: Study, strength: float, found: Found) -> None:
    """Tell of spectra so steep that det = 0 although the levels are not degenerate."""
    split = abs(study.relative("lambda", "energy_difference")) or 0.01
    first, second = study.system("lambda", split).transition_energies

    def relative(steepness: float) -> float:
        """With gamma_11 that falls and gamma_22 that rises, both `strength` at their own energy."""

        def one(frequency: ArrayLike) -> NDArray[np.complex128]:
            at = np.asarray(frequency, dtype=float)
            exponents = np.array([first - at, at - second]) * (steepness / split)
            roots = np.sqrt(strength * np.exp(exponents))
            return np.asarray(np.einsum("in,jn->nij", roots, roots), dtype=complex)

        return float(relative_determinant([one, one], 1.0, 2.0, split))

    highest = 8.0
    if relative(0.0) * relative(highest) > 0.0:
        return
    root = float(brentq(relative, 0.0, highest, xtol=1e-15))
    left = abs(relative(root))
    found.numbers["steep_difference"] = split
    found.numbers["steepness_of_a_zero"] = root
    found.numbers["steep_relative_determinant"] = left
    found.remarks.append(
        f"with |eps_1 - eps_2| = {text(split)} and f = 1, spectra that differ by a factor "
        f"{text(np.exp(root))} between eps_1 and eps_2 are enough for a relative det of "
        f"{text(left)} at temperatures 1 and 2"
    )


@claim(
    number=24,
    where="Section 3, after Eq. (16)",
    statement="“If det = 0, the system does not have a unique steady state, and the long time "
    "behavior depends on the initial state.”",
    sense="Wherever det = 0 there is more than one steady state.",
    quantity=f"{QUANTITY}; uniqueness of the steady state of the whole generator",
    region="eps_1 = eps_2 and f = 1: equal gammas, gammas in proportion, and Fig. 3's proportions "
    "with one bath at T = 0",
    tolerance=TOLERANCE,
    about=("lambda",),
)
def _no_unique_state(study: Study) -> Outcome:
    strength, system = _strength(study), study.system("lambda", 0.0)
    tried: dict[str, tuple[Couplings, float, float]] = {
        "equal_gammas": (_degenerate((1.0, 1.0), strength), 1.0, 2.0),
        "proportional_gammas": (_degenerate((2.0, 3.0), strength), 1.0, 2.0),
        # One bath at T = 0: a dark state that is reached from everywhere.
        "one_bath_at_zero": (_degenerate((2.0, 1.0), strength, swapped=True), 0.0, 1.0),
    }
    states = {name: steady_states(system, shared_baths(*case)) for name, case in tried.items()}
    zero = {name: float(np.abs(relative_determinant(*case))) for name, case in tried.items()}
    dark = float(states["one_bath_at_zero"]["coherence"])
    numbers = {
        **{f"relative_determinant_{name}": value for name, value in zero.items()},
        **{f"unique_{name}": float(state["unique"]) for name, state in states.items()},
        "coherence_one_bath_at_zero": dark,
    }
    right = [
        name.replace("_", " ")
        for name, state in states.items()
        if zero[name] < TOLERANCE and not state["unique"]
    ]
    wrong = zero["one_bath_at_zero"] < TOLERANCE and states["one_bath_at_zero"]["unique"]
    flat = flat_baths((strength, 2.0 * strength, 1.0, 0.0), (2.0 * strength, strength, 1.0, 0.0))
    changes = {"energy_difference.lambda": 0.0, **flat}
    shown = view_at("det = 0, and a unique steady state", "lambda", (0.0, 1.0), changes=changes)
    return Outcome(
        verdict(not wrong and bool(right), bool(right)),
        f"{' and '.join(right)} at eps_1 = eps_2, f = 1 and temperatures 1 and 2",
        "eps_1 = eps_2, f = 1, Fig. 3's proportions, T_L = 0, T_R = 1: det = 0, and a unique dark "
        f"state with |rho_12| = {dark:.6f}",
        numbers,
        shown if wrong else {},
        remark="det is that of (14), in which n_e stands on the right-hand side: with n_e = 0 its "
        "null vector is a dark state, the only steady one unless the right-hand side fits too",
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


@claim(
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
    about=("lambda",),
)
def _has_measure_zero(study: Study) -> Outcome:
    drawn, least = np.abs(_random_determinants()), _least_over_the_region(study)
    shares = {limit: float(np.mean(drawn < limit)) for limit in BELOW}
    numbers = {
        "smallest_relative_determinant": least,
        "smallest_relative_determinant_of_random_couplings": float(drawn.min()),
        **{f"fraction_below_{limit:g}": part for limit, part in shares.items()},
    }
    listed = ", ".join(f"{percent(part)} below {limit:g}" for limit, part in shares.items())
    holds_for = f"none of {drawn.size} random parameters has det = 0 ({listed})"
    remark = (
        "the zeros are whole surfaces, not points: at eps_1 = eps_2 and f = 1, gammas in "
        "proportion have det = 0 at all temperatures (claim 10)"
    )
    energies = study.system("lambda").transition_energies
    if least > TOLERANCE:
        holds_for += (
            f"; the variant's det is at least {text(least)} of its value without cross spectra"
        )
    elif any(np.abs(coupling(energies)).max() for coupling in study.couplings):
        special = f"this variant is such a case: a relative det of {text(least)}"
        remark += f"; {special} at some temperatures"
    else:
        remark += "; no bath couples to this variant's Lambda system: det = 0 at all temperatures"
    return Outcome(
        verdict(bool(drawn.min() > 0.0) and shares[BELOW[-1]] < 0.01),
        holds_for,
        f"det = 0 is not rare: {listed}",
        numbers,
        remark=remark,
    )


def _least_over_the_region(study: Study) -> float:
    """Least relative determinant of the variant, either bath the hotter."""

    def relative(hotter: str, cold: ArrayLike, above: ArrayLike) -> Array:
        return study.balance("lambda", cold, above, hotter).determinant

    axes = LOWER, DIFFERENCE
    return min(
        lowest(partial(relative, hotter), *axes, relative(hotter, EVERY_LOWER, axes[1]))[2]
        for hotter in HOTTER
    )
