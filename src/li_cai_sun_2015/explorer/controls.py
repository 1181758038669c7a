"""Sliders and fields of the explorer, from the models of a variant's keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotated_types import Ge, Gt, Le

from li_cai_sun_2015.configuration.parts import ShapeChoice, section_model, shape_model
from paper_replication.models import Place, fields
from steady_coherence.parameters import Parameter

#: Shapes of curves that the engine of the page has, with values to start from.
SHAPES: dict[str, dict[str, float]] = {
    "flat": {"strength": 0.01},
    "ohmic": {"strength": 0.02, "exponent": 1.0, "cutoff": 2.0},
    "lorentzian": {"strength": 0.02, "center": 1.0, "width": 0.03},
    "constant": {"value": 1.0},
}


@dataclass(frozen=True)
class Number:
    """A number that may be moved."""

    key: str  # dotted
    label: str  # beside the slider, with mathematics as `Mathematics` takes it
    meaning: str  # for a tooltip and for what reads the page aloud
    #: How the slider runs: "even", from `least` to `most`; "angle", once around; "few", from 0 on;
    #: in "powers" of ten; or from minus to plus, finest at zero, "both_signs".
    scale: str
    least: float | None = None
    most: float | None = None
    above: bool = False  # whether `least` itself is not allowed
    expected: str = ""  # the range in words
    shapes: tuple[str, ...] = ()  # of the curve to which it belongs, if it is a parameter of one


@dataclass(frozen=True)
class Group:
    """Numbers that belong together under a dotted key: a section, a bath, or a curve.

    A section has groups for its baths, a bath for its curves; a curve has the shapes that it may
    have and a label, with mathematics as `Mathematics` takes it.
    """

    key: str
    numbers: Sequence[Number]
    groups: Sequence[Group] = ()
    shapes: Sequence[str] = ()
    label: str = ""


def section_group(section: str) -> Group:
    """Return all that may be moved of a section of a variant, three_level or coupled_tls."""
    places = fields(section_model(section))
    baths = places.pop("baths").inner({})
    for left_out in ("distributions", "temperature", "temperature_difference"):
        places.pop(left_out)
    groups = [_group(f"{section}.baths.{name}", place) for name, place in baths.items()]
    return Group(section, [*_numbers(section, places)], groups)


def _numbers(above: str, places: Mapping[str, Place]) -> Iterator[Number]:
    for name, place in places.items():
        key, inner = f"{above}.{name}", place.inner({})
        yield from _numbers(key, inner) if inner else [_number(key, place)]


def _group(key: str, place: Place) -> Group:
    """Group of a curve, or of a bath of several."""
    if place.note(ShapeChoice):
        return _curve(key, place)
    inner = place.inner({})
    curves = {name: one for name, one in inner.items() if one.note(ShapeChoice)}
    numbers = {name: one for name, one in inner.items() if name not in curves}
    groups = [_group(f"{key}.{name}", one) for name, one in curves.items()]
    return Group(key, [*_numbers(key, numbers)], groups)


def _curve(key: str, place: Place) -> Group:
    registry = place.note(ShapeChoice).registry
    kinds = {name: kind for name, kind in registry.items() if name in SHAPES}
    found: dict[str, dict[str, Place]] = {}
    for shape, kind in kinds.items():
        for name, one in fields(shape_model(kind)).items():
            if name != "shape":
                found.setdefault(name, {})[shape] = one
    numbers = [
        _number(f"{key}.{name}", next(iter(places.values())), tuple(places))
        for name, places in found.items()
    ]
    return Group(key, numbers, shapes=tuple(kinds), label=_symbol(place))


def _number(key: str, place: Place, shapes: tuple[str, ...] = ()) -> Number:
    least, above = None, False
    for kind in (Ge, Gt):
        if note := place.note(kind):
            least, above = float(getattr(note, kind.__name__.lower())), kind is Gt
    most = float(place.note(Le).le) if place.note(Le) else None
    label = _symbol(place) or key.rpartition(".")[2]
    scale = _scale(place.note(Parameter).unit, least, most)
    return Number(key, label, place.description, scale, least, most, above, place.words, shapes)


def _scale(unit: str, least: float | None, most: float | None) -> str:
    if unit == "radian":
        return "angle"
    if least is None:
        return "both_signs"
    if most is None:
        return "few" if unit == "1" else "powers"
    return "even"


def _symbol(place: Place) -> str:
    """Symbol of a parameter, as `Mathematics` reads it; empty if it has none."""
    symbol: str = place.note(Parameter).symbol
    for old, new in ((r"\varepsilon", "eps"), (r"\arg", "arg "), ("\\", ""), ("{", ""), ("}", "")):
        symbol = symbol.replace(old, new)
    return symbol.strip("()")
