"""What the secular approximation throws away, for the Lambda, V and Xi systems."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from li_cai_sun_2015.figures.style import (
    BLACK,
    BLUE,
    TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    VERMILION,
    marker_positions,
    new_figure,
    panel_label,
    scientific,
)

TITLES = {"lambda": r"$\Lambda$ type", "v": "V type", "xi": r"$\Xi$ type"}
COLORS = (BLUE, VERMILION, BLACK)
#: Temperature of bath L at which the lines against Delta T are drawn.
SHOWN_TEMPERATURE = 1.0


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw non-secular (lines) beside secular (circles) steady states.

    Parameters
    ----------
    datasets : sequence of Dataset
        Non-secular and secular steady states of each system in turn.

    Returns
    -------
    Figure
        Columns: systems. Rows: |rho_12| against dT, populations against dT,
        populations against T at equal temperatures.
    """
    figure = new_figure(7.0, 6.6)
    panels = figure.subplots(3, 3)
    pairs = zip(datasets[::2], datasets[1::2], strict=True)
    hot = {"temperature": SHOWN_TEMPERATURE}
    for column, (nonsecular, secular) in enumerate(pairs):
        top, middle, bottom = panels[:, column]
        _coherence(top, *(data.sel(hot, method="nearest") for data in (nonsecular, secular)))
        _populations(middle, *(data.sel(hot, method="nearest") for data in (nonsecular, secular)))
        equal = {"temperature_difference": 0.0}
        at_equal = [data.sel(equal, method="nearest") for data in (nonsecular, secular)]
        _populations(bottom, *at_equal)
        panel_label(top, "adg"[column], TITLES[nonsecular.attrs["system"]])
        panel_label(middle, "beh"[column])
        panel_label(bottom, "cfi"[column])
        for axes in (top, middle):
            axes.set_xlabel(TEMPERATURE_DIFFERENCE)
        bottom.set_xlabel(TEMPERATURE)
        cold = float(nonsecular["temperature"].sel(hot, method="nearest"))
        _note(middle, rf"$T = {cold:.3g}\,\varepsilon$")
        difference = float(at_equal[0]["temperature_difference"])
        largest = float(at_equal[0]["coherence"].max())
        # What rounding leaves of zero differs from machine to machine; the figure does not.
        bound = r"< 10^{-13}" if 0.0 < largest < 1e-13 else f"= {scientific(largest)}"
        _note(
            bottom,
            rf"$\Delta T = {difference:.3g}\,\varepsilon$, $|\rho_{{12}}| {bound}$",
        )
    shown = [data["coherence"].sel(hot, method="nearest") for data in datasets]
    largest = max(float(coherence.max()) for coherence in shown) or 1.0
    for axes in panels[0]:
        axes.set_ylim(-0.05 * largest, 1.25 * largest)
    for axes in panels[1:].flat:
        axes.set_ylim(0.0, 1.0)
    for axes, label in zip(
        panels[:, 0], (r"$|\rho_{12}|$", "population", "population"), strict=True
    ):
        axes.set_ylabel(label)
    panels[0, 0].legend(loc="upper left")
    return figure


def _note(axes: Axes, text: str) -> None:
    axes.text(0.96, 0.95, text, transform=axes.transAxes, ha="right", va="top", fontsize=8)


def _coherence(axes: Axes, nonsecular: xr.Dataset, secular: xr.Dataset) -> None:
    x = nonsecular["temperature_difference"]
    axes.plot(x, nonsecular["coherence"], color=BLACK, label="non-secular")
    shown = marker_positions(x.size)
    axes.plot(x[shown], secular["coherence"][shown], "o", color=BLACK, mfc="none", label="secular")


def _populations(axes: Axes, nonsecular: xr.Dataset, secular: xr.Dataset) -> None:
    population = nonsecular["population"]
    (dimension,) = (name for name in population.dims if name != "level")
    x = population[dimension].values
    shown = marker_positions(x.size)
    for level, color in zip(population["level"].values, COLORS, strict=True):
        values = population.sel(level=level).values
        axes.plot(x, values, color=color)
        axes.plot(
            x[shown],
            secular["population"].sel(level=level).values[shown],
            "o",
            color=color,
            mfc="none",
        )
        _label(axes, population, str(level), color)


def _label(axes: Axes, population: xr.DataArray, level: str, color: str) -> None:
    """Name of a level beside its line, below it where another line is close above."""
    (dimension,) = (name for name in population.dims if name != "level")
    levels = [str(name) for name in population["level"].values]
    place = int((0.3, 0.55, 0.75)[levels.index(level)] * population.sizes[dimension])
    there = population.isel({dimension: place})
    value = float(there.sel(level=level))
    crowded = bool(((there > value) & (there < value + 0.15)).any())
    if np.isfinite(value):
        axes.annotate(
            _level_name(level),
            (float(there[dimension]), value),
            xytext=(0, -5 if crowded else 4),
            textcoords="offset points",
            color=color,
            ha="center",
            va="top" if crowded else "bottom",
        )


def _level_name(level: str) -> str:
    return f"${level[0]}_{level[1]}$" if len(level) > 1 else f"${level}$"
