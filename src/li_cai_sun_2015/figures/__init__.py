"""Figures: one module a figure, each with `draw(datasets) -> Figure`."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import xarray as xr
from matplotlib.figure import Figure

from li_cai_sun_2015.figures.style import project_style, save

__all__ = ["draw", "save"]


def draw(name: str, datasets: Sequence[xr.Dataset], **options: Any) -> Figure:
    """Draw a figure in the project's style.

    Parameters
    ----------
    name : str
        Name of a module of this package.
    datasets : sequence of Dataset
        What the figure shows.
    **options
        What else the module's `draw` is told.

    Returns
    -------
    Figure
    """
    module = import_module(f"{__name__}.{name}")
    with project_style():
        figure: Figure = module.draw(datasets, **options)
    return figure
