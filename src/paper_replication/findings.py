"""Page of findings: the verdicts on a paper's claims and equations, as HTML and Markdown."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paper_replication.claim import FAILS, HOLDS, IN_PART, NOT_APPLICABLE
from paper_replication.pages import environment
from paper_replication.provenance import UNRECORDED, Provenance
from paper_replication.source_code import source_of

#: Content of claims.json.
Verdicts = Mapping[str, Any]


@dataclass(frozen=True)
class Mark:
    """How a verdict is shown: a symbol, the verb of one and of several, and a tone."""

    symbol: str
    one: str
    several: str
    tone: str

    def counted(self, number: int) -> str:
        """Say how many there are."""
        return f"{number or 'none'} {self.several if number > 1 else self.one}"


#: Marks of the verdicts on claims, and of those on numbered equations.
CLAIMS = {
    HOLDS: Mark("✓", "holds", "hold", "good"),
    IN_PART: Mark("◐", "holds in part", "hold in part", "mixed"),
    FAILS: Mark("✗", "fails", "fail", "bad"),
    NOT_APPLICABLE: Mark("–", "does not apply", "do not apply", "neutral"),
}
NUMBERED_EQUATIONS = {
    "confirmed": Mark("✓", "is confirmed", "are confirmed", "good"),
    "definition": Mark("≔", "is a definition", "are definitions", "neutral"),
    "differs": Mark("≠", "differs from what is printed", "differ from what is printed", "bad"),
    NOT_APPLICABLE: CLAIMS[NOT_APPLICABLE],
}
#: Verdicts that are worth a word even if there are none.
ALWAYS_COUNTED = {FAILS}


@dataclass(frozen=True)
class Shown:
    """A figure on the page: its title, and the claims that lead to it under a short name."""

    title: str
    short: str = ""
    claims: Sequence[int] = ()


@dataclass(frozen=True)
class Page:
    """Titles and sentences that a paper adds to the verdicts."""

    title: str  #: heading of the page
    remarks: Sequence[str] = ()  #: sentences below the verdict, true for every variant
    #: The paper's names in formulas, as `Mathematics` takes them.
    names: Mapping[str, str] = field(default_factory=dict)
    #: Figures by name, in the order of the page.
    figures: Mapping[str, Shown] = field(default_factory=dict)
    #: A page beside this one that shows the example of claim N at ``#preset=claim-N``, if any.
    explorer: str = ""


def markdown(page: Page, verdicts: Verdicts) -> str:
    """Findings in Markdown, for a folder beside the one of the source code."""
    return _rendered("findings.md", page, verdicts)


def html(page: Page, verdicts: Verdicts, made: Provenance = UNRECORDED) -> str:
    """Findings as a page that needs nothing else, for the folder of the variant's results."""
    return _rendered("findings.html", page, verdicts, made)


def _rendered(template: str, page: Page, verdicts: Verdicts, made: Provenance = UNRECORDED) -> str:
    templates = environment(page.names)
    templates.filters |= {"parts": parts, "digits": digits}
    equations = verdicts["equations"]
    names = dict.fromkeys(name for equation in equations for name in equation["code"])
    return templates.get_template(template).render(
        verdicts,
        page=page,
        made=made,
        verdict=verdict(verdicts),
        marks=CLAIMS | NUMBERED_EQUATIONS,
        filters=CLAIMS,
        counts=Counter(claim["verdict"] for claim in verdicts["claims"]),
        differing=[row for row in equations if row["verdict"] == "differs"],
        others=[row for row in equations if row["verdict"] != "differs"],
        sources={name: source_of(name) for name in names},
    )


def verdict(verdicts: Verdicts) -> str:
    """Give the verdict on the paper in one sentence."""
    counted = [_counted(verdicts["claims"], CLAIMS, "Of the paper's {} claims")]
    if verdicts["equations"]:
        start = "of its {} numbered equations"
        counted.append(_counted(verdicts["equations"], NUMBERED_EQUATIONS, start))
    return f"{'; '.join(counted)}."


def _counted(rows: Iterable[Mapping[str, Any]], marks: Mapping[str, Mark], start: str) -> str:
    counts = Counter(row["verdict"] for row in rows)
    *most, last = (
        mark.counted(counts[name])
        for name, mark in marks.items()
        if counts[name] or name in ALWAYS_COUNTED
    )
    listed = f"{', '.join(most)} and {last}" if most else last
    return f"{start.format(counts.total())} {listed}"


def parts(text: str) -> list[str]:
    """Parts of a text between semicolons outside of brackets."""
    return re.split(r";\s+(?![^()]*\))", text)


def digits(value: float) -> str:
    """Four digits; what a quadrature leaves of zero differs from machine to machine."""
    return "0" if abs(value) < 1e-11 else f"{value:.4g}"
