"""How far the master equations can be trusted: their errors against exact solutions."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from li_cai_sun_2015.figures.style import (
    NO_STEADY_STATE,
    configuration_of,
    equation_style,
    selected_systems,
    system_title,
)
from paper_replication.figures import new_figure, only_words, panel_label, say

READS = ["trust"]
TITLE = "Errors of the master equations against exact solutions"
CAPTION = r"""
**Paper:** stands on second-order theory without the secular approximation and with the principal
values dropped. Does the coherence survive without these assumptions?

**Here:** from the third row on each bath is one damped mode, a Lorentzian spectrum of fixed
occupation, for which the steady state is computed exactly (grey: its coherence). The baths couple
in the proportions of Fig. 3 with f = 1, whatever the variant's own baths are; the level splittings
are the variant's but for the last row, and all is in units of its mean transition energy. Lines
are the errors of ρ\ :sub:`12` by each master equation, over the strength of the coupling at fixed
level splitting, the width of the spectra, and with the modes off resonance, at a splitting
comparable to the width. The orders are fitted to the weakest couplings. There the principal
values nearly cancel. They do not in the first row, where the baths are thermal, T = 1 and 2, with
γ w\ :sup:`3` exp(−(w − 1)/0.5) and the splittings of Fig. 3: there Eq. (12) misses most of the
coherence of V. The second row shows for these baths, at γ = 0.01, how the coherence arises from
populations alone, by the exact solution, by (12) without and with principal values, and by (9).
The secular equation, which has no coherence unless the levels are degenerate, is off by all of it.
"""

EXACT = r"exact $|\rho_{12}|$"
#: Of the study of thermal baths, what is drawn.
THERMAL = {"bath_shape": "broad", "bath_temperatures": "hot"}

#: These are in units of the mean transition energy, whatever the variant's own unit is.
LABELS = {
    "strength": r"coupling spectrum at its peak $\gamma/\varepsilon$",
    "damping": r"width of the spectra $\kappa/\varepsilon$",
    "detuning": r"modes off resonance by $|\Omega_\alpha - \varepsilon|/\varepsilon$",
}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw the error of every equation over strength, width and detuning.

    The dataset is that of `exact_comparison`. Columns: Lambda and V. Thermal baths, time evolution,
    and the three scans of damped modes. The error of the truncated exact solution is below the
    lower edge of the panels or drawn as a grey area.
    """
    (trust,) = datasets
    chosen = selected_systems(configuration_of(datasets))
    systems = [str(name) for name in trust["system"].values if name in chosen]
    if not systems:
        return only_words("The variant selects neither the Λ-type nor the V-type system.")
    figure = new_figure(3.5 * len(systems), 13.0)
    panels = figure.subplots(2 + len(LABELS), len(systems), squeeze=False)
    letters = iter("abcdefghij")
    for axes, system in zip(panels[0], systems, strict=True):
        thermal = trust.sel(THERMAL | {"thermal_system": system})
        exact = thermal["thermal_coherence"]
        errors = thermal["thermal_error"] * exact
        _curves(axes, exact, errors, (thermal["thermal_accuracy"] * exact).values)
        axes.set_xscale("log")
        axes.set_xlabel(r"thermal baths: $\gamma/\varepsilon$ at $\varepsilon$")
        panel_label(axes, next(letters), system_title(system))
    panels[0, 0].set_ylabel(r"error of $\rho_{12}$")
    for axes, system in zip(panels[1], systems, strict=True):
        _evolution(axes, trust["evolution_coherence"].sel(evolving_system=system))
        panel_label(axes, next(letters), system_title(system))
    panels[1, 0].set_ylabel(r"$|\rho_{12}|$")
    for row, (scan, label) in zip(panels[2:], LABELS.items(), strict=True):
        for axes, system in zip(row, systems, strict=True):
            _errors(axes, trust.sel(system=system), scan)
            axes.set_xlabel(label)
            panel_label(axes, next(letters), system_title(system))
        row[0].set_ylabel(r"error of $\rho_{12}$")
    handles, names = panels[0, 0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, names, loc="outside lower center", ncols=3, labelcolor="linecolor")
    return figure


def alternative(datasets: Sequence[xr.Dataset]) -> str:
    """Text for those who do not see the figure."""
    (trust,) = datasets
    orders = [
        f"{system} {equation}: {float(of_system.sel(equation=equation)):.2f}"
        for system in trust["system"].values
        for of_system in [trust["order"].sel(system=system)]
        for equation in trust["equation"].values
    ]
    return (
        "Curves of the error of rho_12 by each master equation over the strength, the width and "
        "the detuning of the baths; order in the strength: " + "; ".join(orders) + "."
    )


def _curves(
    axes: Axes, exact: xr.DataArray, errors: xr.DataArray, truncation: NDArray[np.float64]
) -> None:
    """Exact coherence, and errors of every equation, over the one axis they have."""
    [x] = exact.indexes.values()
    axes.plot(x, exact, color="0.6", lw=4.0, alpha=0.6, label=EXACT)
    for equation in errors["equation"].values:
        name, color, dashes, marker = equation_style(str(equation))
        error = errors.sel(equation=equation)
        axes.plot(x, error, dashes, color=color, marker=marker, mfc="none", label=name)
    axes.set_yscale("log")
    low, _ = axes.get_ylim()
    if truncation.max() > low:
        # Below the axis it may be rounding, which must not move the upper end.
        axes.fill_between(x, low, np.maximum(truncation, low), color="0.9", zorder=0)
        axes.set_ylim(bottom=low)


def _evolution(axes: Axes, coherence: xr.DataArray) -> None:
    """Coherence in time by the exact solution and some equations."""
    for curve in coherence["curve"].values:
        values = coherence.sel(curve=curve)
        if curve == "exact":
            style: dict[str, Any] = {"color": "0.6", "lw": 4.0, "alpha": 0.6}
        else:
            _, color, dashes, _ = equation_style(str(curve))
            style = {"color": color, "ls": dashes}
        axes.plot(coherence["evolution_time"], values, **style)
    axes.set_xlabel(r"time $\varepsilon t$")
    axes.set_ylim(bottom=0.0)


def _errors(axes: Axes, trust: xr.Dataset, scan: str) -> None:
    names = (f"{scan}_{name}" for name in ("coherence", "error", "truncation"))
    exact, errors, truncation = (trust[name] for name in names)
    drawn = np.concatenate([exact.values.ravel(), errors.values.ravel()])
    if not (drawn > 0.0).any():  # nothing that has a logarithm
        say(axes, "zero everywhere" if np.isfinite(drawn).any() else NO_STEADY_STATE)
        return
    _curves(axes, exact, errors, truncation.values)
    if scan != "detuning":
        axes.set_xscale("log")
    if scan == "strength":
        orders = [
            f"{equation_style(str(equation))[0]}: {float(order):.2f}"
            for equation, order in zip(trust["equation"].values, trust["order"], strict=True)
        ]
        axes.text(
            0.97,
            0.03,
            "order in $\\gamma$\n" + "\n".join(orders),
            transform=axes.transAxes,
            ha="right",
            va="bottom",
            fontsize=7,
            bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.7, "pad": 1.0},
        )
