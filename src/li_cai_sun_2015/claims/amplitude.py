"""Claims 6, 21 and 23: how large the coherence is, in V and in Lambda, and why."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from li_cai_sun_2015.claims.examples import view_at
from li_cai_sun_2015.claims.study import (
    BOTH_WAYS,
    HOTTER,
    LOWER_TEMPERATURE,
    REGION,
    TEMPERATURE_DIFFERENCE,
    Array,
    Study,
    at_equal_temperatures,
    coherence_element,
    largest,
    share,
)
from paper_replication.claim import Claim, Outcome, not_applicable, percent, text, verdict

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


def _v_is_weaker(study: Study) -> Outcome:
    if reason := _nothing_to_compare(study):
        return not_applicable(reason)
    if not study.coherent("v"):
        return Outcome(
            verdict(True), "V has no coherence at any temperatures", "", {"ratio_of_maxima": 0.0}
        )
    maps = {name: study.coherence_map(name) for name in ("lambda", "v")}
    top = {
        name: max(largest(study.coherence_map(name, hotter)) for hotter in HOTTER) for name in maps
    }
    ratio = maps["v"] / np.where(maps["lambda"] > 0.0, maps["lambda"], np.nan)
    numbers = {
        "ratio_of_maxima_region": top["v"] / top["lambda"],
        "fraction_much_smaller_region": share(ratio < SMALL, ratio),
        "fraction_smaller_region": share(ratio < 1.0, ratio),
        **_on_the_grid(study),
    }
    # The paper speaks of Fig. 3: of the grid, where the variant has one with two temperatures.
    where, judged = "region", "the region"
    if "ratio_of_maxima_grid" in numbers:
        where, judged = "grid", "the variant's grid"
        top = {name: numbers[f"largest_coherence_{name}_grid"] for name in maps}
    factor = numbers[f"ratio_of_maxima_{where}"]
    found = (
        f"the maxima over {judged} have the ratio {text(factor)}: V {text(top['v'])}, Lambda "
        f"{text(top['lambda'])}"
    )
    remarks = []
    for each in dict.fromkeys((where, "region")):
        less, much = (
            percent(numbers[f"fraction_{kind}_{each}"]) for kind in ("smaller", "much_smaller")
        )
        remarks.append(
            f"V has less at {less} of the {each}, and less than {SMALL:g} of it at {much}"
        )
    if where == "grid":
        remarks.append(
            f"over the region the maxima have the ratio {text(numbers['ratio_of_maxima_region'])}"
        )
    shown: dict[str, Any] = {}
    excess = np.where(ratio > 1.0, maps["v"] - maps["lambda"], -np.inf)
    row, column = np.unravel_index(int(excess.argmax()), ratio.shape)
    if ratio[row, column] > 1.0:
        at = float(LOWER_TEMPERATURE[row]), float(TEMPERATURE_DIFFERENCE[column])
        remarks.append(
            f"at T_L = {text(at[0])}, dT = {text(at[1])} V has the larger one, "
            f"{text(maps['v'][row, column])} against {text(maps['lambda'][row, column])}"
        )
        shown = view_at("here V has more coherence than Lambda", "v", at)
    return Outcome(
        verdict(factor <= SMALL, factor < 1.0),
        found,
        f"smaller, but not below {SMALL:g} of it" if factor < 1.0 else found,
        numbers,
        shown,
        remark="; ".join(remarks),
    )


def _on_the_grid(study: Study) -> dict[str, float]:
    """V against Lambda on the variant's grid, equal temperatures left out; empty if all are."""
    both = [study.stored(name, "nonsecular", "coherence") for name in ("lambda", "v")]
    if both[0] is None or both[1] is None:
        return {}
    apart = ~at_equal_temperatures(both[0])
    of_lambda, of_v = (np.where(apart, one.values, np.nan) for one in both if one is not None)
    top = largest(of_lambda), largest(of_v)
    if not min(top):
        return {}
    return {
        "largest_coherence_lambda_grid": top[0],
        "largest_coherence_v_grid": top[1],
        "ratio_of_maxima_grid": top[1] / top[0],
        "fraction_much_smaller_grid": share(of_v < SMALL * of_lambda, of_v * of_lambda),
        "fraction_smaller_grid": share(of_v < of_lambda, of_v * of_lambda),
    }


WEAKER: Claim[Study] = Claim(
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
    check=_v_is_weaker,
    about=("lambda", "v"),
)


#: A coherence up to this may be what rounding leaves of zero.
ROUNDING = 1e-13


class _Pair(NamedTuple):
    """Of the two levels that share a coherence."""

    coherence: Array
    populations: Array  # sum of the two
    degree: Array  # |rho_12| over the root of the product of the populations, at most 1


def _pair(study: Study, name: str, on_grid: bool) -> _Pair:
    """Over the variant's grid, or over the region with the right bath hotter."""
    state: Any = study.datasets.get(f"{name}/nonsecular")
    if not on_grid:
        state = study.states(name, LOWER_TEMPERATURE[:, None], TEMPERATURE_DIFFERENCE)
    coherence, population = (np.asarray(state[one]) for one in ("coherence", "population"))
    first, second = (population[k] for k in coherence_element(study.system(name)))
    # What is rounding, as at equal temperatures, or no density matrix has nothing to compare.
    known = (first > 0.0) & (second > 0.0) & (coherence > ROUNDING)
    product = np.where(known, first * second, np.nan)
    return _Pair(np.where(known, coherence, np.nan), first + second, coherence / np.sqrt(product))


def _populations_explain_it(study: Study) -> Outcome:
    reason = _nothing_to_compare(study)
    if reason or not study.coherent("v"):
        return not_applicable(reason or study.no_coherence("v"))
    on_grid = bool(_on_the_grid(study))
    pairs = [_pair(study, name, on_grid) for name in ("lambda", "v")]
    ratios = {}
    at = [int(np.nanargmax(np.nan_to_num(pair.coherence))) for pair in pairs]
    for name in _Pair._fields:
        of_lambda, of_v = (
            float(getattr(pair, name).flat[where]) for pair, where in zip(pairs, at, strict=True)
        )
        ratios[name] = of_v / of_lambda
    degree, coherence = pairs[1].degree / pairs[0].degree, pairs[1].coherence / pairs[0].coherence
    nearer = np.abs(np.log(degree)) < np.abs(np.log(coherence))
    numbers = {f"ratio_of_{name}_at_the_maxima": ratio for name, ratio in ratios.items()} | {
        "fraction_where_populations_bring_them_nearer": share(nearer, degree)
    }
    if not ratios["coherence"] < 1.0:
        return not_applicable("V is not the weaker one in this variant", numbers)
    explained = abs(np.log(ratios["degree"])) < abs(np.log(ratios["coherence"]))
    found = (
        f"at the maxima V has {text(ratios['coherence'])} of Lambda's |rho_12|, "
        f"{text(ratios['populations'])} of its populations, and per population "
        f"{text(ratios['degree'])} of its coherence"
    )
    return Outcome(
        verdict(explained),
        found,
        found,
        numbers,
        remark="point by point, dividing by the populations brings the two nearer at "
        f"{percent(numbers['fraction_where_populations_bring_them_nearer'])} of the points",
    )


REASON: Claim[Study] = Claim(
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
    check=_populations_explain_it,
    about=("lambda", "v"),
)


def _not_negligible(study: Study) -> Outcome:
    if not study.coherent("lambda"):
        return not_applicable(study.no_coherence("lambda"))
    stored = study.stored("lambda", "nonsecular", "coherence")
    on_grid = 0.0 if stored is None else largest(stored)
    values = stored.values if stored is not None and on_grid else study.coherence_map("lambda")
    top, limit = largest(values), 0.5 * NEGLIGIBLE
    numbers = {
        "largest_coherence": top,
        "fraction_above_the_threshold": share(values >= limit, values),
    }
    where = "the variant's grid" if on_grid else "the region"
    found = f"|rho_12| reaches {text(top)} on {where}"
    above = percent(numbers["fraction_above_the_threshold"])
    remark = f"above our threshold at {above} of the points" if top >= limit else ""
    return Outcome(verdict(top >= limit), found, found, numbers, remark=remark)


NOT_NEGLIGIBLE: Claim[Study] = Claim(
    number=21,
    where="Section 3, after Eq. (16), Fig. 3(a)",
    statement="“the amplitude of |rho_12| is not a negligibly small value”",
    sense="The largest |rho_12| of Lambda in Fig. 3 is not negligible. What would be is not said: "
    f"less than {NEGLIGIBLE:g} of 1/2, the most that a density matrix allows, is our threshold.",
    quantity="largest |rho_12| (absolute)",
    region="the variant's grid, or the region where the grid has equal temperatures only",
    tolerance=0.5 * NEGLIGIBLE,
    check=_not_negligible,
    about=("lambda",),
)
