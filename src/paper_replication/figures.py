"""Drawing that all figures of a replication share.

A quantity is an `xarray.DataArray` over at most two dimensions. Whatever their sizes, something
is drawn that says what it holds: a map, a curve, a number, or a sentence.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm, Normalize
from matplotlib.figure import Figure
from matplotlib.path import Path
from matplotlib.ticker import FixedLocator, LogLocator, MaxNLocator, NullLocator, ScalarFormatter
from numpy.typing import NDArray

Array = NDArray[np.float64]

BLACK, BLUE, VERMILION, GREEN, PURPLE = "#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7"
#: Colour of what has no value.
UNKNOWN = "0.85"

#: Axes with fewer points than this are interpolated before they are drawn.
FINE = 100
#: Magnitudes below this are drawn as zero: the arithmetic of colours and ticks would underflow.
TINIEST = 1e-290
#: Logarithmic axes over more decades than this have ticks at the powers of ten alone.
FEW_DECADES = 3


# Parts -----------------------------------------------------------------------------------------


def new_figure(width: float = 7.0, height: float = 3.2) -> Figure:
    """Empty figure of a size in inches."""
    figure = Figure(figsize=(width, height))
    FigureCanvasAgg(figure)
    return figure


def panel_label(axes: Axes, letter: str, text: str = "") -> None:
    """Title of a panel, (a) and so on."""
    axes.set_title(rf"$\bf{{({letter})}}$ {text}".rstrip())


def say(axes: Axes, text: str) -> None:
    """Write in the middle of a panel, in place of a picture that would be empty."""
    axes.text(
        0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color="0.25", wrap=True
    )


def only_words(text: str, height: float = 1.2) -> Figure:
    """Figure that has nothing to draw and says why."""
    figure = new_figure(7.0, height)
    axes = figure.subplots()
    axes.set_axis_off()
    say(axes, text)
    return figure


def scientific(value: float, digits: int = 2) -> str:
    """Number in powers of ten, as mathtext without the dollar signs."""
    if value == 0.0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    return rf"{mantissa}\times 10^{{{int(exponent)}}}"


def number(value: float, digits: int = 3) -> str:
    """Number in as few characters as show so many digits, as mathtext without dollar signs."""
    text = f"{value:.{digits}g}"
    return scientific(value, digits) if "e" in text else text


def marker_positions(points: int, markers: int = 9) -> list[int]:
    """Indices of a few points, evenly spaced, the first and the last among them."""
    step = max((points - 1) / max(markers - 1, 1), 1.0)
    return sorted({round(step * number) for number in range(markers)} & set(range(points)))


def tidy(axes: Axes) -> None:
    """Write the numbers along the axes of a finished panel once, and as briefly as they can be."""
    _scale(axes)
    for axis, (low, high) in ((axes.xaxis, axes.get_xlim()), (axes.yaxis, axes.get_ylim())):
        if axis.get_scale() == "log" and high > 10.0**FEW_DECADES * low:
            axis.set_minor_locator(NullLocator())
        formatter = axis.get_major_formatter()
        if isinstance(formatter, ScalarFormatter):
            # Tick labels are plain text, which is set in a tenth of the time that mathematics
            # take; a power of ten that they share is not.
            formatter.set_locs(list(axis.get_majorticklocs()))
            formatter.set_useMathText(bool(formatter.get_offset()))
    if not axes.yaxis.get_major_formatter().get_offset():
        # With nothing above the frame; each drawing would look for that anew.
        axes.set_title(axes.get_title("center"), loc="center", y=1.0)


def _scale(axes: Axes) -> None:
    """Take a power of ten that the numbers of a horizontal axis share into its label."""
    largest = max(abs(limit) for limit in axes.get_xlim())
    fixed = isinstance(axes.xaxis.get_major_locator(), FixedLocator)
    if fixed or axes.get_xscale() != "linear" or not axes.get_xlabel() or 1e-3 <= largest < 1e5:
        return
    power = int(np.floor(np.log10(largest)))
    label, *rest = axes.get_xlabel().split("\n")
    axes.set_xlabel("\n".join([rf"{symbol_of(label)} (in $10^{{{power}}}$)", *rest]))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value / 10.0**power:.4g}")


def symbol_of(label: str) -> str:
    """Mathematics in a label, which is shorter than its words; the label if it has none."""
    found = re.search(r"\$.*\$", label)
    return found.group() if found else label


# Curves ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Curve:
    """A curve of a panel: values along the panel's axis, and how they are drawn."""

    values: Any
    label: str
    color: str = BLACK
    dashes: str = "-"
    marker: str = ""
    shift: int = 0


def draw_curves(
    axes: Axes, x: Any, curves: Sequence[Curve], missing: str = "no value anywhere"
) -> None:
    """Draw curves over one axis, increasing, of shape (n,); a single point is given in words.

    Markers sit on a few points only. Where no value is known, it says what is `missing`.
    """
    along = np.asarray(x, dtype=float)
    arrays = [_without_tiny(np.asarray(curve.values, dtype=float)) for curve in curves]
    if not any(np.isfinite(values).any() for values in arrays):
        say(axes, missing)
        return
    if along.size == 1:
        _single(axes.xaxis, float(along[0]))
        axes.set_yticks([])
        say(
            axes,
            "\n".join(
                f"{curve.label}: ${number(float(values[0]))}$"
                if np.isfinite(values[0])
                else f"{curve.label}: {missing}"
                for curve, values in zip(curves, arrays, strict=True)
            ),
        )
        return
    for curve, values in zip(curves, arrays, strict=True):
        # Markers of different curves do not sit on each other where there is room.
        step = curve.shift * (along.size // 60)
        shown = [at + step for at in marker_positions(along.size) if at + step < along.size]
        axes.plot(
            along,
            values,
            ls=curve.dashes or "none",
            color=curve.color,
            marker=curve.marker,
            mfc="none",
            markevery=shown if curve.marker else None,
            label=curve.label,
        )
        alone = _alone(values)
        if alone.any() and curve.dashes:
            axes.plot(along[alone], values[alone], ".", color=curve.color, ms=3.0)
    axes.margins(x=0.02)


def _alone(values: Array) -> NDArray[np.bool_]:
    """Known values between unknown ones, which no line reaches."""
    known = np.isfinite(values)
    before = np.concatenate([[False], known[:-1]])
    after = np.concatenate([known[1:], [False]])
    return np.asarray(known & ~before & ~after)


def _single(axis: Axis, value: float) -> None:
    """Axis of a single value, which stands in its middle."""
    margin = 0.5 * abs(value) or 0.5
    axis.set_view_interval(value - margin, value + margin, ignore=True)
    axis.set_ticks([value], labels=[f"${number(value, 4)}$"])


def _without_tiny(values: Array) -> Array:
    return np.where(np.abs(values) < TINIEST, 0.0, values)


# Maps ------------------------------------------------------------------------------------------


def draw_quantity(
    axes: Axes,
    values: xr.DataArray,
    label: str,
    axis_labels: Mapping[str, str],
    *,
    missing: str = "no value",
    logarithmic: tuple[float, float] | None = None,
    diverging: bool = False,
    contours: int = 6,
) -> ScalarMappable | None:
    """Draw a quantity over two dimensions, (vertical, horizontal), whatever their sizes.

    Its label is for a colour bar or an axis, and each dimension has one. NaN stands where there is
    no value; `missing` says why. Logarithmic colours have a range, whose ends share theirs with
    what is outside. `diverging` gives zero the middle colour, as it has where a value is negative.
    About as many contours as asked for are drawn, with their values, at the ticks of the bar.

    Returned is the map; None where there is none: one axis of a single value gives a curve, two
    give a number, and a quantity that is zero or unknown everywhere a sentence.
    """
    vertical, horizontal = (str(name) for name in values.dims)
    values = values.sortby([vertical, horizontal])
    y, x = (np.asarray(values[name].values, dtype=float) for name in (vertical, horizontal))
    z = _without_tiny(np.asarray(values.values, dtype=float))
    known = np.isfinite(z)
    flat = min(z.shape) == 1 and z.size > 1 and z[known].any()
    if not flat:
        axes.set_xlabel(axis_labels[horizontal])
        axes.set_ylabel(axis_labels[vertical])
    if not known.any():
        say(axes, f"{missing} anywhere" if missing.startswith("no ") else missing)
    elif not z[known].any():
        where = "" if known.all() else f"; elsewhere {missing}"
        say(axes, f"zero{'' if z.size == 1 else ' everywhere'}{where}")
    elif z.size == 1:
        say(axes, f"{label}: ${number(float(z.flat[0]), 4)}$")
    elif flat:
        along, across = (horizontal, vertical) if len(y) == 1 else (vertical, horizontal)
        draw_curves(axes, values[along].values, [Curve(z.ravel(), label)], missing)
        positive = z[known & (z > 0.0)]
        if logarithmic and positive.size and positive.max() > 10.0 * positive.min():
            axes.set_yscale("log", nonpositive="mask")
        at = number(float(values[across].values[0]))
        axes.set_xlabel(f"{axis_labels[along]}\nat {symbol_of(axis_labels[across])} = ${at}$")
        axes.set_ylabel(label)
    else:
        return _map(
            axes,
            (x, y, z),
            label,
            missing,
            logarithmic=logarithmic,
            signed=diverging or bool(z[known].min() < 0.0),
            contours=contours,
        )
    if z.size == 1 or not flat:
        _frame(axes, x, y)
    return None


def _frame(axes: Axes, x: Array, y: Array) -> None:
    """Axes of a map that is not drawn."""
    for values, axis in ((x, axes.xaxis), (y, axes.yaxis)):
        if len(values) > 1:
            axis.set_view_interval(values[0], values[-1], ignore=True)
        else:
            _single(axis, float(values[0]))


def _map(
    axes: Axes,
    coordinates: tuple[Array, Array, Array],
    label: str,
    missing: str,
    *,
    logarithmic: tuple[float, float] | None,
    signed: bool,
    contours: int,
) -> ScalarMappable:
    x, y, z = _refined(*coordinates)
    smallest, largest = float(np.nanmin(z)), float(np.nanmax(z))
    norm: Normalize
    if logarithmic:
        norm = LogNorm(*logarithmic, clip=False)
        # Zero has no logarithm; it belongs to the darkest colour.
        z = np.where(z <= 0.0, 1e-3 * logarithmic[0], z)
    elif signed:
        bound = max(-smallest, largest)
        norm = Normalize(-bound, bound)
    else:
        norm = Normalize(0.0, largest)
    below = bool(smallest < (norm.vmin or 0.0))
    above = bool(largest > (norm.vmax or 0.0))
    image = axes.pcolormesh(x, y, z, norm=norm, shading="nearest", rasterized=True)
    if signed:
        image.set_cmap("RdBu_r")
    if not np.isfinite(coordinates[2]).all():
        axes.set_facecolor(UNKNOWN)
        label = f"{label}   (grey: {missing})"
    extend = {(False, False): "neither", (True, False): "min", (False, True): "max"}
    bar = axes.figure.colorbar(
        image,
        ax=axes,
        label=label,
        pad=0.02,
        extend=extend.get((below, above), "both"),
        extendrect=True,
    )
    axes.set_xlim(x[0], x[-1])
    axes.set_ylim(y[0], y[-1])
    axes.tick_params(which="both", direction="out", top=False, right=False)
    if contours:
        _contours(axes, bar, (x, y, z), contours)
    return image


def _contours(
    axes: Axes, bar: Any, coordinates: tuple[Array, Array, Array], number_of_levels: int
) -> None:
    """Contours with their values, at the ticks of a colour bar."""
    x, y, z = coordinates
    image = bar.mappable
    low, high = (float(limit) for limit in image.get_clim())
    few = isinstance(image.norm, LogNorm) and high <= 100.0 * low
    locator = (
        LogLocator(subs=(1.0, 2.0, 5.0) if few else (1.0,))
        if isinstance(image.norm, LogNorm)
        else MaxNLocator(number_of_levels)
    )
    ticks = [level for level in locator.tick_values(low, high) if low <= level <= high]
    bar.set_ticks(ticks)
    bar.minorticks_off()
    inside = max(low, float(np.nanmin(z))), min(high, float(np.nanmax(z)))
    inner = [level for level in ticks if inside[0] < level < inside[1]]
    if inner:
        inks = [_ink(image, level) for level in inner]
        lines = axes.contour(x, y, z, inner, colors=inks, linewidths=0.7)
        bar.add_lines(lines)
        texts = dict(zip(ticks, _tick_texts(bar, ticks), strict=True))
        _label_contours(axes, image, lines, [texts[level] for level in inner])


def _tick_texts(bar: Any, ticks: Sequence[float]) -> list[str]:
    """Texts of ticks as they stand at a colour bar."""
    if isinstance(bar.norm, LogNorm):
        texts = [f"${number(tick, 2)}$" for tick in ticks]
        bar.set_ticks(ticks, labels=texts)
        return texts
    return list(bar.formatter.format_ticks(ticks))


def _refined(x: Array, y: Array, z: Array) -> tuple[Array, Array, Array]:
    """Grid fine enough for colours and contours to agree, between the points of a coarse one.

    Bilinear; a point without a value leaves the halves of the cells around it that are nearer to
    it than to any other point without one.
    """
    for axis, points in ((0, y), (1, x)):
        pieces = -(-FINE // (len(points) - 1)) if len(points) < FINE else 1
        if pieces == 1:
            continue
        place = np.arange(pieces * (len(points) - 1) + 1)
        before = np.minimum(place // pieces, len(points) - 2)
        share = (place - pieces * before) / pieces  # at the points themselves exactly 0 or 1
        shape = (-1, 1) if axis == 0 else (1, -1)
        one, other = np.take(z, before, axis), np.take(z, before + 1, axis)
        weight = share.reshape(shape)
        known = np.isfinite(one) & np.isfinite(other)
        nearest = np.where(weight < 0.5, one, other)
        z = np.where(
            known,
            np.where(known, one, 0.0) * (1.0 - weight) + np.where(known, other, 0.0) * weight,
            nearest,
        )
        fine = points[before] * (1.0 - share) + points[before + 1] * share
        x, y = (x, fine) if axis == 0 else (fine, y)
    return x, y, z


def _colour(image: ScalarMappable, level: float) -> tuple[float, float, float]:
    red, green, blue, _ = image.to_rgba(np.array([level]))[0]
    return float(red), float(green), float(blue)


def _ink(image: ScalarMappable, level: float) -> str:
    """White on dark colours and dark grey on light ones."""
    red, green, blue = _colour(image, level)
    return "white" if 0.3 * red + 0.59 * green + 0.11 * blue < 0.5 else "0.2"


def _label_contours(axes: Axes, image: ScalarMappable, contours: Any, texts: Sequence[str]) -> None:
    """Write the values of contours upright into gaps of their lines."""
    # In dots, or what is smaller than one dot would be left out.
    to_axes, to_data = axes.transAxes.inverted(), axes.transData.inverted()
    taken: list[Array] = []
    paths = []
    for path, level, text in zip(contours.get_paths(), contours.levels, texts, strict=True):
        in_dots = path.transformed(axes.transData).to_polygons(closed_only=False)
        lines = [to_axes.transform(line) for line in in_dots]
        wide = 0.04 * len(text)
        spot = _label_spot(max(lines, key=len), taken, wide) if lines else None
        if spot is not None:
            taken.append(spot)
            axes.text(
                float(spot[0]),
                float(spot[1]),
                text,
                transform=axes.transAxes,
                ha="center",
                va="center",
                fontsize=7,
                color=_ink(image, level),
            )
        vertices, codes = [], []
        for line, dots in zip(lines, in_dots, strict=True):
            center = np.full(2, np.inf) if spot is None else spot
            size = np.array([0.02 + 0.014 * len(text), 0.035])
            gap = np.asarray((np.abs(line - center) < size).all(axis=1))
            starts = np.concatenate([[True], gap[:-1]])
            vertices.append(to_data.transform(dots)[~gap])
            codes.append(np.where(starts, Path.MOVETO, Path.LINETO)[~gap])
        paths.append(Path(np.concatenate(vertices), np.concatenate(codes)) if lines else path)
    contours.set_paths(paths)


def _label_spot(line: Array, taken: Sequence[Array], wide: float) -> Array | None:
    """Vertex nearest the middle of a line that is clear of the frame and of other labels."""
    clear = np.abs(line - 0.5).max(axis=1) < 0.43
    for other in taken:
        clear &= (np.abs(line - other) > (wide, 0.07)).any(axis=1)
    if not clear.any():
        return None
    distance = np.abs(np.arange(len(line)) - len(line) // 2)
    return np.asarray(line[np.where(clear, distance, len(line)).argmin()], dtype=float)
