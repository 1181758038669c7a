rule verdicts:
    input:
        configuration="results/{variant}/configuration.json",
        data=datasets_of(
            [
                "spectra",
                "trust",
                *(f"{system}/{equation}" for system in SYSTEMS for equation in EQUATIONS),
            ]
        ),
        code=code("li_cai_sun_2015/claims", "li_cai_sun_2015/numbered_equations"),
    output:
        verdicts="results/{variant}/claims.json",
        maps="results/{variant}/claims.nc",
    log:
        "results/{variant}/log/verdicts.log",
    conda:
        "../../environment.yml"
    shell:
        "python workflow/scripts/claims.py {wildcards.variant} {output} {input.configuration} {input.data}"
        " 2> {log}"


rule findings:
    input:
        verdicts="results/{variant}/claims.json",
        code=code("li_cai_sun_2015/findings.py"),
    output:
        markdown="results/{variant}/findings.md",
        html=report(
            "results/{variant}/findings.html",
            caption="../report/findings.rst",
            category="{variant}",
            labels={"figure": "findings"},
        ),
    log:
        "results/{variant}/log/findings.log",
    conda:
        "../../environment.yml"
    shell:
        "python workflow/scripts/findings.py {input.verdicts} {output} 2> {log}"
