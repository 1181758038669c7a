"""Numbered equations as they are declared, and the verdict on each."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from li_cai_sun_2015.numbered_equations.checks import Check, Numbers, over_samples
from paper_replication.claim import certain

#: Largest deviation, relative to the largest number compared in the same sample, that
#: counts as rounding. Sums of some hundred double-precision terms stay two digits below.
TOLERANCE = 1e-12

#: Last numbers in Sections 2, 3 and 4.
LAST = (11, 22, 24)


@dataclass(frozen=True)
class Slip:
    """A known slip: what is printed, what is right, and what it changes for a reader.

    `changes` ends with the quantity that `printed_value` and `right_value` among the
    numbers stand for.
    """

    printed: str
    right: str
    changes: str


@dataclass(frozen=True)
class Equation:
    """One numbered equation of the paper."""

    number: str  # in parentheses
    statement: str  # what it says
    how: str  # how it is tested, or what a definition is used for
    #: Random generator to numbers, as `over_samples`. A definition has none.
    check: Callable[[np.random.Generator], Numbers] | None = None
    slip: Slip | None = None  # what to tell where the printed form deviates
    #: Dotted names of what implements it, in the engine or here; the first is the one to read.
    code: tuple[str, ...] = ()

    @property
    def place(self) -> tuple[str, int]:
        """Letter of the appendix, empty for the sections, and number."""
        appendix, number = re.findall(r"([A-Z]?)[.]?(\d+)", self.number)[0]
        return appendix, int(number)

    @property
    def where(self) -> str:
        """Section or appendix."""
        appendix, number = self.place
        if appendix:
            return f"Appendix {appendix}"
        return f"Section {2 + sum(number > last for last in LAST)}"


#: Every numbered equation, as the modules of this package declare them.
DECLARED: list[Equation] = []


def _dotted(thing: Any) -> str:
    """Name of a function, a class, or a property, with its module."""
    function = getattr(thing, "fget", getattr(thing, "func", thing))
    return f"{function.__module__}.{function.__qualname__}"


def definition(number: str, statement: str, how: str, *, code: tuple[object, ...]) -> None:
    """Declare an equation that needs no check, with the fields of `Equation`; code as it is."""
    DECLARED.append(Equation(number, statement, how, code=tuple(map(_dotted, code))))


def equation(
    number: str, statement: str, how: str, *, code: tuple[object, ...], slip: Slip | None = None
) -> Callable[[Check], Check]:
    """Declare an equation, as `definition`, on what checks it in one sample."""
    names = tuple(map(_dotted, code))

    def declare(check: Check) -> Check:
        DECLARED.append(Equation(number, statement, how, partial(over_samples, check), slip, names))
        return check

    return declare


UNKNOWN = Slip(
    printed="the equation as transcribed",
    right="not established",
    changes="the printed form misses the numbers, and no correction is known",
)


def judge(equation: Equation, rng: np.random.Generator) -> dict[str, Any]:
    """Compute the row of one equation with samples of a random generator, as `judge_equations`."""
    row: dict[str, Any] = {
        "id": equation.number,
        "where": equation.where,
        "statement": equation.statement,
        "verdict": "definition",
        "how": equation.how,
        "tolerance": None,
        "numbers": {},
        "code": list(equation.code),
    }
    if equation.check is None:
        return row
    numbers = equation.check(rng)
    # Written so that NaN does not pass.
    holds = numbers["deviation"] <= TOLERANCE
    row |= {
        "verdict": "confirmed" if holds else "differs",
        "tolerance": TOLERANCE,
        "numbers": {name: certain(value, TOLERANCE) for name, value in numbers.items()},
    }
    if not holds:
        corrected = numbers.get("deviation_corrected", np.inf) <= TOLERANCE
        slip = equation.slip if equation.slip is not None and corrected else UNKNOWN
        row |= {"printed": slip.printed, "right": slip.right, "changes": slip.changes}
    return row
