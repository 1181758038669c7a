"""Cold baths: steady states where numbers of bosons are too small for floating point.

At w/T = 709 and beyond, N(w) underflows. The lower levels of a Lambda system that only such baths
pump have a steady state all the same: the ratios of the rates matter, and not their size. The same
steps are then carried out, point by point, in numbers with exponents of any size.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from steady_coherence.numerics.blocks import Block
from steady_coherence.numerics.tape import NUMBER, Given, Name, Number, Program
from steady_coherence.numerics.wide import exponential
from steady_coherence.rates import Array, at_points, over_temperatures
from steady_coherence.solver.reduction import Group
from steady_coherence.solver.uniqueness import SINGULAR_TOLERANCE, SMALLEST_RATE, Uniqueness

#: w/T from which a number of bosons is close to the smallest floating-point number.
UNDERFLOW = 690.0

#: w/T up to which its rounding leaves ten digits of exp(-w/T).
LARGEST_EXPONENT = 1e6


class Cold:
    """Steady states of an outline where baths are very cold.

    Parameters
    ----------
    results : sequence of float or Expression
        All that is asked for.
    uniqueness : Uniqueness
        What tells where the state is unique.
    """

    def __init__(self, results: Sequence[Number], uniqueness: Uniqueness) -> None:
        self._results = results
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
        rows: Array,
        chosen: NDArray[np.bool_],
    ) -> NDArray[np.bool_]:
        """Fill in those of the chosen points at which cold baths decide.

        Parameters
        ----------
        block : Block
            The points.
        given : mapping of tuple to Given
            The numbers from outside, by name.
        suspects : sequence of Group
            Detached groups that may have a zero mode.
        rows : ndarray, shape (n_results, size)
            Where the results go.
        chosen : ndarray of bool, shape (size,)
            Points that are not known to have a unique steady state, or have populations that
            are too small for floating point.

        Returns
        -------
        ndarray of bool, shape (size,)
            Points that have a unique one, and are filled in.
        """
        over = over_temperatures(given, self._program.names, block) if chosen.any() else {}
        if not over:
            return np.zeros_like(chosen)
        exponents = np.array([*over.values()])  # (occupation, point)
        is_cold = ((exponents > UNDERFLOW) & (exponents <= LARGEST_EXPONENT)).any(axis=0)
        is_known = ((exponents <= LARGEST_EXPONENT) | np.isinf(exponents)).all(axis=0)
        chosen = chosen & is_cold & is_known
        if not chosen.any():
            return chosen
        chosen = self._uniqueness.detached_at(block, given, suspects, chosen)
        varying = at_points(given, self._program.names, block)
        for point in np.flatnonzero(chosen).tolist():
            here = {name: Given(NUMBER, values[point]) for name, values in varying.items()}
            # A number below the smallest normal one has lost digits before it came here.
            numbers = (
                here.get(name, given[name]).value
                for name in self._program.names
                if name not in over
            )
            if any(0.0 < abs(number) < SMALLEST_RATE for number in numbers):
                chosen[point] = False
                continue
            for name, exponent in zip(over, exponents[:, point].tolist(), strict=True):
                if UNDERFLOW < exponent < math.inf:  # 1 / (exp(x) - 1) is exp(-x) by far
                    here[name] = Given(NUMBER, exponential(-exponent))
            chosen[point] = self._solve_point({**given, **here}, rows[:, point])
        return chosen

    def _solve_point(self, numbers: Mapping[Name, Given], column: Array) -> bool:
        """Fill in the results at one point; whether the state is unique."""
        try:
            found = iter(self._program.at_wide_point(numbers))
        except (ZeroDivisionError, ValueError):  # a pivot vanishes
            return False
        judged = self._uniqueness
        results, squares, pivots, doubts = (
            [next(found) for _ in each]
            for each in (self._results, judged.squares, judged.pivots, judged.doubts)
        )
        values = [float(result) for result in results]
        is_unique = (
            all(square > 0.0 for square in squares)
            and all(
                abs(pivot) > SINGULAR_TOLERANCE * doubt
                for pivot, doubt in zip(pivots, doubts, strict=True)
            )
            and all(map(math.isfinite, values))
        )
        if is_unique:
            column[...] = values
        return is_unique
