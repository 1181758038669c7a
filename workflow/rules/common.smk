import fcntl
import os
import re
import sys
import time
from functools import cache
from glob import glob
from pathlib import Path

# The package is used from here, installed or not. Jobs run side by side, each on one core.
sys.path.insert(0, "src")
shell.prefix("export PYTHONPATH=src OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1; ")

from li_cai_sun_2015.catalogue import EQUATIONS, FIGURES, FORMATS, SYSTEMS
from li_cai_sun_2015.configuration.variant import (
    ConfigurationError,
    load_configuration,
    load_variant,
    tables_of,
    unknown_target,
)
from paper_replication.files import update_json
from li_cai_sun_2015.configuration.sweep import (
    SAFE_MEMORY,
    chunk_configuration,
    number_of_chunks,
    safe_minutes,
)


wildcard_constraints:
    variant=r"[A-Za-z0-9_-]+",
    system="|".join(SYSTEMS),


@cache
def variant_configuration(variant):
    """Resolved configuration; a variant that is not valid ends the run with one line."""
    try:
        return load_variant(variant)
    except ConfigurationError as error:
        sys.exit(f"Error: {error}")


def variant_files(wildcards):
    """Files that say what a variant is: paper.yaml, and what differs from it."""
    variant_configuration(wildcards.variant)
    return sorted({"config/variants/paper.yaml", f"config/variants/{wildcards.variant}.yaml"})


def variant_tables(wildcards):
    """Tables that a variant reads."""
    return tables_of(variant_configuration(wildcards.variant))


def lamb_shift_wanted(wildcards):
    """Nothing; a variant that does not ask for principal values ends the run with one line."""
    variant = wildcards.variant
    if not variant_configuration(variant)["lamb_shift"]:
        sys.exit(
            f"Error: variant {variant} (config/variants/{variant}.yaml): lamb_shift is false, "
            "expected true for the equation nonsecular_lamb"
        )
    return []


def datasets_of(sources):
    """Datasets of a variant; principal values exist only where it asks for them."""

    def data(wildcards):
        lamb_shift = variant_configuration(wildcards.variant)["lamb_shift"]
        kept = [source for source in sources if lamb_shift or "lamb" not in source.split("_")]
        return [f"results/{wildcards.variant}/{source}.nc" for source in kept]

    return data


def unknown_target_refused(wildcards):
    """Nothing: what no rule makes ends the run with one line."""
    known = [rule for rule in workflow.rules if rule.name != "unknown"]
    outputs = [re.sub(",[^}]+", "", str(path)) for rule in known for path in rule.output]
    _, variant, *inside = wildcards.unknown.split("/")
    if inside:
        variant_configuration(variant)
    made = expand(outputs, variant=variant, system=SYSTEMS, allow_missing=True)
    sys.exit(f"Error: {unknown_target(wildcards.unknown, made)}")


def sweep_of(wildcards):
    """Resolved configuration of a variant with a sweep; any other ends the run with one line."""
    configuration = variant_configuration(wildcards.variant)
    sweep = configuration.get("sweep", {})
    for kind in ("system", "equation"):
        known = sweep.get(f"{kind}s", [])
        if not sweep or wildcards.get(kind, known[0]) not in known:
            what = f"the {kind} {wildcards[kind]} in its sweep" if sweep else "a sweep"
            sys.exit(f"Error: the variant {wildcards.variant} does not have {what}")
    return configuration


def sweep_configuration(wildcards):
    """File with what the chunks of a sweep depend on.

    It is no job's output: a job that is done anew makes everything behind it anew. Written only
    when its content changes, it lets finished chunks be when a figure or an equation is added.
    """
    path = f"results/{wildcards.variant}/sweep/configuration.json"
    update_json(chunk_configuration(sweep_of(wildcards)), path)
    return path


def sweep_chunks(wildcards):
    """Files of all chunks of a sweep."""
    chunks = range(number_of_chunks(sweep_of(wildcards), wildcards.system))
    return [
        f"results/{wildcards.variant}/sweep/{wildcards.system}/{wildcards.equation}/{chunk}.nc"
        for chunk in chunks
    ]


def sweep_minutes(wildcards):
    """Minutes to reserve for a chunk."""
    return safe_minutes(
        sweep_of(wildcards), wildcards.system, wildcards.equation, int(wildcards.chunk)
    )


def sweep_of_figure(wildcards):
    """The sweep that a figure shows a part of."""
    figures = sweep_of(wildcards)["sweep"]["figures"]
    if wildcards.name not in figures:
        sys.exit(f"Error: sweep.figures of the variant {wildcards.variant} has no {wildcards.name}")
    figure = figures[wildcards.name]
    return f"results/{wildcards.variant}/sweep/{figure['system']}/{figure['equation']}.nc"


def sweep_results(variants):
    """All sweeps of some variants, and all figures of them."""
    for variant in variants:
        sweep = variant_configuration(variant).get("sweep")
        if sweep:
            yield from expand(
                f"results/{variant}/sweep/{{system}}/{{equation}}.nc",
                system=sweep["systems"],
                equation=sweep["equations"],
            )
            yield from expand(
                f"figures/{variant}/sweep/{{name}}.{{format}}",
                name=list(sweep["figures"]),
                format=FORMATS,
            )


def code(*places):
    """Files of modules and folders below src whose change makes outputs out of date."""
    below = [path for place in places for path in (Path("src", place), *Path("src", place).rglob("*"))]
    return sorted(str(path) for path in below if path.is_file() and path.suffix != ".pyc")


# What solves for the steady states of a configured system.
ENGINE = code("steady_coherence", "li_cai_sun_2015/configuration")


try:
    VARIANTS = load_configuration(config)["variants"]
except ConfigurationError as error:
    sys.exit(f"Error: {error}")
# Before any job starts: every variant to be built is valid.
for variant in VARIANTS:
    variant_configuration(variant)


# Two builds at once in one folder would remove each other's outputs: the second one waits, and then
# looks anew at what is left to do. The system frees the lock however the first one ends.
onstart:
    lock = os.open(".snakemake/build.lock", os.O_RDWR | os.O_CREAT)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        print("Waiting for another build in this folder.", file=sys.stderr, flush=True)
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.execv(sys.executable, [sys.executable, "-m", "snakemake", *sys.argv[1:]])
    except OSError:
        pass  # a file system without locks
