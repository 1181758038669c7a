"""Weight factors of Eq. (B.6): two atoms a distance d apart in one isotropic field."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr
from matplotlib.figure import Figure

from li_cai_sun_2015.figures.style import BLACK, BLUE, VERMILION, new_figure, panel_label

LABELS = {1: r"$D = 1$: $\cos^2 x$", 2: r"$D = 2$: $J_0(x)^2$", 3: r"$D = 3$: $(\sin x/x)^2$"}
COLORS = {1: BLUE, 2: VERMILION, 3: BLACK}
DASHES = {1: "--", 2: "-.", 3: "-"}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw f(x), closed forms beside averages over directions, and their difference.

    Parameters
    ----------
    datasets : sequence of Dataset
        The bath spectra.

    Returns
    -------
    Figure
    """
    (spectra,) = datasets
    figure = new_figure(7.0, 2.8)
    left, right = figure.subplots(1, 2, width_ratios=(3, 2))
    x = spectra["phase"]
    for dimension, label in LABELS.items():
        closed = spectra["isotropic_weight_factor"].sel(dimension=dimension)
        averaged = spectra["direction_average"].sel(dimension=dimension)
        left.plot(x, closed, DASHES[dimension], color=COLORS[dimension], label=label)
        left.plot(x[::8], averaged[::8], "o", color=COLORS[dimension], mfc="none")
        # Zero differences cannot be drawn on a logarithmic axis.
        difference = abs(closed - averaged).clip(min=1e-18)
        right.semilogy(x, difference, DASHES[dimension], color=COLORS[dimension], lw=0.8)
    left.plot([], [], "o", color=BLACK, mfc="none", label="average over directions")
    left.legend(loc="upper center", ncols=2)
    left.set_ylim(-0.03, 1.4)
    left.set_ylabel(r"weight factor $f(x)$")
    right.set_ylabel(r"$|$closed form $-$ average$|$")
    right.set_ylim(1e-18, 1e-12)
    for axes, letter in ((left, "a"), (right, "b")):
        axes.set_xlabel(r"$x = \omega d/c$")
        axes.set_xlim(float(x[0]), float(x[-1]))
        panel_label(axes, letter)
    return figure
