"""Claims 6, 21 and 23: how large the coherence is, in V and in Lambda, and why."""

from typing import Any

import numpy as np

from li_cai_sun_2015.claims.examples import view_at
from li_cai_sun_2015.claims.measures import Array, at_equal_temperatures, largest, share
from li_cai_sun_2015.claims.region import BOTH_WAYS, DIFFERENCE, HOTTER, LOWER, REGION
from li_cai_sun_2015.claims.study import Study, claim
from paper_replication.claim import Found, Outcome, not_applicable, percent, text, verdict

#: One maximum is much smaller than another below this fraction of it: a threshold of ours.
SMALL = 0.1
#: A coherence is negligible below this fraction of 1/2, the largest there is: a threshold of ours.
NEGLIGIBLE = 0.01


def _nothing_to_compare(study: Study) -> str:
    """Why V is not compared with Lambda; empty if it can be."""
    if len(study.selected(("lambda", "v"))) < 2:
        return "the claim compares two systems, of which one was not asked for"
    if not study.coherent("lambda"):
        return study.no_coherence("lambda")
    if not study.solvable("v"):
        return "no unique steady state of the V system at any temperatures"
    return ""


@claim(
    number=6,
    where="Section 4, Fig. 3(b)",
    statement="“the maximum value of |rho_12| in the V-type system is much smaller than that in "
    "the Lambda-type system”",
    sense="The largest |rho_12| of V in Fig. 3 is below that of Lambda, and far below. How far is "
    f"not said: {SMALL:g} of it or less is our threshold.",
    quantity="ratio of the maxima over the variant's grid, or over the region where the grid has "
    "equal temperatures only",
    region=f"the variant's grid; {BOTH_WAYS}; point by point with the right bath hotter",
    tolerance=1e-12,
    about=("lambda", "v"),
)
def _v_is_weaker(study: Study) -> Outcome:
    if reason := _nothing_to_compare(study):
        return not_applicable(reason)
    if not study.coherent("v"):
        return Outcome(
            verdict(True), "V has no coherence at any temperatures", "", {"ratio_of_maxima": 0.0}
        )
    of_lambda, of_v = (study.coherence_map(name) for name in ("lambda", "v"))
    top_lambda, top_v = (
        max(largest(study.coherence_map(name, hotter)) for hotter in HOTTER)
        for name in ("lambda", "v")
    )
    ratio = of_v / np.where(of_lambda > 0.0, of_lambda, np.nan)
    over_the_region = top_v / top_lambda
    on_grid = _on_the_grid(study)
    numbers = {
        "ratio_of_maxima_region": over_the_region,
        "fraction_much_smaller_region": share(ratio < SMALL, ratio),
        "fraction_smaller_region": share(ratio < 1.0, ratio),
        **on_grid,
    }
    # The paper speaks of Fig. 3: of the grid, where the variant has one with two temperatures.
    judged = "the region"
    if on_grid:
        judged = "the variant's grid"
        top_lambda, top_v, *_ = on_grid.values()
    factor = top_v / top_lambda
    words = (
        f"the maxima over {judged} have the ratio {text(factor)}: V {text(top_v)}, Lambda "
        f"{text(top_lambda)}"
    )
    found = Found(numbers, [words])
    found.counterexamples.append(
        f"smaller, but not below {SMALL:g} of it" if factor < 1.0 else words
    )
    for each in ("grid", "region") if on_grid else ("region",):
        less, much = (
            percent(numbers[f"fraction_{kind}_{each}"]) for kind in ("smaller", "much_smaller")
        )
        found.remarks.append(
            f"V has less at {less} of the {each}, and less than {SMALL:g} of it at {much}"
        )
    if on_grid:
        found.remarks.append(f"over the region the maxima have the ratio {text(over_the_region)}")
    excess = np.where(ratio > 1.0, of_v - of_lambda, -np.inf)
    most = row, column = np.unravel_index(int(excess.argmax()), ratio.shape)
    if ratio[most] > 1.0:
        at = float(LOWER[row]), float(DIFFERENCE[column])
        found.remarks.append(
            f"at T_L = {text(at[0])}, dT = {text(at[1])} V has the larger one, "
            f"{text(of_v[most])} against {text(of_lambda[most])}"
        )
        found.show(view_at("here V has more coherence than Lambda", "v", at))
    return found.outcome(factor <= SMALL, factor < 1.0)


def _on_the_grid(study: Study) -> dict[str, float]:
    """V against Lambda on the variant's grid, equal temperatures left out; empty if all are."""
    of_lambda, of_v = (
        np.where(at_equal_temperatures(one), np.nan, one)
        for one in (study.stored(name, "nonsecular", "coherence") for name in ("lambda", "v"))
    )
    if not (largest(of_lambda) and largest(of_v)):
        return {}
    return {
        "largest_coherence_lambda_grid": largest(of_lambda),
        "largest_coherence_v_grid": largest(of_v),
        "ratio_of_maxima_grid": largest(of_v) / largest(of_lambda),
        "fraction_much_smaller_grid": share(of_v < SMALL * of_lambda, of_v * of_lambda),
        "fraction_smaller_grid": share(of_v < of_lambda, of_v * of_lambda),
    }


#: A coherence up to this may be what rounding leaves of zero.
ROUNDING = 1e-13


def _pair(study: Study, name: str, on_grid: bool) -> dict[str, Array]:
    """Of the two levels that share a coherence, over the variant's grid or else the region."""
    state: Any = study.datasets.get(f"{name}/nonsecular") if on_grid else study.states(name)
    coherence, population = (np.asarray(state[one]) for one in ("coherence", "population"))
    first, second = (population[level] for level in study.system(name).structure.pair)
    # What is rounding, as at equal temperatures, or no density matrix has nothing to compare.
    known = (first > 0.0) & (second > 0.0) & (coherence > ROUNDING)
    product = np.where(known, first * second, np.nan)
    return {
        "coherence": np.where(known, coherence, np.nan),
        "populations": first + second,
        "degree": coherence / np.sqrt(product),  # at most 1
    }


@claim(
    number=23,
    where="Section 4, Fig. 3(b)",
    statement="“because the steady quantum coherence in the V-type system exists between excited "
    "energy levels, which possess much less populations”",
    sense="V's largest |rho_12| is nearer to Lambda's if both are divided by the populations of "
    "their two levels.",
    quantity="ratio V to Lambda of |rho_12|, of n_1 + n_2 and of |rho_12|/(n_1 n_2)^(1/2), each "
    "where its |rho_12| is largest",
    region=f"the variant's grid, or where it has equal temperatures only the {REGION}",
    tolerance=1e-12,
    about=("lambda", "v"),
)
def _populations_explain_it(study: Study) -> Outcome:
    if reason := _nothing_to_compare(study):
        return not_applicable(reason)
    if not study.coherent("v"):
        return not_applicable(study.no_coherence("v"))
    on_grid = bool(_on_the_grid(study))
    pairs = [_pair(study, name, on_grid) for name in ("lambda", "v")]
    of_lambda, of_v = (int(np.nanargmax(np.nan_to_num(one["coherence"]))) for one in pairs)
    ratios = {
        name: float(pairs[1][name].flat[of_v]) / float(pairs[0][name].flat[of_lambda])
        for name in pairs[0]
    }
    degree, coherence = (
        np.abs(np.log(pairs[1][name] / pairs[0][name])) for name in ("degree", "coherence")
    )
    nearer = share(degree < coherence, degree)
    numbers = {f"ratio_of_{name}_at_the_maxima": ratio for name, ratio in ratios.items()} | {
        "fraction_where_populations_bring_them_nearer": nearer
    }
    if not ratios["coherence"] < 1.0:
        return not_applicable("V is not the weaker one in this variant", numbers)
    found = (
        f"at the maxima V has {text(ratios['coherence'])} of Lambda's |rho_12|, "
        f"{text(ratios['populations'])} of its populations, and per population "
        f"{text(ratios['degree'])} of its coherence"
    )
    return Outcome(
        verdict(abs(np.log(ratios["degree"])) < abs(np.log(ratios["coherence"]))),
        found,
        found,
        numbers,
        remark="point by point, dividing by the populations brings the two nearer at "
        f"{percent(nearer)} of the points",
    )


@claim(
    number=21,
    where="Section 3, after Eq. (16), Fig. 3(a)",
    statement="“the amplitude of |rho_12| is not a negligibly small value”",
    sense="The largest |rho_12| of Lambda in Fig. 3 is not negligible. What would be is not said: "
    f"less than {NEGLIGIBLE:g} of 1/2, the most that a density matrix allows, is our threshold.",
    quantity="largest |rho_12| (absolute)",
    region="the variant's grid, or the region where the grid has equal temperatures only",
    tolerance=0.5 * NEGLIGIBLE,
    about=("lambda",),
)
def _not_negligible(study: Study) -> Outcome:
    if not study.coherent("lambda"):
        return not_applicable(study.no_coherence("lambda"))
    values: Any = study.stored("lambda", "nonsecular", "coherence")
    where = "the variant's grid"
    if not largest(values):
        values, where = study.coherence_map("lambda"), "the region"
    top, limit = largest(values), 0.5 * NEGLIGIBLE
    above = share(values >= limit, values)
    found = f"|rho_12| reaches {text(top)} on {where}"
    return Outcome(
        verdict(top >= limit),
        found,
        found,
        {"largest_coherence": top, "fraction_above_the_threshold": above},
        remark=f"above our threshold at {percent(above)} of the points" if top >= limit else "",
    )
