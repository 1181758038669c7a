for name, sources in FIGURES.items():

    rule:
        name:
            f"draw_{name}"
        input:
            data=datasets_of(sources),
            code=modules(f"figures/{name}", "figures/style"),
            style="src/steady_coherence/figures/style.mplstyle",
        output:
            report(
                f"figures/{{variant}}/{name}.png",
                caption=f"../report/{name}.rst",
                category="{variant}",
                labels={"figure": name},
            ),
            multiext(f"figures/{{variant}}/{name}", ".pdf", ".svg"),
        log:
            f"results/{{variant}}/log/{name}.log",
        conda:
            "../../environment.yml"
        params:
            figure=name,
        shell:
            "python workflow/scripts/figure.py {params.figure} figures/{wildcards.variant} {input.data} 2> {log}"
