"""What is said of one claim of the paper."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any

HOLDS = "holds"
IN_PART = "holds in part"
FAILS = "fails"
NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True)
class Verdict:
    """A claim of the paper, how it was tested, and what came out.

    Attributes
    ----------
    claim : int
        Number of the claim, 1 to 20.
    where : str
        Place in the paper.
    statement : str
        The claim, in words of our own.
    quantity : str
        What is computed, and which number a qualitative word stands for.
    region : str
        Which temperatures and couplings were searched.
    tolerance : float
        Below this (relative, unless `quantity` says otherwise) a number counts as zero.
    verdict : {"holds", "holds in part", "fails", "not applicable"}
        What follows from the numbers.
    holds_for : str
        Where the claim holds; empty if nowhere.
    counterexample : str
        One case in which it does not; empty if none was found.
    numbers : dict of str to float
        The numbers behind the verdict.
    """

    claim: int
    where: str
    statement: str
    quantity: str
    region: str
    tolerance: float
    verdict: str
    holds_for: str
    counterexample: str
    numbers: dict[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Return plain data for JSON, where a number that is not finite becomes None."""
        numbers = {
            name: float(value) if math.isfinite(value) else None
            for name, value in self.numbers.items()
        }
        return {**asdict(self), "numbers": numbers}


def outcome(holds: bool, partly: bool = False) -> str:
    """Verdict of a claim that holds everywhere, somewhere or nowhere."""
    if holds:
        return HOLDS
    return IN_PART if partly else FAILS


def text(value: float) -> str:
    """Number for a sentence, three digits; what rounding leaves of zero is not spelt out."""
    if 0.0 < abs(value) < 1e-13:
        return "0"
    return f"{value:.3g}"
