for name, sources in FIGURES.items():

    rule:
        name:
            f"draw_{name}"
        input:
            data=datasets_of(sources),
            code=modules(f"figures/{name}", "figures/style"),
            style="src/steady_coherence/figures/style.mplstyle",
        output:
            multiext(f"figures/{{variant}}/{name}", ".pdf", ".svg"),
            picture=report(
                f"figures/{{variant}}/{name}.png",
                caption=f"../report/{name}.rst",
                category="{variant}",
                labels={"figure": name},
            ),
        log:
            f"results/{{variant}}/log/{name}.log",
        # Nothing waits for a figure.
        priority: -1
        conda:
            "../../environment.yml"
        shell:
            "python workflow/scripts/figure.py {output.picture} {input.data} 2> {log}"
