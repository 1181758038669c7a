"""Figures: one module a figure."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from paper_replication.figure_registry import figures_in

if TYPE_CHECKING:
    import xarray as xr

    from paper_replication.provenance import Provenance

FIGURES = figures_in(Path(__file__).parent)


def make(stem: Path, datasets: Sequence[xr.Dataset], made: Provenance) -> None:
    """Draw a figure and write it in every format."""
    from paper_replication.figure_files import save  # noqa: PLC0415 -- slow to import
    from paper_replication.style import project_style  # noqa: PLC0415 -- as well

    module = import_module(f"koyu_2021.figures.{stem.name}")
    with project_style():
        figure = module.draw(datasets)
    save(figure, stem, FIGURES[stem.name].title, module.ALT, made=made)
