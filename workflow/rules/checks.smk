# What a reference is kept of.
REFERENCED = [
    "results/{variant}/spectra.nc",
    *expand(
        "results/{{variant}}/{system}/{equation}.nc",
        system=SYSTEMS,
        equation=["nonsecular", "secular"],
    ),
    "results/{variant}/claims.json",
    "results/{variant}/findings.md",
    *expand("figures/{{variant}}/{figure}.png", figure=FIGURES),
]


# Yes or no, one line for each quantity: against the values and pictures kept in `reference` ...
rule reference_comparison:
    input:
        results=REFERENCED,
        reference=sorted(glob("reference/**/*.*", recursive=True)),
        findings="docs/findings.md",
        code=code("paper_replication/verification"),
    output:
        "results/{variant}/reference_comparison.txt",
    log:
        "results/{variant}/log/reference_comparison.log",
    conda:
        "../../environment.yml"
    shell:
        "python workflow/scripts/verify.py results/{wildcards.variant} figures/{wildcards.variant}"
        " reference {output} 2> {log}"


# ... and one line for each kind of file: two builds of the quick variant against each other. Each is
# a run of its own of this workflow's default target, of which this rule must not be a part.
rule build_comparison:
    input:
        code=[
            "Snakefile",
            *sorted(glob("src/**/*.py", recursive=True)),
            *sorted(glob("src/**/*.mplstyle", recursive=True)),
            *sorted(glob("workflow/**/*.*", recursive=True)),
            *sorted(glob("config/**/*.*", recursive=True)),
        ],
    output:
        "results/build_comparison.txt",
    log:
        "results/log/build_comparison.log",
    conda:
        "../../environment.yml"
    threads: workflow.cores
    shell:
        "python workflow/scripts/compare_builds.py {threads} {output} 2> {log}"


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
        "python workflow/scripts/reference.py results/paper figures/paper reference 2> {log}"
