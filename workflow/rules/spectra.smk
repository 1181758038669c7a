rule configuration:
    input:
        files=variant_files,
        schema="workflow/schemas/variant.schema.yaml",
        code=code("li_cai_sun_2015/configuration", "paper_replication"),
    output:
        "results/{variant}/configuration.json",
    log:
        "results/{variant}/log/configuration.log",
    conda:
        "../../environment.yml"
    shell:
        "python workflow/scripts/configuration.py {wildcards.variant} {output} 2> {log}"


rule spectra:
    input:
        configuration="results/{variant}/configuration.json",
        tables=variant_tables,
        code=[*ENGINE, *code("li_cai_sun_2015/data")],
    output:
        "results/{variant}/spectra.nc",
    log:
        "results/{variant}/log/spectra.log",
    conda:
        "../../environment.yml"
    shell:
        "python workflow/scripts/spectra.py {input.configuration} {output} 2> {log}"
