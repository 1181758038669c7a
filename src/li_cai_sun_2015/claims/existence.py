"""Claims 1, 2, 7 and 8: where there is a steady coherence."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from li_cai_sun_2015.claims.balance import ZERO
from li_cai_sun_2015.claims.examples import view_at
from li_cai_sun_2015.claims.study import (
    BOTH_WAYS,
    HOTTER,
    LOWER_TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    Array,
    Study,
    largest,
    share,
    with_cross,
)
from li_cai_sun_2015.claims.zeros import zeros_of
from paper_replication.claim import Claim, Outcome, not_applicable, percent, text, verdict
from steady_coherence.numerics.elementary import exp, geometric_axis, log
from steady_coherence.observables import coherence_condition
from steady_coherence.systems import SYSTEMS


def _exists(study: Study, name: str) -> Outcome:
    """Test whether rho_12 of a system differs from zero when T_L != T_R."""
    drives = np.abs([study.drive_map(name, hotter) for hotter in HOTTER])
    zeros = {hotter: study.zeros(name, hotter) for hotter in HOTTER}
    stored = study.stored(name, "nonsecular", "coherence")
    numbers = {
        "largest_coherence_on_the_grid": 0.0 if stored is None else largest(stored),
        "fraction_of_region_known": float(
            np.isfinite([study.coherence_map(name, hotter) for hotter in HOTTER]).mean()
        ),
        "fraction_of_region_not_zero": share(drives > ZERO, drives),
        "zeros_right_bath_hotter": float(len(zeros["right"])),
        "zeros_left_bath_hotter": float(len(zeros["left"])),
    }
    if not study.solvable(name):
        return not_applicable(f"holds nowhere: {study.no_coherence(name)}", numbers)
    if not study.coherent(name):
        expected = "the condition for none, (19) or its counterpart for V, holds at all of them"
        return not_applicable(f"{study.no_coherence(name)}: {expected}", numbers)
    numbers["largest_coherence_in_the_region"] = max(
        largest(study.coherence_map(name, hotter)) for hotter in HOTTER
    )
    remarks, shown = [], []
    for hotter, found in zeros.items():
        if len(found):
            more, sentence = _at_a_zero(study, name, hotter, found)
            numbers |= more
            remarks.append(f"not always: {sentence}")
            keys = (f"zero_temperature{each}_{hotter}_hotter" for each in ("", "_difference"))
            at = [numbers[key] for key in keys]
            what = "no coherence although the baths differ"
            shown.append(view_at(what, name, at, hotter, scale="log"))
    holds_for = f"{percent(numbers['fraction_of_region_not_zero'])} of the region"
    if numbers["fraction_of_region_known"] < 1.0:
        known = percent(numbers["fraction_of_region_known"])
        holds_for += f" with a unique steady state that is a density matrix, {known} of it"
    if (on_the_grid := numbers["largest_coherence_on_the_grid"]) > ZERO:
        holds_for += f"; |rho_12| up to {text(on_the_grid)} on the variant's grid"
    return Outcome(
        verdict(numbers["largest_coherence_in_the_region"] > ZERO),
        holds_for,
        "(19) is violated, but no coherence comes out",
        numbers,
        shown[0] if shown else {},
        remark="".join(remarks[:1]),
    )


def _at_a_zero(study: Study, name: str, hotter: str, found: Array) -> tuple[dict[str, float], str]:
    """Numbers and a sentence on the zero nearest to a lower temperature of 1."""
    lower, difference = found[np.argmin(np.abs(found[:, 0] - 1.0))]
    factors = np.array([1.0, 0.5, 2.0])
    here, below, above = study.coherence(name, lower, factors * difference, hotter).tolist()
    smallest, greatest = found[:, 1].min(), found[:, 1].max()
    numbers = {
        f"zero_temperature_{hotter}_hotter": lower,
        f"zero_temperature_difference_{hotter}_hotter": difference,
        f"coherence_at_the_zero_{hotter}_hotter": here,
        f"coherence_at_half_that_difference_{hotter}_hotter": below,
        f"coherence_at_twice_that_difference_{hotter}_hotter": above,
        f"smallest_difference_of_a_zero_{hotter}_hotter": smallest,
        f"largest_difference_of_a_zero_{hotter}_hotter": greatest,
    }
    return numbers, (
        f"colder bath at {text(lower)}, {hotter} bath hotter by {difference:.8g}: "
        f"|rho_12| = {text(here)}, against {text(below)} at half and {text(above)} at twice "
        f"that difference; such zeros lie at differences {text(smallest)} to {text(greatest)}"
    )


def _exists_in(number: int, name: str, place: str, statement: str) -> Claim[Study]:
    return Claim(
        number=number,
        where=place,
        statement=statement,
        sense=f"The {SYSTEMS[name].title} system can keep a coherence in its steady state when the "
        "two baths differ in temperature.",
        quantity="sum of the brackets of (19), or of their counterparts for V, over the sum of "
        "their moduli: zero where rho_12 is; its roots, or else its extremum by closing grids",
        region=f"{BOTH_WAYS}; colder bath at T = 0 for differences above 0.01 as well",
        tolerance=ZERO,
        check=partial(_exists, name=name),
        about=(name,),
    )


#: Factors of f_L and f_R tried in claim 7: the same in both baths, and different ones.
COMMON = (0.99, 0.75, 0.5, 0.25, 0.01)
UNEQUAL = ((0.25, 0.5), (0.5, 0.25), (0.01, 0.99), (0.99, 0.01))


def _weight_factor_suppresses(study: Study) -> Outcome:
    if not study.coherent("lambda"):
        return not_applicable(study.no_coherence("lambda"))
    numbers = {"largest_coherence": largest(study.coherence_map("lambda"))}
    examples, smaller = [], 1.0
    for kind, tried in (("common", [(f, f) for f in COMMON]), ("unequal", UNEQUAL)):
        greatest = (0.0, "")
        for factors in tried:
            more, rise = _raised(study, factors)
            numbers |= more
            greatest = max(greatest, rise)
            if kind == "common":
                smaller = min(smaller, 1.0 - max(more.values()))
        examples += [greatest[1]] if greatest[1] else []
    numbers |= _cancelling_weight_factors(study)
    shown, remark = {}, ""
    if "coherence_where_f_cancels" in numbers:
        cancelling = {
            f"baths.{bath}.weight_factor.value": numbers[f"cancelling_factor_{bath}"]
            for bath in ("left", "right")
        }
        shown = view_at(
            "weight factors that destroy the coherence", "lambda", (1.0, 1.0), factors=cancelling
        )
        remark = (
            f"not quite always: f_L times {text(numbers['cancelling_factor_left'])}, f_R times "
            f"{text(numbers['cancelling_factor_right'])} at T_L = 1, dT = 1: |rho_12| = "
            f"{text(numbers['coherence_where_f_cancels'])}"
        )
    where = "every point" if smaller == 1.0 else f"{percent(smaller)} of the points"
    return Outcome(
        verdict(not examples, smaller > 0.0),
        f"f reduced by one factor in both baths: smaller at {where}, and not zero (a common "
        "factor leaves the zeros of (19) where they are)",
        "; ".join(examples),
        numbers,
        shown,
        remark=remark,
    )


def _raised(
    study: Study, factors: tuple[float, float]
) -> tuple[dict[str, float], tuple[float, str]]:
    """Where |rho_12| of Lambda rises if f_L and f_R are multiplied, and its largest rise."""
    left, right = factors
    couplings = with_cross(study.couplings, np.sqrt(factors))
    grid = (LOWER_TEMPERATURE[:, None], TEMPERATURE_DIFFERENCE)
    numbers, greatest = {}, (0.0, "")
    for hotter in HOTTER:
        full = study.coherence_map("lambda", hotter)
        changed = study.coherence("lambda", *grid, hotter, couplings=couplings)
        # A relative change below this is rounding; where |rho_12| itself is, it says nothing.
        rounding = 1e-9 + 10.0 * study.balance("lambda", *grid, hotter).error
        with np.errstate(divide="ignore", invalid="ignore"):
            growth = changed / full - 1.0 - rounding
        growth = np.where(np.isfinite(growth), growth, np.nan)
        numbers[f"fraction_larger_f_times_{left:g}_and_{right:g}_{hotter}_hotter"] = share(
            growth > 0.0, growth
        )
        gains = np.where(growth > 0.0, changed - full, 0.0)
        row, column = np.unravel_index(int(gains.argmax()), gains.shape)
        sentence = (
            f"f times {left:g} in the left and {right:g} in the right bath, {hotter} bath hotter, "
            f"lower temperature {text(LOWER_TEMPERATURE[row])}, dT = "
            f"{text(TEMPERATURE_DIFFERENCE[column])}: |rho_12| rises from "
            f"{text(full[row, column])} to {text(changed[row, column])}"
        )
        if gains[row, column] > greatest[0]:
            greatest = (float(gains[row, column]), sentence)
    return numbers, greatest


def _cancelling_weight_factors(study: Study) -> dict[str, float]:
    """Factors of f_L and f_R, at most one, at which (19) vanishes at T_L = dT = 1.

    Condition (19) is linear in the cross spectra: it is x A + y B for factors x, y of those of
    the two baths.
    """
    system = study.system("lambda")
    first, second = (
        complex(
            coherence_condition(
                system,
                study.baths("lambda", 1.0, 1.0, couplings=with_cross(study.couplings, kept)),
            )
        )
        for kept in ((1.0, 0.0), (0.0, 1.0))
    )
    if not (np.isfinite(first) and np.isfinite(second) and first and second):
        return {}
    ratio = -first / second
    if abs(ratio.imag) > 1e-12 * abs(ratio) or ratio.real <= 0.0:
        return {}
    # Both below one: the claim speaks of f < 1.
    factors = np.array([1.0, ratio.real]) / max(1.0, ratio.real) * np.sqrt(0.5)
    couplings = with_cross(study.couplings, factors)
    coherence = float(study.coherence("lambda", 1.0, 1.0, couplings=couplings))
    if not coherence < 1e-9:  # not unique, or no density matrix there
        return {}
    return {
        "cancelling_factor_left": factors[0] ** 2,
        "cancelling_factor_right": factors[1] ** 2,
        "coherence_where_f_cancels": coherence,
    }


WEIGHT_FACTOR: Claim[Study] = Claim(
    number=7,
    where="Section 3, after Eq. (16)",
    statement="“If we have f_a(w) < 1, the steady quantum coherence is suppressed, but still "
    "keeps nonzero.”",
    sense="Weight factors below one lower |rho_12| without destroying it, equal or unequal ones.",
    quantity="|rho_12| of the Lambda system with the variant's f_a multiplied by factors 0.01 to "
    "0.99, equal ones and unequal ones; the factors at which (19) vanishes",
    region=f"{BOTH_WAYS}; a zero of (19) at T_L = dT = 1",
    tolerance=1e-9,
    check=_weight_factor_suppresses,
    about=("lambda",),
)

#: Energy differences searched in claim 8, and those of which |rho_12| is listed.
SPLITTINGS = geometric_axis(1e-6, 0.5, 229)
LISTED = (1e-3, 1e-2, 1e-1, 0.5)


def _degeneracy_not_needed(study: Study) -> Outcome:
    names = [name for name in ("lambda", "v") if study.coherent(name)]
    if not names:
        return not_applicable(study.no_coherence("lambda", "v"))
    low, high = study.covered("lambda")
    splits = SPLITTINGS[2.0 * min(1.0 - low, high - 1.0) >= SPLITTINGS]
    if splits.size < 2:
        return not_applicable("the tables cover the transition energies of the variant only")
    numbers: dict[str, float] = {}
    lines: list[str] = []
    zeros_met: list[str] = []
    there = True
    shown: dict[str, Any] = {}
    for name in names:
        sign = float(np.sign(study.energy_difference(name))) or 1.0
        drives = study.balance(name, 1.0, 1.0, energy_difference=sign * splits).drive
        there = there and bool(np.any(np.abs(drives) > ZERO))
        more, line = _against_splitting(study, name, sign, splits)
        numbers |= more
        lines += line
        for order in (sign, -sign):
            for hotter in HOTTER:
                zeros = _zeros_along_splitting(study, name, hotter, order, splits)
                which = "1" if order > 0.0 else "2"
                numbers[f"zeros_{name}_{hotter}_hotter_eps_{which}_larger"] = float(zeros.size)
                described = _described_zeros(study, name, hotter, order, zeros)
                zeros_met += described.values()
                if described and not shown:
                    changes = {f"energy_difference.{name}": order * min(described)}
                    what = "no coherence at one splitting"
                    shown = view_at(what, name, (1.0, 1.0), hotter, changes=changes)
    where = ""
    if splits.size < SPLITTINGS.size:
        where = f", |eps_1 - eps_2| up to {text(splits[-1])}, where the tables end"
    holds_for = f"{'; '.join(lines) or 'every energy difference'} (T_L = dT = 1{where})"
    return Outcome(
        verdict(there),
        holds_for,
        "no coherence at any splitting, T_L = dT = 1",
        numbers,
        shown,
        remark="; ".join(zeros_met),
    )


def _against_splitting(
    study: Study, name: str, sign: float, splits: Array
) -> tuple[dict[str, float], list[str]]:
    """|rho_12| against the energy difference, in the order of the variant's levels."""

    def coherence(split: Array) -> Array:
        ones = np.ones_like(split)
        return study.coherence(name, ones, ones, energy_difference=sign * split)

    listed = np.array([split for split in LISTED if split <= splits[-1] * (1.0 + 1e-12)])
    every = coherence(splits)
    numbers: dict[str, float] = {}
    if listed.size:
        numbers = {
            f"coherence_{name}_difference_{split:g}": float(value)
            for split, value in zip(listed, coherence(listed), strict=True)
        }
    # The limit, not the point itself, where the steady state may not be unique.
    nearly, farthest = float(every[0]), float(every[-1])
    numbers[f"coherence_{name}_nearly_degenerate"] = nearly
    below = np.flatnonzero(every < 0.5 * nearly)
    if not below.size or not np.isfinite(every[below[0] - 1]):
        return numbers, []
    root = brentq(
        lambda at: float(coherence(exp(at)[None])[0]) - 0.5 * nearly,
        *log(splits[[below[0] - 1, below[0]]]),
    )
    half = numbers[f"energy_difference_of_half_the_coherence_{name}"] = float(exp(root))
    return numbers, [
        (
            f"{SYSTEMS[name].title}: half of the degenerate value, {text(nearly)}, is left at "
            f"|eps_1 - eps_2| = {text(half)}, and {text(farthest)} at {text(splits[-1])}"
        )
    ]


def _zeros_along_splitting(
    study: Study, name: str, hotter: str, order: float, splits: Array
) -> Array:
    """Energy differences at which rho_12 vanishes, T_L = dT = 1."""

    def drive(sign: Any, split: Any) -> NDArray[np.complex128]:
        return study.balance(name, 1.0, 1.0, hotter, energy_difference=sign * split).drive

    return zeros_of(drive, np.array([order]), splits, drive(order, splits)[None], ZERO)[:, 1]


def _described_zeros(
    study: Study, name: str, hotter: str, order: float, zeros: Array
) -> dict[float, str]:
    """A sentence on each zero at which the solver finds no coherence either."""
    if not zeros.size:
        return {}
    ones = np.ones_like(zeros)
    here, before = (
        study.coherence(name, ones, ones, hotter, energy_difference=order * factor * zeros)
        for factor in (1.0, 0.9)
    )
    which = "eps_1 - eps_2" if order > 0.0 else "eps_2 - eps_1"
    return {
        zero: f"{SYSTEMS[name].title}, {hotter} bath hotter, T_L = dT = 1: rho_12 = 0 at {which} = "
        f"{zero:.6g}, against {text(close)} at nine tenths of it"
        for zero, value, close in zip(zeros.tolist(), here, before, strict=True)
        if value <= 1e-6 * close
    }


DEGENERACY: Claim[Study] = Claim(
    number=8,
    where="Section 3, after Fig. 3",
    statement="“the two states [...] do not need to be degenerated”",
    sense="There is a coherence between levels that are split in energy.",
    quantity="|rho_12| of Lambda and V against |eps_1 - eps_2|; where it has fallen to half; its "
    "changes of sign along |eps_1 - eps_2|, by a search for the roots of (19)",
    region="|eps_1 - eps_2| from 1e-6 to 0.5, as far as the spectra are defined, either level the "
    "higher; temperatures 1 and 2, either bath the hotter",
    tolerance=ZERO,
    check=_degeneracy_not_needed,
    about=("lambda", "v"),
)

IN_LAMBDA = _exists_in(
    1,
    "lambda",
    "Section 3, Fig. 3(a)",
    "“non-vanishing quantum coherence can exist in the non-equilibrium steady state of the "
    "Lambda-type system when T_L != T_R”",
)
IN_V = _exists_in(
    2,
    "v",
    "Section 4, Fig. 3(b)",
    "“in the steady state, we can also obtain nonzero quantum coherence”",
)
