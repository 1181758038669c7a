"""What there is: the names of systems, equations and figures (imports nothing)."""

from __future__ import annotations

SYSTEMS = ("lambda", "v", "xi", "coupled_tls")

EQUATIONS = ("nonsecular", "nonsecular_lamb", "secular", "unified", "geometric")

#: The datasets that each figure is drawn from, in order.
FIGURES = {
    "fig3": ["lambda/nonsecular", "v/nonsecular"],
    "fig4": ["spectra"],
    "fig5": ["coupled_tls/nonsecular"],
    "weight_factors": ["spectra"],
    "secular_comparison": [
        f"{system}/{equation}"
        for system in ("lambda", "v", "xi")
        for equation in ("nonsecular", "secular")
    ],
    "flux": ["coupled_tls/nonsecular", "coupled_tls/secular"],
    "claims": ["claims"],
    "trust": ["trust"],
    "equations": [
        f"{system}/{equation}"
        for system in ("lambda", "v", "coupled_tls")
        for equation in EQUATIONS
    ],
}

FORMATS = ("png", "pdf", "svg")
