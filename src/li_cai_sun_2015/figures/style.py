"""What all figures share: the style, how maps are drawn, and how files are written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from li_cai_sun_2015.catalogue import FORMATS
from paper_replication.files import replacing

TEMPERATURE = r"temperature $T/\varepsilon$"
TEMPERATURE_DIFFERENCE = r"temperature difference $\Delta T/\varepsilon$"

BLACK, BLUE, VERMILION, GREEN, PURPLE = "#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7"

#: Name, colour, dashes and marker of each master equation.
EQUATION_STYLES = {
    "nonsecular": ("non-secular", BLACK, "-", "o"),
    "nonsecular_lamb": ("with principal values", BLUE, "-", "s"),
    "unified": ("unified", VERMILION, "--", "^"),
    "geometric": ("geometric", GREEN, ":", "D"),
    "secular": ("secular", PURPLE, "-.", "v"),
}

#: Files hold no date, so that the same data give the same bytes.
UNDATED = {"png": {}, "pdf": {"CreationDate": None}, "svg": {"Date": None}}


@contextmanager
def project_style() -> Iterator[None]:
    """Draw in the project's style, whatever matplotlibrc the user has."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            mpl.rc_params_from_file(
                Path(__file__).with_name("style.mplstyle"), use_default_template=False
            )
        )
        yield


def new_figure(width: float = 7.0, height: float = 3.2) -> Figure:
    """Empty figure of a size in inches."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def panel_label(axes: Axes, letter: str, text: str = "") -> None:
    """Title of a panel, (a) and so on."""
    axes.set_title(rf"$\bf{{({letter})}}$ {text}")


def grid_map(axes: Axes, values: xr.DataArray, label: str) -> None:
    """Colour map with labelled contours of a quantity over T and dT.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    values : DataArray
        Over (temperature, temperature_difference).
    label : str
        Label of the colour bar.
    """
    value_map(axes, values.transpose("temperature", "temperature_difference"), label)
    axes.set_xlabel(TEMPERATURE_DIFFERENCE)
    axes.set_ylabel(TEMPERATURE)


def value_map(axes: Axes, values: xr.DataArray, label: str) -> None:
    """Colour map with labelled contours of a quantity over two dimensions.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    values : DataArray
        Over (vertical, horizontal). Where it is negative somewhere, the colours diverge from zero.
    label : str
        Label of the colour bar.
    """
    vertical, horizontal = values.dims
    x, y = values[horizontal].values, values[vertical].values
    smallest, largest = float(values.min()), float(values.max())
    signed = smallest < 0.0
    bound = max(-smallest, largest)
    image = axes.pcolormesh(x, y, values.values, shading="nearest", rasterized=True)
    if signed:
        image.set(cmap="RdBu_r", clim=(-bound, bound))
    bar = axes.figure.colorbar(image, ax=axes, label=label, pad=0.02)
    axes.tick_params(direction="out", top=False, right=False)
    # White lines on dark colours and black ones on light colours.
    levels = MaxNLocator(6).tick_values(min(smallest, 0.0), largest)
    inner = [level for level in levels if min(smallest, 0.0) < level < largest]
    if min(values.shape) > 1 and inner:
        axes.set_xlim(x[0], x[-1])
        axes.set_ylim(y[0], y[-1])
        dark = [abs(level) > 0.7 * bound if signed else level < 0.55 * largest for level in inner]
        lines_colors = ["white" if one else "black" for one in dark]
        contours = axes.contour(x, y, values.values, inner, colors=lines_colors, linewidths=0.7)
        lines = [np.asarray(path.vertices) for path in contours.get_paths()]
        spots = [spot for line in lines if (spot := _label_spot(line, x, y)) is not None]
        axes.clabel(contours, fontsize=7, inline_spacing=3, manual=spots)
        bar.add_lines(contours)


def _label_spot(
    line: NDArray[np.float64], x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[float, float] | None:
    """Vertex of a contour for its label: the middle one unless that is near the frame."""
    if not len(line):
        return None
    ends = np.array([[x[0], y[0]], [x[-1], y[-1]]])
    inside = 0.5 - np.abs((line - ends.mean(axis=0)) / np.ptp(ends, axis=0)).max(axis=1)
    middle = len(line) // 2
    if inside[middle] < 0.06:
        middle = int(inside.argmax())
    return tuple(line[middle]) if inside[middle] > 0.05 else None


def save(figure: Figure, stem: str | Path) -> None:
    """Write a figure in every format; a file of that name is complete or absent.

    Parameters
    ----------
    figure : Figure
        The figure.
    stem : path_like
        Path without the ending.
    """
    stem = Path(stem)
    with project_style():
        figure.draw_without_rendering()
        # Laid out once. With a layout engine, be it "none", each format would be drawn twice.
        mpl.rcParams["figure.constrained_layout.use"] = False
        figure.set_layout_engine(None)
        for suffix in FORMATS:
            with replacing(stem.with_name(f"{stem.name}.{suffix}")) as partial:
                figure.savefig(partial, format=suffix, metadata=UNDATED[suffix])


def marker_positions(points: int, markers: int = 9) -> list[int]:
    """Indices of a few points, evenly spaced, the first and the last among them."""
    step = max((points - 1) / max(markers - 1, 1), 1.0)
    return sorted({round(step * number) for number in range(markers)} & set(range(points)))


def scientific(value: float, digits: int = 2) -> str:
    """Number in powers of ten, as mathtext without the dollar signs."""
    if value == 0.0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return rf"{mantissa}\times 10^{{{int(exponent)}}}"
