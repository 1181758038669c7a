# All equations of a system in one job: starting it takes longer than solving them.
rule steady_states:
    input:
        configuration="results/{variant}/configuration.json",
        spectra="results/{variant}/spectra.nc",
        code=[*ENGINE, *code("li_cai_sun_2015/data")],
    output:
        expand(
            "results/{{variant}}/{{system}}/{equation}.nc",
            equation=[equation for equation in EQUATIONS if equation != "nonsecular_lamb"],
        ),
    log:
        "results/{variant}/log/{system}.log",
    conda:
        "../../environment.yml"
    shell:
        "python workflow/scripts/steady_states.py {input.configuration}"
        " {wildcards.system} {output} 2> {log}"


# Principal values exist only for the spectra of some variants.
use rule steady_states as steady_states_lamb with:
    input:
        lamb_shift_wanted,
        **dict(rules.steady_states.input.items()),
    output:
        "results/{variant}/{system}/nonsecular_lamb.nc",
    log:
        "results/{variant}/log/{system}_nonsecular_lamb.log",
