"""Findings: the verdicts on the paper's claims and equations as tables to be read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

Verdicts = Mapping[str, Any]

CLAIM_COLUMNS = ("claim", "", "verdict", "holds for", "does not hold", "where in the paper")
EQUATION_COLUMNS = ("equation", "printed", "right", "what it changes", "an example: printed, right")
CONFIRMED_COLUMNS = ("equation", "what it says", "verdict", "largest deviation", "how")

RELIABILITY_COLUMNS = ("question", "answer")


def markdown(verdicts: Verdicts) -> str:
    """Page of findings in Markdown.

    Parameters
    ----------
    verdicts : mapping
        Content of claims.json.

    Returns
    -------
    str
    """
    return "\n".join(
        [
            "# Findings",
            "",
            *_paragraphs(verdicts),
            *(
                line
                for title, columns, rows in _sections(verdicts)
                for line in (f"## {title}", "", *_markdown_table(columns, rows))
            ),
        ]
    )


def html(verdicts: Verdicts) -> str:
    """Render the same page in HTML that needs nothing else.

    Parameters
    ----------
    verdicts : mapping
        Content of claims.json.

    Returns
    -------
    str
    """
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Findings</title>',
            "<style>body{font-family:serif;max-width:75em;margin:auto;padding:1em}",
            "table{border-collapse:collapse;margin-bottom:2em}",
            "th,td{border-bottom:1px solid #bbb;padding:.3em .6em;text-align:left;",
            "vertical-align:top}</style></head><body><h1>Findings</h1>",
            *(f"<p>{escape(line)}</p>" for line in _paragraphs(verdicts) if line),
            *(
                line
                for title, columns, rows in _sections(verdicts)
                for line in (f"<h2>{title}</h2>", *_html_table(columns, rows))
            ),
            "</body></html>",
        ]
    )


def _sections(
    verdicts: Verdicts,
) -> Iterable[tuple[str, Sequence[str], Iterable[Sequence[str]]]]:
    """Title, columns and rows of each table of the page."""
    yield "Claims", CLAIM_COLUMNS, _claim_rows(verdicts)
    yield "Equations that differ from what follows", EQUATION_COLUMNS, _differing_rows(verdicts)
    yield "Equations confirmed, and definitions", CONFIRMED_COLUMNS, _confirmed_rows(verdicts)
    yield "How far it can be trusted", RELIABILITY_COLUMNS, _reliability_rows(verdicts)


def _paragraphs(verdicts: Verdicts) -> list[str]:
    claims = Counter(claim["verdict"] for claim in verdicts["claims"])
    equations = Counter(equation["verdict"] for equation in verdicts["equations"])
    variant = verdicts["variant"]
    return [
        (
            f"Variant {variant}: {verdicts['description']}. Temperatures and energies are in units "
            "of the mean transition energy; dT is the temperature of the hotter bath above that of "
            "the other."
        ),
        "",
        (
            f"Of {claims.total()} claims {_counted(claims)}. Of {equations.total()} numbered "
            f"equations {_counted(equations)}. All numbers are computed; "
            f"results/{variant}/claims.json holds them with quantities, regions and tolerances."
        ),
        "",
    ]


#: Each verdict, as the verb of one and of several.
VERBS = {
    "holds": ("holds", "hold"),
    "holds in part": ("holds in part", "hold in part"),
    "fails": ("fails", "fail"),
    "not applicable": ("does not apply", "do not apply"),
    "confirmed": ("is confirmed", "are confirmed"),
    "definition": ("is a definition", "are definitions"),
    "differs": ("differs from what is printed", "differ from what is printed"),
}


def _counted(counter: Counter[str]) -> str:
    return ", ".join(
        f"{counter[verdict]} {verbs[counter[verdict] > 1]}"
        for verdict, verbs in VERBS.items()
        if counter[verdict]
    )


def _claim_rows(verdicts: Verdicts) -> Iterable[Sequence[str]]:
    for claim in verdicts["claims"]:
        yield (
            str(claim["claim"]),
            claim["statement"],
            f"**{claim['verdict']}**",
            claim["holds_for"],
            claim["counterexample"],
            claim["where"],
        )


def _differing_rows(verdicts: Verdicts) -> Iterable[Sequence[str]]:
    for equation in verdicts["equations"]:
        if equation["verdict"] == "differs":
            numbers = equation["numbers"]
            yield (
                equation["id"],
                equation["printed"],
                equation["right"],
                equation["changes"],
                f"{_digits(numbers['printed_value'])}, {_digits(numbers['right_value'])}",
            )


def _digits(value: float) -> str:
    """Four digits; what a quadrature leaves of zero differs from machine to machine."""
    return "0" if abs(value) < 1e-11 else f"{value:.4g}"


def _confirmed_rows(verdicts: Verdicts) -> Iterable[Sequence[str]]:
    for equation in verdicts["equations"]:
        if equation["verdict"] != "differs":
            # Rounding differs from machine to machine: only the tolerance that it meets is said.
            tolerance = equation["tolerance"]
            yield (
                equation["id"],
                equation["statement"],
                equation["verdict"],
                "" if tolerance is None else f"< {tolerance:.0e}",
                equation["how"],
            )


def _reliability_rows(verdicts: Verdicts) -> Iterable[Sequence[str]]:
    for row in verdicts["reliability"]:
        yield row["question"], row["answer"]


def _markdown_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(columns)} |"
    yield f"|{'---|' * len(columns)}"
    for row in rows:
        # A bar would end the cell.
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"
    yield ""


def _html_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"<table><tr>{''.join(f'<th>{escape(column)}</th>' for column in columns)}</tr>"
    for row in rows:
        cells = (escape(cell.strip("*")) for cell in row)
        yield f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
    yield "</table>"
