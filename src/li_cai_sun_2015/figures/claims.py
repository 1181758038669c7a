"""Where the claims that hold in part do hold, and how fast the steady state is reached."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.figures.style import (
    configuration_of,
    selected_systems,
    system_title,
    temperature_labels,
)
from paper_replication.figures import draw_quantity, new_figure, only_words, panel_label

READS = ["claims"]
TITLE = "Where the claims about the coherence hold"
CAPTION = r"""
**Paper:** the coherence grows with ΔT, becomes small at high and at low temperatures without
vanishing, and the steady state is unique.

**Here:** maps over the temperature of the colder bath and ΔT, with the right bath the hotter one,
beyond the ranges of Fig. 3: where these statements hold, the lines on which the coherence
vanishes away from equilibrium, and the gap of the generator, the slowest rate of relaxation. The
verdicts with their numbers are in the table of findings.
"""

#: Coherences below this share the darkest colour.
FAINTEST = 1e-10
#: What counts as small, and as much smaller, in claims 5 and 6.
SMALL = 0.1
NO_COHERENCE = "no value"
#: Steady states that are not unique, or not positive, have no coherence in the maps.
NO_STATE = "no unique, positive state"


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw the regions of claims 1, 2 and 4 to 6, and the gap of the generator.

    The dataset is that of the maps of the claims. Rows: |rho_12| with its zeros and where it falls
    with dT; |rho_12| over its peak, and that of V over that of Lambda; gap. Grey: no value, for
    the reason at the colour bar.
    """
    (maps,) = datasets
    chosen = selected_systems(configuration_of(datasets))
    there = [name for name in maps["system"].values if name in chosen]
    systems = [name for name in ("lambda", "v") if name in there]
    if not systems:
        return only_words("The variant has neither a Λ- nor a V-type system on baths of bosons.")
    unit = EnergyUnit(1.0)  # of the maps, whatever the own unit of the variant is
    labels = temperature_labels(unit)
    figure = new_figure(3.5 * len(systems), 7.6)
    panels = figure.subplots(3, len(systems), squeeze=False)
    letters = iter("abcdef")
    coherent = [name for name in systems if _largest(maps, name) > 0.0]
    for axes, name in zip(panels[0], systems, strict=True):
        one = maps.sel(system=name)
        _map(axes, one["coherence"], r"$|\rho_{12}|$", labels, FAINTEST, missing=NO_STATE)
        if name in coherent:
            _falling(axes, one["coherence_slope"])
            _zeros(axes, maps, name)
        panel_label(axes, next(letters), system_title(name))
    for axes, name in zip(panels[1], systems, strict=True):
        if name == "v" and len(systems) > 1:
            lam, v = (maps["coherence"].sel(system=one) for one in systems)
            shown = v.where(v > 0.0) / lam.where((lam > 0.0) & (len(coherent) == 2))
            label = r"$|\rho_{12}^{V}|\,/\,|\rho_{12}^{\Lambda}|$"
            _map(axes, shown, label, labels, 1e-2, 1e2)
            _contours(axes, shown, {SMALL: "-", 1.0: "--"})
            panel_label(axes, next(letters), r"V type relative to $\Lambda$ type")
            continue
        shown = maps["coherence_over_peak"].sel(system=name).where(name in coherent)
        label = r"$|\rho_{12}|\,/\,\max_T |\rho_{12}|$"
        _map(axes, shown, label, labels, 1e-4, 1.0)
        _contours(axes, shown, {SMALL: "-"})
        panel_label(axes, next(letters), f"{system_title(name)}, relative to its peak over $T$")
    for axes, name in zip(panels[2], systems, strict=True):
        gap = maps["relaxation_gap"].sel(system=name)
        label = f"gap ${unit.label('')}$"
        _map(axes, gap, label, labels, *_decades(gap), missing="not resolved")
        panel_label(axes, next(letters), f"{system_title(name)}, slowest relaxation")
    for axes in panels.flat:
        if axes.collections:
            _plotted_region(axes, maps)
        axes.label_outer()
    figure.legend(
        handles=[
            Line2D([], [], marker="o", ls="", color="black", mfc="white", label=r"$\rho_{12} = 0$"),
            Patch(fc="none", ec="black", hatch="/////", lw=0.0, label=r"falls with $\Delta T$"),
            Patch(fc="none", ec="black", ls=":", label="grid of the results"),
            Line2D([], [], color="black", label=f"ratio {SMALL:g}"),
            Line2D([], [], color="black", ls="--", label="ratio 1"),
            Patch(fc="0.85", label=NO_COHERENCE),
        ],
        loc="outside lower center",
        ncols=3 * len(systems),
        columnspacing=1.5,
    )
    return figure


def alternative(datasets: Sequence[xr.Dataset]) -> str:
    """Text for those who do not see the figure."""
    (maps,) = datasets
    texts = []
    for name in ("lambda", "v"):
        if name in maps["system"].values:
            zeros = int((maps["zero_system"] == name).sum())
            falls = float((maps["coherence_slope"].sel(system=name) < 0.0).mean())
            texts.append(
                f"{name}: {zeros} zeros of rho_12, falls with Delta T at {falls:.0%} of the points"
            )
    return "Maps over both temperatures, on logarithmic axes; " + "; ".join(texts) + "."


def _largest(maps: xr.Dataset, system: str) -> float:
    """Largest coherence of a system; zero where none is known."""
    return float(maps["coherence"].sel(system=system).fillna(0.0).max())


def _decades(values: xr.DataArray) -> tuple[float, float]:
    """Powers of ten around the values."""
    positive = values.values[values.values > 0.0]
    if not positive.size:
        return FAINTEST, 1.0
    low, high = np.floor(np.log10(positive.min())), np.ceil(np.log10(positive.max()))
    return 10.0**low, 10.0 ** max(high, low + 1.0)


def _map(
    axes: Axes,
    values: xr.DataArray,
    label: str,
    axis_labels: dict[str, str],
    *limits: float,
    missing: str = "no coherence",
) -> None:
    """Logarithmic colour map over logarithmic axes; grey where there is no value."""
    values = values.transpose("temperature", "temperature_difference")
    axes.set_xscale("log")
    axes.set_yscale("log")
    lowest, largest = limits if len(limits) > 1 else (limits[0], float(values.max()))
    if not largest > lowest:  # nothing to show: all zero, or nowhere known
        largest = 10.0 * lowest
    draw_quantity(
        axes,
        values,
        label,
        axis_labels,
        missing=missing,
        logarithmic=(lowest, largest),
        contours=0,
    )


def _falling(axes: Axes, slope: xr.DataArray) -> None:
    """Hatch where the coherence falls with the temperature difference."""
    slope = slope.transpose("temperature", "temperature_difference")
    falls = (slope < 0.0).astype(float)
    if not falls.any() or not axes.collections:
        return
    hatching = axes.contourf(
        slope["temperature_difference"],
        slope["temperature"],
        falls,
        levels=[0.5, 1.5],
        colors="none",
        hatches=["/////"],
    )
    hatching.set_edgecolor("white")
    hatching.set_linewidth(0.0)


def _zeros(axes: Axes, maps: xr.Dataset, name: str) -> None:
    """Temperatures at which the coherence vanishes out of equilibrium."""
    here = maps["zero_system"] == name
    axes.plot(
        maps["zero_temperature_difference"].values[here.values],
        maps["zero_temperature"].values[here.values],
        "o",
        color="white",
        ms=1.6,
        mew=0.0,
    )


def _contours(axes: Axes, values: xr.DataArray, levels: dict[float, str]) -> None:
    """Contour lines with a style each, black on a white rim to stand out anywhere."""
    values = values.transpose("temperature", "temperature_difference")
    for level, dashes in levels.items() if axes.collections else ():
        if not float(values.min()) < level < float(values.max()):
            continue
        for color, width, style in (("white", 2.4, "-"), ("black", 1.0, dashes)):
            axes.contour(
                values["temperature_difference"],
                values["temperature"],
                values,
                [level],
                colors=color,
                linewidths=width,
                linestyles=style,
            )


def _plotted_region(axes: Axes, maps: xr.Dataset) -> None:
    """Frame of the grid that the variant's results cover."""
    x, y = (
        np.clip(np.atleast_1d(maps.attrs[f"plotted_{name}"]), *maps[name].values[[0, -1]].tolist())
        for name in ("temperature_difference", "temperature")
    )
    for color, style in (("white", "-"), ("black", ":")):
        axes.add_patch(
            Rectangle(
                (x[0], y[0]), x[-1] - x[0], y[-1] - y[0], fill=False, ec=color, ls=style, lw=0.9
            )
        )
