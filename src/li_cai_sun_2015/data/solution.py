"""Steady states with all that is stored of them, for files of a grid and of a sweep."""

from __future__ import annotations

from collections.abc import Sequence

from steady_coherence.baths import Bath
from steady_coherence.observables import entropy_production
from steady_coherence.steady_states import Variables, steady_states
from steady_coherence.systems import LevelSystem


def solved(system: LevelSystem, baths: Sequence[Bath], equation: str) -> Variables:
    """Steady states as `steady_coherence.steady_states` gives them, and their entropy production.

    Parameters
    ----------
    system : LevelSystem
        The system.
    baths : sequence of Bath
        Its baths, which have temperatures.
    equation : str
        A name in `MASTER_EQUATIONS`.

    Returns
    -------
    dict of str to ndarray
    """
    state = steady_states(system, baths, equation)
    produced = entropy_production(state["energy_current"], baths, state.get("particle_current"))
    return {**state, "entropy_production": produced}
