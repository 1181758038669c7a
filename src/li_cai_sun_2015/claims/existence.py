"""Claims 1, 2, 3, 7 and 8: where there is a steady coherence."""

from __future__ import annotations

import numpy as np
from scipy.optimize import brentq

from li_cai_sun_2015.claims.study import (
    BOTH_WAYS,
    COHERENT,
    HOTTER,
    ZERO,
    Study,
    largest,
    random_coupling,
    share,
    with_cross,
)
from li_cai_sun_2015.claims.verdict import HOLDS, IN_PART, NOT_APPLICABLE, Verdict, outcome, text
from li_cai_sun_2015.configuration import model
from steady_coherence.baths import Bath
from steady_coherence.generator import generator_matrix
from steady_coherence.observables import coherence_condition
from steady_coherence.steady_states import steady_states

NO_COHERENCE = "no unique steady state of this variant has a coherence, at any temperatures"


def steady_coherence_exists(study: Study, claim: int, name: str, figure: str) -> Verdict:
    """Claims 1 and 2: rho_12 of a system differs from zero when T_L != T_R."""
    stored = study.datasets[f"{name}/nonsecular"]
    drives = np.abs([study.drive_map(name, hotter) for hotter in HOTTER])
    zeros = {hotter: study.zeros(name, hotter) for hotter in HOTTER}
    numbers = {
        "largest_coherence_on_the_grid": largest(stored["coherence"]),
        "fraction_of_region_not_zero": share(drives > ZERO, drives),
        "zeros_right_bath_hotter": float(len(zeros["right"])),
        "zeros_left_bath_hotter": float(len(zeros["left"])),
    }
    exists = study.coherent(name)
    holds_for, counterexample = "", ""
    if not exists:
        counterexample = NO_COHERENCE
    else:
        holds_for = (
            "every temperature pair of the region"
            if not any(map(len, zeros.values()))
            else "all temperature pairs but a set of measure zero on which the terms of (19), or "
            "of its counterpart for V, cancel"
        )
    for hotter, found in zeros.items():
        if not len(found):
            continue
        lower, difference = found[np.argmin(np.abs(found[:, 0] - study.unit))]
        here, below, above = (
            float(study.coherence(name, lower, factor * difference, hotter))
            for factor in (1.0, 0.5, 2.0)
        )
        numbers |= {
            f"zero_temperature_{hotter}_hotter": lower,
            f"zero_temperature_difference_{hotter}_hotter": difference,
            f"coherence_at_the_zero_{hotter}_hotter": here,
            f"coherence_at_half_that_difference_{hotter}_hotter": below,
            f"coherence_at_twice_that_difference_{hotter}_hotter": above,
            f"smallest_difference_of_a_zero_{hotter}_hotter": float(found[:, 1].min()),
            f"largest_difference_of_a_zero_{hotter}_hotter": float(found[:, 1].max()),
        }
        counterexample = counterexample or (
            f"colder bath at {text(lower)}, {hotter} bath hotter by {difference:.8g}: "
            f"|rho_12| = {text(here)}, against {text(below)} at half and {text(above)} at twice "
            f"that difference; such zeros lie at differences {text(found[:, 1].min())} to "
            f"{text(found[:, 1].max())}"
        )
    return Verdict(
        claim=claim,
        where=f"Section {'3' if name == 'lambda' else '4'}, {figure}",
        statement=f"The {name.title()} system keeps a coherence in its steady state whenever the "
        "two baths differ in temperature.",
        quantity="drive of rho_12 by the populations over the sum of the moduli of its terms; "
        "its zeros by bisection, or by least squares where it is complex; a coherence exists if it "
        f"exceeds {COHERENT:g} somewhere",
        region=f"{BOTH_WAYS}; colder bath at T = 0 for differences above 0.01 as well",
        tolerance=ZERO,
        verdict=outcome(exists and not counterexample, exists)
        if study.solvable(name)
        else NOT_APPLICABLE,
        holds_for=holds_for,
        counterexample=counterexample,
        numbers=numbers,
    )


def ladder_has_none(study: Study) -> Verdict:
    """Claim 3: the Xi system never has a steady coherence."""
    nonsecular, secular = (study.datasets[f"xi/{kind}"] for kind in ("nonsecular", "secular"))
    difference = np.abs(nonsecular["population"] - secular["population"])
    numbers = {
        "largest_coherence_on_the_grid": largest(nonsecular["coherence"]),
        "largest_population_difference": largest(difference),
    }
    rng = np.random.default_rng(3)
    off_diagonal = apart = 0.0
    for split in (0.0, *(study.unit * 10.0 ** rng.uniform(-4.0, -0.5, 12))):
        baths = [
            Bath(label, random_coupling(rng), study.unit * temperature)
            for label, temperature in zip(
                ("left", "right"), 10.0 ** rng.uniform(-1, 1, 2), strict=True
            )
        ]
        system = study.system("xi", split)
        # The whole density matrix: the zero mode of L, not the elements the solver keeps.
        matrix = generator_matrix(system, baths, "nonsecular")
        rho = np.linalg.svd(matrix)[2][-1].conj().reshape(3, 3)
        rho = rho / np.trace(rho)
        off_diagonal = max(off_diagonal, float(np.abs(rho - np.diag(np.diag(rho))).max()))
        exact = [
            steady_states(system, baths, kind)["population"] for kind in ("nonsecular", "secular")
        ]
        apart = max(apart, float(np.abs(exact[0] - exact[1]).max()))
    numbers |= {
        "largest_coherence_random_couplings": off_diagonal,
        "largest_population_difference_random_couplings": apart,
    }
    tolerance = 1e-12
    holds = max(numbers.values()) < tolerance
    return Verdict(
        claim=3,
        where="Section 4, Eq. (24)",
        statement="The ladder system has no steady coherence, and the secular equation gives the "
        "same populations.",
        quantity="off-diagonal elements of the whole steady rho; largest difference of a "
        "population between the two equations (absolute)",
        region="the variant's grid; 13 random complex frequency-dependent couplings and "
        "temperatures 0.1 to 10, equal transition energies included",
        tolerance=tolerance,
        verdict=outcome(holds),
        holds_for="all temperatures and couplings searched" if holds else "",
        counterexample="" if holds else f"a deviation of {text(max(numbers.values()))}",
        numbers=numbers,
    )


def weight_factor_suppresses(study: Study) -> Verdict:
    """Claim 7: f < 1 lowers the coherence and leaves it."""
    if not study.coherent("lambda"):
        return _seven(NOT_APPLICABLE, "", NO_COHERENCE, {})
    cold, difference = study.lower_temperature[:, None], study.temperature_difference
    full = study.coherence_map("lambda")
    numbers: dict[str, float] = {}
    suppressed = True
    for factor in (0.99, 0.75, 0.5, 0.25, 0.01):
        both = with_cross(study.couplings, np.sqrt([factor, factor]))
        reduced = study.coherence("lambda", cold, difference, couplings=both)
        larger = share(reduced > full * (1.0 + 1e-9), full)
        suppressed = suppressed and larger == 0.0 and share(reduced > 0.0, full) == 1.0
        numbers[f"fraction_larger_f_times_{factor:g}_in_both"] = larger
        numbers[f"largest_coherence_f_times_{factor:g}_in_both"] = largest(reduced)
    numbers["largest_coherence"] = largest(full)

    largest_gain, example = 0.0, ""
    for halved in range(2):
        name = ("left", "right")[halved]
        factors = np.sqrt(0.5) * np.ones(2)
        factors[halved] = np.sqrt(0.25)
        couplings = with_cross(study.couplings, factors)
        unequal = study.coherence("lambda", cold, difference, couplings=couplings)
        numbers[f"fraction_larger_f_0.5_but_0.25_in_{name}"] = share(unequal > full, full)
        gain = np.where(unequal > full, unequal - full, 0.0)
        row, column = np.unravel_index(int(gain.argmax()), gain.shape)
        if gain[row, column] > largest_gain:
            largest_gain = float(gain[row, column])
            before, after = float(full[row, column]), float(unequal[row, column])
            numbers |= {"coherence_f_of_the_variant": before, "coherence_f_unequal": after}
            example = (
                f"f times 0.25 in the {name} and 0.5 in the other bath, T_L = "
                f"{text(study.lower_temperature[row])}, dT = {text(difference[column])}: "
                f"|rho_12| rises from {text(before)} to {text(after)}"
            )
    numbers |= _cancelling_weight_factors(study)
    parts = [example] if example else []
    if "coherence_where_f_cancels" in numbers:
        parts.append(
            f"f_L times {text(numbers['cancelling_factor_left'])}, f_R times "
            f"{text(numbers['cancelling_factor_right'])} at T_L = {text(study.unit)}, dT = "
            f"{text(study.unit)}: |rho_12| = {text(numbers['coherence_where_f_cancels'])}"
        )
    return _seven(
        outcome(suppressed and not parts, suppressed),
        "f reduced by one factor in both baths: smaller at every point, and not zero (a common "
        "factor leaves the zeros of (19) where they are)"
        if suppressed
        else "",
        "; ".join(parts),
        numbers,
    )


def _cancelling_weight_factors(study: Study) -> dict[str, float]:
    """Factors of f_L and f_R, at most one, at which (19) vanishes at T_L = dT = 1.

    Condition (19) is linear in the cross spectra: it is x A + y B for factors
    x, y of those of the two baths.
    """
    system, unit = study.system("lambda"), study.unit
    parts = [
        complex(
            coherence_condition(
                system,
                study.baths("lambda", unit, unit, couplings=with_cross(study.couplings, kept)),
            )
        )
        for kept in ((1.0, 0.0), (0.0, 1.0))
    ]
    if not all(parts):
        return {}
    ratio = -parts[0] / parts[1]
    if abs(ratio.imag) > 1e-12 * abs(ratio) or ratio.real <= 0.0:
        return {}
    # Both below one: the claim speaks of f < 1.
    factors = np.array([1.0, ratio.real]) / max(1.0, ratio.real) * np.sqrt(0.5)
    couplings = with_cross(study.couplings, factors)
    return {
        "cancelling_factor_left": factors[0] ** 2,
        "cancelling_factor_right": factors[1] ** 2,
        "coherence_where_f_cancels": float(
            study.coherence("lambda", unit, unit, couplings=couplings)
        ),
    }


def _seven(verdict: str, holds_for: str, counterexample: str, numbers: dict[str, float]) -> Verdict:
    return Verdict(
        claim=7,
        where="Section 3, after Eq. (16)",
        statement="Weight factors below one lower the coherence without destroying it.",
        quantity="|rho_12| of the Lambda system with the variant's f_a multiplied by factors "
        "0.01 to 0.99, equal ones and unequal ones",
        region="T_L and dT as in claim 4, right bath hotter",
        tolerance=1e-9,
        verdict=verdict,
        holds_for=holds_for,
        counterexample=counterexample,
        numbers=numbers,
    )


def degeneracy_not_needed(study: Study) -> Verdict:
    """Claim 8: the two coherent levels may differ in energy."""
    if not (study.coherent("lambda") or study.coherent("v")):
        return _eight(NOT_APPLICABLE, "", NO_COHERENCE, {})
    unit = study.unit
    low, high = model.tabulated_range(study.configuration["three_level"]["baths"])
    widest = 2.0 * min(unit - low, high - unit, 0.5 * unit)
    numbers: dict[str, float] = {}
    coherent: list[bool] = []
    lines = []
    for name in ("lambda", "v"):
        if not study.coherent(name):
            continue
        sign = float(np.sign(study.system(name).transition_energies @ (1.0, -1.0))) or 1.0

        def coherence(split: float, name: str = name, sign: float = sign) -> float:
            return float(study.coherence(name, unit, unit, energy_difference=sign * split))

        splits = [split * unit for split in (1e-3, 1e-2, 1e-1, 0.5) if split * unit < widest]
        values = [coherence(split) for split in splits]
        numbers |= {
            f"coherence_{name}_difference_{split:g}": value
            for split, value in zip(splits, values, strict=True)
        }
        coherent += [value > ZERO for value in values]
        # The limit, not the point itself, where the steady state may not be unique.
        nearly = coherence(1e-6 * unit)
        numbers[f"coherence_{name}_nearly_degenerate"] = nearly
        if values[-1] < 0.5 * nearly:
            half = brentq(lambda split: coherence(split) - 0.5 * nearly, 1e-6 * unit, splits[-1])  # noqa: B023
            numbers[f"energy_difference_of_half_the_coherence_{name}"] = half
            lines.append(
                f"{name}: half of the degenerate value, {text(nearly)}, is left at |eps_1 - eps_2| "
                f"= {text(half)}, and {text(values[-1])} at {text(splits[-1])}"
            )
    return _eight(
        HOLDS if all(coherent) else IN_PART if any(coherent) else "fails",
        "T_L = dT = 1; " + "; ".join(lines),
        "" if all(coherent) else "rho_12 = 0 at some of the energy differences tried",
        numbers,
    )


def _eight(verdict: str, holds_for: str, counterexample: str, numbers: dict[str, float]) -> Verdict:
    return Verdict(
        claim=8,
        where="Section 3, after Fig. 3",
        statement="The two levels that share the coherence may be split in energy.",
        quantity="|rho_12| of Lambda and V against |eps_1 - eps_2|; where it has fallen to half",
        region="|eps_1 - eps_2| from 1e-6 to 0.5, as far as the spectra are defined",
        tolerance=ZERO,
        verdict=verdict,
        holds_for=holds_for,
        counterexample=counterexample,
        numbers=numbers,
    )
