"""Reliability between thermal baths: what the study of exact solutions that is kept says."""

from collections.abc import Sequence
from itertools import product
from typing import Any

import numpy as np

from li_cai_sun_2015.claims.study import COUPLED_TLS, answered, title
from li_cai_sun_2015.data import exact_study
from li_cai_sun_2015.data.exact_study import (
    FEW,
    SHAPES,
    STRENGTHS,
    TEMPERATURES,
    accuracy,
    error,
    modulus,
)
from paper_replication.claim import percent, text

Row = dict[str, Any]

#: A row whose exact coherence may be off by more than this is left out.
ACCURATE = 0.05
#: The strength that the table is quoted at.
QUOTED = 1e-3
BARE, LAMB = "Eq. (12)", title("nonsecular_lamb")
#: The two equations, as numbers and sentences name them.
BOTH = {"nonsecular": BARE, "nonsecular_lamb": LAMB}


def rows_of(selected: Sequence[str]) -> list[dict[str, Any]]:
    """Answers for thermal baths, of the systems that a variant asks for.

    Each has a `question`, an `answer` and the `numbers` behind it; none without Lambda and V.
    """
    names = [name for name in ("lambda", "v") if name in selected]
    if not names:
        return []
    study = exact_study.kept()
    table = [row for row in study["table"] if accuracy(row) < ACCURATE]
    flux = [COUPLED_TLS] if COUPLED_TLS in selected else []
    return [
        _errors(table, names, flux),
        _where(table, [*names, *flux]),
        _reason(table, names),
        _dipole(study, names),
        _in_time(study, names),
    ]


def _chosen(table: list[Row], **values: Any) -> list[Row]:
    """Rows that have some values."""
    return [row for row in table if all(row[key] == value for key, value in values.items())]


def _errors(table: list[Row], names: list[str], flux: list[str]) -> dict[str, Any]:
    quoted = _chosen(table, strength=QUOTED)
    numbers: dict[str, float] = {}

    def ranges(equation: str, systems: list[str]) -> str:
        said = []
        for name in systems:
            errors = [error(row, equation) for row in _chosen(quoted, system=name)]
            least, median, most = min(errors), float(np.median(errors)), max(errors)
            for kind, value in (("least", least), ("median", median), ("largest", most)):
                numbers[f"{equation}_{name}_{kind}"] = value
            said.append(f"{percent(least)} to {percent(most)} ({title(name)})")
        return ", ".join(said)

    answer = (
        f"Exact solutions for {len(SHAPES) * len(TEMPERATURES)} pairs of thermal baths in the "
        f"proportions of Fig. 3, with gamma w^s exp(-(w - 1)/w_c), gamma = {QUOTED:g}, and the "
        f"splittings of Fig. 3: {BARE} misses rho_12 by {ranges('nonsecular', names)}; {LAMB}, by "
        f"{ranges('nonsecular_lamb', names)}; the unified equation by {ranges('unified', names)}, "
        f"the geometric one by {ranges('geometric', names)}."
    )
    if flux:
        answer += (
            f" The flux of the coupled TLSs, whose sites have a bath each, is off by "
            f"{ranges('nonsecular', flux)} and, {LAMB}, by {ranges('nonsecular_lamb', flux)}."
        )
    numbers["largest_error_of_the_exact_solution"] = max(map(accuracy, quoted))
    question = "And between thermal baths, whose occupation varies with frequency?"
    return answered(question, answer, numbers)


def _where(table: list[Row], names: list[str]) -> dict[str, Any]:
    said = []
    numbers: dict[str, float] = {}
    for shape, temperatures in product(SHAPES, TEMPERATURES):
        here = _chosen(table, shape=shape, temperatures=temperatures, strength=QUOTED)
        errors = {row["system"]: error(row, "nonsecular") for row in here if row["system"] in names}
        numbers |= {f"{shape}_{temperatures}_{name}": value for name, value in errors.items()}
        listed = ", ".join(f"{title(name)} {percent(value)}" for name, value in errors.items())
        said.append(f"{_bath(shape, temperatures)}: {listed}")
    return answered(
        f"For which of these baths is {BARE} right?",
        f"Errors at gamma = {QUOTED:g}. {'; '.join(said)}.",
        numbers,
    )


def _reason(table: list[Row], names: list[str]) -> dict[str, Any]:
    low, high = min(STRENGTHS), max(STRENGTHS)
    weakest = [row for row in _chosen(table, strength=low) if row["system"] in names]
    left = [row["source"][0] / sum(row["source"][1:3]) for row in weakest]
    shifts = [row["source"][3] / row["source"][0] for row in weakest]
    numbers = {
        "rates_left_median": float(np.median(left)),
        "rates_left_largest": max(left),
        "principal_values_over_rates_median": float(np.median(shifts)),
    }
    changes = []
    for name, (equation, said) in product(names, BOTH.items()):
        of_name = _chosen(table, system=name, **FEW)
        weak, strong = (error(of_name[at], equation) for at in (0, -1))
        numbers |= {f"{equation}_{name}_weak": weak, f"{equation}_{name}_strong": strong}
        changes.append(f"{title(name)}, {said}: {percent(weak)} and {percent(strong)}")
    return answered(
        "Why do the principal values, which the paper drops, matter so much?",
        "Populations feed rho_12 through the rates of each bath, and these parts nearly cancel, as "
        f"the same rates balance the populations: {percent(np.median(left))} is left of them "
        f"(median, gamma = {low:g}). What the principal values feed does not cancel, and is "
        f"{np.median(shifts):.2g} times as much. Both go with gamma, so that the relative error "
        "does not vanish as gamma does at fixed splitting; with principal values what is missing "
        "is of fourth order in the coupling, and it does. "
        f"Errors at gamma = {low:g} and {high:g}, {_bath(**FEW)}: {'; '.join(changes)}.",
        numbers,
    )


def _dipole(study: dict[str, Any], names: list[str]) -> dict[str, Any]:
    numbers: dict[str, float] = {}
    said, closer = [], []
    for name, strength in product(names, exact_study.FEW_STRENGTHS):
        [dipole] = _chosen(study["dipole"], system=name, strength=strength)
        [row] = _chosen(study["table"], system=name, strength=strength, **FEW)
        counter = dipole["counter_term"]
        sizes = [modulus(value) for value in (row["exact"], dipole["dipole"], counter)]
        away = [
            modulus(np.subtract(row[equation], counter).tolist()) / sizes[2] for equation in BOTH
        ]
        key = f"{name}_{strength:g}"
        kinds = ("rotating", "dipole", "counter_term")
        numbers |= {f"{kind}_{key}": size for kind, size in zip(kinds, sizes, strict=True)}
        numbers |= {f"{e}_from_counter_term_{key}": d for e, d in zip(BOTH, away, strict=True)}
        closer.append(away[0] < away[1])
        rotating, whole, countered = map(text, sizes)
        said.append(
            f"{title(name)}, gamma = {strength:g}: {rotating} with rotating waves, {whole} "
            f"without, {countered} with the counter-term, from which {BARE} is "
            f"{percent(away[0])} and, {LAMB}, {percent(away[1])} away"
        )
    end = (
        " Where the counter-term makes the energy of dipoles and field a sum of squares, it takes "
        "most of the principal values away: to drop them is nowhere the worse approximation."
    )
    return answered(
        "What is left of it without rotating waves?",
        "The coherence is there in every case; how large it is depends on what the coupling is. "
        f"Exact |rho_12|, {_bath(**FEW)}: {'; '.join(said)}.{end if all(closer) else ''}",
        numbers,
    )


def _in_time(study: dict[str, Any], names: list[str]) -> dict[str, Any]:
    numbers: dict[str, float] = {}
    said = []
    for row in study["evolution"]:
        if row["system"] in names:
            exact, off = np.array(row["exact"]), []
            for equation, called in (BOTH | {"secular": "Eq. (9)"}).items():
                apart = float(np.abs(np.array(row[equation]) - exact).max()) / float(exact.max())
                numbers[f"{equation}_{row['system']}"] = apart
                off.append(f"{called} {percent(apart)}")
            said.append(f"{title(row['system'])}: {', '.join(off)}")
    return answered(
        "Is the coherence right on its way to the steady state?",
        f"From populations alone, {_bath(**FEW)}, gamma = {exact_study.EVOLVED:g}, |rho_12| is off "
        f"by at most, in terms of its largest value: {'; '.join(said)}.",
        numbers,
    )


def _bath(shape: str, temperatures: str) -> str:
    exponent, cutoff = SHAPES[shape]
    left, right = TEMPERATURES[temperatures]
    return f"s = {exponent:g}, w_c = {cutoff:g}, T = {left:g} and {right:g}"
