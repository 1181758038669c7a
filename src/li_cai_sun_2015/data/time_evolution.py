"""Density matrices of a variant's level systems at later times."""

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike

import steady_coherence as sc
from li_cai_sun_2015.catalogue import GRID, LEADING_DIMENSIONS
from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.variables import labelled


def time_evolution_dataset(
    variant: Variant,
    name: str,
    equation: str,
    *,
    initial: str | ArrayLike,
    times: ArrayLike,
    temperature: ArrayLike,
    temperature_difference: ArrayLike,
) -> xr.Dataset:
    """Evolution in time of one system by one master equation.

    Parameters
    ----------
    variant : Variant
        Its level systems and baths.
    name : {"lambda", "v", "xi", "coupled_tls"}
        Name of the system.
    equation : str
        A name in `MASTER_EQUATIONS`.
    initial : str or array_like, shape (n_levels, n_levels)
        Name of the level that is occupied at first, or rho(0).
    times : array_like, shape (n_times,)
        Times t >= 0 (1 over the variant's unit of energy, hbar = 1).
    temperature, temperature_difference : float or array_like, shape (n,)
        T, of the left bath or bath 1, and dT by which the other one is hotter (the variant's unit
        of energy). Of each that is an array the dataset has a dimension.

    Returns
    -------
    xarray.Dataset
        rho(t) in the eigenbasis of H_S, with its populations, the coherence that the steady states
        have as well, and measures of coherence. Steady states of the same temperatures are those
        of `steady_state_dataset`.

    Raises
    ------
    ValueError
        As `steady_coherence.time_evolution.time_evolution`, and if there is no such level.
    """
    system = variant.level_system(name)
    axes = dict(zip(GRID, map(np.asarray, (temperature, temperature_difference)), strict=True))
    cold, difference = axes.values()
    if cold.ndim and difference.ndim:
        cold = cold[:, None]
    baths = variant.baths(name, (cold, cold + difference))
    rho = sc.time_evolution(system, baths, _state(system, initial), times, equation)
    dimensions = (*(dimension for dimension, axis in axes.items() if axis.ndim), "time")
    elements = np.moveaxis(rho, (-2, -1), (0, 1))
    coherence = elements[system.structure.pair]
    values = {
        "population": np.einsum("kk...->k...", elements).real,
        "coherence_real": coherence.real,
        "coherence_imag": coherence.imag,
        "coherence": np.abs(coherence),
        "l1_norm_of_coherence": sc.l1_norm_of_coherence(rho),
        "relative_entropy_of_coherence": sc.relative_entropy_of_coherence(rho),
        "min_eigenvalue": np.linalg.eigvalsh(rho)[..., 0],
        "density_matrix_real": elements.real,
        "density_matrix_imag": elements.imag,
    }
    levels = list(system.levels)
    coordinates: dict[str, Any] = {"level": levels, "level_other": levels, **axes, "time": times}
    return labelled(
        {
            variable: ((*LEADING_DIMENSIONS.get(variable, ()), *dimensions), array)
            for variable, array in values.items()
        },
        {
            dimension: (dimension, np.asarray(axis)) if np.ndim(axis) else axis
            for dimension, axis in coordinates.items()
        },
        variant,
        f"Evolution in time of the {name} system, {equation} master equation",
        system=name,
        equation=equation,
        coherent_pair=list(system.coherent_pair),
    )


def _state(system: sc.LevelSystem, initial: str | ArrayLike) -> ArrayLike:
    if not isinstance(initial, str):
        return initial
    if initial not in system.levels:
        raise ValueError(
            f"the system {system.name} has no level {initial!r}, expected one of "
            f"{', '.join(system.levels)} or a density matrix"
        )
    return np.diag([float(level == initial) for level in system.levels])
