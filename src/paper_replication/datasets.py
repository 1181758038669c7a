"""Datasets in and out of NetCDF by the CF conventions: every variable has a unit and a name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from paper_replication.files import read_json, replacing
from paper_replication.provenance import UNRECORDED, Provenance
from paper_replication.refusals import DataError

# Slow to import, and not needed for attributes alone.
if TYPE_CHECKING:
    import xarray as xr

#: Unit, None for texts, and long_name of each variable by its short name.
Variables = Mapping[str, tuple[str | None, str]]

#: What they ask of every file; the newest version of them that their checker knows.
CONVENTIONS = {
    "Conventions": "CF-1.11",
    "history": "Computed from what the attribute configuration says.",
}
#: Units of numbers that everybody knows; others are a replication's own.
KNOWN_UNITS = ("1", "radian")
#: Attributes of a variable of true and false.
FLAGS = {
    "standard_name": "status_flag",
    "flag_values": np.array([0, 1], "i1"),
    "flag_meanings": "false true",
}


def unit_attributes(unit: str | None) -> dict[str, str]:
    """Attributes that say what the numbers of a variable count; none for texts, whose unit is None.

    A number in a unit that only this replication has is a ratio, by the conventions: it has the
    unit 1, and its own under ``in_units_of``.
    """
    if unit is None:
        return {}
    return {"units": unit} if unit in KNOWN_UNITS else {"units": "1", "in_units_of": unit}


def variable_attributes(variables: Variables, name: str, kind: Any = float) -> dict[str, Any]:
    """Attributes of a variable of some data type; a `KeyError` if the table does not have it."""
    unit, long_name = variables[name]
    flags = FLAGS if np.dtype(kind) == bool else {}
    return {"long_name": long_name} | unit_attributes(unit) | flags


def labelled(
    data: Mapping[str, tuple[tuple[str, ...], Any]],
    coordinates: Mapping[str, Any],
    variables: Variables,
    attributes: Mapping[str, Any],
) -> xr.Dataset:
    """Dataset of variables and coordinates, each with its attributes, and some of its own.

    The variables' units and long_names are looked up; a `KeyError` says which one is missing.
    """
    import xarray as xr  # noqa: PLC0415

    dataset = xr.Dataset(data, coordinates, CONVENTIONS | dict(attributes))
    for name, variable in dataset.variables.items():
        variable.attrs = variable_attributes(variables, str(name), variable.dtype)
    # NaN in a variable is explained by the one that is true or false on the same grid.
    for flag in (name for name, variable in dataset.items() if variable.dtype == bool):
        for values in dataset.data_vars.values():
            if values.dtype != bool and set(dataset[flag].dims) <= set(values.dims):
                values.attrs["ancillary_variables"] = flag
    for name in dataset.coords:
        dataset[name].encoding["_FillValue"] = None  # coordinates have all their values
    return dataset


def write(dataset: xr.Dataset, path: str | Path, made: Provenance = UNRECORDED) -> None:
    """Write a dataset to NetCDF, with what it was made from as further attributes.

    A file of that name is complete or absent.
    """
    with replacing(path) as partial:
        dataset.assign_attrs(made).to_netcdf(partial, engine="netcdf4", format="NETCDF4")


def read(path: str | Path) -> xr.Dataset:
    """Read a dataset into memory; a file that is missing or damaged is refused by a `DataError`."""
    import xarray as xr  # noqa: PLC0415

    try:
        return xr.load_dataset(path, engine="netcdf4")
    except (OSError, RuntimeError, ValueError) as error:  # the second where a block is damaged
        raise DataError.unreadable(path, error) from None


def read_all(paths: Sequence[str | Path], configuration: str | Path) -> list[xr.Dataset]:
    """Read datasets that are made from one configuration, of which there is a file as well.

    One that is missing, damaged or of another configuration is refused by a `DataError`.
    """
    expected = read_json(configuration)
    found = [read(path) for path in paths]
    for path, dataset in zip(paths, found, strict=True):
        if json.loads(dataset.attrs.get("configuration", "null")) != expected:
            what = f"is of another configuration than {configuration}"
            raise DataError(f"{path} {what}: remove it and run again")
    return found
