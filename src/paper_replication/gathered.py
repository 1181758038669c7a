"""Datasets whose values are in other files, their chunks: opened only where all of these are."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from paper_replication.refusals import DataError

if TYPE_CHECKING:
    import xarray as xr  # slow to import, and not needed for the check alone

#: As many chunks are named that something is wrong with.
MOST_NAMED = 5


def open_sweep(path: str | Path) -> xr.Dataset:
    """Open a sweep, whose values are read as they are used.

    Its chunks are in the folder of the same name without .nc. HDF5 hands out NaN, and a `unique`
    that is false, for the values of those that it cannot open: chunks that are missing, cannot be
    read or are of another sweep, or more than this process may open at once, are refused by a
    `DataError`.
    """
    import xarray as xr  # noqa: PLC0415

    needed = check_chunks(path)
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    free = allowed - len([*Path("/dev/fd").iterdir()])
    if allowed != resource.RLIM_INFINITY and free < needed:
        raise DataError(
            f"{path} has its values in {needed} files, all open at once, and this process may open "
            f"{free} more: raise what `ulimit -n` says, which is {allowed}"
        )
    return xr.open_dataset(path, engine="netcdf4")


def check_chunks(path: str | Path) -> int:
    """Check that the chunks of a gathered file are there, whole, and its own; return their number.

    What is wrong with any of them, or with the file itself, is refused by a `DataError`.
    """
    import h5py  # noqa: PLC0415 -- slow to import

    path = Path(path)
    wrong, places = [], {}
    try:
        with h5py.File(path) as whole:
            names = [name for name, variable in whole.items() if variable.is_virtual]
            for name in names:
                for source in whole[name].virtual_sources():
                    places[path.parent / source.file_name] = (name, source.vspace)
            for chunk, (name, space) in places.items():
                why = next(_wrong(chunk, whole, names, (name, *space.get_select_bounds())), None)
                wrong += [f"{chunk} {why}"] if why else []
    except OSError as error:
        raise DataError.unreadable(path, error) from None
    if wrong:
        more = f"; and {len(wrong) - MOST_NAMED} more" if len(wrong) > MOST_NAMED else ""
        raise DataError(
            f"{'; '.join(wrong[:MOST_NAMED])}{more}: remove what there is of them, and run again"
        )
    return len(places)


def _wrong(path: Path, whole: Any, names: list[str], part: tuple[str, Any, Any]) -> Iterator[str]:
    """Say what is wrong with a chunk that has the part of a variable between two corners."""
    import h5py  # noqa: PLC0415

    if not path.is_file():
        yield "is missing"
        return
    try:
        with h5py.File(path) as chunk:
            if _about(chunk) != _about(whole) or not set(names) <= set(chunk):
                yield "is of another sweep"
            name, first, last = part
            for dimension, start, stop in zip(whole[name].dims, first, last, strict=True):
                axis = dimension[0].name
                if not np.array_equal(chunk[axis], whole[axis][start : stop + 1]):
                    yield f"has other points of {axis[1:]} than this part of the sweep"
    except (OSError, KeyError):
        yield "cannot be read"


def _about(file: Any) -> dict[str, Any]:
    """Attributes of a file that say what it holds."""
    return {name: np.array(value).tolist() for name, value in file.attrs.items() if name[0] != "_"}
