"""Fig. 3: modulus of the steady coherence over T and Delta T."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr
from matplotlib.figure import Figure

from li_cai_sun_2015.figures.style import grid_map, new_figure, panel_label

TITLES = {"lambda": r"$\Lambda$ type", "v": "V type"}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw |rho_12| of (a) the Lambda and (b) the V system.

    Parameters
    ----------
    datasets : sequence of Dataset
        Steady states of the two systems, non-secular.

    Returns
    -------
    Figure
    """
    figure = new_figure(7.0, 3.0)
    for axes, letter, dataset in zip(figure.subplots(1, 2), "ab", datasets, strict=True):
        grid_map(axes, dataset["coherence"], r"$|\rho_{12}|$")
        panel_label(axes, letter, TITLES[dataset.attrs["system"]])
    return figure
