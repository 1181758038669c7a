"""A sweep from the command to the gathered file, and what a point of a job costs.

    python benchmarks/sweep.py [REPEATS]

Sweeps of the Lambda system by Snakemake, in a copy of the project on the disk of the temporary
folder, with compiled steps where llvmlite is installed: medians by the clock, run in turn. Then one
job of the first of them in this process: processor time a point to solve, and with the writing.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import chain

from li_cai_sun_2015.configuration.sweep import chunk_box, chunk_configuration
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.data import sweeps
from steady_coherence.numerics.blocks import extent

FEW = ["coherence", "unique"]
MAP = {"start": 0.02, "stop": 2.0, "points": 1000}, {"start": 0.0, "stop": 1.0, "points": 1000}
POINT = {"values": [0.5]}, {"values": [0.5]}


def detunings(points):
    return {
        "three_level.energy_difference.lambda": {"start": -0.05, "stop": 0.05, "points": points}
    }


WEIGHTS = {"three_level.baths.left.weight_factor.value": {"start": 0, "stop": 1, "points": 10_000}}
#: Name of the variant, what it is, parameters, axes of T and dT, and variables; all if empty.
CASES = {
    "few": ("100 maps, `coherence` and `unique`", detunings(100), MAP, FEW),
    "all": ("100 maps, all variables", detunings(100), MAP, []),
    "more": ("1000 maps, `coherence` and `unique`", detunings(1000), MAP, FEW),
    "sets": ("10⁸ sets, `coherence` and `unique`", detunings(10_000) | WEIGHTS, POINT, FEW),
}


def write_variant(folder, name, parameters, axes, variables):
    """Write the variant of a case, as JSON, which is YAML."""
    sweep = {"parameters": parameters, "equations": ["nonsecular"]}
    section = dict(zip(("temperature", "temperature_difference"), axes, strict=True))
    data = {"description": "a benchmark", "systems": ["lambda"], "three_level": section}
    data["sweep"] = sweep | ({"variables": variables} if variables else {})
    (folder / "config/variants" / f"{name}.yaml").write_text(json.dumps(data), "utf-8")


def end_to_end(folder, repeats):
    """Print a table of whole sweeps."""
    times = {name: [] for name in CASES}
    sizes = {}
    for _ in range(repeats):
        for name in CASES:
            shutil.rmtree(folder / "results", ignore_errors=True)
            target = f"results/{name}/sweep/lambda/nonsecular.nc"
            wall, _ = chain.run(["snakemake", "--quiet", "all", "--", target], folder)
            times[name].append(wall)
            chunks = (folder / target).with_suffix("").glob("*.nc")
            sizes[name] = sum(path.stat().st_size for path in chunks)
    print("| sweep | size | time | points a second |")
    print("|---|---|---|---|")
    for name, (label, *_) in CASES.items():
        variant = load_variant(name, folder=folder / "config/variants")
        points = math.prod(sweeps.sweep_shape(variant, "lambda"))
        taken = median(times[name])
        columns = f"{1e-9 * sizes[name]:.2g} GB", f"{taken:.3g} s", f"{points / taken:.2g}"
        print(f"| {label} | {' | '.join(columns)} |")


def a_point(folder):
    """Print what a point of the first job costs."""
    os.chdir(folder)  # of outputs in there a digest is kept, as of every job's
    variant = chunk_configuration(load_variant("few", folder=folder / "config/variants"))
    points = math.prod(extent(chunk_box(variant, "lambda", 0)))
    solving = []

    def watched(solve, parts, _):
        for part in parts:
            start = time.process_time()
            found = solve(part)
            solving.append(time.process_time() - start)
            yield found

    sweeps._in_turn = watched
    for repeat in range(4):  # the first one compiles
        solving.clear()
        start = time.process_time()
        sweeps.write_chunk(variant, "lambda", "nonsecular", 0, "results/0.nc")
        whole = time.process_time() - start
        if repeat:
            print(f"a point: {1e9 * sum(solving) / points:.3g} ns, ", end="")
            print(f"with the writing {1e9 * whole / points:.3g} ns of processor time")
    nothing = [chain.run(["python", "-c", "import li_cai_sun_2015.stages.sweep_chunk"], folder)]
    nothing += [chain.run(["python", "-m", "snakemake", "--version"], folder)]
    started, snakemake = (cores for _, cores in nothing)
    print(f"imports of a job: {started:.2g} s, of Snakemake {snakemake:.2g} s of processor time")


def main(repeats):
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        chain.copy_of_project(folder)
        for name, (_, *case) in CASES.items():
            write_variant(folder, name, *case)
        a_point(folder)
        end_to_end(folder, repeats)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
