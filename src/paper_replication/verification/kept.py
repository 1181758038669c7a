"""Results of a paper that a reference keeps, and how closely they have to agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kept:
    """Results of a variant that are kept."""

    datasets: Sequence[str]  #: paths below the folder of its results without ``.nc``
    figures: Sequence[str]
    #: The points of each axis that are kept, of its grid; of a dimension that is not named, all.
    places: Mapping[str, tuple[float, ...]]
    #: How far a value may be from its reference, as it is written into that: "relative", to itself;
    #: "of_the_largest_value" of its variable. May name variables to which the latter does not
    #: apply, "relative_only"; an "absolute" tolerance by variable; and the reason, "why".
    tolerance: Mapping[str, Any]
    #: Largest value that a diagnostic of rounding may have: its digits mean nothing.
    bounds: Mapping[str, float] = field(default_factory=dict)
    findings: str = "../docs/findings.md"  #: seen from the folder of the reference
