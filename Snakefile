# Li, Cai and Sun, "Steady quantum coherence in non-equilibrium environment" (2015), replicated.
#
#   configuration ──> spectra ──> steady states ──> claims, figures
#
# The rules stand in this order in workflow/rules; config/config.yaml says for which variants.
from snakemake.utils import min_version

min_version("9.0")


configfile: "config/config.yaml"


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/spectra.smk"
include: "workflow/rules/steady_states.smk"
include: "workflow/rules/sweep.smk"
include: "workflow/rules/trust.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/checks.smk"
include: "workflow/rules/unknown.smk"


# On a cluster, sending these off takes many times longer than doing them.
localrules:
    configuration,
    findings,


rule all:
    default_target: True
    input:
        expand(
            "figures/{variant}/{figure}.{format}", variant=VARIANTS, figure=FIGURES, format=FORMATS
        ),
        expand("results/{variant}/findings.html", variant=VARIANTS),
        expand(
            "results/{variant}/{system}/{equation}.nc",
            variant=VARIANTS,
            system=SYSTEMS,
            equation=["nonsecular", "secular"],
        ),
        sweep_results(VARIANTS),
