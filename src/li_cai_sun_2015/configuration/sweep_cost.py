"""The time, memory and disk that a sweep takes, for those who reserve them or have not got them."""

import math
import shutil
from collections.abc import Sequence
from pathlib import Path

from li_cai_sun_2015.catalogue import GRID, LEADING_DIMENSIONS
from li_cai_sun_2015.configuration.sweep import (
    chunk_box,
    number_of_chunks,
    sweep_of,
    sweep_variables,
)
from li_cai_sun_2015.configuration.variant_model import Variant
from paper_replication.refusals import ConfigurationError
from steady_coherence.master_equations import MASTER_EQUATIONS
from steady_coherence.numerics.blocks import extent

#: Measured (docs/performance.md): with writing, a job did two million points a second beside
#: another one, on a disk that wrote 0.4 GB a second; principal values take up to a second for each
#: set of parameters; memory peaked at 200 MB.
SAFE_RATE = 200_000  # points per second
SAFE_SECONDS = 2.0  # for each set of parameters with principal values
SAFE_MEMORY = 1000  # MB

#: zlib makes nothing smaller than this.
MOST_COMPRESSION = 1032


def safe_minutes(variant: Variant, system: str, equation: str, number: int) -> int:
    """Minutes that a chunk takes at most."""
    return 1 + math.ceil(_safe_seconds(extent(chunk_box(variant, system, number)), equation) / 60)


def _safe_seconds(shape: Sequence[int], equation: str) -> float:
    seconds = math.prod(shape) / SAFE_RATE
    if MASTER_EQUATIONS[equation].keeps_principal_values:
        seconds += math.prod(shape[: -len(GRID)]) * SAFE_SECONDS
    return seconds


def cost(variant: Variant, system: str, equation: str, folder: str | Path) -> str:
    """Say what the chunks of a sweep that are still to be computed, into a folder, will take.

    One line; empty if all chunks are there. If the disk has not as much room, it is a
    `ConfigurationError`.
    """
    shapes = [
        extent(chunk_box(variant, system, number))
        for number in range(number_of_chunks(variant, system))
        if not Path(folder, f"{number}.nc").is_file()
    ]
    if not shapes:
        return ""
    points = sum(map(math.prod, shapes))
    needed = points * _bytes_of_a_point(variant, system)
    compressed = bool(sweep_of(variant).compression)
    minutes = math.ceil(sum(_safe_seconds(shape, equation) for shape in shapes) / 60)
    time = f"{minutes / 60:,.0f} hours" if minutes >= 120 else f"{minutes} minutes"
    existing = next(path for path in (Path(folder), *Path(folder).parents) if path.exists())
    free = shutil.disk_usage(existing).free
    takes = f"{_size(needed)}{' before compression' if compressed else ''}"
    if needed > free * (MOST_COMPRESSION if compressed else 1):
        raise ConfigurationError(
            f"sweep over {points:.3g} points of {system} by {equation} takes {takes}, and the disk "
            f"has {_size(free)} left: expected fewer points, or fewer sweep.variables"
        )
    return (
        f"{folder}: {len(shapes)} jobs for {points:,} points, {takes} of {_size(free)} left, "
        f"{time} of processor time at the most"
    )


def _bytes_of_a_point(variant: Variant, system: str) -> int:
    leading = {
        "level": len(variant.level_system(system).levels),
        "bath": len([*variant.section(system).baths.items()]),
    }
    return sum(
        (1 if name == "unique" else 8)
        * math.prod(leading[one] for one in LEADING_DIMENSIONS.get(name, ()))
        for name in sweep_variables(variant, system)
    )


def _size(number: int) -> str:
    """A number of bytes in words."""
    return f"{number / 1e9:,.3g} GB" if number >= 1e8 else f"{number / 1e6:.3g} MB"
