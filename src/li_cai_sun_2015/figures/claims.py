"""Where the claims that hold in part do hold, and how fast the steady state is reached."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from li_cai_sun_2015.figures.style import (
    TEMPERATURE,
    TEMPERATURE_DIFFERENCE,
    new_figure,
    panel_label,
)

#: Coherences below this share the darkest colour.
FAINTEST = 1e-10
#: What counts as small, and as much smaller, in claims 5 and 6.
SMALL = 0.1
NAMES = {"lambda": r"$\Lambda$", "v": "V"}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw the regions of claims 1, 2 and 4 to 6, and the gap of the generator.

    Parameters
    ----------
    datasets : sequence of Dataset
        The maps of the claims.

    Returns
    -------
    Figure
        Rows: |rho_12| with its zeros and where it falls with dT; |rho_12| over
        its peak, and that of V over that of Lambda; gap. Grey: a gap below the
        rounding of the eigenvalues, or no unique density matrix.
    """
    (maps,) = datasets
    figure = new_figure(7.0, 7.6)
    panels = figure.subplots(3, 2)
    for axes, letter, name in zip(panels[0], "ab", NAMES, strict=True):
        one = maps.sel(system=name)
        _map(axes, one["coherence"], r"$|\rho_{12}|$", FAINTEST)
        _falling(axes, one["coherence_slope"])
        _zeros(axes, maps, name)
        panel_label(axes, letter, f"{NAMES[name]} type")
    lam, v = (maps["coherence"].sel(system=name) for name in NAMES)
    small = maps["coherence_over_peak"].sel(system="lambda")
    _map(panels[1, 0], small, r"$|\rho_{12}|\,/\,\max_T |\rho_{12}|$", 1e-4)
    _contours(panels[1, 0], small, {SMALL: "-"})
    panel_label(panels[1, 0], "c", r"$\Lambda$ type, relative to its peak over $T$")
    ratio = v / lam.where(lam > 0.0)
    _map(panels[1, 1], ratio, r"$|\rho_{12}^{V}|\,/\,|\rho_{12}^{\Lambda}|$", 1e-2, 1e2)
    _contours(panels[1, 1], ratio, {SMALL: "-", 1.0: "--"})
    panel_label(panels[1, 1], "d", r"V type relative to $\Lambda$ type")
    gaps = maps["relaxation_gap"]
    for axes, letter, name in zip(panels[2], "ef", NAMES, strict=True):
        _map(axes, gaps.sel(system=name), r"gap${}/\varepsilon$", _lowest(gaps.sel(system=name)))
        panel_label(axes, letter, f"{NAMES[name]} type, slowest relaxation")
    for axes in panels.flat:
        _plotted_region(axes, maps)
    for axes in panels[:, 0]:
        axes.set_ylabel(TEMPERATURE)
    for axes in panels[-1]:
        axes.set_xlabel(TEMPERATURE_DIFFERENCE)
    figure.legend(
        handles=[
            Line2D([], [], marker="o", ls="", color="black", mfc="white", label=r"$\rho_{12} = 0$"),
            Patch(fc="none", ec="black", hatch="/////", lw=0.0, label=r"falls with $\Delta T$"),
            Patch(fc="none", ec="black", ls=":", label="grid of the results"),
            Line2D([], [], color="black", label=f"ratio {SMALL:g}"),
            Line2D([], [], color="black", ls="--", label="ratio 1"),
            Patch(fc="0.8", label="no value"),
        ],
        loc="outside lower center",
        ncols=6,
        columnspacing=1.5,
    )
    return figure


def _lowest(values: xr.DataArray) -> float:
    """Power of ten below the smallest value."""
    smallest = float(values.min())
    return 10.0 ** np.floor(np.log10(smallest)) if smallest > 0.0 else FAINTEST


def _map(
    axes: Axes, values: xr.DataArray, label: str, lowest: float, highest: float | None = None
) -> None:
    """Logarithmic colour map over logarithmic axes; grey where there is no value."""
    values = values.transpose("temperature", "temperature_difference")
    x, y = values["temperature_difference"].values, values["temperature"].values
    largest = float(values.max()) if highest is None else highest
    if not largest > lowest:  # nothing to show: all zero, or nowhere known
        largest = 10.0 * lowest
    # Zero has no logarithm; it belongs to the darkest colour.
    shown = np.where(values > 0.0, values, np.where(np.isnan(values), np.nan, 1e-3 * lowest))
    image = axes.pcolormesh(
        x, y, shown, norm=LogNorm(lowest, largest), shading="nearest", rasterized=True
    )
    below = bool((values < lowest).any())
    above = bool((values > largest).any())
    extend = {(False, False): "neither", (True, False): "min", (False, True): "max"}
    figure = axes.figure
    figure.colorbar(
        image, ax=axes, label=label, pad=0.02, extend=extend.get((below, above), "both")
    )
    axes.set_facecolor("0.8")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(y[0], y[-1])
    axes.tick_params(which="both", direction="out", top=False, right=False)


def _falling(axes: Axes, slope: xr.DataArray) -> None:
    """Hatch where the coherence falls with the temperature difference."""
    slope = slope.transpose("temperature", "temperature_difference")
    falls = (slope < 0.0).astype(float)
    if not falls.any():
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
    for level, dashes in levels.items():
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
