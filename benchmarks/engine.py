"""Points per second of the engine beside a hand-written closed form, LAPACK and QuTiP.

    python benchmarks/engine.py [POINTS]

All are run in turn, several times over, on one core, on the grid of Fig. 3(a); the table shows
medians and ratios to the closed form. QuTiP is left out where it is not installed.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
import time
from statistics import median

import numpy as np
from closed_form import populations_and_coherence

from steady_coherence import spectra, systems, weight_factors
from steady_coherence.baths import Bath
from steady_coherence.master_equation import generator_matrix
from steady_coherence.steady_states import steady_states

REPEATS = 7
STRENGTHS = {"left": (0.01, 0.02), "right": (0.02, 0.01)}
LAMBDA = systems.lambda_system(1.0, 0.01)
COUPLED_TLS = systems.coupled_tls(1.0, 1.0, 0.05)


def grid(points):
    """Temperatures of the two baths, flat, near the wanted number of points."""
    side = round(points**0.5)
    cold, difference = np.meshgrid(np.linspace(0.02, 2.0, side), np.linspace(0.0, 1.0, side))
    return cold.ravel(), (cold + difference).ravel()


def shared_baths(cold, hot, phase=0.0):
    full = weight_factors.constant(1.0)
    return [
        Bath(
            name,
            spectra.interfering_transitions(*map(spectra.flat, STRENGTHS[name]), full, cross_phase),
            temperature,
        )
        for name, temperature, cross_phase in (("left", cold, 0.0), ("right", hot, phase))
    ]


def own_baths(cold, hot):
    return [
        Bath(str(site), spectra.collective_transition(spectra.flat(0.01), amplitudes), temperature)
        for site, (amplitudes, temperature) in enumerate(
            zip(COUPLED_TLS.site_amplitudes, (cold, hot), strict=True)
        )
    ]


def closed_form(cold, hot):
    strengths = [(one, two, (one * two) ** 0.5) for one, two in STRENGTHS.values()]
    populations_and_coherence(LAMBDA.transition_energies, strengths, cold, hot)


def lapack(cold, hot):
    """Batched solve of the full superoperator, the trace in place of one equation."""
    baths = shared_baths(cold, hot)
    matrices = generator_matrix(LAMBDA, baths, "nonsecular")
    matrices[:, 0, :] = np.eye(3).ravel()
    np.linalg.solve(matrices, np.eye(9)[:, :1])


def qutip_loop(cold, hot):
    import qutip  # noqa: PLC0415 -- not everywhere

    baths = shared_baths(cold, hot)
    for matrix in generator_matrix(LAMBDA, baths, "nonsecular"):
        # QuTiP stacks columns.
        stacked = matrix.reshape(3, 3, 3, 3).transpose(1, 0, 3, 2).reshape(9, 9)
        qutip.steadystate(qutip.Qobj(stacked, dims=[[[3], [3]], [[3], [3]]]))


CASES = {
    "closed form, real cross spectrum": (closed_form, 1),
    "engine, Lambda, real cross spectrum": (lambda *t: steady_states(LAMBDA, shared_baths(*t)), 1),
    "engine, Lambda, complex cross spectrum": (
        lambda *t: steady_states(LAMBDA, shared_baths(*t, phase=1.0)),
        1,
    ),
    "engine, coupled TLSs": (lambda *t: steady_states(COUPLED_TLS, own_baths(*t)), 1),
    "LAPACK, full superoperator": (lapack, 100),
    "QuTiP, a loop over points": (qutip_loop, 10_000),
}


def main(points):
    times = {name: [] for name in CASES}
    for _ in range(REPEATS):
        for name, (run, fewer) in CASES.items():
            temperatures = grid(max(points // fewer, 100))
            start = time.process_time()
            try:
                run(*temperatures)
            except ModuleNotFoundError:
                continue
            times[name].append((time.process_time() - start) / temperatures[0].size)
    floor = median(times["closed form, real cross spectrum"])
    print(f"| {points} points of Fig. 3(a), one core | points per second | time over the floor's |")
    print("|---|---|---|")
    for name, each in times.items():
        if each:
            print(f"| {name} | {1.0 / median(each):.3g} | {median(each) / floor:.3g} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
