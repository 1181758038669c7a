"""How far the master equations can be trusted: their errors against exact solutions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from li_cai_sun_2015.figures.style import EQUATION_STYLES, new_figure, panel_label

TITLES = {"lambda": r"$\Lambda$ type", "v": "V type"}
LABELS = {
    "strength": r"coupling spectrum at its peak $\gamma/\varepsilon$",
    "damping": r"width of the spectra $\kappa/\varepsilon$",
    "detuning": r"modes off resonance by $|\Omega_\alpha - \varepsilon|/\varepsilon$",
}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw the error of every equation over strength, width and detuning.

    Parameters
    ----------
    datasets : sequence of Dataset
        As `exact_comparison` gives it.

    Returns
    -------
    Figure
        Columns: Lambda and V. The error of the truncated exact solution is below
        the lower edge of the panels or drawn as a grey area.
    """
    (trust,) = datasets
    figure = new_figure(7.0, 8.0)
    panels = figure.subplots(3, 2)
    for row, (scan, label) in zip(panels, LABELS.items(), strict=True):
        for axes, system in zip(row, trust["system"].values, strict=True):
            _errors(axes, trust.sel(system=system), scan)
            axes.set_xlabel(label)
        row[0].set_ylabel(r"error of $\rho_{12}$")
    letters = iter("abcdef")
    for row in panels:
        for axes, system in zip(row, trust["system"].values, strict=True):
            panel_label(axes, next(letters), TITLES[str(system)])
    handles, names = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, names, loc="outside lower center", ncols=3)
    return figure


def _errors(axes: Axes, trust: xr.Dataset, scan: str) -> None:
    x = trust[scan].values
    axes.plot(x, trust[f"{scan}_coherence"], color="0.75", lw=4.0, label=r"exact $|\rho_{12}|$")
    for equation, (name, color, dashes, marker) in EQUATION_STYLES.items():
        error = trust[f"{scan}_error"].sel(equation=equation)
        axes.plot(x, error, dashes, color=color, marker=marker, mfc="none", label=name)
    truncation = trust[f"{scan}_truncation"].values
    axes.set_yscale("log")
    if scan != "detuning":
        axes.set_xscale("log")
    low, _ = axes.get_ylim()
    if truncation.max() > low:
        axes.fill_between(x, np.full_like(truncation, low), truncation, color="0.9", zorder=0)
        axes.set_ylim(bottom=low)
    if scan == "strength":
        orders = [
            rf"{name}: {float(trust['order'].sel(equation=equation)):.2f}"
            for equation, (name, *_) in EQUATION_STYLES.items()
        ]
        axes.text(
            0.97,
            0.03,
            "order in $\\gamma$\n" + "\n".join(orders),
            transform=axes.transAxes,
            ha="right",
            va="bottom",
            fontsize=7,
        )
