import re
import sys
import time
from functools import cache
from importlib import import_module
from pathlib import Path

from paper_replication.files import record_contents, update_json
from paper_replication.provenance import LOCK, code_of, files_below, unchanging
from paper_replication.refusals import ConfigurationError, unknown_target
from paper_replication.run_configuration import comparison_page, load_configuration

# Jobs of this workflow on other machines may have one.
if workflow.is_main_process and "" in sys.argv[1:]:
    sys.exit("Error: a target is empty, expected the path of a file")

# The paper: which package the rules run.
PACKAGE = config.get("package", "li_cai_sun_2015")
rest = {key: value for key, value in config.items() if key not in ("introduction", "captions")}
try:
    paper = import_module(f"{PACKAGE}.chain")
    VARIANTS = load_configuration(rest)["variants"]
except ModuleNotFoundError as error:
    sys.exit(f"Error: config/config.yaml (or --config): package is {PACKAGE}, but there is {error}")
except ConfigurationError as error:
    sys.exit(f"Error: {error}")


wildcard_constraints:
    variant=r"[A-Za-z0-9_-]+",
    system="|".join(paper.SYSTEMS),
    equation="|".join(paper.EQUATIONS),


@cache
def variant_of(name):
    """Resolved configuration; a variant that is not valid ends the run with one line."""
    try:
        return paper.load(name)
    except ConfigurationError as error:
        sys.exit(f"Error: {error}")


# Before any job starts: every variant to be built is valid.
for variant in VARIANTS:
    variant_of(variant)


def variant_files(wildcards):
    """Record of the files that say what a variant is: paper.yaml, and what differs from it."""
    variant_of(wildcards.variant)
    return contents(f"variants/{wildcards.variant}", *paper.variant_files(wildcards.variant))


def variant_tables(wildcards):
    """Record of the tables that a variant reads, if it reads any."""
    tables = paper.tables_of(variant_of(wildcards.variant))
    return contents(f"tables/{wildcards.variant}", *tables) if tables else []


def computed(wildcards):
    """Nothing; steady states that a variant does not have end the run with one line."""
    why = paper.not_computed(variant_of(wildcards.variant), wildcards.system, wildcards.equation)
    if why:
        name = f"variant {wildcards.variant} (config/variants/{wildcards.variant}.yaml)"
        sys.exit(f"Error: {name}: {why}")
    return []


def stored_spectra(wildcards):
    """The first link of the chain, for a paper that has one."""
    names = set(paper.judged(variant_of(wildcards.variant))) & {"spectra"}
    return [f"results/{wildcards.variant}/{name}.nc" for name in names]


def judged_datasets(wildcards):
    """Datasets that the verdicts on a variant are drawn from."""
    names = paper.judged(variant_of(wildcards.variant))
    return [f"results/{wildcards.variant}/{name}.nc" for name in names]


def results_of(variants):
    """Datasets, verdicts and findings of some variants."""
    return [
        f"results/{variant}/{name}"
        for variant in variants
        for name in (
            *(f"{dataset}.nc" for dataset in paper.judged(variant_of(variant))),
            *("claims.json", "claims.nc", "findings.md", "findings.html"),
        )
    ]


def figures_of(variants):
    """Figures of some variants, in every format."""
    return [
        f"figures/{variant}/{name}.{suffix}"
        for variant in variants
        for name in paper.figures(variant_of(variant))
        for suffix in paper.FORMATS
    ]


def datasets_of(wildcards):
    """Datasets that a figure is drawn from."""
    names = paper.figures(variant_of(wildcards.variant))[wildcards.figure]
    return [f"results/{wildcards.variant}/{name}.nc" for name in names]


def sweep_of(wildcards):
    """Resolved configuration of a variant with a sweep; any other ends the run with one line."""
    variant = variant_of(wildcards.variant)
    names = [name.split("/") for name in paper.sweeps(variant)]
    for place, kind in enumerate(("system", "equation")):
        known = [name[place] for name in names]
        if not names or wildcards.get(kind, known[0]) not in known:
            what = f"the {kind} {wildcards[kind]} in its sweep" if names else "a sweep"
            sys.exit(f"Error: the variant {wildcards.variant} does not have {what}")
    chunks = paper.chunks(variant, wildcards.get("system", names[0][0]))
    if int(wildcards.get("chunk", 0)) not in chunks:
        what = f"chunk {wildcards.chunk}, expected 0 to {chunks[-1]}"
        sys.exit(f"Error: the sweep of the variant {wildcards.variant} has no {what}")
    return variant


def sweep_configuration(wildcards):
    """File with what the chunks of a sweep depend on.

    It is no job's output: a job that is done anew makes everything behind it anew. Written only
    when its content changes, it lets finished chunks be when a figure or an equation is added.
    """
    sweep_of(wildcards)
    path = f"results/{wildcards.variant}/sweep/configuration.json"
    paper.write_sweep_configuration(wildcards.variant, path)
    return path


def sweep_chunks(wildcards):
    """Files of all chunks of a sweep, after a word on what it takes."""
    variant = sweep_of(wildcards)
    folder = f"results/{wildcards.variant}/sweep/{wildcards.system}/{wildcards.equation}"
    say_cost(wildcards.variant, wildcards.system, wildcards.equation, folder)
    return [f"{folder}/{chunk}.nc" for chunk in paper.chunks(variant, wildcards.system)]


@cache
def say_cost(name, system, equation, folder):
    """Say what the rest of a sweep takes; one that takes more than there is ends the run."""
    try:
        said = paper.cost(variant_of(name), system, equation, folder)
    except ConfigurationError as error:
        sys.exit(f"Error: variant {name} (config/variants/{name}.yaml): {error}")
    if said:
        print(said, file=sys.stderr)


def sweep_minutes(wildcards):
    """Minutes to reserve for a chunk."""
    return paper.safe_minutes(
        sweep_of(wildcards), wildcards.system, wildcards.equation, int(wildcards.chunk)
    )


def sweep_of_figure(wildcards):
    """The sweep that a figure shows a part of."""
    figures = paper.sweep_figures(sweep_of(wildcards))
    if wildcards.name not in figures:
        sys.exit(f"Error: sweep.figures of the variant {wildcards.variant} has no {wildcards.name}")
    return f"results/{wildcards.variant}/sweep/{figures[wildcards.name]}.nc"


def sweeps_of(variants):
    """All sweeps of some variants, and all figures of them."""
    files = []  # a list: of what yields them, Snakemake would lose the first
    for variant in variants if hasattr(paper, "sweeps") else []:
        loaded = variant_of(variant)
        files += [f"results/{variant}/sweep/{name}.nc" for name in paper.sweeps(loaded)]
        files += expand(
            f"figures/{variant}/sweep/{{name}}.{{format}}",
            name=paper.sweep_figures(loaded),
            format=paper.FORMATS,
        )
    return files


def explorers_of(variants):
    """Explorers of some variants, of a paper that has one."""
    return expand(
        "results/{variant}/explorer.html",
        variant=variants if hasattr(paper, "explored_files") else [],
    )


def vectors_of(wildcards):
    """Figures of a variant as SVG."""
    names = paper.figures(variant_of(wildcards.variant))
    return [f"figures/{wildcards.variant}/{name}.svg" for name in names]


def compared_files(wildcards):
    """Results of the variants that are put side by side; one line where this cannot be done."""
    for name in wildcards.variants.split("+"):
        yield from expand(
            "results/{variant}/{file}",
            variant=name,
            file=[
                "configuration.json",
                "claims.json",
                *(f"{data}.nc" for data in paper.compared(variant_of(name))),
            ],
        )


def comparison_of_all(wildcards):
    """The page of all variants side by side; fewer than two end the run with one line."""
    try:
        return comparison_page(VARIANTS)
    except ConfigurationError as error:
        sys.exit(f"Error: config/config.yaml (or --config): {error}")


def unknown_target_refused(wildcards):
    """Nothing: what no rule makes ends the run with one line."""
    _, variant, *inside = wildcards.unknown.split("/")
    has_sweep = inside and paper.sweeps(variant_of(variant))
    known = [rule for rule in workflow.rules if not rule.name.startswith(("unknown", "together"))]
    outputs = [re.sub(",[^}]+", "", str(path)) for rule in known for path in rule.output]
    # A sweep of one equation stands for those of all.
    sweeps = [path.replace("{equation}", "{{equation}}") for path in outputs if "/sweep/" in path]
    outputs = [path for path in outputs if "/sweep/" not in path] + (sweeps if has_sweep else [])
    names = {"system": paper.SYSTEMS, "equation": paper.EQUATIONS, "figure": paper.FIGURES}
    made = expand(outputs, variant=variant, **names, allow_missing=True)
    sys.exit(f"Error: {unknown_target(wildcards.unknown, made)}")


def record_of(name, files, *digest):
    """Record of what is in some files: a change of it, whatever its date, makes outputs anew.

    In a folder of its own: Snakemake looks but once at what there is beside a file.
    """
    record = f".snakemake/contents/{name}/digests.json"
    if workflow.is_main_process or not Path(record).exists():
        record_contents(files, record, *digest)
    return record


@cache
def contents(name, *paths):
    """Record of what is in files that are no code."""
    return record_of(name, {str(path): path for path in paths})


def titles_of_figures(wildcards):
    """Record of what the findings call the figures."""
    record = ".snakemake/contents/titles/titles.json"
    update_json({name: figure.heading for name, figure in paper.FIGURES.items()}, record, first=0)
    return record


@cache
def code_record(stage, figure=""):
    """Record of the files whose change makes a stage's outputs out of date, and of the lock.

    By their places in their packages: a copy of the folder is as new.
    """
    name = f"code/{stage}_{figure}" if figure else f"code/{stage}"
    files = {**code_of(PACKAGE, stage, figure), "requirements/main.lock": LOCK}
    return record_of(name, files, unchanging)


def code(stage):
    """The same, as an input that is looked for when a job is planned."""
    return lambda wildcards: code_record(stage)


def code_of_figure(wildcards):
    """The same of a figure, with its own module and what all figures share."""
    return code_record("draw", wildcards.figure)


def labels_of_figure(wildcards):
    """What the report, which sorts by it, says of a figure: behind the findings, number 00."""
    number = list(paper.FIGURES).index(wildcards.figure) + 1
    return {"number": f"{number:02}", "figure": paper.FIGURES[wildcards.figure].heading}


# For the report, which sees the configuration and nothing else.
config.update(introduction=getattr(paper, "INTRODUCTION", ""), captions=dict(paper.CAPTIONS))
