"""Parts of a variant: axes, curves, baths, and the sections of the systems."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar, get_args

import numpy as np
from annotated_types import Ge, Gt, Le, Len
from numpy.typing import NDArray
from pydantic import ConfigDict, Field, WrapValidator, create_model, model_validator

import steady_coherence as sc
from li_cai_sun_2015.configuration.tables import TableError, read_table
from paper_replication.models import Choice, Expected, Model, Place, wrong
from steady_coherence.distributions import PLANCK, Distribution
from steady_coherence.parameters import Parameter, ParameterError, declared_parameters
from steady_coherence.spectra import Curve

LARGEST_AXIS = 100_000  # points


def _as_given(value: Any, check: Callable[[Any], float]) -> Any:
    check(value)
    return value


#: Numbers of axes: integers stay integers.
Number = Annotated[float, WrapValidator(_as_given)]
NonNegative = Annotated[float, Ge(0.0), WrapValidator(_as_given)]
Positive = Annotated[float, Gt(0.0), WrapValidator(_as_given)]
Points = Annotated[int, Ge(1), Le(LARGEST_AXIS)]
Point = TypeVar("Point")
Listed = Annotated[list[Point], Len(1, 10_000), Expected("a list of 1 to 10000 increasing numbers")]


# Axes ------------------------------------------------------------------------------------------


class Range(Model):
    """Evenly spaced points, both ends included."""

    start: Annotated[Number, Field(description="First point")]
    stop: Annotated[Number, Field(description="Last point, included")]
    points: Annotated[Points, Field(description="Number of points, evenly spaced")]

    @model_validator(mode="after")
    def _increases(self) -> Range:
        if self.points > 1 and not self.start < self.stop:
            raise wrong(("stop",), self.stop, f"expected more than start, {self.start}")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest point."""
        return self.start, self.stop if self.points > 1 else self.start

    @property
    def array(self) -> NDArray[np.float64]:
        """The points, shape (points,)."""
        return np.linspace(self.start, self.stop, self.points)


class Values(Model):
    """Points given one by one."""

    values: Annotated[
        Listed[Number], Field(description="The points themselves, strictly increasing")
    ]

    @model_validator(mode="after")
    def _increases(self) -> Values:
        for index, (before, value) in enumerate(itertools.pairwise(self.values), start=1):
            if not before < value:
                text = f"expected more than {before}, the one before"
                raise wrong(("values", index), value, text)
        return self

    @property
    def points(self) -> int:
        """Number of points."""
        return len(self.values)

    @property
    def ends(self) -> tuple[float, float]:
        """Lowest and highest point."""
        return self.values[0], self.values[-1]

    @property
    def array(self) -> NDArray[np.float64]:
        """The points, shape (points,)."""
        return np.array(self.values, dtype=float)


class TemperatureRange(Range):
    """Evenly spaced temperatures, both ends included."""

    start: Annotated[NonNegative, Field(description="Lowest temperature")]
    stop: Annotated[NonNegative, Field(description="Highest temperature, included")]


class Temperatures(Values):
    """Temperatures given one by one."""

    values: Annotated[
        Listed[NonNegative], Field(description="The temperatures themselves, strictly increasing")
    ]


class FrequencyRange(Range):
    """Evenly spaced frequencies, both ends included."""

    start: Annotated[Positive, Field(description="Lowest frequency")]
    stop: Annotated[Positive, Field(description="Highest frequency, included")]


class AxisChoice(Choice):
    """An axis is a range, or lists its values."""

    words = "a mapping with start, stop and points, or with values"

    def __init__(self, evenly: type[Range], one_by_one: type[Values]) -> None:
        self.evenly, self.one_by_one = evenly, one_by_one

    def model(self, data: Mapping[str, Any]) -> type[Model]:
        """Model of these data."""
        return self.one_by_one if "values" in data else self.evenly


Axis = Annotated[Range | Values, AxisChoice(Range, Values)]
TemperatureAxis = Annotated[Range | Values, AxisChoice(TemperatureRange, Temperatures)]


# Curves ----------------------------------------------------------------------------------------


class ShapeChoice(Choice):
    """A curve has one of the engine's shapes in a registry; the other keys are its parameters.

    `tabulated` takes the path of a CSV file in place of arrays, of values up to the highest.
    """

    words = "a mapping with a shape and its parameters"

    def __init__(self, registry: Mapping[str, Any], highest: float = np.inf) -> None:
        self.registry, self.highest = registry, highest

    def model(self, data: Mapping[str, Any]) -> type[Model]:
        """Model of these data."""
        shape = data.get("shape")
        if isinstance(shape, str) and shape in self.registry:
            return shape_model(self.registry[shape])
        return _any_shape(tuple(self.registry.values()), "shape" in data)

    def made(self, model: Any) -> Curve:
        """Return the curve of the engine."""
        numbers = {name: getattr(model, name) for name in type(model).model_fields}
        kind = self.registry[numbers.pop("shape")]
        if "file" in numbers:
            return _table(numbers["file"], self.highest)
        try:
            curve: Curve = kind(**numbers)
        except ParameterError as error:  # of what its parameters have to obey together
            raise wrong((error.name,), error.found, f"expected {error.expected}") from None
        return curve

    def plain(self, value: Any) -> dict[str, Any]:
        """Shape and parameters of a curve."""
        if isinstance(value, sc.Tabulated):
            return {"shape": value.shape, "file": value.name}
        kind: Any = type(value)
        names = declared_parameters(kind)
        return {"shape": value.shape, **{name: getattr(value, name) for name in names}}


@lru_cache(maxsize=64)
def shape_model(kind: Any) -> type[Model]:
    """Model of the data of a shape of the engine: `shape`, and the parameters that it declares."""
    keys: dict[str, Any] = {"shape": (Literal[kind.shape], Field(description="Name of the curve"))}
    for name, one in declared_parameters(kind).items():
        default = ... if one.default is None else one.default
        keys[name] = (Annotated[one.kind, *one.ranges, one.parameter], default)
    if issubclass(kind, sc.Tabulated):
        file = Field(min_length=1, max_length=1000, description="CSV table of frequency and value")
        keys["file"] = Annotated[str, Expected("the path of a CSV file"), file]
    return create_model(kind.__name__, __base__=Model, **keys)


class _AnyShape(Model):
    """A curve without a known shape, of which nothing else is worth saying."""

    model_config = ConfigDict(extra="ignore")


@lru_cache(maxsize=8)
def _any_shape(kinds: tuple[Any, ...], is_given: bool) -> type[Model]:
    """Model that refuses data without a known shape: it is wrong, missing, or misspelt."""
    keys: dict[str, Any] = {"shape": (Literal[tuple(kind.shape for kind in kinds)], ...)}
    if is_given:
        return create_model("Curve", __base__=_AnyShape, **keys)
    for kind in kinds:
        keys |= {name: (Any, None) for name in shape_model(kind).model_fields if name != "shape"}
    return create_model("Curve", __base__=Model, **keys)


def _table(file: str, highest: float) -> sc.Tabulated:
    """Read a table, which is named by its file."""
    path = Path(file)
    if not path.is_absolute():
        # Nothing outside of the project is read, unless an absolute path says so on purpose.
        if ".." in path.parts:
            raise wrong(("file",), file, "expected a path inside the project (no ..)")
        # Unlike `Path.resolve`, this takes a loop of links; reading it is refused below.
        real = Path(os.path.realpath(path))
        if not real.is_relative_to(Path.cwd().resolve()):
            text = f"a link to {real}, expected a path inside the project, or an absolute one"
            raise wrong(("file",), file, text)
    try:
        frequency, value = read_table(file)
    except TableError as error:
        raise wrong(("file",), file, f"which cannot be used: {error}") from None
    if max(value) > highest:
        text = f"with the value {max(value)}, expected weight factors from 0 to {highest:g}"
        raise wrong(("file",), file, text)
    return sc.Tabulated(np.array(frequency), np.array(value), file)


Spectrum = Annotated[Curve, ShapeChoice(sc.SPECTRA)]
WeightFactor = Annotated[Curve, ShapeChoice(sc.WEIGHT_FACTORS, highest=1.0)]
FullModes = Annotated[Distribution, ShapeChoice(sc.DISTRIBUTIONS)]


# Baths -----------------------------------------------------------------------------------------


class Bath(Model):
    """A bath that all transitions of a system share."""

    if TYPE_CHECKING:
        weight_factor: Curve
        cross_phase: float

    @property
    def coupling_spectrum(self) -> sc.InterferingTransitions:
        """Matrices gamma_ij(w), Eqs. (7) and (8)."""
        names = (name for name in type(self).model_fields if name.startswith("transition_"))
        transitions = [getattr(self, name) for name in names]
        return sc.InterferingTransitions(transitions, self.weight_factor, self.cross_phase)


class Distributions(Model):
    """How full the baths of a system are, by their names; those left out hold bosons."""


class Baths(Model):
    """The baths of a system, by name."""

    def items(self) -> list[tuple[str, Any]]:
        """Names and baths, in the order of their temperatures."""
        return [(name, getattr(self, name)) for name in type(self).model_fields]

    @property
    def curves(self) -> dict[str, Curve]:
        """Spectra and weight factors by their dotted keys."""
        found: dict[str, Curve] = {}
        for name, bath in self.items():
            inside = dict(bath) if isinstance(bath, Bath) else {"": bath}
            inside.pop("cross_phase", None)
            found |= {f"{name}.{part}".rstrip("."): curve for part, curve in inside.items()}
        return found

    @property
    def covered(self) -> tuple[float, float]:
        """Frequencies that every table covers."""
        tables = [curve for curve in self.curves.values() if isinstance(curve, sc.Tabulated)]
        low = max((float(table.frequency[0]) for table in tables), default=-np.inf)
        return low, min((float(table.frequency[-1]) for table in tables), default=np.inf)


def _shared_bath(transitions: int) -> type[Bath]:
    """Model of a bath that a number of transitions share."""
    keys: dict[str, Any] = {}
    for i in range(1, transitions + 1):
        text = f"Coupling spectrum gamma_{i}{i}(w) of transition {i}"
        of_transition = Parameter(text, "energy", rf"\gamma_{{{i}{i}}}")
        keys[f"transition_{i}"] = Annotated[Spectrum, of_transition]
    text = "Weight factor f(w) of Eq. (8); |gamma_12|^2 = f gamma_11 gamma_22"
    keys["weight_factor"] = Annotated[WeightFactor, Parameter(text, "1", "f")]
    text = "Phase of gamma_12 in radians, the same at every frequency"
    keys["cross_phase"] = Annotated[float, Parameter(text, "radian", r"\arg\gamma_{12}")]
    return create_model("Bath", __base__=Bath, **keys)


def _called(bath: str) -> str:
    """Name of a bath in a sentence."""
    return f"bath {bath}" if bath.isdigit() else f"the {bath} bath"


def _baths(system: str) -> type[Baths]:
    """Model of the baths of a level system: of all transitions, or one for each site."""
    level_system, keys = sc.SYSTEMS[system].build(), dict[str, Any]()
    sites = bool(level_system.site_amplitudes)
    bath: Any = Spectrum if sites else _shared_bath(len(level_system.transitions))
    for name in sc.SYSTEMS[system].baths:
        called = _called(name)
        of_site = Parameter(f"Spectrum of {called}", "energy", rf"\gamma_{{{name}}}")
        keys[name] = Annotated[bath, of_site if sites else Field(description=called.capitalize())]
    return create_model("Baths", __base__=Baths, **keys)


def _distributions(system: str) -> type[Distributions]:
    """Model of the distributions of a level system's baths."""
    keys: dict[str, Any] = {}
    for name in sc.SYSTEMS[system].baths:
        about = Field(description=f"Distribution of {_called(name)}")
        keys[name] = (Annotated[FullModes, about] | None, None)
    return create_model("Distributions", __base__=Distributions, **keys)


# Sections --------------------------------------------------------------------------------------

#: Systems that share a section; any other has a section of its own name.
THREE_LEVEL = ("lambda", "v", "xi")


def section_of(system: str) -> str:
    """Name of the section that describes a level system."""
    return "three_level" if system in THREE_LEVEL else system


class Section(Model):
    """A section of a variant: level systems, their baths, and a grid of temperatures."""

    if TYPE_CHECKING:
        baths: Baths
        distributions: Distributions | None
        temperature: Range | Values
        temperature_difference: Range | Values

    def parameters(self, system: str) -> dict[str, Any]:
        """Parameters of a level system, by the names that the engine has for them."""
        given = {
            name: getattr(self, name) for name in declared_parameters(sc.SYSTEMS[system].build)
        }
        # What differs between the systems of a section is a mapping.
        return {
            name: getattr(value, system) if isinstance(value, Model) else value
            for name, value in given.items()
        }

    def distribution(self, bath: str) -> Distribution:
        """Distribution of a bath; bosons where none is given."""
        given: Distribution | None = getattr(self.distributions, bath, None)
        return given or PLANCK

    @property
    def unusual(self) -> dict[str, Distribution]:
        """Distributions of the baths that are not Planck's."""
        each = {name: self.distribution(name) for name, _ in self.baths.items()}
        return {name: one for name, one in each.items() if one != PLANCK}


@lru_cache(maxsize=16)
def section_model(section: str) -> type[Section]:
    """Model of a section, "three_level" or that of another level system of the engine.

    It has the parameters that the system declares, its baths and its grid.
    """
    system = THREE_LEVEL[0] if section == "three_level" else section
    first, *_, last = map(_called, sc.SYSTEMS[system].baths)
    keys: dict[str, Any] = {
        name: Annotated[one.kind, *one.ranges, one.parameter]
        for name, one in declared_parameters(sc.SYSTEMS[system].build).items()
    }
    if section == "three_level":
        each = {name: _of_system(keys["energy_difference"], name) for name in THREE_LEVEL}
        about = Field(description="eps_1 - eps_2 of each system")
        differences = create_model("EnergyDifference", __base__=Model, **each)
        keys["energy_difference"] = Annotated[differences, about]
    about = Field(description="Distributions of the baths that do not hold bosons at T")
    along_t = Parameter(f"Axis of T, the temperature of {first}", "energy")
    along_d = Parameter(f"Axis of dT; {last} has the temperature T + dT", "energy")
    keys |= {
        "baths": Annotated[_baths(system), Field(description="The baths")],
        "distributions": (Annotated[_distributions(system) | None, about], None),
        "temperature": Annotated[TemperatureAxis, along_t],
        "temperature_difference": Annotated[Axis, along_d],
    }
    return create_model(section, __base__=Section, **keys)


def _of_system(annotation: Any, name: str) -> Any:
    """Say in a parameter's description which system it belongs to."""
    kind, *notes, parameter = get_args(annotation)
    text = f"{parameter.description} of the {sc.SYSTEMS[name].title}-type system"
    return Annotated[kind, *notes, replace(parameter, description=text)]


def default_section(system: str, like: Mapping[str, Any]) -> dict[str, Any]:
    """Data of a section of a further level system, with which a variant begins.

    The system's own defaults, flat spectra of strength 0.01, full interference, and the grid of
    the data of a section that it is like.
    """
    baths = _baths(system).model_fields
    flat = {"shape": "flat", "strength": 0.01}
    parts: dict[str, Any] = {
        "weight_factor": {"shape": "constant", "value": 1.0},
        "cross_phase": 0.0,
    }
    section: dict[str, Any] = {
        name: one.default for name, one in declared_parameters(sc.SYSTEMS[system].build).items()
    }
    section["baths"] = {
        name: {part: parts.get(part, flat) for part in Place.of(field.annotation).inner({})} or flat
        for name, field in baths.items()
    }
    return section | {name: like[name] for name in ("temperature", "temperature_difference")}
