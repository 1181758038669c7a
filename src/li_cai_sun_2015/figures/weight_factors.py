"""Weight factors of two atoms a distance d apart in one isotropic field."""

from collections.abc import Sequence

import xarray as xr
from matplotlib.figure import Figure

from paper_replication.figures import (
    BLACK,
    BLUE,
    GREEN,
    PURPLE,
    VERMILION,
    new_figure,
    panel_label,
)

READS = ["spectra"]
TITLE = "Weight factors of two atoms in one field"
CAPTION = r"""
**Paper:** Eq. (B.6) gives the weight factor f(x), x = ωd/c, of two atoms a distance d apart in an
isotropic field of one, two or three dimensions.

**Here:** (a) the closed forms (lines) beside a direct average of exp(i k·d) over the directions
of the wave vector k (circles), squared. (b) the same for two parallel dipoles in the
electromagnetic field of three dimensions, averaged over its two polarisations too: perpendicular
to the line that joins them f falls as 1/x², along it as 1/x⁴; the field of (B.6) without
polarisation is grey. The curves are the paper's and its field's, not the variant's own f: see the
figure *spectra*.
"""
ALT = (
    "Curves of the weight factor f over x = omega d / c: (a) cos^2 x, J_0(x)^2 and (sin x / x)^2, "
    "with circles from an average over directions on each; (b) two dipoles in the electromagnetic "
    "field, perpendicular to and along the line that joins them, with circles on each."
)

_LABELS = {1: r"$D = 1$: $\cos^2 x$", 2: r"$D = 2$: $J_0(x)^2$", 3: r"$D = 3$: $(\sin x/x)^2$"}
_COLORS = {1: BLUE, 2: VERMILION, 3: BLACK}
_DASHES = {1: "--", 2: "-.", 3: "-"}
_DIPOLES = {
    "perpendicular": ("-", GREEN, r"dipoles $\perp$ to $d$"),
    "parallel": ("--", PURPLE, r"dipoles $\parallel$ to $d$"),
}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw f(x), closed forms beside averages over directions, and f of two dipoles.

    The dataset is that of the bath spectra.
    """
    (spectra,) = datasets
    figure = new_figure(7.0, 2.8)
    left, right = figure.subplots(1, 2)
    x = spectra["phase"].values
    for dimension, label in _LABELS.items():
        one = spectra.sel(dimension=dimension)
        left.plot(
            x,
            one["isotropic_weight_factor"],
            _DASHES[dimension],
            label=label,
            color=_COLORS[dimension],
        )
        left.plot(x[::8], one["direction_average"][::8], "o", mfc="none", color=_COLORS[dimension])
    right.plot(
        x, spectra["isotropic_weight_factor"].sel(dimension=3), color="0.7", label="no polarisation"
    )
    for dipole, (dashes, color, label) in _DIPOLES.items():
        one = spectra.sel(dipole=dipole)
        right.plot(x, one["dipole_weight_factor"], dashes, color=color, label=label)
        right.plot(x[::8], one["polarisation_average"][::8], "o", color=color, mfc="none")
    for axes in (left, right):
        axes.plot([], [], "o", color=BLACK, mfc="none", label="average")
    left.legend(loc="upper center", ncols=2, labelcolor="linecolor")
    right.legend(loc="upper right", labelcolor="linecolor")
    left.set_ylabel(r"weight factor $f(x)$")
    for axes, letter, text in (
        (left, "a", "Eq. (B.6)"),
        (right, "b", "two dipoles in the electromagnetic field"),
    ):
        axes.set_xlabel(r"$x = \omega d/c$")
        axes.set_xlim(float(x[0]), float(x[-1]))
        axes.set_ylim(-0.03, 1.4 if axes is left else 1.05)
        panel_label(axes, letter, text)
    return figure
