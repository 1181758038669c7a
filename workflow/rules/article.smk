# Who wrote the replication, and what it replicates: in the folder that this runs in, or beside this workflow.
places = [Path("CITATION.cff"), Path(str(workflow.current_basedir)).parents[1] / "CITATION.cff"]
CITATION = str(next((path for path in places if path.exists()), places[0]))


# On request only: what sets it is installed by `make article`.
rule article:
    input:
        verdicts="results/{variant}/claims.json",
        configuration="results/{variant}/configuration.json",
        data=judged_datasets,
        citation=CITATION,
        pictures=vectors_of,
        code=code("article"),
    output:
        "results/{variant}/article.pdf",
    log:
        "results/{variant}/log/article.log",
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} article {{output}} results/{{wildcards.variant}} {{input.citation:q}}"
        " {input.pictures} 2> {log}"


rule articles:
    input:
        expand("results/{variant}/article.pdf", variant=VARIANTS),
