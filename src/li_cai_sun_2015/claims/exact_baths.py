"""Reliability between thermal baths: what the study of exact solutions that is kept says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from li_cai_sun_2015.claims.study import COUPLED_TLS
from li_cai_sun_2015.data.exact_study import (
    EVOLVED,
    FEW,
    FEW_STRENGTHS,
    SHAPES,
    STRENGTHS,
    TEMPERATURES,
    accuracy,
    error,
    kept,
    modulus,
)
from paper_replication.claim import percent, text
from steady_coherence.master_equations import MASTER_EQUATIONS
from steady_coherence.systems import SYSTEMS

Row = dict[str, Any]

#: A row whose exact coherence may be off by more than this is left out.
ACCURATE = 0.05
#: The strength that the table is quoted at, and an error that counts as right.
QUOTED, RIGHT = 1e-3, 0.1
LAMB = MASTER_EQUATIONS["nonsecular_lamb"].title
BARE = "Eq. (12)"


def rows_of(selected: Sequence[str]) -> list[dict[str, Any]]:
    """Answers for thermal baths.

    Parameters
    ----------
    selected : sequence of str
        Systems that a variant asks for.

    Returns
    -------
    list of dict
        Each with `question`, `answer` and the `numbers` behind it; none without Lambda and V.
    """
    names = [name for name in ("lambda", "v") if name in selected]
    if not names:
        return []
    study = kept()
    table = [row for row in study["table"] if accuracy(row) < ACCURATE]
    flux = [COUPLED_TLS] if COUPLED_TLS in selected else []
    return [
        _errors(table, names, flux),
        _where(table, names, flux),
        _reason(table, names),
        _dipole(study, names),
        _in_time(study, names),
    ]


def _errors(table: list[Row], names: list[str], flux: list[str]) -> dict[str, Any]:
    quoted = [row for row in table if row["strength"] == QUOTED]
    numbers: dict[str, float] = {}

    def ranges(equation: str, systems: list[str]) -> str:
        said = []
        for name in systems:
            errors = [error(row, equation) for row in quoted if row["system"] == name]
            numbers[f"{equation}_{name}_least"] = min(errors)
            numbers[f"{equation}_{name}_median"] = float(np.median(errors))
            numbers[f"{equation}_{name}_largest"] = max(errors)
            said.append(f"{percent(min(errors))} to {_percent(max(errors))} ({_title(name)})")
        return ", ".join(said)

    pairs = f"{len(SHAPES) * len(TEMPERATURES)} pairs of thermal baths"
    at = f"gamma = {QUOTED:g}"
    answer = (
        f"Exact solutions for {pairs} in the proportions of Fig. 3, with gamma w^s "
        f"exp(-(w - 1)/w_c), {at}, and the splittings of Fig. 3: {BARE} misses rho_12 by "
        f"{ranges('nonsecular', names)}; {LAMB}, by {ranges('nonsecular_lamb', names)}; the "
        f"unified equation by {ranges('unified', names)}, the geometric one by "
        f"{ranges('geometric', names)}."
    )
    if flux:
        answer += (
            f" The flux of the coupled TLSs, whose sites have a bath each, is off by "
            f"{ranges('nonsecular', flux)} and, {LAMB}, by {ranges('nonsecular_lamb', flux)}."
        )
    numbers["largest_error_of_the_exact_solution"] = max(map(accuracy, quoted))
    return {
        "question": "And between thermal baths, whose occupation varies with frequency?",
        "answer": answer,
        "numbers": numbers,
    }


def _where(table: list[Row], names: list[str], flux: list[str]) -> dict[str, Any]:
    said, numbers = [], {}
    for shape in SHAPES:
        for temperatures in TEMPERATURES:
            here = [
                row
                for row in table
                if (row["shape"], row["temperatures"]) == (shape, temperatures)
                and row["strength"] == QUOTED
                and row["system"] in [*names, *flux]
            ]
            errors = {row["system"]: error(row, "nonsecular") for row in here}
            numbers.update({f"{shape}_{temperatures}_{name}": e for name, e in errors.items()})
            listed = ", ".join(f"{_title(name)} {_percent(e)}" for name, e in errors.items())
            said.append(f"{_bath(shape, temperatures)}: {listed}")
    return {
        "question": f"For which of these baths is {BARE} right?",
        "answer": f"Errors at gamma = {QUOTED:g}. " + "; ".join(said) + ".",
        "numbers": numbers,
    }


def _reason(table: list[Row], names: list[str]) -> dict[str, Any]:
    weakest = [row for row in table if row["strength"] == min(STRENGTHS) and row["system"] in names]
    left = [row["source"][0] / sum(row["source"][1:3]) for row in weakest]
    shifts = [row["source"][3] / row["source"][0] for row in weakest]
    numbers = {
        "rates_left_median": float(np.median(left)),
        "rates_left_largest": max(left),
        "principal_values_over_rates_median": float(np.median(shifts)),
    }
    changes = []
    for name in names:
        of_name = _few(table, name)
        first, last = of_name[0], of_name[-1]
        for equation, said in (("nonsecular", BARE), ("nonsecular_lamb", LAMB)):
            ends = error(first, equation), error(last, equation)
            numbers[f"{equation}_{name}_weak"], numbers[f"{equation}_{name}_strong"] = ends
            changes.append(f"{_title(name)}, {said}: {_percent(ends[0])} and {_percent(ends[1])}")
    return {
        "question": "Why do the principal values, which the paper drops, matter so much?",
        "answer": (
            f"Populations feed rho_12 through the rates of each bath, and these parts nearly "
            f"cancel, as the same rates balance the populations: {percent(np.median(left))} is "
            f"left of them (median, gamma = {min(STRENGTHS):g}). What the principal values feed "
            f"does not cancel, and is {np.median(shifts):.2g} times as much. Both go with gamma, "
            "so that the relative error does not vanish as gamma does at fixed splitting; with "
            "principal values what is missing is of fourth order in the coupling, and it does. "
            f"Errors at gamma = {min(STRENGTHS):g} and {max(STRENGTHS):g}, "
            f"{_bath(FEW['shape'], FEW['temperatures'])}: " + "; ".join(changes) + "."
        ),
        "numbers": numbers,
    }


def _dipole(study: dict[str, Any], names: list[str]) -> dict[str, Any]:
    numbers: dict[str, float] = {}
    said = []
    for name in names:
        for strength in FEW_STRENGTHS:
            [dipole] = [
                row
                for row in study["dipole"]
                if row["system"] == name and row["strength"] == strength
            ]
            [row] = [row for row in _few(study["table"], name) if row["strength"] == strength]
            values = {
                "rotating": row["exact"],
                "dipole": dipole["dipole"],
                "counter_term": dipole["counter_term"],
            }
            key = f"{name}_{strength:g}"
            numbers.update({f"{kind}_{key}": modulus(value) for kind, value in values.items()})
            distances = {
                equation: _distance(row[equation], values["counter_term"])
                for equation in ("nonsecular", "nonsecular_lamb")
            }
            numbers.update({f"{e}_from_counter_term_{key}": d for e, d in distances.items()})
            said.append(
                f"{_title(name)}, gamma = {strength:g}: {text(modulus(values['rotating']))} with "
                f"rotating waves, {text(modulus(values['dipole']))} without, "
                f"{text(modulus(values['counter_term']))} with the counter-term, from which "
                f"{BARE} is {_percent(distances['nonsecular'])} and, {LAMB}, "
                f"{_percent(distances['nonsecular_lamb'])} away"
            )
    closer = [
        numbers[f"nonsecular_from_counter_term_{name}_{strength:g}"]
        < numbers[f"nonsecular_lamb_from_counter_term_{name}_{strength:g}"]
        for name in names
        for strength in FEW_STRENGTHS
    ]
    end = (
        " Where the counter-term makes the energy of dipoles and field a sum of squares, it takes "
        "most of the principal values away: to drop them is nowhere the worse approximation."
        if all(closer)
        else ""
    )
    return {
        "question": "What is left of it without rotating waves?",
        "answer": (
            "The coherence is there in every case; how large it is depends on what the coupling "
            f"is. Exact |rho_12|, {_bath(FEW['shape'], FEW['temperatures'])}: "
            + "; ".join(said)
            + "."
            + end
        ),
        "numbers": numbers,
    }


def _in_time(study: dict[str, Any], names: list[str]) -> dict[str, Any]:
    numbers: dict[str, float] = {}
    said = []
    for row in study["evolution"]:
        if row["system"] in names:
            exact = np.array(row["exact"])
            largest = float(exact.max())
            off = {
                equation: float(np.abs(np.array(row[equation]) - exact).max()) / largest
                for equation in ("nonsecular", "nonsecular_lamb", "secular")
            }
            numbers.update({f"{equation}_{row['system']}": off[equation] for equation in off})
            said.append(
                f"{_title(row['system'])}: {BARE} {_percent(off['nonsecular'])}, {LAMB} "
                f"{_percent(off['nonsecular_lamb'])}, Eq. (9) {_percent(off['secular'])}"
            )
    return {
        "question": "Is the coherence right on its way to the steady state?",
        "answer": (
            f"From populations alone, {_bath(FEW['shape'], FEW['temperatures'])}, gamma = "
            f"{EVOLVED:g}, |rho_12| is off by at most, in terms of its largest value: "
            + "; ".join(said)
            + "."
        ),
        "numbers": numbers,
    }


def _few(table: Iterable[Row], name: str) -> list[Row]:
    """Rows of one system, for the baths that more is known of, by strength."""
    return [
        row
        for row in table
        if (row["system"], row["shape"], row["temperatures"])
        == (name, FEW["shape"], FEW["temperatures"])
    ]


def _bath(shape: str, temperatures: str) -> str:
    exponent, cutoff = SHAPES[shape]
    left, right = TEMPERATURES[temperatures]
    return f"s = {exponent:g}, w_c = {cutoff:g}, T = {left:g} and {right:g}"


def _distance(value: list[float], other: list[float]) -> float:
    return modulus(np.subtract(value, other).tolist()) / modulus(other)


def _title(name: str) -> str:
    return SYSTEMS[name].title


def _percent(value: float) -> str:
    return percent(value) if value < 1.0 else f"{100.0 * value:.3g} %"
