"""Arithmetic on grid points: written down once, carried out block by block.

An expression stands for a number at every grid point. What is done to it is noted on a tape:
each step once, however often it is asked for, and none for what is zero or one by
construction. A program goes through the steps that some results need, over blocks of points so
small that what is between stays in the cache of a core, in a few arrays that are used over and
over. Every step is one of + - * / sqrt, a sign, a minimum, a modulus or a choice, on all points
of a block: IEEE 754 rounds each of them in one way only, on every processor.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steady_coherence.numerics.blocks import Block

Array = NDArray[np.float64]
#: Block to values that broadcast against it.
Source = Callable[[Block], Array]
#: Of operands, with `out` for the outcome.
Operation = Callable[..., object]


class Tape:
    """The steps of an arithmetic, in an order in which they can be carried out."""

    def __init__(self) -> None:
        self.steps: list[tuple[Source | Operation, tuple[int | float, ...]]] = []
        self._known: dict[tuple[object, ...], int] = {}

    def source(self, values: Source) -> Expression:
        """Numbers that come from outside."""
        self.steps.append((values, ()))
        return Expression(self, len(self.steps) - 1)

    def step(self, operation: Operation, *operands: int | float) -> Expression:
        """Outcome of an operation on earlier steps (int) and constants (float), noted only once."""
        key = (operation, operands, tuple(map(type, operands)))
        if key not in self._known:
            self.steps.append((operation, operands))
            self._known[key] = len(self.steps) - 1
        return Expression(self, self._known[key])


@dataclass(frozen=True, eq=False, slots=True)
class Expression:
    """A number at every grid point: the outcome of a step.

    Attributes
    ----------
    tape : Tape
        The tape.
    number : int
        Number of the step.
    """

    tape: Tape
    number: int

    def __add__(self, other: Number) -> Number:
        if not isinstance(other, Expression):
            return self.tape.step(np.add, self.number, other) if other else self
        # A sum of two numbers is the same in either order: one step for both.
        return self.tape.step(np.add, *sorted((self.number, other.number)))

    __radd__ = __add__

    def __neg__(self) -> Expression:
        return self.tape.step(np.negative, self.number)

    def __sub__(self, other: Number) -> Number:
        if isinstance(other, Expression):
            return self.tape.step(np.subtract, self.number, other.number)
        return self + -other

    def __rsub__(self, other: float) -> Number:
        return self.tape.step(np.subtract, other, self.number) if other else -self

    def __mul__(self, other: Number) -> Number:
        if isinstance(other, Expression):
            return self.tape.step(np.multiply, *sorted((self.number, other.number)))
        if other in (0.0, 1.0):
            return self if other else 0.0
        return -self if other == -1.0 else self.tape.step(np.multiply, self.number, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Number:
        divisor = other.number if isinstance(other, Expression) else other
        return self.tape.step(np.divide, self.number, divisor)

    def __rtruediv__(self, other: float) -> Number:
        return self.tape.step(np.divide, other, self.number)


Number = float | Expression


def _step(operation: Operation, *operands: Number) -> Expression:
    """An operation on numbers of which one at least is an expression."""
    tape = next(each.tape for each in operands if isinstance(each, Expression))
    return tape.step(
        operation, *(each.number if isinstance(each, Expression) else each for each in operands)
    )


def inverse(x: Number) -> Number:
    """1/x, infinite at zero."""
    return 1.0 / x if isinstance(x, Expression) or x else math.inf


def sqrt(x: Number) -> Number:
    """Square root."""
    return _step(np.sqrt, x) if isinstance(x, Expression) else math.sqrt(x)


def modulus(x: Number) -> Number:
    """Modulus of a real number."""
    return _step(np.abs, x) if isinstance(x, Expression) else abs(x)


def minimum(x: Number, y: Number) -> Number:
    """The smaller of two numbers."""
    if isinstance(x, Expression) or isinstance(y, Expression):
        return _step(np.minimum, x, y)
    return min(x, y)


def choice(first: Number, second: Number, lower: Number, higher: Number) -> Expression:
    """The number `lower` where the first of two is below the second, else `higher`."""
    return _step(_choose, first, second, lower, higher)


def _choose(first: Array, second: Array, lower: Array, higher: Array, out: Array) -> None:
    out[...] = np.where(first < second, lower, higher)


class Program:
    """The steps that lead to some results, and the arrays to carry them out in.

    Parameters
    ----------
    results : sequence of float or Expression
        What is asked for.
    """

    def __init__(self, results: Sequence[Number]) -> None:
        tape = next((r.tape for r in results if isinstance(r, Expression)), Tape())
        self._results = [r.number if isinstance(r, Expression) else r for r in results]
        self._steps: list[tuple[Source | Operation, list[int], int]] = []
        self._places: dict[int, int] = {}  # of the outcomes of steps among the arrays
        self._constants: dict[float, int] = {}  # after the arrays, counted from the end
        self._arrays = 0
        self._calls: list[tuple[Any, list[Array], Array]] = []
        self._size = 0
        last_use = _last_uses(tape, self._results)
        free: list[int] = []
        for number in sorted(last_use):
            operation, operands = tape.steps[number]
            taken = [self._place(operand) for operand in operands]
            # The outcome may take the place of an operand that is not needed any more.
            free += {self._places[each] for each in _numbers(operands) if last_use[each] == number}
            if free:
                self._places[number] = free.pop()
            else:
                self._places[number], self._arrays = self._arrays, self._arrays + 1
            self._steps.append((operation, taken, self._places[number]))

    def _place(self, operand: int | float) -> int:
        if isinstance(operand, int):
            return self._places[operand]
        return -1 - self._constants.setdefault(operand, len(self._constants))

    def run(self, block: Block) -> list[float | Array]:
        """Carry out all steps at a block of points.

        Parameters
        ----------
        block : Block
            The points.

        Returns
        -------
        list of float or ndarray
            The results: numbers, or arrays of shape (size,) that the next run overwrites.
        """
        if block.size != self._size:
            self._bind(block.size)
        for operation, operands, outcome in self._calls:
            if operands:
                operation(*operands, out=outcome)
            else:
                outcome.reshape(block.shape)[...] = operation(block)
        return [self._slots[self._places[r]] if isinstance(r, int) else r for r in self._results]

    def _bind(self, size: int) -> None:
        """Give the steps arrays of a size to work on."""
        constants = [np.array(constant) for constant in self._constants]
        self._slots = [*np.empty((self._arrays, size)), *reversed(constants)]
        self._calls = [
            (operation, [self._slots[each] for each in taken], self._slots[place])
            for operation, taken, place in self._steps
        ]
        self._size = size


def _numbers(operands: Iterable[int | float]) -> set[int]:
    return {operand for operand in operands if isinstance(operand, int)}


def _last_uses(tape: Tape, results: Sequence[int | float]) -> dict[int, int]:
    """Steps that lead to some results, and the last step that needs each: the end for results."""
    uses = dict.fromkeys(_numbers(results), len(tape.steps))
    for number in range(len(tape.steps) - 1, -1, -1):
        if number in uses:
            for operand in _numbers(tape.steps[number][1]):
                uses.setdefault(operand, number)
    return uses
