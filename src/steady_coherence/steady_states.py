"""Steady states of a system on a grid of bath temperatures, variable by variable."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath
from steady_coherence.master_equation import build_generator
from steady_coherence.observables import BathCurrent, internal_flux, site_excitation
from steady_coherence.solver import Solver, Values
from steady_coherence.systems import LevelSystem

Variables = dict[str, NDArray[Any]]

#: Grid points solved together: some sixty arrays of this size stay in the cache of a core.
CHUNK = 16384


@np.errstate(under="ignore")  # what underflows is too small to matter, or marked as not unique
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
        against each other to the grid.
    equation : str
        A name in `rates.EQUATIONS`: "nonsecular" is Eq. (12), "secular" Eq. (9).

    Returns
    -------
    dict of str to ndarray
        `population` (n_levels, ...), `coherence_real`, `coherence_imag`,
        `coherence`, `residual`, `min_eigenvalue`, `unique` (...),
        `energy_current` (n_baths, ...), positive out of the bath (energy
        squared, hbar = 1), and for a system of sites `internal_flux` and
        `bath_flux` (...), the two parts of d<sz_1>/dt in Eq. (28). The values
        are NaN where `unique` is False.

    Raises
    ------
    ValueError
        As `master_equation.build_generator` and `solver.Solver`.
    """
    generator = build_generator(system, baths, equation)
    solver = Solver(generator)
    energy_currents = [
        BathCurrent(generator, number, system.hamiltonian) for number in range(len(baths))
    ]
    bath_flux = (
        BathCurrent(generator, 0, site_excitation(system, 0)) if system.site_amplitudes else None
    )

    def solve_part(states: Sequence[NDArray[np.float64]]) -> dict[str, list[NDArray[Any]]]:
        """Rows of each variable, for some of the grid points."""
        values = Values(generator.coefficients(baths, states))
        state = solver.solve(values, states[0].size)
        rows: dict[str, list[NDArray[Any]]] = {
            "population": [*state.populations],
            "coherence_real": [state.coherence_real],
            "coherence_imag": [state.coherence_imag],
            "coherence": [state.coherence],
            "residual": [state.residual],
            "min_eigenvalue": [state.min_eigenvalue],
            "unique": [state.unique],
            "energy_current": [current(values, state) for current in energy_currents],
        }
        if bath_flux is not None:
            rows["internal_flux"] = [internal_flux(system, 0, state)]
            rows["bath_flux"] = [bath_flux(values, state)]
        return rows

    return _in_chunks(solve_part, baths)


def _in_chunks(
    solve_part: Callable[[Sequence[NDArray[np.float64]]], dict[str, list[NDArray[Any]]]],
    baths: Sequence[Bath],
) -> Variables:
    """Apply a function of the baths' states on a flat grid to the whole grid, part by part."""
    states = np.broadcast_arrays(*(bath.state for bath in baths))
    shape, size = states[0].shape, states[0].size
    flat = [state.reshape(-1) for state in states]
    whole: Variables = {}
    for start in range(0, size, CHUNK):
        part = slice(start, start + CHUNK)
        for name, rows in solve_part([state[part] for state in flat]).items():
            if name not in whole:
                dtype = bool if name == "unique" else float
                whole[name] = np.empty((len(rows), size), dtype=dtype)
            for number, row in enumerate(rows):
                whole[name][number, part] = row
    stacked = ("population", "energy_current")
    return {
        name: values.reshape((-1, *shape) if name in stacked else shape)
        for name, values in whole.items()
    }
