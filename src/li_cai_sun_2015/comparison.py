"""Variants of this paper side by side: their largest coherences, and maps of these."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from itertools import product
from pathlib import Path

import numpy as np
import xarray as xr

from li_cai_sun_2015.catalogue import GRID
from li_cai_sun_2015.chain import states
from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from li_cai_sun_2015.figures import style
from paper_replication import datasets
from paper_replication.figures import draw_quantity, new_figure
from paper_replication.side_by_side import NONE, Comparison, Group, Picture, Row
from paper_replication.style import project_style
from steady_coherence import MASTER_EQUATIONS, SYSTEMS

#: The paper's equation, of whose coherence there are maps.
MAPPED = "nonsecular"


def compared(folders: Sequence[Path]) -> Comparison:
    """Compare variants, by the folders of their results, in the coherence of their steady states.

    Maps show how the others differ from the first.
    """
    variants = [Variant.read(folder / "configuration.json") for folder in folders]
    found = [
        {name: datasets.read(folder / f"{name}.nc") for name in states(variant)}
        for folder, variant in zip(folders, variants, strict=True)
    ]
    names = {name for each in found for name in each}
    units = {EnergyUnit(variant.unit) for variant in variants}
    symbol = "eps" if all(unit.symbol for unit in units) else "the variant's unit of energy"
    return Comparison(
        models=variants,
        units={"energy": symbol, "1": ""},
        quantity="Largest coherence, and where",
        quantities=[
            Row(
                f"{system.title}, {equation.title}",
                [
                    style.peak_in_words(style.coherence(each[name])) if name in each else NONE
                    for each in found
                ],
            )
            for system, equation in product(SYSTEMS.values(), MASTER_EQUATIONS.values())
            if (name := f"{system.name}/{equation.name}") in names
        ],
        groups=[*_groups(variants, found)],
        remarks=[
            f"{' and '.join(variant.name for variant in variants if variant.unit == unit)}: "
            f"{EnergyUnit(unit).sentence}"
            for unit in dict.fromkeys(variant.unit for variant in variants)
        ],
    )


def _groups(variants: Sequence[Variant], found: Sequence[dict[str, xr.Dataset]]) -> Iterator[Group]:
    """Maps of the coherence of each system, of all variants that have it."""
    for system in SYSTEMS:
        name = f"{system}/{MAPPED}"
        having = [
            (variant, each[name])
            for variant, each in zip(variants, found, strict=True)
            if name in each
        ]
        if len(having) < 2:
            continue
        title = SYSTEMS[system].title
        if not any(bool((style.coherence(data) > 0.0).any()) for _, data in having):
            yield Group(title, "No coherence anywhere, in any of the variants.", ())
            continue
        (first, data), *others = having
        unit, symbol = EnergyUnit(first.unit), f"|{style.coherence_symbol(data)}|"
        base, anew = style.coherence(data), []
        pictures = [_picture(base, first.name, symbol, unit)]
        for other, own in others:
            there = on_grid_of(data, other, own)
            anew += [] if there is own else [other.name]
            values = style.coherence(there).assign_coords(base.coords)
            pictures += [
                _picture(values, other.name, symbol, unit),
                _picture(
                    values - base,
                    f"{other.name} less {first.name}",
                    rf"\Delta{symbol}",
                    unit,
                    diverging=True,
                ),
            ]
        note = f"Modulus of the coherence by the {MASTER_EQUATIONS[MAPPED].title} equation."
        if anew:
            note += (
                f" The grid of {', '.join(anew)} is another one: for the maps, the steady states "
                f"were computed at the points of {first.name}, at the same temperatures over the "
                "mean transition energy."
            )
        yield Group(title, note, pictures)


def on_grid_of(first: xr.Dataset, variant: Variant, own: xr.Dataset) -> xr.Dataset:
    """Steady states of a variant at the points of the first one's.

    Its own of the same system, if these are its points; or else they are computed at the same
    temperatures in units of the mean transition energy, where nothing is interpolated.
    """
    scale = style.mean_energy(own) / style.mean_energy(first)
    axes = [scale * first[name].values for name in GRID]
    if all(np.array_equal(axis, own[name]) for axis, name in zip(axes, GRID, strict=True)):
        return own
    return steady_state_dataset(variant, own.attrs["system"], own.attrs["equation"], axes)


def _picture(
    values: xr.DataArray, title: str, symbol: str, unit: EnergyUnit, diverging: bool = False
) -> Picture:
    """Map of a quantity over T and dT."""
    labels = style.temperature_labels(unit)
    with project_style():
        figure = new_figure(3.6, 2.8)
        draw_quantity(
            figure.subplots(),
            values,
            f"${symbol}$",
            labels,
            missing=style.NO_STEADY_STATE,
            diverging=diverging,
        )
        png = BytesIO()
        figure.savefig(png, format="png", dpi=150, metadata={"Software": None})
    peak = style.peak_in_words(values)
    alternative = f"Map over T and dT, {title}; the value of largest modulus is {peak}."
    return Picture(title, alternative, png.getvalue())
