rule steady_states:
    input:
        configuration="results/{variant}/configuration.json",
        spectra="results/{variant}/spectra.nc",
        code=modules(
            "rates", "lamb_shift", "master_equation", "solver", "observables", "steady_states"
        ),
    output:
        "results/{variant}/{system}/{equation}.nc",
    log:
        "results/{variant}/log/{system}_{equation}.log",
    conda:
        "../../environment.yml"
    shell:
        "python workflow/scripts/steady_states.py {input.configuration} {input.spectra}"
        " {wildcards.system} {wildcards.equation} {output} 2> {log}"
