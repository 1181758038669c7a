"""A map or line cuts of any sweep."""

from collections.abc import Mapping, Sequence
from typing import Any

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.figures import style
from paper_replication.figures import (
    Curve,
    draw_curves,
    draw_quantity,
    marker_positions,
    new_figure,
    number,
)

TITLE = "A cut through a sweep"
CAPTION = r"""
**Paper:** not in it.

**Here:** a cut through the variant's sweep, the steady states over some of its parameters, T and
ΔT. Above the axes stand the system, the master equation and the point at which the other
dimensions are cut.
"""

LABELS = {
    "population": "population of {which}",
    "coherence_real": r"$\mathrm{{Re}}\,{rho}$",
    "coherence_imag": r"$\mathrm{{Im}}\,{rho}$",
    "coherence": r"$|{rho}|$",
    "residual": "residual",
    "min_eigenvalue": r"smallest eigenvalue of $\rho$",
    "kossakowski_min_eigenvalue": r"smallest Kossakowski eigenvalue{energy}",
    "unique": "steady state unique",
    "energy_current": r"energy current out of bath {which}{current}",
    "entropy_production": r"entropy production $\sigma${energy}",
    "particle_current": r"particle current out of bath {which}{energy}",
    "internal_flux": r"internal flux $J_{{1-2}}${energy}",
    "bath_flux": r"bath flux $J_{{1-B1}}${energy}",
}
_MOST_CURVES = 8
#: Of trace one: what is below the last bits of 1 is rounding.
_ROUNDED = ("coherence", "coherence_real", "coherence_imag")


def draw(datasets: Sequence[xr.Dataset], figure: Mapping[str, Any]) -> Figure:
    """Draw a variable of a sweep over two of its dimensions, cut at a point of the others.

    Only what is shown of the one dataset is read; the figure is as in a variant's `sweep.figures`.
    """
    (data,) = datasets
    varies = "three_level.mean_energy" in data.dims
    unit = EnergyUnit(None) if varies else EnergyUnit.of(data.attrs)
    named = {name: figure[name] for name in ("level", "bath") if name in figure}
    values = data[figure["variable"]].sel(named).sel(figure["at"], method="nearest")
    across = figure.get("y", figure.get("curves"))
    values = values.transpose(across, figure["x"]).load().astype(float)
    if figure["variable"] in _ROUNDED:
        values = _without_rounding(values)
    label = LABELS[figure["variable"]].format(
        rho=r"\rho_{12}"
        if data.attrs["system"] != "coupled_tls"
        else r"\langle E_1|\rho|E_2\rangle",
        which="".join(named.values()),
        energy=f"${unit.label('')}$" if unit.symbol else "",
        current=f"${unit.label('', 2)}$" if unit.symbol else "",
    )
    drawn = new_figure(4.6, 3.5)
    axes = drawn.subplots()
    labels = {str(name): _label(data, str(name), unit) for name in values.dims}
    if "y" in figure:
        draw_quantity(axes, values, label, labels, missing=style.NO_STEADY_STATE)
    else:
        _line_cuts(axes, values, _symbol(data, across, unit))
        axes.set_ylabel(label)
        axes.set_xlabel(labels[figure["x"]])
    where = [
        f"{_symbol(data, name, unit)} = ${number(float(values[name]), 4)}$" for name in figure["at"]
    ]
    system, equation = data.attrs["system"], data.attrs["equation"]
    title = f"{style.system_title(system)}, {style.equation_style(equation)[0]}"
    axes.set_title("\n".join([title, ",  ".join(where)]), fontsize=8)
    return drawn


def _without_rounding(values: xr.DataArray) -> xr.DataArray:
    """Values, zero where all of them are what rounding leaves of zero."""
    largest = float(abs(values).max())
    return values.where(np.isnan(values), 0.0) if largest < 1e-15 else values


def _line_cuts(axes: Axes, values: xr.DataArray, symbol: str) -> None:
    """One line for each value of the first dimension, or for some of them."""
    across, along = values.dims
    values = values.sortby(along)
    shown = marker_positions(values.sizes[across], _MOST_CURVES)
    colors = mpl.colormaps["cividis"](np.linspace(0.0, 0.85, len(shown)))
    curves = [
        Curve(values[at], f"{symbol} = ${number(float(values[at][across]), 4)}$", color)
        for at, color in zip(shown, colors, strict=True)
    ]
    draw_curves(axes, values[along], curves, style.NO_STEADY_STATE)
    if axes.lines:
        axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), labelcolor="linecolor")


def _symbol(data: xr.Dataset, dimension: str, unit: EnergyUnit) -> str:
    if dimension in style.SYMBOLS:
        return f"${unit.label(style.SYMBOLS[dimension])}$"
    return str(data[dimension].attrs["symbol"])


def _label(data: xr.Dataset, dimension: str, unit: EnergyUnit) -> str:
    return style.temperature_labels(unit).get(dimension) or _symbol(data, dimension, unit)
