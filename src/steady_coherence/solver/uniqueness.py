"""Uniqueness: where L has one zero mode, and rounding leaves digits enough to say so.

The state counts as unique at a point where

    squares    are neither zero nor infinite: |kappa|^2 and the squared diagonal of L. Otherwise a
               division by kappa, or the residual, means nothing;
    pivots     of the elimination are more than the rounding of what they are sums of, their
               doubts. A pivot is the rate at which a level is left for those that remain: if it is
               zero, a second stationary distribution stays in that level;
    detached   groups of elements have no zero mode of their own: the singular values of L in the
               group say so, where the energies alone do not.

All of it takes longer than the state itself. So there is a quick test for a whole block of
points, `signs`, which is enough almost everywhere: minors (or, with refinement, margins) are
positive where no pivot can have lost digits. Where a sign fails, `at` looks point by point.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce

import numpy as np
from numpy.typing import NDArray

from steady_coherence.numerics import blocks as grids
from steady_coherence.numerics.elimination import Elimination
from steady_coherence.numerics.tape import Given, Name, Number, Program, minimum, modulus
from steady_coherence.rates import Key
from steady_coherence.solver.reduction import Group, Rate, Reached

Array = NDArray[np.float64]

#: The steady state counts as not unique where less than this is left of what the errors of
#: the rates out of a level are roundings of.
SINGULAR_TOLERANCE = 1e-13

#: A pivot that exceeds this part of its doubt has lost no digit that matters.
SAFE_SHARE = 1e-6

#: Below this a rate has fewer digits than other numbers.
SMALLEST_RATE = float(np.finfo(float).tiny)

#: Below this a sum of products has lost digits to underflow, or its terms have.
SMALLEST_SUM = float(np.finfo(float).tiny / np.finfo(float).eps)


@dataclass(frozen=True)
class Uniqueness:
    """Where the steady state is unique: at once where that is plain, else point by point."""

    squares: list[Number]  #: |kappa|^2 (1 without a coherence), squared norm of the diagonal of L
    minors: list[Number]  #: where positive as well, nothing in the elimination has lost digits
    #: Of each level but the last, in the order of the elimination: what it divides by, and what the
    #: error of that is a few roundings of.
    pivots: list[Number]
    doubts: list[Number]
    detached: list[Group]  #: all groups beside the elements that populations reach
    rate: Rate  #: of all baths together
    energies: Sequence[Number]  #: E_n of the levels
    splitting: Number  #: E_1 - E_2 of the coherent pair

    @property
    def signs(self) -> list[Number]:
        """Numbers whose signs tell at once that the state is unique."""
        return [*self.squares, *self.minors, *self.pivots]

    def certainty(self, group: Group) -> Number:
        """By how much the rates are too small for a zero mode within a group, if above zero."""
        bound: Number = group.bound(lambda key: modulus(self.rate(key)))
        return reduce(minimum, map(modulus, group.gaps(self.energies))) - bound

    def at(
        self, block: grids.Block, given: Mapping[Name, Given], suspects: Sequence[Group]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Whether the state is unique, and dark: rates out of a level cancel, at each point.

        Without a splitting of the coherent pair, nothing is left of rates that cancel. Suspects are
        the detached groups that may have a zero mode.
        """
        found = self._program.run(block, given)
        values = iter([np.broadcast_to(each, block.size) for each in found])
        squares, pivots, doubts = (
            [next(values) for _ in each] for each in (self.squares, self.pivots, self.doubts)
        )
        unique = np.ones(block.size, dtype=bool)  # (point,)
        for square in squares:
            unique &= (square > SMALLEST_SUM) & (square < np.inf)
        is_split = unique & (next(values) != 0.0)
        dark = np.zeros(block.size, dtype=bool)  # (point,)
        for pivot, doubt in zip(pivots, doubts, strict=True):
            unique &= np.abs(pivot) > np.maximum(SINGULAR_TOLERANCE * doubt, SMALLEST_RATE)
            dark |= is_split & (np.abs(pivot) < SAFE_SHARE * doubt)
        return self.detached_at(block, given, suspects, unique), dark

    def detached_at(
        self,
        block: grids.Block,
        given: Mapping[Name, Given],
        suspects: Sequence[Group],
        chosen: NDArray[np.bool_],
    ) -> NDArray[np.bool_]:
        """At which of the chosen points of a block no detached group has a zero mode."""
        if not suspects:
            return chosen
        found = self._program_of_detached.run(block, given)
        values = [np.broadcast_to(each, block.size) for each in found]
        energies, rates = values[: len(self.energies)], values[len(self.energies) :]
        left = chosen.copy()
        for group in suspects:
            there = {
                key: rate[left]
                for key, rate in zip(self.keys, rates, strict=True)
                if key in group.parts
            }
            left[left] = has_no_zero_mode(group, there, [each[left] for each in energies])
        return left

    def release(self) -> None:
        """Let go of the numbers from outside."""
        for program in ("_program", "_program_of_detached"):
            if program in self.__dict__:
                getattr(self, program).release()

    @cached_property
    def keys(self) -> list[Key]:
        """Parts of the rates in the detached groups, in a fixed order."""
        return sorted({key for group in self.detached for key in group.parts})

    @cached_property
    def _program(self) -> Program:
        return Program([*self.squares, *self.pivots, *self.doubts, self.splitting])

    @cached_property
    def _program_of_detached(self) -> Program:
        return Program([*self.energies, *map(self.rate, self.keys)])


def plain_points(signs: Sequence[float | Array]) -> NDArray[np.bool_]:
    """At which points the values of `Uniqueness.signs` say that the state is unique.

    Of the elements that populations reach; detached groups are not looked at.
    """
    plain = [(np.asarray(sign) > SMALLEST_SUM) & (np.asarray(sign) < np.inf) for sign in signs]
    return np.asarray(np.all(np.broadcast_arrays(*plain), axis=0))


def has_no_zero_mode(
    group: Group, rates: Mapping[Key, Array], energies: Sequence[Array]
) -> NDArray[np.bool_]:
    """Whether L has no zero mode within a group, from rates and energies at some points."""
    # Dissipators smaller than the smallest |E_k - E_l| cannot make L singular.
    smallest_gap = np.min(np.abs(group.gaps(energies)), axis=0)  # (point,)
    certain = np.asarray(group.bound(lambda key: np.abs(rates[key])) < smallest_gap)
    if certain.all():
        return certain
    there = {key: rates[key][~certain] for key in group.parts}
    matrices = group.unitary([each[~certain] for each in energies]) + group.dissipator(there)
    regular = _are_dominant(matrices)
    values = np.linalg.svd(matrices[~regular], compute_uv=False)  # (point, element), falling
    regular[~regular] = values[:, -1] > SINGULAR_TOLERANCE * values[:, 0]
    certain[~certain] = regular
    return certain


def _are_dominant(matrices: NDArray[np.complex128]) -> NDArray[np.bool_]:
    """Whether the diagonals exceed the rest so far that no matrix can be called singular.

    No singular value is below |a_ii| - sum_j (|a_ij| + |a_ji|)/2, the least over i, j != i
    (C. R. Johnson, Linear Algebra Appl. 112, 1, 1989).
    """
    sizes = np.abs(matrices)  # (point, element, element)
    excess = 2.0 * np.diagonal(sizes, axis1=1, axis2=2) - 0.5 * (sizes.sum(1) + sizes.sum(2))
    return np.asarray(excess.min(axis=1) > 1e-6 * sizes.max((1, 2)))


def may_have_zero_mode(group: Group, largest: Array, energies: Sequence[Array]) -> bool:
    """Whether L may have a zero mode within a group anywhere on the grid.

    `largest` has bounds on |2 a_ij| and |2 b_ij| over the grid, summed over the baths.
    """
    sizes = largest.tolist()
    bound = group.bound(lambda key: sizes[key.process][key.i][key.j])
    smallest_gap = min(
        abs(gap) if isinstance(gap, float) else float(np.min(np.abs(gap)))
        for gap in group.gaps(energies)
    )
    return not bound < smallest_gap  # a bound that is not a number excludes nothing


def minors(part: Reached, norm: Number, pivots: Sequence[Number]) -> list[Number]:
    """The sum of the minors of the rate matrix, and by how much it exceeds what rounding may do.

    It vanishes when there are two stationary distributions. Rounding matters where
    the coherence takes back what a rate gives, or a rate is near the smallest number.
    """
    levels = range(len(part.outflows))
    sum_of_minors = math.prod(pivots, start=norm)
    products = [math.prod((part.outflows[m] for m in levels if m != k), start=1.0) for k in levels]
    return [sum_of_minors, sum_of_minors - SAFE_SHARE * sum(products, 0.0)]


def margins(elimination: Elimination) -> list[Number]:
    """By how much each pivot exceeds what rounding may do, where terms are larger than rates."""
    return [
        pivot - SAFE_SHARE * doubt
        for pivot, doubt in zip(elimination.pivots, elimination.doubts, strict=True)
    ]
