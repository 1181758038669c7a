# From nothing, a few processes make what otherwise has a process a file: starting Python, xarray and
# Matplotlib takes longer than most of the files. What is asked for by its name, and what a later change
# makes out of date, has a job of its own.
from snakemake.iocontainers import Wildcards


def is_from_nothing(variant):
    """Whether all of a variant is to be made, as what everything else depends on is out of date."""
    made, wildcards = Path(f"results/{variant}/configuration.json"), Wildcards()
    wildcards.variant = variant
    sources = (variant_files, variant_tables, code("configuration"))
    records = [Path(record) for source in sources if (record := source(wildcards))]
    newest = max(record.stat().st_mtime for record in records)
    return not made.exists() or made.stat().st_mtime < newest


def all_wanted(wildcards):
    """Nothing, or a file that there is not, which leaves the work to the other rules."""
    settings = workflow.dag_settings
    by_name = any("/" in target for target in settings.targets)
    # By any other trigger, files would look changed as soon as they are another rule's again.
    triggers = {trigger.name for trigger in settings.rerun_triggers}
    # Captions of a report, for which nothing runs, are those of the other rules.
    runs = workflow.execution_settings is not None and workflow.local_exec
    if runs and triggers == {"MTIME"} and not by_name:
        return []
    return ["one job a file"]


def judging(variant):
    """Stages after the steady states, with the results that each makes."""
    return {
        "trust": ["trust.nc"] if "trust" in paper.judged(variant_of(variant)) else [],
        "verdicts": ["claims.json", "claims.nc"],
        "findings": ["findings.md", "findings.html"],
        "explorer": ["explorer.html"] if hasattr(paper, "explored_files") else [],
    }


for variant in filter(is_from_nothing, VARIANTS):
    judged = paper.judged(variant_of(variant))
    solved = [name for name in judged if name == "spectra" or "/" in name]

    rule:
        name:
            f"together_{variant}_solve"
        input:
            all_wanted,
            "results/{variant}/configuration.json",
            variant_tables,
            code("steady_states"),
        output:
            expand("results/{{variant}}/{name}.nc", name=solved),
        log:
            "results/{variant}/log/solve.log",
        wildcard_constraints:
            variant=variant,
        conda:
            "../../environment.yml"
        shell:
            f"python -m {PACKAGE} together {{wildcards.variant}} {{output}} 2> {{log}}"

    workflow.ruleorder(f"together_{variant}_solve", "steady_states", "spectra")
    stages = {stage: made for stage, made in judging(variant).items() if made}
    reads = paper.figures(variant_of(variant))
    late = [name for name in reads if {"claims", "trust"} & set(reads[name])]

    # What waits for one thing after the other.
    rule:
        name:
            f"together_{variant}_judge"
        input:
            all_wanted,
            "results/{variant}/configuration.json",
            expand("results/{{variant}}/{name}.nc", name=solved),
            titles_of_figures,
            [contents("variants", *paper.explored_files())] if "explorer" in stages else [],
            [code_record(stage) for stage in stages],
            [code_record("draw", name) for name in late],
        output:
            expand("results/{{variant}}/{name}", name=sum(stages.values(), [])),
            expand("figures/{{variant}}/{name}.{format}", name=late, format=paper.FORMATS),
        log:
            "results/{variant}/log/judge.log",
        wildcard_constraints:
            variant=variant,
        conda:
            "../../environment.yml"
        shell:
            f"python -m {PACKAGE} together {{wildcards.variant}} {{output}} 2> {{log}}"

    early = [name for name in reads if name not in late]

    rule:
        name:
            f"together_{variant}_draw"
        input:
            all_wanted,
            "results/{variant}/configuration.json",
            expand("results/{{variant}}/{name}.nc", name=solved),
            [code_record("draw", name) for name in early],
        output:
            expand("figures/{{variant}}/{name}.{format}", name=early, format=paper.FORMATS),
        log:
            "results/{variant}/log/draw.log",
        wildcard_constraints:
            variant=variant,
        # Nothing waits for a figure.
        priority: -1
        conda:
            "../../environment.yml"
        shell:
            f"python -m {PACKAGE} together {{wildcards.variant}} {{output}} 2> {{log}}"

    workflow.ruleorder(f"together_{variant}_judge", *stages)
    for taking in ("judge", "draw"):
        workflow.ruleorder(f"together_{variant}_{taking}", "draw")
