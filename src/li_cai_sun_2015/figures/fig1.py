"""Fig. 1: the set-up, a few-level system between two heat baths."""

from collections.abc import Sequence

import xarray as xr
from matplotlib.figure import Figure

from li_cai_sun_2015.figures.sketches import arrow, box, canvas, level
from li_cai_sun_2015.figures.style import BATH_COLORS
from paper_replication.figures import new_figure

READS = ["spectra"]
TITLE = "Set-up"
CAPTION = r"""
**Paper:** Fig. 1 shows a multi-level system in contact with two heat baths of the temperatures T\
:sub:`L` and T\ :sub:`R`.

**Here:** the same sketch. The axes of the other figures are T = T\ :sub:`L` and ΔT = T\ :sub:`R`
− T\ :sub:`L`.
"""
ALT = (
    "Sketch: a three-level system in the middle, a heat bath of temperature T_L on its left and "
    "one of temperature T_L plus Delta T on its right, each exchanging energy with it."
)


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw a system between two baths.

    The datasets are the bath spectra; only what they say of the variant is used.
    """
    del datasets
    figure = new_figure(4.6, 1.7)
    axes = figure.subplots()
    canvas(axes, 12.0, 0.0, 4.4)
    box(axes, (0.2, 0.6), (2.6, 3.0), BATH_COLORS["left"], "bath $L$\n$T_L = T$")
    box(axes, (9.2, 0.6), (2.6, 3.0), BATH_COLORS["right"], "bath $R$\n$T_R = T + \\Delta T$")
    box(axes, (4.6, 0.3), (2.8, 3.6), "0.4")
    for y in (0.8, 1.1, 3.4):
        level(axes, (6.0, y), 1.0)
    arrow(axes, (3.05, 2.1), (4.4, 2.1), BATH_COLORS["left"])
    arrow(axes, (7.6, 2.1), (8.95, 2.1), BATH_COLORS["right"])
    axes.text(6.0, 2.3, "system\n$H_S$", ha="center", va="center")
    return figure
