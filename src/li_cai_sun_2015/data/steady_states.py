"""Steady states of a variant over its grid of temperatures."""

from collections.abc import Sequence

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from li_cai_sun_2015.catalogue import GRID, LEADING_DIMENSIONS
from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.solution import solved
from li_cai_sun_2015.data.variables import labelled

Array = NDArray[np.float64]


def steady_state_dataset(
    variant: Variant, name: str, equation: str, grid: Sequence[Array] | None = None
) -> xr.Dataset:
    """Steady states of one system by one master equation over a grid of temperatures.

    The variables are those of `solved`; the axes T and dT are the variant's own, unless others are
    given.
    """
    system = variant.level_system(name)
    temperature, difference = grid or variant.grid(name)
    cold = temperature[:, None]
    baths = variant.baths(name, (cold, cold + difference))
    data = {}
    for variable, values in solved(system, baths, equation).items():
        dimensions = (*LEADING_DIMENSIONS.get(variable, ()), *GRID)
        # Of a system whose sites are not two, the fluxes of every site.
        of_sites = ("site",) if values.ndim > len(dimensions) else ()
        data[variable] = ((*of_sites, *dimensions), values)
    data["level_energy"] = (("level",), np.array(system.energies))
    coordinates = {
        "level": list(system.levels),
        **({"level_other": list(system.levels)} if "density_matrix_real" in data else {}),
        "bath": [bath.name for bath in baths],
        "temperature": temperature,
        "temperature_difference": difference,
    }
    return labelled(
        data,
        coordinates,
        variant,
        f"Steady states of the {name} system, {equation} master equation",
        system=name,
        equation=equation,
        coherent_pair=list(system.coherent_pair),
    )
