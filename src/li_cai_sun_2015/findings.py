"""Titles and sentences that this paper adds to its page of findings."""

from li_cai_sun_2015.figures import FIGURES
from paper_replication.findings import Page, Shown

#: Short names of figures to which claims lead, and these claims.
NAMED = {
    "fig3": ("Fig. 3", (1, 2, 6, 21, 23)),
    "fig4": ("Fig. 4", (15, 26)),
    "claims": ("regions of the claims", (1, 2, 4, 5, 9)),
    "secular_comparison": ("secular and non-secular", (3, 12, 13)),
    "flux": ("fluxes", (17, 18, 27)),
    "spectra": ("spectra", (16,)),
    "weight_factors": ("weight factors", (29,)),
}

#: Names of quantities, and of the systems.
SYMBOLS = {"eps": "ε", "w": "ω", "dT": "ΔT", "f": "f", "sz": "σ^z"}
SYMBOLS |= {"Lambda": "Λ", "lambda": "Λ", "Xi": "Ξ"}

PAGE = Page(
    title="Steady quantum coherence in non-equilibrium environment, computed anew",
    remarks=("dT is the temperature of the hotter bath above that of the other.",),
    names=SYMBOLS,
    explorer="explorer.html",
    figures={name: Shown(figure.heading, *NAMED.get(name, ())) for name, figure in FIGURES.items()},
)
