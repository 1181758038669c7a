"""Steady states with all that is stored of them, for files of a grid and of a sweep."""

from collections.abc import Sequence

from steady_coherence import Bath, LevelSystem, steady_states
from steady_coherence.observables import entropy_production
from steady_coherence.steady_states import Variables

ENTROPY_PRODUCTION = "entropy_production"


def solved(
    system: LevelSystem, baths: Sequence[Bath], equation: str, variables: Sequence[str] = ()
) -> Variables:
    """Steady states, as the engine gives them, and their entropy production.

    Only those `variables` that are asked for, if any are named.
    """
    asked = {*variables} - {ENTROPY_PRODUCTION}
    with_entropy = not variables or ENTROPY_PRODUCTION in variables
    if variables and with_entropy:
        asked.add("energy_current")
        if any(bath.distribution.fermions for bath in baths):
            asked.add("particle_current")
    state = steady_states(system, baths, equation, sorted(asked))
    if with_entropy:
        state[ENTROPY_PRODUCTION] = entropy_production(
            state["energy_current"], baths, state.get("particle_current")
        )
    return state
