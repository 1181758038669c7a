"""The configuration: what is accepted, how it merges, and that every mistake gets its one line."""

from __future__ import annotations

import copy
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, get_args

import numpy as np
import pytest
import yaml
from annotated_types import Ge, Gt
from hypothesis import given
from hypothesis import strategies as st

import shipped
from drawn_at_random import examples
from li_cai_sun_2015.configuration.key_tables import documented
from li_cai_sun_2015.configuration.parts import AxisChoice, ShapeChoice, shape_model
from li_cai_sun_2015.configuration.tables import TableError, read_table
from li_cai_sun_2015.configuration.variant import (
    ConfigurationError,
    Variant,
    load_variant,
    merge,
)
from li_cai_sun_2015.configuration.variant_model import variant_model
from paper_replication.models import Choice, Model, Place, fields
from paper_replication.run_configuration import RunConfiguration, load_configuration
from steady_coherence.distributions import DISTRIBUTIONS
from steady_coherence.parameters import Parameter
from steady_coherence.spectra import SPECTRA, Shape
from steady_coherence.steady_states import steady_states
from steady_coherence.systems import SYSTEMS as LEVEL_SYSTEMS
from steady_coherence.systems import LevelSystem, SystemEntry, Transition
from steady_coherence.weight_factors import WEIGHT_FACTORS

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "config" / "variants"
README = (ROOT / "config" / "README.md").read_text(encoding="utf-8")
PAPER: dict[str, Any] = yaml.safe_load((FOLDER / "paper.yaml").read_text(encoding="utf-8"))

LEFT = "three_level.baths.left"
SPECTRUM = f"{LEFT}.transition_1"
WEIGHT = f"{LEFT}.weight_factor"
TLS_BATH = "coupled_tls.baths.1"
AXIS = "three_level.temperature"
DIFFERENCE = "three_level.temperature_difference"


def nested(key: str, text: str) -> str:
    """YAML that says `text` at a dotted key."""
    for part in reversed(key.split(".")):
        text = f"{{{part}: {text}}}"
    return text


def at(data: Any, key: str) -> Any:
    """What stands at a dotted key."""
    for part in key.split("."):
        data = data[part]
    return data


def dotted_keys(data: Any, above: str = "") -> list[str]:
    """Every dotted key of a mapping, of mappings and of leaves."""
    if not isinstance(data, dict):
        return []
    return [
        key
        for name, inner in data.items()
        for key in [f"{above}{name}", *dotted_keys(inner, f"{above}{name}.")]
    ]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of variants with only paper.yaml in it, which is the working directory too."""
    shutil.copy(FOLDER / "paper.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def load(folder: Path, text: str | bytes, name: str = "mine") -> dict[str, Any]:
    content = text if isinstance(text, bytes) else text.encode()
    (folder / f"{name}.yaml").write_bytes(content)
    return load_variant(name, folder=folder).resolved()


def message_of(folder: Path, text: str | bytes, name: str = "mine") -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(folder, text, name)
    message = str(caught.value)
    assert message.splitlines() == [message]
    assert message.isprintable()
    assert message.startswith(f"variant {name} ({folder / name}.yaml): ")
    assert len(message) <= 1000
    return message


# What is accepted --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", shipped.VARIANTS)
def test_variants_of_the_project_are_valid(name: str) -> None:
    variant = load_variant(name, folder=FOLDER)
    configuration = variant.resolved()
    assert json.loads(json.dumps(configuration)) == configuration
    assert configuration.keys() - {"name", "systems", "sweep"} == {str(key) for key in PAPER}
    assert Variant.from_resolved(configuration) == variant
    assert Variant.from_resolved(configuration).name == name


def test_paper_holds_the_numbers_of_the_paper() -> None:
    three_level = load_variant("paper", folder=FOLDER).resolved()["three_level"]
    assert three_level["mean_energy"] == 1.0
    assert three_level["energy_difference"] == {"lambda": 0.01, "v": -0.01, "xi": 0.01}
    strengths = {
        (side, number): three_level["baths"][side][f"transition_{number}"]
        for side in ("left", "right")
        for number in (1, 2)
    }
    assert strengths == {
        ("left", 1): {"shape": "flat", "strength": 0.01},
        ("left", 2): {"shape": "flat", "strength": 0.02},
        ("right", 1): {"shape": "flat", "strength": 0.02},
        ("right", 2): {"shape": "flat", "strength": 0.01},
    }


@pytest.mark.parametrize("shapes", ["distinct_shapes", "shared_shape"])
def test_figure_4_has_the_inequalities_of_its_sketches(shapes: str) -> None:
    def height(side: str, number: int, energy: float) -> float:
        curve = PAPER["figure_4"][shapes][side][f"transition_{number}"]
        detuning = (energy - curve["center"]) / curve["width"]
        return float(curve["strength"] / (1.0 + detuning**2))

    assert height("left", 1, 1.005) < height("right", 1, 1.005)
    assert height("left", 2, 0.995) > height("right", 2, 0.995)
    for side in ("left", "right"):
        bath = PAPER["figure_4"][shapes][side]
        assert (bath["transition_1"] == bath["transition_2"]) == (shapes == "shared_shape")


GOOD = [
    (SPECTRUM, "{strength: 1e-3}", {"shape": "flat", "strength": 0.001}),
    (SPECTRUM, "{strength: +1.5E-3}", {"shape": "flat", "strength": 0.0015}),
    (SPECTRUM, "{strength: .5}", {"shape": "flat", "strength": 0.5}),
    (SPECTRUM, "{strength: 010}", {"shape": "flat", "strength": 10}),
    (SPECTRUM, "{shape: flat, strength: 0}", {"shape": "flat", "strength": 0}),
    (
        SPECTRUM,
        "{shape: ohmic, strength: 1, exponent: 0, cutoff: 2}",
        {"shape": "ohmic", "strength": 1, "exponent": 0, "cutoff": 2},
    ),
    (WEIGHT, "{value: 0}", {"shape": "constant", "value": 0}),
    (
        WEIGHT,
        "{shape: isotropic, dimension: 2, distance: 0, speed: 3}",
        {"shape": "isotropic", "dimension": 2, "distance": 0, "speed": 3, "dipole": "none"},
    ),
    (LEFT + ".cross_phase", "-7.5", -7.5),
    ("coupled_tls.coupling", "-0.05", -0.05),
    ("coupled_tls.coupling", "0", 0),
    (TLS_BATH, "{strength: 0.3}", {"shape": "flat", "strength": 0.3}),
    (AXIS, "{points: 3}", {"start": 0.02, "stop": 2.0, "points": 3}),
    (AXIS, "{start: 1.0, stop: 1.0, points: 1}", {"start": 1.0, "stop": 1.0, "points": 1}),
    (AXIS, "{values: [0, 0.5, 1]}", {"values": [0, 0.5, 1]}),
    (DIFFERENCE, "{values: [-0.02]}", {"values": [-0.02]}),
    ("description", "Überlagerung", "Überlagerung"),
    ("description", "x" * 1000, "x" * 1000),
]


@pytest.mark.parametrize(("key", "text", "expected"), GOOD)
def test_override(folder: Path, key: str, text: str, expected: Any) -> None:
    configuration = load(folder, nested(key, text))
    assert at(configuration, key) == expected
    # The rest is the paper's.
    paper = load_variant("paper", folder=folder).resolved()
    for other in ("spectra", "figure_4"):
        assert configuration[other] == paper[other]


def test_ends_of_listed_points(folder: Path) -> None:
    (folder / "mine.yaml").write_text(nested(AXIS, "{values: [0, 0.5, 1]}"))
    assert load_variant("mine", folder=folder).three_level.temperature.ends == (0.0, 1.0)


def test_bath_numbers_may_be_quoted(folder: Path) -> None:
    plain = load(folder, "coupled_tls: {baths: {2: {strength: 0.3}}}")
    quoted = load(folder, 'coupled_tls: {baths: {"2": {strength: 0.3}}}')
    assert plain == quoted
    assert list(plain["coupled_tls"]["baths"]) == ["1", "2"]


def test_description_of_the_paper_is_not_inherited(folder: Path) -> None:
    assert (
        load(folder, nested(AXIS, "{points: 3}"))["description"] == "mine, a variant of the paper"
    )


FLAT = {"shape": "flat", "strength": 1.0}
RANGE = {"start": 0.0, "stop": 1.0, "points": 2}
MERGES = [
    ({"a": 1, "b": 2}, {"b": 3}, {"a": 1, "b": 3}),
    ({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}}, {"a": {"b": 1, "c": 3}}),
    ({"a": [1, 2]}, {"a": [3]}, {"a": [3]}),
    ({"a": {"b": 1}}, {"a": 2}, {"a": 2}),
    ({"a": 1}, {"b": {"c": 2}}, {"a": 1, "b": {"c": 2}}),
    (FLAT, {"strength": 2.0}, {"shape": "flat", "strength": 2.0}),
    (FLAT, {"shape": "ohmic", "cutoff": 2.0}, {"shape": "ohmic", "cutoff": 2.0}),
    (FLAT, {"shape": "flat"}, {"shape": "flat"}),
    (FLAT, {}, FLAT),
    (RANGE, {"points": 5}, {"start": 0.0, "stop": 1.0, "points": 5}),
    (RANGE, {"values": [1.0]}, {"values": [1.0]}),
    ({"values": [1.0]}, RANGE, RANGE),
    ({"values": [1.0]}, {"points": 5}, {"points": 5}),
    ({"values": [1.0]}, {"values": [2.0, 3.0]}, {"values": [2.0, 3.0]}),
    ({"values": [1.0]}, {}, {"values": [1.0]}),
]


@pytest.mark.parametrize(("old", "new", "expected"), MERGES)
def test_merge(old: Any, new: Any, expected: Any) -> None:
    before = copy.deepcopy((old, new))
    assert merge(old, new) == expected
    assert (old, new) == before


# Mistakes in a value: key, what stands there, key named in the error, what is shown ------------


def bad_numbers() -> list[tuple[str, str, str, str]]:
    """What is no number, at every number of paper.yaml."""
    numbers = [
        key
        for key in dotted_keys(PAPER_TEXT_KEYS)
        if isinstance(at(PAPER_TEXT_KEYS, key), (int, float)) and "_shape" not in key
    ]
    # Each number gets three of these, so that all of them meet all kinds of keys.
    wrong = [
        ("null", "null"),
        ("wrong", '"wrong"'),
        ("'0.1'", '"0.1"'),
        ("true", "true"),
        ("[1.0]", "[1.0]"),
        ("{a: 1}", '{"a": 1}'),
        (".nan", ".nan"),
        (".inf", ".inf"),
        ("-.INF", "-.INF"),
        ("1e999", "1e999"),
        ("1e-200", "1e-200"),
        ("NaN", '"NaN"'),
        ("1:30", '"1:30"'),
        ("1_000", '"1_000"'),
    ]
    chosen = [
        (key, wrong[(5 * index + k) % 14]) for k in range(3) for index, key in enumerate(numbers)
    ]
    return [(key, text, key, shown) for key, (text, shown) in chosen]


def with_text_keys(data: Any) -> Any:
    if isinstance(data, dict):
        return {str(key): with_text_keys(value) for key, value in data.items()}
    return data


PAPER_TEXT_KEYS = with_text_keys(PAPER)
MAPPINGS = [
    "three_level", "three_level.energy_difference", "three_level.baths", LEFT, SPECTRUM, WEIGHT,
    AXIS, DIFFERENCE, "coupled_tls", "coupled_tls.baths", TLS_BATH, "coupled_tls.temperature",
    "spectra", "spectra.frequency", "figure_4", "figure_4.distinct_shapes",
    "figure_4.shared_shape.right",
]  # fmt: skip
OHMIC = "shape: ohmic, strength: 0.1"
LORENTZ = "shape: lorentzian, strength: 0.1"
ATOMS = "shape: isotropic"
HUGE_LIST = f"[{', '.join(map(str, range(10_001)))}]"

BAD_VALUES = [
    *bad_numbers(),
    *[(key, "[1, 2]", key, "[1, 2]") for key in MAPPINGS],
    *[(key, "1.5", key, "1.5") for key in MAPPINGS],
    *[(key, "null", key, "null") for key in MAPPINGS],
    # Below or above what is allowed.
    ("three_level.mean_energy", "0", "three_level.mean_energy", "0"),
    ("three_level.mean_energy", "-1.0", "three_level.mean_energy", "-1.0"),
    ("coupled_tls.frequency_1", "0.0", "coupled_tls.frequency_1", "0.0"),
    ("coupled_tls.frequency_2", "-2", "coupled_tls.frequency_2", "-2"),
    (SPECTRUM, "{strength: -0.1}", f"{SPECTRUM}.strength", "-0.1"),
    (TLS_BATH, "{strength: -1e-9}", f"{TLS_BATH}.strength", "-1e-09"),
    (
        WEIGHT,
        f"{{{ATOMS}, dimension: 2, distance: 1, speed: 1, dipole: parallel}}",
        f"{WEIGHT}.dipole",
        '"parallel", expected none unless dimension is 3',
    ),
    (
        WEIGHT,
        f"{{{ATOMS}, dimension: 3, distance: 1, speed: 1, dipole: along}}",
        f"{WEIGHT}.dipole",
        '"along", expected one of none, perpendicular, parallel',
    ),
    (SPECTRUM, f"{{{OHMIC}, exponent: -1, cutoff: 1}}", f"{SPECTRUM}.exponent", "-1"),
    (SPECTRUM, f"{{{OHMIC}, exponent: 1, cutoff: 0}}", f"{SPECTRUM}.cutoff", "0"),
    (SPECTRUM, f"{{{LORENTZ}, center: 0, width: 1}}", f"{SPECTRUM}.center", "0"),
    (SPECTRUM, f"{{{LORENTZ}, center: 1, width: 0}}", f"{SPECTRUM}.width", "0"),
    (SPECTRUM, f"{{{LORENTZ}, center: 1, width: -0.1}}", f"{SPECTRUM}.width", "-0.1"),
    (WEIGHT, "{value: 1.1}", f"{WEIGHT}.value", "1.1"),
    (WEIGHT, "{value: -0.1}", f"{WEIGHT}.value", "-0.1"),
    (WEIGHT, f"{{{ATOMS}, dimension: 4, distance: 1, speed: 1}}", f"{WEIGHT}.dimension", "4"),
    (WEIGHT, f"{{{ATOMS}, dimension: 0, distance: 1, speed: 1}}", f"{WEIGHT}.dimension", "0"),
    (WEIGHT, f"{{{ATOMS}, dimension: 1.0, distance: 1, speed: 1}}", f"{WEIGHT}.dimension", "1.0"),
    (WEIGHT, f"{{{ATOMS}, dimension: true, distance: 1, speed: 1}}", f"{WEIGHT}.dimension", "true"),
    (WEIGHT, f"{{{ATOMS}, dimension: 3, distance: -1, speed: 1}}", f"{WEIGHT}.distance", "-1"),
    (WEIGHT, f"{{{ATOMS}, dimension: 3, distance: 1, speed: 0}}", f"{WEIGHT}.speed", "0"),
    ("figure_4.temperature", "-1.0", "figure_4.temperature", "-1.0"),
    # Shapes.
    (SPECTRUM, "{shape: lorentzain}", f"{SPECTRUM}.shape", "did you mean 'lorentzian'?"),
    (SPECTRUM, "{shape: constant, value: 1}", f"{SPECTRUM}.shape", '"constant"'),
    (SPECTRUM, "{shape: 3}", f"{SPECTRUM}.shape", "3"),
    (SPECTRUM, "{shape: []}", f"{SPECTRUM}.shape", "[]"),
    (WEIGHT, "{shape: flat, strength: 1}", f"{WEIGHT}.shape", '"flat"'),
    (SPECTRUM, "{shape: flat}", f"{SPECTRUM}.strength", "is missing, expected a number >= 0"),
    (SPECTRUM, f"{{{OHMIC}, exponent: 1}}", f"{SPECTRUM}.cutoff", "is missing"),
    (SPECTRUM, f"{{{LORENTZ}, center: 1}}", f"{SPECTRUM}.width", "is missing"),
    (SPECTRUM, "{shape: tabulated}", f"{SPECTRUM}.file", "is missing"),
    (SPECTRUM, "{shape: tabulated, file: 3}", f"{SPECTRUM}.file", "3"),
    (SPECTRUM, "{shape: tabulated, file: ''}", f"{SPECTRUM}.file", '""'),
    (WEIGHT, f"{{{ATOMS}, dimension: 3, distance: 1}}", f"{WEIGHT}.speed", "is missing"),
    (SPECTRUM, "{center: 1.0}", f"{SPECTRUM}.center", "is not a known key"),
    (
        SPECTRUM,
        f"{{{LORENTZ}, center: 1, width: 1, cutoff: 1}}",
        f"{SPECTRUM}.cutoff",
        "not a known",
    ),
    (
        SPECTRUM,
        "{shape: lorentzian, strength: 1, centre: 1, width: 1}",
        f"{SPECTRUM}.centre",
        "'center'",
    ),
    # Axes.
    (AXIS, "{points: 0}", f"{AXIS}.points", "0"),
    (AXIS, "{points: -5}", f"{AXIS}.points", "-5"),
    (AXIS, "{points: 12.0}", f"{AXIS}.points", "12.0"),
    (AXIS, "{points: 100001}", f"{AXIS}.points", "100001"),
    (AXIS, "{points: 1e9}", f"{AXIS}.points", "1000000000.0"),
    (AXIS, "{start: -0.1}", f"{AXIS}.start", "-0.1"),
    (AXIS, "{stop: -1}", f"{AXIS}.stop", "-1"),
    (AXIS, "{start: 3.0}", f"{AXIS}.stop", "2.0, expected more than start, 3.0"),
    (AXIS, "{start: 2.0}", f"{AXIS}.stop", "2.0"),
    (AXIS, "{step: 0.1}", f"{AXIS}.step", "did you mean 'stop'?"),
    (AXIS, "{values: []}", f"{AXIS}.values", "[]"),
    (AXIS, "{values: 1.0}", f"{AXIS}.values", "1.0"),
    (AXIS, "{values: {a: 1}}", f"{AXIS}.values", '{"a": 1}'),
    (AXIS, "{values: [1.0, two]}", f"{AXIS}.values[1]", '"two"'),
    (AXIS, "{values: [1.0, null]}", f"{AXIS}.values[1]", "null"),
    (AXIS, "{values: [1.0, .nan]}", f"{AXIS}.values[1]", ".nan"),
    (AXIS, "{values: [[1.0]]}", f"{AXIS}.values[0]", "[1.0]"),
    (AXIS, "{values: [-0.5, 1.0]}", f"{AXIS}.values[0]", "-0.5"),
    (AXIS, "{values: [1.0, 1.0]}", f"{AXIS}.values[1]", "1.0"),
    (AXIS, "{values: [1.0, 3.0, 2.0]}", f"{AXIS}.values[2]", "2.0"),
    (AXIS, "{values: [1.0], points: 3}", f"{AXIS}.points", "is not a known key"),
    pytest.param(AXIS, f"{{values: {HUGE_LIST}}}", f"{AXIS}.values", "[0, 1, 2", id="huge list"),
    ("spectra.frequency", "{start: 0}", "spectra.frequency.start", "0"),
    ("spectra.frequency", "{start: 1.1}", "spectra.frequency.stop", "1.1"),
    ("spectra.frequency", "{values: [1.0]}", "spectra.frequency.values", "is not a known key"),
    # Relations.
    (DIFFERENCE, "{start: -0.03}", DIFFERENCE, "-0.03"),
    (DIFFERENCE, "{values: [-1, 0]}", DIFFERENCE, "-1"),
    (
        "coupled_tls.temperature_difference",
        "{start: -1}",
        "coupled_tls.temperature_difference",
        "-1",
    ),
    ("figure_4.temperature_difference", "-1.5", "figure_4.temperature_difference", "-1.5"),
    ("three_level.energy_difference.lambda", "2.0", "three_level.energy_difference.lambda", "2.0"),
    ("three_level.energy_difference.v", "-2.5", "three_level.energy_difference.v", "-2.5"),
    ("three_level.energy_difference.xi", "1e100", "three_level.energy_difference.xi", "1e+100"),
    ("three_level.mean_energy", "0.004", "three_level.energy_difference.lambda", "0.008"),
    ("coupled_tls.coupling", "1.0", "coupled_tls.coupling", "1.0"),
    ("coupled_tls.coupling", "-3", "coupled_tls.coupling", "-3"),
    (AXIS, "{points: 100000}", f"{AXIS}_difference", "100000"),
    # Texts.
    ("description", "''", "description", '""'),
    ("description", "' '", "description", '" "'),
    ("description", "3", "description", "3"),
    ("description", "[a]", "description", '["a"]'),
    ("description", "{a: b}", "description", '{"a": "b"}'),
    ("description", "true", "description", "true"),
    ("description", r'"a\0b"', "description", r"\u0000"),
    ("description", r'"\ud800"', "description", "expected printable text"),
    ("description", "x" * 1001, "description", "xxx"),
]


@pytest.mark.parametrize(("key", "text", "named", "shown"), BAD_VALUES)
def test_bad_value(folder: Path, key: str, text: str, named: str, shown: str) -> None:
    message = message_of(folder, nested(key, text))
    assert named in message
    assert shown in message
    assert "expected" in message or "did you mean" in message


def test_an_error_reads_well(folder: Path) -> None:
    message = message_of(folder, nested(SPECTRUM, "{strength: -0.1}"))
    assert message.endswith(
        "mine.yaml): three_level.baths.left.transition_1.strength is -0.1, expected a number >= 0"
    )


# Mistakes in a key -------------------------------------------------------------------------------

# The baths of Fig. 4 are described by the same part of the schema as the others.
KEYS = [
    key for key in dotted_keys(PAPER_TEXT_KEYS) if "_shapes." not in key and "_shape." not in key
]


@pytest.mark.parametrize("key", KEYS)
def test_misspelt_key(folder: Path, key: str) -> None:
    message = message_of(folder, nested(f"{key}x", "1"))
    assert f"{key}x is not a known key" in message
    assert f"did you mean '{key.rpartition('.')[2]}'?" in message


@pytest.mark.parametrize("key", KEYS)
def test_missing_key_of_the_paper(folder: Path, key: str) -> None:
    paper = copy.deepcopy(PAPER_TEXT_KEYS)
    above, _, name = key.rpartition(".")
    inside = at(paper, above) if above else paper
    del inside[name]
    message = message_of(folder, yaml.safe_dump(paper), name="paper")
    assert f"{key} is missing, expected " in message


@pytest.mark.parametrize("name", ["shape", "strength"])
def test_misspelt_key_of_the_paper(folder: Path, name: str) -> None:
    paper = copy.deepcopy(PAPER_TEXT_KEYS)
    curve = at(paper, SPECTRUM)
    curve[f"{name}s"] = curve.pop(name)
    message = message_of(folder, yaml.safe_dump(paper), name="paper")
    assert f"{SPECTRUM}.{name}s is not a known key" in message


def test_mistake_in_the_paper_is_not_blamed_on_the_variant(folder: Path) -> None:
    (folder / "mine.yaml").write_text("description: mine\n")
    paper = folder / "paper.yaml"
    paper.write_text(paper.read_text().replace("mean_energy: 1.0", "mean_energy: -1.0"))
    with pytest.raises(ConfigurationError, match=r"^variant paper \(.*paper.yaml\): .*mean_energy"):
        load_variant("mine", folder=folder)


# Mistakes in a file ------------------------------------------------------------------------------

BOMB = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
BAD_FILES = [
    ("", "empty, expected a description"),
    ("\n\n", "empty"),
    ("# only a comment\n", "empty"),
    ("---\n", "empty"),
    ("{}", "empty"),
    ("null", "line 1: top level is null"),
    ("- 1\n- 2\n", "top level is [1, 2], expected a mapping"),
    ("just text", 'top level is "just text"'),
    ("3.5", "top level is 3.5"),
    ("description: a\ndescription: b\n", "line 2: description is given twice"),
    ("spectra: {frequency: {points: 3, points: 4}}", "spectra.frequency.points is given twice"),
    (
        "coupled_tls:\n  baths:\n    1: {}\n    '1': {}\n",
        "line 4: coupled_tls.baths.1 is given twice",
    ),
    (BOMB, "line 1: has the anchor or alias 'a'"),
    ("description: *missing\n", "line 1: has the anchor or alias 'missing'"),
    ("<<: {description: a}\n", "<< is not a known key"),
    ("description: !!python/object/apply:os.getcwd []\n", "line 1: has the tag"),
    ("description: !!str a\n", "line 1: has the tag"),
    ("description: a\nspectra: !mine {}\n", "line 2: has the tag '!mine'"),
    ("description: ! a\n", "line 1: has the tag '!'"),
    ("? [a, b]\n: c\n", "top level has a key that is a list or mapping"),
    ("? {a: b}\n: c\n", "top level has a key that is a list or mapping"),
    ("true: 1\n", 'top level has a key "true"'),
    ("null: 1\n", 'top level has a key "null"'),
    ("1.5: 1\n", 'top level has a key "1.5"'),
    ("7: 1\n", "7 is not a known key"),
    ("description: [a\n", "line 2: is not YAML"),
    ("description: 'a\n", "is not YAML"),
    ("description: a: b\n", "line 1: is not YAML"),
    ("description: a\n\tspectra: 1\n", "line 2: is not YAML"),
    ("description: a\n---\ndescription: b\n", "is not YAML"),
    ("description: @a\n", "line 1: is not YAML"),
    ("description: \x07\n", "is not YAML"),
    (b"description: a\nspectra: \xff\n", "line 2: is not UTF-8 text"),
    ("a\n".encode("utf-16"), "line 1: is not UTF-8 text"),
    (b"\0\0\0", "is not YAML"),
    ("description:\n", "line 1: description is empty, expected a value"),
    ("spectra: ~\n", "line 1: spectra is ~"),
    ("a: " + "[" * 500 + "]" * 500, "line 1: is nested deeper than 32 levels"),
    ("a: " + "{b: " * 500 + "1" + "}" * 500, "nested deeper"),
    ("[" * 100_000, "nested deeper"),
    ("- " * 5_000 + "a", "nested deeper"),
    ("description: " + "x" * 1_000_000, "larger than 1000000 bytes"),
    ("spectra: {frequency: {points: " + "9" * 5_000 + "}}", "spectra.frequency.points is 999"),
    ("spectra: {frequency: {points: " + "0" * 5_000 + "}}", "spectra.frequency.points is 000"),
    ('"a\\nb": 1\n', "is not a known key"),
    ("x" * 900 + ": 1\n", "xxx... is not a known key"),
]


@pytest.mark.parametrize(
    ("content", "expected"), BAD_FILES, ids=[f"file{number}" for number in range(len(BAD_FILES))]
)
def test_bad_file(folder: Path, content: str | bytes, expected: str) -> None:
    assert expected in message_of(folder, content)


def test_variant_that_is_a_folder(folder: Path) -> None:
    (folder / "mine.yaml").mkdir()
    with pytest.raises(ConfigurationError, match=r"mine.yaml\): is a folder"):
        load_variant("mine", folder=folder)


BAD_NAMES = [
    "", " ", "a b", "../paper", "a/b", "/etc/passwd", ".", "..", "paper.yaml", "a.b", "a\\b",
    "a\nb", "paper\n", "\0", "é", "{variant}", "*", "$(id)", "x" * 65,
]  # fmt: skip


@pytest.mark.parametrize("name", BAD_NAMES, ids=repr)
def test_bad_variant_name(folder: Path, name: str) -> None:
    with pytest.raises(ConfigurationError, match=r"expected a name of letters, digits, _ and -$"):
        load_variant(name, folder=folder)


@pytest.mark.parametrize("name", ["Paper", "papre", "none", "-x"])
def test_unknown_variant(folder: Path, name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_variant(name, folder=folder)
    message = str(caught.value)
    assert message.startswith(f"variant {name} ({folder / name}.yaml): there is no such file")
    assert "one of paper" in message
    assert ("did you mean 'paper'?" in message) == (name in {"Paper", "papre"})


def test_folder_without_variants(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="no such file"):
        load_variant("paper", folder=tmp_path / "none")


# config.yaml -------------------------------------------------------------------------------------

BAD_CONFIGS: list[tuple[Any, str]] = [
    ({}, "variants is missing"),
    ({"variants": []}, "variants is []"),
    ({"variants": None}, "variants is null"),
    ({"variants": 3}, "variants is 3"),
    ({"variants": {"paper": 1}}, 'variants is {"paper": 1}'),
    ({"variants": ["paper", "paper"]}, 'variants is ["paper", "paper"]'),
    ({"variants": ["paper", 1]}, "variants[1] is 1"),
    ({"variants": ["paper", None]}, "variants[1] is null"),
    ({"variants": [["paper"]]}, 'variants[0] is ["paper"]'),
    ({"variants": ["../paper"]}, 'variants[0] is "../paper"'),
    ({"variants": "a b"}, 'variants[0] is "a b"'),
    ({"variants": "paper\n"}, 'variants[0] is "paper\\n"'),
    ({"variants": ""}, 'variants[0] is ""'),
    ({"variant": ["paper"]}, "variant is not a known key, expected one of variants; did you mean"),
    ({"variants": ["paper"], 3: 4}, "3 is not a known key"),
    ([], "top level is []"),
    (None, "top level is null"),
]


@pytest.mark.parametrize(("config", "expected"), BAD_CONFIGS)
def test_bad_config(config: Any, expected: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(config)
    message = str(caught.value)
    assert message.splitlines() == [message]
    assert message.startswith(f"config/config.yaml (or --config): {expected}")


@pytest.mark.parametrize("given", [["quick"], "quick"])
def test_config_takes_a_list_or_one_name(given: Any) -> None:
    config = {"variants": given}
    assert load_configuration(config) == {"variants": ["quick"]}
    assert config == {"variants": given}


# Systems, and principal values -------------------------------------------------------------------

OHMIC_BATHS = ", ".join(
    f"{side}: {{transition_1: {{{OHMIC}, exponent: 1, cutoff: 3}}, "
    f"transition_2: {{{OHMIC}, exponent: 1, cutoff: 3}}}}"
    for side in ("left", "right")
)
OHMIC_LEVELS = f"three_level: {{baths: {{{OHMIC_BATHS}}}}}\n"


def test_all_systems_where_none_is_named(folder: Path) -> None:
    assert load(folder, "description: a")["systems"] == ["lambda", "v", "xi", "coupled_tls"]


def test_what_is_not_selected_is_not_judged(folder: Path) -> None:
    """Energies that would be negative, and principal values that would diverge."""
    wrong = (
        "three_level: {energy_difference: {v: 3.0}}\ncoupled_tls: {temperature: {values: [0]}}\n"
    )
    wrong += "coupled_tls: {temperature_difference: {values: [-1]}}\n".partition(": ")[2]
    with pytest.raises(ConfigurationError):
        load(folder, wrong)
    text = "three_level: {energy_difference: {v: 3.0}}\n"
    assert "three_level.energy_difference.v is 3.0" in message_of(folder, text)
    found = load(folder, f"systems: [xi, lambda]\n{text}")
    assert found["systems"] == ["xi", "lambda"]
    found = load(folder, f"systems: [lambda]\nlamb_shift: true\n{OHMIC_LEVELS}")
    assert found["lamb_shift"] is True


def test_principal_values_of_one_section(folder: Path) -> None:
    """The coupled TLSs stay flat."""
    message = message_of(folder, f"lamb_shift: true\n{OHMIC_LEVELS}")
    assert "lamb_shift is true, expected false, or at coupled_tls.baths.1 another shape" in message
    load(folder, f"lamb_shift: [three_level]\n{OHMIC_LEVELS}")
    variant = load_variant("mine", folder)
    assert variant.lamb_shift_sections == ["three_level"]
    message = message_of(folder, f"lamb_shift: [three_level, coupled_tls]\n{OHMIC_LEVELS}")
    assert 'lamb_shift is ["three_level", "coupled_tls"], expected false, or at' in message


def test_an_oscillating_weight_factor_counts_where_its_own_bath_lives(folder: Path) -> None:
    """A Lorentzian lives on 1e5 widths; that of another bath is of no consequence."""
    lorentzian = "{shape: lorentzian, strength: 0.01, center: 1.0, width: 0.3}"
    field = "{shape: isotropic, dimension: 1, distance: 6.0, speed: 1.0}"
    ohmic = f"{{{OHMIC}, exponent: 1, cutoff: 3}}"

    def text(of_left: str) -> str:
        return (
            "lamb_shift: [three_level]\nthree_level:\n  baths:\n"
            f"    left: {{transition_1: {of_left}, transition_2: {of_left}}}\n"
            f"    right: {{transition_1: {ohmic}, transition_2: {ohmic}, weight_factor: {field}}}\n"
        )

    load(folder, text(lorentzian))
    swapped = text(ohmic).replace(f"transition_1: {ohmic}, transition_2: {ohmic}, weight", "X", 1)
    both = f"transition_1: {lorentzian}, transition_2: {lorentzian}, weight"
    message = message_of(folder, swapped.replace("X", both))
    assert "three_level.baths.right.weight_factor.distance at most" in message


BAD_SELECTIONS = [
    ("systems: [lamda]", 'systems[0] is "lamda", expected one of lambda, v, xi, coupled_tls; did'),
    ("systems: [v, 3]", "systems[1] is 3, expected a name"),
    ("systems: []", "systems is [], expected a list of different names"),
    ("systems: [v, v]", 'systems is ["v", "v"], expected a list of different names'),
    ("systems: v", 'systems is "v", expected a list of different names'),
    (
        "lamb_shift: yes",
        'lamb_shift is "yes", expected true, false or a list of different sections',
    ),
    ("lamb_shift: []", "lamb_shift is [], expected true, false or a list"),
    ("lamb_shift: [three_levle]", "expected one of three_level, coupled_tls; did you mean"),
    (
        "systems: [lambda]\nlamb_shift: [coupled_tls]",
        'lamb_shift[0] is "coupled_tls", expected one of three_level',
    ),
    ("ladder: {}", "ladder is not a known key"),
    ("name: mine", "name is not a known key"),
]


@pytest.mark.parametrize(("text", "expected"), BAD_SELECTIONS)
def test_bad_selection(folder: Path, text: str, expected: str) -> None:
    assert expected in message_of(folder, text)


def test_principal_values_at_the_end_of_a_table(folder: Path) -> None:
    """There the logarithm is infinite, where the table covers all energies or not."""
    text = f"lamb_shift: [three_level]\n{OHMIC_LEVELS}".replace(
        f"{{{OHMIC}, exponent: 1, cutoff: 3}}", "{shape: tabulated, file: table.csv}", 1
    )
    (folder / "table.csv").write_text(HEADER + "0.9,1\n1.005,1\n")
    assert "principal values diverge at its ends" in message_of(folder, text)
    (folder / "table.csv").write_text(HEADER + "0.0,1\n1.5,1\n")
    assert "principal values diverge" in message_of(folder, text)
    (folder / "table.csv").write_text(HEADER + "0.0,0\n1.5,1\n")
    load(folder, text)


def test_principal_values_that_take_too_long(folder: Path) -> None:
    text = f"lamb_shift: [three_level]\nthree_level: {{baths: {{{OHMIC_BATHS}}}}}\n"
    atoms = f"weight_factor: {{{ATOMS}, dimension: 3, speed: 1, distance: %s}}, transition_1"
    load(folder, text.replace("transition_1", atoms % "100", 1))
    message = message_of(folder, text.replace("transition_1", atoms % "1e4", 1))
    assert "at three_level.baths.left.weight_factor.distance at most " in message
    # An exponent that is zero but for rounding.
    tiny = text.replace("exponent: 1", "exponent: 1e-8", 1)
    assert "principal values diverge" in message_of(folder, tiny)


def test_curves_without_a_finite_value(folder: Path) -> None:
    ohmic = "{shape: ohmic, strength: 1, exponent: 4, cutoff: 1e99}"
    text = f"three_level: {{mean_energy: 1e90, baths: {{left: {{transition_1: {ohmic}}}}}}}"
    assert f"{SPECTRUM} has no finite value at the transition energies" in message_of(folder, text)


# Growth ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Gaussian(Shape):
    """strength exp(-(w - center)^2 / (2 width^2))."""

    strength: Annotated[float, Ge(0.0), Parameter("The value at the centre", "energy")]
    center: Annotated[float, Parameter("Frequency of the maximum", "energy")]
    width: Annotated[float, Gt(0.0), Parameter("Standard deviation", "energy")] = 0.1

    def __call__(self, frequency: Any) -> Any:
        """Values at frequencies, of their shape."""
        return self.strength * np.exp(
            -0.5 * ((np.asarray(frequency) - self.center) / self.width) ** 2
        )


def tripod(
    mean_energy: Annotated[float, Gt(0.0), Parameter("Mean energy", "energy")] = 1.0,
    splitting: Annotated[float, Parameter("Distance of neighbours", "energy")] = 0.01,
) -> LevelSystem:
    """Three lower levels below one."""
    energies = [mean_energy + number * splitting for number in (-1, 0, 1)]
    return LevelSystem(
        name="tripod",
        levels=("g1", "g2", "g3", "e"),
        energies=(*(-energy for energy in energies), 0.0),
        transitions=tuple(Transition(f"g{number}", "e") for number in (1, 2, 3)),
    )


@pytest.fixture
def growth(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine with one shape and one level system more."""
    monkeypatch.setitem(SPECTRA, "gaussian", Gaussian)
    entry = SystemEntry("tripod", "Tripod", "tripod", tripod)
    monkeypatch.setitem(LEVEL_SYSTEMS, "tripod", entry)


@pytest.mark.usefixtures("growth")
class TestGrowth:
    def test_a_further_shape(self, folder: Path) -> None:
        text = nested(SPECTRUM, "{shape: gaussian, strength: 0.01, center: 1}")
        found = at(load(folder, text), SPECTRUM)
        assert found == {"shape": "gaussian", "strength": 0.01, "center": 1.0, "width": 0.1}
        curve = load_variant("mine", folder).three_level.baths.curves["left.transition_1"]
        assert curve == Gaussian(0.01, 1.0)
        text = nested(SPECTRUM, "{shape: gausian, strength: 0.01, center: 1}")
        assert "did you mean 'gaussian'?" in message_of(folder, text)
        text = nested(SPECTRUM, "{shape: gaussian, strength: 0.01, center: 1, width: 0}")
        assert f"{SPECTRUM}.width is 0, expected a number > 0" in message_of(folder, text)
        assert "| `shape: gaussian` | strength exp(-(w - center)^2 / (2 width^2)) |" in documented(
            README, FOLDER
        )

    def test_a_further_system(self, folder: Path) -> None:
        assert "tripod" not in load(folder, "description: a")
        assert "tripod" not in load_variant("paper", folder).systems
        for text in ("tripod: {}", "systems: [tripod]"):
            found = load(folder, text)["tripod"]
            assert (found["mean_energy"], found["splitting"]) == (1.0, 0.01)
            assert found["baths"]["left"].keys() == {
                "transition_1", "transition_2", "transition_3", "weight_factor", "cross_phase",
            }  # fmt: skip
            assert found["temperature"] == PAPER["three_level"]["temperature"]
        variant = load_variant("mine", folder)
        assert variant.systems == ["tripod"]
        assert Variant.from_resolved(variant.resolved()) == variant
        system, baths = variant.level_system("tripod"), variant.baths("tripod", (1.0, 2.0))
        assert steady_states(system, baths, "nonsecular")["unique"].all()
        text = "tripod: {baths: {left: {transition_3: {strength: -1}}}}"
        assert "tripod.baths.left.transition_3.strength is -1, expected" in message_of(folder, text)
        message = message_of(folder, "tripod: {splitting: 2.0}")
        assert "tripod: transition 1 of tripod (g1 to e) has energy -1, expected > 0" in message
        assert "| `tripod.splitting` |" not in README
        assert "`tripod` | The system Tripod" in documented(README, FOLDER)

    def test_a_sweep_of_a_further_system(self, folder: Path) -> None:
        text = "sweep: {parameters: {tripod.splitting: {values: [0.01, 0.02]}}}\ntripod: {}\n"
        assert load(folder, text)["sweep"]["systems"] == ["tripod"]


# Tables ------------------------------------------------------------------------------------------

HEADER = "frequency,value\n"
WIDE = HEADER + "0.5,0.01\n1.0,0.02\n1.5,0.01\n"
BAD_TABLES = [
    ("", "line 1: the header is empty"),
    ("# nothing\n", "line 1: the header is empty"),
    (HEADER, "0 rows of numbers"),
    (HEADER + "1.0,0.1\n", "1 rows of numbers"),
    ("1.0,0.1\n2.0,0.1\n", "line 1: the header is '1.0,0.1'"),
    ("# a\nw,gamma\n1,1\n2,1\n", "line 2: the header is 'w,gamma'"),
    ("value,frequency\n1,1\n2,1\n", "line 1: the header is 'value,frequency'"),
    ("frequency;value\n0,5;1\n2;1\n", "line 2: frequency is '0,5', expected a number"),
    ("frequency\tvalue\n1,1\n2,1\n", "line 2: 1 columns"),
    ("sep=;\nfrequency;value\n1;1\n2;1\n", "line 1: the header is 'sep=,'"),
    ("frequency,value\n1,1\n2,1\n".encode("utf-16"), "line 1: is not UTF-8 text"),
    (HEADER + '"1.0,1\n2.0,1\n', "line 2: is not CSV"),
    (HEADER + '"1.0"x,1\n2.0,1\n', "line 2: is not CSV"),
    (HEADER + "1.0\n2.0,1\n", "line 2: 1 columns"),
    (HEADER + "1.0,1,2\n2.0,1\n", "line 2: 3 columns"),
    (HEADER + "1.0,one\n2.0,1\n", "line 2: value is 'one'"),
    (HEADER + "1.0,\n2.0,1\n", "line 2: value is ''"),
    (HEADER + "1_0,1\n20,1\n", "line 2: frequency is '1_0'"),
    (HEADER + "0.5,1\n\n# c\n1.0,nan\n", "line 5: value is nan"),
    (HEADER + "0.5,1\ninf,1\n", "line 3: frequency is inf"),
    (HEADER + "0.5,1\n1.0,1e999\n", "line 3: value is 1e999"),
    (HEADER + "0.5,1\n0.5,1\n", "line 3: frequency is 0.5, expected more than 0.5"),
    (HEADER + "0.5,1\n0.4,1\n", "line 3: frequency is 0.4, expected more than 0.5"),
    (HEADER + "0.5,1\n1.5,-0.1\n", "line 3: value is -0.1, expected a number >= 0"),
    (b"frequency,value\n0.5,\xff\n", "line 2: is not UTF-8 text"),
    (b"frequency,value\n0.5,\0\n", "line 2: value is"),
    (HEADER + "0.5,1\n" * 2_000_000, "larger than 10000000 bytes"),
]


@pytest.mark.parametrize(
    ("content", "expected"), BAD_TABLES, ids=[f"table{number}" for number in range(len(BAD_TABLES))]
)
def test_bad_table(folder: Path, content: str | bytes, expected: str) -> None:
    (folder / "table.csv").write_bytes(content if isinstance(content, bytes) else content.encode())
    message = message_of(folder, nested(SPECTRUM, "{shape: tabulated, file: table.csv}"))
    assert f'{SPECTRUM}.file is "table.csv"' in message
    assert "table.csv, line" in message or "table.csv: " in message
    assert expected in message


TABLE_USES = [
    (SPECTRUM, "0.995,1\n1.005,1\n", None),
    (SPECTRUM, "0.9,1\n1.004,1\n", "covers frequencies 0.9 to 1.004, expected at least 0.995 to"),
    (SPECTRUM, "0.996,1\n1.1,1\n", "covers frequencies 0.996 to 1.1"),
    (WEIGHT, "0.9,1\n1.1,0\n", None),
    (WEIGHT, "0.9,1\n1.1,1.01\n", "with the value 1.01, expected weight factors from 0 to 1"),
    (WEIGHT, "2,1\n3,1\n", "covers frequencies 2.0 to 3.0"),
    (TLS_BATH, "0.95,1\n1.05,1\n", None),
    (TLS_BATH, "0.951,1\n1.05,1\n", "expected at least 0.95 to 1.05"),
    ("figure_4.shared_shape.left.transition_2", "0.9,1\n1.1,1\n", None),
    ("figure_4.shared_shape.left.transition_2", "1.0,1\n1.1,1\n", "expected at least 0.995 to"),
]


@pytest.mark.parametrize(("key", "rows", "expected"), TABLE_USES)
def test_table_covers_what_it_is_used_for(
    folder: Path, key: str, rows: str, expected: str | None
) -> None:
    (folder / "table.csv").write_text(HEADER + rows)
    text = nested(key, "{shape: tabulated, file: table.csv}")
    if expected is None:
        assert at(load(folder, text), key) == {"shape": "tabulated", "file": "table.csv"}
    else:
        message = message_of(folder, text)
        assert f'{key}.file is "table.csv"' in message
        assert expected in message


@pytest.mark.parametrize(
    "path", ["none.csv", "../table.csv", "a/../../b.csv", ".", "/nowhere/t.csv"]
)
def test_bad_table_path(folder: Path, path: str) -> None:
    message = message_of(folder, nested(SPECTRUM, f"{{shape: tabulated, file: {path}}}"))
    assert f'{SPECTRUM}.file is "{path}"' in message
    assert ("no such file" in message) != (".." in path or path == ".")


@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (os.mkfifo, "is a folder, a pipe or a device, expected a file"),
        (lambda path: path.symlink_to("/dev/zero"), "is a folder, a pipe or a device"),
        (lambda path: path.symlink_to("nowhere"), "there is no such file"),
        (lambda path: path.symlink_to(path.name), "cannot be read (Too many levels of symbolic"),
        # It has no size; reading others of its kind may wait for ever.
        (lambda path: path.symlink_to("/proc/version"), "empty"),
    ],
    ids=["pipe", "device", "dangling link", "loop of links", "file of the system's"],
)
def test_what_stands_in_place_of_a_file(
    folder: Path, make: Callable[[Path], None], expected: str
) -> None:
    """A variant, or a table by an absolute path: one line, and no waiting."""
    make(folder / "mine.yaml")
    make(folder / "table.csv")
    if (folder / "mine.yaml").is_file() or expected != "empty":
        with pytest.raises(ConfigurationError) as caught:
            load_variant("mine", folder)
        assert expected in str(caught.value)
        (folder / "mine.yaml").unlink()
        table = f"{{shape: tabulated, file: {folder / 'table.csv'}}}"
        assert expected in message_of(folder, nested(SPECTRUM, table))


def test_loop_of_links_in_the_project(folder: Path) -> None:
    (folder / "table.csv").symlink_to("table.csv")
    message = message_of(folder, nested(SPECTRUM, "{shape: tabulated, file: table.csv}"))
    assert "table.csv: cannot be read (Too many levels" in message


@pytest.mark.parametrize("link", ["table.csv", "data/table.csv"])
def test_link_that_leads_out_of_the_project(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, link: str
) -> None:
    """A file or a folder of it; the same table by its own path is meant to be read."""
    outside = tmp_path_factory.mktemp("outside") / "table.csv"
    outside.write_text(WIDE)
    (folder / "table.csv").symlink_to(outside)
    (folder / "data").symlink_to(outside.parent)
    message = message_of(folder, nested(SPECTRUM, f"{{shape: tabulated, file: {link}}}"))
    assert f'{SPECTRUM}.file is "{link}", a link to {outside.resolve()}, expected ' in message
    load(folder, nested(SPECTRUM, f"{{shape: tabulated, file: {outside}}}"))
    # Within the project a link is as good as a file.
    (folder / "here.csv").write_text(WIDE)
    (folder / "link.csv").symlink_to("here.csv")
    load(folder, nested(SPECTRUM, "{shape: tabulated, file: link.csv}"))


def test_table_that_may_not_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "table.csv").write_text(WIDE)

    def refuse(*_: Any, **__: Any) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(TableError, match=r"table.csv: cannot be read \(Permission denied\)"):
        read_table("table.csv")
    with pytest.raises(ConfigurationError, match=r"paper.yaml\): cannot be read"):
        load_variant("paper", folder=folder)


def test_tables_of(folder: Path) -> None:
    absolute = folder / "absolute.csv"
    for path in (absolute, folder / "b.csv"):
        path.write_text(WIDE)
    configuration = load(
        folder,
        f"""
        three_level:
          baths:
            left: {{transition_1: {{shape: tabulated, file: b.csv}}}}
            right: {{transition_1: {{shape: tabulated, file: b.csv}}}}
        coupled_tls: {{baths: {{2: {{shape: tabulated, file: {absolute}}}}}}}
        """,
    )
    assert Variant.from_resolved(configuration).tables == sorted([str(absolute), "b.csv"])
    assert load_variant("paper", folder=folder).tables == []


def test_read_table(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_bytes(
        b"\xef\xbb\xbf# comment, with a comma\r\n frequency , value\r\n\r\n1, 0\r\n2,1e-3\r\n"
    )
    assert read_table(path) == ([1.0, 2.0], [0.0, 0.001])
    for separator in (b",", b";", b"\t"):
        content = b'"frequency","value"\r\n"1","0"\r\n"2", "1e-3"\r\n'.replace(b",", separator)
        path.write_bytes(content)
        assert read_table(path) == ([1.0, 2.0], [0.0, 0.001])


# README, imports ---------------------------------------------------------------------------------


def keys_of_models(place: Place) -> set[str]:
    """Names of all keys that there may be, each with a description."""
    kinds = [place.kind, *get_args(place.kind)]
    choice = place.note(Choice)
    if isinstance(choice, AxisChoice):
        kinds += [choice.evenly, choice.one_by_one]
    if isinstance(choice, ShapeChoice):
        kinds += [shape_model(kind) for kind in choice.registry.values()]
    keys: set[str] = set()
    for kind in kinds:
        if isinstance(kind, type) and issubclass(kind, Model):
            for name, inner in fields(kind).items():
                assert inner.description, name
                keys |= {name} | keys_of_models(inner)
    return keys


ALL_KEYS = keys_of_models(Place.of(variant_model())) | set(RunConfiguration.model_fields)
SHAPES = set(SPECTRA) | set(WEIGHT_FACTORS) | set(DISTRIBUTIONS)


def test_readme_has_the_tables_of_the_models() -> None:
    assert documented(README, FOLDER) == README


def test_readme_has_every_key() -> None:
    spoken_of = set(re.findall(r"\w+", " ".join(re.findall(r"`([^`\n]+)`", README))))
    assert spoken_of >= ALL_KEYS
    assert spoken_of >= SHAPES


def test_readme_has_no_other_keys() -> None:
    first_cells = re.findall(r"^\| (`.*?) \|", README, flags=re.MULTILINE)
    named = {part for cell in first_cells for part in re.findall(r"\w+", cell)}
    assert named <= ALL_KEYS | SHAPES


def test_readme_has_the_defaults_of_the_paper() -> None:
    def default(value: Any) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, dict):
            return str(value)
        if "points" in value:
            return f"{value['start']} to {value['stop']}, {value['points']} points"
        return f"{value['shape']}, {value['strength']}" if value.get("shape") == "flat" else ""

    rows = re.findall(r"^\| `([\w.]+)` \|.*\| (.*?) ?\|$", README, flags=re.MULTILINE)
    given = {key: text for key, text in rows if key in KEYS}
    expected = {key: default(at(PAPER_TEXT_KEYS, key)) for key in given}
    assert len(given) > 25
    assert {key: text for key, text in given.items() if expected[key]} == {
        key: text for key, text in expected.items() if text
    }


def test_variant_in_the_readme_is_valid(folder: Path) -> None:
    example = re.search(r"```yaml\n(.*?)```", README, flags=re.DOTALL)
    assert example is not None
    assert example[1].count("\n") <= 11
    assert at(load(folder, example[1]), f"{SPECTRUM}.shape") == "lorentzian"


def test_import_is_light() -> None:
    code = (
        "import sys, li_cai_sun_2015.configuration.variant;"
        "sys.exit(','.join({'scipy', 'xarray', 'matplotlib'} & set(sys.modules)) or None)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# Anything at all ---------------------------------------------------------------------------------

names = st.sampled_from(sorted(ALL_KEYS)) | st.text(max_size=5) | st.integers(0, 3)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.dates()
    | st.binary(max_size=3)
    | st.sampled_from(sorted(SHAPES))
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=4),
    max_leaves=12,
)


@st.composite
def paths_into_the_paper(draw: st.DrawFn) -> str:
    """Anything at a key that exists, or one beside it."""
    key = draw(st.sampled_from(KEYS))
    text = yaml.safe_dump(draw(anything), default_flow_style=True, width=10**6)
    return nested(key, text.removesuffix("...\n").strip())


@pytest.fixture(scope="module")
def fuzz_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fuzz")
    shutil.copy(FOLDER / "paper.yaml", folder)
    return folder


def refusal_or_result(function: Callable[[], dict[str, Any]]) -> tuple[str | None, dict[str, Any]]:
    """Call it; anything but a result or a refusal of one line is an error of the test."""
    try:
        return None, function()
    except ConfigurationError as error:
        (line,) = str(error).splitlines()
        return line, {}


@examples(40)
@given(text=paths_into_the_paper() | anything.map(yaml.safe_dump) | st.text(max_size=40))
def test_anything_is_either_loaded_or_refused(fuzz_folder: Path, text: str) -> None:
    content = text.encode("utf-8", "surrogatepass")
    refusal, configuration = refusal_or_result(lambda: load(fuzz_folder, content, name="fuzz"))
    if refusal is not None:
        assert str(fuzz_folder / "fuzz.yaml") in refusal
    else:
        json.dumps(configuration, allow_nan=False)
        assert set(configuration) - {"name", "systems", "sweep"} == set(PAPER)


@examples(40)
@given(config=anything | st.dictionaries(st.just("variants"), anything, min_size=1))
def test_any_config_is_either_taken_or_refused(config: Any) -> None:
    refusal, taken = refusal_or_result(lambda: load_configuration(config))
    assert refusal or all(re.fullmatch(r"[\w-]+", name) for name in taken["variants"])
