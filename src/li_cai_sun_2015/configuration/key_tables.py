"""The tables of keys in config/README.md, from the models.

python -m li_cai_sun_2015.configuration.key_tables config/README.md
"""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from li_cai_sun_2015.configuration.parts import Bath, Range, Values, section_model, shape_model
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.configuration.variant_model import Sweep, SweepFigure, variant_model
from paper_replication.models import Choice, Model, Place, fields
from paper_replication.run_configuration import RunConfiguration
from steady_coherence import DISTRIBUTIONS, SPECTRA, WEIGHT_FACTORS

#: Models with a table of their own.
ONE_BY_ONE = (Bath, Range, Sweep)


def documented(text: str, folder: str | Path) -> str:
    """Put the tables of keys into a Markdown text, with the defaults of paper.yaml in a folder.

    Each table stands between ``<!-- NAME -->`` and ``<!-- end -->``.
    """
    paper = load_variant("paper", folder).resolved()
    left_bath = fields(section_model("three_level"))["baths"].inner({})["left"].kind
    tables = {
        "run": _keys(RunConfiguration),
        "variant": _keys_and_defaults(paper),
        "bath": _keys(left_bath),
        "spectra": _shapes(SPECTRA),
        "weight factors": _shapes(WEIGHT_FACTORS),
        "distributions": _shapes(DISTRIBUTIONS),
        "axes": [*_keys(Range), *_keys(Values)],
        "sweep": _keys(Sweep, "sweep."),
        "figure": [row[:2] for row in _keys(SweepFigure)],
    }
    for name, rows in tables.items():
        begin, end = f"<!-- {name} -->\n", "<!-- end -->"
        before, _, rest = text.partition(begin)
        text = f"{before}{begin}\n{_table([*rows])}\n{end}{rest.partition(end)[2]}"
    return text


def _table(rows: list[list[str]]) -> str:
    titles = ["key", "meaning", "allowed", "default"][: len(rows[0])]
    lines = [titles, ["---"] * len(titles), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines).replace("  |", " |")


def _keys(model: Any, above: str = "") -> Iterator[list[str]]:
    """Rows of a model's keys, without those inside."""
    for name, place in fields(model).items():
        yield [f"`{above}{name}`", _said(place), place.words]


def _keys_and_defaults(paper: Mapping[str, Any]) -> Iterator[list[str]]:
    """Rows of all keys of a variant but those of a bath, an axis, a curve and a sweep."""

    def rows(place: Place, default: Any, key: str) -> Iterator[list[str]]:
        yield [f"`{key}`", _said(place), place.words, _shown(default)]
        kind: Any = None if place.note(Choice) else place.kind
        is_model = isinstance(kind, type) and issubclass(kind, Model)
        if default and is_model and not issubclass(kind, ONE_BY_ONE):
            for name, inner in fields(kind).items():
                yield from rows(inner, default.get(name), f"{key}.{name}")

    for name, place in fields(variant_model()).items():
        yield from rows(place, paper.get(name), name)


def _said(place: Place) -> str:
    return place.description.replace("|", r"\|")


def _shown(default: Any) -> str:
    """Default in the paper's file, as far as it is short."""
    match default:
        case {"points": points, "start": start, "stop": stop}:
            return f"{start} to {stop}, {points} points"
        case {"shape": shape, **parameters}:
            return ", ".join([shape, *map(str, parameters.values())])
        case dict():
            return ""
        case bool():
            return str(default).lower()
        case list():
            return "all"
    return str("none" if default is None else default)


def _shapes(registry: Mapping[str, Any]) -> Iterator[list[str]]:
    for name, kind in registry.items():
        title = (kind.__doc__ or "").partition("\n")[0].strip().rstrip(".")
        yield [f"`shape: {name}`", title, ""]
        yield from list(_keys(shape_model(kind)))[1:]


if __name__ == "__main__":
    readme = Path(sys.argv[1])
    readme.write_text(documented(readme.read_text("utf-8"), readme.parent / "variants"), "utf-8")
