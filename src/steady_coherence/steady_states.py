"""Steady states of a system on a grid of bath temperatures, variable by variable."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath, common_grid
from steady_coherence.generator import whole_grid
from steady_coherence.kossakowski import smallest_eigenvalue
from steady_coherence.master_equations import couplings
from steady_coherence.numerics.blocks import Block, blocks
from steady_coherence.numerics.tape import Number, Program, Tape
from steady_coherence.observables import (
    Observable,
    energy,
    expectation,
    internal_flux,
    site_excitation,
)
from steady_coherence.rates import Rates, number_or_varying
from steady_coherence.sites import coupled_sites
from steady_coherence.solver.null_space import null_states
from steady_coherence.solver.reduction import Group, Reduction
from steady_coherence.solver.solution import steady_state
from steady_coherence.solver.uniqueness import may_have_zero_mode
from steady_coherence.systems import LevelSystem

Variables = dict[str, NDArray[Any]]

#: Grid points worked on together: some thirty arrays of this size stay in the cache of a core.
CHUNK = 8192

#: Elements of generators worked on together by LAPACK: 32 MiB of complex numbers.
ELEMENTS = 2**21

#: Of the master equation, not of its steady state.
KOSSAKOWSKI = "kossakowski_min_eigenvalue"

#: Shapes of the variables before the axes of the grid.
Shapes = dict[str, tuple[int, ...]]
#: A block of points to the rows of all variables, one after the other, and where they mean a
#: unique steady state.
Solution = Callable[[Block], tuple[Sequence[float | NDArray[Any]], NDArray[np.bool_] | bool]]


@dataclass(frozen=True)
class _Problem:
    """A system and its baths under a master equation, noted on a tape."""

    system: LevelSystem
    tape: Tape
    rates: list[Rates]
    energies: list[Number]
    sites: list[frozenset[int] | None]  # that each bath couples to; None means any
    reduction: Reduction
    detached: list[Group]  # those that may have a zero mode somewhere on the grid

    def kossakowski(self) -> Number:
        """Smallest eigenvalue of the Kossakowski matrices."""
        return smallest_eigenvalue(self.system, self.rates, self.sites, self.tape)

    def shapes(self) -> Shapes:
        """Shapes of the variables that every system has, in their order."""
        single: tuple[int, ...] = ()
        shapes = {
            "population": (len(self.system.levels),),
            **dict.fromkeys(("coherence_real", "coherence_imag", "coherence"), single),
            **dict.fromkeys(("residual", "min_eigenvalue"), single),
            "energy_current": (len(self.rates),),
        }
        if self.shown_sites:
            of_sites = single if len(self.system.site_amplitudes) == 2 else (len(self.shown_sites),)
            shapes |= dict.fromkeys(("internal_flux", "bath_flux"), of_sites)
        return shapes | {KOSSAKOWSKI: single}

    @property
    def shown_sites(self) -> tuple[int, ...]:
        """Sites whose fluxes are asked for: the first of two, or all."""
        number = len(self.system.site_amplitudes)
        return (0,) if number == 2 else tuple(range(number))

    def baths_of(self, site: int) -> list[int]:
        """Numbers of the baths that couple to a site."""
        return [n for n, at in enumerate(self.sites) if at is None or site in at]


def steady_states(
    system: LevelSystem, baths: Sequence[Bath], equation: str = "nonsecular"
) -> Variables:
    """Solve for the steady state at every point of the baths' common grid.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    baths : sequence of Bath
        Independent baths, in any order; their temperatures (or occupations) broadcast
        against each other to the grid. Systems and spectra whose parameters are
        arrays of shape (n,) vary along its first axis, which is of length n or 1.
    equation : str
        A name in `MASTER_EQUATIONS`: "nonsecular" is Eq. (12), "secular" Eq. (9).

    Returns
    -------
    dict of str to ndarray
        `population` (n_levels, ...), `coherence_real`, `coherence_imag`,
        `coherence`, `residual`, `min_eigenvalue`, `unique` (...),
        `energy_current` (n_baths, ...), positive out of the bath (energy
        squared, hbar = 1), and for a system of two sites `internal_flux` and
        `bath_flux` (...), the two parts of d<sz_1>/dt in Eq. (28): by H_S, and by all
        baths that couple to site 1. With another number of sites they are those of every
        site, (n_sites, ...). The values
        are NaN where `unique` is False. `kossakowski_min_eigenvalue` (...) is the
        smallest eigenvalue of the Kossakowski matrices a + a^dagger and
        b + b^dagger, summed over the baths (energy): the equation is of GKLS form,
        and keeps every state positive, where it is not negative.

        Where the populations feed other coherences than that of the coherent pair, the whole
        generator is solved (`solver.null_space`), and there are also `density_matrix_real`,
        `density_matrix_imag` (n_levels, n_levels, ...) and `conditioning` (...), the second
        smallest over the largest singular value of the generator, its columns scaled: some
        roundings over it is the relative error.

    Raises
    ------
    ValueError
        If there are no baths, their temperatures have no common grid, the parameters of
        systems and spectra do not fit it, the equation is not known, or a coupling spectrum is
        not one of Hermitian positive semidefinite matrices, one row a transition.
    """
    temperatures = common_grid(baths)
    parts = couplings(system, baths, equation)
    grid = whole_grid(temperatures, system, parts)
    shape = grid or (1,)
    tape = Tape()
    reduction = Reduction(system)
    largest = np.sum([part.largest() for part in parts], axis=0)
    problem = _Problem(
        system,
        tape,
        rates=[Rates(part, tape) for part in parts],
        energies=[number_or_varying(level, tape) for level in system.energies],
        sites=[coupled_sites(system, bath) if system.site_amplitudes else None for bath in baths],
        reduction=reduction,
        # Most groups cannot have a zero mode anywhere on the grid.
        detached=[g for g in reduction.detached if may_have_zero_mode(g, largest, system.energies)],
    )
    limit = CHUNK
    if reduction.complete:
        shapes, solution = _by_elimination(problem)
    else:
        shapes, solution = _by_null_space(problem)
        limit = max(1, min(CHUNK, ELEMENTS // len(reduction.reached.levels) ** 2))

    lengths = [math.prod(stacked) for stacked in shapes.values()]
    values = np.empty((sum(lengths), math.prod(shape)))  # (row, point)
    unique = np.empty(math.prod(shape), dtype=bool)  # (point,)
    start = 0
    for block in blocks(shape, limit):
        here = slice(start, start + block.size)
        start += block.size
        # Divisions by zero and overflow happen only where the state is not unique. What underflows
        # is too small to matter: where it would matter, the state does not count as unique either.
        with np.errstate(all="ignore"):
            rows, unique[here] = solution(block)
        for row, of_block in zip(values, rows, strict=True):
            row[here] = of_block

    split = np.split(values, np.cumsum(lengths)[:-1])
    variables: Variables = dict(zip(shapes, split, strict=True))
    if not unique.all():
        for name in variables.keys() - {KOSSAKOWSKI}:
            variables[name][:, ~unique] = np.nan
    variables["unique"] = unique
    return {
        name: found.reshape((*shapes.get(name, ()), *grid)) for name, found in variables.items()
    }


def _by_elimination(problem: _Problem) -> tuple[Shapes, Solution]:
    """Steady states by elementary arithmetic: at most one coherence that populations feed."""
    system, tape, shown = problem.system, problem.tape, problem.shown_sites
    state = steady_state(
        problem.reduction,
        [each.__getitem__ for each in problem.rates],
        problem.energies,
        problem.detached,
        refined=any(each.coupling.shifted for each in problem.rates),
    )
    out_of_baths = energy(system).on(tape)
    rows: dict[str, list[Number]] = {
        "population": state.populations,
        "coherence_real": [state.coherence[0]],
        "coherence_imag": [state.coherence[1]],
        "coherence": [state.modulus],
        "residual": [state.residual],
        "min_eigenvalue": [state.min_eigenvalue],
        "energy_current": [out_of_baths.expectation(*change) for change in state.changes],
    }
    if shown:
        flux = [Observable.of(system, internal_flux(system, site)).on(tape) for site in shown]
        excitation = [
            Observable.of(system, site_excitation(system, site)).on(tape) for site in shown
        ]
        rows["internal_flux"] = [
            each.expectation(state.populations, lambda: state.coherence) for each in flux
        ]
        rows["bath_flux"] = [
            sum((each.expectation(*state.changes[n]) for n in problem.baths_of(site)), 0.0)
            for site, each in zip(shown, excitation, strict=True)
        ]
    rows[KOSSAKOWSKI] = [problem.kossakowski()]
    results = [row for each in rows.values() for row in each]
    program = Program(results + state.uniqueness.signs)

    def solution(block: Block) -> tuple[list[float | NDArray[Any]], NDArray[np.bool_] | bool]:
        found = program.run(block)
        if state.uniqueness.is_plain(found[len(results) :]):
            return found[: len(results)], True
        # The other program has arrays of its own.
        return found[: len(results)], state.uniqueness.at(block)

    return problem.shapes(), solution


def _by_null_space(problem: _Problem) -> tuple[Shapes, Solution]:
    """Steady states by LAPACK: any number of coherences."""
    system, shown = problem.system, problem.shown_sites
    groups = [problem.reduction.reached, *problem.detached]
    keys = sorted({key for group in groups for key in group.parts})
    by_bath = [[rates[key] for key in keys] for rates in problem.rates]
    program = Program([*problem.energies, problem.kossakowski(), *chain.from_iterable(by_bath)])
    first, second = problem.reduction.pair
    flux = [internal_flux(system, site) for site in shown]
    excitation = [site_excitation(system, site) for site in shown]

    def solution(block: Block) -> tuple[list[float | NDArray[Any]], NDArray[np.bool_] | bool]:
        values = iter([np.array(np.broadcast_to(v, block.size)) for v in program.run(block)])
        energies, (kossakowski,), *rates = (
            [next(values) for _ in each] for each in (problem.energies, (0,), *by_bath)
        )
        states = null_states(
            problem.reduction,
            [dict(zip(keys, of_bath, strict=True)) for of_bath in rates],
            energies,
            problem.detached,
        )
        rho = states.density_matrix  # (point, level, level)
        coherence = rho[:, first, second]
        rows = [
            *np.diagonal(rho, axis1=1, axis2=2).real.T,
            *(coherence.real, coherence.imag, np.abs(coherence)),
            *(states.residual, states.min_eigenvalue),
            *(
                sum(energy * change[:, k, k].real for k, energy in enumerate(energies))
                for change in states.changes
            ),
            *(expectation(operator, rho, block) for operator in flux),
            *(
                sum(
                    (
                        expectation(operator, states.changes[n], block)
                        for n in problem.baths_of(site)
                    ),
                    0.0,
                )
                for site, operator in zip(shown, excitation, strict=True)
            ),
            kossakowski,
            states.conditioning,
            *rho.real.reshape(block.size, -1).T,
            *rho.imag.reshape(block.size, -1).T,
        ]
        return rows, states.unique

    both = 2 * (len(system.levels),)
    more: Shapes = {"conditioning": (), "density_matrix_real": both, "density_matrix_imag": both}
    return problem.shapes() | more, solution
