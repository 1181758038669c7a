"""Every master equation on the variant's parameters: coherence and flux against Delta T."""

from collections.abc import Sequence

import xarray as xr
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.figures.style import (
    NO_STEADY_STATE,
    by_name,
    coherence,
    coherence_symbol,
    cut_at,
    equation_style,
    largest_in_words,
    mean_energy,
    system_title,
    temperature_labels,
)
from paper_replication.figures import Curve, draw_curves, new_figure, only_words, panel_label

READS = ["*/*"]
TITLE = "Coherence or flux by every master equation"
CAPTION = r"""
**Paper:** uses the non-secular equation (12) and, for comparison, the secular one (9).

**Here:** every master equation that there is for the variant, on its parameters: beside these two
the unified and the geometric-mean equation, which keep every state positive, and, for variants
with ``lamb_shift: true``, the non-secular equation with its principal values. Coherence of every
system that can keep one, and internal flux of the coupled two-level systems, against ΔT at a
temperature of half the mean energy.
"""


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw the coherence of each system, of the coupled TLSs the internal flux.

    The datasets are steady states of any systems by any equations.
    """
    found = by_name(datasets)
    # The ladder is closed in its populations: there is nothing to compare.
    systems = [name for name in dict.fromkeys(system for system, _ in found) if name != "xi"]
    if not systems:
        return only_words("The variant selects no system that can keep a coherence.")
    unit = EnergyUnit.of(datasets[0].attrs)
    columns = min(len(systems), 3)
    rows = -(-len(systems) // columns)
    figure = new_figure(max(7.0 * columns / 3, 4.0), 2.8 * rows + 0.3)
    panels = figure.subplots(rows, columns, squeeze=False).flat
    drawn: dict[str, tuple[str, str, str, str]] = {}
    for letter, axes, system in zip("abcdefghijklmnopqrstuvwxyz", panels, systems, strict=False):
        curves = []
        of_system = {equation: data for (name, equation), data in found.items() if name == system}
        for shift, (equation, data) in enumerate(of_system.items()):
            cut = cut_at(data, 0.5 * mean_energy(data))
            style = drawn[equation] = equation_style(equation)
            flux = data.get("internal_flux")
            of_two_sites = flux is not None and "site" not in flux.dims
            values = flux if flux is not None and of_two_sites else coherence(data)
            curves.append(Curve(cut.of(values), *style, shift=shift))
        draw_curves(axes, cut.of(data)[cut.along], curves, NO_STEADY_STATE)
        label = (
            f"internal flux ${unit.label('J_{1-2}')}$"
            if of_two_sites
            else f"$|{coherence_symbol(data)}|$"
        )
        axes.set_xlabel(f"{temperature_labels(unit)[cut.along]}\nat {cut.note(unit)}")
        axes.set_ylabel(label)
        panel_label(axes, letter, system_title(system))
    for axes in list(panels)[len(systems) :]:
        axes.set_axis_off()
    figure.legend(
        handles=[
            Line2D([], [], color=color, ls=dashes, marker=marker, mfc="none", label=title)
            for title, color, dashes, marker in drawn.values()
        ],
        loc="outside lower center",
        ncols=5,
        labelcolor="linecolor",
    )
    return figure


def alternative(datasets: Sequence[xr.Dataset]) -> str:
    """Text for those who do not see the figure."""
    texts = [
        f"{system} {equation}: {largest_in_words('|coherence|', coherence(data))}"
        for (system, equation), data in by_name(datasets).items()
        if system != "xi"
    ]
    return "Curves of coherence and flux by each master equation; " + "; ".join(texts) + "."
