"""Titles that this paper adds to its page of findings."""

from koyu_2021.figures import FIGURES
from paper_replication.findings import Page, Shown

PAGE = Page(
    title="Fano coherences of a V system under polarised incoherent light, computed anew",
    names={"Delta": "Δ", "gamma": "γ"},
    figures={name: Shown(figure.title, "ratio", (1,)) for name, figure in FIGURES.items()},
)
