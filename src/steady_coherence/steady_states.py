"""Steady states of a system on a grid of bath temperatures, variable by variable."""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath, common_grid
from steady_coherence.generator import whole_grid
from steady_coherence.kossakowski import (
    BY_LAPACK,
    Matrices,
    small_matrices,
    smallest_eigenvalue,
)
from steady_coherence.master_equations import couplings
from steady_coherence.numerics.blocks import Block, blocks
from steady_coherence.numerics.compiled import Kernel, Test, is_available
from steady_coherence.numerics.tape import NUMBER, Given, Name, Number, Program, Tape, given
from steady_coherence.observables import (
    Observable,
    excitation_elements,
    expectation,
    flux_elements,
    internal_flux,
    site_excitation,
)
from steady_coherence.rates import Coupling, Form, Rates, at_points
from steady_coherence.sites import coupled_sites
from steady_coherence.solver.decimals import Chosen, Decimals
from steady_coherence.solver.null_space import null_states
from steady_coherence.solver.reduction import Group, Reduction
from steady_coherence.solver.solution import steady_state
from steady_coherence.solver.uniqueness import (
    SMALLEST_RATE,
    SMALLEST_SUM,
    Uniqueness,
    may_have_zero_mode,
    plain_points,
)
from steady_coherence.systems import LevelSystem, Structure

Array = NDArray[np.float64]
Variables = dict[str, NDArray[Any]]

#: Grid points worked on together: some thirty arrays of this size stay in the cache of a core.
CHUNK = 8192

#: Elements of generators worked on together by LAPACK: 32 MiB of complex numbers.
ELEMENTS = 2**21

#: Into a site.
FLUXES = "internal_flux", "bath_flux"

#: Of the master equation, not of its steady state.
KOSSAKOWSKI = "kossakowski_min_eigenvalue"

#: Points for which NumPy takes as long as compiling the steps does: so many are solved first, or in
#: one call.
WORTH_COMPILING = 2**20

#: Points of a call up to which NumPy is as fast.
HANDFUL = 2048

#: Points that compiled steps are handed together: what depends on fewer axes is laid out for each.
COMPILED_CHUNK = 2**20

#: Points up to which numbers of Python are faster than arrays.
FEW = 8

#: Shapes of the variables before the axes of the grid.
Shapes = dict[str, tuple[int, ...]]
Flags = NDArray[np.bool_] | bool


class _Outline(NamedTuple):
    """All that the steps to the steady states depend on: a key to what is worked out once."""

    structure: Structure  #: of the system
    forms: tuple[Form, ...]  #: of the coupling of each bath
    matrices: Matrices  #: for the smallest eigenvalue of the Kossakowski matrices
    sites: int  #: number of sites
    baths_of: tuple[tuple[int, ...], ...]  #: of each site whose fluxes are asked for
    kinds: tuple[tuple[Name, str], ...]  #: of each number from outside, by its name
    excitations: tuple[int, ...]  #: particles of each level, if a bath holds fermions
    asked: tuple[str, ...]  #: names of the variables that are asked for; all if there are none
    thread: int  #: programs have arrays of their own to work in: one for each thread

    def shapes(self) -> Shapes:
        """Shapes of the variables that every system has, in their order."""
        single: tuple[int, ...] = ()
        shapes = {
            "population": (self.structure.levels,),
            **dict.fromkeys(("coherence_real", "coherence_imag", "coherence"), single),
            **dict.fromkeys(("residual", "min_eigenvalue"), single),
            "energy_current": (len(self.forms),),
        }
        if self.excitations:
            shapes["particle_current"] = (len(self.forms),)
        if self.sites:
            of_sites = single if self.sites == 2 else (self.sites,)
            shapes |= dict.fromkeys(FLUXES, of_sites)
        return shapes | {KOSSAKOWSKI: single}

    def asked_of(self, shapes: Shapes) -> Shapes:
        """Those of some variables that are asked for."""
        for name in self.asked:
            if name not in shapes and name != "unique":
                raise ValueError(
                    f"variables has {name!r}, expected some of {', '.join(shapes)}, unique"
                )
        return {name: each for name, each in shapes.items() if name in (self.asked or shapes)}


@dataclass(frozen=True)
class _Problem:
    """The numbers of a system and its baths, and what is worked out from its outline."""

    system: LevelSystem
    shown_sites: tuple[int, ...]  # sites whose fluxes are asked for: the first of two, or all
    outline: _Outline
    couplings: Sequence[Coupling]  # bath by bath
    given: dict[Name, Given]
    suspects: list[Group]  # detached groups that may have a zero mode somewhere on the grid


def steady_states(
    system: LevelSystem,
    baths: Sequence[Bath],
    equation: str = "nonsecular",
    variables: Sequence[str] = (),
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
    variables : sequence of str
        Those that are asked for, all by default; `unique` is always given. Nothing is worked out
        for others.

    Returns
    -------
    dict of str to ndarray
        `population` (n_levels, ...), `coherence_real`, `coherence_imag`,
        `coherence`, `residual`, `min_eigenvalue`, `unique` (...),
        `energy_current` (n_baths, ...), positive out of the bath (energy
        squared, hbar = 1), with a bath of fermions `particle_current` (n_baths, ...), positive
        out of the bath (energy), and for a system of two sites `internal_flux` and
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
        systems and spectra do not fit it, the equation or a variable is not known, or a coupling
        spectrum is not one of Hermitian positive semidefinite matrices, one row a transition.
    """
    temperatures = common_grid(baths)
    parts = couplings(system, baths, equation)
    grid = whole_grid(temperatures, system, parts)
    shape = grid or (1,)
    problem = _problem(system, parts, variables)
    solver = _solver(problem.outline)

    shapes = solver.shapes
    values = np.empty((sum(map(math.prod, shapes.values())), math.prod(shape)))  # (row, point)
    unique = np.zeros(math.prod(shape), dtype=bool)  # (point,)
    # Divisions by zero and overflow happen only where the state is not unique. What underflows
    # is too small to matter: where it would matter, the state does not count as unique either.
    with np.errstate(all="ignore"):
        if isinstance(solver, _Elimination) and solver.is_worth_compiling(unique.size):
            for block, here in _parts(shape, COMPILED_CHUNK):
                solver.solve_plain(problem, block, values[:, here], unique[here])
        # Often that is all.
        left = () if unique.all() else _parts(shape, solver.limit)
        for block, here in left:
            if not unique[here].all():
                unique[here] = solver.solve(problem, block, values[:, here])
    solver.release()

    found: Variables = {}
    start = 0
    for name, stacked in shapes.items():
        of_name = values[start : start + math.prod(stacked)]
        start += len(of_name)
        if name != KOSSAKOWSKI and not unique.all():
            of_name[:, ~unique] = np.nan
        found[name] = of_name.reshape((*stacked, *grid))
    found["unique"] = unique.reshape(grid)
    return found


def _parts(shape: Sequence[int], limit: int) -> Iterator[tuple[Block, slice]]:
    """Blocks of a grid, and where their points are among all."""
    start = 0
    for block in blocks(shape, limit):
        yield block, slice(start, start + block.size)
        start += block.size


def steps_of(
    system: LevelSystem, baths: Sequence[Bath], equation: str
) -> tuple[dict[str, list[Number]], Uniqueness]:
    """The steps to steady states, for another back end of the tape, and to where one is unique.

    They serve other numbers as well, if none is zero here that is not zero there. Each variable has
    a row, as `steady_states` names and orders them. It is a `ValueError` as there, and if
    elementary arithmetic does not do: the populations feed several coherences.
    """
    solver = _solver(_problem(system, couplings(system, baths, equation)).outline)
    if not isinstance(solver, _Elimination):
        raise ValueError(
            f"the steady states of {system.name} take LAPACK, expected +, -, *, / alone"
        )
    return solver.rows, solver.uniqueness


def _problem(system: LevelSystem, parts: Sequence[Coupling], asked: Sequence[str] = ()) -> _Problem:
    """Numbers of a system and its baths, by name, as far as what is asked for needs them."""
    reduction, number = _reduction(system.structure), len(system.site_amplitudes)
    shown = (0,) if number == 2 else tuple(range(number))
    if asked and reduction.complete and not {*FLUXES} & {*asked}:
        shown = ()
    sites = [coupled_sites(system, part.bath) if number else None for part in parts]
    if asked and KOSSAKOWSKI not in asked:
        matrices, numbers = Matrices(0), {BY_LAPACK: given(0.0)}
    else:
        matrices, numbers = small_matrices(system, parts, sites)
    numbers |= {("energy", k): given(energy) for k, energy in enumerate(system.energies)}
    for bath, part in enumerate(parts):
        numbers |= part.given(bath, bath)
    for site in shown:
        excitation = excitation_elements(system, site)
        flux = flux_elements(system, excitation)
        numbers |= Observable.given(("flux", site), system, real={}, imag=flux)
        numbers |= Observable.given(("excitation", site), system, real=excitation, imag={})
    outline = _Outline(
        structure=system.structure,
        forms=tuple(part.form for part in parts),
        matrices=matrices,
        sites=number,
        baths_of=tuple(
            tuple(n for n, at in enumerate(sites) if at is None or site in at) for site in shown
        ),
        kinds=tuple((name, each.kind) for name, each in numbers.items()),
        excitations=system.excitations if any(part.form.fermions for part in parts) else (),
        asked=tuple(asked),
        thread=threading.get_ident(),
    )
    largest = np.sum([part.largest() for part in parts], axis=0)
    suspects = [
        group for group in reduction.detached if may_have_zero_mode(group, largest, system.energies)
    ]
    return _Problem(system, shown, outline, parts, numbers, suspects)


@lru_cache(maxsize=64)
def _reduction(structure: Structure) -> Reduction:
    return Reduction(structure)


@lru_cache(maxsize=64)
def _solver(outline: _Outline) -> _Elimination | _NullSpace:
    """Plan that solves all problems of an outline."""
    if _reduction(outline.structure).complete:
        return _Elimination(outline)
    return _NullSpace(outline)


class _Elimination:
    """Steady states by elementary arithmetic: at most one coherence that populations feed."""

    limit = CHUNK
    _points = 0  # that it was asked for so far

    def __init__(self, outline: _Outline) -> None:
        self.shapes = outline.asked_of(outline.shapes())
        tape = Tape(dict(outline.kinds))
        levels = outline.structure.levels
        energies = [tape.given(("energy", k)) for k in range(levels)]
        rates = [Rates(tape, form, bath, bath) for bath, form in enumerate(outline.forms)]
        state = steady_state(
            _reduction(outline.structure),
            [each.__getitem__ for each in rates],
            energies,
            refined=any(form.shifted for form in outline.forms),
        )
        # What a bath does to H_S is the energy current out of it.
        out_of_bath = Observable(energies, (0.0, 0.0))
        rows: dict[str, list[Number]] = {
            "population": state.populations,
            "coherence_real": [state.coherence[0]],
            "coherence_imag": [state.coherence[1]],
            "coherence": [state.modulus],
            "residual": [state.residual],
            "min_eigenvalue": [state.min_eigenvalue],
            "energy_current": [out_of_bath.expectation(*change) for change in state.changes],
            "particle_current": [],
            **{name: [] for name in FLUXES},
            KOSSAKOWSKI: [smallest_eigenvalue(tape, outline.matrices)],
        }
        if outline.excitations:
            number = Observable([float(n) for n in outline.excitations], (0.0, 0.0))
            rows["particle_current"] = [number.expectation(*change) for change in state.changes]
        for site, baths in enumerate(outline.baths_of):
            flux, excitation = (
                Observable.noted((name, site), levels, tape) for name in ("flux", "excitation")
            )
            inner = flux.expectation(state.populations, lambda: state.coherence)
            outer = [excitation.expectation(*state.changes[bath]) for bath in baths]
            rows["internal_flux"].append(inner)
            rows["bath_flux"].append(sum(outer, 0.0))
        self.rows = {name: rows[name] for name in outline.shapes()}
        self.uniqueness = state.uniqueness
        asked = [row for name in self.shapes for row in self.rows[name]]
        # Baths too cold for their numbers of bosons decide how several such levels share.
        bottom = [state.populations[level] for level in outline.structure.bottom]
        self._signs = slice(len(asked), len(asked) + len(state.uniqueness.signs))
        self._decimals = Decimals(self.rows, self.shapes, state.uniqueness)
        self._program = Program([*asked, *state.uniqueness.signs, *bottom])
        self._asked = asked
        self._tests = [Test(sign, SMALLEST_SUM) for sign in state.uniqueness.signs]
        self._tests += [Test(population, SMALLEST_RATE) for population in bottom]
        self._kernels: dict[tuple[int, ...], Kernel] = {}

    def is_worth_compiling(self, points: int) -> bool:
        """Whether so many more points are to go through compiled steps first."""
        self._points += points
        return self._points >= WORTH_COMPILING and points > HANDFUL and is_available()

    def solve_plain(
        self, problem: _Problem, block: Block, rows: Array, plain: NDArray[np.bool_]
    ) -> None:
        """Fill in the rows by compiled steps, and at which points nothing else is needed."""
        self.kernel(problem.suspects).run(block, problem.given, rows, plain)

    def kernel(self, suspects: Sequence[Group]) -> Kernel:
        """Compiled steps; some detached groups may have a zero mode."""
        key = tuple(map(id, suspects))
        if key not in self._kernels:
            of_groups = [Test(self.uniqueness.certainty(group), 0.0) for group in suspects]
            self._kernels[key] = Kernel(self._asked, self._tests + of_groups)
        return self._kernels[key]

    def solve(self, problem: _Problem, block: Block, rows: Array) -> Flags:
        """Fill in the rows at the points of a block; where they are unique."""
        where = block, problem.given, problem.suspects
        every = np.ones(block.size, dtype=bool)
        if (
            block.size <= FEW
            and self._solve_few(problem, block, rows)
            and self.uniqueness.detached_at(*where, every).all()
        ):
            return True
        found = self._program.run(block, problem.given)
        for row, values in zip(rows, found, strict=False):
            row[...] = values
        plain = np.broadcast_to(plain_points(found[self._signs]), block.size)
        smallest = [np.abs(each) < SMALLEST_RATE for each in found[self._signs.stop :]]
        underflown = np.logical_or.reduce(np.broadcast_arrays(*smallest, False))
        if plain.all():
            unique = self.uniqueness.detached_at(*where, every)
            dark = np.zeros_like(unique)
        else:
            unique, dark = self.uniqueness.at(*where)
            # A point is solved in one way, whatever block it is in.
            dark &= ~plain
        chosen = Chosen(may_be_cold=underflown | ~unique, dark=dark)
        return unique | self._decimals.solve(
            *where, couplings=problem.couplings, rows=rows, chosen=chosen
        )

    def _solve_few(self, problem: _Problem, block: Block, rows: Array) -> bool:
        """The same point by point in numbers of Python, if all is plain."""
        varying = at_points(problem.given, self._program.names, block)
        for point, column in enumerate(rows.T):
            here = {name: Given(NUMBER, values[point]) for name, values in varying.items()}
            found = self._program.at_point(problem.given | here)
            if not (all(map(math.isfinite, found)) and min(found[self._signs]) > SMALLEST_SUM):
                return False
            if any(abs(each) < SMALLEST_RATE for each in found[self._signs.stop :]):
                return False
            column[...] = found[: len(column)]
        return True

    def release(self) -> None:
        """Let go of the numbers of a problem."""
        self._program.release()
        self.uniqueness.release()


class _NullSpace:
    """Steady states by LAPACK: any number of coherences."""

    def __init__(self, outline: _Outline) -> None:
        both = 2 * (outline.structure.levels,)
        self._all_shapes = outline.shapes() | {
            "conditioning": (),
            "density_matrix_real": both,
            "density_matrix_imag": both,
        }
        self.shapes = outline.asked_of(self._all_shapes)
        self._reduction = _reduction(outline.structure)
        self.limit = max(1, min(CHUNK, ELEMENTS // len(self._reduction.reached.levels) ** 2))
        groups = [self._reduction.reached, *self._reduction.detached]
        self._keys = sorted({key for group in groups for key in group.parts})
        tape = Tape(dict(outline.kinds))
        energies = [tape.given(("energy", k)) for k in range(outline.structure.levels)]
        rates = [
            Rates(tape, form, bath, bath)[key]
            for bath, form in enumerate(outline.forms)
            for key in self._keys
        ]
        self._program = Program([smallest_eigenvalue(tape, outline.matrices), *energies, *rates])

    def solve(self, problem: _Problem, block: Block, rows: Array) -> Flags:
        """Fill in the rows at the points of a block; where they are unique."""
        system, outline, shown = problem.system, problem.outline, problem.shown_sites
        found = self._program.run(block, problem.given)
        values = [np.array(np.broadcast_to(each, block.size)) for each in found]
        kossakowski, energies, rates = (
            values[0],
            values[1 : 1 + len(system.levels)],
            values[1 + len(system.levels) :],
        )
        size = len(self._keys)
        states = null_states(
            self._reduction,
            [
                dict(zip(self._keys, rates[bath * size : (bath + 1) * size], strict=True))
                for bath in range(len(outline.forms))
            ],
            energies,
            problem.suspects,
        )
        rho = states.density_matrix  # (point, level, level)
        first, second = outline.structure.pair
        coherence = rho[:, first, second]
        inner = [expectation(internal_flux(system, site), rho, block) for site in shown]
        outer = [
            sum(
                (
                    expectation(site_excitation(system, site), states.changes[bath], block)
                    for bath in baths
                ),
                np.zeros(block.size),
            )
            for site, baths in zip(shown, outline.baths_of, strict=True)
        ]
        variables = [
            *np.diagonal(rho, axis1=1, axis2=2).real.T,
            *(coherence.real, coherence.imag, np.abs(coherence)),
            *(states.residual, states.min_eigenvalue),
            *(
                sum(energy * change[:, k, k].real for k, energy in enumerate(energies))
                for change in states.changes
            ),
            *_particle_currents(outline, states.changes),
            *(*inner, *outer, kossakowski, states.conditioning),
            *rho.real.reshape(block.size, -1).T,
            *rho.imag.reshape(block.size, -1).T,
        ]
        names = chain.from_iterable(
            [name] * math.prod(shape) for name, shape in self._all_shapes.items()
        )
        asked = [each for name, each in zip(names, variables, strict=True) if name in self.shapes]
        for row, of_points in zip(rows, asked, strict=True):
            row[...] = of_points
        return states.unique

    def release(self) -> None:
        """Let go of the numbers of a problem."""
        self._program.release()


def _particle_currents(outline: _Outline, changes: Sequence[NDArray[np.complex128]]) -> list[Array]:
    """Particles out of each bath, from what it does to rho; none without fermions."""
    if not outline.excitations:
        return []
    numbers = np.array(outline.excitations)
    return [np.einsum("k,pkk->p", numbers, change.real) for change in changes]
