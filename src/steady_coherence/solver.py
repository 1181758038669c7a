"""Solver: the steady states of a level system for many rates at once.

Excitation number is conserved by H_S + H_SB of Eq. (3), so populations n_k reach
at most one coherence, z = <1|rho|2> of the coherent pair. In the steady state

    0 = -kappa z + sum_k a_k n_k
    0 = sum_l P_kl n_l + 2 Re(b_k z)

Putting z of the first line into the second leaves a rate equation with the rates
P_kl + 2 Re(b_k a_l / kappa). Every step is elementary real arithmetic: no BLAS, no
loop over points.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from steady_coherence.generator import Dissipator
from steady_coherence.numerics import blocks as grids
from steady_coherence.numerics.elimination import Elimination
from steady_coherence.numerics.hermitian import smaller_eigenvalue
from steady_coherence.numerics.tape import (
    Expression,
    Number,
    Pair,
    Program,
    choice,
    inverse,
    minimum,
    modulus,
    sqrt,
    twice_real,
)
from steady_coherence.rates import Key
from steady_coherence.systems import LevelSystem

Array = NDArray[np.float64]
#: Parts of the one-sided rates, at every grid point.
Rate = Callable[[Key], Number]

#: The steady state counts as not unique where less than this is left of what the errors of
#: the rates out of a level are roundings of.
SINGULAR_TOLERANCE = 1e-13

#: A residual below this is that of a few roundings.
ROUNDING = 16.0 * float(np.finfo(float).eps)

#: Below this a rate has fewer digits than other numbers.
SMALLEST_RATE = float(np.finfo(float).tiny)

#: Below this a sum of products has lost digits to underflow, or its terms have.
SMALLEST_SUM = float(np.finfo(float).tiny / np.finfo(float).eps)


class Change(NamedTuple):
    """What a part of the generator does to a state, d rho/dt in the block of the solver.

    Attributes
    ----------
    populations : list of float or Expression
        Diagonal.
    coherence : callable
        Real and imaginary part of the element <1|.|2>.
    """

    populations: list[Number]
    coherence: Callable[[], Pair]


@dataclass(frozen=True)
class SteadyState:
    """The steady state at every grid point, with diagnostics.

    Attributes
    ----------
    populations : list of float or Expression
        Diagonal of rho, trace 1.
    coherence : pair of float or Expression
        Real and imaginary part of <1|rho|2> of the system's coherent pair; every
        other element of rho is zero.
    modulus : float or Expression
        Modulus of the coherence.
    changes : list of Change
        D_a rho for each bath a: what it does to the steady state.
    residual : float or Expression
        Hilbert-Schmidt norm of L rho over that of the diagonal of L, both in
        the block of populations and coherence. The whole of L has a larger
        norm: the residual is rather over- than understated.
    min_eigenvalue : float or Expression
        Smallest eigenvalue of the whole rho.
    uniqueness : Uniqueness
        Where L has no second zero mode, nor one that rounding does not tell from
        zero; everything else means nothing elsewhere.
    """

    populations: list[Number]
    coherence: Pair
    modulus: Number
    changes: list[Change]
    residual: Number
    min_eigenvalue: Number
    uniqueness: Uniqueness


class Examined(NamedTuple):
    """A state, and what L makes of it: nothing, but for rounding, where it is steady."""

    populations: list[Number]
    coherence: Pair
    changes: list[Change]
    flows: list[Number]  # d n_k/dt, of all baths together
    drift: Pair  # dz/dt
    residual: Number


class Form(NamedTuple):
    """A linear form sum_m weight_m r_m of parts r_m of the rates."""

    weights: tuple[tuple[Key, float], ...]

    def of(self, rate: Rate) -> Number:
        """Value of the form."""
        sizes = {abs(weight) for _, weight in self.weights}
        if len(sizes) != 1:
            return sum((weight * rate(key) for key, weight in self.weights), 0.0)
        # Weights of one size: one multiplication in the end.
        (size,) = sizes
        return size * sum((math.copysign(1.0, w) * rate(key) for key, w in self.weights), 0.0)


class ComplexForm(NamedTuple):
    """A complex number whose parts are linear forms."""

    real: Form
    imag: Form

    def of(self, rate: Rate) -> Pair:
        """Real and imaginary part."""
        return self.real.of(rate), self.imag.of(rate)


@dataclass(frozen=True)
class Reached:
    """The part of L that populations reach."""

    rates: list[list[Number]]  # P_kl, without the diagonal
    outflows: list[Number]  # -P_kk
    feed: list[Pair]  # a_k
    back: list[Pair]  # b_k
    decay: Pair  # kappa


@dataclass(frozen=True)
class Detached:
    """A group of elements of rho that neither feed nor are fed by the populations.

    L in the group is -i diag(E_k - E_l) plus the dissipators. As long as these are
    smaller than the smallest |E_k - E_l| there is no zero mode in it.
    """

    levels: list[tuple[int, int]]
    parts: dict[Key, NDArray[np.complex128]]

    def gaps(self, energies: Sequence[Any]) -> list[Any]:
        """E_k - E_l of every element."""
        return [energies[k] - energies[m] for k, m in self.levels]

    def bound(self, sizes: Callable[[Key], Any]) -> Any:
        """Bound on the norm of the dissipators, from the sizes of the rates."""
        terms = (
            float(np.sqrt(np.sum(np.abs(part) ** 2))) * sizes(key)
            for key, part in self.parts.items()
        )
        return sum(terms, 0.0)

    def nonsingular(
        self, rates: Mapping[Key, Array], energies: Sequence[Array]
    ) -> NDArray[np.bool_]:
        """Whether L has no zero mode within the group, from the rates at some points."""
        smallest_gap = np.min(np.abs(self.gaps(energies)), axis=0)
        certain = np.asarray(self.bound(lambda key: np.abs(rates[key])) < smallest_gap)
        unitary = np.stack(self.gaps(energies), axis=-1)[~certain]
        matrices = -1j * unitary[:, :, None] * np.eye(len(self.levels))
        for key, part in self.parts.items():
            matrices = matrices + np.multiply.outer(rates[key][~certain], part)
        values = np.linalg.svd(matrices, compute_uv=False)
        certain[~certain] = values[:, -1] > SINGULAR_TOLERANCE * values[:, 0]
        return certain


@dataclass(frozen=True)
class Uniqueness:
    """Where the steady state is unique: at once where that is plain, else point by point.

    Attributes
    ----------
    squares : list of float or Expression
        Squared norms; neither over- nor underflowing where the state counts as unique.
    minors : list of float or Expression
        Where these are positive numbers as well, nothing in the elimination has lost digits.
    pivots, doubts : list of float or Expression
        What the elimination divides by, and what its error is a few roundings of. Rounding
        leaves digits of the former where it exceeds `SINGULAR_TOLERANCE` times the latter.
    detached : list of Detached
        Groups that may have a zero mode.
    rate : callable
        Parts of the rates, of all baths together.
    energies : sequence of float or Expression
        E_n of the levels.
    """

    squares: list[Number]
    minors: list[Number]
    pivots: list[Number]
    doubts: list[Number]
    detached: list[Detached]
    rate: Rate
    energies: Sequence[Number]

    @property
    def signs(self) -> list[Number]:
        """What tells at once that the state is unique."""
        return [*self.squares, *self.minors]

    def is_plain(self, signs: Sequence[float | Array]) -> bool:
        """Whether the values of `signs` say that the state is unique at all points of a block."""
        return not self.detached and all(
            np.min(sign) > SMALLEST_SUM and np.max(sign) < np.inf for sign in signs
        )

    def at(self, block: grids.Block) -> NDArray[np.bool_]:
        """Whether the state is unique, at each point of a block, of shape (size,)."""
        values = iter([np.broadcast_to(v, block.size) for v in self._program.run(block)])
        squares, pivots, doubts, energies = (
            [next(values) for _ in each]
            for each in (self.squares, self.pivots, self.doubts, self.energies)
        )
        rates = dict(zip(self._keys, values, strict=True))
        unique = np.ones(block.size, dtype=bool)
        for square in squares:
            unique &= (square > SMALLEST_SUM) & (square < np.inf)
        for pivot, doubt in zip(pivots, doubts, strict=True):
            unique &= np.abs(pivot) > np.maximum(SINGULAR_TOLERANCE * doubt, SMALLEST_RATE)
        for group in self.detached:
            there = {key: values[unique] for key, values in rates.items()}
            unique[unique] = group.nonsingular(there, [energy[unique] for energy in energies])
        return unique

    @cached_property
    def _keys(self) -> list[Key]:
        return sorted({key for group in self.detached for key in group.parts})

    @cached_property
    def _program(self) -> Program:
        rates = [self.rate(key) for key in self._keys]
        return Program([*self.squares, *self.pivots, *self.doubts, *self.energies, *rates])


class Solver:
    """Steady states of a level system.

    Parameters
    ----------
    system : LevelSystem
        What depends on its levels and transitions alone is worked out here, once.
    largest : ndarray, shape (2, n_transitions, n_transitions)
        Bounds on |2 a_ij| and |2 b_ij|, summed over the baths.
    refined : bool
        Whether a state is corrected once by what is left of it in the equations: needed
        where populations and coherence reach each other faster than they decay, as
        principal values make them.

    Raises
    ------
    ValueError
        If the populations feed more coherences than that of the coherent pair.
    """

    def __init__(self, system: LevelSystem, largest: Array, refined: bool = False) -> None:
        self._refined = refined
        levels = range(len(system.levels))
        first, second = self._pair = (
            system.index(system.coherent_pair[0]),
            system.index(system.coherent_pair[1]),
        )
        # From the top: what is eliminated first can always emit. Levels of as many excitations go
        # by their number, so that the same steps are taken whatever the energies.
        excitations = dict.fromkeys(system.levels, 0)
        for _ in system.levels:
            for each in system.transitions:
                more = excitations[each.lower] + 1
                excitations[each.upper] = max(excitations[each.upper], more)
        self._order = sorted(levels, key=lambda k: -excitations[system.levels[k]])
        dissipator = Dissipator(system)

        def element(*index: int, factor: float = 1.0) -> ComplexForm:
            weights = [(key, factor * dissipator.part(key)[index]) for key in dissipator.keys]
            return ComplexForm(
                Form(tuple((key, float(weight.real)) for key, weight in weights if weight.real)),
                Form(tuple((key, float(weight.imag)) for key, weight in weights if weight.imag)),
            )

        self._rates = [[element(k, k, m, m).real for m in levels] for k in levels]
        self._feed = [element(first, second, k, k) for k in levels]
        self._back = [element(k, k, first, second) for k in levels]
        self._decay = element(first, second, first, second, factor=-1.0)

        size = len(levels)
        pattern = (dissipator.parts != 0.0).any((0, 1, 2, 3)).reshape(size**2, size**2)
        populations = {k * size + k for k in levels}
        coherent = {first * size + second, second * size + first}
        reached = _closure(pattern, populations)
        if not reached <= populations | coherent:
            raise ValueError(
                f"populations of {system.name} feed more coherences than <1|rho|2> of the "
                f"levels {' and '.join(system.coherent_pair)}, which is all the solver handles"
            )
        self._coherent = coherent <= reached
        detached = [
            _restricted(dissipator, group)
            for group in _groups(pattern | pattern.T, set(range(size**2)) - reached)
        ]
        # Most groups cannot have a zero mode anywhere on the grid.
        self._detached = [
            group
            for group in detached
            if not np.all(
                group.bound(lambda key: float(largest[key.process, key.i, key.j]))
                < np.min([np.min(np.abs(gap)) for gap in group.gaps(system.energies)])
            )
        ]

    def solve(self, baths: Sequence[Rate], energies: Sequence[Number]) -> SteadyState:
        """Steady state at every point of a grid.

        Parameters
        ----------
        baths : sequence of callable
            Parts of the rates of each bath.
        energies : sequence of float or Expression
            E_n of the levels.

        Returns
        -------
        SteadyState
        """

        def together(key: Key) -> Number:
            return sum((rate(key) for rate in baths), 0.0)

        splitting = energies[self._pair[0]] - energies[self._pair[1]]
        block = self._block(together, splitting)
        reply, width = _divided(block.feed, block.decay)  # a_k / kappa
        elimination = Elimination(_effective_rates(block, reply), _sizes(block, width), self._order)
        weights = elimination.weights()
        norm = sum(weights, 0.0)
        populations = [weight * inverse(norm) for weight in weights]
        state = self._examined(baths, block, populations, _weighted(reply, populations))
        if self._refined:
            other = self._examined(baths, block, *_corrected(block, reply, elimination, state))
            state = self._examined(baths, block, *_better(state, other))
        populations, coherence = state.populations, state.coherence
        squared = coherence[0] * coherence[0] + coherence[1] * coherence[1]
        first, second = self._pair
        smallest = smaller_eigenvalue(populations[first], populations[second], squared)
        for level, population in enumerate(populations):
            if level not in self._pair:
                smallest = minimum(smallest, population)
        return SteadyState(
            populations=populations,
            coherence=coherence,
            modulus=sqrt(squared),
            changes=state.changes,
            residual=state.residual,
            min_eigenvalue=smallest,
            uniqueness=Uniqueness(
                squares=[width, _squared_diagonal(block)],
                # The doubts tell more, but take a sixth more steps at every point.
                minors=(
                    _margins(elimination)
                    if self._refined
                    else _minors(block, norm, elimination.pivots)
                ),
                pivots=elimination.pivots,
                doubts=elimination.doubts,
                detached=self._detached,
                rate=together,
                energies=energies,
            ),
        )

    def _examined(
        self, baths: Sequence[Rate], block: Reached, populations: list[Number], coherence: Pair
    ) -> Examined:
        """A state with what L makes of it, from the entries before elimination."""
        changes = [self._change(rate, populations, coherence) for rate in baths]
        flows = zip(*(change.populations for change in changes), strict=True)
        left = [sum(flow, 0.0) for flow in flows]
        drift = _drift(block.feed, block.decay, populations, coherence)
        # Hilbert-Schmidt: an off-diagonal element counts twice, in the vector and in the matrix.
        size = sum(flow * flow for flow in left) + 2.0 * sum(part * part for part in drift)
        residual = sqrt(size * inverse(_squared_diagonal(block)))
        return Examined(populations, coherence, changes, left, drift, residual)

    def _block(self, rate: Rate, splitting: Number) -> Reached:
        levels = range(len(self._rates))
        rates = [[0.0 if k == m else self._rates[k][m].of(rate) for m in levels] for k in levels]
        outflows = [sum((rates[k][m] for k in levels), 0.0) for m in levels]
        if not self._coherent:
            none: list[Pair] = [(0.0, 0.0)] * len(levels)
            return Reached(rates, outflows, none, none, (0.0, 0.0))
        feed = [form.of(rate) for form in self._feed]
        back = [form.of(rate) for form in self._back]
        real, imag = self._decay.of(rate)
        return Reached(rates, outflows, feed, back, (real, imag + splitting))

    def _change(self, rate: Rate, populations: list[Number], coherence: Pair) -> Change:
        """What one bath does to the steady state."""
        *others, last = range(len(populations))
        changes: list[Number] = [0.0 for _ in populations]
        for k in others:
            for m in range(k + 1, len(populations)):
                gain = self._rates[k][m].of(rate) * populations[m]
                flow = gain - self._rates[m][k].of(rate) * populations[k]
                changes[k] = changes[k] + flow
                changes[m] = changes[m] - flow
            if self._coherent:
                changes[k] = changes[k] + twice_real(self._back[k].of(rate), coherence)
        # The trace is conserved.
        changes[last] = -sum((changes[k] for k in others), 0.0)

        def drift() -> Pair:
            feed = [form.of(rate) for form in self._feed]
            return _drift(feed, self._decay.of(rate), populations, coherence)

        return Change(changes, drift)


def _closure(pattern: NDArray[np.bool_], start: set[int]) -> set[int]:
    """Elements that those in `start` feed, directly or not."""
    reached = set(start)
    while True:
        fed = set(np.flatnonzero(pattern[:, sorted(reached)].any(axis=1)).tolist())
        if fed <= reached:
            return reached
        reached |= fed


def _groups(linked: NDArray[np.bool_], elements: set[int]) -> Iterator[list[int]]:
    """Connected groups of some elements of vec(rho)."""
    left = set(elements)
    while left:
        group = _closure(linked, {min(left)}) & left
        left -= group
        yield sorted(group)


def _restricted(dissipator: Dissipator, group: list[int]) -> Detached:
    n = dissipator.pairs.shape[-1]
    select = np.ix_(group, group)
    parts = {key: dissipator.part(key).reshape(n * n, n * n)[select] for key in dissipator.keys}
    return Detached(
        [divmod(element, n) for element in group],
        {key: part for key, part in parts.items() if part.any()},
    )


def _divided(numbers: Sequence[Pair], divisor: Pair) -> tuple[list[Pair], Number]:
    """Complex numbers over kappa, and |kappa|^2."""
    real, imag = divisor
    if not isinstance(real, Expression):  # the populations reach no coherence
        return [(0.0, 0.0)] * len(numbers), 1.0
    squared = real * real + imag * imag
    scale = inverse(squared)
    # 1 / kappa = (real - i imag) / |kappa|^2
    real, imag = real * scale, imag * scale
    return [(a * real + b * imag, b * real - a * imag) for a, b in numbers], squared


def _sum(*pairs: Pair) -> Pair:
    return sum((real for real, _ in pairs), 0.0), sum((imag for _, imag in pairs), 0.0)


def _weighted(pairs: list[Pair], populations: list[Number]) -> Pair:
    """sum_k c_k n_k for complex c_k."""
    return _sum(*((c[0] * n, c[1] * n) for c, n in zip(pairs, populations, strict=True)))


def _effective_rates(block: Reached, reply: list[Pair]) -> list[list[Number]]:
    """Rates m -> k between levels, at [k][m]: directly, and by way of the coherence."""
    levels = range(len(reply))
    return [
        [0.0 if k == m else block.rates[k][m] + twice_real(block.back[k], reply[m]) for m in levels]
        for k in levels
    ]


def _sizes(block: Reached, squared: Number) -> list[list[Number]]:
    """Sums of the moduli of all terms that the effective rates are sums of."""
    feed, back, ((real, imag),) = (
        [(modulus(part[0]), modulus(part[1])) for part in pairs]
        for pairs in (block.feed, block.back, [block.decay])
    )
    scale = inverse(squared)
    reply = [((a * real + b * imag) * scale, (b * real + a * imag) * scale) for a, b in feed]
    # The minus of a product becomes a plus.
    return _effective_rates(replace(block, back=[(a, -b) for a, b in back]), reply)


def _corrected(
    block: Reached, reply: list[Pair], elimination: Elimination, state: Examined
) -> tuple[list[Number], Pair]:
    """Populations and coherence after one step of iterative refinement.

    Wilkinson, Rounding Errors in Algebraic Processes (1963): what a state leaves of the
    entries before elimination is the right side of the same equations.
    """
    (kept,), _ = _divided([state.drift], block.decay)
    sources = [
        flow + twice_real(back, kept) for flow, back in zip(state.flows, block.back, strict=True)
    ]
    moved = elimination.reply(sources)
    populations = [n + part for n, part in zip(state.populations, moved, strict=True)]
    real, imag = _sum(state.coherence, kept, _weighted(reply, moved))
    scale = inverse(sum(populations, 0.0))
    return [n * scale for n in populations], (real * scale, imag * scale)


def _better(state: Examined, other: Examined) -> tuple[list[Number], Pair]:
    """The other state, where it leaves less and the first leaves more than rounding does."""
    left = -minimum(-other.residual, -ROUNDING)

    def chosen(one: Number, another: Number) -> Number:
        return choice(left, state.residual, another, one)

    populations = list(map(chosen, state.populations, other.populations))
    real, imag = map(chosen, state.coherence, other.coherence)
    return populations, (real, imag)


def _minors(block: Reached, norm: Number, pivots: list[Number]) -> list[Number]:
    """The sum of the minors of the rate matrix, and by how much it exceeds what rounding may do.

    It vanishes when there are two stationary distributions. Rounding matters where
    the coherence takes back what a rate gives, or a rate is near the smallest number.
    """
    levels = range(len(block.outflows))
    minors = math.prod(pivots, start=norm)
    products = [math.prod((block.outflows[m] for m in levels if m != k), start=1.0) for k in levels]
    return [minors, minors - 1e-6 * sum(products, 0.0)]


def _margins(elimination: Elimination) -> list[Number]:
    """By how much each pivot exceeds what rounding may do, where terms are larger than rates."""
    return [
        pivot - 1e-6 * doubt
        for pivot, doubt in zip(elimination.pivots, elimination.doubts, strict=True)
    ]


def _drift(feed: list[Pair], decay: Pair, populations: list[Number], coherence: Pair) -> Pair:
    """sum_k a_k n_k - kappa z."""
    fed = _weighted(feed, populations)
    real, imag = coherence
    return (
        fed[0] + decay[1] * imag - decay[0] * real,
        fed[1] - decay[1] * real - decay[0] * imag,
    )


def _squared_diagonal(block: Reached) -> Number:
    """Squared norm of the diagonal of L in the block of populations and coherence."""
    return sum(each * each for each in block.outflows) + 2.0 * sum(
        part * part for part in block.decay
    )
