"""Files read by programs that others wrote, in the environment of requirements/exchange.lock.

Prints what is wrong with any of the files named; called by test_exchange.py.
"""

import sys
from pathlib import Path

import h5py
import numpy as np
import pint
import pint_xarray  # noqa: F401 -- gives datasets `.pint`
import xarray as xr
from compliance_checker.runner import CheckSuite

#: Subtracts neighbouring values, also of texts; done below for numbers.
UNABLE = "check_coordinate_variables_strict_monotonicity"
#: A recommendation: a sweep's parameters keep their dotted names.
ALLOWED = ("three_level.", "coupled_tls.")


def conventions(path):
    """What the checker of the conventions has to say, if only a recommendation."""
    suite = CheckSuite()
    with suite.load_dataset(str(path)) as dataset:
        found = suite.run_all(dataset, ["cf:1.11"], skip_checks=[UNABLE])
    for results, errors in found.values():
        yield from map(str, errors)
        waiting = list(results)
        while waiting:
            result = waiting.pop()
            waiting += result.children or []
            for message in result.msgs or []:
                if not any(f" {start}" in message for start in ALLOWED):
                    yield message


def coordinates(dataset):
    for name in dataset.dims:
        values = dataset[name].values if name in dataset.coords else np.zeros(1)
        if values.dtype.kind in "iuf" and not (np.diff(values) > 0).all():
            yield f"{name} does not increase"


def units(path):
    """All that counts something has a unit for pint, and another one for the energies."""
    registry = pint.UnitRegistry(force_ndarray_like=True)
    for own in ("epsilon", "unit_of_energy", "length"):
        registry.define(f"{own} = [own_{own}]")
    with xr.open_dataset(path, engine="netcdf4") as dataset:
        yield from coordinates(dataset)
        numbers = {n for n, v in dataset.variables.items() if v.dtype.kind in "iufb"}
        quantified = dataset.pint.quantify(unit_registry=registry)
        for name in numbers:
            if quantified[name].pint.units is None:
                yield f"{name} has no unit"
            own = dataset[name].attrs.get("in_units_of")
            if own and registry.Unit(own).dimensionless:
                yield f"{name} is in units of {own}, which is none"


def plain(path):
    """By HDF5 alone, as R and Julia do, and by h5netcdf: the same values."""
    dataset = xr.load_dataset(path, engine="netcdf4")
    with h5py.File(path) as file:
        stored = {name: file[name][...] for name in dataset.variables}
    for name, variable in dataset.variables.items():
        if variable.dtype.kind in "fi":
            equal_nan = variable.dtype.kind == "f"
            if not np.array_equal(stored[name], variable.values, equal_nan=equal_nan):
                yield f"{name} has other values by HDF5"
    if not dataset.equals(xr.load_dataset(path, engine="h5netcdf")):
        yield "has other values by h5netcdf"


def main(paths):
    CheckSuite.load_all_available_checkers()
    for path in map(Path, paths):
        for check in (conventions, units, plain):
            for problem in check(path):
                print(f"{path.name}, {check.__name__}: {problem}")
    print(f"{len(paths)} files read")


if __name__ == "__main__":
    main(sys.argv[1:])
