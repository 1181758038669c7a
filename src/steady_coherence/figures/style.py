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

from steady_coherence.catalogue import FORMATS
from steady_coherence.files import replacing

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
    """Colour map with labelled contours of a quantity >= 0 over T and dT.

    Parameters
    ----------
    axes : Axes
        Where to draw.
    values : DataArray
        Over (temperature, temperature_difference).
    label : str
        Label of the colour bar.
    """
    values = values.transpose("temperature", "temperature_difference")
    x, y = values["temperature_difference"].values, values["temperature"].values
    image = axes.pcolormesh(x, y, values.values, shading="nearest", rasterized=True)
    bar = axes.figure.colorbar(image, ax=axes, label=label, pad=0.02)
    axes.tick_params(direction="out", top=False, right=False)
    axes.set_xlabel(TEMPERATURE_DIFFERENCE)
    axes.set_ylabel(TEMPERATURE)
    if min(values.shape) > 1:
        axes.set_xlim(x[0], x[-1])
        axes.set_ylim(y[0], y[-1])
        # White lines on dark colours and black ones on light colours.
        largest = float(values.max())
        levels = MaxNLocator(6).tick_values(0.0, largest)
        inner = [level for level in levels if 0.0 < level < largest]
        colors = ["white" if level < 0.55 * largest else "black" for level in inner]
        contours = axes.contour(x, y, values.values, inner, colors=colors, linewidths=0.7)
        lines = [np.asarray(path.vertices) for path in contours.get_paths()]
        middles = [tuple(line[len(line) // 2]) for line in lines if len(line)]
        axes.clabel(contours, fontsize=7, inline_spacing=3, manual=middles)
        bar.add_lines(contours)


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
