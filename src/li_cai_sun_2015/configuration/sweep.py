"""The key `sweep` of a variant: checked in full before any job starts, defaults filled in."""

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from li_cai_sun_2015 import catalogue
from li_cai_sun_2015.configuration.parts import Range, Values, section_of
from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.configuration.variant_model import Sweep, SweepFigure, Variant
from paper_replication.models import Model, Place, leaves
from paper_replication.refusals import ConfigurationError, near, one_of, shortened, shown
from steady_coherence import MASTER_EQUATIONS, SYSTEMS
from steady_coherence.numerics.blocks import Box, box, number_of_boxes
from steady_coherence.parameters import Parameter, ParameterError

#: Points of a job, where a variant does not say: some seconds of work.
CHUNK_POINTS = 50_000_000
#: A reader of the gathered file keeps each part open that it has read from, and takes parts that
#: it cannot open for missing ones. macOS grants 256 open files: enough for two sweeps side by side.
MOST_CHUNKS = 120

AnyAxis = Range | Values


@dataclass(frozen=True)
class SweptNumber:
    """A number of a variant that can be swept: where it stands, and its labels.

    The place has its type and range; the symbol is mathtext.
    """

    place: Place
    long_name: str
    unit: str
    symbol: str


def sweep_of(variant: Variant) -> Sweep:
    """The sweep of a variant that has one."""
    if variant.sweep is None:
        raise ValueError(f"the variant {variant.name} has no sweep")
    return variant.sweep


def substituted(variant: Variant, values: Mapping[str, Any]) -> Variant:
    """Variant with other numbers or arrays, which the engine alone checks, at some dotted names."""
    for name, value in values.items():
        variant = _replaced(variant, name.split("."), value)
    return variant


def _replaced(part: Any, keys: Sequence[str], value: Any) -> Any:
    """Copy of a model or a curve with another value at a key, or below it."""
    if keys[1:]:
        value = _replaced(getattr(part, keys[0]), keys[1:], value)
    if isinstance(part, Model):
        return part.model_copy(update={keys[0]: value})
    return replace(part, **{keys[0]: value})


def unit_of_sweep(variant: Variant) -> EnergyUnit:
    """Unit of energy of a sweep: the mean transition energy is none where it varies."""
    varies = "three_level.mean_energy" in sweep_of(variant).parameters
    return EnergyUnit(None if varies else variant.unit)


def parameters_of(variant: Variant) -> dict[str, SweptNumber]:
    """Every number of a variant that can be swept, under its dotted name."""
    unit = unit_of_sweep(variant) if variant.sweep else EnergyUnit(variant.unit)
    return {
        ".".join(keys): _labelled(keys, places, unit)
        for keys, places, _ in leaves(Place.of(type(variant)), variant)
        if keys[0] in variant.sections
        and places[-1].note(Parameter)
        and places[-1].kind in {int, float}
    }


def _labelled(keys: Sequence[str], places: Sequence[Place], unit: EnergyUnit) -> SweptNumber:
    """Label a number by what is said of it, of its curve and of its bath."""
    parameter = places[-1].note(Parameter)
    # Below the variant, its section, and its baths.
    inside = places[3:] if keys[1] in ("baths", "distributions") else places[-1:]
    clauses = [place.description.partition(";")[0].rstrip(".") for place in reversed(inside)]
    long_name = "; ".join([clauses[0], *(text[0].lower() + text[1:] for text in clauses[1:])])
    if parameter.symbol:
        divided = parameter.unit == "energy" and parameter.symbol != unit.symbol
        symbol = f"${unit.label(parameter.symbol) if divided else parameter.symbol}$"
    else:
        notes = [place.note(Parameter) for place in inside[:-1]]
        curve = next((note.symbol for note in notes if note), "")
        name = rf"$\mathrm{{{keys[-1]}}}$".replace("_", r"\ ")
        symbol = f"{keys[-1]} of ${curve}$" if curve else name
    if len(inside) > 1 and not keys[2].isdigit():
        symbol += f" ({keys[2]} bath)"
    elif keys[1] == "distributions":
        symbol += f" (bath {keys[2]})"
    return SweptNumber(places[-1], long_name, parameter.unit.replace("energy", unit.netcdf), symbol)


# Checking --------------------------------------------------------------------------------------


def resolved_sweep(variant: Variant) -> Sweep:
    """Check the sweep of a variant that is valid otherwise, and fill in what is not given.

    One that cannot be computed is a `ConfigurationError`.
    """
    sweep = sweep_of(variant)
    _check_parameters(variant, sweep)
    systems = _systems(variant, sweep)
    equations = sweep.equations or ["nonsecular", "secular"]
    _check_names("sweep.equations", equations, list(MASTER_EQUATIONS))
    for equation in equations:
        shifted = MASTER_EQUATIONS[equation].keeps_principal_values
        if shifted and section_of(systems[0]) not in variant.lamb_shift_sections:
            raise ConfigurationError(
                f"sweep.equations has {equation}, expected lamb_shift: true with it"
            )
    known = list(dict.fromkeys(name for system in systems for name in _variables(variant, system)))
    variables = sweep.variables or known
    _check_names("sweep.variables", variables, known)
    _check_energies(variant, sweep, systems)
    given: dict[str, Any] = {"systems": systems, "equations": equations, "variables": variables}
    points = _chunk_points(sweep, [sweep_shape(variant, name) for name in systems])
    given |= {"chunk_points": points, "compression": sweep.compression or 0}
    variant = variant.model_copy(update={"sweep": sweep.model_copy(update=given)})
    figures = {
        name: _resolved_figure(f"sweep.figures.{name}", figure, variant)
        for name, figure in (sweep.figures or {}).items()
    }
    return sweep_of(variant).model_copy(update={"figures": figures})


def sweep_axes(variant: Variant, system: str) -> dict[str, AnyAxis]:
    """Axis of every dimension of a sweep, outermost first."""
    section = variant.section(system)
    return sweep_of(variant).parameters | {name: getattr(section, name) for name in catalogue.GRID}


def sweep_shape(variant: Variant, system: str) -> tuple[int, ...]:
    """Numbers of points along the dimensions of a sweep, outermost first."""
    return tuple(axis.points for axis in sweep_axes(variant, system).values())


def sweep_variables(variant: Variant, system: str) -> list[str]:
    """Those of the variables of a sweep that a system has."""
    known = _variables(variant, system)
    return [name for name in sweep_of(variant).variables or () if name in known]


def _variables(variant: Variant, system: str) -> tuple[str, ...]:
    sites = variant.level_system(system).site_amplitudes
    leads = any(one.fermions for one in variant.section(system).unusual.values())
    return (
        *catalogue.STEADY_STATE_VARIABLES,
        *(catalogue.SITE_VARIABLES if len(sites) == 2 else ()),
        *(catalogue.LEAD_VARIABLES if leads else ()),
    )


def chunk_configuration(variant: Variant) -> Variant:
    """Part of a variant with a sweep that the values and the files of the chunks depend on.

    It lacks the lists of systems, equations and figures, to which something may be added while
    finished chunks keep their worth.
    """
    left_out = {"systems": None, "equations": None, "figures": None}
    sweep = sweep_of(variant).model_copy(update=left_out)
    everything = [name for name in SYSTEMS if section_of(name) in variant.sections]
    return variant.model_copy(update={"sweep": sweep, "systems": everything})


def chunk_box(variant: Variant, system: str, number: int) -> Box:
    """Part of a sweep that a chunk computes, a slice for each dimension."""
    points = sweep_of(variant).chunk_points or CHUNK_POINTS
    return box(sweep_shape(variant, system), points, number)


def number_of_chunks(variant: Variant, system: str) -> int:
    """Number of chunks that the sweep of a system is cut into."""
    points = sweep_of(variant).chunk_points or CHUNK_POINTS
    return number_of_boxes(sweep_shape(variant, system), points)


def _check_parameters(variant: Variant, sweep: Sweep) -> None:
    """Check names and axes: each value by itself is allowed at its place."""
    known = parameters_of(variant)
    for name, axis in sweep.parameters.items():
        if name not in known:
            raise ConfigurationError(_no_parameter(name, variant, known))
        key, place = f"sweep.parameters.{name}", known[name].place
        if place.kind is int and isinstance(axis, Range):
            raise ConfigurationError(f"{key} is a range, expected {{values: [...]}} of integers")
        # What is allowed is an interval: the ends of a range speak for all of it.
        values = (
            {f"values[{number}]": value for number, value in enumerate(axis.values)}
            if isinstance(axis, Values)
            else {"start": axis.start, "stop": axis.stop}
        )
        for at, value in values.items():
            if not place.allows(value):
                raise ConfigurationError(f"{key}.{at} is {value}, expected {place.words}")
            try:
                substituted(variant, {name: value})
            except ParameterError as error:
                raise ConfigurationError(f"{key}.{at} is {value}, but {error}") from None


def _no_parameter(name: str, variant: Variant, known: Iterable[str]) -> str:
    part: Any = variant.resolved()
    for key in name.split("."):
        part = part.get(key) if isinstance(part, dict) else None
    if part is None:
        what = "is not in this variant"
    elif isinstance(part, (int, float)) and not isinstance(part, bool):
        what = "has no effect on the steady states"
    else:
        what = f"is {shown(part)}, not a number"
    example = "expected the dotted name of a number such as three_level.mean_energy"
    return f"sweep.parameters.{shortened(name)} {what}, {example}{near(name, known)}"


def _systems(variant: Variant, sweep: Sweep) -> list[str]:
    """Systems of a sweep, each of which has all parameters."""
    lacking = {
        system: [name for name in sweep.parameters if not _belongs(name, system)]
        for system in variant.systems
    }
    shared = [system for system, names in lacking.items() if not names]
    if not shared:
        raise ConfigurationError(
            f"sweep.parameters has {' and '.join(sweep.parameters)}, which no system has in "
            "common, expected parameters of one system"
        )
    systems = sweep.systems or shared
    _check_names("sweep.systems", systems, variant.systems)
    for system in systems:
        for name in lacking[system]:
            raise ConfigurationError(
                f"sweep.systems has {system}, which does not depend on {name}, expected "
                f"{one_of(shared)}"
            )
    return systems


def _belongs(name: str, system: str) -> bool:
    section, *inner = name.split(".")
    return section == section_of(system) and (inner[0] != "energy_difference" or inner[1] == system)


def _check_names(key: str, names: Sequence[str], known: Sequence[str]) -> None:
    for number, name in enumerate(names):
        _check_one(f"{key}[{number}]", name, known)


def _check_energies(variant: Variant, sweep: Sweep, systems: Sequence[str]) -> None:
    """Check what parameters have to obey together, at the corners of the box that they fill.

    For the systems of the paper, all energies are positive in a convex region; the highest energy
    is a convex and the lowest a concave function of the parameters. The corners therefore speak
    for all points. Of any other system some points between them are looked at too.
    """
    paper = set(map(section_of, systems)) <= {"three_level", "coupled_tls"}
    ends = {
        name: sorted(set(axis.ends if paper else axis.array[:: max(axis.points // 8, 1)].tolist()))
        for name, axis in sweep.parameters.items()
        if not {"baths", "distributions"} & {*name.split(".")} or name.endswith(".exponent")
    }
    reached: dict[str, list[float]] = {}
    for values in itertools.product(*ends.values()):
        corner = dict(zip(ends, values, strict=True))
        changed = substituted(variant, corner)
        try:
            used = changed.used_energies(systems)
            changed.check_principal_values(used)
        except ConfigurationError as error:
            where = ", ".join(f"{name} = {value}" for name, value in corner.items())
            raise ConfigurationError(f"sweep.parameters reaches {where}: {error}") from None
        for section, energies in used.items():
            reached.setdefault(section, []).extend(energies)
    variant.check_curves(reached)


def _chunk_points(sweep: Sweep, shapes: Sequence[tuple[int, ...]]) -> int:
    """Points of a job, as given or so that there are not too many jobs."""

    def jobs(points: int) -> int:
        return max(number_of_boxes(shape, points) for shape in shapes)

    smallest = math.ceil(max(math.prod(shape) for shape in shapes) / MOST_CHUNKS)
    while jobs(smallest) > MOST_CHUNKS:
        smallest = math.ceil(1.1 * smallest)
    points = sweep.chunk_points
    if points is None:
        return max(CHUNK_POINTS, smallest)
    if jobs(points) > MOST_CHUNKS:
        raise ConfigurationError(
            f"sweep.chunk_points is {points}, which makes {jobs(points)} jobs for a system, "
            f"expected {smallest} or more, for at most {MOST_CHUNKS} jobs"
        )
    return points


# Figures ---------------------------------------------------------------------------------------


def _resolved_figure(key: str, figure: SweepFigure, variant: Variant) -> SweepFigure:
    sweep = sweep_of(variant)
    system = _chosen(f"{key}.system", figure.system, sweep.systems or ())
    equation = _chosen(f"{key}.equation", figure.equation, sweep.equations or ())
    _check_one(f"{key}.variable", figure.variable, sweep_variables(variant, system))
    if (figure.y is None) == (figure.curves is None):
        found = "neither y nor curves" if figure.y is None else "both y and curves"
        raise ConfigurationError(f"{key} has {found}, expected y for a map or curves for line cuts")
    axes = sweep_axes(variant, system)
    other, second = ("curves", figure.curves) if figure.y is None else ("y", figure.y)
    _check_one(f"{key}.x", figure.x, axes)
    _check_one(f"{key}.{other}", second, axes)
    if second == figure.x:
        raise ConfigurationError(f"{key}.{other} is {second}, expected another dimension than x")
    left = [name for name in axes if name not in (figure.x, second)]
    for name, value in figure.at.items():
        _check_one(f"{key}.at", name, left)
        lowest, highest = axes[name].ends
        if not lowest <= value <= highest:
            raise ConfigurationError(
                f"{key}.at.{name} is {value}, expected a number from {lowest} to {highest}"
            )
    for name in left:
        if name not in figure.at:
            raise ConfigurationError(f"{key}.at.{name} is missing, expected a number")
    _check_leading(key, figure, variant, system)
    return figure.model_copy(update={"system": system, "equation": equation})


def _check_leading(key: str, figure: SweepFigure, variant: Variant, system: str) -> None:
    """Check that a level or bath is named where the variable has several, and only there."""
    (leading,) = catalogue.LEADING_DIMENSIONS.get(figure.variable, ("",))
    for name, given in (("level", figure.level), ("bath", figure.bath)):
        if (given is not None) != (name == leading):
            what = "is missing" if given is None else f"is {given}"
            expected = "one of them" if given is None else "none"
            raise ConfigurationError(
                f"{key}.{name} {what}, expected {expected} for the variable {figure.variable}"
            )
    if leading == "bath":
        _check_one(f"{key}.bath", figure.bath, dict(variant.section(system).baths.items()))
    if leading == "level":
        _check_one(f"{key}.level", figure.level, variant.level_system(system).levels)


def _chosen(key: str, name: str | None, known: Sequence[str]) -> str:
    """System or equation of a figure; it may be left out where there is one only."""
    if name is None and len(known) == 1:
        return known[0]
    if name is None:
        raise ConfigurationError(f"{key} is missing, expected {one_of(known)}")
    _check_one(key, name, known)
    return name


def _check_one(key: str, name: Any, known: Iterable[str]) -> None:
    known = list(known)
    if name not in known:
        raise ConfigurationError(
            f"{key} is {shown(name)}, expected {one_of(known)}{near(name, known)}"
        )
