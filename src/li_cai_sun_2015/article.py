"""Sentences, tables and figures that this paper adds to the article of its replication."""

from collections.abc import Sequence
from pathlib import Path

import xarray as xr

from li_cai_sun_2015.chain import states
from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.figures.style import coherence, peak_in_words
from paper_replication import datasets
from paper_replication.article import Article, Code, Formula, Picture, Table
from steady_coherence import MASTER_EQUATIONS, SYSTEMS

ABSTRACT = (
    "A few-level system between two heat baths at different temperatures can keep a coherence "
    "between two of its energy levels in the steady state; the usual secular master equation "
    "discards it. We compute both equations anew, from the Hamiltonian, draw the figures of the "
    "paper, and judge each of its claims and numbered equations by numbers."
)

PAPER = (
    (
        "Li, Cai and Sun consider a system with two transitions of the energies eps_1 and "
        "eps_2, each coupled to two baths of bosons, one at the temperature T_L = T and the "
        "other at T_R = T + dT. With phi-_i for the lowering part of transition i and B_i for "
        "what the baths couple to it, the interaction, Eq. (3), is"
    ),
    Formula(
        r"H_(S B) = sum_i (phi_i^+ B_i + phi_i^- B_i^dagger), #h(1em) "
        r"gamma_(i j)(omega) = 2 pi sum_q g_(i q)^* g_(j q) delta(omega - omega_q).",
        "H_SB is the sum over i of phi+_i B_i + phi-_i B_i^dagger; gamma_ij(w) is 2 pi times the "
        "sum over the modes q of g*_iq g_jq delta(w - w_q).",
    ),
    (
        "The off-diagonal gamma_12 lets the two transitions interfere. To second order in H_SB, "
        "and without the secular approximation, the state obeys Eq. (12). Its rates Gamma-_ij "
        "and Gamma+_ij of emission and absorption are half the coupling spectra times N + 1 and "
        "N, summed over the baths. The paper solves it for the Lambda, V and Xi systems and "
        "for two coupled two-level systems (TLSs), and finds a steady rho_12 that vanishes at "
        "dT = 0 and grows with dT; the secular equation (9) has none. Section 3 gives the "
        "condition (19) for a coherence, and the proportions (20) and (22) of the couplings "
        "that destroy it."
    ),
    Picture("fig1"),
    Picture("fig2"),
)

#: Master equations beyond the paper's.
OTHERS = [each for each in MASTER_EQUATIONS.values() if not each.reference.startswith("Eq.")]

TRUST = (
    (
        "A bath whose spectrum is a single Lorentzian is one damped mode. A system with such "
        "baths has an exact solution without any master equation: system and modes together "
        "obey a Lindblad equation, whose steady state is computed with as many quanta a mode as "
        "it takes. Errors of all master equations against it tell how far each can be trusted. "
        "Beside those of the paper they are "
        f"{' and '.join(f'the {each.title} one ({each.reference})' for each in OTHERS)}."
    ),
    Picture("trust"),
    Picture("equations"),
)

RESULTS = [
    Picture(name)
    for name in ("fig3", "fig4", "fig5", "heat", "secular_comparison", "flux", "claims")
]


def article(results: Path) -> Article:
    """Sentences on a variant, with the numbers in the folder of its results."""
    variant = Variant.read(results / "configuration.json")
    found = [datasets.read(results / f"{name}.nc") for name in states(variant)]
    name = variant.name
    return Article(
        abstract=ABSTRACT,
        paper=PAPER,
        methods=[*_methods(found)],
        results=[_results(found), *RESULTS],
        trust=TRUST,
        references=[f"{each.reference}." for each in OTHERS],
        again=[
            (
                "Python, git and make are needed. The first command below installs what else "
                "there is to install, checked by hash, into a folder of its own; computes all "
                "results; and draws all figures. The second compares the paper's results with "
                "those that are kept, and two builds with each other, byte by byte. The third "
                "sets this article."
            ),
            Code(f'make variants="{name}"\nmake verify\nmake article variants="{name}"'),
            (
                "Verdicts with their numbers are in claims.json, steady states with diagnostics at "
                "every point in NetCDF files, one for each system and equation. A variant of the "
                "parameters is a file of a few lines of YAML."
            ),
        ],
    )


def _methods(found: Sequence[xr.Dataset]) -> list[str]:
    grid = {len(data.temperature) * len(data.temperature_difference) for data in found}
    points = sum(data["unique"].size for data in found)
    unique = sum(int(data["unique"].sum()) for data in found)
    residual = max(float(data["residual"].max()) for data in found)
    eigenvalue = min(float(data["min_eigenvalue"].min()) for data in found)
    return [
        (
            "Nothing is taken from the paper's reduced equations. The engine builds the "
            "generator of each master equation from the levels, the transitions and the "
            "coupling spectra, and solves for its null space; whether this is one-dimensional "
            "is decided at every point. The paper's numbered equations stand beside it as an "
            "independent path to the same numbers, and each is compared with what follows from "
            "(1) to (4)."
        ),
        (
            f"This variant has {points} steady states: {len(found)} pairs of a system and an "
            f"equation, on grids of {' and '.join(map(str, sorted(grid)))} pairs of "
            f"temperatures. {unique} of them are unique. The largest residual, the norm of what "
            "the generator makes of the state over the norm of the generator, is "
            f"{text_or_none(residual)}; the smallest eigenvalue of a state is "
            f"{text_or_none(eigenvalue)}."
        ),
        (
            "A claim is judged on a region of temperatures that reaches far beyond the figures, "
            "by a quantity, a tolerance and a search for counterexamples, all of which are "
            "kept with the verdict. It holds in part if it is true somewhere, and its "
            "counterexample is given."
        ),
    ]


def text_or_none(value: float) -> str:
    """Number for a sentence; of an empty set there is none."""
    return "not defined" if value != value else f"{value:.2g}"  # noqa: PLR0124 -- NaN


def _results(found: Sequence[xr.Dataset]) -> Table:
    rows = [
        [
            SYSTEMS[data.attrs["system"]].title,
            MASTER_EQUATIONS[data.attrs["equation"]].title,
            peak_in_words(coherence(data)),
        ]
        for data in found
    ]
    title = "Largest modulus of the steady coherence on the grid, and the temperatures of it."
    return Table(title, ["System", "Equation", "Largest coherence"], rows)
