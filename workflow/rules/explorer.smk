rule explorer:
    input:
        configuration="results/{variant}/configuration.json",
        verdicts="results/{variant}/claims.json",
        # It offers every other variant as well.
        variants=lambda _: contents("variants", *paper.explored_files()),
        code=code("explorer"),
    output:
        report(
            "results/{variant}/explorer.html",
            caption="../report/explorer.rst",
            category="{variant}",
            labels={"number": "000", "figure": "Explorer: drag the temperatures"},
        ),
    log:
        "results/{variant}/log/explorer.log",
    localrule: True
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} explorer {{input.configuration}} {{input.verdicts}} {{output}} 2> {{log}}"


rule explorers:
    input:
        explorers_of(VARIANTS),
