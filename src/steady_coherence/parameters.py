"""Parameters: the numbers that spectra, weight factors and level systems take, with their ranges.

A parameter stands in an annotation, beside its range, where it is used:

    strength: Annotated[float, Ge(0.0), Parameter("The value at every frequency", "energy")]
"""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np
from annotated_types import Ge, Gt, Le, Lt

#: What compares a value with the bound of a range, and how the range is written.
RANGES: dict[type, tuple[Callable[[Any, Any], Any], str]] = {
    Gt: (np.greater, ">"),
    Ge: (np.greater_equal, ">="),
    Lt: (np.less, "<"),
    Le: (np.less_equal, "<="),
}


@dataclass(frozen=True)
class Parameter:
    """Meaning of a number."""

    description: str  #: one clause
    unit: str  #: "energy", "1", "radian", or a product of such words
    symbol: str = ""  #: mathtext without dollar signs; empty where the name has to do


class ParameterError(ValueError):
    """A parameter with a value that is not allowed: its name, the value, and what is expected."""

    def __init__(self, name: str, shape: str, found: Any, expected: str) -> None:
        super().__init__(f"{name} of the shape {shape} is {found}, expected {expected}")
        self.name, self.found, self.expected = name, found, expected


@dataclass(frozen=True)
class Declared:
    """A parameter as it is declared."""

    parameter: Parameter  #: its meaning
    kind: Any  #: float or int, or a Literal of words
    ranges: tuple[Any, ...]  #: bounds, of annotated_types
    default: Any  #: float or str where none is given; None where one has to be

    @property
    def expected(self) -> str:
        """Range in words, such as "a number > 0"."""
        if get_origin(self.kind) is Literal:
            return " or ".join(get_args(self.kind))
        bounds = [f"{RANGES[type(one)][1]} {bound(one):g}" for one in self.ranges]
        number = "an integer" if self.kind is int else "a number"
        return " ".join([number, " and ".join(bounds)]).strip()

    def allows(self, value: Any) -> bool:
        """Whether a word is known, or a number, or each of an array, finite and in the range."""
        if get_origin(self.kind) is Literal:
            return value in get_args(self.kind)
        numbers = np.asarray(value, dtype=float)
        whole = self.kind is not int or bool(np.all(numbers == np.floor(numbers)))
        inside = (np.all(RANGES[type(one)][0](numbers, bound(one))) for one in self.ranges)
        return bool(np.all(np.isfinite(numbers))) and whole and all(inside)


def bound(one: Any) -> float:
    """Return the number in `Gt(gt=0.0)` and its like."""
    return float(getattr(one, type(one).__name__.lower()))


@lru_cache(maxsize=128)
def declared_parameters(owner: Callable[..., Any]) -> dict[str, Declared]:
    """Return what a dataclass or function takes and annotates with a `Parameter`, by name."""
    hints = get_type_hints(owner, include_extras=True)
    found = {}
    for name, argument in inspect.signature(owner).parameters.items():
        kind, *notes = get_args(hints.get(name)) or (None,)
        meaning = next((note for note in notes if isinstance(note, Parameter)), None)
        if meaning is not None:
            ranges = tuple(note for note in notes if type(note) in RANGES)
            given = argument.default is not inspect.Parameter.empty
            kept = kind if kind is int or get_origin(kind) is Literal else float
            found[name] = Declared(meaning, kept, ranges, argument.default if given else None)
    return found


def check_parameters(
    owner: Callable[..., Any], what: str, values: Iterable[tuple[str, Any]]
) -> None:
    """Refuse values, by name, that are not finite or not in the range that the owner declares.

    The `ValueError` says `what` the owner is.
    """
    declared = declared_parameters(owner)
    for name, value in values:
        if name in declared and not declared[name].allows(value):
            if isinstance(value, str):
                found = value
            else:
                numbers = np.asarray(value, dtype=float)
                ends = (numbers,) if numbers.ndim == 0 else (numbers.min(), numbers.max())
                found = " to ".join(f"{end:g}" for end in ends)
            raise ValueError(f"{name} of {what} is {found}, expected {declared[name].expected}")
