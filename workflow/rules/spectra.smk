rule configuration:
    input:
        files=variant_files,
        tables=variant_tables,
        code=code("configuration"),
    output:
        "results/{variant}/configuration.json",
    log:
        "results/{variant}/log/configuration.log",
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} configuration {{wildcards.variant}} {{output}} 2> {{log}}"


rule spectra:
    input:
        configuration="results/{variant}/configuration.json",
        tables=variant_tables,
        code=code("spectra"),
    output:
        "results/{variant}/spectra.nc",
    log:
        "results/{variant}/log/spectra.log",
    conda:
        "../../environment.yml"
    shell:
        f"python -m {PACKAGE} spectra {{input.configuration}} {{output}} 2> {{log}}"
