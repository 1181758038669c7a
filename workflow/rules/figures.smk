for name, sources in FIGURES.items():

    rule:
        name:
            f"draw_{name}"
        input:
            data=datasets_of(sources),
            code=code(f"li_cai_sun_2015/figures/{name}.py", "li_cai_sun_2015/figures/style.py"),
            style="src/li_cai_sun_2015/figures/style.mplstyle",
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
