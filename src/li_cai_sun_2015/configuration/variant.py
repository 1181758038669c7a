"""Variant files: read strictly, merged onto the paper's, checked, returned as plain data.

Imported at every start of the workflow, therefore without numerical packages.
Every refusal is a `ConfigurationError` of one line.
"""

from __future__ import annotations

import itertools
import math
import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from li_cai_sun_2015.configuration.tables import TableError, read_table, tables_of, tabulated_curves
from paper_replication.refusals import (
    ConfigurationError,
    blaming,
    near,
    one_of,
    shortened,
    shown,
)
from paper_replication.strict_yaml import read_yaml

if TYPE_CHECKING:
    pass

__all__ = [
    "ConfigurationError",
    "load_configuration",
    "load_variant",
    "merge",
    "tables_of",
    "variant_files",
]

Configuration = dict[str, Any]

VARIANT_FOLDER = "config/variants"
#: The variants that come with the package: those of config/variants where it was built.
SHIPPED = Path(__file__).parents[1] / "variants"
SCHEMAS = Path(__file__).parents[3] / "workflow" / "schemas"
VARIANT_SCHEMA = SCHEMAS / "variant.schema.yaml"
CONFIG_SCHEMA = SCHEMAS / "config.schema.yaml"
VARIANT_NAME = r"[A-Za-z0-9_-]{1,64}"

LARGEST_GRID = 10_000_000  # points; some gigabytes of results


def load_variant(
    name: str, folder: str | Path = VARIANT_FOLDER, schema: str | Path = VARIANT_SCHEMA
) -> Configuration:
    """Load a variant: what its file says, merged onto paper.yaml, and checked.

    Parameters
    ----------
    name : str
        Name of the variant, that is of its file without .yaml.
    folder : str or Path
        Folder of the variant files.
    schema : str or Path
        JSON Schema of a complete variant.

    Returns
    -------
    dict
        The resolved configuration: mappings, lists, texts, numbers.

    Raises
    ------
    ConfigurationError
        If there is no such variant, or its file, or paper.yaml, is wrong.
    """
    if not re.fullmatch(VARIANT_NAME, str(name)):
        raise ConfigurationError(
            f"variant {shown(name)} in {folder}: expected a name of letters, digits, _ and -"
        )
    existing = _existing(folder)
    if name not in existing:
        raise ConfigurationError(
            f"variant {name} ({Path(folder, name)}.yaml): there is no such file, expected "
            f"{one_of(sorted(existing))}{near(name, existing)}"
        )
    base = existing["paper"]
    with blaming(f"variant paper ({base})"):
        paper = _checked(_read(base), schema)
    if name == "paper":
        return paper
    path = existing[name]
    with blaming(f"variant {name} ({path})"):
        own = _read(path)
        # The paper's description would be untrue of anything else.
        merged: Configuration = merge(
            paper, {"description": f"{name}, a variant of the paper", **own}
        )
        return _checked(merged, schema)


def variant_files(name: str, folder: str | Path = VARIANT_FOLDER) -> list[str]:
    """Files that say what a variant is: paper.yaml, and what differs from it."""
    existing = _existing(folder)
    return sorted({str(existing["paper"]), str(existing[name])})


def _existing(folder: str | Path) -> dict[str, Path]:
    """Files of all variants by their names: a folder's own, and by default the package's."""
    folders = [SHIPPED, Path(folder)] if folder == VARIANT_FOLDER else [Path(folder)]
    # Not is_file(): some file systems take Paper.yaml for paper.yaml.
    found = {path.stem: path for each in folders for path in each.glob("*.yaml")}
    return {"paper": folders[-1] / "paper.yaml"} | found


def _read(path: Path) -> Configuration:
    """Read a variant file; an empty one is more likely a mistake than the paper once more."""
    own = read_yaml(path)
    if not own:
        raise ConfigurationError("the file is empty, expected a description at least")
    return own


def load_configuration(
    config: Configuration,
    schema: str | Path = CONFIG_SCHEMA,
    origin: str | Path = "config/config.yaml (or --config)",
) -> Configuration:
    """Check the configuration of a run, as parsed by Snakemake.

    Parameters
    ----------
    config : dict
        What config/config.yaml and ``--config`` say. One variant may be given
        as a text.
    schema : str or Path
        JSON Schema of the configuration.
    origin : str or Path
        What an error calls its source.

    Returns
    -------
    dict
        The configuration, with a list under ``variants``.

    Raises
    ------
    ConfigurationError
        If the configuration is not what the schema says.
    """
    with blaming(str(origin)):
        if not isinstance(config, dict):
            raise ConfigurationError(f"top level is {shown(config)}, expected a mapping")
        checked = {str(key): value for key, value in config.items()}
        if isinstance(checked.get("variants"), str):
            checked["variants"] = [checked["variants"]]
        _check_schema(checked, schema)
        return checked


def merge(old: Any, new: Any) -> Any:
    """Merge what a variant says onto what it builds on.

    Mappings merge key by key, anything else replaces. A mapping that names a
    `shape`, or switches an axis between a range and values, replaces too: the
    parameters of the one mean nothing to the other.

    Parameters
    ----------
    old, new : object
        Plain data; neither is changed.

    Returns
    -------
    object
        The merged data.
    """
    if not isinstance(old, dict) or not isinstance(new, dict) or "shape" in new:
        return new
    if "values" in new or ("values" in old and new.keys() & {"start", "stop", "points"}):
        return new
    return old | {key: merge(old[key], new[key]) if key in old else new[key] for key in new}


# Checking --------------------------------------------------------------------------------------


def _checked(configuration: Configuration, schema: str | Path) -> Configuration:
    """Return a variant that is valid, its sweep complete."""
    _check_variant(configuration, schema)
    if "sweep" not in configuration:
        return configuration
    from li_cai_sun_2015.configuration.sweep import resolved_sweep  # noqa: PLC0415 -- imports this

    return {**configuration, "sweep": resolved_sweep(configuration, schema)}


def _check_variant(configuration: Configuration, schema: str | Path) -> None:
    _check_schema(configuration, schema)
    three_level, coupled_tls = configuration["three_level"], configuration["coupled_tls"]
    figure_4 = configuration["figure_4"]

    _check_axis("spectra.frequency", configuration["spectra"]["frequency"])
    for key, part in (("three_level", three_level), ("coupled_tls", coupled_tls)):
        _check_grid(key, part["temperature"], part["temperature_difference"])
    _check_hotter_than_zero("figure_4", figure_4["temperature"], figure_4["temperature_difference"])

    energies = _three_level_energies(three_level)
    used = [energy for pair in energies.values() for energy in pair]
    _check_tables("three_level.baths", three_level["baths"], used)
    _check_tables("coupled_tls.baths", coupled_tls["baths"], _coupled_tls_energies(coupled_tls))
    _check_tables("figure_4", figure_4, energies["lambda"])
    if configuration["lamb_shift"]:
        _check_principal_values("three_level.baths", three_level["baths"])
        _check_principal_values("coupled_tls.baths", coupled_tls["baths"])


def _check_principal_values(key: str, part: Any) -> None:
    """Refuse a Lamb shift of spectra for which the integrals of Eq. (A.5) diverge."""
    if not isinstance(part, dict):
        return
    flat = part.get("shape") == "flat" or (part.get("shape") == "ohmic" and not part["exponent"])
    if flat:
        raise ConfigurationError(
            f"lamb_shift is true, expected false, or at {key} another shape than "
            f"{part['shape']}{' of exponent 0' if part['shape'] == 'ohmic' else ''}, for which the "
            "principal values diverge"
        )
    for name, inner in part.items():
        _check_principal_values(f"{key}.{name}", inner)


def _three_level_energies(three_level: Configuration) -> dict[str, list[float]]:
    """Return eps_1 and eps_2 of each system, checked to be positive."""
    mean = three_level["mean_energy"]
    energies = {}
    for system, difference in three_level["energy_difference"].items():
        energies[system] = [mean + 0.5 * difference, mean - 0.5 * difference]
        if min(energies[system]) <= 0.0:
            raise ConfigurationError(
                f"three_level.energy_difference.{system} is {difference}, expected between "
                f"-{2 * mean} and {2 * mean} (twice mean_energy), so that both energies are > 0"
            )
    return energies


def _coupled_tls_energies(coupled_tls: Configuration) -> list[float]:
    """Return the transition energies O - r and O + r, checked to be positive."""
    mean = 0.5 * (coupled_tls["frequency_1"] + coupled_tls["frequency_2"])
    detuning = 0.5 * (coupled_tls["frequency_1"] - coupled_tls["frequency_2"])
    half_splitting = math.hypot(detuning, coupled_tls["coupling"])
    if half_splitting >= mean:
        raise ConfigurationError(
            f"coupled_tls.coupling is {coupled_tls['coupling']}, which splits the levels by "
            f"2 * {half_splitting:g}, expected less than 2 * {mean:g}, so that all transition "
            "energies are > 0"
        )
    return [mean - half_splitting, mean + half_splitting]


def _check_grid(key: str, temperature: Configuration, difference: Configuration) -> None:
    lowest, points = _check_axis(f"{key}.temperature", temperature)
    lowest_difference, points_difference = _check_axis(f"{key}.temperature_difference", difference)
    _check_hotter_than_zero(key, lowest, lowest_difference)
    if points * points_difference > LARGEST_GRID:
        raise ConfigurationError(
            f"{key}.temperature has {points} points and {key}.temperature_difference "
            f"{points_difference}, expected a product of at most {LARGEST_GRID}"
        )


def _check_hotter_than_zero(key: str, temperature: float, difference: float) -> None:
    if temperature + difference < 0.0:
        raise ConfigurationError(
            f"{key}.temperature_difference reaches {difference} where {key}.temperature is "
            f"{temperature}, expected a sum >= 0"
        )


def _check_axis(key: str, axis: Configuration) -> tuple[float, int]:
    """Return the lowest value and the number of points."""
    if "values" not in axis:
        start, stop, points = axis["start"], axis["stop"], axis["points"]
        if points > 1 and not start < stop:
            raise ConfigurationError(f"{key}.stop is {stop}, expected more than start, {start}")
        return start, points
    values = axis["values"]
    for index, (before, value) in enumerate(itertools.pairwise(values), start=1):
        if not before < value:
            raise ConfigurationError(
                f"{key}.values[{index}] is {value}, expected more than {before}, the one before"
            )
    return values[0], len(values)


def _check_tables(key: str, part: Configuration, energies: list[float]) -> None:
    """Check that the tables below `key` can be read and cover these energies."""
    for curve_key, curve in tabulated_curves(part, key):
        file_key = f"{curve_key}.file is {shown(curve['file'])}"
        _check_inside(file_key, Path(curve["file"]))
        try:
            frequencies, values = read_table(curve["file"])
        except TableError as error:
            raise ConfigurationError(f"{file_key}, which is of no use: {error}") from None
        lowest, highest = min(energies), max(energies)
        if not frequencies[0] <= lowest <= highest <= frequencies[-1]:
            raise ConfigurationError(
                f"{file_key}, which covers frequencies {frequencies[0]} to {frequencies[-1]}, "
                f"expected at least {lowest} to {highest}"
            )
        if curve_key.endswith(".weight_factor") and max(values) > 1.0:
            raise ConfigurationError(
                f"{file_key}, with the value {max(values)}, expected weight factors from 0 to 1"
            )


def _check_inside(file_key: str, path: Path) -> None:
    """Refuse to read outside of the project, unless an absolute path says so on purpose."""
    if path.is_absolute():
        return
    if ".." in path.parts:
        raise ConfigurationError(f"{file_key}, expected a path inside the project (no ..)")
    if not path.resolve().is_relative_to(Path.cwd().resolve()):
        raise ConfigurationError(
            f"{file_key}, a link to {path.resolve()}, expected a path inside the project, or an "
            "absolute one"
        )


def _check_schema(data: Configuration, schema_path: str | Path) -> None:
    validator = _validator(str(schema_path))
    # A misspelt key is also a missing one: say the former.
    order = {"additionalProperties": 0, "required": 2}
    errors = sorted(validator.iter_errors(data), key=lambda error: order.get(error.validator, 1))
    if errors:
        raise ConfigurationError(_explained(errors[0], validator.schema))


@lru_cache(maxsize=8)
def _validator(schema_path: str) -> Any:
    # Imported here because it takes longer than all the rest of this module.
    import jsonschema  # noqa: PLC0415

    with blaming(f"schema {schema_path}"):
        schema = read_yaml(Path(schema_path))
    # The standard takes 12.0 for an integer; numpy.linspace does not.
    checker = jsonschema.Draft202012Validator.TYPE_CHECKER.redefine(
        "integer", lambda _, value: isinstance(value, int) and not isinstance(value, bool)
    )
    validator: Any = jsonschema.validators.extend(  # type: ignore[no-untyped-call]
        jsonschema.Draft202012Validator, type_checker=checker
    )
    return validator(schema)


def _explained(error: Any, schema: Configuration) -> str:
    """Say what JSON Schema found in the words of the schema's titles."""
    path = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in error.absolute_path)
    key = "".join(path).removeprefix(".")
    inside = f"{key}." if key else ""
    properties = error.schema.get("properties", {})
    if error.validator == "additionalProperties":
        unknown = next(name for name in error.instance if name not in properties)
        return (
            f"{inside}{shortened(unknown)} is not a known key, expected "
            f"{one_of(properties)}{near(unknown, properties)}"
        )
    if error.validator == "required":
        missing = next(name for name in error.validator_value if name not in error.instance)
        return f"{inside}{missing} is missing, expected {_title(properties[missing], schema)}"
    similar = near(error.instance, error.schema.get("enum", []))
    return f"{key} is {shown(error.instance)}, expected {_title(error.schema, schema)}{similar}"


def _title(part: Configuration, schema: Configuration) -> str:
    while "title" not in part:
        part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    return str(part["title"])
