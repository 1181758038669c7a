"""Claims 9 and 10: one steady state, whatever the initial one, and the determinant (15)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, partial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import brentq, minimize

from li_cai_sun_2015.claims.balance import Couplings, balance
from li_cai_sun_2015.claims.examples import flat_baths, view_at
from li_cai_sun_2015.claims.study import (
    BOTH_WAYS,
    COLDEST,
    HOTTER,
    LOWER_TEMPERATURE,
    POSITIVE,
    TEMPERATURE_DIFFERENCE,
    Array,
    Study,
    coherence_element,
    largest,
    shared_baths,
)
from li_cai_sun_2015.claims.zeros import lowest
from paper_replication.claim import Claim, Outcome, percent, text, verdict
from steady_coherence.baths import Bath
from steady_coherence.coherence_measures import density_matrices
from steady_coherence.coupling_spectra import CouplingSpectrum, InterferingTransitions
from steady_coherence.generator import generator_matrix
from steady_coherence.spectra import Flat
from steady_coherence.steady_states import steady_states
from steady_coherence.systems import SYSTEMS, LevelSystem
from steady_coherence.time_evolution import time_evolution
from steady_coherence.weight_factors import Constant

#: Eigenvalues of L below this part of the largest one are rounding.
RESOLVED = 1e-12
#: A mode that grows more slowly than this part of the largest eigenvalue may be rounding: near
#: a point at which two eigenvectors coincide eigenvalues are known to the root of it only.
GROWS = 1e-9
NOT_UNIQUE = "a second zero mode, or one that rounding does not tell from zero"


def spectral_gap(system: LevelSystem, baths: Sequence[Bath]) -> tuple[Array, Array]:
    """Slowest relaxation rate of a generator.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    baths : sequence of Bath
        The baths, on one grid.

    Returns
    -------
    gap : ndarray, shape of the grid
        Smallest |Re lambda| over all eigenvalues of L but the one nearest to
        zero; NaN where it is lost in the rounding of the largest.
    growth : ndarray, shape of the grid
        Largest Re lambda over the same eigenvalues, 0 if all relax.
    """
    values = np.linalg.eigvals(generator_matrix(system, baths, "nonsecular"))
    order = np.argsort(np.abs(values), axis=-1)
    others = np.take_along_axis(values, order, axis=-1)[..., 1:]
    gap, growth = np.abs(others.real).min(axis=-1), others.real.max(axis=-1)
    scale = np.abs(others[..., -1])
    return (
        np.where(gap > RESOLVED * scale, gap, np.nan),
        np.where(growth > GROWS * scale, growth, 0.0),
    )


def gap_map(study: Study, name: str) -> Array:
    """Gap of a system's generator over the searched region, right bath hotter."""
    baths = study.baths(name, LOWER_TEMPERATURE[:, None], TEMPERATURE_DIFFERENCE)
    return spectral_gap(study.system(name), baths)[0]


def initial_states(system: LevelSystem) -> NDArray[np.complex128]:
    """Pure states: each level, and superpositions of the coherent pair and of all levels."""
    size = len(system.levels)
    first, second = coherence_element(system)
    vectors = list(np.eye(size, dtype=complex))
    for phase in (1.0, -1.0, 1j):
        vector = np.zeros(size, dtype=complex)
        vector[first], vector[second] = 1.0, phase
        vectors.append(vector / np.sqrt(2.0))
    vectors.append(np.ones(size, dtype=complex) / np.sqrt(size))
    return np.array([np.outer(vector, vector.conj()) for vector in vectors])


def propagation_spread(
    system: LevelSystem, baths: Sequence[Bath], lifetimes: float = 40.0
) -> tuple[float, float]:
    """Largest distance to the steady state after some lifetimes of the slowest mode.

    The gap has to be resolved. The distance is that of an element of rho, over
    the states of `initial_states`; with it comes the distance that rounding alone may leave.
    """
    matrix = generator_matrix(system, baths, "nonsecular")
    time = lifetimes / float(spectral_gap(system, baths)[0])
    final = time_evolution(system, baths, initial_states(system), [time])[:, 0]
    expected = density_matrices(system, steady_states(system, baths))
    rounding = 1e-14 * time * float(np.abs(matrix).max())
    return float(np.abs(final - expected).max()), rounding


#: Temperatures of the colder bath, and differences, at which initial states are propagated.
PROPAGATED = ((1.0, 1.0), (1.0, 0.0), (0.2, 0.1), (0.0, 1.0))


def _steady_state_is_unique(study: Study) -> Outcome:
    numbers: dict[str, float] = {}
    shares, examples, regions = [], [], []
    spread = 0.0
    for name in study.selected(("lambda", "v")):
        system = study.system(name)
        of_system = []
        stored = study.stored(name, "nonsecular", "unique")
        if stored is not None:
            of_system.append(float(stored.mean()))
            numbers[f"fraction_unique_{name}_grid"] = of_system[0]
            if of_system[0] < 1.0:
                examples.append(
                    f"{SYSTEMS[name].title}: not unique in {percent(1.0 - of_system[0])} of the "
                    "variant's grid"
                )
        for hotter in HOTTER:
            more, example = _over_the_region(study, name, hotter)
            numbers |= more
            of_system.append(more[f"fraction_unique_{name}_{hotter}_hotter"])
            examples += example
        for lower, difference in PROPAGATED:
            baths = study.baths(name, lower, difference)
            resolved = np.isfinite(spectral_gap(system, baths)[0])
            if resolved and steady_states(system, baths)["unique"]:
                apart, rounding = propagation_spread(system, baths)
                spread = max(spread, apart if apart > rounding else 0.0)
        numbers |= {
            f"gap_{name}_temperatures_1_and_2": float(
                spectral_gap(system, study.baths(name, 1.0, 1.0))[0]
            ),
            f"unique_{name}_one_bath_at_zero": float(study.states(name, 0.0, 1.0)["unique"]),
            f"unique_{name}_both_baths_at_zero": float(study.states(name, 0.0, 0.0)["unique"]),
        }
        shares += of_system
        regions.append(f"{SYSTEMS[name].title}: {percent(min(of_system))} of the region")
    numbers["largest_distance_after_propagation"] = spread
    if spread >= UNIQUE.tolerance:
        examples.append(f"propagated states stay {text(spread)} apart from the steady one")
    if not max(shares):
        return Outcome(
            verdict(False), "", "holds nowhere: no unique steady state at any temperatures", numbers
        )
    if examples:
        return Outcome(verdict(False, True), "; ".join(regions), "; ".join(examples), numbers)
    holds_for = "every temperature pair with one bath above T = 0"
    if numbers.get("unique_lambda_both_baths_at_zero") == 0.0:
        holds_for += (
            "; at both at T = 0, outside the region, the two lower levels of Lambda are stable, "
            "and towards it its lifetime grows as exp(eps/T)"
        )
    return Outcome(verdict(True), holds_for, "", numbers)


def _over_the_region(study: Study, name: str, hotter: str) -> tuple[dict[str, float], list[str]]:
    """Uniqueness and spectrum of the generator over every second point of the region."""
    system = study.system(name)
    lower, above = LOWER_TEMPERATURE[::2], TEMPERATURE_DIFFERENCE[::2]
    baths = study.baths(name, lower[:, None], above, hotter)
    state = steady_states(system, baths)
    gap, growth = spectral_gap(system, baths)
    unique = np.asarray(state["unique"], dtype=bool)
    warm = TEMPERATURE_DIFFERENCE[TEMPERATURE_DIFFERENCE >= COLDEST]
    at_zero = np.asarray(study.states(name, 0.0, warm, hotter)["unique"], dtype=bool)
    label = f"{name}_{hotter}_hotter"
    numbers = {
        f"fraction_unique_{label}": float(np.mean([*unique.flat, *at_zero])),
        f"fraction_density_matrix_{label}": float(np.mean(state["min_eigenvalue"] >= -POSITIVE)),
        f"fraction_gap_resolved_{label}": float(np.isfinite(gap).mean()),
        f"smallest_resolved_gap_{label}": float(
            np.min(gap, where=np.isfinite(gap), initial=np.inf)
        ),
        f"largest_growth_rate_{label}": float(growth.max()),
    }
    if growth.max() > 0.0:
        row, column = np.argwhere(growth == growth.max())[0]
        what = (
            f"a mode of the generator grows at the rate {text(growth.max())}, and no density "
            "matrix is steady"
        )
    elif not unique.all():
        row, column = np.argwhere(~unique)[0]
        what = NOT_UNIQUE
    elif not at_zero.all():
        row, column, lower, above = 0, int(np.argmin(at_zero)), np.zeros(1), warm
        what = NOT_UNIQUE
    else:
        return numbers, []
    where = f"lower temperature {text(lower[row])}, dT = {text(above[column])}"
    return numbers, [f"{SYSTEMS[name].title}, {hotter} bath hotter, {where}: {what}"]


UNIQUE: Claim[Study] = Claim(
    number=9,
    where="Section 3, after Eq. (16)",
    statement="“the steady state [...] is unique and does not depend on the initial state, thus "
    "there is no DFS here”",
    sense="One steady state, reached from every initial state.",
    quantity="distance to the steady state after 40 lifetimes of the slowest mode, from each level "
    "and four superpositions; spectrum of the generator (gap: smallest nonzero |Re lambda|)",
    region=f"Lambda and V; the variant's grid; {BOTH_WAYS}, every second point; one bath at T = 0",
    tolerance=1e-9,
    check=_steady_state_is_unique,
    about=("lambda", "v"),
)


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


def _determinant_vanishes_only_specially(study: Study) -> Outcome:
    energy = study.system("lambda").transition_energies[:1]
    strength = float(study.couplings[0](energy)[0, 0, 0].real) or 0.01
    least = _least_over_the_region(study)
    numbers = {
        "smallest_relative_determinant": least,
        **_degenerate_levels(study, strength),
        **_least_determinant(),
        **_steep_spectra(study, strength),
    }
    special = numbers["largest_relative_determinant_equal_gammas"] < DETERMINANT.tolerance
    regular = least > DETERMINANT.tolerance
    examples = [] if regular else [_in_the_variant(study, least)]
    examples += _other_zeros(numbers)
    holds_for = "the case named" if special else ""
    if special and regular:
        holds_for += (
            f", and the variant's couplings, where det is at least {text(least)} of its value "
            "without cross spectra"
        )
    baths = [(ratio * strength, 2.0 * ratio * strength, 1.0, 0.0) for ratio in (1.0, 3.0)]
    changes = {"energy_difference.lambda": 0.0, **flat_baths(*baths)}
    shown = view_at("det = 0, and no unique steady state", "lambda", (1.0, 1.0), changes=changes)
    return Outcome(
        verdict(special and not examples, special), holds_for, "; ".join(examples), numbers, shown
    )


def _degenerate_levels(study: Study, strength: float) -> dict[str, float]:
    """Determinant at eps_1 = eps_2 and f = 1, with several proportions of the gammas."""
    cold, difference = LOWER_TEMPERATURE[:, None], TEMPERATURE_DIFFERENCE
    dark = [flat_coupling(strength, strength)] * 2
    proportional = [
        flat_coupling(strength, 2.0 * strength),
        flat_coupling(3.0 * strength, 6.0 * strength),
    ]
    phases = [dark[0], flat_coupling(strength, strength, phase=0.5)]
    # One bath at T = 0: a dark state that is reached from everywhere.
    crossed = [flat_coupling(strength, 2.0 * strength), flat_coupling(2.0 * strength, strength)]
    pumped = steady_states(study.system("lambda", 0.0), shared_baths(crossed, 0.0, 1.0))
    return {
        "largest_relative_determinant_equal_gammas": largest(
            np.abs(relative_determinant(dark, cold, cold + difference))
        ),
        "largest_relative_determinant_proportional_gammas": largest(
            np.abs(relative_determinant(proportional, cold, cold + difference))
        ),
        "relative_determinant_phases_0.5_apart": float(relative_determinant(phases, 1.0, 2.0)),
        "relative_determinant_one_bath_at_zero": float(
            np.abs(relative_determinant(crossed, 0.0, 1.0))
        ),
        "unique_one_bath_at_zero": float(pumped["unique"]),
        "coherence_one_bath_at_zero": float(pumped["coherence"]),
    }


def _other_zeros(numbers: dict[str, float]) -> list[str]:
    """Cases beside the one named, in words."""
    examples = []
    tolerance = DETERMINANT.tolerance
    if numbers["largest_relative_determinant_proportional_gammas"] < tolerance:
        examples.append(
            "gammas need not be equal: eps_1 = eps_2, f = 1 and gamma_22 = 2 gamma_11 in both "
            "baths (strengths 1 and 3) give det = 0 at every temperature pair"
        )
    if "steepness_of_a_zero" in numbers:
        examples.append(
            "levels need not be degenerate: |eps_1 - eps_2| = "
            f"{text(numbers['steep_difference'])}, f = 1 and spectra that differ by a factor "
            f"{text(np.exp(numbers['steepness_of_a_zero']))} between eps_1 and eps_2 give a "
            f"relative det of {text(numbers['steep_relative_determinant'])} at temperatures 1 and 2"
        )
    at_zero = numbers["relative_determinant_one_bath_at_zero"]
    if at_zero < tolerance and numbers["unique_one_bath_at_zero"]:
        examples.append(
            "det = 0 does not exclude a unique steady state: eps_1 = eps_2, f = 1, Fig. 3's "
            "proportions, T_L = 0 has det = 0 and a unique dark state with |rho_12| = "
            f"{numbers['coherence_one_bath_at_zero']:.6f}"
        )
    return examples


def _in_the_variant(study: Study, least: float) -> str:
    """Sentence on the determinant of a variant where it vanishes or changes its sign."""
    strengths = [
        np.abs(coupling(study.system("lambda").transition_energies)).max()
        for coupling in study.couplings
    ]
    if not any(strengths):
        return "no bath couples to the variant's Lambda system: det = 0 at every temperature pair"
    return f"the variant itself has a relative det of {text(least)} at some temperatures"


def _least_over_the_region(study: Study) -> float:
    """Least relative determinant of the variant, either bath the hotter."""

    def relative(hotter: str, cold: ArrayLike, above: ArrayLike) -> Array:
        return study.balance("lambda", cold, above, hotter).determinant

    axes = LOWER_TEMPERATURE, TEMPERATURE_DIFFERENCE
    return min(
        lowest(partial(relative, hotter), *axes, relative(hotter, axes[0][:, None], axes[1]))[2]
        for hotter in HOTTER
    )


@cache
def _least_determinant() -> dict[str, float]:
    """Where an optimiser drives the determinant of degenerate levels to zero, in no variant."""

    def couplings(at: Array) -> list[CouplingSpectrum]:
        strengths = 0.01 * np.exp(np.append(0.0, at[:3]))
        weights = np.cos(at[3:5]) ** 2
        return [
            flat_coupling(strengths[0], strengths[1], weights[0]),
            flat_coupling(strengths[2], strengths[3], weights[1], float(at[5])),
        ]

    def objective(at: Array) -> float:
        return float(relative_determinant(couplings(at), 1.0, 2.0))

    start = np.array([0.8, 0.3, -0.4, 0.5, 0.4, 0.6])
    found = minimize(
        objective, start, method="L-BFGS-B", options={"ftol": 1e-16, "gtol": 1e-12, "maxiter": 200}
    )
    weights = np.cos(found.x[3:5]) ** 2
    return {
        "least_relative_determinant_found": float(found.fun),
        "there_smallest_weight_factor": float(weights.min()),
        "there_ratio_of_gammas_left": float(np.exp(found.x[0])),
        "there_ratio_of_gammas_right": float(np.exp(found.x[2] - found.x[1])),
        "there_phase_difference": float(found.x[5]),
    }


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
    where="Section 3, Eqs. (15) and (16)",
    statement="“For example, if we choose D_12 = 0, [four equal gammas] and f = 1 [...] we would "
    "always get det = 0”",
    sense="In the example, det = 0 at every temperature pair. It is an example: other cases may "
    "have det = 0 too.",
    quantity="determinant (15), its sign corrected, over its value without cross spectra; its "
    "zeros by a root search, its least value by grids closing in on it, and over couplings by an "
    "optimiser",
    region=f"{BOTH_WAYS}; degenerate and steep spectra; weights, phases and three strength "
    "ratios at degenerate levels",
    tolerance=1e-10,
    check=_determinant_vanishes_only_specially,
    about=("lambda",),
)
