"""Points per second of the engine beside closed forms by hand, LAPACK and QuTiP.

    python benchmarks/engine.py [POINTS]

The engine goes from the resolved configuration of the paper to the dataset in memory, on the grid
of Fig. 3(a). All are run in turn, several times over, on one core; the table shows medians, and
ratios to the closed form of the same problem. QuTiP is left out where it is not installed. A
second table has the engine's time a point for other numbers of points.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import gc
import sys
import time
from contextlib import suppress
from statistics import median

import closed_form
import numpy as np

from li_cai_sun_2015.configuration.parts import Range
from li_cai_sun_2015.configuration.sweep import substituted
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.data import sweeps
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from steady_coherence.generator import generator_matrix

REPEATS = 7
PAPER = load_variant("paper")
COMPLEX = PAPER.changed({"three_level": {"baths": {"right": {"cross_phase": 1.0}}}})


def on_grid(variant, points):
    """Return the variant on a grid near the wanted number of points."""
    side = round(points**0.5)
    axes = {
        "temperature": Range(start=0.02, stop=2.0, points=side),
        "temperature_difference": Range(start=0.0, stop=1.0, points=side),
    }
    sections = ("three_level", "coupled_tls")
    return substituted(
        variant, {f"{section}.{name}": axis for section in sections for name, axis in axes.items()}
    )


def temperatures(variant):
    cold, difference = variant.grid("lambda")
    return cold[:, None], cold[:, None] + difference


def engine(configuration, system):
    return lambda points: steady_state_dataset(on_grid(configuration, points), system, "nonsecular")


def flat(configuration):
    return [np.ravel(each) for each in np.broadcast_arrays(*temperatures(configuration))]


def lambda_by_hand(points):
    configuration = on_grid(PAPER, points)
    curves = configuration.three_level.baths.curves
    strengths = [
        [curves[f"{name}.transition_{i}"].strength for i in (1, 2)] for name in ("left", "right")
    ]
    closed_form.lambda_system(
        configuration.level_system("lambda").transition_energies,
        [(one, two, (one * two) ** 0.5) for one, two in strengths],
        *flat(configuration),
    )


def coupled_by_hand(points):
    configuration = on_grid(PAPER, points)
    system = configuration.level_system("coupled_tls")
    closed_form.coupled_tls(
        system.site_amplitudes[0][:2],
        system.transition_energies[:2],
        [curve.strength for _, curve in configuration.coupled_tls.baths.items()],
        *flat(configuration),
    )


def matrices(points):
    configuration = on_grid(PAPER, points)
    system = configuration.level_system("lambda")
    baths = configuration.baths("lambda", temperatures(configuration))
    return generator_matrix(system, baths, "nonsecular").reshape(-1, 9, 9)


def lapack(points):
    """Batched solve of the full superoperator, the trace in place of one equation."""
    whole = matrices(points)
    whole[:, 0, :] = np.eye(3).ravel()
    np.linalg.solve(whole, np.eye(9)[:, :1])


def qutip_loop(points):
    import qutip  # noqa: PLC0415 -- not everywhere

    for matrix in matrices(points):
        # QuTiP stacks columns.
        stacked = matrix.reshape(3, 3, 3, 3).transpose(1, 0, 3, 2).reshape(9, 9)
        qutip.steadystate(qutip.Qobj(stacked, dims=[[[3], [3]], [[3], [3]]]))


#: What is run, its floor, and how many times fewer points it gets.
CASES = {
    "closed form, Lambda": (lambda_by_hand, "closed form, Lambda", 1),
    "engine, Lambda, real cross spectrum": (engine(PAPER, "lambda"), "closed form, Lambda", 1),
    "engine, Lambda, complex cross spectrum": (
        engine(COMPLEX, "lambda"),
        "closed form, Lambda",
        1,
    ),
    "closed form, coupled TLSs": (coupled_by_hand, "closed form, coupled TLSs", 1),
    "engine, coupled TLSs": (engine(PAPER, "coupled_tls"), "closed form, coupled TLSs", 1),
    "LAPACK, full superoperator": (lapack, "closed form, Lambda", 100),
    "QuTiP, a loop over points": (qutip_loop, "closed form, Lambda", 10_000),
}


def seconds(run, points):
    """Seconds a point, without the garbage collector, as `timeit` does it."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    run(points)
    used = time.process_time() - start
    gc.enable()
    return used / round(points**0.5) ** 2


def compare(points):
    times = {name: [] for name in CASES}
    fast = [name for name, (_, _, fewer) in CASES.items() if fewer == 1]
    # In turn, but the slow ones by themselves: after seconds of other work the system hands out
    # memory more slowly, which whoever comes next would pay.
    for names in (fast, [name for name in CASES if name not in fast]):
        for repeat in range(REPEATS + 1):
            for name in names:
                run, _, fewer = CASES[name]
                with suppress(ModuleNotFoundError):
                    used = seconds(run, max(points // fewer, 100))
                    times[name] += [used] if repeat else []  # the first time is for the imports
    medians = {name: median(each) for name, each in times.items() if each}
    print(f"| {points} points of Fig. 3(a), one core | points per second | time over the floor's |")
    print("|---|---|---|")
    for name, each in medians.items():
        print(f"| {name} | {1.0 / each:.3g} | {each / medians[CASES[name][1]]:.3g} |")


def scale():
    """Print the time a point; beyond 10 million points, block by block as in a sweep."""
    print("\n| points of the Lambda system | nanoseconds a point |")
    print("|---|---|")
    whole = engine(PAPER, "lambda")
    for power in range(3, 9):
        points = 10**power
        run = whole if points < 10**7 else in_blocks
        print(f"| 1e{power} | {1e9 * median(seconds(run, points) for _ in range(3)):.0f} |")


def in_blocks(points):
    configuration = on_grid(PAPER, points)
    cold, difference = configuration.grid("lambda")
    rows = max(sweeps.BLOCK_POINTS // difference.size, 1)
    for start in range(0, cold.size, rows):
        sweeps.solve_block(
            configuration,
            "lambda",
            "nonsecular",
            {"three_level.energy_difference.lambda": np.array([0.01])},
            temperature=cold[start : start + rows],
            temperature_difference=difference,
        )


if __name__ == "__main__":
    compare(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    scale()
