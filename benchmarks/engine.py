"""The engine beside closed forms by hand, LAPACK, QuTiP and JAX: time a point, as ratios.

    python benchmarks/engine.py [POINTS]

Three problems on the grid of Fig. 3(a): Lambda with a real and with a complex cross spectrum, and
the coupled TLSs. Floors are the closed forms of `closed_form.py`, by NumPy, and compiled as the
engine's steps are, with the same exponential. Compiled code fills arrays that are there beforehand;
the rows "from baths" are calls of `steady_states`, which make them. All are run in turn on one
core, and processor time is counted; the table has medians, their range, and ratios to the compiled
floor. What is not installed is left out.

Another table has the time a point for other numbers of points.
"""

from __future__ import annotations

import os

os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
os.environ.setdefault(
    "XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
)

import gc
import importlib
import sys
import time
from functools import cache
from statistics import median

import closed_form
import numpy as np

from li_cai_sun_2015.configuration.variant import load_variant
from steady_coherence.generator import generator_matrix
from steady_coherence.master_equations import couplings
from steady_coherence.numerics.blocks import whole
from steady_coherence.numerics.compiled import Kernel
from steady_coherence.numerics.elementary import noted_inverse_expm1
from steady_coherence.numerics.tape import ARRAY, Given, Tape

# Its package has a function of the same name.
engine = importlib.import_module("steady_coherence.steady_states")

REPEATS = 9
FEW = ("coherence",)  # and `unique`, which always comes
PAPER = load_variant("paper")
COMPLEX = PAPER.changed({"three_level": {"baths": {"right": {"cross_phase": 1.0}}}})


@cache
def temperatures(points):
    """T of both baths on a square grid."""
    side = round(points**0.5)
    cold = np.linspace(0.02, 2.0, side)[:, None]
    return cold, cold + np.linspace(0.0, 1.0, side)


def flat(points):
    return [np.ravel(each) for each in np.broadcast_arrays(*temperatures(points))]


class Problem:
    """A system with baths, and its closed form."""

    def __init__(self, variant, name, formula):
        self.variant, self.name, self.formula = variant, name, formula
        self.system = variant.level_system(name)

    def baths(self, points):
        return self.variant.baths(self.name, temperatures(points))

    def floor(self, points):
        return lambda: closed_form.by_numpy(self.formula, *flat(points))

    def compiled_floor(self, points):
        given = {
            (name,): Given(ARRAY, lambda _, values=values: values)
            for name, values in zip(("cold", "hot"), flat(points), strict=True)
        }
        tape = Tape(dict.fromkeys(given, ARRAY))
        results = self.formula(lambda w, t: noted_inverse_expm1(w / t), *map(tape.given, given))
        return filled(Kernel(results, []), whole(flat(points)[0].shape), given, len(results))

    def compiled(self, asked=()):
        """The engine's compiled steps alone."""

        def made(points):
            parts = couplings(self.system, self.baths(points), "nonsecular")
            problem = engine._problem(self.system, parts, asked)
            solver = engine._solver(problem.outline)
            rows = sum(len(solver.rows[name]) for name in solver.shapes)
            grid = np.broadcast_shapes(*(each.shape for each in temperatures(points)))
            return filled(solver.kernel(problem.suspects), whole(grid), problem.given, rows)

        return made

    def called(self, asked=(), is_compiled=True):
        """A call of the engine."""

        def made(points):
            def run():
                engine.WORTH_COMPILING = 0 if is_compiled else np.inf
                engine.steady_states(self.system, self.baths(points), "nonsecular", asked)

            return run

        return made


def filled(kernel, block, given, rows):
    found, passed = np.zeros((rows, block.size)), np.zeros(block.size, dtype=bool)
    return lambda: kernel.run(block, given, found, passed)


def problems():
    def strengths(variant):
        """gamma_11, gamma_22 and gamma_12 of both baths, which are flat."""
        baths = variant.baths("lambda", (1.0, 1.0))
        matrices = [bath.spectrum_matrices(np.array([1.0]))[0] for bath in baths]
        return [(m[0, 0].real, m[1, 1].real, m[0, 1]) for m in matrices]

    energies = PAPER.level_system("lambda").transition_energies.tolist()
    real = [(one, two, cross.real) for one, two, cross in strengths(PAPER)]
    coupled = PAPER.level_system("coupled_tls")
    arguments = (
        [float(each) for each in coupled.site_amplitudes[0][:2]],
        coupled.transition_energies[:2].tolist(),
        [curve.strength for _, curve in PAPER.coupled_tls.baths.items()],
    )
    return {
        "Λ": Problem(PAPER, "lambda", closed_form.lambda_system(energies, real)),
        "Λ, complex": Problem(
            COMPLEX, "lambda", closed_form.complex_lambda_system(energies, strengths(COMPLEX))
        ),
        "coupled TLSs": Problem(PAPER, "coupled_tls", closed_form.coupled_tls(*arguments)),
    }


LAMBDA = PAPER.level_system("lambda")


def matrices(points):
    baths = PAPER.baths("lambda", temperatures(points))
    return generator_matrix(LAMBDA, baths, "nonsecular").reshape(-1, 9, 9)


def flat_strengths():
    """gamma_11 and gamma_22 of both baths."""
    curves = PAPER.three_level.baths.curves
    return [
        [curves[f"{bath}.transition_{i}"].strength for i in (1, 2)] for bath in ("left", "right")
    ]


def lapack(points):
    """Batched solve of the full superoperator, the trace in place of one equation."""

    def run():
        systems = matrices(points)
        systems[:, 0, :] = np.eye(3).ravel()
        np.linalg.solve(systems, np.eye(9)[:, :1])

    return run


def jax_vmap(points):
    """The same by JAX, compiled and mapped over the points."""
    import jax  # noqa: PLC0415 -- not everywhere

    jax.config.update("jax_enable_x64", True)
    trace, right = np.eye(3).ravel(), np.eye(9)[0]
    solve = jax.jit(jax.vmap(lambda one: jax.numpy.linalg.solve(one.at[0].set(trace), right)))
    return lambda: solve(matrices(points)).block_until_ready()


def dynamiqs_solve(points):
    """Steady states of its Lindblad operator, compiled and mapped: the unified equation.

    It takes no other generator. Both transitions are in one cluster, and interfere completely: a
    bath has one jump operator each way, at the mean energy.
    """
    import dynamiqs  # noqa: PLC0415 -- not everywhere
    import jax  # noqa: PLC0415

    dynamiqs.set_precision("double")
    number = [
        1.0 / np.expm1(LAMBDA.transition_energies.mean() / temperature)
        for temperature in flat(points)
    ]
    lowering = [
        np.einsum("i,ikl->kl", np.sqrt(row), LAMBDA.lowering_operators) for row in flat_strengths()
    ]
    jumps = [
        np.sqrt(each + emission)[:, None, None] * (operator if emission else operator.T)
        for each, operator in zip(number, lowering, strict=True)
        for emission in (1.0, 0.0)
    ]
    trace, right = np.eye(3).ravel(), np.eye(9)[0]

    def solve(operators):
        matrix = dynamiqs.slindbladian(LAMBDA.hamiltonian, operators).to_jax()
        return jax.numpy.linalg.solve(matrix.at[0].set(trace), right)

    run = jax.jit(jax.vmap(solve))
    return lambda: run(jumps).block_until_ready()


def qutip_loop(points):
    """The same generators, one by one."""
    import qutip  # noqa: PLC0415 -- not everywhere

    def run():
        for matrix in matrices(points):
            # QuTiP stacks columns.
            stacked = matrix.reshape(3, 3, 3, 3).transpose(1, 0, 3, 2).reshape(9, 9)
            qutip.steadystate(qutip.Qobj(stacked, dims=[[[3], [3]], [[3], [3]]]))

    return run


def qutip_map(points):
    """As a user would write it: operators and spectra, and a map over the temperatures."""
    import qutip  # noqa: PLC0415 -- not everywhere

    hamiltonian = qutip.Qobj(LAMBDA.hamiltonian)

    def spectrum(temperature):
        def density(w):
            number = 1.0 / np.expm1(abs(w) / temperature) if w else 0.0
            return number + 1.0 if w > 0.0 else number

        return density

    def solve(pair):
        operators = [
            (
                sum(g**0.5 * (t + t.dag()) for g, t in zip(row, lowering, strict=True)),
                spectrum(temperature),
            )
            for row, temperature in zip(flat_strengths(), pair, strict=True)
        ]
        tensor = qutip.bloch_redfield_tensor(hamiltonian, operators, sec_cutoff=-1, fock_basis=True)
        return qutip.steadystate(tensor)

    def run():
        with qutip.CoreOptions(auto_tidyup=False):  # rates at low temperatures are no rounding
            return qutip.serial_map(solve, [*zip(*flat(points), strict=True)])

    lowering = [
        qutip.basis(3, lower) @ qutip.basis(3, upper).dag()
        for lower, upper in LAMBDA.structure.transitions
    ]
    return run


def cases():
    """Name, floor, what makes it of a number of points, and how many times fewer these are."""
    for name, problem in problems().items():
        floor = f"{name}: closed form, compiled"
        yield floor, floor, problem.compiled_floor, 1
        yield f"{name}: closed form, NumPy", floor, problem.floor, 1
        for what, asked in (("`coherence` and `unique`", FEW), ("all variables", ())):
            yield f"{name}: {what}, compiled", floor, problem.compiled(asked), 1
            yield f"{name}: {what}, compiled, from baths", floor, problem.called(asked), 1
            yield f"{name}: {what}, NumPy, from baths", floor, problem.called(asked, False), 1
    floor = "Λ: closed form, compiled"
    yield "Λ: LAPACK, full superoperator", floor, lapack, 100
    yield "Λ: JAX, `vmap` of its solve", floor, jax_vmap, 100
    yield "Λ: dynamiqs, `slindbladian` and JAX's solve, unified", floor, dynamiqs_solve, 100
    yield "Λ: QuTiP, `steadystate` of each generator", floor, qutip_loop, 10_000
    yield (
        "Λ: QuTiP, `serial_map` of `bloch_redfield_tensor` and `steadystate`",
        floor,
        qutip_map,
        10_000,
    )


def seconds(run, points):
    """Seconds a point, without the garbage collector, as `timeit` does it."""
    gc.collect()
    gc.disable()
    start = time.process_time()
    run()
    used = time.process_time() - start
    gc.enable()
    return used / round(points**0.5) ** 2


def compare(points):
    runs, times, floors = {}, {}, {}
    for name, floor, make, fewer in cases():
        size = max(points // fewer, 100)
        try:
            runs[name] = make(size), size, fewer
            seconds(*runs[name][:2])  # compiles, imports
            times[name], floors[name] = [], floor
        except ModuleNotFoundError as error:
            runs.pop(name, None)
            print(f"{name}: left out, {error.name} is not installed", file=sys.stderr)
    # In turn, but the slow ones by themselves: after seconds of other work the system hands out
    # memory more slowly, which whoever comes next would pay.
    for is_fast in (True, False):
        for _ in range(REPEATS):
            for name, (run, size, fewer) in runs.items():
                if (fewer == 1) == is_fast:
                    times[name].append(seconds(run, size))
    print(f"| {points} points of Fig. 3(a), one core | ns a point | from, to | over the floor's |")
    print("|---|---|---|---|")
    for name, each in times.items():
        ratio = median(each) / median(times[floors[name]])
        low, middle, high = (f"{1e9 * one:.3g}" for one in (min(each), median(each), max(each)))
        print(f"| {name} | {middle} | {low}, {high} | {ratio:.3g} |")


def scale(problem):
    """Print the time a point; beyond a million points, block by block as in a sweep."""
    print("\n| points of Λ, `coherence` and `unique`, from baths | compiled, ns a point | NumPy |")
    print("|---|---|---|")
    for power in range(3, 9):
        columns = []
        for is_compiled in (True, False):
            points = min(10**power, 10**6)
            run = problem.called(FEW, is_compiled)(points)
            calls = range(10**power // points)
            run()
            used = median(seconds(lambda: [run() for _ in calls], points) for _ in range(3))  # noqa: B023
            columns.append(f"{1e9 * used / len(calls):.3g}")
        print(f"| 1e{power} | {' | '.join(columns)} |")


if __name__ == "__main__":
    compare(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
    scale(problems()["Λ"])
