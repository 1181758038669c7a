"""Compute a chunk of a sweep, and say how far the sweep has come."""

import sys
import time
from pathlib import Path

from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data import sweeps
from paper_replication.provenance import made_from
from steady_coherence.numerics.compiled import is_available


def main(
    system: str, equation: str, threads: str, output: str, configuration: str, *inputs: str
) -> None:
    """Compute a chunk of a sweep, and say how far the sweep has come."""
    start = time.time()
    if not is_available():
        sys.stderr.write(
            "llvmlite is not installed: NumPy does the arithmetic, which takes several times as "
            "long; `make fast` installs it\n"
        )
    resolved = Variant.read(configuration)
    made = made_from("li_cai_sun_2015", "sweep_chunk", configuration, tables=resolved.tables)
    number = int(Path(output).stem)
    sweeps.write_chunk(resolved, system, equation, number, output, threads=int(threads), made=made)
    sources = [configuration, *inputs]
    print(sweeps.progress(resolved, system, output, sources, time.time() - start))
