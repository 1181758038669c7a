"""Steady states of the V system under polarised light."""

import json

import numpy as np
import xarray as xr
from numpy.typing import NDArray

import steady_coherence as sc
from koyu_2021.configuration import Variant
from paper_replication import datasets

#: Energy of the transitions in units of gamma; at rates that do not depend on it, any will do.
ENERGY = 100.0

VARIABLES = {
    "level": (None, "level"),
    "splitting": ("gamma", "splitting of the excited levels, E_1 - E_2"),
    "pumping": ("gamma", "pumping rate of either excited level"),
    "population": ("1", "population"),
    "coherence_real": ("1", "real part of the coherence of the excited levels"),
    "coherence_imag": ("1", "imaginary part of the coherence of the excited levels"),
    "unpolarised_coherence": ("1", "modulus of the coherence under light without polarisation"),
}


def _bath(name: str, gamma: NDArray[np.float64], quanta: float) -> sc.Bath:
    """A bath with one matrix gamma_ij and one number of quanta at every frequency."""
    matrix = gamma.astype(complex)
    spectrum = lambda frequency: np.broadcast_to(matrix, (*np.shape(frequency), 2, 2))  # noqa: E731
    return sc.Bath(name, spectrum, occupation=quanta)


def polarised(pumping: float) -> list[sc.Bath]:
    """A polarised beam, and the empty modes around it.

    The beam couples to both dipoles, but occupies few of the modes that they emit into. With its
    own spontaneous emission the empty modes make up decay rates gamma = 1 without a cross term; its
    2 r quanta in modes of strength 1/2 pump with the rate r.
    """
    cross = np.array([[0.0, 1.0], [1.0, 0.0]])
    light, vacuum = 0.5 * (np.eye(2) + cross), 0.5 * (np.eye(2) - cross)
    return [_bath("light", light, 2.0 * pumping), _bath("vacuum", vacuum, 0.0)]


def unpolarised(pumping: float) -> list[sc.Bath]:
    """The same rates of pumping and decay, without a cross term."""
    return [_bath("light", np.eye(2), pumping)]


def steady_states(variant: Variant) -> xr.Dataset:
    """Steady states over splitting and pumping rate, without the secular approximation."""
    splitting, pumping = np.array(variant.splitting), np.array(variant.pumping)
    system = sc.v_system(ENERGY, splitting)
    solved, other = (
        [sc.steady_states(system, baths(rate)) for rate in pumping]
        for baths in (polarised, unpolarised)
    )

    def stacked(columns: list[dict[str, NDArray[np.float64]]], name: str) -> NDArray[np.float64]:
        return np.stack([column[name] for column in columns], axis=-1)

    grid = ("splitting", "pumping")
    data = {
        "population": (("level", *grid), stacked(solved, "population")),
        "coherence_real": (grid, stacked(solved, "coherence_real")),
        "coherence_imag": (grid, stacked(solved, "coherence_imag")),
        "unpolarised_coherence": (grid, stacked(other, "coherence")),
    }
    coordinates = {
        "level": ["e1", "e2", "g"],
        "splitting": splitting,
        "pumping": pumping,
    }
    attributes = {
        "title": "Steady states of a V system under polarised incoherent light",
        "configuration": json.dumps(variant.model_dump()),
    }
    return datasets.labelled(data, coordinates, VARIABLES, attributes)


def ratio(states: xr.Dataset) -> xr.DataArray:
    """C = Re rho_12 over the population of an excited level."""
    return states["coherence_real"] / states["population"].sel(level="e1")


def printed_ratio(states: xr.Dataset) -> xr.DataArray:
    """C = 1 / (1 + Delta^2 / [gamma (r + gamma)]), in the abstract, with gamma = 1."""
    return 1.0 / (1.0 + states["splitting"] ** 2 / (states["pumping"] + 1.0))
