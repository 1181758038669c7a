"""Claims 4 and 5: how the coherence depends on the temperatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from scipy.optimize import brentq

from li_cai_sun_2015.claims.balance import ZERO
from li_cai_sun_2015.claims.examples import view_at
from li_cai_sun_2015.claims.study import (
    BOTH_WAYS,
    COLDEST,
    HOTTER,
    LOWER_TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    Array,
    Study,
    at_equal_temperatures,
    largest,
    share,
    with_cross,
)
from paper_replication.claim import Claim, Outcome, not_applicable, percent, text, verdict
from steady_coherence.numerics.elementary import exp, geometric_axis, log
from steady_coherence.systems import SYSTEMS

#: A coherence is small below this fraction of the largest one at the same temperature
#: difference: a threshold of ours.
SMALL = 0.1
#: Temperature differences far beyond the region, at a lower temperature of 1.
FAR = np.array([10.0, 100.0, 1e6])


def falling(coherence: Array, error: Array) -> Array:
    """Where |rho_12| falls from one temperature difference to the next (last axis)."""
    # Zero and NaN say nothing, nor does what is rounding.
    before, after = coherence[..., :-1], coherence[..., 1:]
    rounding = 1e-9 + np.minimum(10.0 * (error[..., :-1] + error[..., 1:]), 1.0)
    known = (before > 0.0) & (after > 0.0)
    return np.asarray(known & (after - before < -rounding * before))


def _increases_with_difference(study: Study) -> Outcome:
    names = [name for name in ("lambda", "v") if study.coherent(name)]
    if not names:
        return not_applicable(study.no_coherence("lambda", "v"))
    numbers: dict[str, float] = {}
    texts, examples, shares, remarks = [], [], [], []
    shown: dict[str, Any] = {}
    for name in names:
        title = SYSTEMS[name].title
        on_grid = _falling_on_the_grid(study, name)
        if on_grid is not None:
            numbers[f"fraction_falling_{name}_grid"] = on_grid
            shares.append(on_grid)
        for hotter in HOTTER:
            coherence, error = _between_the_points(study, name, hotter)
            falls = falling(coherence, error)
            fraction = share(falls, coherence[:, 1:])
            shares.append(fraction)
            numbers[f"fraction_falling_{name}_{hotter}_hotter"] = fraction
            where = f"{title}, {hotter} bath hotter: {percent(1.0 - fraction)} of the region"
            if fraction:
                reached = DIFFERENCES[1:][falls.any(axis=0)]
                numbers[f"smallest_difference_where_falling_{name}_{hotter}_hotter"] = reached[0]
                numbers[f"largest_difference_where_falling_{name}_{hotter}_hotter"] = reached[-1]
                where += f", all of it but dT {text(reached[0])} to {text(reached[-1])}"
                sentence, *at = _deepest_fall(coherence, falls)
                examples.append(f"{title}, {hotter} bath hotter, {sentence}")
                what = "less coherence at a larger difference"
                shown = shown or view_at(what, name, at, hotter, scale="log")
            texts.append(where)
        far = study.coherence(name, 1.0, FAR)
        numbers |= {
            f"coherence_{name}_difference_{difference:g}": float(value)
            for difference, value in zip(FAR, far, strict=True)
        }
        listed = [
            f"{text(value)} at dT = {difference:g}"
            for difference, value in zip(FAR, far, strict=True)
            if np.isfinite(value)
        ]
        if listed:
            remarks.append(f"far away, {title} at T_L = 1: {', '.join(listed)}")
        if far[-1] < far[0] * (1.0 - 1e-6):
            remarks.append(
                f"{title} at T_L = 1: {text(far[0])} at dT = {FAR[0]:g} but {text(far[-1])} at "
                f"{FAR[-1]:g}"
            )
    if "lambda" in names:
        remarks += _fall_with_partial_interference(study, numbers)
    return Outcome(
        verdict(max(shares) == 0.0, min(shares) < 1.0),
        "; ".join(texts),
        "; ".join(examples),
        numbers,
        shown,
        remark="; ".join(remarks),
    )


#: The axis of the region with three points between neighbours.
DIFFERENCES = geometric_axis(
    float(TEMPERATURE_DIFFERENCE[0]),
    float(TEMPERATURE_DIFFERENCE[-1]),
    4 * TEMPERATURE_DIFFERENCE.size - 3,
)


def _between_the_points(study: Study, name: str, hotter: str) -> tuple[Array, Array]:
    """|rho_12| and its relative error over the region, T = 0 of the colder bath first."""
    lower = np.append(0.0, LOWER_TEMPERATURE)[:, None]
    coherence = study.coherence(name, lower, DIFFERENCES, hotter)
    coherence[0, DIFFERENCES < COLDEST] = np.nan
    return coherence, study.balance(name, lower, DIFFERENCES, hotter).error


def _falling_on_the_grid(study: Study, name: str) -> float | None:
    """Fraction of the variant's grid where |rho_12| falls with dT > 0, None if there is no such."""
    stored = study.stored(name, "nonsecular", "coherence")
    if stored is None:
        return None
    apart = ~at_equal_temperatures(stored) & (stored["temperature_difference"].values > 0.0)
    away = stored.values[:, apart.all(axis=0)]
    if away.shape[1] < 2:
        return None
    difference = stored["temperature_difference"].values[apart.all(axis=0)]
    lower = stored["temperature"].values[:, None]
    falls = falling(away, study.balance(name, lower, difference).error)
    return share(falls, away[:, 1:])


def _deepest_fall(coherence: Array, falls: Array) -> tuple[str, float, float]:
    """The deepest fall of |rho_12| along the temperature difference, and where it ends."""
    lower = np.append(0.0, LOWER_TEMPERATURE)
    best = (0.0, 0, 0, 0)
    for row in np.flatnonzero(falls.any(axis=1)).tolist():
        edges = np.flatnonzero(np.diff(np.r_[False, falls[row], False]))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            depth = float(coherence[row, first] - coherence[row, last])
            best = max(best, (depth, row, first, last))
    _, row, first, last = best
    start, end = (float(DIFFERENCES[at]) for at in (first, last))
    sentence = (
        f"lower temperature {text(lower[row])}: |rho_12| falls from "
        f"{text(coherence[row, first])} at dT = {text(start)} to {text(coherence[row, last])} at "
        f"dT = {text(end)}"
    )
    return sentence, float(lower[row]), end


def _fall_with_partial_interference(study: Study, numbers: dict[str, float]) -> list[str]:
    """Coherence of Lambda for f slightly below the variant's, at large differences, T_L = 1."""
    couplings = with_cross(study.couplings, np.sqrt([0.99, 0.99]))
    near, far = study.coherence("lambda", 1.0, FAR[[0, -1]], couplings=couplings)
    numbers |= {
        "coherence_lambda_f_times_0.99_difference_10": float(near),
        "coherence_lambda_f_times_0.99_difference_1e+06": float(far),
    }
    if not far < near * (1.0 - 1e-6):
        return []
    return [
        (
            f"f times 0.99 in both baths, Lambda, T_L = 1: {text(near)} at dT = 10 but "
            f"{text(far)} at 1e+06"
        )
    ]


GROWTH: Claim[Study] = Claim(
    number=4,
    where="Abstract and Section 3, after Fig. 3",
    statement="“when the lower temperature T_L = T is given, the nonzero off-diagonal term "
    "|rho_12| increases with the temperature difference dT”",
    sense="|rho_12| grows wherever the temperature difference does, at any lower temperature, in "
    "Lambda and in V.",
    quantity="sign of the change of |rho_12| between neighbouring temperature differences, a "
    "quarter of the region's steps apart",
    region=f"the variant's grid; {BOTH_WAYS}; colder bath at T = 0; differences up to 1e6 at "
    "T_L = 1, with f times 0.99 as well",
    tolerance=1e-9,
    check=_increases_with_difference,
    about=("lambda", "v"),
)


def relative_to_peak(coherence: Array) -> Array:
    """|rho_12| over its largest value at the same temperature difference (last axis)."""
    peak = np.max(coherence, axis=0, where=np.isfinite(coherence), initial=0.0)
    return np.asarray(coherence / np.where(peak > 0.0, peak, np.nan))


def _small_at_both_ends(study: Study) -> Outcome:
    names = [name for name in ("lambda", "v") if study.coherent(name)]
    if not names:
        return not_applicable(study.no_coherence("lambda", "v"))
    numbers: dict[str, float] = {}
    texts, examples, remarks, clauses = [], [], [], []
    shown: dict[str, Any] = {}
    for name in names:
        for hotter in HOTTER:
            more, exceptions, seen = _ends(study, name, hotter)
            numbers |= more
            examples += exceptions
            shown = shown or seen
            clauses += [value == 1.0 for key, value in more.items() if key.startswith("fraction")]
        more, where = _limits(study, name)
        numbers |= more
        texts += where
        zeros = [study.zeros(name, hotter) for hotter in HOTTER]
        if any(map(len, zeros)):
            remarks.append(f"{SYSTEMS[name].title}: rho_12 = 0 along a line of temperatures")
        for hotter, found in zip(HOTTER, zeros, strict=True):
            at_zero = found[found[:, 0] == 0.0]
            if len(at_zero):
                numbers[f"zero_at_zero_temperature_{name}_{hotter}_hotter"] = float(at_zero[0, 1])
                remarks[-1] += f", which reaches T = 0 at dT = {at_zero[0, 1]:.6g}"
    return Outcome(
        verdict(all(clauses), any(clauses)),
        "; ".join(texts),
        "; ".join(examples),
        numbers,
        shown,
        remark="; ".join(remarks),
    )


def _ends(
    study: Study, name: str, hotter: str
) -> tuple[dict[str, float], list[str], dict[str, Any]]:
    """At how many differences |rho_12| is small at both ends, and where it is not."""
    # Rows: the colder bath at T = 0, then the region. One bath at T = 0 leaves rates within the
    # range of numbers from a difference of 0.01 on.
    every = np.vstack([study.frozen(name, hotter), study.coherence_map(name, hotter)])
    relative = relative_to_peak(every[:, TEMPERATURE_DIFFERENCE >= COLDEST])
    differences = TEMPERATURE_DIFFERENCE[TEMPERATURE_DIFFERENCE >= COLDEST]
    numbers, examples = {}, []
    shown: dict[str, Any] = {}
    for row, end, temperature in ((0, "zero", 0.0), (-1, "highest", LOWER_TEMPERATURE[-1])):
        found = relative[row]
        small = share(found < SMALL, found)
        numbers[f"fraction_small_at_{end}_temperature_{name}_{hotter}_hotter"] = small
        where = f"{SYSTEMS[name].title}, {hotter} bath hotter, the other at T = {text(temperature)}"
        if not np.isfinite(found).any():
            examples.append(f"{where}: no unique steady state with a coherence to compare with")
        elif small < 1.0:
            large = np.flatnonzero(found >= SMALL)
            at = int(large[np.abs(log(differences[large])).argmin()])  # nearest to dT = 1
            examples.append(
                f"{where}, dT = {text(differences[at])}: |rho_12| = "
                f"{text(float(every[row, at - differences.size]))}, {text(found[at])} of the "
                "largest at that dT"
            )
            what = f"not small with one bath at T = {text(temperature)}"
            shown = shown or view_at(what, name, (temperature, differences[at]), hotter)
    return numbers, examples, shown


def _limits(study: Study, name: str) -> tuple[dict[str, float], list[str]]:
    """Up to which dT, and from which T on, |rho_12| is small with the right bath hotter."""
    numbers, texts = {}, []
    title = SYSTEMS[name].title
    edge = _small_up_to(study, name)
    if edge is not None:
        numbers[f"largest_small_difference_at_zero_temperature_{name}"] = edge
        texts.append(f"{title}: small as T_L -> 0 where dT < {text(edge)}")
    high = _small_above(study, name)
    if high is not None:
        numbers[f"small_above_temperature_{name}_difference_1"] = high
        texts.append(f"{title}: small at dT = 1 where T_L > {text(high)}")
    return numbers, texts or [f"{title}: as far as the cases named"]


def _crossing(function: Callable[[float], float], low: float, high: float) -> float | None:
    """Root between two points, None where the signs at these do not differ."""
    ends = function(low), function(high)
    if not (np.isfinite(ends).all() and ends[0] * ends[1] < 0.0):
        return None
    return float(brentq(function, low, high))


def _small_up_to(study: Study, name: str) -> float | None:
    """Difference up to which |rho_12| is small at T_L = 0."""
    lower = np.append(0.0, LOWER_TEMPERATURE)

    def excess(logarithm: float) -> float:
        profile = study.coherence(name, lower, exp(logarithm))
        return float(relative_to_peak(profile[:, None])[0, 0]) - SMALL

    differences = TEMPERATURE_DIFFERENCE[TEMPERATURE_DIFFERENCE >= COLDEST]
    cold = np.vstack([study.frozen(name), study.coherence_map(name)])[:, -differences.size :]
    at = np.flatnonzero(relative_to_peak(cold)[0] >= SMALL)
    if not at.size or at[0] == 0:
        return None
    root = _crossing(excess, *log(differences[[at[0] - 1, at[0]]]))
    return None if root is None else float(exp(root))


def _small_above(study: Study, name: str) -> float | None:
    """T_L above which |rho_12| at dT = 1 stays small."""
    profile = study.coherence(name, np.append(0.0, LOWER_TEMPERATURE), 1.0)
    limit = SMALL * largest(profile)
    at = np.flatnonzero(profile[1:] >= limit)
    if not at.size or at[-1] + 1 == LOWER_TEMPERATURE.size:
        return None
    return _crossing(
        lambda lower: float(study.coherence(name, lower, 1.0)) - limit,
        *LOWER_TEMPERATURE[[at[-1], at[-1] + 1]],
    )


BOTH_ENDS: Claim[Study] = Claim(
    number=5,
    where="Section 3, after Fig. 3",
    statement="“when the lower temperatures T_L is quite high or approaches the zero temperature, "
    "|rho_12| becomes small but keeps nonzero”",
    sense="At fixed dT, |rho_12| is small at both ends of the lower temperature. How small is not "
    f"said: {SMALL:g} of its largest value at this dT is our threshold.",
    quantity=f"|rho_12| over its largest value at the same dT; small: below {SMALL:g}; high: "
    f"T_L = {LOWER_TEMPERATURE[-1]:g}",
    region=f"{BOTH_WAYS}; the colder bath at T = 0 and at the highest temperature, at dT from 0.01",
    tolerance=ZERO,
    check=_small_at_both_ends,
    about=("lambda", "v"),
)
