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


def figures_by_source(variant):
    """Figures, with their datasets, by what they wait for."""
    found = {"states": {}, "verdicts": {}}
    for name, datasets in paper.figures(variant_of(variant)).items():
        late = {"claims", "trust"} & set(datasets)
        found["verdicts" if late else "states"][name] = datasets
    return {source: figures for source, figures in found.items() if figures}


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
    for source, figures in figures_by_source(variant).items():

        rule:
            name:
                f"together_{variant}_draw_on_{source}"
            input:
                all_wanted,
                "results/{variant}/configuration.json",
                expand("results/{{variant}}/{name}.nc", name=sorted(set().union(*figures.values()))),
                [code_record("draw", name) for name in figures],
            output:
                expand("figures/{{variant}}/{name}.{format}", name=figures, format=paper.FORMATS),
            log:
                f"results/{{variant}}/log/figures_on_{source}.log",
            wildcard_constraints:
                variant=variant,
            # Nothing waits for a figure.
            priority: -1
            conda:
                "../../environment.yml"
            shell:
                f"python -m {PACKAGE} together {{wildcards.variant}} {{output}} 2> {{log}}"

        workflow.ruleorder(f"together_{variant}_draw_on_{source}", "draw")
