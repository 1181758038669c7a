"""Decimals: points at which floating point leaves too few digits, by the same steps in forty.

Two kinds of points need them.

    cold    At w/T = 709 and beyond, N(w) underflows. The lower levels of a Lambda system that only
            such baths pump have a steady state all the same: the ratios of the rates decide, and
            not their size.
    dark    Where two transitions interfere completely, a superposition of two levels couples to no
            bath, and decays only by way of their splitting. What is left of rates that cancel
            then decides, and rounding is as large. In decimals they cancel as they should, once
            |gamma_12| is what it is rounded from: the root of gamma_11 gamma_22.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, DecimalException, localcontext
from functools import cached_property
from itertools import compress, permutations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from steady_coherence.numerics.blocks import Block
from steady_coherence.numerics.tape import Given, Name, Number, Program
from steady_coherence.rates import IMAG, REAL, Array, Coupling, at_points, over_temperatures
from steady_coherence.solver.reduction import Group
from steady_coherence.solver.uniqueness import SINGULAR_TOLERANCE, SMALLEST_RATE, Uniqueness

#: w/T from which a number of bosons is close to the smallest floating-point number.
UNDERFLOW = 690.0

#: w/T up to which its rounding leaves ten digits of exp(-w/T).
LARGEST_EXPONENT = 1e6

CONTEXT = Context(prec=40, Emax=MAX_EMAX, Emin=MIN_EMIN)

#: Of what the error of a pivot in so many digits is a few roundings of.
TOLERANCE = Decimal("1e-30")

#: |gamma_12|^2 that is as close to gamma_11 gamma_22 is rounded from it.
ROUNDING = Decimal(8.0 * np.finfo(float).eps)

#: One that is farther from it is no cause for cancellation.
FAR = Decimal("1e-3")


class Chosen(NamedTuple):
    """Which points may be of the two kinds, of shape (size,)."""

    #: Not known to have a unique steady state, or with populations too small for floating point.
    may_be_cold: NDArray[np.bool_]
    dark: NDArray[np.bool_]  #: rates out of a level cancel


class Decimals:
    """Steady states of an outline where floating point leaves too few digits.

    All that is worked out of the state, by variable, has to be finite; some of it is asked for.
    """

    def __init__(
        self, rows: Mapping[str, list[Number]], asked: Collection[str], uniqueness: Uniqueness
    ) -> None:
        self._results = [each for of_name in rows.values() for each in of_name]
        self._asked = [name in asked for name, of_name in rows.items() for _ in of_name]
        self._uniqueness = uniqueness

    @cached_property
    def _program(self) -> Program:
        judged = self._uniqueness
        return Program([*self._results, *judged.squares, *judged.pivots, *judged.doubts])

    def solve(
        self,
        block: Block,
        given: Mapping[Name, Given],
        suspects: Sequence[Group],
        *,
        couplings: Sequence[Coupling],
        rows: Array,
        chosen: Chosen,
    ) -> NDArray[np.bool_]:
        """Fill in the chosen points, and say which of them have a unique state, and are filled in.

        Suspects are the detached groups that may have a zero mode. The results go into `rows`, of
        shape (n_results, size).
        """
        todo = chosen.may_be_cold | chosen.dark  # (point,)
        if not todo.any():
            return todo
        over = over_temperatures(given, self._program.names, block)
        exponents = np.array([*over.values()]).reshape(len(over), block.size)  # (occupation, point)
        is_cold = ((exponents > UNDERFLOW) & (exponents <= LARGEST_EXPONENT)).any(axis=0)
        is_known = ((exponents <= LARGEST_EXPONENT) | np.isinf(exponents)).all(axis=0)
        todo = np.asarray((chosen.may_be_cold & is_cold | chosen.dark) & is_known)
        if not todo.any():
            return todo
        todo = self._uniqueness.detached_at(block, given, suspects, todo)
        varying = at_points(given, self._program.names, block)
        with localcontext(CONTEXT):
            for point in np.flatnonzero(todo).tolist():
                numbers = {
                    name: varying[name][point] if name in varying else given[name].value
                    for name in self._program.names
                }
                # A number below the smallest normal one has lost digits before it came here.
                if any(0.0 < abs(numbers[n]) < SMALLEST_RATE for n in numbers.keys() - over.keys()):
                    todo[point] = False
                    continue
                exact = {name: Decimal(number) for name, number in numbers.items()}
                for name, exponent in zip(over, exponents[:, point].tolist(), strict=True):
                    if UNDERFLOW < exponent < math.inf:  # 1 / (exp(x) - 1) is exp(-x) by far
                        exact[name] = Decimal(-exponent).exp()
                along = block.index[0].start + int(np.unravel_index(point, block.shape)[0])
                complete = [_complete(exact, *each, along) for each in enumerate(couplings)]
                tolerance = TOLERANCE if all(complete) else Decimal(SINGULAR_TOLERANCE)
                todo[point] = self._solve_point(exact, rows[:, point], tolerance)
        return todo

    def _solve_point(
        self, numbers: Mapping[Name, Decimal], column: Array, tolerance: Decimal
    ) -> bool:
        """Fill in the results at one point; whether the state is unique."""
        try:
            found = iter(self._program.in_decimals(numbers))
        except DecimalException:  # a pivot vanishes
            return False
        judged = self._uniqueness
        results, squares, pivots, doubts = (
            [next(found) for _ in each]
            for each in (self._results, judged.squares, judged.pivots, judged.doubts)
        )
        values = [float(result) for result in results]
        is_unique = (
            all(square > 0 for square in squares)
            and all(
                abs(pivot) > tolerance * doubt for pivot, doubt in zip(pivots, doubts, strict=True)
            )
            and all(map(math.isfinite, values))
        )
        if is_unique:
            column[...] = [*compress(values, self._asked)]
        return is_unique


def _complete(numbers: dict[Name, Decimal], bath: int, coupling: Coupling, along: int) -> bool:
    """Put |gamma_ij| to the root of gamma_ii gamma_jj where it is rounded from it, among numbers.

    Row i of gamma is at the frequency of transition i, where gamma_jj may be another one than that
    of row j; the point has a place along the first axis of the grid. Returns whether rounding of
    gamma_ij is of no consequence now.
    """
    size = len(coupling.frequencies)
    varies = coupling.gamma.shape[-1] > 1
    gamma = coupling.gamma[..., along if varies else 0]
    own = np.diagonal(gamma).real  # (transition,)
    at_rows = [own] * size if varies else coupling.diagonals
    is_complete = True
    for i, j in permutations(range(size), 2):
        names = [name for part in (REAL, IMAG) if (name := (bath, part, i, j)) in numbers]
        squared = sum((numbers[name] ** 2 for name in names), Decimal(0))
        if not squared:
            continue
        bounds = [Decimal(each[i]) * Decimal(each[j]) for each in (own, at_rows[i])]
        bound = min(bounds, key=lambda bound: abs(bound - squared))
        if abs(squared - bound) <= ROUNDING * bound:
            scale = (bound / squared).sqrt()
            for name in names:
                numbers[name] *= scale
        elif squared > (1 - FAR) * bound:
            is_complete = False
    return is_complete
