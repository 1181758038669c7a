"""The ratio of coherence and population, over the splitting."""

from collections.abc import Sequence

import xarray as xr
from matplotlib.figure import Figure

from koyu_2021.data import printed_ratio, ratio
from paper_replication.figures import BLACK, BLUE, GREEN, VERMILION, new_figure

READS = ["v/nonsecular"]
TITLE = "Ratio of coherence and population"
CAPTION = """
**Paper:** the ratio of steady coherence and excited population falls with the splitting.

**Here:** the non-secular master equation (circles) on the formula of the abstract (lines).
"""
ALT = (
    "Curves of Re rho_12 over n_e against the splitting, on a logarithmic axis, one for each "
    "pumping rate; circles, the computed values, lie on the lines of the printed formula."
)


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw the ratio at every pumping rate, computed and as printed."""
    [states] = datasets
    figure = new_figure(4.0, 3.0)
    axes = figure.subplots()
    colours = (BLACK, BLUE, GREEN, VERMILION)
    for rate, colour in zip(states["pumping"], colours, strict=False):
        label = rf"$r/\gamma = {float(rate):g}$"
        one, other = (values.sel(pumping=rate) for values in (ratio(states), printed_ratio(states)))
        axes.plot(states["splitting"], one, "o", mfc="none", color=colour, label=label)
        axes.plot(states["splitting"], other, color=colour)
    axes.set_xscale("log")
    axes.set_xlabel(r"splitting $\Delta/\gamma$")
    axes.set_ylabel(r"$\mathrm{Re}\,\rho_{12}/n_e$")
    axes.legend(labelcolor="linecolor")
    return figure
