"""Page of variants side by side: what they differ in, what comes out, and which verdicts change."""

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paper_replication.findings import CLAIMS, Page, Verdicts, parts, verdict
from paper_replication.models import Model, Place, leaves
from paper_replication.pages import environment
from paper_replication.provenance import UNRECORDED, Provenance

#: What stands where a variant has no such key or quantity.
NONE = "–"
#: A list of numbers that is longer is told by its ends.
LONGEST_LIST = 6
#: Keys of a variant that are no setting.
WORDS = ("name", "description")
#: Keys of a claim that say why its verdict is what it is.
SAID = ("holds_for", "counterexample", "remark")


@dataclass(frozen=True)
class Row:
    """A quantity, or a dotted key with its meaning and unit, and a text for each variant."""

    name: str
    values: Sequence[str]
    title: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Picture:
    """A picture with a title, a text for those who do not see it, and the bytes of a PNG."""

    title: str
    alternative: str
    png: bytes

    @property
    def address(self) -> str:
        """The picture as an address that holds it."""
        return f"data:image/png;base64,{b64encode(self.png).decode('ascii')}"


@dataclass(frozen=True)
class Group:
    """Pictures that belong together, with a heading and a note."""

    title: str
    note: str
    pictures: Sequence[Picture]


@dataclass(frozen=True)
class Comparison:
    """A paper's account of some variants."""

    models: Sequence[Model]  #: the variants
    units: Mapping[str, str]  #: symbols of units that fields name; others are shown as they are
    quantity: str  #: what kind of thing came out
    quantities: Sequence[Row]  #: each of it
    groups: Sequence[Group]  #: pictures
    remarks: Sequence[str] = ()  #: sentences at the top


def html(
    page: Page, comparison: Comparison, verdicts: Sequence[Verdicts], made: Provenance = UNRECORDED
) -> str:
    """Comparison as a page that needs nothing else; each variant has its verdicts."""
    templates = environment(page.names)
    templates.filters["parts"] = parts
    rows = list(zip(*(each["claims"] for each in verdicts), strict=True))
    changed = [row for row in rows if len({claim["verdict"] for claim in row}) > 1]
    return templates.get_template("comparison.html").render(
        page=page,
        made=made,
        names=[each["variant"] for each in verdicts],
        variants=[(each, verdict(each)) for each in verdicts],
        comparison=comparison,
        differences=[*differences(comparison)],
        claims=rows,
        changed=changed,
        moved=[
            row
            for row in rows
            if row not in changed and any(one[key] != row[0][key] for one in row for key in SAID)
        ],
        marks=CLAIMS,
        numbers=_numbers,
        none=NONE,
    )


def _numbers(row: Sequence[Mapping[str, Any]]) -> Iterator[Row]:
    """Numbers behind the verdicts on a claim that differ between variants."""
    for name in dict.fromkeys(name for claim in row for name in claim["numbers"]):
        values = [claim["numbers"].get(name) for claim in row]
        if len(set(values)) > 1:
            texts = [NONE if value is None else f"{value:.4g}" for value in values]
            yield Row(name.replace("_", " "), texts)


def differences(comparison: Comparison) -> Iterator[Row]:
    """Keys in which the configurations, models of one type, differ, in the order of the model.

    Parameters of a curve that another variant does not have are missing there.
    """
    found: list[dict[str, Any]] = []
    about: dict[str, list[tuple[Place, ...]]] = {}
    for model in comparison.models:
        found.append({})
        for keys, places, value in leaves(Place.of(type(model)), model):
            found[-1][".".join(keys)] = value
            about.setdefault(".".join(keys), []).append(places)
    for key in sorted(about, key=_in_order([*about])):
        values = [each.get(key) for each in found]
        if key in WORDS or all(value == values[0] for value in values):
            continue
        texts = [_in_words(value) for value in values]
        if len(set(texts)) == 1:  # long lists with the same ends
            texts = [_in_words(value, None) for value in values]
        titles = dict.fromkeys(places[-1].description for places in about[key])
        yield Row(key, texts, "; or ".join(titles), _unit(about[key][0], comparison.units))


def _in_order(keys: Sequence[str]) -> Any:
    """Order in which a key that only a later variant has stands beside those of its kind."""
    first: dict[str, int] = {}
    for place, key in enumerate(keys):
        above = key.rpartition(".")[0]
        first.setdefault(above, place)
    return lambda key: (first[key.rpartition(".")[0]], keys.index(key))


def _unit(places: Sequence[Place], symbols: Mapping[str, str]) -> str:
    """Unit of a number: that of its own field, or of the nearest one around it."""
    if places[-1].kind is not float and "list" not in str(places[-1].kind):
        return ""
    notes = (note for place in reversed(places) for note in place.notes)
    unit = next((note.unit for note in notes if hasattr(note, "unit")), "")
    return symbols.get(unit, unit)


def _in_words(value: Any, longest: int | None = LONGEST_LIST) -> str:
    """Value in as many digits as it has, a list that is longer than some by its ends."""
    if value is None or isinstance(value, str):
        return value or NONE
    if isinstance(value, (list, tuple)):
        if longest and len(value) > longest:
            return f"{len(value)} values, {value[0]} to {value[-1]}"
        return ", ".join(map(_in_words, value))
    return json.dumps(value, ensure_ascii=False, default=lambda model: model.model_dump())
