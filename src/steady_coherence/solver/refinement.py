"""Refinement: one correction of a state by what it leaves of L rho = 0.

Needed where populations and coherence feed each other faster than they decay, as principal
values make them: the effective rates are then small differences of large numbers. Wilkinson,
Rounding Errors in Algebraic Processes (1963): what a state leaves of the entries before
elimination is the right-hand side of the same equations.
"""

from typing import NamedTuple

import numpy as np

from steady_coherence.numerics.elimination import Elimination
from steady_coherence.numerics.pairs import Pair, divided, total, twice_real, weighted
from steady_coherence.numerics.tape import Number, choice, inverse, minimum
from steady_coherence.solver.reduction import Reached

#: A residual below this is that of a few roundings.
ROUNDING = 16.0 * float(np.finfo(float).eps)


class Trial(NamedTuple):
    """A state, and what L makes of it: nothing, but for rounding, where it is steady."""

    populations: list[Number]  #: n_k of every level
    coherence: Pair  #: z
    flows: list[Number]  #: d n_k/dt of every level, of all baths together
    drift: Pair  #: dz/dt
    residual: Number  #: norm of flows and drift over that of the diagonal of L


def corrected(
    part: Reached, reply: list[Pair], elimination: Elimination, trial: Trial
) -> tuple[list[Number], Pair]:
    """Populations and coherence after one correction of a state.

    The part is that before elimination, `reply` is a_k / kappa of every level.
    """
    # The coherence takes up its drift at once, and hands it on to the populations.
    (kept,) = divided([trial.drift], part.decay)
    sources = [
        flow + twice_real(back, kept) for flow, back in zip(trial.flows, part.back, strict=True)
    ]
    moved = elimination.reply(sources)
    populations = [n + change for n, change in zip(trial.populations, moved, strict=True)]
    real, imag = total(trial.coherence, kept, weighted(reply, moved))
    scale = inverse(sum(populations, 0.0))
    return [n * scale for n in populations], (real * scale, imag * scale)


def better(trial: Trial, other: Trial) -> tuple[list[Number], Pair]:
    """The other state, where it leaves less and the first leaves more than rounding does."""
    threshold = -minimum(-other.residual, -ROUNDING)  # the larger of the two

    def chosen(one: Number, another: Number) -> Number:
        return choice(threshold, trial.residual, another, one)

    populations = list(map(chosen, trial.populations, other.populations))
    real, imag = map(chosen, trial.coherence, other.coherence)
    return populations, (real, imag)
