rule verdicts:
    input:
        configuration="results/{variant}/configuration.json",
        data=judged_datasets,
        code=code("verdicts"),
    output:
        verdicts="results/{variant}/claims.json",
        maps="results/{variant}/claims.nc",
    log:
        "results/{variant}/log/verdicts.log",
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} verdicts {{wildcards.variant}} {{input.configuration}} {{output}}"
        " {input.data} 2> {log}"


rule findings:
    input:
        verdicts="results/{variant}/claims.json",
        titles=titles_of_figures,
        code=code("findings"),
    output:
        markdown="results/{variant}/findings.md",
        html=report(
            "results/{variant}/findings.html",
            caption="../report/findings.rst",
            category="{variant}",
            labels={"number": "00", "figure": "Findings: the verdicts"},
        ),
    log:
        "results/{variant}/log/findings.log",
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} findings {{input.verdicts}} {{output}} 2> {{log}}"
