"""Fig. 5: two coupled two-level systems and the transitions between their eigenstates."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from li_cai_sun_2015.figures.style import BLUE, GREEN, PURPLE, VERMILION, new_figure, panel_label


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw (a) the two TLSs on their baths and (b) the eigenstates at their energies.

    Parameters
    ----------
    datasets : sequence of Dataset
        Steady states of the coupled TLSs, which hold the eigen-energies.

    Returns
    -------
    Figure
    """
    (dataset,) = datasets
    figure = new_figure(7.0, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=(5, 4))
    _sketch(left)
    panel_label(left, "a")
    _levels(right, dataset["level_energy"])
    panel_label(right, "b")
    return figure


def _sketch(axes: Axes) -> None:
    axes.set_axis_off()
    axes.set_xlim(0.2, 11.8)
    axes.set_ylim(-0.1, 5.1)
    for number, bath_x, tls_x, color in ((1, 0.2, 3.6, BLUE), (2, 9.8, 8.4, VERMILION)):
        axes.add_patch(
            FancyBboxPatch(
                (bath_x + 0.1, 1.6),
                1.8,
                2.8,
                boxstyle="round,pad=0.1",
                facecolor=color,
                alpha=0.18,
                edgecolor="none",
            )
        )
        axes.text(
            bath_x + 1.0, 3.0, f"bath {number}\n$T_{number}$", ha="center", va="center", color=color
        )
        for y, name in ((1.8, "g"), (4.2, "e")):
            axes.plot([tls_x - 0.7, tls_x + 0.7], [y, y], color="black", lw=2)
            offset = -0.15 if name == "g" else 0.15
            axes.text(
                tls_x,
                y + offset,
                rf"$|{name}_{number}\rangle$",
                ha="center",
                va="top" if name == "g" else "bottom",
            )
        _arrow(axes, (tls_x, 1.85), (tls_x, 4.15), "black")
        inner = (2.25, tls_x - 0.25) if number == 1 else (9.75, tls_x + 0.25)
        _arrow(axes, (inner[0], 3.0), (inner[1], 3.0), color)
        axes.text(
            tls_x + (0.25 if number == 1 else -0.25),
            3.5,
            rf"$\omega_{number}$",
            ha="left" if number == 1 else "right",
            va="center",
        )
    _arrow(axes, (4.7, 3.0), (7.3, 3.0), "black")
    axes.text(6.0, 3.15, "$g$", ha="center", va="bottom")
    axes.text(
        6.0,
        0.4,
        r"$H_S = \frac{\omega_1}{2}\sigma^z_1 + \frac{\omega_2}{2}\sigma^z_2"
        r" + g(\sigma^+_1\sigma^-_2 + \sigma^-_1\sigma^+_2)$",
        ha="center",
        va="center",
    )


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], color: str) -> None:
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="<|-|>",
            mutation_scale=9,
            color=color,
            lw=1.1,
            shrinkA=0,
            shrinkB=0,
        )
    )


def _levels(axes: Axes, energy: xr.DataArray) -> None:
    """Levels at their energies; G, E1, E2 form the V and E1, E2, D the Lambda."""
    place = {"G": 0.0, "E1": -1.0, "E2": 1.0, "D": 0.0}
    height = {level: float(energy.sel(level=level)) for level in place}
    names = {"G": "|G\\rangle", "E1": "|E_1\\rangle", "E2": "|E_2\\rangle", "D": "|D\\rangle"}
    for level, x in place.items():
        axes.plot([x - 0.42, x + 0.42], [height[level]] * 2, color="black", lw=2)
        outside = x + (0.5 if x >= 0 else -0.5)
        axes.text(
            outside,
            height[level],
            f"${names[level]}$",
            va="center",
            ha="left" if x >= 0 else "right",
        )
    gap = 0.02 * (height["D"] - height["G"])
    for middle, shift in (("E1", -0.2), ("E2", 0.2)):
        _arrow(axes, (shift, height["G"] + gap), (place[middle], height[middle] - gap), GREEN)
        _arrow(axes, (place[middle], height[middle] + gap), (shift, height["D"] - gap), PURPLE)
    axes.text(0.0, height["G"] * 0.5, "V", color=GREEN, ha="center", va="center", size=11)
    axes.text(0.0, height["D"] * 0.5, r"$\Lambda$", color=PURPLE, ha="center", va="center", size=11)
    axes.set_xlim(-2.1, 2.1)
    axes.margins(y=0.08)
    axes.set_ylabel(r"energy $E/\varepsilon$")
    axes.set_xticks([])
    axes.tick_params(top=False, bottom=False, right=False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
