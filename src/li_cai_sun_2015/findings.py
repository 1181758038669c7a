"""What this paper adds to its page of findings."""

from __future__ import annotations

from li_cai_sun_2015.figures import FIGURES
from paper_replication.findings import Page, Shown

#: Short names of figures, and the claims that lead to them.
NAMED = {
    "fig1": ("Fig. 1", ()),
    "fig2": ("Fig. 2", ()),
    "fig3": ("Fig. 3", (1, 2, 6)),
    "fig4": ("Fig. 4", (15,)),
    "fig5": ("Fig. 5", ()),
    "claims": ("regions of the claims", (1, 2, 4, 5, 9)),
    "secular_comparison": ("secular and non-secular", (3, 12, 13)),
    "flux": ("fluxes", (17, 18)),
    "weight_factors": ("weight factors", (16,)),
}

PAGE = Page(
    title="Steady quantum coherence in non-equilibrium environment, computed anew",
    remarks=("dT is the temperature of the hotter bath above that of the other.",),
    names={"eps": "ε", "w": "ω", "dT": "ΔT", "f": "f", "sz": "σ^z"},
    figures={name: Shown(figure.title, *NAMED.get(name, ())) for name, figure in FIGURES.items()},
)
