# What a reference is kept of.
REFERENCED = [
    *expand("results/{{variant}}/{name}.nc", name=paper.REFERENCED),
    "results/{variant}/claims.json",
    "results/{variant}/findings.md",
    *expand("figures/{{variant}}/{figure}.png", figure=paper.FIGURES),
]


# Yes or no, one line for each quantity: against the values and pictures kept in `reference` ...
rule reference_comparison:
    input:
        results=REFERENCED,
        reference=lambda _: contents("reference", *files_below("reference", "docs/findings.md")),
        code=code("verify"),
    output:
        "results/{variant}/reference_comparison.txt",
    log:
        "results/{variant}/log/reference_comparison.log",
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} verify results/{{wildcards.variant}} figures/{{wildcards.variant}}"
        " reference {output} 2> {log}"


# ... and one line for each kind of file: two builds of the quick variant against each other. Each is
# a run of its own of this workflow's default target, of which this rule must not be a part.
rule build_comparison:
    input:
        code=lambda _: contents("build", *files_below("Snakefile", "src", "workflow", "config")),
    output:
        "results/build_comparison.txt",
    log:
        "results/log/build_comparison.log",
    conda:
        "../../environment.yml"
    threads: workflow.cores
    shell:
        f"python -m {PACKAGE} compare_builds {{threads}} {{output}} 2> {{log}}"


# A "no" ends here, with the comparisons complete: prints all lines, and again those with a no.
rule verify:
    input:
        "results/paper/reference_comparison.txt",
        "results/build_comparison.txt",
    log:
        "results/log/verify.log",
    conda:
        "../../environment.yml"
    shell:
        "(cat {input}; echo; ! grep --no-filename '^no' {input}; ) 2> {log}"


# On request only: the files in `reference` are nobody's outputs, so that none is ever made anew
# behind one's back.
rule reference:
    input:
        expand(REFERENCED, variant="paper"),
    log:
        "results/log/reference.log",
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} reference results/paper figures/paper reference 2> {{log}}"
