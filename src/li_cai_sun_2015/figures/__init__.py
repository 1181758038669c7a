"""Figures: one module a figure, each with READS, TITLE, CAPTION and `draw(datasets) -> Figure`.

Which there are is found by listing this folder; Matplotlib is imported where something is drawn.
A module may also have ALT, the text for those who do not see the picture, or a function
`alternative(datasets)` that words it.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paper_replication.figure_registry import figures_in
from paper_replication.provenance import UNRECORDED, Provenance

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.figure import Figure

#: Every module that draws, and the figures that every variant has.
MODULES = figures_in(Path(__file__).parent)
FIGURES = {name: entry for name, entry in MODULES.items() if entry.reads}

#: Lines that may be taken to say what differs from the paper.
_MOST_LINES = 2


def draw(name: str, datasets: Sequence[xr.Dataset], variant: str = "", **options: Any) -> Figure:
    """Draw a figure in the project's style, with the variant's name on it.

    A module of this package has its name; its `draw` gets what there is of the datasets that it
    reads, and the options.
    """
    from paper_replication.style import project_style  # noqa: PLC0415 -- Matplotlib is slow

    with project_style():
        return draw_in_any_style(name, datasets, variant, **options)


def draw_in_any_style(
    name: str, datasets: Sequence[xr.Dataset], variant: str, **options: Any
) -> Figure:
    """Draw a figure, as `draw` does, in the style that Matplotlib is set to."""
    from paper_replication.figures import tidy  # noqa: PLC0415 -- Matplotlib is slow

    figure: Figure = import_module(f"{__name__}.{name}").draw(datasets, **options)
    for axes in figure.axes:
        tidy(axes)
    heading = figure.suptitle(
        _heading(datasets, variant, figure.get_figwidth()), x=0.995, ha="right", fontsize=6
    )
    heading.set(color="0.35", parse_math=False)
    return figure


def make(
    stem: str | Path,
    datasets: Sequence[xr.Dataset],
    name: str = "",
    made: Provenance = UNRECORDED,
    **options: Any,
) -> None:
    """Draw a figure of a variant, as `draw`, and write it in every format.

    The path without the ending is that of a folder named after the variant, and the figure's name;
    this is the name of the module too, unless another is given. Figures of a sweep have a folder of
    their own in the variant's.
    """
    from paper_replication.figure_files import save  # noqa: PLC0415 -- Matplotlib is slow

    stem = Path(stem)
    name = name or stem.name
    variant = stem.parents[1 if name == "sweep" else 0].name
    figure = draw(name, datasets, variant, **options)
    save(figure, stem, MODULES[name].title, alternative(name, datasets), made)


def alternative(name: str, datasets: Sequence[xr.Dataset]) -> str:
    """Text of a figure for those who do not see it."""
    module = import_module(f"{__name__}.{name}")
    if hasattr(module, "alternative"):
        return str(module.alternative(datasets))
    return str(getattr(module, "ALT", MODULES[name].title))


@cache
def _paper(_folder: Path) -> dict[str, Any]:
    """Configuration of the paper's variant in the working folder, read once for all figures."""
    from li_cai_sun_2015.configuration.variant import load_variant  # noqa: PLC0415

    return load_variant("paper").resolved()


def _heading(datasets: Sequence[xr.Dataset], variant: str, width: float) -> str:
    """Name and description of a variant, and what differs from the paper."""
    from li_cai_sun_2015.figures.style import configuration_of, differences  # noqa: PLC0415

    configuration = configuration_of(datasets)
    if not configuration:
        return variant
    changed = list(differences(configuration, _paper(Path.cwd())))
    # About 27 letters of 6 points fit into an inch.
    letters = int(27 * width)
    if not changed:
        return variant or configuration["description"]
    heading = ": ".join(filter(None, [variant, " ".join(configuration["description"].split())]))
    lines = [textwrap.shorten(heading, letters, placeholder=" ...")]
    for shown in range(len(changed), -1, -1):
        rest = len(changed) - shown
        texts = changed[:shown] + ([f"{rest} more"] if rest and shown else [])
        wrapped = textwrap.wrap("differs from the paper in " + "; ".join(texts), letters)
        if len(wrapped) <= _MOST_LINES and (texts or not shown):
            lines += wrapped if texts else [f"differs from the paper in {rest} keys"]
            break
    return "\n".join(lines)
