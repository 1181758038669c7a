"""Claim 9: one steady state, whatever the initial one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

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
)
from paper_replication.claim import Claim, Outcome, percent, text, verdict
from steady_coherence.baths import Bath
from steady_coherence.coherence_measures import density_matrices
from steady_coherence.generator import generator_matrix
from steady_coherence.steady_states import steady_states
from steady_coherence.systems import SYSTEMS, LevelSystem
from steady_coherence.time_evolution import time_evolution

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
        # Not far above what rounding leaves, it has three digits.
        f"smallest_resolved_gap_{label}": float(
            text(float(np.min(gap, where=np.isfinite(gap), initial=np.inf)))
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
