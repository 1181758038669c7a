"""The key `sweep` of a variant: checked in full before any job starts, defaults filled in.

Imported for variants with a sweep only, and like `configuration` without numerical packages.
"""

from __future__ import annotations

import copy
import itertools
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from li_cai_sun_2015.catalogue import (
    EQUATIONS,
    GRID,
    LEADING_DIMENSIONS,
    SECTIONS,
    SITE_VARIABLES,
    STEADY_STATE_VARIABLES,
    SYSTEMS,
)
from li_cai_sun_2015.configuration.variant import (
    VARIANT_SCHEMA,
    Configuration,
    _check_axis,
    _check_principal_values,
    _check_tables,
    _coupled_tls_energies,
    _explained,
    _three_level_energies,
    _validator,
)
from paper_replication.refusals import ConfigurationError, near, one_of, shortened, shown
from steady_coherence.numerics.blocks import Box, box, extent, number_of_boxes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

#: Points of a job, where a variant does not say: some seconds of work.
CHUNK_POINTS = 10_000_000
#: A reader of the gathered file keeps each part open that it has read from, and takes parts that
#: it cannot open for missing ones. macOS grants 256 open files: enough for two sweeps side by side.
MOST_CHUNKS = 120

#: For those who reserve time and memory. Measured (docs/performance.md): with writing, a job did
#: two million points a second beside another one, on a disk that wrote 0.4 GB a second; principal
#: values take up to a second for each set of parameters; memory peaked at 200 MB.
SAFE_RATE = 200_000  # points per second
SAFE_SECONDS = 2.0  # for each set of parameters with principal values
SAFE_MEMORY = 1000  # MB


@dataclass(frozen=True)
class Parameter:
    """A number of a variant that can be swept.

    Attributes
    ----------
    schema : dict
        What JSON Schema says of it.
    long_name, units, symbol : str
        Its labels, from the descriptions in the schema; the symbol is mathtext.
    """

    schema: Configuration
    long_name: str
    units: str
    symbol: str


def substituted(configuration: Configuration, values: Mapping[str, Any]) -> Configuration:
    """Configuration with other values at some dotted names.

    Parameters
    ----------
    configuration : dict
        A resolved configuration; it is not changed.
    values : mapping of str to float or ndarray
        Dotted names and values.

    Returns
    -------
    dict
    """
    sections = {name.partition(".")[0] for name in values}
    changed = {**configuration, **{name: copy.deepcopy(configuration[name]) for name in sections}}
    for name, value in values.items():
        *above, last = name.split(".")
        part = changed
        for key in above:
            part = part[key]
        part[last] = value
    return changed


def parameters_of(
    configuration: Configuration, schema: str | Path = VARIANT_SCHEMA
) -> dict[str, Parameter]:
    """Every number of a variant that can be swept, under its dotted name.

    Parameters
    ----------
    configuration : dict
        A resolved configuration.
    schema : str or Path
        JSON Schema of a complete variant.

    Returns
    -------
    dict of str to Parameter
    """
    root = _validator(str(schema)).schema
    return {
        name: parameter
        for section in dict.fromkeys(SECTIONS.values())
        for name, parameter in _parameters(
            root["properties"][section], configuration[section], section, [], root
        )
    }


def _parameters(
    part: Any, data: Any, key: str, above: list[tuple[str, Any]], root: Configuration
) -> Iterator[tuple[str, Parameter]]:
    """Walk a part of the configuration along with its schema; `above` starts below `baths`."""
    while "$ref" in part:
        definition = root["$defs"][part["$ref"].rpartition("/")[2]]
        part = definition | {name: inner for name, inner in part.items() if name != "$ref"}
    if isinstance(data, dict):
        properties = dict(part.get("properties", {}))
        for rule in part.get("allOf", []):
            if rule["if"]["properties"]["shape"]["const"] == data["shape"]:
                properties |= rule["then"]["properties"] | {"shape": properties["shape"]}
        name = key.rpartition(".")[2]
        inside = [*above, (name, part)] if ".baths." in key else []
        for name, inner in data.items():
            yield from _parameters(properties.get(name, {}), inner, f"{key}.{name}", inside, root)
    elif "unit" in part:
        yield key, _labelled(part, key, above)


def _labelled(part: Configuration, key: str, above: list[tuple[str, Any]]) -> Parameter:
    descriptions = [inner["description"] for _, inner in above] + [part["description"]]
    clauses = [text.partition(";")[0].rstrip(".") for text in reversed(descriptions)]
    long_name = "; ".join([clauses[0], *(text[0].lower() + text[1:] for text in clauses[1:])])
    if "symbol" in part:
        symbol = f"${part['symbol']}$"
    else:
        curve = next(inner["symbol"] for _, inner in reversed(above) if "symbol" in inner)
        symbol = f"{key.rpartition('.')[2]} of ${curve}$"
    if part["unit"] == "epsilon":
        symbol = f"{symbol.removesuffix('$')}/\\varepsilon$" if "symbol" in part else symbol
    if above and not above[0][0].isdigit():
        symbol += f" ({above[0][0]} bath)"
    return Parameter(part, long_name, part["unit"], symbol)


# Checking --------------------------------------------------------------------------------------


def resolved_sweep(configuration: Configuration, schema: str | Path) -> Configuration:
    """Check the sweep of a variant that is valid otherwise, and fill in what is not given.

    Parameters
    ----------
    configuration : dict
        A resolved configuration with the key `sweep`, as the schema has it.
    schema : str or Path
        JSON Schema of a complete variant.

    Returns
    -------
    dict
        The sweep with all of its keys.

    Raises
    ------
    ConfigurationError
        If a sweep of this kind cannot be computed.
    """
    sweep = configuration["sweep"]
    axes = sweep["parameters"]
    _check_parameters(configuration, schema)
    systems = _systems(sweep)
    equations = sweep.get("equations", ["nonsecular", "secular"])
    _check_names("sweep.equations", equations, EQUATIONS)
    if "nonsecular_lamb" in equations and not configuration["lamb_shift"]:
        raise ConfigurationError(
            "sweep.equations has nonsecular_lamb, expected lamb_shift: true with it"
        )
    known = [*STEADY_STATE_VARIABLES, *(SITE_VARIABLES if "coupled_tls" in systems else ())]
    variables = sweep.get("variables", known)
    _check_names("sweep.variables", variables, known)
    _check_energies(configuration)
    shapes = [sweep_shape(configuration, system) for system in systems]
    resolved = {
        "parameters": axes,
        "systems": systems,
        "equations": equations,
        "variables": variables,
        "chunk_points": _chunk_points(sweep, shapes),
        "compression": sweep.get("compression", 0),
        "figures": {},
    }
    with_sweep = {**configuration, "sweep": resolved}
    for name, figure in sweep.get("figures", {}).items():
        resolved["figures"][name] = _resolved_figure(f"sweep.figures.{name}", figure, with_sweep)
    return resolved


def sweep_axes(configuration: Configuration, system: str) -> dict[str, Configuration]:
    """Axis of every dimension of a sweep, outermost first."""
    section = configuration[SECTIONS[system]]
    return {**configuration["sweep"]["parameters"], **{name: section[name] for name in GRID}}


def sweep_shape(configuration: Configuration, system: str) -> tuple[int, ...]:
    """Numbers of points along the dimensions of a sweep, outermost first."""
    return tuple(
        len(axis["values"]) if "values" in axis else axis["points"]
        for axis in sweep_axes(configuration, system).values()
    )


def sweep_variables(configuration: Configuration, system: str) -> list[str]:
    """Those of the variables of a sweep that a system has."""
    sites = SITE_VARIABLES if system == "coupled_tls" else ()
    known = (*STEADY_STATE_VARIABLES, *sites)
    return [name for name in configuration["sweep"]["variables"] if name in known]


def chunk_configuration(configuration: Configuration) -> Configuration:
    """What the values and the files of a sweep's chunks depend on.

    Parameters
    ----------
    configuration : dict
        Resolved configuration of a variant with a sweep.

    Returns
    -------
    dict
        The same without the lists of systems, equations and figures, to which something may be
        added while finished chunks keep their worth.
    """
    kept = ("parameters", "variables", "chunk_points", "compression")
    return {**configuration, "sweep": {name: configuration["sweep"][name] for name in kept}}


def chunk_box(configuration: Configuration, system: str, number: int) -> Box:
    """Part of a sweep that a chunk computes, a slice for each dimension."""
    points: int = configuration["sweep"]["chunk_points"]
    return box(sweep_shape(configuration, system), points, number)


def number_of_chunks(configuration: Configuration, system: str) -> int:
    """Number of chunks that the sweep of a system is cut into."""
    points = configuration["sweep"]["chunk_points"]
    return number_of_boxes(sweep_shape(configuration, system), points)


def safe_minutes(configuration: Configuration, system: str, equation: str, number: int) -> int:
    """Minutes that a chunk takes at most."""
    sizes = extent(chunk_box(configuration, system, number))
    seconds = math.prod(sizes) / SAFE_RATE
    if equation == "nonsecular_lamb":
        seconds += math.prod(sizes[: -len(GRID)]) * SAFE_SECONDS
    return 1 + math.ceil(seconds / 60)


def _check_parameters(configuration: Configuration, schema: str | Path) -> None:
    """Check names and axes: each value by itself is what the schema allows at its place."""
    known = parameters_of(configuration, schema)
    validator = _validator(str(schema))
    for name, axis in configuration["sweep"]["parameters"].items():
        if name not in known:
            raise ConfigurationError(_no_parameter(name, configuration, known))
        key = f"sweep.parameters.{name}"
        _check_axis(key, axis)
        given = {f"values[{number}]": value for number, value in enumerate(axis.get("values", []))}
        # What is allowed is an interval: the ends of a range speak for all of it.
        for at, value in (given or {end: axis[end] for end in ("start", "stop")}).items():
            rules = validator.evolve(schema=known[name].schema)
            if error := next(rules.iter_errors(value), None):
                raise ConfigurationError(f"{key}.{at}{_explained(error, known[name].schema)}")
        if known[name].schema["type"] == "integer" and not given:
            raise ConfigurationError(f"{key} is a range, expected {{values: [...]}} of integers")


def _no_parameter(name: str, configuration: Configuration, known: Iterable[str]) -> str:
    part: Any = configuration
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


def _systems(sweep: Configuration) -> list[str]:
    """Systems of a sweep, each of which has all parameters."""
    shared = [
        system for system in SYSTEMS if all(_belongs(name, system) for name in sweep["parameters"])
    ]
    if not shared:
        raise ConfigurationError(
            f"sweep.parameters has {' and '.join(sweep['parameters'])}, which no system has in "
            "common, expected parameters of one system"
        )
    systems: list[str] = sweep.get("systems", shared)
    _check_names("sweep.systems", systems, SYSTEMS)
    for system in systems:
        if system not in shared:
            name = next(name for name in sweep["parameters"] if not _belongs(name, system))
            raise ConfigurationError(
                f"sweep.systems has {system}, which does not depend on {name}, expected "
                f"{one_of(shared)}"
            )
    return systems


def _belongs(name: str, system: str) -> bool:
    section, *inner = name.split(".")
    return section == SECTIONS[system] and (inner[0] != "energy_difference" or inner[1] == system)


def _check_names(key: str, names: Sequence[str], known: Sequence[str]) -> None:
    for number, name in enumerate(names):
        if name not in known:
            raise ConfigurationError(
                f"{key}[{number}] is {shown(name)}, expected {one_of(known)}{near(name, known)}"
            )


def _check_energies(configuration: Configuration) -> None:
    """Check what parameters have to obey together, at the corners of the box that they fill.

    Where all energies are positive is a convex region; the highest energy is a convex and the
    lowest a concave function of the parameters. The corners therefore speak for all points.
    """
    ends = {
        name: _ends(axis)
        for name, axis in configuration["sweep"]["parameters"].items()
        if ".baths." not in name or name.endswith(".exponent")
    }
    energies: dict[str, list[float]] = {"three_level": [], "coupled_tls": []}
    for values in itertools.product(*ends.values()):
        corner = dict(zip(ends, values, strict=True))
        changed = substituted(configuration, corner)
        try:
            for pair in _three_level_energies(changed["three_level"]).values():
                energies["three_level"] += pair
            energies["coupled_tls"] += _coupled_tls_energies(changed["coupled_tls"])
            if changed["lamb_shift"]:
                _check_principal_values("three_level.baths", changed["three_level"]["baths"])
                _check_principal_values("coupled_tls.baths", changed["coupled_tls"]["baths"])
        except ConfigurationError as error:
            where = ", ".join(f"{name} = {value}" for name, value in corner.items())
            raise ConfigurationError(f"sweep.parameters reaches {where}: {error}") from None
    for section, used in energies.items():
        _check_tables(f"{section}.baths", configuration[section]["baths"], used)


def _ends(axis: Configuration) -> list[float]:
    """Smallest and largest value of an axis."""
    ends = (axis["values"][0], axis["values"][-1]) if "values" in axis else _range_ends(axis)
    return sorted(set(ends))


def _range_ends(axis: Configuration) -> tuple[float, float]:
    return axis["start"], axis["stop"] if axis["points"] > 1 else axis["start"]


def _chunk_points(sweep: Configuration, shapes: Sequence[tuple[int, ...]]) -> int:
    """Points of a job, as given or so that there are not too many jobs."""

    def jobs(points: int) -> int:
        return max(number_of_boxes(shape, points) for shape in shapes)

    smallest = math.ceil(max(math.prod(shape) for shape in shapes) / MOST_CHUNKS)
    while jobs(smallest) > MOST_CHUNKS:
        smallest = math.ceil(1.1 * smallest)
    if "chunk_points" not in sweep:
        return max(CHUNK_POINTS, smallest)
    points: int = sweep["chunk_points"]
    if jobs(points) > MOST_CHUNKS:
        raise ConfigurationError(
            f"sweep.chunk_points is {points}, which makes {jobs(points)} jobs for a system, "
            f"expected {smallest} or more, for at most {MOST_CHUNKS} jobs"
        )
    return points


# Figures ---------------------------------------------------------------------------------------


def _resolved_figure(
    key: str, figure: Configuration, configuration: Configuration
) -> Configuration:
    sweep = configuration["sweep"]
    system = _chosen(key, "system", figure, sweep["systems"])
    equation = _chosen(key, "equation", figure, sweep["equations"])
    variable = figure["variable"]
    _check_one(f"{key}.variable", variable, sweep_variables(configuration, system))
    if ("y" in figure) == ("curves" in figure):
        found = "both y and curves" if "y" in figure else "neither y nor curves"
        raise ConfigurationError(f"{key} has {found}, expected y for a map or curves for line cuts")
    axes = sweep_axes(configuration, system)
    drawn = [name for name in ("x", "y", "curves") if name in figure]
    for axis in drawn:
        _check_one(f"{key}.{axis}", figure[axis], axes)
    if figure[drawn[0]] == figure[drawn[1]]:
        raise ConfigurationError(
            f"{key}.{drawn[1]} is {figure[drawn[1]]}, expected another dimension than x"
        )
    left = [name for name in axes if name not in (figure[drawn[0]], figure[drawn[1]])]
    for name, value in figure["at"].items():
        _check_one(f"{key}.at", name, left)
        lowest, highest = _ends(axes[name])[0], _ends(axes[name])[-1]
        if not lowest <= value <= highest:
            raise ConfigurationError(
                f"{key}.at.{name} is {value}, expected a number from {lowest} to {highest}"
            )
    for name in left:
        if name not in figure["at"]:
            raise ConfigurationError(f"{key}.at.{name} is missing, expected a number")
    _check_leading(key, figure, configuration, system)
    return {**figure, "system": system, "equation": equation}


def _check_leading(
    key: str, figure: Configuration, configuration: Configuration, system: str
) -> None:
    """Check that a level or bath is named where the variable has several, and only there."""
    (leading,) = LEADING_DIMENSIONS.get(figure["variable"], ("",))
    for name in ("level", "bath"):
        if (name in figure) != (name == leading):
            what = "is missing" if name == leading else f"is {figure[name]}"
            expected = "one of them" if name == leading else "none"
            raise ConfigurationError(
                f"{key}.{name} {what}, expected {expected} for the variable {figure['variable']}"
            )
    if leading == "bath":
        _check_one(f"{key}.bath", figure["bath"], configuration[SECTIONS[system]]["baths"])
    if leading == "level":
        # Imported here because it needs NumPy, which takes longer than all the rest.
        from li_cai_sun_2015.configuration.model import level_system  # noqa: PLC0415

        _check_one(f"{key}.level", figure["level"], level_system(configuration, system).levels)


def _chosen(key: str, name: str, figure: Configuration, known: Sequence[str]) -> str:
    """System or equation of a figure; it may be left out where there is one only."""
    if name not in figure and len(known) == 1:
        return known[0]
    if name not in figure:
        raise ConfigurationError(f"{key}.{name} is missing, expected {one_of(known)}")
    _check_one(f"{key}.{name}", figure[name], known)
    chosen: str = figure[name]
    return chosen


def _check_one(key: str, name: str, known: Iterable[str]) -> None:
    known = list(known)
    if name not in known:
        raise ConfigurationError(
            f"{key} is {shown(name)}, expected {one_of(known)}{near(name, known)}"
        )
