"""Results against reference values: a few points of every variable, and its range and mean."""

import itertools
import json
import math
from collections.abc import Hashable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from paper_replication.files import replacing
from paper_replication.verification.comparison import Comparison, shortened
from paper_replication.verification.kept import Kept

STATISTICS = "minimum, maximum, mean"

Summary = dict[str, Any]
Row = list[float | None]


def close_to_point(values: NDArray[Any], wanted: float, name: str) -> int:
    """Index of a grid point; a `ValueError` if `wanted` is none, to rounding."""
    at = int(np.abs(values - wanted).argmin())
    if not math.isclose(values[at], wanted, rel_tol=1e-9, abs_tol=1e-9):
        raise ValueError(f"{name} has no point {wanted:g}; the nearest one is {values[at]:g}")
    return at


def _plain(value: Any) -> Any:
    """Plain number or text for JSON; what is not finite becomes None."""
    if isinstance(value, (str, np.str_)):
        return str(value)
    if isinstance(value, (bool, np.bool_, int, np.integer)):
        return int(value)
    return float(value) if math.isfinite(value) else None


def _axis(name: str, values: NDArray[Any], kept: Kept) -> Any:
    """Part of a coordinate that is kept: all labels, or the shape of an axis and some places."""
    if name not in kept.places:
        return [_plain(value) for value in values]
    chosen = [close_to_point(values, wanted, name) for wanted in kept.places[name]]
    return {
        "points": len(values),
        "first": _plain(values[0]),
        "last": _plain(values[-1]),
        "chosen": [_plain(values[at]) for at in chosen],
    }


def summarise(dataset: xr.Dataset, kept: Kept) -> Summary:
    """Numbers of a dataset that are kept as a reference.

    These are ``axes`` (dimension to labels, or to the shape of an axis and its chosen points) and
    ``variables`` (name to rows of numbers, each named by its place and running along one dimension;
    or to a bound). A place that is not a point of the grid is a `ValueError`.
    """
    axes = {str(name): _axis(str(name), dataset[name].values, kept) for name in dataset.dims}
    variables = {
        str(name): _numbers(variable, kept) for name, variable in dataset.data_vars.items()
    }
    return {"axes": axes, "variables": variables}


def _numbers(variable: xr.DataArray, kept: Kept) -> Summary:
    values = np.asarray(variable.values, dtype=float)
    if variable.name in kept.bounds:
        if not np.isfinite(values).any():
            return {"largest": None}
        largest = np.unravel_index(int(np.nanargmax(values)), values.shape)
        return {
            "largest": float(values[largest]),
            "there": _point(variable, variable.dims, largest),
        }
    rows = dict(_statistics(variable, kept))
    points = {
        name: [
            close_to_point(variable[name].values, at, str(name)) for at in kept.places[str(name)]
        ]
        for name in variable.dims
        if name in kept.places
    }
    chosen = variable.isel(points).astype(float)
    for at in np.ndindex(chosen.shape[:-1]):
        place = _point(chosen, chosen.dims[:-1], at) or "values"
        rows[place] = [_plain(value) for value in np.atleast_1d(chosen.values[at])]
    return {"along": str(variable.dims[-1]) if variable.dims else None, "rows": rows}


def _statistics(variable: xr.DataArray, kept: Kept) -> Iterator[tuple[str, Row]]:
    """Range and mean over the grid, for each label of the other dimensions."""
    labelled = [name for name in variable.dims if name not in kept.places]
    if len(labelled) == variable.ndim:
        return
    for at in itertools.product(*(range(variable.sizes[name]) for name in labelled)):
        part = variable.isel(dict(zip(labelled, at, strict=True))).values.astype(float)
        known = part[np.isfinite(part)]
        statistics = (known.min(), known.max(), known.mean()) if known.size else (np.nan,) * 3
        where = _point(variable, labelled, at)
        yield f"{where}: {STATISTICS}" if where else STATISTICS, [_plain(x) for x in statistics]


def _point(variable: xr.DataArray, dimensions: Sequence[Hashable], at: Sequence[Any]) -> str:
    """Name of a point by its coordinates."""
    return ", ".join(
        f"{name} {_text(variable[name].values[number])}"
        for name, number in zip(dimensions, at, strict=True)
    )


def _text(value: Any) -> str:
    plain = _plain(value)
    return f"{plain:.12g}" if isinstance(plain, float) else str(plain)


def compare_values(
    name: str, dataset: xr.Dataset, reference: Summary, kept: Kept
) -> list[Comparison]:
    """Compare a dataset with the numbers kept, as `summarise` gives them.

    There is one comparison for the axes; and if these agree, one for each variable.
    """
    try:
        found = summarise(dataset, kept)
    except ValueError as error:
        return [Comparison(False, f"{name} axes", str(error))]
    axes = _compare_axes(f"{name} axes", found["axes"], reference["axes"])
    if not axes.agrees:
        return [axes]
    comparisons = [axes]
    for variable in dict.fromkeys([*reference["variables"], *found["variables"]]):
        quantity = f"{name} {variable}"
        if variable not in found["variables"]:
            comparisons.append(Comparison(False, quantity, "is missing"))
        elif variable not in reference["variables"]:
            comparisons.append(Comparison(False, quantity, "is not in the reference"))
        else:
            new, old = found["variables"][variable], reference["variables"][variable]
            if "at most" in old:
                comparisons.append(_compare_bound(quantity, new, old))
            else:
                allowed = _tolerances(variable, old["rows"], kept.tolerance)
                comparisons.append(_compare_rows(quantity, new, old, allowed, reference["axes"]))
    return comparisons


def _compare_axes(quantity: str, found: Summary, reference: Summary) -> Comparison:
    for name in dict.fromkeys([*reference, *found]):
        if name not in found:
            return Comparison(False, quantity, f"{name} is missing")
        if name not in reference:
            return Comparison(False, quantity, f"{name} is not in the reference")
        old, new = reference[name], found[name]
        if isinstance(old, dict) and isinstance(new, dict):
            for what, expected in old.items():
                if not _all_close(new[what], expected):
                    text = f"{name} has {what} {_shown(new[what])}, reference {_shown(expected)}"
                    return Comparison(False, quantity, text)
        elif old != new:
            text = f"{name} is {_shown(new)}, reference {_shown(old)}"
            return Comparison(False, quantity, text)
    return Comparison(True, quantity, f"{shortened(reference, 12)} agree")


def _all_close(found: Any, expected: Any) -> bool:
    return np.shape(found) == np.shape(expected) and np.allclose(found, expected, 1e-12, 1e-15)


def _shown(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _compare_bound(quantity: str, found: Summary, reference: Summary) -> Comparison:
    largest, bound = found["largest"], reference["at most"]
    if largest is None:
        return Comparison(False, quantity, "is nowhere a number")
    if largest <= bound:
        return Comparison(True, quantity, f"at most {largest:.2g}, bound {bound:g}")
    return Comparison(False, quantity, f"{largest:.3g} at {found['there']}, bound {bound:g}")


def _tolerances(
    variable: str, rows: Mapping[str, Row], tolerance: Mapping[str, Any]
) -> tuple[float, float]:
    """Relative and absolute tolerance of a variable with these reference values."""
    least = tolerance.get("absolute", {}).get(variable, 0.0)
    if variable in tolerance.get("relative_only", ()):
        return tolerance["relative"], least
    sizes = [abs(value) for row in rows.values() for value in row if value is not None]
    largest = max(sizes, default=0.0)
    return tolerance["relative"], max(least, tolerance["of_the_largest_value"] * largest)


def _excess(found: float | None, expected: float | None, tolerance: float) -> float:
    """Difference over tolerance: the two agree where it is at most 1."""
    if found is None or expected is None:
        return 0.0 if found is expected else math.inf
    difference = abs(found - expected)
    if difference == 0.0:
        return 0.0
    return difference / tolerance if tolerance > 0.0 else math.inf


def _differences(
    found: Mapping[str, Row], reference: Mapping[str, Row], allowed: tuple[float, float]
) -> Iterator[tuple[float, str, int, float]]:
    """Excess, row, number in the row and tolerance of every number."""
    relative, absolute = allowed
    for place, row in reference.items():
        for number, (new, old) in enumerate(zip(found[place], row, strict=True)):
            tolerance = absolute + relative * abs(old or 0.0)
            yield _excess(new, old, tolerance), place, number, tolerance


def _compare_rows(
    quantity: str, found: Summary, reference: Summary, allowed: tuple[float, float], axes: Summary
) -> Comparison:
    new_rows, old_rows, along = found["rows"], reference["rows"], reference["along"]
    if (found["along"], list(new_rows)) != (along, list(old_rows)):
        return Comparison(False, quantity, "has other dimensions than the reference")
    differences = list(_differences(new_rows, old_rows, allowed))
    differing = [each for each in differences if not each[0] <= 1.0]
    if not differing:
        worst = max((each[0] for each in differences), default=0.0)
        text = f"{len(differences)} numbers agree, off by at most {worst:.0%} of the tolerance"
        return Comparison(True, quantity, text)
    # A point says more than the mean over the grid does.
    _, place, number, tolerance = max(
        differing, key=lambda each: (not each[1].endswith(STATISTICS), each[0])
    )
    new, old = new_rows[place][number], old_rows[place][number]
    size = "" if new is None or old is None else f", off by {abs(new - old):.3g}"
    return Comparison(
        False,
        quantity,
        f"{len(differing)} of {len(differences)} numbers differ; "
        f"{_place(place, number, along, axes)} is {_shown(new)}, reference {_shown(old)}{size}, "
        f"tolerance {tolerance:.3g}",
    )


def _place(place: str, number: int, along: str | None, axes: Summary) -> str:
    """Name of one number of a row."""
    if place.endswith(STATISTICS):
        where = place.removesuffix(STATISTICS).removesuffix(": ")
        return f"the {STATISTICS.split(', ')[number]} over the grid{' of ' if where else ''}{where}"
    if along is None:
        return "it"
    axis = axes[along]
    point = f"{along} {_text((axis['chosen'] if isinstance(axis, dict) else axis)[number])}"
    return f"at {point} it" if place == "values" else f"at {place}, {point} it"


def renewed(found: Summary, reference: Summary | None, kept: Kept) -> Summary:
    """New reference: every number that still agrees with the old one keeps its old digits.

    In the difference of the two files stands what has changed, not rounding.
    """
    if reference is None or not _compare_axes("", found["axes"], reference["axes"]).agrees:
        reference = {"axes": found["axes"], "variables": {}}
    variables: Summary = {}
    for name, new in found["variables"].items():
        old = reference["variables"].get(name, {})
        if "largest" in new:
            variables[name] = {"at most": kept.bounds[name]}
            continue
        rows = {place: list(row) for place, row in new["rows"].items()}
        if list(rows) == list(old.get("rows", {})):
            allowed = _tolerances(name, old["rows"], kept.tolerance)
            for excess, place, number, _ in _differences(rows, old["rows"], allowed):
                if excess <= 1.0:
                    rows[place][number] = old["rows"][place][number]
        variables[name] = {"along": new["along"], "rows": rows}
    return {"axes": reference["axes"], "variables": variables}


def write_readable(content: Any, path: str | Path) -> None:
    """Write JSON in which a list takes one line."""
    with replacing(path) as partial:
        partial.write_text(_readable(content) + "\n", "utf-8")


def _readable(content: Any, indent: str = "") -> str:
    if isinstance(content, dict):
        lines = [
            f"{indent}  {_shown(key)}: {_readable(value, indent + '  ')}"
            for key, value in content.items()
        ]
        return "\n".join(["{", ",\n".join(lines), f"{indent}}}"])
    if isinstance(content, list) and len(_shown(content)) > 250:  # sentences
        lines = [f"{indent}  {_shown(line)}" for line in content]
        return "\n".join(["[", ",\n".join(lines), f"{indent}]"])
    return _shown(content)
