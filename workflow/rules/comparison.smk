# Variants side by side. A + is in no variant's name.
rule comparison:
    input:
        compared_files,
        code=code("compare"),
    output:
        "results/comparison/{variants}.html",
    log:
        "results/comparison/log/{variants}.log",
    wildcard_constraints:
        variants=r"[A-Za-z0-9_-]+([+][A-Za-z0-9_-]+)+",
    conda:
        "../../environment.yml"
    params:
        folders=lambda wildcards: [f"results/{name}" for name in wildcards.variants.split("+")],
    shell:
        f"python -m {PACKAGE} compare {{output}} {{params.folders}} 2> {{log}}"


rule compare:
    input:
        comparison_of_all,
