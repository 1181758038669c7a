rule trust:
    input:
        configuration="results/{variant}/configuration.json",
        code=code("trust"),
    output:
        "results/{variant}/trust.nc",
    log:
        "results/{variant}/log/exact_solutions.log",
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} trust {{input.configuration}} {{output}} 2> {{log}}"
