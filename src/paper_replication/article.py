"""Article of a replication, set by Typst: every number and verdict in it comes from the results."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

from paper_replication.claim import HOLDS, NOT_APPLICABLE
from paper_replication.figure_registry import NUMBERED, FigureEntry
from paper_replication.findings import CLAIMS, Page, Verdicts, digits, parts, verdict
from paper_replication.mathematics import Mathematics
from paper_replication.provenance import UNRECORDED, Provenance, words
from paper_replication.refusals import RefusalError

TEMPLATE = Path(__file__).parent / "templates" / "article.typ"
#: Where Matplotlib writes the text for those who do not see a picture.
DESCRIPTION = "{http://purl.org/dc/elements/1.1/}description"


@dataclass(frozen=True)
class Formula:
    """A displayed formula in Typst's notation, and in words for those who do not see it."""

    typst: str
    words: str


@dataclass(frozen=True)
class Table:
    """A table of texts with a caption."""

    caption: str
    head: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True)
class Picture:
    """A figure of the paper's package, by its name."""

    name: str


@dataclass(frozen=True)
class Code:
    """Lines for a shell."""

    lines: str


#: A text is a paragraph, with formulas as `Mathematics` takes them.
Block = str | Formula | Table | Picture | Code


@dataclass(frozen=True)
class Article:
    """Sections that a paper adds to its verdicts.

    The verdict follows the abstract. Then come what the paper says; how it was redone; what came
    out; which equation to trust, which may be empty; how to run it; and what is cited beside the
    references of CITATION.cff.
    """

    abstract: str
    paper: Sequence[Block]
    methods: Sequence[Block]
    results: Sequence[Block]
    trust: Sequence[Block]
    again: Sequence[Block]
    references: Sequence[str] = ()


@dataclass(frozen=True)
class Sources:
    """claims.json, CITATION.cff, figures, and their files as SVG."""

    verdicts: Verdicts
    citation: Mapping[str, Any]
    entries: Mapping[str, FigureEntry]
    pictures: Mapping[str, Path]


def pdf(article: Article, page: Page, sources: Sources, made: Provenance = UNRECORDED) -> bytes:
    """Article as a tagged PDF that conforms to PDF/UA-1, the same bytes each time.

    The page is that of findings, with title and names in formulas; the pictures are below the
    folder that this runs in. Where Typst is not installed, a `RefusalError` says so.
    """
    try:
        import typst  # noqa: PLC0415 -- installed on demand
    except ImportError:
        raise RefusalError(
            "the article is set by Typst, which is not installed: use make article"
        ) from None
    content = {**_Words(page, sources).content(article), "made": words(made)}
    document: bytes = typst.compile(
        TEMPLATE.read_bytes(),
        root=".",
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs={"content": json.dumps(content, ensure_ascii=False)},
    )
    return document


class _Words:
    """Puts an article together, as plain data for the template."""

    def __init__(self, page: Page, sources: Sources) -> None:
        self.page, self.sources = page, sources
        self.verdicts, self.citation = sources.verdicts, sources.citation
        self.mathematics = Mathematics(page.names)
        self.shown: list[str] = []

    def content(self, article: Article) -> dict[str, Any]:
        """All that the template uses."""
        # In this order: further figures are those that no section before has shown.
        sections = {
            "The paper": self.blocks(article.paper),
            "How it was done anew": self.blocks(article.methods),
            "What came out": self.blocks(article.results),
            "The verdicts": [*self.judged()],
            "What did not replicate, and why": [*self.differing()],
            "Which equation to trust, and when": [*self.trust(article)],
            "Doing it again": self.blocks(article.again),
        }
        rest = [Picture(name) for name in self.sources.pictures if name not in self.shown]
        sections["Further figures"] = self.blocks(rest)
        variant = self.verdicts["variant"]
        about = f"Variant {variant}: {self.verdicts['description']}."
        return {
            "title": self.page.title,
            "authors": [_name(one) for one in self.citation["authors"]],
            "version": str(self.citation["version"]),
            "released": str(self.citation.get("date-released", "")),
            "keywords": list(self.citation.get("keywords", [])),
            "replicated": _cited(self.citation["references"][0]),
            "abstract": self.pieces(f"{article.abstract} {verdict(self.verdicts)}"),
            "about": self.pieces(
                " ".join([about, self.verdicts.get("unit", ""), *self.page.remarks])
            ),
            "sections": [
                {"title": title, "blocks": blocks} for title, blocks in sections.items() if blocks
            ],
            "references": [
                *(_cited(one) for one in self.citation["references"]),
                *article.references,
                _cited(self.citation),
            ],
        }

    def blocks(self, blocks: Sequence[Block]) -> list[dict[str, Any]]:
        return [self.block(one) for one in blocks]

    def block(self, block: Block) -> dict[str, Any]:
        match block:
            case Formula(typst, words):
                return {"kind": "formula", "typst": typst, "alt": words}
            case Table(caption, head, rows):
                return {
                    "kind": "table",
                    "caption": self.pieces(caption),
                    "head": list(head),
                    "rows": [[self.pieces(cell) for cell in row] for row in rows],
                }
            case Picture(name):
                return self.picture(name)
            case Code(lines):
                return {"kind": "code", "text": lines}
        return {"kind": "text", "pieces": self.pieces(block)}

    def picture(self, name: str) -> dict[str, Any]:
        self.shown.append(name)
        entry, path = self.sources.entries[name], self.sources.pictures[name]
        number = NUMBERED.fullmatch(name)
        described = ET.parse(path).find(f".//{DESCRIPTION}")
        alternative = described.text if described is not None else None
        return {
            "kind": "figure",
            "path": f"/{path.as_posix()}",
            "alt": alternative or entry.title,
            "title": f"{entry.title} (Fig. {number[1]} of the paper)" if number else entry.title,
            "caption": [*_of_restructured_text(entry.caption)],
        }

    def judged(self) -> Iterator[dict[str, Any]]:
        """Table of all claims."""
        yield self.block(verdict(self.verdicts))
        rows = [
            {
                "number": str(claim["claim"]),
                "sense": self.pieces(claim["sense"]),
                "where": self.pieces(f"{claim['where']}: {claim['statement']}"),
                "symbol": CLAIMS[claim["verdict"]].symbol,
                "tone": CLAIMS[claim["verdict"]].tone,
                "verdict": claim["verdict"],
                "holds": self.listed(
                    claim["counterexample" if claim["verdict"] == NOT_APPLICABLE else "holds_for"]
                ),
            }
            for claim in self.verdicts["claims"]
        ]
        yield {"kind": "claims", "rows": rows}

    def differing(self) -> Iterator[dict[str, Any]]:
        """Claims that do not hold everywhere, and equations that differ from what is printed."""
        judged = (HOLDS, NOT_APPLICABLE)
        for claim in self.verdicts["claims"]:
            if claim["verdict"] not in judged:
                yield {
                    "kind": "claim",
                    "number": str(claim["claim"]),
                    "sense": self.pieces(claim["sense"]),
                    "verdict": claim["verdict"],
                    "why": self.listed(claim["counterexample"]),
                    "remark": self.listed(claim["remark"]),
                }
        rows = [
            [
                equation["id"],
                equation["printed"],
                equation["right"],
                (
                    f"{equation['changes']} {digits(equation['numbers']['printed_value'])} as "
                    f"printed, {digits(equation['numbers']['right_value'])} right."
                ),
            ]
            for equation in self.verdicts["equations"]
            if equation["verdict"] == "differs"
        ]
        if rows:
            caption = (
                "Numbered equations that are not printed as they follow, each with an example."
            )
            head = ["Eq.", "Printed", "Right", "What it changes"]
            yield self.block(Table(caption, head, rows))

    def trust(self, article: Article) -> Iterator[dict[str, Any]]:
        """How far the results can be trusted."""
        yield from map(self.block, article.trust)
        for row in self.verdicts["reliability"]:
            yield {
                "kind": "question",
                "question": self.pieces(row["question"]),
                "answer": self.pieces(row["answer"]),
            }

    def listed(self, text: str) -> list[list[dict[str, str]]]:
        """Parts of a text, as items of a list."""
        return [self.pieces(part) for part in parts(text) if part]

    def pieces(self, text: str) -> list[dict[str, str]]:
        """Text and formulas, these as Typst has them and as they were written."""
        return [
            {"math": typst_of(mathml), "alt": written} if mathml else {"text": written}
            for written, mathml in self.mathematics.runs(text)
        ]


def typst_of(mathml: str) -> str:
    """Formula in Typst's notation, of what `Mathematics` puts inside of an element ``math``."""
    # Typst breaks lines by itself.
    whole = mathml.replace("</math><math>", "")
    return _typst(ET.fromstring(f"<mrow>{whole}</mrow>"))


def _typst(node: ET.Element) -> str:
    inside = [_typst(child) for child in node]
    made = " ".join(inside) or node.text or ""
    match node.tag:
        case "msub":
            made = f"attach({inside[0]}, b: {inside[1]})"
        case "msup":
            made = f"attach({inside[0]}, t: {inside[1]})"
        case "msubsup":
            made = f"attach({inside[0]}, b: {inside[1]}, t: {inside[2]})"
        case "mtext":
            made = f"upright({made})"
        case "mspace":
            made = "thin"
        case "mo" if made == "|":  # opens and closes alike
            made = r'class("normal", \|)'
        case "mo" if made.isascii():  # not a sign to Typst
            made = f"\\{made}"
        case "mi" if len(made) > 1:
            made = f'op("{made}")'
    return made


def _of_restructured_text(caption: str) -> Iterator[dict[str, str]]:
    """Pieces of a caption, with a style where it has one, and breaks between its paragraphs."""
    from docutils import nodes  # noqa: PLC0415 -- comes with Snakemake
    from docutils.core import publish_doctree  # noqa: PLC0415

    for number, paragraph in enumerate(publish_doctree(caption).findall(nodes.paragraph)):
        if number:
            yield {"text": " "}
        for node in paragraph.children:
            yield {"text": node.astext().replace("\n", " "), "style": type(node).__name__}


def _name(person: Mapping[str, Any]) -> str:
    """Name of a person or of many, as CITATION.cff has it."""
    return str(
        person.get("name") or f"{person.get('given-names', '')} {person['family-names']}".strip()
    )


def _cited(work: Mapping[str, Any]) -> str:
    """Line for the list of references."""
    start, end = work.get("start"), work.get("end")
    pages = "–".join(str(page) for page in (start, end) if page)
    journal = (
        f"{work['journal']} {work['volume']}, {pages} ({work['year']})" if "journal" in work else ""
    )
    released = f"Version {work['version']}" if "version" in work else ""
    identifiers = [str(one["value"]) for one in work.get("identifiers", [])]
    said = [", ".join(map(_name, work["authors"])), str(work["title"]), journal, released]
    return ". ".join([*filter(None, said), *identifiers]) + "."
