"""Views that the explorer opens with: the paper's figures, the variants, the findings' cases."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import reduce
from typing import Any

from li_cai_sun_2015.catalogue import SECTIONS
from li_cai_sun_2015.configuration.parts import Range
from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.explorer.controls import SHAPES
from li_cai_sun_2015.findings import SYMBOLS
from steady_coherence.javascript import SYSTEMS
from steady_coherence.systems import SYSTEMS as ENTRIES


@dataclass(frozen=True)
class Preset:
    """A view under a name for the address, with a title in a group of the list.

    It holds system, equation, what is drawn, the chosen point, and the sections of a variant, of
    which sentences say what the page does not show.
    """

    name: str
    group: str
    title: str
    view: dict[str, Any]
    left_out: list[str]


def presets(
    variant: Variant, verdicts: Mapping[str, Any], paper: Variant, others: Iterable[Variant]
) -> list[Preset]:
    """List all views of the page of a variant, by its claims.json; its own view is the first.

    Of the paper's variant there are those of Fig. 3.
    """
    found = [] if variant.name == "paper" else [_of_variant(variant, "This variant")]
    for panel, system in (("a", "lambda"), ("b", "v")):
        title = f"Fig. 3({panel}): {symbol(system)}"
        found.append(_preset(paper, f"fig3{panel}", "The paper", title, system))
    found += [
        _of_variant(other, "Other variants")
        for other in others
        if other.name not in (variant.name, "paper")
    ]
    examples = {claim["claim"]: claim["example"] for claim in verdicts["claims"]}
    found += [_example(variant, *each) for each in examples.items() if each[1]]
    return found


def _preset(variant: Variant, name: str, group: str, title: str, system: str) -> Preset:
    shown, left_out = sections(variant)
    return Preset(name, group, title, _view(shown, system), left_out)


def _of_variant(variant: Variant, group: str) -> Preset:
    title = f"{variant.name}: {variant.description}"
    return _preset(variant, variant.name, group, title, "lambda")


def _example(variant: Variant, number: int, example: Mapping[str, Any]) -> Preset:
    """View of the example that a verdict names, which is in units of the mean energy."""
    shown, left_out = sections(variant)
    system = example["system"]
    section = shown[SECTIONS[system]]
    unit = float(variant.level_system(system).transition_energies.mean())
    for key, value in example["changes"].items():
        part, last = _place(section, key)
        part[last] = _scaled(value, last, unit)
    for key, factor in example["factors"].items():
        part, last = _place(section, key)
        part[last] *= factor
    at = {name: unit * example[name] for name in ("temperature", "temperature_difference")}
    section |= _axes_around(at["temperature"], at["temperature_difference"], section)
    view = _view(shown, system) | {
        "equation": example["equation"],
        "beside": "secular" if example["equation"] == "nonsecular" else "nonsecular",
        "quantity": example["quantity"],
        "scale": example["scale"],
        "point": at,
    }
    words = " ".join(SYMBOLS.get(word, word) for word in example["shows"].split())
    title = f"Claim {number}: {words}"
    return Preset(f"claim-{number}", "From the findings", title, view, left_out)


def _place(section: dict[str, Any], key: str) -> tuple[dict[str, Any], str]:
    """Mapping in which the last name of a dotted key stands, and that name."""
    *above, last = key.split(".")
    return reduce(dict.__getitem__, above, section), last


def _scaled(value: Any, name: str, unit: float) -> Any:
    """Change of an example in the unit of a variant: of energies only."""
    if isinstance(value, dict):
        return {inner: _scaled(each, inner, unit) for inner, each in value.items()}
    return value if name in ("shape", "value", "cross_phase") else value * unit


def _axes_around(
    temperature: float, difference: float, section: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Axes of a map on which a point can be seen, with both temperatures 0 or above."""
    axes = {name: dict(section[name]) for name in ("temperature", "temperature_difference")}
    along_t, along_d = axes.values()
    if difference < 0.0:
        along_d |= {"start": difference, "stop": 0.0}
    elif not 0.1 * along_d["stop"] <= difference <= along_d["stop"]:
        along_d |= {"start": 0.0, "stop": 4.0 * difference}
    along_d["start"] = max(along_d["start"], -temperature)
    lowest = max(0.0, -along_d["start"])
    along_t["start"] = max(lowest, min(along_t["start"], temperature))
    along_t["stop"] = max(along_t["stop"], 2.0 * temperature, 2.0 * lowest)
    return axes


def _view(shown: Mapping[str, Any], system: str) -> dict[str, Any]:
    section = shown[SECTIONS[system]]
    axes = (("temperature", 0.25), ("temperature_difference", 0.75))
    return {
        "system": system,
        "equation": "nonsecular",
        "beside": "secular",
        "quantity": "coherence",
        "scale": "linear",
        "two_maps": False,
        "point": {name: _along(section[name], part) for name, part in axes},
        **deepcopy(dict(shown)),
    }


def _along(axis: Mapping[str, Any], part: float) -> float:
    """Point of an axis, at a part of its length."""
    points = Range(**axis).array
    return float(points[int(part * (len(points) - 1))])


def sections(variant: Variant) -> tuple[dict[str, Any], list[str]]:
    """Sections of a variant as the page can show them, and a sentence on each thing left out.

    They are as in results/NAME/configuration.json; a curve of a shape that the page does not have
    is one number there, its value at the mean transition energy, and an axis is even.
    """
    resolved, shown, left_out = variant.resolved(), {}, []
    for name in dict.fromkeys(SECTIONS[system] for system in SYSTEMS):
        section = resolved[name]
        for axis in ("temperature", "temperature_difference"):
            values = section[axis].get("values")
            if values:
                section[axis] = {"start": values[0], "stop": values[-1], "points": len(values)}
                left_out.append(f"{name}.{axis} lists its values; here it runs evenly.")
        section.pop("distributions", None)
        left_out += [
            f"{name}.distributions.{bath} is {one.shape}; here the bath holds bosons."
            for bath, one in variant.sections[name].unusual.items()
        ]
        system = next(system for system in SYSTEMS if SECTIONS[system] == name)
        mean = float(variant.level_system(system).transition_energies.mean())
        for key, curve in variant.sections[name].baths.curves.items():
            part, last = _place(section["baths"], key)
            shape = part[last]["shape"]
            if shape not in SHAPES:
                value = float(curve(mean))
                left_out.append(
                    f"{name}.baths.{key} is {shape}; here it has its value at the mean "
                    f"transition energy, {value:.3g}, everywhere."
                )
                kind, of = (
                    ("constant", "value") if last == "weight_factor" else ("flat", "strength")
                )
                part[last] = {"shape": kind, of: value}
        shown[name] = section
    further = (ENTRIES[name].title for name in variant.systems if name not in SYSTEMS)
    left_out += [f"The {title} system is not here." for title in further]
    if variant.lamb_shift_sections:
        left_out.append("The equation with principal values is not here.")
    return shown, left_out


def symbol(system: str) -> str:
    """Name of a level system on the page."""
    title = ENTRIES[system].title
    return SYMBOLS.get(title, title)
