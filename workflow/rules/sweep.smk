# Since when this run has been at work, for its progress.
os.environ.setdefault("STEADY_COHERENCE_STARTED", str(time.time()))


rule sweep_chunk:
    input:
        configuration=sweep_configuration,
        code=code("sweep_chunk"),
        tables=variant_tables,
    output:
        "results/{variant}/sweep/{system}/{equation}/{chunk}.nc",
    log:
        "results/{variant}/log/sweep_{system}_{equation}_{chunk}.log",
    wildcard_constraints:
        chunk="0|[1-9][0-9]*",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=paper.SAFE_MEMORY,
        runtime=sweep_minutes,
    shell:
        f"python -m {PACKAGE} sweep_chunk {{wildcards.system}} {{wildcards.equation}} {{threads}} {{output}} {{input}}"
        " 2> {log}"


rule sweep_gather:
    input:
        # First: a sweep that the disk has no room for is refused before anything is written.
        chunks=sweep_chunks,
        configuration=sweep_configuration,
        code=code("sweep_gather"),
    output:
        "results/{variant}/sweep/{system}/{equation}.nc",
    log:
        "results/{variant}/log/sweep_{system}_{equation}.log",
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} sweep_gather {{wildcards.system}} {{wildcards.equation}} {{input.configuration}} {{output}}"
        " 2> {log}"


rule draw_sweep:
    input:
        configuration="results/{variant}/configuration.json",
        data=sweep_of_figure,
        code=lambda _: code_record("draw_sweep", "sweep"),
    output:
        report(
            "figures/{variant}/sweep/{name}.png",
            caption="../report/figure.rst",
            category="{variant}",
            labels={"number": "99", "figure": "Sweep: {name}"},
        ),
        multiext("figures/{variant}/sweep/{name}", ".pdf", ".svg"),
    log:
        "results/{variant}/log/sweep_figure_{name}.log",
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} draw_sweep figures/{{wildcards.variant}}/sweep/{{wildcards.name}}.png {{input.configuration}}"
        " {input.data} 2> {log}"
