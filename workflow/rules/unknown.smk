# Included last. What no rule above makes, a misspelt figure for example, is met by one line that says
# what there is; Snakemake would say only that there is no rule.
KNOWN = [path.regex().pattern for rule in workflow.rules for path in rule.products()]
KNOWN.append("results/[^/]+/sweep/configuration[.]json")  # no rule's: see `sweep_configuration`


rule unknown:
    input:
        unknown_target_refused,
    output:
        "{unknown}",
    log:
        "results/log/{unknown}.log",
    wildcard_constraints:
        unknown=f"(?!{re.sub('[?]P<[^>]+>', '', '|'.join(KNOWN))})(results|figures)/.+",
    conda:
        "../../environment.yml"
