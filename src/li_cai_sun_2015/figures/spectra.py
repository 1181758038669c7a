"""The variant's own spectra: gamma_ij(w) and f(w) of every bath."""

from collections.abc import Iterable, Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.figures import style
from paper_replication.figures import (
    BLACK,
    BLUE,
    VERMILION,
    new_figure,
    only_words,
    panel_label,
    say,
)

READS = ["spectra"]
TITLE = "The variant's own spectra"
CAPTION = r"""
**Paper:** not in it; the spectra of its Fig. 3 are flat.

**Here:** the coupling spectra γ\ :sub:`ij`\ (ω) of each bath that the two transitions of the
three-level systems share, the weight factors f(ω) of Eq. (8), and the spectra of the baths of the
two coupled two-level systems. Grey lines are the transition energies, at which alone the master
equations read them; all other frequencies count for principal values only.
"""

_CURVES = {
    "gamma_11": (r"$\gamma_{11}$", "-", BLACK),
    "gamma_22": (r"$\gamma_{22}$", "--", VERMILION),
    "gamma_12": (r"$|\gamma_{12}|$", ":", BLUE),
}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw gamma_ij of every bath, the weight factors and the baths of the coupled TLSs.

    The dataset is that of the bath spectra.
    """
    (spectra,) = datasets
    chosen = style.selected_systems(style.configuration_of(datasets))
    there = spectra["system"].values if "system" in spectra.coords else ()
    three_level = [name for name in there if name in chosen]
    shared = bool(three_level)
    sites = "coupled_tls" in chosen and "site_coupling_spectrum" in spectra
    if not (shared or sites):
        return only_words("The variant selects none of the systems of the paper.")
    unit = EnergyUnit.of(spectra.attrs)
    rows = 2 if shared else 1
    figure = new_figure(7.0, 2.4 * rows)
    panels = list(figure.subplots(rows, 2, squeeze=False).flat)
    letters = iter("abcd")
    if shared:
        energies = spectra["transition_energy"].sel(system=three_level).values.ravel()
        window = _window(spectra, "frequency", energies)
        highest = _highest(spectra["coupling_spectrum_real"], "frequency", window)
        for bath in spectra["bath"].values:
            axes = panels.pop(0)
            _coupling_spectra(axes, spectra.sel(bath=bath), highest)
            _finish(axes, unit, window, energies)
            axes.set_ylabel(_gamma(unit))
            panel_label(axes, next(letters), f"bath {bath}{_phase(spectra.sel(bath=bath))}")
        axes = panels.pop(0)
        for bath, dashes in zip(spectra["bath"].values, ("-", "--"), strict=False):
            axes.plot(
                spectra["frequency"],
                spectra["weight_factor"].sel(bath=bath),
                dashes,
                color=style.BATH_COLORS[str(bath)],
                label=f"bath {bath}",
            )
        axes.set_ylim(-0.05, 1.3)
        axes.set_ylabel(r"weight factor $f(\omega)$")
        axes.legend(loc="upper right", ncols=2, labelcolor="linecolor")
        _finish(axes, unit, window, energies)
        panel_label(axes, next(letters), "weight factors")
    if sites:
        axes = panels.pop(0)
        energies = np.unique(style.sites_of(style.configuration_of(datasets)))
        window = _window(spectra, "site_frequency", energies)
        highest = _highest(spectra["site_coupling_spectrum"], "site_frequency", window)
        for bath, dashes in zip(spectra["site_bath"].values, ("-", "--"), strict=False):
            axes.plot(
                spectra["site_frequency"],
                spectra["site_coupling_spectrum"].sel(site_bath=bath),
                dashes,
                color=style.BATH_COLORS[str(bath)],
                label=rf"$\gamma_{bath}$",
            )
        axes.set_ylim(-0.04 * highest, 1.3 * highest)
        axes.set_ylabel(_gamma(unit))
        axes.legend(loc="upper right", ncols=2, labelcolor="linecolor")
        _finish(axes, unit, window, energies)
        panel_label(axes, next(letters), style.system_title("coupled_tls"))
    for axes in panels:
        axes.set_axis_off()
    return figure


def alternative(datasets: Sequence[xr.Dataset]) -> str:
    """Text for those who do not see the figure."""
    (spectra,) = datasets
    texts = []
    if "coupling_spectrum_real" in spectra:
        for bath in spectra["bath"].values:
            gamma = spectra["coupling_spectrum_real"].sel(bath=bath)
            ranges = [
                f"gamma_{i}{i} {float(one.min()):.3g} to {float(one.max()):.3g}"
                for i in (1, 2)
                for one in [gamma.sel(transition=i, transition_other=i)]
            ]
            texts.append(f"bath {bath}: {', '.join(ranges)}")
    if "site_coupling_spectrum" in spectra:
        for bath in spectra["site_bath"].values:
            one = spectra["site_coupling_spectrum"].sel(site_bath=bath)
            texts.append(
                f"bath {bath} of the coupled TLSs: {float(one.min()):.3g} to {float(one.max()):.3g}"
            )
    return "Coupling spectra and weight factors over frequency; " + "; ".join(texts) + "."


def _gamma(unit: EnergyUnit) -> str:
    gamma = unit.label(r"\gamma(\omega)")
    return f"coupling spectrum ${gamma}$"


def _phase(spectra: xr.Dataset) -> str:
    """Phase of the cross spectrum, if it is complex."""
    real, imag = (
        spectra[f"coupling_spectrum_{part}"].sel(transition=1, transition_other=2).values
        for part in ("real", "imag")
    )
    if not np.abs(imag).max() > 1e-12 * np.hypot(real, imag).max():
        return ""
    at = int(np.hypot(real, imag).argmax())
    return rf", $\arg\gamma_{{12}} = {np.arctan2(imag[at], real[at]):.3g}$"


def _coupling_spectra(axes: Axes, spectra: xr.Dataset, highest: float) -> None:
    real, imag = (spectra[f"coupling_spectrum_{part}"] for part in ("real", "imag"))
    modulus = (real * real + imag * imag) ** 0.5
    for name, (label, dashes, color) in _CURVES.items():
        one, other = int(name[-2]), int(name[-1])
        values = modulus.sel(transition=one, transition_other=other)
        axes.plot(spectra["frequency"], values, dashes, color=color, label=label)
    axes.set_ylim(-0.04 * highest, 1.3 * highest)
    axes.legend(loc="upper right", ncols=3, labelcolor="linecolor")
    if not float(modulus.max()) > 0.0:
        say(axes, "this bath does not couple")


def _highest(values: xr.DataArray, name: str, window: tuple[float, float]) -> float:
    inside = (values[name] >= window[0]) & (values[name] <= window[1])
    return float(values.where(inside).max()) or 1.0


def _window(spectra: xr.Dataset, name: str, energies: NDArray[np.float64]) -> tuple[float, float]:
    """Frequencies shown: the configured axis where it holds the energies, or as far around them."""
    axis = style.configuration_of([spectra])["spectra"]["frequency"]
    ends = axis["values"] if "values" in axis else (axis["start"], axis["stop"])
    low, high = min(ends), max(ends)
    if not low <= energies.min() <= energies.max() <= high:
        scale = energies.mean() / (0.5 * (low + high))
        low, high = low * scale, high * scale
    margin = 0.1 * (energies.max() - energies.min())
    stored = spectra[name].values
    low = max(min(low, energies.min() - margin), stored[0])
    high = min(max(high, energies.max() + margin), stored[-1])
    return (low, high) if high > low else (0.9 * low, 1.1 * high)


def _finish(
    axes: Axes, unit: EnergyUnit, window: tuple[float, float], energies: Iterable[float]
) -> None:
    for energy in np.unique(list(energies)):
        axes.axvline(energy, color="0.75", lw=0.7, zorder=0)
    axes.set_xlim(*window)
    omega = unit.label(r"\omega")
    axes.set_xlabel(f"frequency ${omega}$")
