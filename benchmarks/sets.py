"""Sets of parameters at a few temperatures: millions a second, as a job of a sweep solves them.

    python benchmarks/sets.py [PROCESSES]

`coherence` and `unique`, by compiled steps and by NumPy, at one pair of temperatures and at nine.
Each block has other numbers, so that nothing is known of them. Processor time is counted, medians
of several blocks; of processes side by side, each on a core, the rates are added.
"""

from __future__ import annotations

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

import importlib
import math
import sys
import time
from multiprocessing import get_context
from statistics import median

import numpy as np

from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.data import sweeps
from steady_coherence.numerics.blocks import box, extent

# Its package has a function of the same name.
engine = importlib.import_module("steady_coherence.steady_states")

REPEATS = 9

LAMBDA, LEFT = "three_level.energy_difference.lambda", "three_level.baths.left"
#: What is swept: variant, system, equation, and the number with its range.
SWEPT = {
    "Λ: detuning": ("paper", "lambda", "nonsecular", LAMBDA, 0.01, 0.04),
    "Λ: mean energy": ("paper", "lambda", "nonsecular", "three_level.mean_energy", 0.9, 1.4),
    "Λ: strength": ("paper", "lambda", "nonsecular", f"{LEFT}.transition_1.strength", 0.01, 0.04),
    "Λ: weight factor": ("paper", "lambda", "nonsecular", f"{LEFT}.weight_factor.value", 0.1, 0.9),
    "Λ: phase": ("paper", "lambda", "nonsecular", f"{LEFT}.cross_phase", 0.1, 0.9),
    "Λ: detuning, complex": ("complex_phase", "lambda", "nonsecular", LAMBDA, 0.01, 0.04),
    "Λ: detuning, Ohmic": ("ohmic", "lambda", "nonsecular", LAMBDA, 0.01, 0.04),
    "Λ: detuning, Lorentzian": ("lorentzian", "lambda", "nonsecular", LAMBDA, 0.01, 0.04),
    "Λ: detuning, distant atoms": ("distant_atoms", "lambda", "nonsecular", LAMBDA, 0.01, 0.04),
    "Λ: detuning, electron leads": ("leads", "lambda", "nonsecular", LAMBDA, 0.01, 0.04),
    "Λ: detuning, secular": ("paper", "lambda", "secular", LAMBDA, 0.01, 0.04),
    "Λ: detuning, unified": ("paper", "lambda", "unified", LAMBDA, 0.01, 0.04),
    "Λ: detuning, geometric": ("paper", "lambda", "geometric", LAMBDA, 0.01, 0.04),
    **{
        f"coupled TLSs: {what}": ("paper", "coupled_tls", equation, f"coupled_tls.{key}", low, high)
        for what, equation, key, low, high in (
            ("coupling", "nonsecular", "coupling", 0.01, 0.04),
            ("frequency", "nonsecular", "frequency_1", 0.9, 1.2),
            ("strength", "nonsecular", "baths.1.strength", 0.01, 0.04),
            ("coupling, secular", "secular", "coupling", 0.01, 0.04),
            ("coupling, unified", "unified", "coupling", 0.01, 0.04),
            ("coupling, geometric", "geometric", "coupling", 0.01, 0.04),
        )
    },
}


def rate(label: str, side: int, worth_compiling: float) -> float:
    """Points a second of one kind of set on a square grid of temperatures, in this process."""
    # As a job of a sweep: memory is kept from block to block.
    np.empty(sweeps.KEPT_BYTES, dtype=np.uint8)
    engine.WORTH_COMPILING = worth_compiling
    name, system, equation, key, low, high = SWEPT[label]
    variant = load_variant(name)
    shape = 2**20, side, side
    sets, *_ = extent(box(shape, sweeps.block_points(shape, numbers=1), 0))
    used = []
    for repeat in range(REPEATS):
        start = time.process_time()
        sweeps.solve_block(
            variant,
            system,
            equation,
            {key: np.linspace(low, high + 1e-5 * repeat, sets)},
            temperature=np.linspace(0.5, 1.0, side),
            temperature_difference=np.linspace(0.2, 1.0, side),
            asked=("coherence",),
        )
        used.append(time.process_time() - start)
    return sets * side**2 / median(used[1:])


def main(processes: int) -> None:
    """Print the table."""
    print(f"| millions a second, {processes} core(s) | one pair of temperatures | nine | NumPy |")
    print("|---|---|---|---|")
    with get_context("spawn").Pool(processes) as pool:
        for label in SWEPT:
            columns = []
            for side, worth_compiling in ((1, 0), (3, 0), (1, math.inf)):
                work = [(label, side, worth_compiling)] * processes
                total = sum(pool.starmap(rate, work, chunksize=1))
                columns.append(f"{1e-6 * total:.3g}")
            print(f"| {label} | {' | '.join(columns)} |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
