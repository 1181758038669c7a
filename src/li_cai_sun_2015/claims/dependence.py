"""Claims 4, 5 and 6: how the coherence depends on the temperatures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from li_cai_sun_2015.claims.existence import NO_COHERENCE
from li_cai_sun_2015.claims.study import (
    BOTH_WAYS,
    HOTTER,
    REGION,
    ZERO,
    Array,
    Study,
    largest,
    share,
    with_cross,
)
from li_cai_sun_2015.claims.verdict import NOT_APPLICABLE, Verdict, outcome, text

#: A coherence is small below this fraction of the largest one at the same temperature
#: difference, and one maximum much smaller than another below the same fraction of it.
SMALL = 0.1


def falling(coherence: Array) -> Array:
    """Where |rho_12| falls from one temperature difference to the next (last axis)."""
    # Zero and NaN say nothing.
    known = (coherence[..., :-1] > 0.0) & (coherence[..., 1:] > 0.0)
    return np.asarray(known & (np.diff(coherence, axis=-1) < -1e-9 * coherence[..., :-1]))


def increases_with_difference(study: Study) -> Verdict:
    """Claim 4: at fixed lower temperature |rho_12| grows with the temperature difference."""
    numbers: dict[str, float] = {}
    texts, examples, shares = [], [], []
    differences = study.temperature_difference
    for name in ("lambda", "v"):
        if not study.coherent(name):
            continue
        stored = study.datasets[f"{name}/nonsecular"]
        grid = stored["coherence"].transpose("temperature", "temperature_difference")
        away = grid.where(grid["temperature_difference"] > 0.0, drop=True).values
        numbers[f"fraction_falling_{name}_grid"] = share(falling(away), away[:, 1:])
        shares.append(numbers[f"fraction_falling_{name}_grid"])
        for hotter in HOTTER:
            coherence = study.coherence_map(name, hotter)
            falls = falling(coherence)
            shares.append(share(falls, coherence[:, 1:]))
            numbers[f"fraction_falling_{name}_{hotter}_hotter"] = shares[-1]
            where = (
                f"{name}, {hotter} bath hotter: {100.0 * (1.0 - shares[-1]):.3g} % of the region"
            )
            if shares[-1]:
                reached = differences[1:][falls.any(axis=0)]
                numbers[f"smallest_difference_where_falling_{name}_{hotter}_hotter"] = reached[0]
                numbers[f"largest_difference_where_falling_{name}_{hotter}_hotter"] = reached[-1]
                where += f"; all of it but dT {text(reached[0])} to {text(reached[-1])}"
                examples.append(
                    f"{name}, {hotter} bath hotter, {_deepest_fall(study, coherence, falls)}"
                )
            texts.append(where)
        far = {
            f"{factor:g}": float(study.coherence(name, study.unit, factor * study.unit))
            for factor in (10.0, 100.0, 1e6)
        }
        numbers |= {f"coherence_{name}_difference_{label}": value for label, value in far.items()}
        listed = [
            f"{text(value)} at dT = {label}" for label, value in far.items() if np.isfinite(value)
        ]
        if listed:
            texts.append(f"{name} at T_L = {text(study.unit)}: {', '.join(listed)}")
    if study.coherent("lambda"):
        examples += _fall_with_partial_interference(study, numbers)
    return Verdict(
        claim=4,
        where="Abstract and Section 3, after Fig. 3",
        statement="With the lower temperature fixed, |rho_12| grows with the temperature "
        "difference of the baths.",
        quantity="sign of the change of |rho_12| between neighbouring temperature differences",
        region=f"the variant's grid; {BOTH_WAYS}; f times 0.99 up to dT = 1e6",
        tolerance=1e-9,
        verdict=outcome(not examples, min(shares) < 1.0) if shares else NOT_APPLICABLE,
        holds_for="; ".join(texts),
        counterexample="; ".join(examples) if shares else NO_COHERENCE,
        numbers=numbers,
    )


def _deepest_fall(study: Study, coherence: Array, falls: Array) -> str:
    """The deepest fall of |rho_12| along the temperature difference, from top to bottom."""
    best = (0.0, 0, 0, 0)
    for row in np.flatnonzero(falls.any(axis=1)).tolist():
        edges = np.flatnonzero(np.diff(np.r_[False, falls[row], False]))
        for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
            depth = float(coherence[row, first] - coherence[row, last])
            best = max(best, (depth, row, first, last))
    _, row, first, last = best
    start, end = (float(study.temperature_difference[at]) for at in (first, last))
    return (
        f"lower temperature {text(study.lower_temperature[row])}: |rho_12| falls from "
        f"{text(coherence[row, first])} at dT = {text(start)} to {text(coherence[row, last])} at "
        f"dT = {text(end)}"
    )


def _fall_with_partial_interference(study: Study, numbers: dict[str, float]) -> list[str]:
    """What f slightly below the variant's does at large differences, T_L = 1, for Lambda."""
    unit = study.unit
    couplings = with_cross(study.couplings, np.sqrt([0.99, 0.99]))
    near, far = study.coherence("lambda", unit, np.array([10.0, 1e6]) * unit, couplings=couplings)
    numbers |= {
        "coherence_lambda_f_times_0.99_difference_10": float(near),
        "coherence_lambda_f_times_0.99_difference_1e+06": float(far),
    }
    if not far < near:
        return []
    where = f"f times 0.99 in both baths, lambda, T_L = {text(unit)}"
    return [f"{where}: {text(near)} at dT = 10 but {text(far)} at 1e+06"]


def relative_to_peak(coherence: Array) -> Array:
    """|rho_12| over its largest value at the same temperature difference (last axis)."""
    peak = np.max(coherence, axis=0, where=np.isfinite(coherence), initial=0.0)
    return np.asarray(coherence / np.where(peak > 0.0, peak, np.nan))


def small_at_both_ends(study: Study) -> Verdict:
    """Claim 5: |rho_12| is small, not zero, at high and at low T_L."""
    numbers: dict[str, float] = {}
    texts, examples, clauses = [], [], []
    for name, claim in (("lambda", 1), ("v", 2)):
        if not study.coherent(name):
            continue
        ends = _Ends(study, name)
        cold, hot = ends.at_zero(), ends.at_highest()
        small_when_cold, small_when_hot = share(cold < SMALL, cold), share(hot < SMALL, hot)
        clauses += [small_when_cold == 1.0, small_when_hot == 1.0]
        ratio = ends.ratio(0.0, study.unit)
        value = float(study.coherence(name, 0.0, study.unit))
        numbers |= {
            f"fraction_of_region_small_{name}": share(
                relative_to_peak(study.coherence_map(name)) < SMALL, study.coherence_map(name)
            ),
            f"fraction_of_differences_small_at_zero_temperature_{name}": small_when_cold,
            f"fraction_of_differences_small_at_highest_temperature_{name}": small_when_hot,
            f"ratio_at_zero_temperature_{name}_difference_1": ratio,
            f"coherence_at_zero_temperature_{name}_difference_1": value,
        }
        edge = ends.largest_small_difference(cold)
        if edge is not None:
            numbers[f"largest_small_difference_at_zero_temperature_{name}"] = edge
            texts.append(f"{name}: small as T_L -> 0 where dT < {text(edge)}")
        if ratio >= SMALL:
            examples.append(
                f"{name} at T_L = 0, dT = {text(study.unit)}: |rho_12| = {text(value)}, "
                f"{text(ratio)} of the largest at that dT"
            )
        high = ends.small_above()
        if high is not None:
            numbers[f"small_above_temperature_{name}_difference_1"] = high
            texts.append(f"{name}: small at dT = {text(study.unit)} where T_L > {text(high)}")
        zeros = study.zeros(name)
        clauses.append(not len(zeros))
        if len(zeros):
            examples.append(f"{name}: rho_12 = 0 along a line, claim {claim}")
        at_zero = zeros[zeros[:, 0] == 0.0]
        if len(at_zero):
            numbers[f"zero_at_zero_temperature_{name}"] = float(at_zero[0, 1])
            examples[-1] += f", which reaches T_L = 0 at dT = {at_zero[0, 1]:.6g}"
    return Verdict(
        claim=5,
        where="Section 3, after Fig. 3",
        statement="When the lower temperature is high or goes to zero, the coherence becomes "
        "small without vanishing.",
        quantity=f"|rho_12| over its largest value at the same dT; small: below {SMALL:g}; high: "
        f"T_L = {study.lower_temperature[-1]:g}",
        region=f"{REGION}, right bath hotter; T_L = 0 and the highest T_L at dT from 0.01",
        tolerance=ZERO,
        verdict=outcome(all(clauses), any(clauses)) if clauses else NOT_APPLICABLE,
        holds_for="; ".join(texts),
        counterexample="; ".join(examples) if clauses else NO_COHERENCE,
        numbers=numbers,
    )


@dataclass(frozen=True)
class _Ends:
    """|rho_12| of one system at low and high T_L, over its largest value at the same dT."""

    study: Study
    name: str

    @property
    def differences(self) -> Array:
        """Those at which one bath at T = 0 leaves rates within the range of numbers."""
        every = self.study.temperature_difference
        return np.asarray(every[every >= self.study.lower_temperature[0]][::4])

    def ratio(self, lower: float, difference: float) -> float:
        every = np.append(0.0, self.study.lower_temperature)
        peak = largest(self.study.coherence(self.name, every, difference))
        here = float(self.study.coherence(self.name, lower, difference))
        return here / peak if peak else np.nan

    def at_zero(self) -> Array:
        return np.array([self.ratio(0.0, difference) for difference in self.differences])

    def at_highest(self) -> Array:
        highest = float(self.study.lower_temperature[-1])
        return np.array([self.ratio(highest, difference) for difference in self.differences])

    def largest_small_difference(self, at_zero: Array) -> float | None:
        """Difference up to which |rho_12| is small at T_L = 0."""
        large = np.flatnonzero(at_zero >= SMALL)
        if not large.size or not np.isfinite(at_zero[max(large[0] - 1, 0)]) or large[0] == 0:
            return None
        bounds = np.log(self.differences[[large[0] - 1, large[0]]])
        return float(np.exp(brentq(lambda at: self.ratio(0.0, np.exp(at)) - SMALL, *bounds)))

    def small_above(self) -> float | None:
        """T_L above which |rho_12| at dT = 1 stays small."""
        unit, lower = self.study.unit, self.study.lower_temperature
        every = self.study.coherence(self.name, np.append(0.0, lower), unit)
        peak = largest(every)
        large = np.flatnonzero(every[1:] >= SMALL * peak)
        if not large.size or large[-1] + 1 == lower.size:
            return None
        bounds = lower[[large[-1], large[-1] + 1]]
        return float(
            brentq(
                lambda at: float(self.study.coherence(self.name, at, unit)) - SMALL * peak, *bounds
            )
        )


def v_is_weaker(study: Study) -> Verdict:
    """Claim 6: the largest |rho_12| of V is much smaller than that of Lambda."""
    if not study.coherent("lambda"):
        return _six(NOT_APPLICABLE, "", NO_COHERENCE, {})
    grid = {name: study.datasets[f"{name}/nonsecular"]["coherence"] for name in ("lambda", "v")}
    top = {name: largest(values) for name, values in grid.items()}
    maps = {name: study.coherence_map(name) for name in grid}
    ratio = maps["v"] / np.where(maps["lambda"] > 0.0, maps["lambda"], np.nan)
    away = abs(grid["v"]["temperature_difference"]) > 0.0
    lambda_grid, v_grid = (values.where(away, drop=True).values for values in grid.values())
    factor = top["v"] / top["lambda"] if top["lambda"] else np.nan
    numbers = {f"largest_coherence_{name}_grid": value for name, value in top.items()}
    numbers |= {
        "ratio_of_maxima_grid": factor,
        "ratio_of_maxima_region": largest(maps["v"]) / largest(maps["lambda"]),
        "fraction_much_smaller_region": share(ratio < SMALL, ratio),
        "fraction_smaller_region": share(ratio < 1.0, ratio),
        "fraction_much_smaller_grid": share(v_grid < SMALL * lambda_grid, v_grid),
        "fraction_smaller_grid": share(v_grid < lambda_grid, v_grid),
    }
    excess = np.where(ratio > 1.0, maps["v"] - maps["lambda"], -np.inf)
    row, column = np.unravel_index(int(excess.argmax()), ratio.shape)
    counterexample = (
        f"the maxima over the variant's grid have the ratio {text(factor)}: "
        f"V {text(top['v'])}, Lambda {text(top['lambda'])}"
    )
    if ratio[row, column] > 1.0:
        counterexample += (
            f"; at T_L = {text(study.lower_temperature[row])}, dT = "
            f"{text(study.temperature_difference[column])} V has the larger one, "
            f"{text(maps['v'][row, column])} against {text(maps['lambda'][row, column])}"
        )
    holds = factor <= SMALL
    return _six(
        outcome(holds, factor < 1.0),
        f"V has less than a tenth of Lambda in {100 * numbers['fraction_much_smaller_grid']:.3g} % "
        f"of the variant's grid and {100 * numbers['fraction_much_smaller_region']:.3g} % of the "
        f"region, and less than Lambda in {100 * numbers['fraction_smaller_grid']:.3g} % and "
        f"{100 * numbers['fraction_smaller_region']:.3g} %",
        "" if holds else counterexample,
        numbers,
    )


def _six(verdict: str, holds_for: str, counterexample: str, numbers: dict[str, float]) -> Verdict:
    return Verdict(
        claim=6,
        where="Section 4, Fig. 3(b)",
        statement="The largest coherence of the V system is much smaller than that of Lambda.",
        quantity=f"ratio of the maxima over the variant's grid; much smaller: at most {SMALL:g}",
        region=f"the variant's grid; point by point {REGION}, right bath hotter",
        tolerance=1e-12,
        verdict=verdict,
        holds_for=holds_for,
        counterexample=counterexample,
        numbers=numbers,
    )
