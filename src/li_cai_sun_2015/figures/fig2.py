"""Fig. 2: the three types of three-level systems, with the baths at their transitions."""

from collections.abc import Sequence

import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from li_cai_sun_2015.figures import style
from li_cai_sun_2015.figures.sketches import arrow, canvas, level, offset
from paper_replication.figures import new_figure, number, only_words, panel_label

READS = ["spectra"]
TITLE = "Three types of three-level systems"
CAPTION = r"""
**Paper:** Fig. 2 sketches (a) the Λ-type, (b) the V-type and (c) the Ξ-type system.

**Here:** the same schemes. Both heat baths drive both transitions (blue: left, red: right). The
order of the levels is the variant's; small detunings are enlarged, and their values stand below.
"""

#: Where the levels of each system stand, left to right, and which transitions join them.
_PLACES = {
    "lambda": {"g1": 1.6, "g2": 4.4, "e": 3.0},
    "v": {"e1": 1.6, "e2": 4.4, "g": 3.0},
    "xi": {"g": 3.0, "e1": 3.0, "e2": 3.0},
}
_TRANSITIONS = {
    "lambda": (("g1", "e"), ("g2", "e")),
    "v": (("g", "e1"), ("g", "e2")),
    "xi": (("g", "e1"), ("e1", "e2")),
}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw the level schemes.

    The datasets are the bath spectra, which hold the transition energies.
    """
    energies = _energies(datasets)
    if not energies:
        return only_words("The variant selects none of the three-level systems.")
    figure = new_figure(7.0, 2.4)
    panels = figure.subplots(1, 3)
    for axes in panels[len(energies) :]:
        axes.set_axis_off()
    for axes, letter, (system, pair) in zip(panels, "abc", energies.items(), strict=False):
        _scheme(axes, system, *pair)
        panel_label(axes, letter, style.system_title(system))
    return figure


def alternative(datasets: Sequence[xr.Dataset]) -> str:
    """Text for those who do not see the figure."""
    parts = {
        "lambda": "Lambda: two lower levels g1 and g2 below one upper level e",
        "v": "V: two upper levels e1 and e2 above one lower level g",
        "xi": "Xi: a ladder of the levels g, e1 and e2",
    }
    listed = [
        f"{parts[system]}, eps_1 - eps_2 = {one - other:.4g}"
        for system, (one, other) in _energies(datasets).items()
    ]
    return "; ".join(["Level schemes with both heat baths at both transitions", *listed]) + "."


def _energies(datasets: Sequence[xr.Dataset]) -> dict[str, tuple[float, float]]:
    """Energies of the two transitions of each system."""
    (spectra,) = datasets
    if "transition_energy" not in spectra:
        return {}
    chosen = style.selected_systems(style.configuration_of(datasets))
    return {
        system: (float(values[0]), float(values[1]))
        for system, values in zip(
            spectra["system"].values, spectra["transition_energy"].values, strict=True
        )
        if system in _PLACES and system in chosen
    }


def _scheme(axes: Axes, system: str, eps_1: float, eps_2: float) -> None:
    canvas(axes, 6.0, -1.1, 4.6)
    mean = 0.5 * (eps_1 + eps_2)
    apart = offset(eps_1 - eps_2, mean, 1.6)
    heights = {
        # Transition 1 is the longer one where eps_1 > eps_2: g1 lies lower, e1 higher.
        "lambda": {"g1": 0.9 - apart / 2, "g2": 0.9 + apart / 2, "e": 3.9},
        "v": {"e1": 3.1 + apart / 2, "e2": 3.1 - apart / 2, "g": 0.1},
        "xi": {"g": 0.1, "e1": 2.0 + apart / 2, "e2": 3.9},
    }[system]
    places = _PLACES[system]
    for name, y in heights.items():
        level(axes, (places[name], y))
        right = places[name] >= 3.0
        axes.text(
            places[name] + (0.75 if right else -0.75),
            y,
            rf"$|{style.level_name(name)}\rangle$",
            ha="left" if right else "right",
            va="center",
        )
    for transition, (lower, upper) in enumerate(_TRANSITIONS[system], start=1):
        start = (places[lower], heights[lower] + 0.06)
        end = (places[upper], heights[upper] - 0.06)
        side = 0.25 if transition == 2 else -0.25
        if system == "lambda":
            end = (end[0] + side, end[1])
        elif system == "v":
            start = (start[0] + side, start[1])
        arrow(axes, start, end)
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        outer = 1.0 if transition == 2 or system == "xi" else -1.0
        axes.text(
            middle[0] + 0.25 * outer,
            middle[1] + {"lambda": 0.4, "v": -0.7, "xi": 0.35}[system],
            rf"$\varepsilon_{transition}$",
            ha="left" if outer > 0 else "right",
            va="center",
        )
        for bath, x in (("left", 0.35), ("right", 5.65)):
            arrow(axes, (x, 2.0), middle, style.BATH_COLORS[bath], 0.9, heads=1)
    for bath, x, name in (("left", 0.2, "$L$"), ("right", 5.8, "$R$")):
        axes.text(x, 2.0, name, color=style.BATH_COLORS[bath], ha="center", va="center")
    axes.text(
        3.0,
        -0.75,
        rf"$\varepsilon_1 = {number(eps_1, 5)}$, $\varepsilon_2 = {number(eps_2, 5)}$",
        ha="center",
        va="center",
        fontsize=8,
    )
