# One equation a job: one that cannot be solved leaves the others' results alone.
rule steady_states:
    input:
        computed,
        configuration="results/{variant}/configuration.json",
        spectra=stored_spectra,
        tables=variant_tables,
        code=code("steady_states"),
    output:
        "results/{variant}/{system}/{equation}.nc",
    log:
        "results/{variant}/log/{system}_{equation}.log",
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} steady_states {{wildcards.system}} {{wildcards.equation}} {{input.configuration}}"
        " {output} 2> {log}"
