"""Fig. 4: how baths have to couple for the coherence to survive."""

from __future__ import annotations

from collections.abc import Sequence

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

from li_cai_sun_2015.figures.style import BLUE, VERMILION, new_figure, panel_label, scientific

BATH_COLORS = {"left": BLUE, "right": VERMILION}
TITLES = {
    "distinct_shapes": "each transition sees its own spectrum",
    "shared_shape": "both transitions see the same spectrum",
}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw the coupling sketches, and spectra that realise them with what they give.

    Parameters
    ----------
    datasets : sequence of Dataset
        The bath spectra.

    Returns
    -------
    Figure
    """
    (spectra,) = datasets
    figure = new_figure(7.0, 5.4)
    panels = figure.subplots(2, 2, height_ratios=(2, 3))
    _sketch(panels[0, 0], transition=1, strong="right")
    panel_label(
        panels[0, 0], "a", r"$\gamma^{L}_{11}(\varepsilon_1) < \gamma^{R}_{11}(\varepsilon_1)$"
    )
    _sketch(panels[0, 1], transition=2, strong="left")
    panel_label(
        panels[0, 1], "b", r"$\gamma^{L}_{22}(\varepsilon_2) > \gamma^{R}_{22}(\varepsilon_2)$"
    )
    for axes, letter, example in zip(panels[1], "cd", TITLES, strict=True):
        _spectra(axes, spectra.sel(example=example))
        panel_label(axes, letter, TITLES[example])
    panels[1, 0].set_ylabel(r"$\gamma^{\alpha}_{ii}(\omega)/\varepsilon$")
    return figure


def _sketch(axes: Axes, transition: int, strong: str) -> None:
    """A Lambda system between two baths, one of its transitions driven unequally."""
    axes.set_axis_off()
    axes.set_xlim(0.0, 10.0)
    axes.set_ylim(-0.3, 4.4)
    for bath, x, label in (("left", 0.1, "$T_L$"), ("right", 8.1, "$T_R$")):
        box = FancyBboxPatch(
            (x + 0.1, 0.6),
            1.6,
            3.0,
            boxstyle="round,pad=0.1",
            facecolor=BATH_COLORS[bath],
            alpha=0.18,
            edgecolor="none",
        )
        axes.add_patch(box)
        axes.text(x + 0.9, 2.1, label, ha="center", va="center", color=BATH_COLORS[bath], size=11)
    lower = {1: (3.7, 0.3), 2: (6.3, 0.6)}
    upper = (5.0, 4.0)
    axes.plot([4.3, 5.7], [4.0, 4.0], color="black", lw=2)
    axes.text(5.85, 4.0, r"$|e\rangle$", va="center")
    for number, (x, y) in lower.items():
        axes.plot([x - 0.6, x + 0.6], [y, y], color="black", lw=2)
        axes.text(x, y - 0.12, rf"$|g_{number}\rangle$", ha="center", va="top")
        active = number == transition
        start = (x, y + 0.05)
        end = (upper[0] + 0.25 * (-1 if number == 1 else 1), upper[1] - 0.08)
        axes.add_patch(
            FancyArrowPatch(
                start,
                end,
                arrowstyle="<|-|>",
                mutation_scale=10,
                color="black" if active else "0.7",
                lw=1.4 if active else 0.9,
                shrinkA=0,
                shrinkB=0,
            )
        )
        if active:
            middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
            for bath, edge in (("left", 1.95), ("right", 8.05)):
                weight = 4.0 if bath == strong else 1.0
                axes.plot(
                    [edge, middle[0]],
                    [2.1, middle[1]],
                    color=BATH_COLORS[bath],
                    lw=weight,
                    alpha=0.75,
                    solid_capstyle="round",
                    zorder=0,
                )


def _spectra(axes: Axes, spectra: xr.Dataset) -> None:
    """Curves of one example, with (19) and the coherence that they give."""
    frequency = spectra["example_frequency"]
    gamma = spectra["example_coupling_spectrum"]
    for bath, short in (("left", "L"), ("right", "R")):
        curves = gamma.sel(bath=bath)
        shared = bool((curves.sel(transition=1) == curves.sel(transition=2)).all())
        for transition, dashes in ((1, "-"),) if shared else ((1, "-"), (2, "--")):
            index = "ii" if shared else f"{transition}{transition}"
            axes.plot(
                frequency,
                curves.sel(transition=transition),
                dashes,
                color=BATH_COLORS[bath],
                label=rf"$\gamma^{{{short}}}_{{{index}}}$",
            )
    for transition, side in ((1, "left"), (2, "right")):
        energy = float(spectra["transition_energy"].sel(system="lambda", transition=transition))
        axes.axvline(energy, color="0.5", lw=0.7, ls=":" if transition == 2 else "-", zorder=0)
        axes.annotate(
            rf"$\varepsilon_{transition}$",
            (energy, 0.0),
            xycoords=("data", "axes fraction"),
            xytext=(3 if side == "left" else -3, 4),
            textcoords="offset points",
            ha=side,
        )
        values = gamma.sel(transition=transition).sel(example_frequency=energy)
        for bath in ("left", "right"):
            axes.plot(energy, values.sel(bath=bath), "o", color=BATH_COLORS[bath], clip_on=False)
    condition = complex(*(float(spectra[f"example_condition_{part}"]) for part in ("real", "imag")))
    cold, hot = spectra["example_temperature"].values
    # Below this both numbers are what rounding leaves of zero.
    exact_zero = abs(condition) < 1e-15
    left_hand_side = "0" if exact_zero else f"{scientific(condition.real)}"
    if condition.imag and not exact_zero:
        left_hand_side += f"{'+' if condition.imag > 0 else '-'}{scientific(abs(condition.imag))}i"
    coherence = "0" if exact_zero else f"{float(spectra['example_coherence']):.4f}"
    axes.text(
        0.03,
        0.97,
        rf"$T_L = {cold:g}\,\varepsilon$, $T_R = {hot:g}\,\varepsilon$" + "\n"
        rf"left-hand side of (19): ${left_hand_side}$" + "\n"
        rf"$|\rho_{{12}}| = {coherence}$",
        transform=axes.transAxes,
        va="top",
        fontsize=8,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
    )
    low, high = float(frequency[0]), float(frequency[-1])
    axes.set_xlim(low, high)
    axes.set_ylim(0.0, 1.55 * float(gamma.max()))
    axes.set_xlabel(r"frequency $\omega/\varepsilon$")
    axes.legend(loc="upper right", ncols=1, handlelength=1.6, labelspacing=0.3)
