"""Fig. 4: how baths have to couple for the coherence to survive."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.figures import style
from li_cai_sun_2015.figures.sketches import arrow, box, canvas, level, offset
from paper_replication.figures import new_figure, only_words, panel_label, scientific

READS = ["spectra"]
TITLE = "How baths have to couple for the coherence to survive"
CAPTION = r"""
**Paper:** Fig. 4 sketches couplings that break condition (19): transition 1 couples more strongly
to bath R (a), transition 2 more strongly to bath L (b); (c) shows spectra of shapes that make it
so.

**Here:** two examples of spectra, which are the paper's unless the variant has ``figure_4`` of
its own; the variant's baths are in the figure *spectra*. The signs above (a) and (b) are
evaluated for the spectra in (c), at the variant's energies (dots). In (c) the transitions see
different spectra of each bath; where the left-hand side of (19) is not zero a coherence is left.
In (d) both transitions see one and the same spectrum of each bath. Then each bath has the same
proportion of γ\ :sub:`21` to γ\ :sub:`11` as of γ\ :sub:`21` to γ\ :sub:`22`, condition (20)
holds at both energies, and the coherence vanishes at any two temperatures: the inequalities of
(a) and (b) alone do not suffice. All that stands in the panels is computed from the spectra that
are drawn.
"""

_TITLES = {
    "distinct_shapes": "example: each transition its own spectrum",
    "shared_shape": "example: both transitions the same spectrum",
}
_SHORT = {"left": "L", "right": "R"}
#: Signs that the paper draws between the left and the right bath, for each transition.
_PAPER = {1: "<", 2: ">"}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw the coupling sketches, and spectra that realise them with what they give.

    The dataset is that of the bath spectra.
    """
    (spectra,) = datasets
    if not _selected(spectra):
        return only_words("The variant does not select the Λ-type system, which Fig. 4 is about.")
    unit = EnergyUnit.of(spectra.attrs)
    figure = new_figure(7.0, 5.4)
    panels = figure.subplots(2, 2, height_ratios=(2, 3))
    for axes, letter, transition in zip(panels[0], "ab", _PAPER, strict=True):
        sign = _sign(spectra.sel(example="distinct_shapes"), transition)
        _sketch(axes, _energies(spectra), transition, sign)
        panel_label(axes, letter, _inequality(transition, sign))
    for axes, letter, example in zip(panels[1], "cd", _TITLES, strict=True):
        _spectra(axes, spectra.sel(example=example), unit)
        panel_label(axes, letter, _TITLES[example])
    gamma = unit.label(r"\gamma^{\alpha}_{ii}(\omega)")
    panels[1, 0].set_ylabel(f"${gamma}$")
    return figure


def alternative(datasets: Sequence[xr.Dataset]) -> str:
    """Text for those who do not see the figure."""
    (spectra,) = datasets
    if not _selected(spectra):
        return "Not drawn."
    texts = []
    for example in _TITLES:
        one = spectra.sel(example=example)
        signs = ", ".join(
            f"gamma_{i}{i} of the left bath {_sign(one, i)} that of the right one at eps_{i}"
            for i in _PAPER
        )
        value = _coherence(one)
        found = f"|rho_12| = {value:.3g}" if np.isfinite(value) else style.NO_STEADY_STATE
        texts.append(f"{example.replace('_', ' ')}: {signs}, {found}")
    return "Sketches of the couplings, and spectra of two examples; " + "; ".join(texts) + "."


def _selected(spectra: xr.Dataset) -> bool:
    """Whether the variant has the Lambda-type system."""
    return "example" in spectra and "lambda" in style.selected_systems(
        style.configuration_of([spectra])
    )


def _energies(spectra: xr.Dataset) -> dict[int, float]:
    energy = spectra["transition_energy"].sel(system="lambda")
    return {number: float(energy.sel(transition=number)) for number in _PAPER}


def _strengths(spectra: xr.Dataset, transition: int) -> dict[str, float]:
    """gamma_ii(eps_i) of both baths of an example."""
    gamma = spectra["example_coupling_spectrum"].sel(transition=transition)
    at = gamma.sel(example_frequency=_energies(spectra)[transition], method="nearest")
    return {bath: float(at.sel(bath=bath)) for bath in _SHORT}


def _sign(spectra: xr.Dataset, transition: int) -> str:
    """Sign between the left and the right bath of an example."""
    left, right = _strengths(spectra, transition).values()
    if abs(left - right) <= 1e-12 * max(left, right):
        return "="
    return "<" if left < right else ">"


def _inequality(transition: int, sign: str) -> str:
    left, right = (
        rf"\gamma^{{{short}}}_{{{transition}{transition}}}(\varepsilon_{transition})"
        for short in _SHORT.values()
    )
    paper = "" if sign == _PAPER[transition] else f"   (paper: ${_PAPER[transition]}$)"
    return f"${left} {sign} {right}${paper}"


def _sketch(axes: Axes, energies: dict[int, float], transition: int, sign: str) -> None:
    """A Lambda system between two baths, one of its transitions driven as a sign says."""
    canvas(axes, 10.0, -0.3, 4.4)
    for bath, x in (("left", 0.2), ("right", 8.2)):
        box(axes, (x, 0.6), (1.6, 3.0), style.BATH_COLORS[bath], f"$T_{_SHORT[bath]}$")
    # The level of the larger transition energy lies lower.
    apart = offset(energies[1] - energies[2], 0.5 * (energies[1] + energies[2]), 2.0)
    lower = {1: (3.7, 0.9 - apart / 2), 2: (6.3, 0.9 + apart / 2)}
    upper = (5.0, 4.0)
    level(axes, upper, 0.7)
    axes.text(5.85, 4.0, r"$|e\rangle$", va="center")
    for number, (x, y) in lower.items():
        level(axes, (x, y))
        axes.text(x, y - 0.12, rf"$|g_{number}\rangle$", ha="center", va="top")
        active = number == transition
        start = (x, y + 0.05)
        end = (upper[0] + 0.25 * (-1 if number == 1 else 1), upper[1] - 0.08)
        arrow(axes, start, end, "black" if active else "0.7", 1.4 if active else 0.9)
        if active:
            middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
            widths = {"<": (1.0, 4.0), ">": (4.0, 1.0), "=": (2.5, 2.5)}[sign]
            for bath, edge, width in zip(_SHORT, (1.95, 8.05), widths, strict=True):
                axes.plot(
                    [edge, middle[0]],
                    [2.1, middle[1]],
                    color=style.BATH_COLORS[bath],
                    lw=width,
                    alpha=0.75,
                    solid_capstyle="round",
                    zorder=0,
                )


def _spectra(axes: Axes, spectra: xr.Dataset, unit: EnergyUnit) -> None:
    """Curves of one example, with (19) and the coherence that they give."""
    frequency = spectra["example_frequency"]
    gamma = spectra["example_coupling_spectrum"]
    for bath, short in _SHORT.items():
        curves = gamma.sel(bath=bath)
        shared = bool((curves.sel(transition=1) == curves.sel(transition=2)).all())
        for transition, dashes in ((1, "-"),) if shared else ((1, "-"), (2, "--")):
            index = "ii" if shared else f"{transition}{transition}"
            axes.plot(
                frequency,
                curves.sel(transition=transition),
                dashes if frequency.size > 1 else "_",
                color=style.BATH_COLORS[bath],
                label=rf"$\gamma^{{{short}}}_{{{index}}}$",
            )
    energies = _energies(spectra)
    low, high = float(frequency[0]), float(frequency[-1])
    for transition, energy in energies.items():
        axes.axvline(energy, color="0.5", lw=0.7, ls=":" if transition == 2 else "-", zorder=0)
        share = (energy - low) / (high - low) if high > low else 0.5
        outward = (energies[1] >= energies[2]) == (transition == 1)
        right = share < 0.1 or (outward and share < 0.9)
        axes.annotate(
            rf"$\varepsilon_{transition}$",
            (energy, 0.07 if transition == 1 or 0.1 < share < 0.9 else 0.14),
            xycoords=("data", "axes fraction"),
            xytext=(3 if right else -3, 0),
            textcoords="offset points",
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5},
            ha="left" if right else "right",
        )
        for bath, value in _strengths(spectra, transition).items():
            axes.plot(energy, value, "o", color=style.BATH_COLORS[bath], clip_on=False)
    cold, hot = (unit.amount(float(one)) for one in spectra["example_temperature"].values)
    signs = ", ".join(_inequality(number, _sign(spectra, number)) for number in _PAPER)
    axes.text(
        0.03,
        0.97,
        f"$T_L = {cold}$, $T_R = {hot}$\n{_condition(spectra, unit)}\n{_coherence_text(spectra)}\n"
        f"{signs}",
        transform=axes.transAxes,
        va="top",
        fontsize=7,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.0},
    )
    if high > low:
        margin = (
            0.03 * (high - low) * np.array([low in energies.values(), high in energies.values()])
        )
        axes.set_xlim(low - margin[0], high + margin[1])
    axes.set_ylim(0.0, 1.65 * float(gamma.max()) or 1.0)
    omega = unit.label(r"\omega")
    axes.set_xlabel(f"frequency ${omega}$")
    axes.legend(
        loc="upper right", ncols=1, handlelength=1.6, labelspacing=0.3, labelcolor="linecolor"
    )


def _condition(spectra: xr.Dataset, unit: EnergyUnit) -> str:
    """Left-hand side of (19), zero where it is what rounding leaves of zero."""
    value = complex(*(float(spectra[f"example_condition_{part}"]) for part in ("real", "imag")))
    if not np.isfinite(value):
        return "left-hand side of (19): no value, nothing is absorbed"
    hottest = float(spectra["example_temperature"].max())
    strongest = max(max(_strengths(spectra, number).values()) for number in _PAPER)
    scale = strongest * (1.0 + hottest / min(_energies(spectra).values()))
    parts = [
        part if abs(part) > style.ROUNDING * scale else 0.0 for part in (value.real, value.imag)
    ]
    text = scientific(parts[0])
    if parts[1]:
        text = f"{text} {'+' if parts[1] > 0 else '-'} {scientific(abs(parts[1]))}\\,i"
        text = f"({text})" if unit.symbol else text
    shown = f"{text}\\,{unit.symbol}" if unit.symbol and any(parts) else text
    return f"left-hand side of (19): ${shown}$"


def _coherence(spectra: xr.Dataset) -> float:
    value = float(spectra["example_coherence"])
    return 0.0 if value < style.ROUNDING else value


def _coherence_text(spectra: xr.Dataset) -> str:
    value = _coherence(spectra)
    if not np.isfinite(value):
        return style.NO_STEADY_STATE
    text = "0" if value == 0.0 else f"{value:.4f}" if value > 1e-3 else scientific(value)
    return rf"$|\rho_{{12}}| = {text}$"
