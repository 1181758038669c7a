rule trust:
    input:
        configuration="results/{variant}/configuration.json",
        code=modules("trust", "pseudomode", "rates", "master_equation", "solver", "steady_states"),
    output:
        "results/{variant}/trust.nc",
    log:
        "results/{variant}/log/exact_solutions.log",
    conda:
        "../../environment.yml"
    shell:
        "python workflow/scripts/trust.py {input.configuration} {output} 2> {log}"
