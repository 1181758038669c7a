"""Claim 9: one steady state, whatever the initial one."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

import steady_coherence as sc
from li_cai_sun_2015.claims.measures import Array
from li_cai_sun_2015.claims.region import BOTH_WAYS, COLDEST, DIFFERENCE, HOTTER, LOWER
from li_cai_sun_2015.claims.study import POSITIVE, Study, claim, title
from paper_replication.claim import Found, Outcome, percent, text
from steady_coherence.solver.reduction import Reduction
from steady_coherence.systems import Structure

#: Eigenvalues of L below this part of the largest one are rounding.
RESOLVED = 1e-12
#: A mode that grows more slowly than this part of the largest eigenvalue may be rounding: near
#: a point at which two eigenvectors coincide eigenvalues are known to the root of it only.
GROWS = 1e-9


def spectral_gap(system: sc.LevelSystem, baths: Sequence[sc.Bath]) -> tuple[Array, Array]:
    """Slowest relaxation rate of a generator, and its fastest growth, of the shape of the grid.

    The gap is the smallest |Re lambda| over all eigenvalues of L but the one nearest to zero; NaN
    where it is lost in the rounding of the largest. The growth is the largest Re lambda over the
    same eigenvalues, 0 if all relax.
    """
    matrix = sc.generator_matrix(system, baths, "nonsecular")
    # Group by group: the large eigenvalues of one leave no rounding in the small ones of another.
    groups = (matrix[..., rows, columns] for rows, columns in _groups(system.structure))
    values = np.concatenate([np.linalg.eigvals(group) for group in groups], axis=-1)
    order = np.argsort(np.abs(values), axis=-1)
    others = np.take_along_axis(values, order, axis=-1)[..., 1:]
    gap, growth = np.abs(others.real).min(axis=-1), others.real.max(axis=-1)
    scale = np.abs(others[..., -1])
    return (
        np.where(gap > RESOLVED * scale, gap, np.nan),
        np.where(growth > GROWS * scale, growth, 0.0),
    )


@cache
def _groups(structure: Structure) -> list[tuple[NDArray[np.int64], ...]]:
    """Rows and columns of the parts of a generator that are linked to no other.

    Of two that are each other's conjugates one is left out: the |Re lambda| are the same, and a
    mode of zero is always in the part of the populations as well.
    """
    reduction = Reduction(structure)
    every = (group.levels for group in (reduction.reached, *reduction.detached))
    return [np.ix_(*2 * ([k * structure.levels + m for k, m in levels],)) for levels in every]


def gap_map(study: Study, name: str) -> Array:
    """Gap of a system's generator over the searched region, right bath hotter."""
    return spectral_gap(study.system(name), study.baths(name))[0]


def initial_states(system: sc.LevelSystem) -> NDArray[np.complex128]:
    """Pure states: each level, and superpositions of the coherent pair and of all levels."""
    levels = np.eye(len(system.levels), dtype=complex)
    first, second = (levels[level] for level in system.structure.pair)
    pairs = [(first + phase * second) / np.sqrt(2.0) for phase in (1.0, -1.0, 1j)]
    every = levels.sum(axis=0) / np.sqrt(len(levels))
    return np.array([np.outer(one, one.conj()) for one in (*levels, *pairs, every)])


def propagation_spread(system: sc.LevelSystem, baths: Sequence[sc.Bath]) -> tuple[float, float]:
    """Largest distance to the steady state after 40 lifetimes of the slowest mode.

    The gap has to be resolved. The distance is that of an element of rho, over
    the states of `initial_states`; with it comes the distance that rounding alone may leave.
    """
    matrix = sc.generator_matrix(system, baths, "nonsecular")
    time = 40.0 / float(spectral_gap(system, baths)[0])
    final = sc.time_evolution(system, baths, initial_states(system), [time])[:, 0]
    expected = sc.density_matrices(system, sc.steady_states(system, baths))
    rounding = 1e-14 * time * float(np.abs(matrix).max())
    return float(np.abs(final - expected).max()), rounding


#: Temperatures of the colder bath, and differences, at which initial states are propagated.
PROPAGATED = ((1.0, 1.0), (1.0, 0.0), (0.2, 0.1), (0.0, 1.0))
#: Distance to the steady state that counts as none.
TOLERANCE = 1e-9


@claim(
    number=9,
    where="Section 3, after Eq. (16)",
    statement="“the steady state [...] is unique and does not depend on the initial state, thus "
    "there is no DFS here”",
    sense="One steady state, reached from every initial state.",
    quantity="distance to the steady state after 40 lifetimes of the slowest mode, from each level "
    "and four superpositions; spectrum of the generator (gap: smallest nonzero |Re lambda|)",
    region=f"Lambda and V; the variant's grid; {BOTH_WAYS}, every second point; one bath at T = 0",
    tolerance=TOLERANCE,
    about=("lambda", "v"),
)
def _steady_state_is_unique(study: Study) -> Outcome:
    found = Found()
    shares: list[float] = []
    spread = 0.0
    for name in study.selected(("lambda", "v")):
        system = study.system(name)
        on_grid = float(study.stored(name, "nonsecular", "unique").mean())
        found.numbers[f"fraction_unique_{name}_grid"] = on_grid
        if on_grid < 1.0:
            lost = f"not unique in {percent(1.0 - on_grid)} of the variant's grid"
            found.counterexamples.append(f"{title(name)}: {lost}")
        of_system = [on_grid, *(_over_the_region(study, name, hotter, found) for hotter in HOTTER)]
        for where in PROPAGATED:
            baths = study.baths(name, *where)
            resolved = np.isfinite(spectral_gap(system, baths)[0])
            if resolved and sc.steady_states(system, baths)["unique"]:
                apart, rounding = propagation_spread(system, baths)
                spread = max(spread, apart if apart > rounding else 0.0)
        gap, _ = spectral_gap(system, study.baths(name, 1.0, 1.0))
        found.numbers |= {
            # Not far above what rounding leaves, a gap has three digits.
            f"gap_{name}_temperatures_1_and_2": float(text(float(gap))),
            f"unique_{name}_one_bath_at_zero": float(study.states(name, 0.0, 1.0)["unique"]),
            f"unique_{name}_both_baths_at_zero": float(study.states(name, 0.0, 0.0)["unique"]),
        }
        shares += of_system
        found.holds_for.append(f"{title(name)}: {percent(min(of_system))} of the region")
    found.numbers["largest_distance_after_propagation"] = spread
    if spread >= TOLERANCE:
        far = f"{text(spread)} apart from the steady one"
        found.counterexamples.append(f"propagated states stay {far}")
    if not max(shares):
        found.counterexamples = ["holds nowhere: no unique steady state at any temperatures"]
        return found.outcome(False)
    if found.counterexamples:
        return found.outcome(False, True)
    found.holds_for = ["every temperature pair with one bath above T = 0"]
    if found.numbers.get("unique_lambda_both_baths_at_zero") == 0.0:
        found.holds_for.append(
            "at both at T = 0, outside the region, the two lower levels of Lambda are stable, "
            "and towards it its lifetime grows as exp(eps/T)"
        )
    return found.outcome(True)


def _over_the_region(study: Study, name: str, hotter: str, found: Found) -> float:
    """Part of every second point of the region that is unique, and the spectrum there."""
    system = study.system(name)
    lower, above = LOWER[::2], DIFFERENCE[::2]
    baths = study.baths(name, lower[:, None], above, hotter)
    state = sc.steady_states(system, baths)
    gap, growth = spectral_gap(system, baths)
    unique = np.asarray(state["unique"], dtype=bool)
    warm = DIFFERENCE[DIFFERENCE >= COLDEST]
    at_zero = np.asarray(study.states(name, 0.0, warm, hotter)["unique"], dtype=bool)
    part = float(np.mean([*unique.flat, *at_zero]))
    for key, value in (
        ("fraction_unique", part),
        ("fraction_density_matrix", np.mean(state["min_eigenvalue"] >= -POSITIVE)),
        ("fraction_gap_resolved", np.isfinite(gap).mean()),
        ("smallest_resolved_gap", text(np.min(gap, where=np.isfinite(gap), initial=np.inf))),
        ("largest_growth_rate", growth.max()),
    ):
        found.numbers[f"{key}_{name}_{hotter}_hotter"] = float(value)
    what = "a second zero mode, or one that rounding does not tell from zero"
    if growth.max() > 0.0:
        row, column = np.argwhere(growth == growth.max())[0]
        rate = text(growth.max())
        what = f"a mode of the generator grows at the rate {rate}, and no density matrix is steady"
    elif not unique.all():
        row, column = np.argwhere(~unique)[0]
    elif not at_zero.all():
        row, column, lower, above = 0, int(np.argmin(at_zero)), np.zeros(1), warm
    else:
        return part
    where = f"lower temperature {text(lower[row])}, dT = {text(above[column])}"
    found.counterexamples.append(f"{title(name)}, {hotter} bath hotter, {where}: {what}")
    return part
