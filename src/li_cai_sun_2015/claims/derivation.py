"""Claim 19: one equation follows from the other, as far as they are printed right."""

from functools import cache
from typing import Any

import numpy as np

from li_cai_sun_2015.claims.study import Study, claim
from li_cai_sun_2015.numbered_equations import EQUATIONS
from li_cai_sun_2015.numbered_equations.verdicts import TOLERANCE, judge
from paper_replication.claim import Outcome, text, verdict


@cache
def _judged() -> list[dict[str, Any]]:
    """Rows of the equations, the same for every variant."""
    return [
        judge(equation, np.random.default_rng([19, position]))
        for position, equation in enumerate(EQUATIONS)
        if equation.number in ("(5)", "(12)", "(13)", "(23)", "(24)")
    ]


@claim(
    number=19,
    where="Sections 2 to 4, Eqs. (5), (12), (13), (23), (24)",
    statement="A paraphrase: the Schrödinger-picture equation is the interaction-picture one, and "
    "the equations of the three level schemes follow from it.",
    sense="Each printed equation is what follows from the one before.",
    quantity="printed right-hand sides at random states against Eq. (4), relative deviation",
    region="random complex frequency-dependent couplings, energies and temperatures; the same for "
    "every variant",
    tolerance=TOLERANCE,
)
def _equations_follow(_: Study) -> Outcome:
    rows = _judged()
    numbers = {
        f"{name}_eq_{row['id'].strip('()')}": value
        for row in rows
        for name, value in row["numbers"].items()
        if name in ("deviation", "deviation_corrected", "printed_value", "right_value")
    }
    confirmed = ", ".join(row["id"] for row in rows if row["verdict"] == "confirmed")
    differing = [(row["id"], row["numbers"]) for row in rows if row["verdict"] != "confirmed"]
    mended = ", ".join(
        name for name, found in differing if found.get("deviation_corrected", np.inf) <= TOLERANCE
    )
    return Outcome(
        verdict(not differing, bool(confirmed)),
        confirmed + (f" as printed; {mended} after a correction each" if mended else ""),
        "; ".join(
            f"{name} gives {text(found['printed_value'])} as printed, where "
            f"{text(found['right_value'])} is right, at random parameters"
            for name, found in differing
            if "printed_value" in found
        ),
        numbers,
        remark="the tables of equations say what differs" if differing else "",
    )
