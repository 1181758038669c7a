"""Section 5 in numbers: fluxes and coherence of the two coupled TLSs against Delta T."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.figures import style
from paper_replication.figures import (
    BLACK,
    BLUE,
    VERMILION,
    Curve,
    draw_curves,
    new_figure,
    only_words,
    panel_label,
)

READS = ["coupled_tls/nonsecular", "coupled_tls/secular", "spectra"]
TITLE = "Fluxes and coherence of two coupled two-level systems"
CAPTION = r"""
**Paper:** Section 5 identifies the imaginary part of the coherence of two coupled two-level
systems with the internal flux between them. It plots no numbers.

**Here:** (a) the internal flux J\ :sub:`1−2`, with −4g Im⟨E\ :sub:`1`\ \|ρ\|E\ :sub:`2`\ ⟩ on top
of it (crosses), (b) the flux J\ :sub:`1−B1` from bath 1, both as parts of d⟨σ\ :sup:`z`:sub:`1`\
⟩/dt, and (c) the coherence, non-secular (lines) beside secular (circles), at three temperatures
of bath 1. In the non-secular steady state the two fluxes cancel; J\ :sub:`1−2` is −4g Im⟨E\
:sub:`1`\ \|ρ\|E\ :sub:`2`\ ⟩, of the opposite sign to Eq. (28) as printed. The secular equation
has no internal flux where E\ :sub:`1` and E\ :sub:`2` differ, and yet a flux from the bath: it
breaks the continuity of the excitation of TLS 1.
"""

#: Temperatures of bath 1 that are shown, over the mean frequency, with their colours.
_SHOWN = {0.25: BLUE, 0.5: BLACK, 1.0: VERMILION}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw both fluxes and the coherence, non-secular (lines) beside secular (circles).

    The datasets are non-secular and secular steady states of the coupled TLSs.
    """
    found = style.by_name(datasets)
    if not found:
        return only_words("The variant does not select the coupled two-level systems.")
    unit = EnergyUnit.of(datasets[0].attrs)
    nonsecular, secular = (
        _shown(found["coupled_tls", name], _strongest(datasets))
        for name in ("nonsecular", "secular")
    )
    mean = style.mean_energy(nonsecular)
    coupling = style.configuration_of(datasets)["coupled_tls"]["coupling"]
    cuts = {style.cut_at(nonsecular, share * mean): color for share, color in _SHOWN.items()}
    if next(iter(cuts)).across != "temperature":
        cuts = {next(iter(cuts)): BLACK}
    figure = new_figure(7.0, 2.7)
    panels = figure.subplots(1, 3)
    labels = {
        "internal_flux": f"internal flux ${unit.label('J_{1-2}')}$",
        "bath_flux": f"bath flux ${unit.label('J_{1-B1}')}$",
        "coherence": r"coherence $|\langle E_1|\rho|E_2\rangle|$",
    }
    alone = all(nonsecular.sizes[cut.along] == 1 for cut in cuts)
    for axes, letter, (name, label) in zip(panels, "abc", labels.items(), strict=True):
        curves = []
        for cut, color in cuts.items():
            where = f", {cut.note(unit)}" if alone else ""
            x = cut.of(nonsecular)[cut.along]
            curves.append(Curve(cut.of(nonsecular[name]), f"non-secular{where}", color))
            curves.append(Curve(cut.of(secular[name]), f"secular{where}", color, "", "o"))
            if name == "internal_flux":
                from_coherence = -4.0 * coupling * cut.of(nonsecular["coherence_imag"])
                text = rf"$-4g\,\mathrm{{Im}}\langle E_1|\rho|E_2\rangle${where}"
                curves.append(Curve(from_coherence, text, color, "", "x", shift=1))
        draw_curves(axes, x, curves, style.NO_STEADY_STATE)
        axes.set_xlabel(style.temperature_labels(unit)[next(iter(cuts)).along])
        axes.set_ylabel(label)
        axes.margins(y=0.08)
        panel_label(axes, letter)
    if not alone:
        handles = [Line2D([], [], color=color, label=cut.note(unit)) for cut, color in cuts.items()]
        handles += [
            Line2D([], [], color=BLACK, label="non-secular"),
            Line2D([], [], color=BLACK, marker="o", mfc="none", ls="", label="secular"),
            Line2D(
                [],
                [],
                color=BLACK,
                marker="x",
                ls="",
                label=r"$-4g\,\mathrm{Im}\langle E_1|\rho|E_2\rangle$",
            ),
        ]
        figure.legend(handles=handles, loc="outside lower center", ncols=6, labelcolor="linecolor")
    return figure


def alternative(datasets: Sequence[xr.Dataset]) -> str:
    """Text for those who do not see the figure."""
    found = style.by_name(datasets)
    if not found:
        return "Not drawn."
    texts = []
    for (_, equation), data in found.items():
        shown = _shown(data, _strongest(datasets))
        fluxes = {"|J_1-2|": shown["internal_flux"], "|J_1-B1|": shown["bath_flux"]}
        texts.append(
            f"{equation}: " + ", ".join(map(style.largest_in_words, fluxes, fluxes.values()))
        )
    along = style.SYMBOLS["temperature_difference"].replace("\\", "").replace("D", "d")
    return f"Curves of the fluxes and the coherence over {along}; " + "; ".join(texts) + "."


def _shown(data: xr.Dataset, strongest: float) -> xr.Dataset:
    """Fluxes and coherence, zero where they are what rounding leaves of zero.

    The internal flux is at most 4 |g| sqrt(n_E1 n_E2). The flux from bath 1 is what it gives less
    what it takes, each about gamma_1 or, at temperatures above the frequency, T / omega times that.
    """
    one, other = (data["population"].sel(level=name) for name in data.attrs["coherent_pair"])
    coupling = style.configuration_of([data])["coupled_tls"]["coupling"]
    bounds = {
        "internal_flux": 4.0 * abs(coupling) * np.sqrt(abs(one)) * np.sqrt(abs(other)),
        "bath_flux": strongest * (1.0 + data["temperature"] / style.mean_energy(data)),
    }
    shown = data.assign(coherence=style.coherence(data))
    for name, bound in bounds.items():
        shown[name] = data[name].where(~(abs(data[name]) <= style.ROUNDING * bound), 0.0)
    return shown


def _strongest(datasets: Sequence[xr.Dataset]) -> float:
    """Largest value of the coupling spectrum of bath 1; zero where it is not known."""
    for data in datasets:
        if "site_coupling_spectrum" in data:
            return float(data["site_coupling_spectrum"].isel(site_bath=0).max())
    return 0.0
