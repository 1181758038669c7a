"""Steady states with all that is stored of them, for files of a grid and of a sweep."""

from __future__ import annotations

from collections.abc import Sequence

from steady_coherence.baths import Bath
from steady_coherence.observables import entropy_production
from steady_coherence.steady_states import Variables, steady_states
from steady_coherence.systems import LevelSystem

ENTROPY_PRODUCTION = "entropy_production"


def solved(
    system: LevelSystem, baths: Sequence[Bath], equation: str, variables: Sequence[str] = ()
) -> Variables:
    """Steady states as `steady_coherence.steady_states` gives them, and their entropy production.

    Parameters
    ----------
    system : LevelSystem
        The system.
    baths : sequence of Bath
        Its baths, which have temperatures.
    equation : str
        A name in `MASTER_EQUATIONS`.
    variables : sequence of str
        Those that are asked for, all by default.

    Returns
    -------
    dict of str to ndarray
    """
    asked = {*variables}
    if ENTROPY_PRODUCTION in asked:
        asked = asked - {ENTROPY_PRODUCTION} | {"energy_current"}
        if any(bath.distribution.fermions for bath in baths):
            asked.add("particle_current")
    state = steady_states(system, baths, equation, sorted(asked))
    if not variables or ENTROPY_PRODUCTION in variables:
        state[ENTROPY_PRODUCTION] = entropy_production(
            state["energy_current"], baths, state.get("particle_current")
        )
    return state
