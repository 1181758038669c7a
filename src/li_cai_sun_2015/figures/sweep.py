"""A map or line cuts of any sweep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from li_cai_sun_2015.figures.style import (
    EQUATION_STYLES,
    TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    marker_positions,
    new_figure,
    value_map,
)

SYSTEMS = {
    "lambda": r"$\Lambda$ type",
    "v": "V type",
    "xi": r"$\Xi$ type",
    "coupled_tls": "coupled TLSs",
}
LABELS = {
    "population": "population of {which}",
    "coherence_real": r"$\mathrm{{Re}}\,{rho}$",
    "coherence_imag": r"$\mathrm{{Im}}\,{rho}$",
    "coherence": r"$|{rho}|$",
    "residual": "residual",
    "min_eigenvalue": r"smallest eigenvalue of $\rho$",
    "kossakowski_min_eigenvalue": r"smallest Kossakowski eigenvalue$/\varepsilon$",
    "unique": "steady state unique",
    "energy_current": r"energy current out of bath {which}$/\varepsilon^2$",
    "internal_flux": r"internal flux $J_{{1-2}}/\varepsilon$",
    "bath_flux": r"bath flux $J_{{1-B1}}/\varepsilon$",
}
MOST_CURVES = 8


def draw(datasets: Sequence[xr.Dataset], figure: Mapping[str, Any]) -> Figure:
    """Draw a variable of a sweep over two of its dimensions, cut at a point of the others.

    Parameters
    ----------
    datasets : sequence of Dataset
        One sweep; only what is shown of it is read.
    figure : mapping
        As in a variant's `sweep.figures`.

    Returns
    -------
    Figure
    """
    (data,) = datasets
    named = {name: figure[name] for name in ("level", "bath") if name in figure}
    values = data[figure["variable"]].sel(named).sel(figure["at"], method="nearest")
    across = figure.get("y", figure.get("curves"))
    values = values.transpose(across, figure["x"]).load().astype(float)
    rho = r"\rho_{12}" if data.attrs["system"] != "coupled_tls" else r"\langle E_1|\rho|E_2\rangle"
    label = LABELS[figure["variable"]].format(rho=rho, which="".join(named.values()))
    drawn = new_figure(4.6, 3.4)
    axes = drawn.subplots()
    if "y" in figure:
        value_map(axes, values, label)
        axes.set_ylabel(_label(data, across))
    else:
        _line_cuts(axes, values, _symbol(data, across))
        axes.set_ylabel(label)
    axes.set_xlabel(_label(data, figure["x"]))
    equation = EQUATION_STYLES[data.attrs["equation"]][0]
    where = [f"{_symbol(data, name)} = {float(values[name]):.4g}" for name in figure["at"]]
    axes.set_title(f"{SYSTEMS[data.attrs['system']]}, {equation}\n{',  '.join(where)}", fontsize=8)
    return drawn


def _line_cuts(axes: Axes, values: xr.DataArray, symbol: str) -> None:
    """One line for each value of the first dimension, or for some of them."""
    across, along = values.dims
    shown = marker_positions(values.sizes[across], MOST_CURVES)
    colors = mpl.colormaps["cividis"](np.linspace(0.0, 0.85, len(shown)))
    alone = values.sizes[along] == 1
    for at, color in zip(shown, colors, strict=True):
        curve = values[at]
        axes.plot(
            curve[along],
            curve,
            "o" if alone else "-",
            color=color,
            label=f"{float(curve[across]):.4g}",
        )
    if not alone:
        axes.set_xlim(float(values[along][0]), float(values[along][-1]))
    axes.legend(title=symbol, title_fontsize=8, loc="center left", bbox_to_anchor=(1.01, 0.5))


def _symbol(data: xr.Dataset, dimension: str) -> str:
    symbols = {
        "temperature": r"$T/\varepsilon$",
        "temperature_difference": r"$\Delta T/\varepsilon$",
    }
    return symbols.get(dimension) or str(data[dimension].attrs["symbol"])


def _label(data: xr.Dataset, dimension: str) -> str:
    labels = {"temperature": TEMPERATURE, "temperature_difference": TEMPERATURE_DIFFERENCE}
    return labels.get(dimension) or _symbol(data, dimension)
