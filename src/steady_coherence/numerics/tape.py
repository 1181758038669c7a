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
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from operator import truediv
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.numerics.blocks import Block

Array = NDArray[np.float64]
#: Name of a number that comes from outside.
Name = tuple[Hashable, ...]
#: Block to values that broadcast against it.
Source = Callable[[Block], Array]
#: Of operands, with `out` for the outcome.
Operation = Callable[..., object]

#: Points up to which a program keeps its arrays from run to run.
KEPT = 8192

#: What is known of a number that comes from outside when the steps are noted.
ZERO, NUMBER, ARRAY = "zero", "number", "array"


class Given(NamedTuple):
    """A number that comes from outside."""

    kind: str  #: `ZERO` everywhere, a `NUMBER` that is the same at all points, or an `ARRAY`
    value: Any  #: the number, or a block to values that broadcast against it

    def of(self, block: Block) -> Array | float:
        """Values that broadcast against a block."""
        return self.value(block) if self.kind == ARRAY else self.value  # type: ignore[no-any-return]


def given(values: ArrayLike) -> Given:
    """A number, or numbers of shape (n,) along the first axis of the grid."""
    array = np.asarray(values, dtype=float)
    number = array.item(0)
    if array.size == 1 or not (number or array.any()):
        return Given(NUMBER if number else ZERO, number)
    return Given(ARRAY, lambda block: block.along_first_axis(array))


@dataclass(frozen=True)
class Outside:
    """In place of an operation: the step is a number that comes from outside."""

    name: Name
    uniform: bool  #: whether it is the same at all points


class Tape:
    """The steps of an arithmetic, in an order in which they can be carried out.

    The kinds are those of the numbers that come from outside, by their names.
    """

    def __init__(self, kinds: Mapping[Name, str]) -> None:
        self.steps: list[tuple[Outside | Operation, tuple[int | float, ...]]] = []
        self._kinds = kinds
        self._known: dict[tuple[object, ...], int] = {}

    def given(self, name: Name) -> Number:
        """A number that comes from outside; zero where it is known to be."""
        kind = self._kinds[name]
        return 0.0 if kind == ZERO else self.step(Outside(name, kind == NUMBER))

    def step(self, operation: Outside | Operation, *operands: int | float) -> Expression:
        """Outcome of an operation on earlier steps (int) and constants (float), noted only once."""
        key = (operation, operands, tuple(map(type, operands)))
        if key not in self._known:
            self.steps.append((operation, operands))
            self._known[key] = len(self.steps) - 1
        return Expression(self, self._known[key])


@dataclass(frozen=True, eq=False, slots=True)
class Expression:
    """A number at every grid point: the outcome of a step."""

    tape: Tape
    number: int  #: of the step

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
    return _step(choose, first, second, lower, higher)


def choose(first: Array, second: Array, lower: Array, higher: Array, out: Array) -> None:
    """Carry out a choice."""
    out[...] = np.where(first < second, lower, higher)


class Program:
    """The steps that lead to some results, and the arrays to carry them out in."""

    def __init__(self, results: Sequence[Number]) -> None:
        tape = next((r.tape for r in results if isinstance(r, Expression)), Tape({}))
        self._tape = tape
        self._results = [r.number if isinstance(r, Expression) else r for r in results]
        last_use = _last_uses(tape, self._results)
        self._order = sorted(last_use)
        self.names: list[Name] = []  #: of the numbers that it needs from outside
        uniform: set[int] = set()
        for number in self._order:
            operation, operands = tape.steps[number]
            if isinstance(operation, Outside):
                self.names.append(operation.name)
            alike = operation.uniform if isinstance(operation, Outside) else bool(operands)
            if alike and uniform.issuperset(_numbers(operands)):
                uniform.add(number)
        #: What is the same at all points is worked out once, in numbers of Python.
        self._uniform = sorted(uniform)
        self._work_out_uniform = written(tape, self._uniform, self._uniform)
        self._numbers = {number: np.array(0.0) for number in self._uniform}
        self._given: Mapping[Name, Given] | None = None

        self._steps = [number for number in self._order if number not in uniform]
        self._places: dict[int, int] = {}  # of the outcomes of steps among the arrays
        self._arrays = 0
        free: list[int] = []
        for number in self._steps:
            # The outcome may take the place of an operand that is not needed any more.
            varying = _numbers(tape.steps[number][1]) - uniform
            free += {self._places[each] for each in varying if last_use[each] == number}
            if free:
                self._places[number] = free.pop()
            else:
                self._places[number], self._arrays = self._arrays, self._arrays + 1
        self._slots: list[Array] = []
        self._calls: list[tuple[Any, list[Array], Array]] = []
        self._size = 0

    def run(self, block: Block, given: Mapping[Name, Given]) -> list[float | Array]:
        """Carry out all steps at a block of points, with the numbers from outside.

        The results are numbers, or arrays of shape (size,) that the next run overwrites.
        """
        if given is not self._given:
            self._given = given
            for number, value in zip(self._uniform, self._work_out_uniform(given), strict=True):
                self._numbers[number][...] = value
        if block.size != self._size:
            self._bind(block.size)
        for operation, operands, outcome in self._calls:
            if operands:
                operation(*operands, out=outcome)
            else:
                outcome.reshape(block.shape)[...] = given[operation.name].of(block)
        return [self._slot(r) if isinstance(r, int) else r for r in self._results]

    def release(self) -> None:
        """Forget the numbers from outside, and arrays of many points."""
        self._given = None
        if self._size > KEPT:
            self._size, self._slots, self._calls = 0, [], []

    def at_point(self, values: Mapping[Name, Given]) -> tuple[float, ...]:
        """The results at one point, by numbers of Python: the same bits, without any array."""
        return self._written(values)

    def in_decimals(self, values: Mapping[Name, Decimal]) -> tuple[Decimal, ...]:
        """The results at one point, by decimal numbers of the context's digits.

        A divisor of zero, or the root of a number below zero, is a `decimal.DecimalException`.
        """
        given = {name: Given(NUMBER, value) for name, value in values.items()}
        return self._written_in_decimals(given)

    @cached_property
    def _written_in_decimals(self) -> Callable[[Mapping[Name, Given]], tuple[Any, ...]]:
        return written(self._tape, self._order, self._results, in_decimals=True)

    @cached_property
    def _written(self) -> Callable[[Mapping[Name, Given]], tuple[float, ...]]:
        return written(self._tape, self._order, self._results)

    def _slot(self, operand: int | float) -> Array:
        """Where an operand stands."""
        if isinstance(operand, float):
            return np.array(operand)
        if operand in self._numbers:
            return self._numbers[operand]
        return self._slots[self._places[operand]]

    def _bind(self, size: int) -> None:
        """Give the steps arrays of a size to work on."""
        self._slots = [*np.empty((self._arrays, size))]
        self._calls = [
            (operation, [self._slot(each) for each in operands], self._slot(number))
            for number, (operation, operands) in (
                (number, self._tape.steps[number]) for number in self._steps
            )
        ]
        self._size = size


def _divided(x: float, y: float) -> float:
    """Ratio x / y, infinite or not a number where y is zero."""
    return x / y if y else float(np.divide(x, y))


def _root(x: float) -> float:
    """Square root, not a number below zero."""
    return math.sqrt(x) if x >= 0.0 else math.nan


#: The operations in Python, of operands {0}, {1}, ...
WRITTEN: dict[Any, str] = {
    np.add: "{} + {}",
    np.subtract: "{} - {}",
    np.multiply: "{} * {}",
    np.divide: "_divided({}, {})",
    np.negative: "-{}",
    np.sqrt: "_root({})",
    np.abs: "abs({})",
    np.minimum: "{0} if {0} < {1} or {0} != {0} else {1}",
    choose: "{2} if {0} < {1} else {3}",
}


def written(
    tape: Tape,
    order: Sequence[int],
    results: Sequence[int | float],
    in_decimals: bool = False,
) -> Callable[[Mapping[Name, Given]], tuple[float, ...]]:
    """Write steps out as one function of Python, of the numbers from outside to the results.

    These are steps, or numbers. It may be for decimal numbers in place of those of floating point.
    """
    known: dict[str, Any] = {"_divided": _divided, "_root": _root, "inf": math.inf, "nan": math.nan}
    if in_decimals:
        known |= {"_divided": truediv, "_root": Decimal.sqrt}

    def word(operand: int | float) -> str:
        if isinstance(operand, int):
            return f"_{operand}"
        if not in_decimals:
            return f"({float(operand)!r})"
        name = f"number{len(known)}"
        known[name] = Decimal(operand)
        return name

    lines = ["def function(given):"]
    for number in order:
        operation, operands = tape.steps[number]
        if isinstance(operation, Outside):
            known[f"name{number}"] = operation.name
            lines.append(f"    {word(number)} = given[name{number}].value")
        else:
            formula = WRITTEN[operation].format(*map(word, operands))
            lines.append(f"    {word(number)} = {formula}")
    lines.append(f"    return ({''.join(f'{word(each)}, ' for each in results)})")
    found: dict[str, Callable[[Mapping[Name, Given]], tuple[float, ...]]] = {}
    exec("\n".join(lines), known, found)
    return found["function"]


def _numbers(operands: Iterable[int | float]) -> set[int]:
    return {operand for operand in operands if isinstance(operand, int)}


def steps_to(tape: Tape, results: Iterable[int]) -> list[int]:
    """Numbers of the steps that lead to some, and of these, in the order of the tape."""
    return sorted(_last_uses(tape, [*results]))


def _last_uses(tape: Tape, results: Sequence[int | float]) -> dict[int, int]:
    """Steps that lead to some results, and the last step that needs each: the end for results."""
    uses = dict.fromkeys(_numbers(results), len(tape.steps))
    for number in range(len(tape.steps) - 1, -1, -1):
        if number in uses:
            for operand in _numbers(tape.steps[number][1]):
                uses.setdefault(operand, number)
    return uses
