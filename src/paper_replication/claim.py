"""A claim of a paper: where it stands, how it is tested, and what comes out."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

HOLDS = "holds"
IN_PART = "holds in part"
FAILS = "fails"
NOT_APPLICABLE = "not applicable"

Study = TypeVar("Study")

#: Below this a number is what rounding leaves of zero.
ROUNDING = 1e-13
#: Digits of stored numbers: what LAPACK and the search for roots add is one processor's.
DIGITS = 10


@dataclass(frozen=True)
class Outcome:
    """The result of testing a claim."""

    verdict: str  #: "holds", "holds in part", "fails" or "not applicable", from the numbers
    holds_for: str = ""  #: where it holds; left out of what fails or does not apply
    #: A case in which it does not hold, or why it does not apply; left out of what holds.
    counterexample: str = ""
    numbers: dict[str, float] = field(default_factory=dict)  #: behind the verdict
    #: The counterexample, or another case worth seeing: plain data that a page can show.
    example: dict[str, Any] = field(default_factory=dict)
    #: What a stricter reading finds, or what else is worth knowing: no part of the verdict.
    remark: str = ""


@dataclass
class Found:
    """What a test finds on its way: numbers, sentences, and the first example worth seeing."""

    numbers: dict[str, float] = field(default_factory=dict)
    holds_for: list[str] = field(default_factory=list)
    counterexamples: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    example: dict[str, Any] = field(default_factory=dict)

    def show(self, example: dict[str, Any]) -> None:
        """Keep an example, unless there is one."""
        self.example = self.example or example

    def outcome(self, holds: bool, partly: bool = False) -> Outcome:
        """Outcome of a claim that holds everywhere, somewhere or nowhere."""
        return Outcome(
            verdict(holds, partly),
            "; ".join(self.holds_for),
            "; ".join(self.counterexamples),
            self.numbers,
            self.example,
            "; ".join(self.remarks),
        )


@dataclass(frozen=True)
class Claim(Generic[Study]):
    """A claim of a paper and its test."""

    number: int
    where: str  #: place in the paper
    statement: str  #: the paper's words in quotation marks, or a paraphrase that is called one
    sense: str  #: what these words say: the reading that is judged
    check: Callable[[Study], Outcome]  #: the study of a system to the outcome of the test
    #: What is computed, and which number a qualitative word stands for; by default what the
    #: docstring of the check says.
    quantity: str = ""
    region: str = "the variant's grid"  #: which parameters are searched
    #: Below this (relative, unless `quantity` says otherwise) a number counts as zero.
    tolerance: float = 1e-12
    about: tuple[str, ...] = ()  #: parts of a study that it is about; empty if on none

    def __post_init__(self) -> None:
        if not self.quantity:
            object.__setattr__(self, "quantity", (self.check.__doc__ or "").strip(" .\n"))

    def judged(self, study: Study) -> dict[str, Any]:
        """Return claim and outcome as plain data for JSON; a number that is not finite is None."""
        outcome = self.check(study)
        return {
            "claim": self.number,
            "where": self.where,
            "statement": self.statement,
            "sense": self.sense,
            "quantity": self.quantity,
            "region": self.region,
            "tolerance": self.tolerance,
            "verdict": outcome.verdict,
            "holds_for": outcome.holds_for if outcome.verdict in {HOLDS, IN_PART} else "",
            "counterexample": "" if outcome.verdict == HOLDS else outcome.counterexample,
            "remark": outcome.remark,
            "numbers": {name: certain(value) for name, value in outcome.numbers.items()},
            "example": outcome.example,
        }


def verdict(holds: bool, partly: bool = False) -> str:
    """Verdict of a claim that holds everywhere, somewhere or nowhere."""
    if holds:
        return HOLDS
    return IN_PART if partly else FAILS


def not_applicable(reason: str, numbers: dict[str, float] | None = None) -> Outcome:
    """Outcome of a claim that a system says nothing of."""
    return Outcome(NOT_APPLICABLE, counterexample=reason, numbers=numbers or {})


def certain(value: float, rounding: float = ROUNDING, digits: int = DIGITS) -> float | None:
    """What of a number holds on every machine: some digits, all of an integer; zero if rounding.

    None if it is not finite.
    """
    if not math.isfinite(value):
        return None
    if abs(value) < rounding:
        return 0.0
    return float(value) if float(value).is_integer() else float(f"{value:.{digits}g}")


def text(value: float) -> str:
    """Number for a sentence, three digits; "0" of what rounding leaves of zero."""
    if 0.0 < abs(value) < ROUNDING:
        return "0"
    return _three_digits(value)


def percent(fraction: float) -> str:
    """Fraction as a percentage of three digits, not rounded up to 100."""
    shown = _three_digits(100.0 * fraction)
    return f"{'99.9' if shown == '100' and fraction < 1.0 else shown} %"


def _three_digits(value: float) -> str:
    """Rounded twice, so that of a number halfway between two texts no last bit decides."""
    return f"{float(f'{value:.12g}'):.3g}"
