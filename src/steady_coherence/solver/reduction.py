"""Reduction: the part of the generator L that the populations reach, and the rest.

An element rho_kl has the number k n + l in row-major vec(rho). The pattern of L, which of its
elements are zero for all rates, depends on levels and transitions alone; it says which elements
of rho the populations feed, directly or not. What they do not feed and what does not feed them
is zero in the steady state, unless it has a zero mode of its own: a detached group.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from steady_coherence.generator import Elements, dissipator
from steady_coherence.numerics.pairs import Pair, twice_real, weighted
from steady_coherence.numerics.tape import Number
from steady_coherence.rates import Key
from steady_coherence.systems import Structure

#: Parts of the one-sided rates, at every grid point.
Rate = Callable[[Key], Number]


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
    """The part of L that populations reach, with values; levels are numbered as in the system."""

    rates: list[list[Number]]  # P_kl, the rate from level l to level k, at [k][l]; no diagonal
    outflows: list[Number]  # -P_kk, out of level k by its rates
    feed: list[Pair]  # a_k, by which the population of level k feeds the coherence
    back: list[Pair]  # b_k, by which the coherence feeds the population of level k
    decay: Pair  # kappa; zero by construction where no population feeds the coherence

    def squared_diagonal(self) -> Number:
        """Squared norm of the diagonal of L in the block of populations and coherence."""
        return sum(each * each for each in self.outflows) + 2.0 * sum(
            part * part for part in self.decay
        )

    def drift(self, populations: Sequence[Number], coherence: Pair) -> Pair:
        """Rate of change dz/dt = sum_k a_k n_k - kappa z of the coherence."""
        return _drift(self.feed, self.decay, populations, coherence)


class Entries(NamedTuple):
    """Elements of a matrix that are not zero: each at its row and column, once."""

    rows: list[int]
    columns: list[int]
    weights: list[complex]


@dataclass(frozen=True)
class Group:
    """Elements of rho that feed each other, with L among them.

    L is -i diag(E_k - E_l) plus the dissipators.
    """

    levels: list[tuple[int, int]]  #: the pair (k, l) of every element rho_kl of the group
    parts: dict[Key, Entries]  #: what multiplies a part of the rates in the dissipators

    def gaps(self, energies: Sequence[Any]) -> list[Any]:
        """E_k - E_l of every element."""
        return [energies[k] - energies[m] for k, m in self.levels]

    def bound(self, sizes: Callable[[Key], Any]) -> Any:
        """Bound on the norm of the dissipators, from the sizes of the rates."""
        return sum((norm * sizes(key) for key, norm in self.norms.items()), 0.0)

    @cached_property
    def norms(self) -> dict[Key, float]:
        """Hilbert-Schmidt norm of each part."""
        return {
            key: float(np.sqrt(np.sum(np.abs(part.weights) ** 2)))
            for key, part in self.parts.items()
        }

    def unitary(self, energies: Sequence[Any]) -> NDArray[np.complex128]:
        """Matrices -i diag(E_k - E_l), from energies at some points: (point, element, element)."""
        gaps = np.stack(self.gaps(energies))[:, None]  # (element, 1, point)
        diagonal = np.eye(len(self.levels))[:, :, None]
        return np.asarray(np.moveaxis(-1j * gaps * diagonal, -1, 0))

    def dissipator(self, rates: Mapping[Key, NDArray[np.float64]]) -> NDArray[np.complex128]:
        """Matrices of the dissipators, from rates at some points: (point, element, element)."""
        points = max((np.size(each) for each in rates.values()), default=1)
        size = len(self.levels)
        # Element by element in memory, each at all points: few of them, at many points.
        total = np.zeros((size, size, points), dtype=complex)
        for key, part in self.parts.items():
            total[part.rows, part.columns] += np.multiply.outer(part.weights, rates[key])
        return np.moveaxis(total, -1, 0)


class Reduction:
    """Part of a problem that depends on the levels and transitions of a system alone."""

    def __init__(self, structure: Structure) -> None:
        self.levels = range(structure.levels)
        first, second = self.pair = structure.pair  #: levels 1 and 2 of the coherent pair
        self.order = _from_the_top(structure)  #: in which levels are eliminated
        elements = dissipator(structure)
        size = len(self.levels)

        def element(k: int, m: int, p: int, q: int, factor: float = 1.0) -> ComplexForm:
            """By which rho_pq feeds rho_km, as a form of the rates."""
            weights = elements.get((k * size + m, p * size + q), {}).items()
            return ComplexForm(
                Form(tuple((key, factor * weight.real) for key, weight in weights if weight.real)),
                Form(tuple((key, factor * weight.imag) for key, weight in weights if weight.imag)),
            )

        self._rates = [[element(k, k, m, m).real for m in self.levels] for k in self.levels]
        self._feed = [element(first, second, k, k) for k in self.levels]
        self._back = [element(k, k, first, second) for k in self.levels]
        self._decay = element(first, second, first, second, factor=-1.0)

        pattern = np.zeros((size**2, size**2), dtype=bool)  # (element fed, element that feeds)
        pattern[tuple(zip(*elements, strict=True))] = True
        populations = {k * size + k for k in self.levels}
        coherent = {first * size + second, second * size + first}
        reached = _closure(pattern, populations)
        #: All elements of rho that the populations reach, themselves included.
        self.reached = _restricted(elements, sorted(reached), size)
        self.coherent = coherent <= reached  #: whether they feed that of the coherent pair
        self.complete = reached <= populations | coherent  #: and no other coherence
        #: All other elements of rho: groups that populations neither feed nor are fed by. Of two
        #: that are each other's conjugates the first: their singular values are alike.
        self.detached = [
            _restricted(elements, group, size)
            for group in _groups(pattern | pattern.T, set(range(size**2)) - reached)
            if group[0] <= min(element % size * size + element // size for element in group)
        ]

    def part(self, rate: Rate, splitting: Number) -> Reached:
        """The part of L that populations reach; the splitting is E_1 - E_2 of the pair."""
        rates = [
            [0.0 if k == m else self._rates[k][m].of(rate) for m in self.levels]
            for k in self.levels
        ]
        outflows = [sum((rates[k][m] for k in self.levels), 0.0) for m in self.levels]
        if not self.coherent:
            none: list[Pair] = [(0.0, 0.0)] * len(self.levels)
            return Reached(rates, outflows, none, none, (0.0, 0.0))
        feed = [form.of(rate) for form in self._feed]
        back = [form.of(rate) for form in self._back]
        real, imag = self._decay.of(rate)
        return Reached(rates, outflows, feed, back, (real, imag + splitting))

    def population_changes(
        self, rate: Rate, populations: Sequence[Number], coherence: Pair
    ) -> list[Number]:
        """Rates of change d n_k/dt of all populations, by the rates of one bath."""
        *others, last = self.levels
        changes: list[Number] = [0.0 for _ in populations]
        for k in others:
            for m in range(k + 1, len(populations)):
                gain = self._rates[k][m].of(rate) * populations[m]
                flow = gain - self._rates[m][k].of(rate) * populations[k]
                changes[k] = changes[k] + flow
                changes[m] = changes[m] - flow
            if self.coherent:
                changes[k] = changes[k] + twice_real(self._back[k].of(rate), coherence)
        # The trace is conserved.
        changes[last] = -sum((changes[k] for k in others), 0.0)
        return changes

    def coherence_change(self, rate: Rate, populations: Sequence[Number], coherence: Pair) -> Pair:
        """Rate of change dz/dt of the coherence, by the rates of one bath."""
        feed = [form.of(rate) for form in self._feed]
        return _drift(feed, self._decay.of(rate), populations, coherence)


def _drift(
    feed: Sequence[Pair], decay: Pair, populations: Sequence[Number], coherence: Pair
) -> Pair:
    """sum_k a_k n_k - kappa z."""
    fed = weighted(feed, populations)
    real, imag = coherence
    return (
        fed[0] + decay[1] * imag - decay[0] * real,
        fed[1] - decay[1] * real - decay[0] * imag,
    )


def _from_the_top(structure: Structure) -> list[int]:
    """Levels by falling number of excitations: what is eliminated first can always emit.

    Levels of as many excitations go by their number, so that the same steps are taken whatever
    the energies.
    """
    excitations = [0] * structure.levels
    for _ in excitations:  # as often as there are steps from the lowest level to the highest
        for lower, upper in structure.transitions:
            excitations[upper] = max(excitations[upper], excitations[lower] + 1)
    return sorted(range(structure.levels), key=lambda k: -excitations[k])


def _closure(pattern: NDArray[np.bool_], start: set[int]) -> set[int]:
    """Elements that those in `start` feed, directly or not: a column of the pattern feeds a row."""
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


def _restricted(elements: Elements, group: list[int], size: int) -> Group:
    """A group of elements of vec(rho) with its part of the dissipators."""
    place = {element: number for number, element in enumerate(group)}
    parts: dict[Key, Entries] = {}
    for (row, column), weights in elements.items():
        if row in place and column in place:
            for key, weight in weights.items():
                part = parts.setdefault(key, Entries([], [], []))
                part.rows.append(place[row])
                part.columns.append(place[column])
                part.weights.append(weight)
    return Group([divmod(element, size) for element in group], parts)
