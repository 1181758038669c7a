"""Claims 1, 2, 7 and 8: where there is a steady coherence."""

from functools import partial
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from li_cai_sun_2015.claims.balance import ZERO
from li_cai_sun_2015.claims.couplings import with_cross
from li_cai_sun_2015.claims.examples import view_at
from li_cai_sun_2015.claims.measures import Array, largest, share
from li_cai_sun_2015.claims.region import BOTH_WAYS, DIFFERENCE, HOTTER, LOWER
from li_cai_sun_2015.claims.study import Study, claim, title
from li_cai_sun_2015.claims.zeros import zeros_of
from paper_replication.claim import Found, Outcome, not_applicable, percent, text
from steady_coherence.numerics.elementary import exp, geometric_axis, log


def _exists(study: Study, name: str) -> Outcome:
    """Test whether rho_12 of a system differs from zero when T_L != T_R."""
    drives = np.abs([study.drive_map(name, hotter) for hotter in HOTTER])
    maps = [study.coherence_map(name, hotter) for hotter in HOTTER]
    zeros = {hotter: study.zeros(name, hotter) for hotter in HOTTER}
    on_the_grid = largest(study.stored(name, "nonsecular", "coherence"))
    known, not_zero = float(np.isfinite(maps).mean()), share(drives > ZERO, drives)
    found = Found()
    found.numbers = {
        "largest_coherence_on_the_grid": on_the_grid,
        "fraction_of_region_known": known,
        "fraction_of_region_not_zero": not_zero,
        **{f"zeros_{hotter}_bath_hotter": float(len(zeros[hotter])) for hotter in HOTTER},
    }
    if not study.solvable(name):
        return not_applicable(f"holds nowhere: {study.no_coherence(name)}", found.numbers)
    if not study.coherent(name):
        expected = "the condition for none, (19) or its counterpart for V, holds at all of them"
        return not_applicable(f"{study.no_coherence(name)}: {expected}", found.numbers)
    found.numbers["largest_coherence_in_the_region"] = largest(maps)
    for hotter in HOTTER:
        if len(zeros[hotter]):
            _at_a_zero(study, name, hotter, zeros[hotter], found)
    holds_for = f"{percent(not_zero)} of the region"
    if known < 1.0:
        holds_for += f" with a unique steady state that is a density matrix, {percent(known)} of it"
    if on_the_grid > ZERO:
        holds_for += f"; |rho_12| up to {text(on_the_grid)} on the variant's grid"
    found.holds_for.append(holds_for)
    found.counterexamples.append("(19) is violated, but no coherence comes out")
    return found.outcome(largest(maps) > ZERO)


def _at_a_zero(study: Study, name: str, hotter: str, zeros: Array, found: Found) -> None:
    """Tell of the zero nearest to a lower temperature of 1; a remark on the first bath will do."""
    lower, difference = at = zeros[np.argmin(np.abs(zeros[:, 0] - 1.0))].tolist()
    factors = np.array([1.0, 0.5, 2.0])
    here, below, above = study.coherence(name, lower, factors * difference, hotter).tolist()
    smallest, greatest = zeros[:, 1].min(), zeros[:, 1].max()
    for key, value in (
        ("zero_temperature", lower),
        ("zero_temperature_difference", difference),
        ("coherence_at_the_zero", here),
        ("coherence_at_half_that_difference", below),
        ("coherence_at_twice_that_difference", above),
        ("smallest_difference_of_a_zero", smallest),
        ("largest_difference_of_a_zero", greatest),
    ):
        found.numbers[f"{key}_{hotter}_hotter"] = value
    sentence = (
        f"not always: colder bath at {text(lower)}, {hotter} bath hotter by {difference:.8g}: "
        f"|rho_12| = {text(here)}, against {text(below)} at half and {text(above)} at twice "
        f"that difference; such zeros lie at differences {text(smallest)} to {text(greatest)}"
    )
    found.remarks = found.remarks or [sentence]
    found.show(view_at("no coherence although the baths differ", name, at, hotter, scale="log"))


def _exists_in(number: int, system: str, where: str, statement: str) -> None:
    claim(
        number=number,
        where=where,
        statement=statement,
        sense=f"The {title(system)} system can keep a coherence in its steady state when the two "
        "baths differ in temperature.",
        quantity="sum of the brackets of (19), or of their counterparts for V, over the sum of "
        "their moduli: zero where rho_12 is; its roots, or else its extremum by closing grids",
        region=f"{BOTH_WAYS}; colder bath at T = 0 for differences above 0.01 as well",
        tolerance=ZERO,
        about=(system,),
    )(partial(_exists, name=system))


_exists_in(
    1,
    "lambda",
    "Section 3, Fig. 3(a)",
    "“non-vanishing quantum coherence can exist in the non-equilibrium steady state of the "
    "Lambda-type system when T_L != T_R”",
)
_exists_in(
    2,
    "v",
    "Section 4, Fig. 3(b)",
    "“in the steady state, we can also obtain nonzero quantum coherence”",
)


#: Factors of f_L and f_R tried in claim 7: the same in both baths, and different ones.
COMMON = (0.99, 0.75, 0.5, 0.25, 0.01)
UNEQUAL = ((0.25, 0.5), (0.5, 0.25), (0.01, 0.99), (0.99, 0.01))


@claim(
    number=7,
    where="Section 3, after Eq. (16)",
    statement="“If we have f_a(w) < 1, the steady quantum coherence is suppressed, but still "
    "keeps nonzero.”",
    sense="Weight factors below one lower |rho_12| without destroying it, equal or unequal ones.",
    quantity="|rho_12| of the Lambda system with the variant's f_a multiplied by factors 0.01 to "
    "0.99, equal ones and unequal ones; the factors at which (19) vanishes",
    region=f"{BOTH_WAYS}; a zero of (19) at T_L = dT = 1",
    tolerance=1e-9,
    about=("lambda",),
)
def _weight_factor_suppresses(study: Study) -> Outcome:
    if not study.coherent("lambda"):
        return not_applicable(study.no_coherence("lambda"))
    found, smaller = Found({"largest_coherence": largest(study.coherence_map("lambda"))}), 1.0
    for kind, tried in (("common", [(f, f) for f in COMMON]), ("unequal", UNEQUAL)):
        greatest = (0.0, "")
        for factors in tried:
            more, rise = _raised(study, factors)
            found.numbers |= more
            greatest = max(greatest, rise)
            if kind == "common":
                smaller = min(smaller, 1.0 - max(more.values()))
        found.counterexamples += [greatest[1]] if greatest[1] else []
    where = "every point" if smaller == 1.0 else f"{percent(smaller)} of the points"
    found.holds_for.append(
        f"f reduced by one factor in both baths: smaller at {where}, and not zero (a common "
        "factor leaves the zeros of (19) where they are)"
    )
    _cancel(study, found)
    return found.outcome(not found.counterexamples, smaller > 0.0)


def _raised(
    study: Study, factors: tuple[float, float]
) -> tuple[dict[str, float], tuple[float, str]]:
    """Where |rho_12| of Lambda rises if f_L and f_R are multiplied, and its largest rise."""
    left, right = factors
    couplings = with_cross(study.couplings, np.sqrt(factors))
    numbers, greatest = {}, (0.0, "")
    for hotter in HOTTER:
        full = study.coherence_map("lambda", hotter)
        changed = study.coherence("lambda", hotter=hotter, couplings=couplings)
        # A relative change below this is rounding; where |rho_12| itself is, it says nothing.
        rounding = 1e-9 + 10.0 * study.balance("lambda", hotter=hotter).error
        with np.errstate(divide="ignore", invalid="ignore"):
            growth = changed / full - 1.0 - rounding
        growth = np.where(np.isfinite(growth), growth, np.nan)
        label = f"fraction_larger_f_times_{left:g}_and_{right:g}_{hotter}_hotter"
        numbers[label] = share(growth > 0.0, growth)
        gains = np.where(growth > 0.0, changed - full, 0.0)
        at = row, column = np.unravel_index(int(gains.argmax()), gains.shape)
        if gains[at] > greatest[0]:
            sentence = (
                f"f times {left:g} in the left and {right:g} in the right bath, {hotter} bath "
                f"hotter, lower temperature {text(LOWER[row])}, dT = "
                f"{text(DIFFERENCE[column])}: |rho_12| rises from {text(full[at])} to "
                f"{text(changed[at])}"
            )
            greatest = (float(gains[at]), sentence)
    return numbers, greatest


def _cancel(study: Study, found: Found) -> None:
    """Look for factors of f_L and f_R, at most one, at which (19) vanishes at T_L = dT = 1.

    Condition (19) is linear in the cross spectra: it is x A + y B for factors x, y of those of
    the two baths.
    """
    first, second = (
        complex(study.condition(1.0, 1.0, factors=kept)) for kept in ((1.0, 0.0), (0.0, 1.0))
    )
    if not (np.isfinite(first) and np.isfinite(second) and first and second):
        return
    ratio = -first / second
    if abs(ratio.imag) > 1e-12 * abs(ratio) or ratio.real <= 0.0:
        return
    # Both below one: the claim speaks of f < 1.
    factors = np.array([1.0, ratio.real]) / max(1.0, ratio.real) * np.sqrt(0.5)
    couplings = with_cross(study.couplings, factors)
    coherence = float(study.coherence("lambda", 1.0, 1.0, couplings=couplings))
    if not coherence < 1e-9:  # not unique, or no density matrix there
        return
    left, right = (factors[0] ** 2, factors[1] ** 2)
    found.numbers["cancelling_factor_left"] = left
    found.numbers["cancelling_factor_right"] = right
    found.numbers["coherence_where_f_cancels"] = coherence
    found.remarks.append(
        f"not quite always: f_L times {text(left)}, f_R times {text(right)} at T_L = 1, dT = 1: "
        f"|rho_12| = {text(coherence)}"
    )
    by = {"baths.left.weight_factor.value": left, "baths.right.weight_factor.value": right}
    what = "weight factors that destroy the coherence"
    found.show(view_at(what, "lambda", (1.0, 1.0), factors=by))


#: Energy differences searched in claim 8, and those of which |rho_12| is listed.
SPLITTINGS = geometric_axis(1e-6, 0.5, 229)
LISTED = (1e-3, 1e-2, 1e-1, 0.5)


@claim(
    number=8,
    where="Section 3, after Fig. 3",
    statement="“the two states [...] do not need to be degenerated”",
    sense="There is a coherence between levels that are split in energy.",
    quantity="|rho_12| of Lambda and V against |eps_1 - eps_2|; where it has fallen to half; its "
    "changes of sign along |eps_1 - eps_2|, by a search for the roots of (19)",
    region="|eps_1 - eps_2| from 1e-6 to 0.5, as far as the spectra are defined, either level the "
    "higher; temperatures 1 and 2, either bath the hotter",
    tolerance=ZERO,
    about=("lambda", "v"),
)
def _degeneracy_not_needed(study: Study) -> Outcome:
    names = [name for name in ("lambda", "v") if study.coherent(name)]
    if not names:
        return not_applicable(study.no_coherence("lambda", "v"))
    low, high = study.covered("lambda")
    splits = SPLITTINGS[2.0 * min(1.0 - low, high - 1.0) >= SPLITTINGS]
    if splits.size < 2:
        return not_applicable("the tables cover the transition energies of the variant only")
    found, there = Found(), True
    for name in names:
        sign = float(np.sign(study.relative(name, "energy_difference"))) or 1.0
        drives = study.balance(name, 1.0, 1.0, energy_difference=sign * splits).drive
        there = there and bool(np.any(np.abs(drives) > ZERO))
        _against_splitting(study, name, sign, splits, found)
        for order, hotter in product((sign, -sign), HOTTER):
            _zeros_along_splitting(study, name, hotter, order * splits, found)
    where = ""
    if splits.size < SPLITTINGS.size:
        where = f", |eps_1 - eps_2| up to {text(splits[-1])}, where the tables end"
    lines = "; ".join(found.holds_for) or "every energy difference"
    found.holds_for = [f"{lines} (T_L = dT = 1{where})"]
    found.counterexamples.append("no coherence at any splitting, T_L = dT = 1")
    return found.outcome(there)


def _at_splitting(study: Study, name: str, difference: Array, hotter: str = "right") -> Array:
    """|rho_12| at T_L = dT = 1 for values of eps_1 - eps_2."""
    ones = np.ones_like(difference)
    return study.coherence(name, ones, ones, hotter, energy_difference=difference)


def _against_splitting(study: Study, name: str, sign: float, splits: Array, found: Found) -> None:
    """Tell how |rho_12| falls with the energy difference, in the order of the variant's levels."""
    listed = np.array([split for split in LISTED if split <= splits[-1] * (1.0 + 1e-12)])
    values = _at_splitting(study, name, sign * listed).tolist() if listed.size else []
    for split, value in zip(listed, values, strict=True):
        found.numbers[f"coherence_{name}_difference_{split:g}"] = value
    every = _at_splitting(study, name, sign * splits)
    # The limit, not the point itself, where the steady state may not be unique.
    nearly, farthest = float(every[0]), float(every[-1])
    found.numbers[f"coherence_{name}_nearly_degenerate"] = nearly
    below = np.flatnonzero(every < 0.5 * nearly)
    if not below.size or not np.isfinite(every[below[0] - 1]):
        return

    def excess(logarithm: float) -> float:
        at = sign * exp(logarithm)[None]
        return float(_at_splitting(study, name, at)[0]) - 0.5 * nearly

    half = float(exp(brentq(excess, *log(splits[[below[0] - 1, below[0]]]))))
    found.numbers[f"energy_difference_of_half_the_coherence_{name}"] = half
    found.holds_for.append(
        f"{title(name)}: half of the degenerate value, {text(nearly)}, is left at "
        f"|eps_1 - eps_2| = {text(half)}, and {text(farthest)} at {text(splits[-1])}"
    )


def _zeros_along_splitting(
    study: Study, name: str, hotter: str, differences: Array, found: Found
) -> None:
    """Tell at which of some eps_1 - eps_2 of one sign rho_12 vanishes, T_L = dT = 1."""
    order, splits = np.sign(differences[:1]), np.abs(differences)

    def drive(sign: Any, split: Any) -> NDArray[np.complex128]:
        return study.balance(name, 1.0, 1.0, hotter, energy_difference=sign * split).drive

    zeros = zeros_of(drive, order, splits, drive(order, splits)[None], ZERO)[:, 1]
    first, second = (1, 2) if order > 0.0 else (2, 1)
    found.numbers[f"zeros_{name}_{hotter}_hotter_eps_{first}_larger"] = float(zeros.size)
    if not zeros.size:
        return
    here, before = (
        _at_splitting(study, name, order * factor * zeros, hotter) for factor in (1.0, 0.9)
    )
    # Those at which the solver finds no coherence either.
    none = here <= 1e-6 * before
    for zero, close in zip(zeros[none], before[none], strict=True):
        found.remarks.append(
            f"{title(name)}, {hotter} bath hotter, T_L = dT = 1: rho_12 = 0 at "
            f"eps_{first} - eps_{second} = {zero:.6g}, against {text(close)} at nine tenths of it"
        )
    if none.any():
        what = "no coherence at one splitting"
        changes = {f"energy_difference.{name}": float(order[0] * zeros[none].min())}
        found.show(view_at(what, name, (1.0, 1.0), hotter, changes=changes))
