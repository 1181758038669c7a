"""Arithmetic on grid points: written down once, carried out block by block.

An expression stands for a number at every grid point. What is done to it is noted on a tape:
each step once, however often it is asked for, and none for what is zero or one by
construction, or for a power of two where it can wait. A program goes through the steps that
some results need, over blocks of points so small that what is between stays in the cache of
a core, in a few arrays that are used over and over. Every step is one of + - * / sqrt, a
minimum or a modulus, on all points of a block: IEEE 754 rounds each of them in one way only,
on every processor.
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


#: Of the powers of two that wait: products of a few of them neither over- nor underflow.
LARGEST_EXPONENT = 10


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
    """A number at every grid point: the outcome of a step, times a factor.

    Attributes
    ----------
    tape : Tape
        The tape.
    number : int
        Number of the step.
    factor : float
        A power of two, or minus one: to multiply by it is exact, whenever it is done, and is
        put off until it cannot be avoided.
    """

    tape: Tape
    number: int
    factor: float = 1.0

    @property
    def plain(self) -> Expression:
        """The same without a factor: a step."""
        if self.factor == 1.0:
            return self
        return self.tape.step(np.multiply, self.number, self.factor)

    def _times(self, factor: float) -> Expression:
        return Expression(self.tape, self.number, self.factor * factor)

    def __add__(self, other: Number) -> Number:
        if not isinstance(other, Expression):
            if not other:
                return self
            return self.tape.step(np.add, self.number, other / self.factor)._times(self.factor)
        first, second = sorted((self, other), key=lambda each: each.number)
        if first.factor == second.factor:
            return self.tape.step(np.add, first.number, second.number)._times(first.factor)
        if first.factor == -second.factor:
            return self.tape.step(np.subtract, first.number, second.number)._times(first.factor)
        second = second._times(1.0 / first.factor)
        operation = np.add if second.factor > 0.0 else np.subtract
        size = second._times(math.copysign(1.0, second.factor)).plain
        return self.tape.step(operation, first.number, size.number)._times(first.factor)

    __radd__ = __add__

    def __neg__(self) -> Expression:
        return self._times(-1.0)

    def __sub__(self, other: Number) -> Number:
        return self + -other

    def __rsub__(self, other: float) -> Number:
        return -self + other

    def __mul__(self, other: Number) -> Number:
        if isinstance(other, Expression):
            first, second = sorted((self.number, other.number))
            product = self.tape.step(np.multiply, first, second)
            return product._times(self.factor * other.factor)
        if not other:
            return 0.0
        mantissa, exponent = math.frexp(other)
        if abs(mantissa) == 0.5 and abs(exponent) <= LARGEST_EXPONENT:
            return self._times(other)
        return self.tape.step(np.multiply, self.number, abs(other))._times(
            math.copysign(self.factor, other * self.factor)
        )

    __rmul__ = __mul__

    def __truediv__(self, other: Number) -> Number:
        if not isinstance(other, Expression):
            return self.tape.step(np.divide, self.number, other)._times(self.factor)
        ratio = self.tape.step(np.divide, self.number, other.number)
        return ratio._times(self.factor / other.factor)

    def __rtruediv__(self, other: float) -> Number:
        return self.tape.step(np.divide, other, self.number)._times(1.0 / self.factor)


Number = float | Expression
Pair = tuple[Number, Number]  # real and imaginary part


def inverse(x: Number) -> Number:
    """1/x, infinite at zero."""
    return 1.0 / x if isinstance(x, Expression) or x else math.inf


def sqrt(x: Number) -> Number:
    """Square root."""
    if not isinstance(x, Expression):
        return math.sqrt(x)
    # The root of a power of four is one of two.
    size = 4.0 ** (math.frexp(x.factor)[1] // 2)
    rest = Expression(x.tape, x.number, x.factor / size)
    return math.sqrt(size) * x.tape.step(np.sqrt, rest.plain.number)


def modulus(x: Number) -> Number:
    """Modulus of a real number."""
    if not isinstance(x, Expression):
        return abs(x)
    return abs(x.factor) * x.tape.step(np.abs, x.number)


def minimum(x: Number, y: Number) -> Number:
    """The smaller of two numbers."""
    tape = next((each.tape for each in (x, y) if isinstance(each, Expression)), None)
    if tape is None:
        return min(float(x), float(y))  # type: ignore[arg-type]
    operands = (each.plain.number if isinstance(each, Expression) else each for each in (x, y))
    return tape.step(np.minimum, *operands)


def twice_real(left: Pair, right: Pair) -> Number:
    """2 Re(left right)."""
    return 2.0 * (left[0] * right[0] - left[1] * right[1])


def choice(first: Number, second: Number, lower: Number, higher: Number) -> Number:
    """The number `lower` where the first of two is below the second, else `higher`."""
    operands = [
        each.plain.number if isinstance(each, Expression) else each
        for each in (first, second, lower, higher)
    ]
    tape = next(each.tape for each in (first, second) if isinstance(each, Expression))
    return tape.step(_choose, *operands)


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
        self._results = [r.plain.number if isinstance(r, Expression) else r for r in results]
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
