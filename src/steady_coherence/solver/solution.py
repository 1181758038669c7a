"""Solution: the rate equation of a reduced system, solved, and the state with its diagnostics."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from steady_coherence.numerics.elimination import Elimination
from steady_coherence.numerics.hermitian import smaller_eigenvalue
from steady_coherence.numerics.pairs import Pair, divided, squared_modulus, twice_real, weighted
from steady_coherence.numerics.tape import Expression, Number, inverse, minimum, modulus, sqrt
from steady_coherence.rates import Key
from steady_coherence.solver.reduction import Rate, Reached, Reduction
from steady_coherence.solver.refinement import Trial, better, corrected
from steady_coherence.solver.uniqueness import Uniqueness, margins, minors


class Change(NamedTuple):
    """Change of a state by one bath, D_a rho, in the block of populations and coherence."""

    populations: list[Number]  #: its diagonal
    coherence: Callable[[], Pair]  #: its element <1|.|2>


@dataclass(frozen=True)
class SteadyState:
    """The steady state at every grid point, with diagnostics."""

    populations: list[Number]  #: diagonal of rho, trace 1, level by level
    coherence: Pair  #: <1|rho|2> of the coherent pair; every other element of rho is zero
    modulus: Number  #: of the coherence
    changes: list[Change]  #: D_a rho, bath by bath
    #: Hilbert-Schmidt norm of L rho over that of the diagonal of L, both in the block of
    #: populations and coherence. The whole of L has a larger norm: rather over- than understated.
    residual: Number
    min_eigenvalue: Number  #: of the whole rho
    #: Where L has no second zero mode, nor one that rounding does not tell from zero; everything
    #: else means nothing elsewhere.
    uniqueness: Uniqueness


def steady_state(
    reduction: Reduction, baths: Sequence[Rate], energies: Sequence[Number], refined: bool = False
) -> SteadyState:
    """Steady state at every point of a grid, from the rates of each bath and the E_n of the levels.

    Populations reach no coherence but that of the coherent pair. Where it is to be `refined`, a
    state is corrected once by what is left of it in the equations.
    """

    def together(key: Key) -> Number:
        return sum((rate(key) for rate in baths), 0.0)

    first, second = reduction.pair
    splitting = energies[first] - energies[second]
    part = reduction.part(together, splitting)
    reply = divided(part.feed, part.decay)  # a_k / kappa of every level
    width = squared_modulus(part.decay) if isinstance(part.decay[0], Expression) else 1.0
    elimination = Elimination(_effective_rates(part, reply), _sizes(part, width), reduction.order)
    weights = elimination.weights()
    norm = sum(weights, 0.0)
    populations = [weight * inverse(norm) for weight in weights]
    coherence = weighted(reply, populations)
    changes, trial = _tried(reduction, baths, part, populations, coherence)
    if refined:
        other = _tried(reduction, baths, part, *corrected(part, reply, elimination, trial))[1]
        changes, trial = _tried(reduction, baths, part, *better(trial, other))
    populations, coherence = trial.populations, trial.coherence
    squared = squared_modulus(coherence)
    smallest = smaller_eigenvalue(populations[first], populations[second], squared)
    for level, population in enumerate(populations):
        if level not in reduction.pair:
            smallest = minimum(smallest, population)
    return SteadyState(
        populations=populations,
        coherence=coherence,
        modulus=sqrt(squared),
        changes=changes,
        residual=trial.residual,
        min_eigenvalue=smallest,
        uniqueness=Uniqueness(
            squares=[width, part.squared_diagonal()],
            # The doubts tell more, but take a sixth more steps at every point.
            minors=margins(elimination) if refined else minors(part, norm, elimination.pivots),
            pivots=elimination.pivots,
            doubts=elimination.doubts,
            detached=reduction.detached,
            rate=together,
            energies=energies,
            splitting=splitting,
        ),
    )


def _tried(
    reduction: Reduction,
    baths: Sequence[Rate],
    part: Reached,
    populations: list[Number],
    coherence: Pair,
) -> tuple[list[Change], Trial]:
    """Changes of a state by each bath and by all of L, from the entries before elimination."""
    changes = [_change(reduction, rate, populations, coherence) for rate in baths]
    by_level = zip(*(change.populations for change in changes), strict=True)
    flows = [sum(by_bath, 0.0) for by_bath in by_level]
    drift = part.drift(populations, coherence)
    # Hilbert-Schmidt: an off-diagonal element counts twice, in the vector and in the matrix.
    size = sum(flow * flow for flow in flows) + 2.0 * sum(each * each for each in drift)
    residual = sqrt(size * inverse(part.squared_diagonal()))
    return changes, Trial(populations, coherence, flows, drift, residual)


def _change(reduction: Reduction, rate: Rate, populations: list[Number], coherence: Pair) -> Change:
    """Change of a state by one bath; its coherence is worked out only where it is asked for."""
    return Change(
        reduction.population_changes(rate, populations, coherence),
        lambda: reduction.coherence_change(rate, populations, coherence),
    )


def _effective_rates(part: Reached, reply: list[Pair]) -> list[list[Number]]:
    """Rates m -> k between levels, at [k][m]: directly, and by way of the coherence."""
    levels = range(len(reply))
    return [
        [0.0 if k == m else part.rates[k][m] + twice_real(part.back[k], reply[m]) for m in levels]
        for k in levels
    ]


def _sizes(part: Reached, width: Number) -> list[list[Number]]:
    """Sums of the moduli of all terms that the effective rates are sums of, at [k][m]."""
    feed, back, ((real, imag),) = (
        [(modulus(each[0]), modulus(each[1])) for each in pairs]
        for pairs in (part.feed, part.back, [part.decay])
    )
    scale = inverse(width)
    reply = [((a * real + b * imag) * scale, (b * real + a * imag) * scale) for a, b in feed]
    # The minus of a product becomes a plus.
    return _effective_rates(replace(part, back=[(a, -b) for a, b in back]), reply)
