"""Claims 4 and 5: how the coherence depends on the temperatures."""

from collections.abc import Callable, Iterator

import numpy as np
from scipy.optimize import brentq

from li_cai_sun_2015.claims.balance import ZERO
from li_cai_sun_2015.claims.couplings import with_cross
from li_cai_sun_2015.claims.examples import view_at
from li_cai_sun_2015.claims.measures import Array, at_equal_temperatures, largest, share
from li_cai_sun_2015.claims.region import BOTH_WAYS, COLDEST, DIFFERENCE, FROM_ZERO, HOTTER, LOWER
from li_cai_sun_2015.claims.study import Study, claim, title
from paper_replication.claim import Found, Outcome, not_applicable, percent, text
from steady_coherence.numerics.elementary import exp, geometric_axis, log

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


@claim(
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
    about=("lambda", "v"),
)
def _increases_with_difference(study: Study) -> Outcome:
    names = [name for name in ("lambda", "v") if study.coherent(name)]
    if not names:
        return not_applicable(study.no_coherence("lambda", "v"))
    found, shares = Found(), []
    for name in names:
        called = title(name)
        on_grid = _falling_on_the_grid(study, name)
        if on_grid is not None:
            found.numbers[f"fraction_falling_{name}_grid"] = on_grid
            shares.append(on_grid)
        for hotter in HOTTER:
            coherence, error = _between_the_points(study, name, hotter)
            falls = falling(coherence, error)
            fraction = share(falls, coherence[:, 1:])
            shares.append(fraction)
            found.numbers[f"fraction_falling_{name}_{hotter}_hotter"] = fraction
            where = f"{called}, {hotter} bath hotter: {percent(1.0 - fraction)} of the region"
            if fraction:
                reached = FINER[1:][falls.any(axis=0)]
                for end, at in (("smallest", reached[0]), ("largest", reached[-1])):
                    found.numbers[f"{end}_difference_where_falling_{name}_{hotter}_hotter"] = at
                where += f", all of it but dT {text(reached[0])} to {text(reached[-1])}"
                sentence, *point = _deepest_fall(coherence, falls)
                found.counterexamples.append(f"{called}, {hotter} bath hotter, {sentence}")
                what = "less coherence at a larger difference"
                found.show(view_at(what, name, point, hotter, scale="log"))
            found.holds_for.append(where)
        far = dict(zip(FAR.tolist(), study.coherence(name, 1.0, FAR).tolist(), strict=True))
        found.numbers |= {f"coherence_{name}_difference_{at:g}": far[at] for at in far}
        listed = [f"{text(far[at])} at dT = {at:g}" for at in far if np.isfinite(far[at])]
        if listed:
            found.remarks.append(f"far away, {called} at T_L = 1: {', '.join(listed)}")
        found.remarks += _far_fall(f"{called} at T_L = 1", far[FAR[0]], far[FAR[-1]])
    if "lambda" in names:
        couplings = with_cross(study.couplings, np.sqrt([0.99, 0.99]))
        near, off = study.coherence("lambda", 1.0, FAR[[0, -1]], couplings=couplings).tolist()
        found.numbers["coherence_lambda_f_times_0.99_difference_10"] = near
        found.numbers["coherence_lambda_f_times_0.99_difference_1e+06"] = off
        found.remarks += _far_fall("f times 0.99 in both baths, Lambda, T_L = 1", near, off)
    return found.outcome(max(shares) == 0.0, min(shares) < 1.0)


def _far_fall(where: str, near: float, far: float) -> list[str]:
    """Sentence on |rho_12| between the least and the largest difference of `FAR`, if it falls."""
    if not far < near * (1.0 - 1e-6):
        return []
    return [f"{where}: {text(near)} at dT = {FAR[0]:g} but {text(far)} at {FAR[-1]:g}"]


#: The axis of the region with three points between neighbours.
FINER = geometric_axis(float(DIFFERENCE[0]), float(DIFFERENCE[-1]), 4 * DIFFERENCE.size - 3)


def _between_the_points(study: Study, name: str, hotter: str) -> tuple[Array, Array]:
    """|rho_12| and its relative error over the region, T = 0 of the colder bath first."""
    where = (FROM_ZERO[:, None], FINER, hotter)
    coherence = study.coherence(name, *where)
    coherence[0, FINER < COLDEST] = np.nan
    return coherence, study.balance(name, *where).error


def _falling_on_the_grid(study: Study, name: str) -> float | None:
    """Fraction of the variant's grid where |rho_12| falls with dT > 0, None if there is no such."""
    stored = study.stored(name, "nonsecular", "coherence")
    lower, difference = (stored[axis].values for axis in stored.dims)
    apart = (~at_equal_temperatures(stored) & (difference > 0.0)).all(axis=0)
    away = stored.values[:, apart]
    if away.shape[1] < 2:
        return None
    falls = falling(away, study.balance(name, lower[:, None], difference[apart]).error)
    return share(falls, away[:, 1:])


def _deepest_fall(coherence: Array, falls: Array) -> tuple[str, float, float]:
    """The deepest fall of |rho_12| along the temperature difference, and where it ends."""
    best = (0.0, 0, 0, 0)
    for row in np.flatnonzero(falls.any(axis=1)).tolist():
        edges = np.flatnonzero(np.diff(np.r_[False, falls[row], False])).tolist()
        for first, last in zip(edges[::2], edges[1::2], strict=True):
            depth = float(coherence[row, first] - coherence[row, last])
            best = max(best, (depth, row, first, last))
    _, row, first, last = best
    lower, end = float(FROM_ZERO[row]), float(FINER[last])
    sentence = (
        f"lower temperature {text(lower)}: |rho_12| falls from {text(coherence[row, first])} at "
        f"dT = {text(FINER[first])} to {text(coherence[row, last])} at dT = {text(end)}"
    )
    return sentence, lower, end


def relative_to_peak(coherence: Array) -> Array:
    """|rho_12| over its largest value at the same temperature difference (last axis)."""
    peak = np.max(coherence, axis=0, where=np.isfinite(coherence), initial=0.0)
    return np.asarray(coherence / np.where(peak > 0.0, peak, np.nan))


@claim(
    number=5,
    where="Section 3, after Fig. 3",
    statement="“when the lower temperatures T_L is quite high or approaches the zero temperature, "
    "|rho_12| becomes small but keeps nonzero”",
    sense="At fixed dT, |rho_12| is small at both ends of the lower temperature. How small is not "
    f"said: {SMALL:g} of its largest value at this dT is our threshold.",
    quantity=f"|rho_12| over its largest value at the same dT; small: below {SMALL:g}; high: "
    f"T_L = {LOWER[-1]:g}",
    region=f"{BOTH_WAYS}; the colder bath at T = 0 and at the highest temperature, at dT from 0.01",
    tolerance=ZERO,
    about=("lambda", "v"),
)
def _small_at_both_ends(study: Study) -> Outcome:
    names = [name for name in ("lambda", "v") if study.coherent(name)]
    if not names:
        return not_applicable(study.no_coherence("lambda", "v"))
    found = Found()
    fractions: list[float] = []
    for name in names:
        for hotter in HOTTER:
            fractions += _ends(study, name, hotter, found)
        _limits(study, name, found)
        zeros = {hotter: study.zeros(name, hotter) for hotter in HOTTER}
        if any(map(len, zeros.values())):
            found.remarks.append(f"{title(name)}: rho_12 = 0 along a line of temperatures")
        for hotter, points in zeros.items():
            for at in points[points[:, 0] == 0.0, 1][:1]:
                found.numbers[f"zero_at_zero_temperature_{name}_{hotter}_hotter"] = float(at)
                found.remarks[-1] += f", which reaches T = 0 at dT = {at:.6g}"
    return found.outcome(min(fractions) == 1.0, max(fractions) == 1.0)


def _with_zero(study: Study, name: str, hotter: str = "right") -> Array:
    """|rho_12| over the region, T = 0 of the colder bath first, at the differences from 0.01 on.

    One bath at T = 0 leaves rates within the range of numbers from there on.
    """
    every = np.vstack([study.frozen(name, hotter), study.coherence_map(name, hotter)])
    return every[:, DIFFERENCE >= COLDEST]


FROM_COLDEST = DIFFERENCE[DIFFERENCE >= COLDEST]


def _ends(study: Study, name: str, hotter: str, found: Found) -> Iterator[float]:
    """At what part of the differences |rho_12| is small at either end, and where it is not."""
    coherence = _with_zero(study, name, hotter)
    for row, end in ((0, "zero"), (-1, "highest")):
        relative, temperature = relative_to_peak(coherence)[row], FROM_ZERO[row]
        small = share(relative < SMALL, relative)
        found.numbers[f"fraction_small_at_{end}_temperature_{name}_{hotter}_hotter"] = small
        where = f"{title(name)}, {hotter} bath hotter, the other at T = {text(temperature)}"
        if not np.isfinite(relative).any():
            where += ": no unique steady state with a coherence to compare with"
            found.counterexamples.append(where)
        elif small < 1.0:
            large = np.flatnonzero(relative >= SMALL)
            at = int(large[np.abs(log(FROM_COLDEST[large])).argmin()])  # nearest to dT = 1
            found.counterexamples.append(
                f"{where}, dT = {text(FROM_COLDEST[at])}: |rho_12| = {text(coherence[row, at])}, "
                f"{text(relative[at])} of the largest at that dT"
            )
            what = f"not small with one bath at T = {text(temperature)}"
            found.show(view_at(what, name, (temperature, FROM_COLDEST[at]), hotter))
        yield small


def _limits(study: Study, name: str, found: Found) -> None:
    """Up to which dT, and from which T on, |rho_12| is small with the right bath hotter."""
    profile = study.coherence(name, FROM_ZERO, 1.0)
    limit = SMALL * largest(profile)

    def relative_at_zero(logarithm: float) -> float:
        across = study.coherence(name, FROM_ZERO, exp(logarithm))
        return float(relative_to_peak(across[:, None])[0, 0]) - SMALL

    def at_difference_1(lower: float) -> float:
        return float(study.coherence(name, lower, 1.0)) - limit

    texts = []
    first = min(np.flatnonzero(relative_to_peak(_with_zero(study, name))[0] >= SMALL), default=0)
    root = _crossing(relative_at_zero, log(FROM_COLDEST[first - 1 : first + 1]))
    if root is not None:
        edge = float(exp(root))
        found.numbers[f"largest_small_difference_at_zero_temperature_{name}"] = edge
        texts.append(f"{title(name)}: small as T_L -> 0 where dT < {text(edge)}")
    last = max(np.flatnonzero(profile[1:] >= limit), default=LOWER.size)
    high = _crossing(at_difference_1, LOWER[last : last + 2])
    if high is not None:
        found.numbers[f"small_above_temperature_{name}_difference_1"] = high
        texts.append(f"{title(name)}: small at dT = 1 where T_L > {text(high)}")
    found.holds_for += texts or [f"{title(name)}: as far as the cases named"]


def _crossing(function: Callable[[float], float], ends: Array) -> float | None:
    """Root between two points; None where they are not two, or have not different signs."""
    values = [function(float(end)) for end in ends]
    if not (ends.size == 2 and np.isfinite(values).all() and np.prod(values) < 0.0):
        return None
    return float(brentq(function, *ends))
