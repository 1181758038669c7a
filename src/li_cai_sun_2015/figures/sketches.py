"""Parts of the sketches: heat baths, levels and arrows."""

from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

Point = tuple[float, float]


def canvas(axes: Axes, width: float, low: float, high: float) -> None:
    """Make a panel a sheet to draw on."""
    axes.set_axis_off()
    axes.set_xlim(0.0, width)
    axes.set_ylim(low, high)


def box(axes: Axes, corner: Point, size: Point, color: str, text: str = "") -> None:
    """Draw a rounded box, such as a heat bath, with a text in it."""
    axes.add_patch(
        FancyBboxPatch(
            corner, *size, boxstyle="round,pad=0.1", facecolor=color, alpha=0.18, edgecolor="none"
        )
    )
    middle = (corner[0] + size[0] / 2, corner[1] + size[1] / 2)
    axes.text(*middle, text, ha="center", va="center", color=color, size=10)


def level(axes: Axes, middle: Point, half: float = 0.6) -> None:
    """Draw a level."""
    axes.plot([middle[0] - half, middle[0] + half], [middle[1]] * 2, color="black", lw=2)


def arrow(
    axes: Axes,
    start: Point,
    end: Point,
    color: str = "black",
    width: float = 1.1,
    *,
    heads: int = 2,
) -> None:
    """Draw an arrow with a head at either end, or at its end only."""
    axes.add_patch(
        FancyArrowPatch(
            start,
            end,
            arrowstyle="<|-|>" if heads == 2 else "-|>",
            mutation_scale=9 if heads == 2 else 7,
            color=color,
            lw=width,
            shrinkA=0,
            shrinkB=0 if heads == 2 else 3,
            zorder=2 if heads == 2 else 1,
        )
    )


def offset(difference: float, mean: float, most: float) -> float:
    """Distance at which two levels are drawn: of the right sign, small differences enlarged.

    It is zero for levels of equal energy, and `most` for a difference as large as the mean energy
    that both are compared with.
    """
    if difference == 0.0:
        return 0.0
    share = min(abs(difference) / mean, 1.0)
    return (1.0 if difference > 0.0 else -1.0) * most * (0.12 + 0.88 * share)
