# What all figures share: the style, and how they are written.
STYLE = code(
    *(f"{PACKAGE}/figures/{name}" for name in ("__init__.py", "style.py", "style.mplstyle")),
    "paper_replication/files.py",
)


for name in paper.FIGURES:

    rule:
        name:
            f"draw_{name}"
        input:
            data=datasets_of(name),
            code=[*STYLE, *code(f"{PACKAGE}/figures/{name}.py")],
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
        params:
            package=PACKAGE,
        shell:
            "python -m {params.package} draw {output.picture} {input.data} 2> {log}"
