"""Thermodynamics with coherence: the entropy that is produced, and the energy current."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.figures import style
from paper_replication.figures import draw_quantity, new_figure, only_words, panel_label

READS = [
    "lambda/nonsecular",
    "lambda/secular",
    "v/nonsecular",
    "v/secular",
    "coupled_tls/nonsecular",
    "coupled_tls/secular",
]
SIGMA = r"\sigma"
TITLE = "Entropy production and energy current over T and ΔT"
CAPTION = r"""
**Paper:** not in it; its conclusion asks for a thermodynamics that takes the coherence into
account.

**Here:** top, the entropy production σ = −Σ J\ :sub:`a`/T\ :sub:`a` of the non-secular steady
states, with J\ :sub:`a` the heat current out of bath a; where it is negative, the map has blue
colours: heat would flow from cold to hot. Bottom, by how much the energy current J exceeds that of
the secular equation, which has no coherence.
"""


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw the entropy production (top) and the change of the energy current (bottom).

    The datasets are non-secular and secular steady states of each system.
    """
    found = style.by_name(datasets)
    systems = list(dict.fromkeys(system for system, _ in found))
    if not systems:
        return only_words("The variant selects no system with a coherence.")
    unit = EnergyUnit.of(datasets[0].attrs)
    labels = style.temperature_labels(unit)
    figure = new_figure(max(7.0 * len(systems) / 3, 3.4), 4.4)
    rows = figure.subplots(2, len(systems), squeeze=False)
    for number, system in enumerate(systems):
        nonsecular, secular = (found[system, name] for name in ("nonsecular", "secular"))
        produced, excess = _produced(nonsecular), _excess(nonsecular, secular)
        upper, lower = rows[:, number]
        draw_quantity(
            upper,
            produced,
            f"${unit.label(SIGMA)}$",
            labels,
            missing="not defined",
            logarithmic=_decades(produced),
            contours=0,
        )
        draw_quantity(lower, excess, r"$J/J_\mathrm{sec} - 1$ (%)", labels, missing="none")
        letters = "abc"[number], "abcdef"[len(systems) + number]
        for axes, letter in zip((upper, lower), letters, strict=True):
            panel_label(axes, letter, style.system_title(system))
            if number and axes.get_ylabel() == labels["temperature"]:
                axes.set_ylabel("")
    return figure


def alternative(datasets: Sequence[xr.Dataset]) -> str:
    """Text for those who do not see the figure."""
    found = style.by_name(datasets)
    texts = [
        f"{system}: " + style.largest_in_words("sigma", _produced(data))
        for (system, equation), data in found.items()
        if equation == "nonsecular"
    ]
    return "; ".join(["Maps of the entropy production and the energy current", *texts]) + "."


def _produced(data: xr.Dataset) -> xr.DataArray:
    """Entropy production, zero where it is what rounding leaves of zero."""
    values = data["entropy_production"]
    return values.where(~(abs(values) <= style.ROUNDING * abs(values).max()), 0.0)


def _decades(values: xr.DataArray) -> tuple[float, float] | None:
    """Five decades of colours up to the largest value; none where there are negative ones."""
    if not bool((values > 0.0).any()) or bool((values < 0.0).any()):
        return None
    highest = float(10.0 ** np.ceil(np.log10(values.max())))
    return 1e-5 * highest, highest


def _excess(nonsecular: xr.Dataset, secular: xr.Dataset) -> xr.DataArray:
    """Energy current by the one equation over that by the other, less one, in per cent."""
    current, other = (data["energy_current"].isel(bath=-1) for data in (nonsecular, secular))
    known = abs(other) > 1e3 * style.ROUNDING * abs(other).max()
    excess = 100.0 * (current / other.where(known) - 1.0)
    return excess.where(~(np.abs(excess) <= 1e-7), 0.0)
