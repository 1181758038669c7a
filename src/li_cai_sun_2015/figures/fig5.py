"""Fig. 5: two coupled two-level systems and the transitions between their eigenstates."""

from collections.abc import Sequence

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.figures.sketches import arrow, box, canvas, level, offset
from li_cai_sun_2015.figures.style import BATH_COLORS, configuration_of, level_name
from paper_replication.figures import GREEN, PURPLE, new_figure, only_words, panel_label

READS = ["coupled_tls/nonsecular"]
TITLE = "Two coupled two-level systems and their eigenstates"
CAPTION = r"""
**Paper:** Fig. 5 sketches (a) two coupled two-level systems, each with a heat bath of its own,
and (b) the transitions between their four eigenstates.

**Here:** which of the two has the larger frequency is the variant's, and the eigenstates stand at
their computed energies. G, E\ :sub:`1`, E\ :sub:`2` form the V (green), E\ :sub:`1`, E\ :sub:`2`,
D the Λ (purple); each bath drives all four transitions. E\ :sub:`G` and E\ :sub:`D` are −Ω and +Ω
with Ω = (ω\ :sub:`1` + ω\ :sub:`2`)/2, where Eq. (26) prints half of that.
"""


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw (a) the two TLSs on their baths and (b) the eigenstates at their energies.

    The datasets are steady states of the coupled TLSs, which hold the eigen-energies.
    """
    if not datasets:
        return only_words("The variant does not select the coupled two-level systems.")
    (dataset,) = datasets
    unit = EnergyUnit.of(dataset.attrs)
    section = configuration_of(datasets)["coupled_tls"]
    figure = new_figure(7.0, 3.4)
    left, right = figure.subplots(1, 2, width_ratios=(5, 4))
    _sketch(left, section["frequency_1"], section["frequency_2"])
    panel_label(left, "a")
    _levels(right, dataset["level_energy"])
    right.set_ylabel(f"energy ${unit.label('E')}$")
    panel_label(right, "b")
    return figure


def alternative(datasets: Sequence[xr.Dataset]) -> str:
    """Text for those who do not see the figure."""
    if not datasets:
        return "Not drawn."
    energy = datasets[0]["level_energy"]
    listed = ", ".join(
        f"{name} {float(energy.sel(level=name)):.4g}" for name in energy.level.values
    )
    return (
        "(a) Two two-level systems, coupled to each other, each to a heat bath of its own; "
        f"(b) the four eigenstates at the energies {listed}, and the transitions between them."
    )


def _sketch(axes: Axes, frequency_1: float, frequency_2: float) -> None:
    canvas(axes, 12.0, -0.1, 5.1)
    mean = 0.5 * (frequency_1 + frequency_2)
    apart = offset(frequency_1 - frequency_2, mean, 1.2)
    for number, bath_x, tls_x, half in ((1, 0.3, 3.6, apart / 2), (2, 9.9, 8.4, -apart / 2)):
        color = BATH_COLORS[str(number)]
        box(axes, (bath_x, 1.6), (1.8, 2.8), color, f"bath {number}\n$T_{number}$")
        low, high = 1.8 - half / 2, 4.2 + half / 2
        for y, name in ((low, "g"), (high, "e")):
            level(axes, (tls_x, y), 0.7)
            axes.text(
                tls_x,
                y + (-0.15 if name == "g" else 0.15),
                rf"$|{name}_{number}\rangle$",
                ha="center",
                va="top" if name == "g" else "bottom",
            )
        arrow(axes, (tls_x, low + 0.05), (tls_x, high - 0.05))
        inner = (2.25, tls_x - 0.25) if number == 1 else (9.75, tls_x + 0.25)
        arrow(axes, (inner[0], 3.0), (inner[1], 3.0), color)
        axes.text(
            tls_x + (0.25 if number == 1 else -0.25),
            3.5,
            rf"$\omega_{number}$",
            ha="left" if number == 1 else "right",
            va="center",
        )
    arrow(axes, (4.7, 3.0), (7.3, 3.0))
    axes.text(6.0, 3.15, "$g$", ha="center", va="bottom")
    axes.text(
        6.0,
        0.4,
        r"$H_S = \frac{\omega_1}{2}\sigma^z_1 + \frac{\omega_2}{2}\sigma^z_2"
        r" + g(\sigma^+_1\sigma^-_2 + \sigma^-_1\sigma^+_2)$",
        ha="center",
        va="center",
    )


def _levels(axes: Axes, energy: xr.DataArray) -> None:
    """Levels at their energies; G, E1, E2 form the V and E1, E2, D the Lambda."""
    place = {"G": 0.0, "E1": -1.0, "E2": 1.0, "D": 0.0}
    height = {name: float(energy.sel(level=name)) for name in place}
    for name, x in place.items():
        level(axes, (x, height[name]), 0.42)
        axes.text(
            x + (0.5 if x >= 0 else -0.5),
            height[name],
            rf"$|{level_name(name)}\rangle$",
            va="center",
            ha="left" if x >= 0 else "right",
        )
    gap = 0.02 * (height["D"] - height["G"])
    for middle, shift in (("E1", -0.2), ("E2", 0.2)):
        arrow(axes, (shift, height["G"] + gap), (place[middle], height[middle] - gap), GREEN)
        arrow(axes, (place[middle], height[middle] + gap), (shift, height["D"] - gap), PURPLE)
    for end, text, color in (("G", "V", GREEN), ("D", r"$\Lambda$", PURPLE)):
        axes.text(0.0, height[end] * 0.5, text, color=color, ha="center", va="center", size=11)
    axes.set_xlim(-2.1, 2.1)
    axes.margins(y=0.08)
    axes.set_xticks([])
    axes.tick_params(top=False, bottom=False, right=False)
    axes.spines[["top", "right", "bottom"]].set_visible(False)
