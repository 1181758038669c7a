"""Solver: the steady states of one generator for many states of its baths at once.

Excitation number is conserved by H_S + H_SB of Eq. (3), so populations n_k reach
at most one coherence, z = <1|rho|2> of the coherent pair. In the steady state

    0 = -kappa z + sum_k a_k n_k
    0 = sum_l P_kl n_l + 2 Re(b_k z)

Putting z of the first line into the second leaves a rate equation with the rates
P_kl + 2 Re(b_k a_l / kappa). It is solved by eliminating levels from the top
without a subtraction (Grassmann, Taksar and Heyman, Operations Research 33, 1107,
1985), so that populations keep their relative accuracy down to exp(-eps/T) of any
size. Every step is elementary real arithmetic on arrays of grid points: no BLAS,
no loop over points.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from steady_coherence.master_equation import Generator

Array = NDArray[np.float64]
Real = float | Array
Pair = tuple[Real, Real]  # real and imaginary part
Coefficients = Sequence[Real]

#: The steady state counts as not unique where less than this is left of the
#: terms that a rate out of a level is summed from.
SINGULAR_TOLERANCE = 1e-12

#: Below this a rate has fewer digits than other numbers.
SMALLEST_RATE = float(np.finfo(float).tiny)

#: Below this a sum of products has lost digits to underflow, or its terms have.
SMALLEST_SUM = float(np.finfo(float).tiny / np.finfo(float).eps)


@dataclass(frozen=True)
class SteadyState:
    """The steady state at every grid point, with diagnostics.

    Attributes
    ----------
    populations : list of ndarray, each of shape (size,)
        Diagonal of rho, trace 1.
    coherence_real, coherence_imag, coherence : ndarray, shape (size,)
        <1|rho|2> of the system's coherent pair and its modulus; every other
        element of rho is zero.
    residual : ndarray, shape (size,)
        Hilbert-Schmidt norm of L rho over that of the diagonal of L, both in
        the block of populations and coherence. The whole of L has a larger
        norm: the residual is rather over- than understated.
    min_eigenvalue : ndarray, shape (size,)
        Smallest eigenvalue of the whole rho.
    unique : ndarray of bool, shape (size,)
        False where L has a second zero mode, or one that rounding does not
        tell from zero; everything else is NaN there. So are rates outside the
        range of 1e-146 to 1e154 whose squares floating-point numbers do not hold.
    """

    populations: list[Array]
    coherence_real: Array
    coherence_imag: Array
    coherence: Array
    residual: Array
    min_eigenvalue: Array
    unique: NDArray[np.bool_]

    def marked(self, quantity: Real) -> Array:
        """Put NaN for a quantity where the steady state is not unique."""
        return _marked(quantity, self.unique)


def _marked(quantity: Real, unique: NDArray[np.bool_]) -> Array:
    if unique.all():
        return np.broadcast_to(quantity, unique.shape)
    return np.where(unique, quantity, np.nan)


def _is_zero(value: Real) -> bool:
    """Whether a value is zero by construction: a scalar, and not an array of zeros."""
    return isinstance(value, float) and value == 0.0


def product(left: Real, right: Real) -> Real:
    """Product that keeps a structural zero a scalar."""
    return 0.0 if _is_zero(left) or _is_zero(right) else left * right


def total(plus: Iterable[Real], minus: Iterable[Real] = ()) -> Real:
    """Sum from left to right, less some other terms, that passes over structural zeros."""
    result: Real = 0.0
    owned = False  # the first term belongs to the caller; what comes of it is changed in place
    for term in plus:
        if owned:
            if not _is_zero(term):
                result += term
        elif _is_zero(result):
            result = term
        elif not _is_zero(term):
            result, owned = result + term, True
    for term in minus:
        if not _is_zero(term):
            if owned:
                result -= term
            else:
                result, owned = result - term, True
    return result


class LinearForm(NamedTuple):
    """constant + sum_m weight_m c_m, with the coefficients c_m of the generator's terms."""

    constant: float
    weights: tuple[tuple[int, float], ...]

    @classmethod
    def of(cls, constant: float, weights: Iterable[float]) -> LinearForm:
        """Linear form without the weights that are zero."""
        kept = tuple((number, float(weight)) for number, weight in enumerate(weights) if weight)
        return cls(float(constant), kept)


class ComplexForm(NamedTuple):
    """A complex number whose parts are linear forms."""

    real: LinearForm
    imag: LinearForm

    @classmethod
    def of(cls, constant: complex, weights: Iterable[complex]) -> ComplexForm:
        """Form with complex constant and weights."""
        weights = [complex(weight) for weight in weights]
        return cls(
            LinearForm.of(complex(constant).real, (weight.real for weight in weights)),
            LinearForm.of(complex(constant).imag, (weight.imag for weight in weights)),
        )

    def doubled(self) -> ComplexForm:
        """Twice the form."""
        return ComplexForm(*(_scaled(2.0, form) for form in self))


def _scaled(factor: float, form: LinearForm) -> LinearForm:
    weights = tuple((number, factor * weight) for number, weight in form.weights)
    return LinearForm(factor * form.constant, weights)


class Values(dict[LinearForm, Real]):
    """Values of linear forms over the grid, each worked out once."""

    def __init__(self, coefficients: Coefficients) -> None:
        super().__init__()
        self.coefficients = coefficients

    def __missing__(self, form: LinearForm) -> Real:
        constant, varying = form.constant, []
        for number, weight in form.weights:
            coefficient = self.coefficients[number]
            if isinstance(coefficient, float):
                constant += weight * coefficient
            else:
                varying.append((number, weight))
        if not varying:
            value: Real = constant
        elif constant:
            # Emission is absorption with a constant on top: the sum is shared.
            value = self[LinearForm(0.0, tuple(varying))] + constant
        else:
            value = total(weight * self.coefficients[number] for number, weight in varying)
        self[form] = value
        return value

    def pair(self, form: ComplexForm) -> Pair:
        """Real and imaginary part of a complex form."""
        return self[form.real], self[form.imag]


@dataclass(frozen=True)
class Block:
    """The part of L that populations reach, over the grid."""

    rates: list[list[Real]]  # P_kl, without the diagonal
    outflows: list[Real]  # -P_kk
    feed: list[Pair]  # a_k
    back: list[Pair]  # 2 b_k
    decay: Pair  # kappa


@dataclass(frozen=True)
class Detached:
    """A group of elements of rho that neither feed nor are fed by the populations.

    L in the group is -i diag(E_k - E_l) plus the dissipators. As long as these are
    smaller than the smallest |E_k - E_l| there is no zero mode in it.
    """

    unitary: NDArray[np.complex128]
    dissipators: list[NDArray[np.complex128]]

    def bounds(self) -> Array:
        """What a unit of each coefficient uses up of the smallest |E_k - E_l|."""
        norms = np.array([np.linalg.norm(dissipator) for dissipator in self.dissipators])
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            bounds = norms / np.abs(np.diag(self.unitary)).min()
        return np.where(norms > 0.0, bounds, 0.0)

    def nonsingular(self, coefficients: Coefficients, size: int) -> NDArray[np.bool_]:
        """Whether L has no zero mode within the group, from its singular values."""
        matrices = np.broadcast_to(self.unitary, (size, *self.unitary.shape))
        for coefficient, dissipator in zip(coefficients, self.dissipators, strict=True):
            everywhere = np.broadcast_to(coefficient, (size,))
            matrices = matrices + np.multiply.outer(everywhere, dissipator)
        singular_values = np.linalg.svd(matrices, compute_uv=False)
        return np.asarray(singular_values[:, -1] > SINGULAR_TOLERANCE * singular_values[:, 0])


class Solver:
    """Steady states of a generator.

    Parameters
    ----------
    generator : Generator
        L. What depends on it alone is worked out here, once.

    Raises
    ------
    ValueError
        If the populations feed more coherences than that of the coherent pair.
    """

    def __init__(self, generator: Generator) -> None:
        system = generator.system
        levels = range(len(system.levels))
        first, second = self._pair = (
            system.index(system.coherent_pair[0]),
            system.index(system.coherent_pair[1]),
        )
        # From the top: what is eliminated first can always emit.
        self._order = [int(level) for level in np.argsort(system.energies)[::-1]]

        def element(*index: int) -> ComplexForm:
            return ComplexForm.of(
                generator.unitary[index], (term.superoperator[index] for term in generator.terms)
            )

        self._rates = [[element(k, k, m, m).real for m in levels] for k in levels]
        self._feed = [element(first, second, k, k) for k in levels]
        self._back = [element(k, k, first, second).doubled() for k in levels]
        self._decay = ComplexForm(
            *(_scaled(-1.0, f) for f in element(first, second, first, second))
        )

        pattern = _coupling_pattern(generator)
        populations = {k * len(levels) + k for k in levels}
        coherent = {first * len(levels) + second, second * len(levels) + first}
        reached = _closure(pattern, populations)
        if not reached <= populations | coherent:
            raise ValueError(
                f"populations of {system.name} feed more coherences than <1|rho|2> of the "
                f"levels {' and '.join(system.coherent_pair)}, which is all the solver handles"
            )
        self._coherent = coherent <= reached
        self._detached = [
            _restrict(generator, group)
            for group in _groups(pattern | pattern.T, set(range(len(pattern))) - reached)
        ]
        self._bounds = np.max([group.bounds() for group in self._detached], axis=0)

    def solve(self, values: Values, size: int) -> SteadyState:
        """Steady state at every point of a flat grid.

        Parameters
        ----------
        values : Values
            Made of the coefficients of the generator's terms, floats or arrays
            of shape (size,).
        size : int
            Number of grid points.

        Returns
        -------
        SteadyState
        """
        # Divisions by zero (by NumPy's rules, for scalars too) and overflow happen only where the
        # state is not unique; those points become NaN. What underflows is too small to matter:
        # where it would matter, the state does not count as unique either.
        with np.errstate(all="ignore"):
            block = self._block(values)
            reply, unique = _coherence_reply(block)
            rates = _effective_rates(block, reply)
            weights, pivots = _stationary_weights(rates, self._order)
            norm = total(weights)
            unique = unique & _regular(block, reply, norm, pivots, self._order)
            scale = np.divide(1.0, norm)
            populations = [product(weight, scale) for weight in weights]
            coherence = (
                total(product(r[0], n) for r, n in zip(reply, populations, strict=True)),
                total(product(r[1], n) for r, n in zip(reply, populations, strict=True)),
            )
            squared = total(product(part, part) for part in coherence)
            residual, in_range = _residual(block, populations, coherence)
            smallest = _smallest_eigenvalue(populations, self._pair, squared)
            unique = self._nothing_else_stays(values.coefficients, unique & in_range, size)

        unique = np.broadcast_to(unique, (size,))
        return SteadyState(
            populations=[_marked(population, unique) for population in populations],
            coherence_real=_marked(coherence[0], unique),
            coherence_imag=_marked(coherence[1], unique),
            coherence=_marked(np.sqrt(squared), unique),
            residual=_marked(residual, unique),
            min_eigenvalue=_marked(smallest, unique),
            unique=unique,
        )

    def _block(self, values: Values) -> Block:
        levels = range(len(self._rates))
        rates = [[0.0 if k == m else values[self._rates[k][m]] for m in levels] for k in levels]
        outflows = [total(rates[k][m] for k in levels) for m in levels]
        if not self._coherent:
            none: list[Pair] = [(0.0, 0.0)] * len(levels)
            return Block(rates, outflows, none, none, (0.0, 0.0))
        feed = [values.pair(form) for form in self._feed]
        back = [values.pair(form) for form in self._back]
        return Block(rates, outflows, feed, back, values.pair(self._decay))

    def _nothing_else_stays(
        self, coefficients: Coefficients, unique: NDArray[np.bool_] | bool, size: int
    ) -> NDArray[np.bool_] | bool:
        """Whether, where `unique`, no element outside the populations' reach has a zero mode."""
        # First for all points together, then for each, and only then by singular values.
        # A bound is infinite where |E_k - E_l| = 0, and decides nothing.
        largest = np.array([np.max(coefficient) for coefficient in coefficients])
        if np.sum(self._bounds * largest) < 1.0:
            return unique
        used = total(b * c for b, c in zip(self._bounds.tolist(), coefficients, strict=True))
        certain = np.array(np.broadcast_to(unique, (size,)))
        undecided = np.flatnonzero(certain & ~np.less(used, 1.0))
        there = [np.broadcast_to(c, (size,))[undecided] for c in coefficients]
        certain[undecided] = np.all(
            [group.nonsingular(there, undecided.size) for group in self._detached], axis=0
        )
        return certain


def _coupling_pattern(generator: Generator) -> NDArray[np.bool_]:
    """Which elements of vec(rho) feed which: True where L is not zero by construction."""
    size = len(generator.system.levels) ** 2
    pattern = generator.unitary != 0.0
    for term in generator.terms:
        pattern = pattern | (term.superoperator != 0.0)
    return np.asarray(pattern.reshape(size, size))


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


def _restrict(generator: Generator, group: list[int]) -> Detached:
    size = len(generator.system.levels) ** 2
    select = np.ix_(group, group)
    return Detached(
        generator.unitary.reshape(size, size)[select],
        [term.superoperator.reshape(size, size)[select] for term in generator.terms],
    )


def _coherence_reply(block: Block) -> tuple[list[Pair], NDArray[np.bool_] | bool]:
    """a_k / kappa, the coherence that a unit of population k keeps up."""
    real, imag = block.decay
    if _is_zero(real) and _is_zero(imag):  # the populations reach no coherence
        return [(0.0, 0.0)] * len(block.feed), True
    squared = total([product(real, real), product(imag, imag)])
    scale = np.divide(1.0, squared)
    response_real, response_imag = product(real, scale), product(imag, scale)
    reply = [
        (
            total([product(feed_real, response_real), product(feed_imag, response_imag)]),
            total([product(feed_imag, response_real)], [product(feed_real, response_imag)]),
        )
        for feed_real, feed_imag in block.feed
    ]
    return reply, squared > SMALLEST_SUM


def _mediated(back: Pair, reply: Pair) -> Real:
    """Re(2 b_k a_l / kappa), the rate from level l to level k by way of the coherence."""
    return total([product(back[0], reply[0])], [product(back[1], reply[1])])


def _effective_rates(block: Block, reply: list[Pair]) -> list[list[Real]]:
    """Rates m -> k between levels, at [k][m]."""
    levels = range(len(reply))
    return [
        [
            0.0 if k == m else total([block.rates[k][m], _mediated(block.back[k], reply[m])])
            for m in levels
        ]
        for k in levels
    ]


def _regular(
    block: Block,
    reply: list[Pair],
    norm: Real,
    pivots: list[Real],
    order: Sequence[int],
) -> NDArray[np.bool_] | bool:
    """Whether the rates have one stationary distribution, and rounding leaves it intact.

    Rounding matters where the coherence takes back what a rate gives, or a rate
    is near the smallest number there is. The sum of the minors of the rate
    matrix, which vanishes when there are two stationary distributions, shows at
    little cost that it is not so; where it does not, the elimination is done once
    more with the moduli of all terms.
    """
    levels = range(len(reply))
    minors = math.prod(pivots, start=norm)
    bound = total(
        math.prod((block.outflows[m] for m in levels if m != k), start=1.0) for k in levels
    )
    in_range = np.greater(minors, SMALLEST_SUM) & np.less(minors, np.inf)
    if np.all(in_range) and np.all(minors > 1e-6 * bound):
        return True
    magnitudes = [
        [
            0.0 if k == m else block.rates[k][m] + np.abs(_mediated(block.back[k], reply[m]))
            for m in levels
        ]
        for k in levels
    ]
    _, scales = _stationary_weights(magnitudes, order)
    unique: NDArray[np.bool_] | bool = True
    for pivot, scale in zip(pivots, scales, strict=True):
        unique = unique & (np.abs(pivot) > np.maximum(SINGULAR_TOLERANCE * scale, SMALLEST_RATE))
    return unique


def _stationary_weights(
    rates: list[list[Real]], order: Sequence[int]
) -> tuple[list[Real], list[Real]]:
    """Stationary distribution of a rate equation, not normalised, and what was divided by.

    Levels are eliminated from the front of `order`. The last two are treated
    alike, because either may be a dead end: the two lower levels of a Lambda
    system when one of them is not pumped.
    """
    rates = [list(row) for row in rates]
    remaining = list(order)
    eliminated: list[tuple[int, Real]] = []
    pivots: list[Real] = []
    while len(remaining) > 2:
        level = remaining.pop(0)
        pivots.append(total(rates[k][level] for k in remaining))
        scale = np.divide(1.0, pivots[-1])
        eliminated.append((level, scale))
        for k in remaining:
            share = product(rates[k][level], scale)
            for m in remaining:
                if m != k:
                    rates[k][m] = total([rates[k][m], product(share, rates[level][m])])
    low, high = remaining
    pivots.append(total([rates[low][high], rates[high][low]]))

    # Divided, so that no product of two small rates underflows.
    weights: list[Real] = [0.0 for _ in rates]
    scale = np.divide(1.0, pivots[-1])
    weights[low], weights[high] = product(rates[low][high], scale), product(rates[high][low], scale)
    known = [low, high]
    for level, scale in reversed(eliminated):
        weights[level] = scale * total(product(rates[level][m], weights[m]) for m in known)
        known.append(level)
    return weights, pivots


def _smallest_eigenvalue(
    populations: Sequence[Real], pair: tuple[int, int], squared_coherence: Real
) -> Real:
    """Smallest eigenvalue of diag(populations) with one coherence."""
    first, second = (populations[k] for k in pair)
    half_difference = 0.5 * (first - second)
    upper = 0.5 * (first + second) + np.sqrt(half_difference * half_difference + squared_coherence)
    # The determinant over the upper eigenvalue: no cancellation when both are small.
    smallest: Real = np.divide(first * second - squared_coherence, upper)
    if not np.all(upper):
        smallest = np.where(upper > 0.0, smallest, 0.0)
    for level, population in enumerate(populations):
        if level not in pair:
            smallest = np.minimum(smallest, population)
    return smallest


def _residual(
    block: Block, populations: Sequence[Real], coherence: Pair
) -> tuple[Real, NDArray[np.bool_] | bool]:
    """Norm of L rho over norm of the diagonal of L, from the entries before elimination.

    The second value says where the square of the norm neither over- nor underflows.
    """
    levels = range(len(populations))
    real, imag = coherence
    decay_real, decay_imag = block.decay
    feed = list(zip(block.feed, populations, strict=True))
    drift_real = total(
        [product(decay_imag, imag), *(product(a[0], n) for a, n in feed)],
        [product(decay_real, real)],
    )
    drift_imag = total(
        (product(a[1], n) for a, n in feed), [product(decay_imag, real), product(decay_real, imag)]
    )
    # Hilbert-Schmidt: an off-diagonal element counts twice, in the vector and in the matrix.
    changes = [2.0 * total(product(drift, drift) for drift in (drift_real, drift_imag))]
    norms = [2.0 * total(product(decay, decay) for decay in block.decay)]
    for k in levels:
        flow = total(
            [
                *(product(block.rates[k][m], populations[m]) for m in levels),
                product(block.back[k][0], real),
            ],
            [product(block.back[k][1], imag), product(block.outflows[k], populations[k])],
        )
        changes.append(product(flow, flow))
        norms.append(product(block.outflows[k], block.outflows[k]))
    norm = total(norms)
    in_range = np.greater(norm, SMALLEST_SUM) & np.less(norm, np.inf)
    return np.sqrt(np.divide(total(changes), norm)), in_range
