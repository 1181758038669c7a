# Steady quantum coherence between baths at different temperatures: a paper, replicated.
#
#   configuration ──> spectra ──> steady states ──> claims, figures
#
# The rules stand in this order in workflow/rules; config/config.yaml says for which paper and variants.
from snakemake.utils import min_version

min_version("9.0")


include: "workflow/rules/sources.smk"


from paper_replication.run_configuration import configuration_file


# That of the folder it runs in, or else the one beside this file.
configfile: configuration_file(here, str(workflow.current_basedir))


report: "workflow/report/workflow.rst"


include: "workflow/rules/common.smk"
include: "workflow/rules/spectra.smk"
include: "workflow/rules/steady_states.smk"
include: "workflow/rules/trust.smk"
include: "workflow/rules/claims.smk"
include: "workflow/rules/figures.smk"
include: "workflow/rules/article.smk"
include: "workflow/rules/checks.smk"


if hasattr(paper, "sweeps"):

    include: "workflow/rules/sweep.smk"


if hasattr(paper, "explored_files"):

    include: "workflow/rules/explorer.smk"


if hasattr(paper, "compared"):

    include: "workflow/rules/comparison.smk"


# A workflow that takes these rules as a module has rules of its own.
if workflow.modifier.is_main_snakefile():

    include: "workflow/rules/together.smk"
    include: "workflow/rules/unknown.smk"
    include: "workflow/rules/ending.smk"


# On a cluster, sending these off takes many times longer than doing them.
localrules:
    configuration,
    findings,


rule all:
    default_target: True
    input:
        results_of(VARIANTS),
        figures_of(VARIANTS),
        explorers_of(VARIANTS),
        sweeps_of(VARIANTS),
