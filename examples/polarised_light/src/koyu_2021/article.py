"""Sentences that this paper adds to the article of its replication."""

from pathlib import Path

from koyu_2021.data import ratio
from paper_replication import datasets
from paper_replication.article import Article, Code, Formula, Picture


def article(results: Path) -> Article:
    """Sentences on a variant, with the numbers of its results."""
    states = datasets.read(results / "v/nonsecular.nc")
    values = ratio(states)
    return Article(
        abstract="Polarised incoherent light drives a V system into a steady state with a "
        "coherence of its excited levels. We compute it anew by the non-secular master equation.",
        paper=[
            (
                "Two excited levels, a splitting Delta apart, decay with the rate gamma into "
                "empty modes without a cross term; a polarised beam pumps both with the rate r. "
                "The ratio C of coherence and excited population is, by the abstract,"
            ),
            Formula(
                "C = 1/(1 + Delta^2 / (gamma (r + gamma))).",
                "C is 1 over 1 plus Delta squared over gamma times (r + gamma).",
            ),
        ],
        methods=[
            (
                "The light is a bath that couples to both dipoles at once, and the empty modes "
                "are a second bath, whose cross term makes up for that of the first. The steady "
                "states come from the generator of the non-secular equation, at "
                f"{states.sizes['splitting']} splittings and {states.sizes['pumping']} pumping "
                "rates."
            ),
        ],
        results=[
            f"The ratio lies between {float(values.min()):.3g} and {float(values.max()):.3g}.",
            Picture("ratio"),
        ],
        trust=[],
        again=["In the folder of the project:", Code("make example")],
    )
