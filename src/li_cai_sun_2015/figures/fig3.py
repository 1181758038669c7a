"""Fig. 3: modulus of the steady coherence over T and Delta T."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.figure import Figure

from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.figures import style
from paper_replication.figures import draw_quantity, new_figure, only_words, panel_label

READS = ["lambda/nonsecular", "v/nonsecular", "lambda/nonsecular_lamb", "v/nonsecular_lamb"]
TITLE = "Modulus of the steady coherence over T and ΔT"
CAPTION = r"""
**Paper:** Fig. 3 shows the modulus of the steady coherence of (a) the Λ-type and (b) the V-type
system over T and ΔT, with T\ :sub:`L` = T and T\ :sub:`R` = T + ΔT.

**Here:** the same from the non-secular master equation (12), without principal values; for a
variant that asks for these, the line below says by how much they change it. (c) is the ratio of
the two. The paper's text does not state the ranges of the axes: those shown are ours. Lines are
contours with their values; they are the ticks of the colour bars as well.
"""


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw |rho_12| of (a) the Lambda and (b) the V system, and (c) the ratio of the two.

    The datasets are non-secular steady states of the two systems, without and with principal
    values; those of a system that the variant does not select may be left out.
    """
    found = style.by_name(datasets)
    maps = {
        system: style.coherence(found[system, "nonsecular"])
        for system in ("lambda", "v")
        if (system, "nonsecular") in found
    }
    if not maps:
        return only_words("The variant selects neither the Λ-type nor the V-type system.")
    unit = EnergyUnit.of(datasets[0].attrs)
    ratio = _ratio(maps)
    figure = new_figure(7.0, 2.5 if ratio is not None else 3.0)
    panels = list(np.atleast_1d(figure.subplots(1, len(maps) + (ratio is not None))))
    labels = style.temperature_labels(unit)
    for axes, letter, (system, values) in zip(panels, "ab", maps.items(), strict=False):
        draw_quantity(axes, values, r"$|\rho_{12}|$", labels, missing=style.NO_STEADY_STATE)
        panel_label(axes, letter, style.system_title(system))
    if ratio is not None:
        axes = panels[-1]
        draw_quantity(
            axes,
            ratio,
            r"$|\rho_{12}^{V}|\,/\,|\rho_{12}^{\Lambda}|$",
            labels,
            missing="no ratio",
            logarithmic=_colours(ratio),
            contours=0,
        )
        panel_label(axes, "c", r"V over $\Lambda$")
    for axes in panels[1:]:
        axes.set_ylabel("") if axes.get_ylabel() == labels["temperature"] else None
    changes = principal_value_changes(datasets)
    if changes:
        figure.supxlabel(
            "Drawn: the non-secular equation (12), principal values left out. "
            "With them $|\\rho_{12}|$ changes by at most "
            + ", ".join(
                f"{change:.2g} % ({style.system_title(system)})"
                for system, change in changes.items()
            )
            + " of its largest value.",
            fontsize=7,
        )
    return figure


def alternative(datasets: Sequence[xr.Dataset]) -> str:
    """Text for those who do not see the figure."""
    found = style.by_name(datasets)
    texts = []
    for system, name in (("lambda", "Lambda"), ("v", "V")):
        if (system, "nonsecular") not in found:
            continue
        values = style.coherence(found[system, "nonsecular"])
        if not bool(np.isfinite(values).any()):
            texts.append(f"{name} type: {style.NO_STEADY_STATE} anywhere")
            continue
        peak = values.isel(values.argmax(...))
        texts.append(
            f"{name} type: largest value {float(peak):.3g} at T = {float(peak.temperature):.3g}, "
            f"Delta T = {float(peak.temperature_difference):.3g}"
        )
    return "; ".join(["Maps of the modulus of rho_12 over T and Delta T", *texts]) + "."


def _ratio(maps: dict[str, xr.DataArray]) -> xr.DataArray | None:
    """V over Lambda, where Lambda has a coherence; None where that is nowhere."""
    if len(maps) < 2:
        return None
    ratio = maps["v"] / maps["lambda"].where(maps["lambda"] > 0.0)
    return ratio if bool(np.isfinite(ratio).any()) and bool((ratio > 0.0).any()) else None


def _colours(ratio: xr.DataArray) -> tuple[float, float]:
    """Decades that hold nine tenths of a ratio."""
    values = ratio.values[np.isfinite(ratio.values) & (ratio.values > 0.0)]
    low, high = np.log10(np.quantile(values, [0.05, 0.95]))
    return 10.0 ** np.floor(low), 10.0 ** max(np.ceil(high), np.floor(low) + 1.0)


def principal_value_changes(datasets: Sequence[xr.Dataset]) -> dict[str, float]:
    """Largest change of |rho_12| by the principal values, in per cent of its largest value."""
    found = style.by_name(datasets)
    changes = {}
    for system in ("lambda", "v"):
        if {(system, "nonsecular"), (system, "nonsecular_lamb")} <= found.keys():
            without = style.coherence(found[system, "nonsecular"])
            change = abs(style.coherence(found[system, "nonsecular_lamb"]) - without)
            if bool((without > 0.0).any()) and bool(np.isfinite(change).any()):
                changes[system] = 100.0 * float(change.max() / without.max())
    return changes
