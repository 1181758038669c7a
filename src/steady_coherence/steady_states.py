"""Steady states of a system on a grid of bath temperatures, variable by variable."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath
from steady_coherence.master_equations import couplings
from steady_coherence.numerics.blocks import blocks
from steady_coherence.numerics.hermitian import smaller_eigenvalue
from steady_coherence.numerics.tape import Number, Program, Tape, minimum
from steady_coherence.observables import Observable, energy, internal_flux, site_excitation
from steady_coherence.rates import (
    ABSORPTION,
    EMISSION,
    IMAG,
    REAL,
    Key,
    Rates,
    number_or_varying,
    on_channels,
)
from steady_coherence.solver.reduction import Reduction
from steady_coherence.solver.solution import SteadyState, steady_state
from steady_coherence.solver.uniqueness import may_have_zero_mode
from steady_coherence.systems import LevelSystem

Variables = dict[str, NDArray[Any]]

#: Grid points worked on together: some thirty arrays of this size stay in the cache of a core.
CHUNK = 8192

#: Variables with an axis of their own before those of the grid.
STACKED = ("population", "energy_current")

#: Of the master equation, not of its steady state.
KOSSAKOWSKI = "kossakowski_min_eigenvalue"


def steady_states(
    system: LevelSystem, baths: Sequence[Bath], equation: str = "nonsecular"
) -> Variables:
    """Solve for the steady state at every point of the baths' common grid.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    baths : sequence of Bath
        Independent baths; their temperatures (or occupations) broadcast
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
        squared, hbar = 1), and for a system of sites `internal_flux` and
        `bath_flux` (...), the two parts of d<sz_1>/dt in Eq. (28). The values
        are NaN where `unique` is False. `kossakowski_min_eigenvalue` (...) is the
        smallest eigenvalue of the Kossakowski matrices a + a^dagger and
        b + b^dagger, summed over the baths (energy): the equation is of GKLS form,
        and keeps every state positive, where it is not negative.

    Raises
    ------
    ValueError
        As `rates.couplings`.
    """
    tape = Tape()
    parts = couplings(system, baths, equation)
    grid = np.broadcast_shapes(*(bath.state.shape for bath in baths))
    if grid[:1] == (1,):  # as long as what varies along it
        grid = (max(part.gamma.shape[-1] for part in parts), *grid[1:])
    shape = grid or (1,)
    rates = [Rates(part, tape) for part in parts]
    energies = [number_or_varying(level, tape) for level in system.energies]
    largest = np.sum([part.largest() for part in parts], axis=0)
    reduction = Reduction(system)
    state = steady_state(
        reduction,
        [each.__getitem__ for each in rates],
        energies,
        # Most groups cannot have a zero mode anywhere on the grid.
        [g for g in reduction.detached if may_have_zero_mode(g, largest, system.energies)],
        refined=any(part.shifted for part in parts),
    )
    rows = _rows(system, state, tape)
    rows[KOSSAKOWSKI] = [_kossakowski_minimum(system, rates)]

    results = [row for each in rows.values() for row in each]
    program = Program(results + state.uniqueness.signs)
    values = np.empty((len(results), math.prod(shape)))
    unique = np.empty(math.prod(shape), dtype=bool)
    start = 0
    for block in blocks(shape, CHUNK):
        here = slice(start, start + block.size)
        start += block.size
        # Divisions by zero and overflow happen only where the state is not unique. What underflows
        # is too small to matter: where it would matter, the state does not count as unique either.
        with np.errstate(all="ignore"):
            found = program.run(block)
            is_plain = state.uniqueness.is_plain(found[len(results) :])
            unique[here] = True if is_plain else state.uniqueness.at(block)
        for row, of_block in zip(values, found, strict=False):
            row[here] = of_block

    split = np.split(values, np.cumsum([len(each) for each in rows.values()])[:-1])
    variables: Variables = dict(zip(rows, split, strict=True))
    if not unique.all():
        for name in variables.keys() - {KOSSAKOWSKI}:
            variables[name][:, ~unique] = np.nan
    variables["unique"] = unique
    return {
        name: values.reshape((-1, *grid) if name in STACKED else grid)
        for name, values in variables.items()
    }


def _rows(system: LevelSystem, state: SteadyState, tape: Tape) -> dict[str, list[Number]]:
    """Rows of each variable that a steady state has."""
    rows = {
        "population": state.populations,
        "coherence_real": [state.coherence[0]],
        "coherence_imag": [state.coherence[1]],
        "coherence": [state.modulus],
        "residual": [state.residual],
        "min_eigenvalue": [state.min_eigenvalue],
        "energy_current": [energy(system).on(tape).expectation(*each) for each in state.changes],
    }
    if system.site_amplitudes:
        flux = internal_flux(system, 0).on(tape)
        excitation = Observable.of(system, site_excitation(system, 0)).on(tape)
        rows["internal_flux"] = [flux.expectation(state.populations, lambda: state.coherence)]
        rows["bath_flux"] = [excitation.expectation(*state.changes[0])]
    return rows


def _kossakowski_minimum(system: LevelSystem, rates: Sequence[Rates]) -> Number:
    """Smallest eigenvalue of a + a^dagger and b + b^dagger, summed over the baths."""
    if not system.site_amplitudes:
        return _smaller_of_both(rates)
    # Operators of different sites are orthogonal: each bath has a matrix of its own.
    own = [on_channels(each, system, site) for site, each in enumerate(rates)]
    return reduce(minimum, [_smaller_of_both([each]) for each in own])


def _smaller_of_both(rates: Sequence[Rates]) -> Number:
    """The same for two transitions."""
    minima = []
    for process in (EMISSION, ABSORPTION):

        def rate(i: int, j: int, part: int, process: int = process) -> Number:
            return sum((each[Key(process, i, j, part)] for each in rates), 0.0)

        # K_ij = (2 a_ij + conj(2 a_ji)) / 2
        real = 0.5 * (rate(0, 1, REAL) + rate(1, 0, REAL))
        imag = 0.5 * (rate(0, 1, IMAG) - rate(1, 0, IMAG))
        squared = real * real + imag * imag
        minima.append(smaller_eigenvalue(rate(0, 0, REAL), rate(1, 1, REAL), squared))
    return minimum(*minima)
