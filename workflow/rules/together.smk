# From nothing, a few processes that share one start make what otherwise has a process a file: starting Python, xarray
# and Matplotlib takes longer than most of the files. What is asked for by its name, and what a later change makes out of
# date, has a job of its own.
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


def share_of_cores(wildcards):
    """Cores of a variant, of which two are used well."""
    return max(2, workflow.cores // len(VARIANTS))


for variant in filter(is_from_nothing, VARIANTS):
    judged, drawn = paper.judged(variant_of(variant)), paper.figures(variant_of(variant))
    stages = ["configuration", "steady_states", "verdicts", "findings", "draw"]
    stages += [name for name in ("spectra", "trust") if name in judged]
    stages += ["explorer"] if hasattr(paper, "explored_files") else []
    pages = ["findings.md", "findings.html", *["explorer.html"] * ("explorer" in stages)]

    rule:
        name:
            f"together_{variant}"
        input:
            all_wanted,
            variant_files,
            variant_tables,
            titles_of_figures,
            [contents("variants", *paper.explored_files())] if "explorer" in stages else [],
            [code_record(stage) for stage in stages],
            [code_record("draw", name) for name in drawn],
        output:
            "results/{variant}/configuration.json",
            expand("results/{{variant}}/{name}.nc", name=judged),
            expand("results/{{variant}}/{name}", name=["claims.json", "claims.nc", *pages]),
            expand("figures/{{variant}}/{name}.{format}", name=drawn, format=paper.FORMATS),
        log:
            "results/{variant}/log/together.log",
        wildcard_constraints:
            variant=variant,
        conda:
            "../../environment.yml"
        threads: share_of_cores
        shell:
            f"python -m {PACKAGE} together {{wildcards.variant}} {{threads}} {{output}} 2> {{log}}"

    workflow.ruleorder(f"together_{variant}", *stages)
