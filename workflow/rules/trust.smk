rule trust:
    input:
        configuration="results/{variant}/configuration.json",
        code=[*ENGINE, *code("li_cai_sun_2015/data")],
    output:
        "results/{variant}/trust.nc",
    log:
        "results/{variant}/log/exact_solutions.log",
    conda:
        "../../environment.yml"
    shell:
        "python workflow/scripts/trust.py {input.configuration} {output} 2> {log}"
