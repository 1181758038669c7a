"""Section 5 in numbers: fluxes and coherence of the two coupled TLSs against Delta T."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from li_cai_sun_2015.figures.style import (
    BLACK,
    BLUE,
    TEMPERATURE_DIFFERENCE,
    VERMILION,
    marker_positions,
    new_figure,
    panel_label,
)

PANELS = {
    "internal_flux": r"internal flux $J_{1-2}/\varepsilon$",
    "bath_flux": r"bath flux $J_{1-B1}/\varepsilon$",
    "coherence": r"coherence $|\langle E_1|\rho|E_2\rangle|$",
}
#: Temperatures of bath 1 that are shown, with their colours.
SHOWN = {0.25: BLUE, 0.5: BLACK, 1.0: VERMILION}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw both fluxes and the coherence, non-secular (lines) beside secular (circles).

    Parameters
    ----------
    datasets : sequence of Dataset
        Non-secular and secular steady states of the coupled TLSs.

    Returns
    -------
    Figure
    """
    nonsecular, secular = datasets
    figure = new_figure(7.0, 2.6)
    panels = figure.subplots(1, 3)
    difference = nonsecular["temperature_difference"].values
    shown = marker_positions(difference.size)
    temperatures = nonsecular["temperature"].values
    nearest = {
        int(np.abs(temperatures - wanted).argmin()): color for wanted, color in SHOWN.items()
    }
    for axes, letter, (name, label) in zip(panels, "abc", PANELS.items(), strict=True):
        for at, color in nearest.items():
            axes.plot(difference, nonsecular[name][at], color=color)
            axes.plot(
                difference[shown], secular[name][at].values[shown], "o", color=color, mfc="none"
            )
        axes.set_xlabel(TEMPERATURE_DIFFERENCE)
        axes.set_ylabel(label)
        axes.margins(y=0.08)
        panel_label(axes, letter)
    panels[0].legend(
        handles=[
            Line2D([], [], color=color, label=rf"$T = {temperatures[at]:.3g}\,\varepsilon$")
            for at, color in nearest.items()
        ]
    )
    panels[1].legend(
        handles=[
            Line2D([], [], color=BLACK, label="non-secular"),
            Line2D([], [], color=BLACK, marker="o", mfc="none", ls="", label="secular"),
        ]
    )
    return figure
