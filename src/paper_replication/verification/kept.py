"""Results of a paper that a reference keeps, and how closely they have to agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kept:
    """Results of a variant that are kept.

    Attributes
    ----------
    datasets : sequence of str
        Names of its datasets, paths below the folder of its results without ``.nc``.
    figures : sequence of str
        Names of its figures.
    places : mapping of str to tuple of float
        The points of each axis that are kept, each a point of the grid; of a dimension
        that is not named, all.
    tolerance : mapping
        How far a value may be from its reference, as it is written into the
        reference: "relative", to itself; "of_the_largest_value" of its variable. May
        name variables to which the latter does not apply, "relative_only"; an
        "absolute" tolerance by variable; and the reason, "why".
    bounds : mapping of str to float
        Largest value that a diagnostic of rounding may have: its digits mean nothing.
    findings : str
        The page of findings, seen from the folder of the reference.
    """

    datasets: Sequence[str]
    figures: Sequence[str]
    places: Mapping[str, tuple[float, ...]]
    tolerance: Mapping[str, Any]
    bounds: Mapping[str, float] = field(default_factory=dict)
    findings: str = "../docs/findings.md"
