# Since when this run has been at work, for its progress.
os.environ.setdefault("STEADY_COHERENCE_STARTED", str(time.time()))


rule sweep_chunk:
    input:
        configuration=sweep_configuration,
        code=[*ENGINE, *code("li_cai_sun_2015/data", "paper_replication")],
        tables=variant_tables,
    output:
        "results/{variant}/sweep/{system}/{equation}/{chunk}.nc",
    log:
        "results/{variant}/log/sweep_{system}_{equation}_{chunk}.log",
    wildcard_constraints:
        equation="|".join(EQUATIONS),
        chunk="[0-9]+",
    conda:
        "../../environment.yml"
    threads: 1
    resources:
        mem_mb=SAFE_MEMORY,
        runtime=sweep_minutes,
    shell:
        "python workflow/scripts/sweep_chunk.py {wildcards.system} {wildcards.equation} {output} {input}"
        " 2> {log}"


rule sweep_gather:
    input:
        configuration=sweep_configuration,
        chunks=sweep_chunks,
        schema="workflow/schemas/variant.schema.yaml",
    output:
        "results/{variant}/sweep/{system}/{equation}.nc",
    log:
        "results/{variant}/log/sweep_{system}_{equation}.log",
    wildcard_constraints:
        equation="|".join(EQUATIONS),
    conda:
        "../../environment.yml"
    shell:
        "python workflow/scripts/sweep_gather.py {wildcards.system} {wildcards.equation}"
        " {input.configuration} {output} 2> {log}"


rule draw_sweep:
    input:
        configuration="results/{variant}/configuration.json",
        data=sweep_of_figure,
        code=code("li_cai_sun_2015/figures/sweep.py", "li_cai_sun_2015/figures/style.py"),
        style="src/li_cai_sun_2015/figures/style.mplstyle",
    output:
        report(
            "figures/{variant}/sweep/{name}.png",
            caption="../report/sweep.rst",
            category="{variant}",
            labels={"figure": "sweep: {name}"},
        ),
        multiext("figures/{variant}/sweep/{name}", ".pdf", ".svg"),
    log:
        "results/{variant}/log/sweep_figure_{name}.log",
    conda:
        "../../environment.yml"
    shell:
        "python workflow/scripts/sweep_figure.py figures/{wildcards.variant}/sweep/{wildcards.name}"
        " {input.configuration} {input.data} 2> {log}"
