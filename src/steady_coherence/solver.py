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

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True)
class SteadyState:
    """The steady state at every grid point, with diagnostics.

    Attributes
    ----------
    populations : list of ndarray, each of shape (size,)
        Diagonal of rho, trace 1.
    coherence_real, coherence_imag : ndarray, shape (size,)
        <1|rho|2> of the system's coherent pair; every other element is zero.
    residual : ndarray, shape (size,)
        Hilbert-Schmidt norm of L rho over that of L, both in the block of
        populations and coherence.
    min_eigenvalue : ndarray, shape (size,)
        Smallest eigenvalue of the whole rho.
    unique : ndarray of bool, shape (size,)
        False where L has a second zero mode; everything else is NaN there.
    """

    populations: list[Array]
    coherence_real: Array
    coherence_imag: Array
    residual: Array
    min_eigenvalue: Array
    unique: NDArray[np.bool_]


def _times(left: Real, right: Real) -> Real:
    """Product that keeps a structural zero a scalar."""
    for factor in (left, right):
        if isinstance(factor, float) and factor == 0.0:
            return 0.0
    return left * right


@dataclass(frozen=True)
class Entry:
    """One matrix element of L as a linear form in the coefficients of the terms."""

    constant: complex
    weights: tuple[complex, ...]

    @classmethod
    def of(cls, generator: Generator, index: tuple[int, int, int, int]) -> Entry:
        """Element L_klpq of a generator."""
        return cls(
            complex(generator.unitary[index]),
            tuple(complex(term.superoperator[index]) for term in generator.terms),
        )

    def real(self, coefficients: Coefficients) -> Real:
        """Real part over the grid."""
        return _sum(self.constant.real, (weight.real for weight in self.weights), coefficients)

    def pair(self, coefficients: Coefficients) -> Pair:
        """Real and imaginary part over the grid."""
        imag = _sum(self.constant.imag, (weight.imag for weight in self.weights), coefficients)
        return self.real(coefficients), imag


def _sum(constant: float, weights: Iterable[float], coefficients: Coefficients) -> Real:
    total: Real = constant
    for weight, coefficient in zip(weights, coefficients, strict=True):
        if weight:
            total = total + weight * coefficient
    return total


@dataclass(frozen=True)
class Block:
    """The part of L that populations reach, over the grid."""

    population: list[list[Real]]  # P_kl
    feed: list[Pair]  # a_k
    back: list[Pair]  # b_k
    decay: Pair  # kappa


@dataclass(frozen=True)
class Detached:
    """A group of elements of rho that neither feed nor are fed by the populations."""

    unitary: NDArray[np.complex128]
    dissipators: list[NDArray[np.complex128]]

    def nonsingular(self, coefficients: Coefficients, size: int) -> NDArray[np.bool_]:
        """Whether L has no zero mode within the group, at every point.

        L in the group is -i diag(E_k - E_l) plus the dissipators; as long as
        these are smaller than the smallest |E_k - E_l| there is none. Only
        where that bound does not hold the singular values are computed.
        """
        bound: Real = 0.0
        for coefficient, dissipator in zip(coefficients, self.dissipators, strict=True):
            bound = bound + coefficient * float(np.linalg.norm(dissipator))
        splitting = np.abs(np.diag(self.unitary)).min()
        nonsingular = np.broadcast_to(bound < splitting, (size,)).copy()
        undecided = np.flatnonzero(~nonsingular)
        if undecided.size:
            matrices = np.broadcast_to(self.unitary, (undecided.size, *self.unitary.shape))
            for coefficient, dissipator in zip(coefficients, self.dissipators, strict=True):
                there = np.broadcast_to(coefficient, (size,))[undecided]
                matrices = matrices + np.multiply.outer(there, dissipator)
            values = np.linalg.svd(matrices, compute_uv=False)
            nonsingular[undecided] = values[:, -1] > SINGULAR_TOLERANCE * values[:, 0]
        return nonsingular


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
        self.generator = generator
        system = generator.system
        levels = range(len(system.levels))
        first, second = self.pair = (
            system.index(system.coherent_pair[0]),
            system.index(system.coherent_pair[1]),
        )
        self._order = [int(level) for level in np.argsort(system.energies)[::-1]]
        self._population = [[Entry.of(generator, (k, k, m, m)) for m in levels] for k in levels]
        self._feed = [Entry.of(generator, (first, second, k, k)) for k in levels]
        self._back = [Entry.of(generator, (k, k, first, second)) for k in levels]
        self._decay = Entry.of(generator, (first, second, first, second))

        pattern = _coupling_pattern(generator)
        reached = _closure(pattern, {k * len(levels) + k for k in levels})
        coherent = {first * len(levels) + second, second * len(levels) + first}
        if not reached <= {k * len(levels) + k for k in levels} | coherent:
            raise ValueError(
                f"populations of {system.name} feed more coherences than <1|rho|2> of the "
                f"levels {' and '.join(system.coherent_pair)}, which is all the solver handles"
            )
        self._coherent = coherent <= reached
        self._detached = [
            _restrict(generator, group)
            for group in _groups(pattern | pattern.T, set(range(len(pattern))) - reached)
        ]

    def block(self, coefficients: Coefficients) -> Block:
        """Reached part of L for given coefficients of the terms."""
        population = [[entry.real(coefficients) for entry in row] for row in self._population]
        if not self._coherent:
            none: list[Pair] = [(0.0, 0.0)] * len(population)
            return Block(population, none, none, (0.0, 0.0))
        real, imag = self._decay.pair(coefficients)
        return Block(
            population,
            [entry.pair(coefficients) for entry in self._feed],
            [entry.pair(coefficients) for entry in self._back],
            (-real, -imag),
        )

    def solve(self, coefficients: Coefficients, size: int) -> SteadyState:
        """Steady state at every point of a flat grid.

        Parameters
        ----------
        coefficients : sequence of float or ndarray of shape (size,)
            What multiplies each term of the generator.
        size : int
            Number of grid points.

        Returns
        -------
        SteadyState
        """
        block = self.block(coefficients)
        # Divisions by zero (by NumPy's rules, for scalars too) happen only where the state is
        # not unique; those points become NaN.
        with np.errstate(divide="ignore", invalid="ignore"):
            reply, unique = _coherence_reply(block)
            rates, magnitudes = _effective_rates(block, reply)
            weights, regular = _stationary_weights(rates, magnitudes, self._order)
            total = sum(weights, start=0.0)
            populations = [np.broadcast_to(np.divide(weight, total), (size,)) for weight in weights]
            coherence: Pair = (0.0, 0.0)
            for (real, imag), population in zip(reply, populations, strict=True):
                coherence = (
                    coherence[0] + _times(0.5 * real, population),
                    coherence[1] + _times(0.5 * imag, population),
                )
            residual = _residual(block, populations, coherence)
            smallest = _smallest_eigenvalue(populations, self.pair, coherence)

        unique = np.broadcast_to(unique & regular, (size,))
        for group in self._detached:
            unique = unique & group.nonsingular(coefficients, size)
        everywhere = bool(unique.all())

        def marked(values: Real) -> Array:
            if everywhere:
                return np.ascontiguousarray(np.broadcast_to(values, (size,)))
            return np.where(unique, values, np.nan)

        return SteadyState(
            populations=[marked(population) for population in populations],
            coherence_real=marked(coherence[0]),
            coherence_imag=marked(coherence[1]),
            residual=marked(residual),
            min_eigenvalue=marked(smallest),
            unique=unique,
        )


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
    """2 a_k / kappa, twice the coherence that a unit of population k keeps up."""
    real, imag = block.decay
    if isinstance(real, float) and real == 0.0 == imag:  # the populations reach no coherence
        return [(0.0, 0.0)] * len(block.feed), True
    squared = real * real + imag * imag
    response_real = np.divide(2.0 * real, squared)
    response_imag = np.divide(2.0 * imag, squared)
    reply = [
        (
            _times(feed_real, response_real) + _times(feed_imag, response_imag),
            _times(feed_imag, response_real) - _times(feed_real, response_imag),
        )
        for feed_real, feed_imag in block.feed
    ]
    return reply, squared > 0.0


def _effective_rates(block: Block, reply: list[Pair]) -> tuple[list[list[Real]], list[list[Real]]]:
    """Rates m -> k between levels, at [k][m], and the sums of the moduli of their terms."""
    levels = range(len(reply))
    rates: list[list[Real]] = [[0.0 for _ in levels] for _ in levels]
    magnitudes: list[list[Real]] = [[0.0 for _ in levels] for _ in levels]
    for k in levels:
        for m in levels:
            if k != m:
                direct = block.population[k][m]
                mediated = _times(block.back[k][0], reply[m][0]) - _times(
                    block.back[k][1], reply[m][1]
                )
                rates[k][m] = direct + mediated
                magnitudes[k][m] = direct + np.abs(mediated)
    return rates, magnitudes


def _stationary_weights(
    rates: list[list[Real]], magnitudes: list[list[Real]], order: Sequence[int]
) -> tuple[list[Real], NDArray[np.bool_]]:
    """Stationary distribution of a rate equation, not normalised, and whether it is the only one.

    Levels are eliminated from the front of `order`. The last two are treated
    alike, because either may be a dead end: the two lower levels of a Lambda
    system when one of them is not pumped.
    """
    remaining = list(order)
    eliminated: list[tuple[int, Real]] = []
    unique: NDArray[np.bool_] | bool = True
    while len(remaining) > 2:
        level = remaining.pop(0)
        outflow: Real = sum((rates[k][level] for k in remaining), start=0.0)
        scale: Real = sum((magnitudes[k][level] for k in remaining), start=0.0)
        unique = unique & (outflow > SINGULAR_TOLERANCE * scale)
        eliminated.append((level, outflow))
        for k in remaining:
            share = np.divide(rates[k][level], outflow)
            share_scale = np.divide(magnitudes[k][level], scale)
            for m in remaining:
                if m != k:
                    rates[k][m] = rates[k][m] + share * rates[level][m]
                    magnitudes[k][m] = magnitudes[k][m] + share_scale * magnitudes[level][m]
    low, high = remaining
    unique = unique & (
        rates[low][high] + rates[high][low]
        > SINGULAR_TOLERANCE * (magnitudes[low][high] + magnitudes[high][low])
    )

    weights: list[Real] = [0.0 for _ in rates]
    weights[low], weights[high] = rates[low][high], rates[high][low]
    known = [low, high]
    for level, outflow in reversed(eliminated):
        inflow: Real = sum((rates[level][m] * weights[m] for m in known), start=0.0)
        weights[level] = np.divide(inflow, outflow)
        known.append(level)
    return weights, np.asarray(unique)


def _smallest_eigenvalue(
    populations: Sequence[Array], pair: tuple[int, int], coherence: Pair
) -> Array:
    """Smallest eigenvalue of diag(populations) with one coherence."""
    first, second = (populations[k] for k in pair)
    squared = coherence[0] * coherence[0] + coherence[1] * coherence[1]
    half_difference = 0.5 * (first - second)
    upper = 0.5 * (first + second) + np.sqrt(half_difference * half_difference + squared)
    # The determinant over the upper eigenvalue: no cancellation when both are small.
    smallest = np.where(upper > 0.0, (first * second - squared) / upper, 0.0)
    for level, population in enumerate(populations):
        if level not in pair:
            smallest = np.minimum(smallest, population)
    return smallest


def _residual(block: Block, populations: Sequence[Array], coherence: Pair) -> Real:
    """Norm of L rho over norm of L, from the entries of L before elimination."""
    levels = range(len(populations))
    real, imag = coherence
    decay_real, decay_imag = block.decay
    drift_real = _times(decay_imag, imag) - _times(decay_real, real)
    drift_imag = -_times(decay_imag, real) - _times(decay_real, imag)
    norm = 2.0 * (decay_real * decay_real + decay_imag * decay_imag)
    change: Real = 0.0
    for k in levels:
        feed_real, feed_imag = block.feed[k]
        back_real, back_imag = block.back[k]
        drift_real = drift_real + _times(feed_real, populations[k])
        drift_imag = drift_imag + _times(feed_imag, populations[k])
        for part in (feed_real, feed_imag, back_real, back_imag):
            norm = norm + 2.0 * _times(part, part)
        flow = 2.0 * (_times(back_real, real) - _times(back_imag, imag))
        for m in levels:
            flow = flow + _times(block.population[k][m], populations[m])
            norm = norm + _times(block.population[k][m], block.population[k][m])
        change = change + flow * flow
    change = change + 2.0 * (drift_real * drift_real + drift_imag * drift_imag)
    # Where every rate is zero, so is the norm.
    return np.sqrt(np.divide(change, norm))
