"""Every master equation on the variant's parameters: coherence and flux against Delta T."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr
from matplotlib.figure import Figure

from li_cai_sun_2015.figures.style import (
    EQUATION_STYLES,
    TEMPERATURE_DIFFERENCE,
    marker_positions,
    new_figure,
    panel_label,
)

PANELS = {
    "lambda": ("coherence", r"$\Lambda$ type", r"$|\rho_{12}|$"),
    "v": ("coherence", "V type", r"$|\rho_{12}|$"),
    "coupled_tls": ("internal_flux", "coupled TLSs", r"internal flux $J_{1-2}/\varepsilon$"),
}
SHOWN_TEMPERATURE = 0.5


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw |rho_12| of Lambda and V, and the internal flux of the coupled TLSs.

    Parameters
    ----------
    datasets : sequence of Dataset
        Steady states of the three systems by every equation there is for the variant.

    Returns
    -------
    Figure
    """
    figure = new_figure(7.0, 3.0)
    panels = dict(zip(PANELS, figure.subplots(1, 3), strict=True))
    found = {(data.attrs["system"], data.attrs["equation"]): data for data in datasets}
    for number, (system, axes) in enumerate(panels.items()):
        variable, title, label = PANELS[system]
        for step, (equation, (name, color, dashes, marker)) in enumerate(EQUATION_STYLES.items()):
            if (system, equation) not in found:
                continue
            data = found[system, equation].sel(temperature=SHOWN_TEMPERATURE, method="nearest")
            x = data["temperature_difference"]
            # Markers of different curves do not sit on each other where the grid is fine enough.
            shifted = step * (x.size // 60)
            marked = [at + shifted for at in marker_positions(x.size) if at + shifted < x.size]
            axes.plot(
                x,
                data[variable],
                dashes,
                color=color,
                marker=marker,
                mfc="none",
                markevery=marked,
                label=name,
            )
            cold = float(data["temperature"])
        axes.set_xlabel(TEMPERATURE_DIFFERENCE)
        axes.set_ylabel(label)
        panel_label(axes, "abc"[number], rf"{title}, $T = {cold:.3g}\,\varepsilon$")
    handles, names = panels["lambda"].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=len(names))
    return figure
