"""Sweeps: steady states over parameters, T and dT, chunk by chunk and gathered into one dataset.

A chunk is solved and written block by block, so that its size does not show in the memory. The
gathered file holds no values: it is an HDF5 virtual dataset over the chunks' files.
"""

import math
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import netCDF4
import numpy as np
from numpy.typing import NDArray

from li_cai_sun_2015.catalogue import GRID, LEADING_DIMENSIONS
from li_cai_sun_2015.configuration.sweep import (
    chunk_box,
    number_of_chunks,
    parameters_of,
    substituted,
    sweep_axes,
    sweep_of,
    sweep_shape,
    sweep_variables,
    unit_of_sweep,
)
from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.solution import solved
from li_cai_sun_2015.data.variables import attributes, variables
from paper_replication.datasets import CONVENTIONS, unit_attributes, variable_attributes
from paper_replication.files import replacing
from paper_replication.gathered import check_chunks
from paper_replication.provenance import UNRECORDED, Provenance
from steady_coherence.master_equations import MASTER_EQUATIONS
from steady_coherence.numerics.blocks import Box, box, boxes, extent

Array = NDArray[np.float64]
Variables = dict[str, NDArray[Any]]

#: Points that are solved and written together, unless they have too many numbers.
BLOCK_POINTS = 2**21

#: Sets of parameters that are: what is worked out for each stays near the cache.
BLOCK_SETS = 2**16

#: Just below the size up to which glibc learns from what is freed: the numbers of a block fit in.
KEPT_BYTES = 2**25 - 2**16


def solve_block(
    variant: Variant,
    system_name: str,
    equation: str,
    parameters: Mapping[str, Array],
    *,
    temperature: Array,
    temperature_difference: Array,
    asked: Sequence[str] = (),
) -> Variables:
    """Steady states at some points of a sweep: what `solution.solved` gives.

    The parameters, of shape (p,), have under dotted names the values that stand for the variant's
    at each of p points; T is of shape (t,) and dT of shape (d,). Each of the variables that are
    asked for, all by default, is of shape (..., p, t, d).
    """
    # Principal values are integrals for one set of parameters.
    if MASTER_EQUATIONS[equation].keeps_principal_values:
        sets = [
            {n: v[k : k + 1] for n, v in parameters.items()} for k in range(_points(parameters))
        ]
    else:
        sets = [dict(parameters)]
    cold = temperature[:, None]
    temperatures = (cold[None], (cold + temperature_difference)[None])
    results = []
    for values in sets:
        # Numbers where there is one, arrays where each point has its own.
        numbers = {name: one if one.size > 1 else one.item() for name, one in values.items()}
        changed = substituted(variant, numbers)
        system = changed.level_system(system_name)
        baths = changed.baths(system_name, temperatures, system)
        results.append(solved(system, baths, equation, asked))
    if len(results) == 1:
        return results[0]
    return {name: np.concatenate([each[name] for each in results], axis=-3) for name in results[0]}


def _points(parameters: Mapping[str, Array]) -> int:
    return next(iter(parameters.values())).size


def write_chunk(
    variant: Variant,
    system: str,
    equation: str,
    number: int,
    path: str | Path,
    *,
    threads: int = 1,
    made: Provenance = UNRECORDED,
) -> None:
    """Compute a chunk of a sweep, of a variant as `chunk_configuration` gives it, and write it.

    A NetCDF file of that name is complete or absent. As many blocks as there are threads are solved
    at once; with more than one, beside the writing.
    """
    # Freed at once: from then on glibc keeps arrays of this size for the next block, whose pages
    # would otherwise be handed back and cleared by the system, which takes as long as solving.
    np.empty(KEPT_BYTES, dtype=np.uint8)
    whole = chunk_box(variant, system, number)
    axes = _coordinates(variant, system)
    *swept, temperature, difference = (
        axis[part] for axis, part in zip(axes.values(), whole, strict=True)
    )
    with replacing(path) as partial, netCDF4.Dataset(partial, "w") as file:
        file.setncatts(made)
        _write_frame(file, variant, system, equation, whole)
        asked = sweep_variables(variant, system)
        shape, points = extent(whole), block_points(extent(whole), _numbers(file, asked))
        block = extent(box(shape, points, 0))
        variables = [_create_variable(file, name, variant, block) for name in asked]

        def solve(part: Box) -> Variables:
            *inner, at, at_difference = part
            values = [axis[index] for axis, index in zip(swept, inner, strict=True)]
            grid = np.meshgrid(*values, indexing="ij")
            return solve_block(
                variant,
                system,
                equation,
                {name: one.ravel() for name, one in zip(axes, grid, strict=False)},
                temperature=temperature[at],
                temperature_difference=difference[at_difference],
                asked=asked,
            )

        parts = [*boxes(shape, points)]
        for part, solved in zip(parts, _in_turn(solve, parts, threads), strict=True):
            for variable in variables:
                values = solved[variable.name]
                variable[(..., *part)] = values.reshape(*values.shape[:-3], *extent(part))


def block_points(shape: Sequence[int], numbers: int) -> int:
    """Points of so many numbers that are solved together, of sets of parameters by T by dT."""
    sets = BLOCK_SETS * math.prod(shape[-len(GRID) :])
    return min(BLOCK_POINTS, KEPT_BYTES // (8 * max(numbers, 1)), sets)


def _numbers(file: netCDF4.Dataset, variables: Iterable[str]) -> int:
    """Numbers that some variables have at a point."""
    leading = (LEADING_DIMENSIONS.get(name, ()) for name in variables if name != "unique")
    return sum(math.prod(file.dimensions[one].size for one in each) for each in leading)


def _in_turn(
    solve: Callable[[Box], Variables], parts: Iterable[Box], threads: int
) -> Iterator[Variables]:
    """What comes of some parts, in their order; threads are ahead of it by one part each."""
    if threads == 1:
        yield from map(solve, parts)
        return
    left = iter(parts)
    with ThreadPoolExecutor(threads) as pool:
        ahead = deque(pool.submit(solve, part) for part in islice(left, threads))
        while ahead:
            found = ahead.popleft().result()
            ahead.extend(pool.submit(solve, part) for part in islice(left, 1))
            yield found


def gather(
    variant: Variant,
    system: str,
    equation: str,
    path: str | Path,
    *,
    made: Provenance = UNRECORDED,
) -> None:
    """Put the chunks of a sweep behind one file, which holds labels but no values.

    They are in the folder of the same name without .nc; the two may be moved together. The variant
    is as `chunk_configuration` gives it. A chunk that is missing, or not one of this sweep, is a
    `DataError`: one line that names the file.
    """
    import h5py  # noqa: PLC0415 -- slow to import, and used here only

    path = Path(path)
    shape = sweep_shape(variant, system)
    chunks = [
        (path.with_suffix("") / f"{number}.nc", chunk_box(variant, system, number))
        for number in range(number_of_chunks(variant, system))
    ]
    names = sweep_variables(variant, system)
    with replacing(path) as partial:
        with netCDF4.Dataset(partial, "w") as file:
            file.setncatts(made)
            _write_frame(file, variant, system, equation, None)
            sizes = {name: dimension.size for name, dimension in file.dimensions.items()}
        with h5py.File(partial, "r+") as file:
            for name in names:
                leading = LEADING_DIMENSIONS.get(name, ())
                sizes_before = tuple(sizes[one] for one in leading)
                dtype, missing = ("i1", 0) if name == "unique" else ("f8", np.nan)
                layout = h5py.VirtualLayout((*sizes_before, *shape), dtype)
                layout.dcpl.set_obj_track_times(False)  # the same bytes whenever it is made
                for part, box_ in chunks:
                    source = part.relative_to(path.parent).as_posix()
                    size = (*sizes_before, *extent(box_))
                    layout[(..., *box_)] = h5py.VirtualSource(source, name, shape=size)
                virtual = file.create_virtual_dataset(name, layout, fillvalue=missing)
                for number, dimension in enumerate((*leading, *_dimensions(variant))):
                    virtual.dims[number].attach_scale(file[dimension])
                for attribute, value in _attributes_of(variant, name).items():
                    virtual.attrs[attribute] = value
        check_chunks(partial)
    for leftover in set(path.with_suffix("").glob("*.nc")) - {part for part, _ in chunks}:
        leftover.unlink()  # of a sweep that was cut into more chunks


def _dimensions(variant: Variant) -> tuple[str, ...]:
    return (*sweep_of(variant).parameters, *GRID)


def _coordinates(variant: Variant, system: str) -> dict[str, Array]:
    """Points along each dimension, outermost first."""
    return {name: axis.array for name, axis in sweep_axes(variant, system).items()}


def _attributes_of(variant: Variant, name: str) -> dict[str, Any]:
    """Attributes of a variable in the file, as xarray writes them."""
    units = variables(unit_of_sweep(variant))
    if name == "unique":
        return {"dtype": "bool"} | variable_attributes(units, name, bool)
    how = {"_FillValue": np.nan, "ancillary_variables": "unique"}
    return how | variable_attributes(units, name)


def _write_frame(
    file: netCDF4.Dataset,
    variant: Variant,
    system: str,
    equation: str,
    part: Box | None,
) -> None:
    """Write attributes, dimensions and coordinates of a part of a sweep, or of all of it."""
    level_system = variant.level_system(system)
    title = f"Sweep of the {system} system, {equation} master equation"
    about = attributes(variant, title, unit_of_sweep(variant), system=system, equation=equation)
    file.setncatts(CONVENTIONS | about)
    file.setncattr_string("coherent_pair", list(level_system.coherent_pair))
    coordinates: dict[str, Sequence[str] | Array] = {
        "level": level_system.levels,
        "bath": [name for name, _ in variant.section(system).baths.items()],
    }
    axes = _coordinates(variant, system)
    ranges = part or [slice(None)] * len(axes)
    for (name, axis), range_ in zip(axes.items(), ranges, strict=True):
        coordinates[name] = axis[range_]
    parameters = parameters_of(variant)
    for name, values in coordinates.items():
        file.createDimension(name, len(values))
        kind = str if name in ("level", "bath") else "f8"
        variable = file.createVariable(name, kind, (name,))
        variable[:] = np.array(values, dtype=object if kind is str else float)
        if name in parameters:
            parameter = parameters[name]
            labels = {"long_name": parameter.long_name, "symbol": parameter.symbol}
            variable.setncatts(labels | unit_attributes(parameter.unit))
        else:
            variable.setncatts(variable_attributes(variables(unit_of_sweep(variant)), name))


def _create_variable(
    file: netCDF4.Dataset, name: str, variant: Variant, block: tuple[int, ...]
) -> Any:
    leading = LEADING_DIMENSIONS.get(name, ())
    level = sweep_of(variant).compression
    storage: dict[str, Any] = {"contiguous": True}
    if level:
        storage = {
            "compression": "zlib",
            "complevel": level,
            "shuffle": True,
            "chunksizes": (*(1 for _ in leading), *block),
            "chunk_cache": 2**16,  # blocks are written whole, nothing is to be kept
        }
    variable = file.createVariable(
        name,
        "i1" if name == "unique" else "f8",
        (*leading, *_dimensions(variant)),
        fill_value=None if name == "unique" else np.nan,
        **storage,
    )
    described = _attributes_of(variant, name)
    described.pop("_FillValue", None)
    variable.setncatts(described)
    variable.set_auto_maskandscale(False)
    return variable


# Progress --------------------------------------------------------------------------------------


def progress(
    variant: Variant,
    system: str,
    path: str | Path,
    inputs: Iterable[str | Path],
    seconds: float,
) -> str:
    """Say after a chunk, just made, how far the sweep of a system and equation has come: one line.

    It has the points done of all, and points per second of this run and time left at that rate, for
    all jobs side by side together. STEADY_COHERENCE_STARTED in the environment says when this run
    began, in seconds since 1970; without it this chunk counts alone. Chunks that are older than the
    inputs that they are made from do not count. The first one of this run is taken to have begun as
    long before its end as this one took.
    """
    path = Path(path)
    own = path.stat().st_mtime
    newest_input = max(Path(one).stat().st_mtime for one in inputs)
    started = float(os.environ.get("STEADY_COHERENCE_STARTED", own))
    made = {}
    for number in range(number_of_chunks(variant, system)):
        with suppress(FileNotFoundError):
            made[number] = path.with_name(f"{number}.nc").stat().st_mtime
    size = {number: math.prod(extent(chunk_box(variant, system, number))) for number in made}
    done = sum(size[number] for number, at in made.items() if at >= newest_input)
    of_this_run = [number for number, at in made.items() if at >= started]
    began = min(made[number] for number in of_this_run) - seconds
    rate = sum(size[number] for number in of_this_run) / (own - began)
    total = math.prod(sweep_shape(variant, system))
    left = timedelta(seconds=round((total - done) / rate))
    return (
        f"{path.parent}: {done:,} of {total:,} points, {rate:,.0f} points per second, {left} left"
    )
