rule draw:
    input:
        configuration="results/{variant}/configuration.json",
        data=datasets_of,
        code=code_of_figure,
    output:
        multiext("figures/{variant}/{figure}", ".pdf", ".svg"),
        picture=report(
            "figures/{variant}/{figure}.png",
            caption="../report/figure.rst",
            category="{variant}",
            labels=labels_of_figure,
        ),
    log:
        "results/{variant}/log/figure_{figure}.log",
    wildcard_constraints:
        figure="|".join(paper.FIGURES),
    # Nothing waits for a figure.
    priority: -1
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} draw {{output.picture}} {{input.configuration}} {{input.data}} 2> {{log}}"
