# What all figures share: the style, the names, and how they are written.
STYLE = [
    path
    for path in code(
        f"{PACKAGE}/figures",
        f"{PACKAGE}/configuration/units.py",
        "paper_replication/figures.py",
        "paper_replication/files.py",
        "paper_replication/style.mplstyle",
        "steady_coherence/master_equations.py",
        "steady_coherence/systems.py",
    )
    if Path(path).stem not in paper.CAPTIONS
]
# For the report: the caption of a figure stands in its module.
config["captions"] = {f"draw_{name}": caption for name, caption in paper.CAPTIONS.items()}


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
                caption="../report/figure.rst",
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
