r"""Weight factors of two atoms a distance d apart in one isotropic field.

(a) is Eq. (B.6), couplings that differ by a phase exp(i k.d) only. (b) is two parallel dipoles in
the electromagnetic field, which couple to a mode of wave vector k and polarisation e by e.p,
p their direction. Summed over the two polarisations, |e.p|^2 is 1 - (n.p)^2 with n = k/|k|, so that

    sqrt(f) = (3/2) < [1 - (n.p)^2] exp(i x n.r) >,   x = w d / c,  r = d/|d|,

averaged over the directions n. With (3/2)[1 - (n.p)^2] = 1 - P_2(n.p) and the expansion of the
plane wave, < exp(i x n.r) P_2(n.p) > = -j_2(x) P_2(r.p), this is

    sqrt(f) = j_0(x) + j_2(x) P_2(r.p):

j_0 - j_2/2 for dipoles perpendicular to d, and j_0 + j_2 along it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr
from matplotlib.figure import Figure
from numpy.typing import NDArray

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
electromagnetic field of three dimensions, which couple to its two polarisations: perpendicular to
the line that joins them f falls as 1/x², along it as 1/x⁴; the field of (B.6) without
polarisation is grey. The curves are the paper's and its field's, not the variant's own f: see the
figure *spectra*.
"""
ALT = (
    "Curves of the weight factor f over x = omega d / c: (a) cos^2 x, J_0(x)^2 and (sin x / x)^2, "
    "with circles from an average over directions on each; (b) two dipoles in the electromagnetic "
    "field, perpendicular to and along the line that joins them."
)

_LABELS = {1: r"$D = 1$: $\cos^2 x$", 2: r"$D = 2$: $J_0(x)^2$", 3: r"$D = 3$: $(\sin x/x)^2$"}
_COLORS = {1: BLUE, 2: VERMILION, 3: BLACK}
_DASHES = {1: "--", 2: "-.", 3: "-"}


def draw(datasets: Sequence[xr.Dataset]) -> Figure:
    """Draw f(x), closed forms beside averages over directions, and f of two dipoles.

    Parameters
    ----------
    datasets : sequence of Dataset
        The bath spectra.

    Returns
    -------
    Figure
    """
    (spectra,) = datasets
    figure = new_figure(7.0, 2.8)
    left, right = figure.subplots(1, 2)
    x = spectra["phase"].values
    for dimension, label in _LABELS.items():
        closed = spectra["isotropic_weight_factor"].sel(dimension=dimension)
        averaged = spectra["direction_average"].sel(dimension=dimension)
        left.plot(x, closed, _DASHES[dimension], color=_COLORS[dimension], label=label)
        left.plot(x[::8], averaged[::8], "o", color=_COLORS[dimension], mfc="none")
    left.plot([], [], "o", color=BLACK, mfc="none", label="average over directions")
    left.legend(loc="upper center", ncols=2, labelcolor="linecolor")
    right.plot(
        x, spectra["isotropic_weight_factor"].sel(dimension=3), color="0.7", label="no polarisation"
    )
    for cosine, dashes, color, label in (
        (0.0, "-", GREEN, r"dipoles $\perp$ to $d$"),
        (1.0, "--", PURPLE, r"dipoles $\parallel$ to $d$"),
    ):
        right.plot(x, dipole_amplitude(x, cosine) ** 2, dashes, color=color, label=label)
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


def dipole_amplitude(x: NDArray[np.float64], cosine: float) -> NDArray[np.float64]:
    """Root of the weight factor of two parallel dipoles, j_0(x) + j_2(x) P_2(cosine).

    Parameters
    ----------
    x : ndarray
        w d / c >= 0.
    cosine : float
        Of the angle between the dipoles and the line that joins them.

    Returns
    -------
    ndarray
        Real; 1 at x = 0.
    """
    from scipy.special import spherical_jn  # noqa: PLC0415 -- slow to import, needed here only

    legendre = 1.5 * cosine**2 - 0.5
    return np.asarray(spherical_jn(0, x) + legendre * spherical_jn(2, x))
