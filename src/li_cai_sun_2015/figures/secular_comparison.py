"""Secular beside non-secular steady states, for the Lambda, V and Xi systems."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.figures import style
from paper_replication.figures import (
    BLACK,
    Curve,
    draw_curves,
    new_figure,
    number,
    only_words,
    panel_label,
)

READS = [
    "lambda/nonsecular",
    "lambda/secular",
    "v/nonsecular",
    "v/secular",
    "xi/nonsecular",
    "xi/secular",
]
TITLE = "What the secular approximation throws away"
CAPTION = r"""
**Paper:** the secular approximation drops the interference of the two transitions; the paper says
that it is consistent in equilibrium only.

**Here:** non-secular (lines) beside secular (circles) steady states of the Λ, V and Ξ systems.
Top: coherence against ΔT; it is zero in the secular approximation unless the two levels are
degenerate, and always in Ξ. Middle: populations, which the approximation changes as well, by
little. Bottom: at the smallest \|ΔT\| in the data, which is equilibrium in the paper's variant,
the two agree; the note states the largest coherence that is left.
"""


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw non-secular (lines) beside secular (circles) steady states.

    The datasets are non-secular and secular steady states of each system. Columns: systems.
    Rows: |rho_12| against dT, populations against dT, populations against T at equal
    temperatures.
    """
    found = style.by_name(datasets)
    systems = [system for system in ("lambda", "v", "xi") if (system, "nonsecular") in found]
    if not systems:
        return only_words("The variant selects none of the three-level systems.")
    unit = EnergyUnit.of(datasets[0].attrs)
    labels = style.temperature_labels(unit)
    mean = style.mean_energy(found[systems[0], "nonsecular"])
    figure = new_figure(max(7.0 * len(systems) / 3, 3.4), 6.9)
    panels = figure.subplots(3, len(systems), squeeze=False)
    letters = iter("abcdefghi")
    for row in range(3):
        for axes, system in zip(panels[row], systems, strict=True):
            pair = found[system, "nonsecular"], found[system, "secular"]
            # At a temperature of the mean transition energy, and in equilibrium.
            cut = style.cut_at(pair[0], *((mean,) if row < 2 else (0.0, "temperature")))
            (_coherence if row == 0 else _populations)(axes, cut, *pair)
            axes.set_xlabel(labels[cut.along])
            panel_label(axes, next(letters), style.system_title(system) if row == 0 else "")
            note = cut.note(unit)
            if row == 2:
                largest = float(cut.of(style.coherence(pair[0])).max())
                note += ", " + _left(largest)
            axes.set_title(note, loc="right", fontsize=7)
    _limits(panels)
    for axes, label in zip(
        panels[:, 0], (r"$|\rho_{12}|$", "population", "population"), strict=True
    ):
        axes.set_ylabel(label)
    if panels[0, 0].get_legend_handles_labels()[0]:
        panels[0, 0].legend(loc="upper left")
    return figure


def alternative(datasets: Sequence[xr.Dataset]) -> str:
    """Text for those who do not see the figure."""
    texts = [
        f"{system} {equation}: {style.largest_in_words('|rho_12|', style.coherence(data))}"
        for (system, equation), data in style.by_name(datasets).items()
    ]
    return "Curves of coherence and populations; " + "; ".join(texts) + "."


def _left(largest: float) -> str:
    if not np.isfinite(largest):
        return style.NO_STEADY_STATE
    sign = "=" if largest == 0.0 else r"\leq"
    return rf"$|\rho_{{12}}| {sign} {number(largest, 2)}$"


def _limits(panels: np.ndarray) -> None:
    """One scale a row."""
    top = max(axes.dataLim.y1 for axes in panels[0])
    top = top if np.isfinite(top) and top > 0.0 else 1.0
    for axes in panels[0]:
        axes.set_ylim(-0.05 * top, 1.3 * top)
    for axes in panels[1:].flat:
        axes.set_ylim(0.0, 1.0)


def _coherence(axes: Axes, cut: style.Cut, nonsecular: xr.Dataset, secular: xr.Dataset) -> None:
    curves = [
        Curve(cut.of(style.coherence(nonsecular)), "non-secular"),
        Curve(cut.of(style.coherence(secular)), "secular", BLACK, "", "o"),
    ]
    draw_curves(axes, cut.of(nonsecular)[cut.along], curves, style.NO_STEADY_STATE)


def _populations(axes: Axes, cut: style.Cut, nonsecular: xr.Dataset, secular: xr.Dataset) -> None:
    x = cut.of(nonsecular)[cut.along]
    populations = [cut.of(data["population"]) for data in (nonsecular, secular)]
    curves = []
    for level, color in zip(nonsecular["level"].values, style.LEVEL_COLORS, strict=False):
        name = f"${style.level_name(str(level))}$"
        one, other = (values.sel(level=level) for values in populations)
        curves.append(Curve(one, name, color))
        curves.append(Curve(other, f"{name}, secular", color, "", "o"))
    draw_curves(axes, x, curves, style.NO_STEADY_STATE)
    if x.size > 1:
        for number_, (level, color) in enumerate(
            zip(nonsecular["level"].values, style.LEVEL_COLORS, strict=False)
        ):
            _label(axes, populations[0], str(level), color, (0.3, 0.55, 0.75)[number_ % 3])


def _label(axes: Axes, population: xr.DataArray, level: str, color: str, share: float) -> None:
    """Name of a level beside its line, below it where another line is close above."""
    (dimension,) = (name for name in population.dims if name != "level")
    x = population[dimension].values
    place = x[0] + share * (x[-1] - x[0])
    there = {
        str(name): float(np.interp(place, x, population.sel(level=name)))
        for name in population["level"].values
    }
    value = there[level]
    crowded = value > 0.12 and any(value < other < value + 0.15 for other in there.values())
    if np.isfinite(value):
        axes.annotate(
            f"${style.level_name(level)}$",
            (place, value),
            xytext=(0, -5 if crowded else 4),
            textcoords="offset points",
            color=color,
            ha="center",
            va="top" if crowded else "bottom",
        )
