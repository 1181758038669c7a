"""Stages of the chain: configuration to spectra, spectra to steady states."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from li_cai_sun_2015.catalogue import GRID, LEADING_DIMENSIONS, SYSTEMS
from li_cai_sun_2015.configuration import model
from li_cai_sun_2015.configuration.configured_baths import configured_baths
from li_cai_sun_2015.data.variables import labelled
from steady_coherence.baths import Bath
from steady_coherence.observables import coherence_condition
from steady_coherence.steady_states import steady_states
from steady_coherence.weight_factors import direction_average, isotropic_amplitude

#: Phases x = w d / c at which the weight factors of Eq. (B.6) are tabulated.
PHASE = np.linspace(0.0, 15.0, 301)


def spectra_dataset(configuration: model.Configuration) -> xr.Dataset:
    """Bath spectra of a variant, tabulated where they are drawn and where they are used.

    Parameters
    ----------
    configuration : mapping
        Resolved configuration.

    Returns
    -------
    xarray.Dataset
        A frequency axis is the configured one, as far as the tables of its
        spectra reach, together with the transition energies at which these are
        used: the steady states are computed from the values stored here.

    Raises
    ------
    ValueError
        If a spectrum is not defined at a transition energy, or a coupling
        spectrum is not positive semidefinite.
    """
    energies = {
        name: model.level_system(configuration, name).transition_energies for name in SYSTEMS
    }
    baths = configuration["three_level"]["baths"]
    shared = np.concatenate([energies[name] for name in model.THREE_LEVEL])
    frequency = _frequencies(configuration, baths, shared)
    gamma = np.stack(
        [
            _spectrum_matrices(name, bath, frequency).transpose(1, 2, 0)
            for name, bath in baths.items()
        ]
    )
    weight = np.stack([model.shape_of(bath["weight_factor"])(frequency) for bath in baths.values()])
    sites = configuration["coupled_tls"]["baths"]
    site_frequency = _frequencies(configuration, sites, energies["coupled_tls"])
    site_gamma = np.stack([model.shape_of(entry)(site_frequency) for entry in sites.values()])
    example_frequency = _frequencies(configuration, configuration["figure_4"], energies["lambda"])

    pair = ("bath", "transition", "transition_other", "frequency")
    data: dict[str, tuple[tuple[str, ...], Any]] = {
        "coupling_spectrum_real": (pair, gamma.real),
        "coupling_spectrum_imag": (pair, gamma.imag),
        "weight_factor": (("bath", "frequency"), weight),
        "site_coupling_spectrum": (("site_bath", "site_frequency"), site_gamma),
        "transition_energy": (
            ("system", "transition"),
            np.stack([energies[name] for name in model.THREE_LEVEL]),
        ),
        **_examples(configuration, example_frequency),
        "isotropic_weight_factor": (
            ("dimension", "phase"),
            np.stack([isotropic_amplitude(PHASE, dimension) ** 2 for dimension in (1, 2, 3)]),
        ),
        "direction_average": (
            ("dimension", "phase"),
            np.stack([direction_average(PHASE, dimension) ** 2 for dimension in (1, 2, 3)]),
        ),
    }
    coordinates = {
        "bath": list(baths),
        "site_bath": list(sites),
        "transition": [1, 2],
        "transition_other": [1, 2],
        "frequency": frequency,
        "site_frequency": site_frequency,
        "example_frequency": example_frequency,
        "system": list(model.THREE_LEVEL),
        "example": list(_EXAMPLES),
        "dimension": [1, 2, 3],
        "phase": PHASE,
    }
    return labelled(data, coordinates, configuration, "Bath spectra")


def _frequencies(
    configuration: model.Configuration, spectra: model.Configuration, used: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Frequencies at which some spectra are drawn, as far as their tables reach, or used."""
    drawn = model.axis(configuration["spectra"]["frequency"])
    low, high = model.tabulated_range(spectra)
    return np.unique(np.concatenate([drawn[(drawn >= low) & (drawn <= high)], used]))


def _spectrum_matrices(
    name: str, bath: model.Configuration, frequency: NDArray[np.float64]
) -> NDArray[np.complex128]:
    """Matrices gamma_ij(w) of a configured bath, checked."""
    spectrum = model.shared_bath_spectrum(bath)
    return Bath(name, spectrum, temperature=0.0).spectrum_matrices(frequency)


_EXAMPLES = ("distinct_shapes", "shared_shape")


def _examples(
    configuration: model.Configuration, frequency: NDArray[np.float64]
) -> dict[str, tuple[tuple[str, ...], Any]]:
    """Spectra for Fig. 4(c), and what they give for the Lambda system."""
    section = configuration["figure_4"]
    system = model.level_system(configuration, "lambda")
    cold = section["temperature"]
    temperatures = (cold, cold + section["temperature_difference"])
    spectra, conditions, coherences = [], [], []
    for example in _EXAMPLES:
        baths = [
            Bath(name, model.shared_bath_spectrum(section[example][name]), temperature)
            for name, temperature in zip(section[example], temperatures, strict=True)
        ]
        matrices = np.stack([bath.spectrum_matrices(frequency) for bath in baths])
        spectra.append(np.einsum("bfii->bif", matrices).real)
        conditions.append(coherence_condition(system, baths))
        coherences.append(steady_states(system, baths)["coherence"])
    return {
        "example_coupling_spectrum": (
            ("example", "bath", "transition", "example_frequency"),
            np.stack(spectra),
        ),
        "example_condition_real": (("example",), np.real(conditions)),
        "example_condition_imag": (("example",), np.imag(conditions)),
        "example_coherence": (("example",), np.array(coherences)),
        "example_temperature": (("bath",), np.array(temperatures)),
    }


def stored_spectrum(
    frequency: NDArray[np.float64], values: NDArray[Any]
) -> Callable[[Any], NDArray[Any]]:
    """Spectrum that is known at stored frequencies only.

    Parameters
    ----------
    frequency : ndarray, shape (n,)
        Increasing frequencies.
    values : ndarray, shape (n, ...)
        Values at these frequencies.

    Returns
    -------
    callable
        Frequencies among the stored ones to values. It raises `KeyError` for
        any other frequency.
    """

    def spectrum(wanted: Any) -> NDArray[Any]:
        at = np.searchsorted(frequency, wanted).clip(max=frequency.size - 1)
        if not np.array_equal(frequency[at], wanted):
            raise KeyError(f"no spectrum is stored at the frequencies {wanted}")
        return np.asarray(values[at])

    return spectrum


def baths_from_spectra(
    configuration: model.Configuration, spectra: xr.Dataset, name: str, lamb_shift: bool = False
) -> list[Bath]:
    """Baths of a system on the variant's grid of temperatures, from stored spectra.

    Parameters
    ----------
    configuration : mapping
        Resolved configuration.
    spectra : xarray.Dataset
        As `spectra_dataset` gives it.
    name : {"lambda", "v", "xi", "coupled_tls"}
        Name of the system.
    lamb_shift : bool
        Whether the baths come with their principal values, integrals over
        all frequencies that the stored spectra do not reach.

    Returns
    -------
    list of Bath
        Left and right, or 1 and 2, on a grid (temperature, temperature_difference).
    """
    section = configuration[model.section_of(name)]
    cold = model.axis(section["temperature"])[:, None]
    temperatures = (cold, cold + model.axis(section["temperature_difference"]))
    if name in model.THREE_LEVEL:
        gamma = spectra["coupling_spectrum_real"] + 1j * spectra["coupling_spectrum_imag"]
        stored = gamma.transpose("bath", "frequency", "transition", "transition_other").values
        labels, frequency = spectra["bath"].values, spectra["frequency"].values
    else:
        stored = spectra["site_coupling_spectrum"].values
        labels, frequency = spectra["site_bath"].values, spectra["site_frequency"].values
    curves = {
        str(label): stored_spectrum(frequency, values)
        for label, values in zip(labels, stored, strict=True)
    }
    return configured_baths(configuration, name, temperatures, lamb_shift, curves)


def steady_state_dataset(
    configuration: model.Configuration, spectra: xr.Dataset, name: str, equation: str
) -> xr.Dataset:
    """Steady states of one system by one master equation over the variant's grid.

    Parameters
    ----------
    configuration : mapping
        Resolved configuration.
    spectra : xarray.Dataset
        As `spectra_dataset` gives it.
    name : {"lambda", "v", "xi", "coupled_tls"}
        Name of the system.
    equation : str
        A name in `rates.EQUATIONS`.

    Returns
    -------
    xarray.Dataset
        The variables of `steady_states.steady_states` over (temperature,
        temperature_difference).
    """
    system = model.level_system(configuration, name)
    baths = baths_from_spectra(configuration, spectra, name, equation == "nonsecular_lamb")
    section = configuration[model.section_of(name)]
    data = {
        variable: ((*LEADING_DIMENSIONS.get(variable, ()), *GRID), values)
        for variable, values in steady_states(system, baths, equation).items()
    }
    data["level_energy"] = (("level",), np.array(system.energies))
    coordinates = {
        "level": list(system.levels),
        "bath": [bath.name for bath in baths],
        "temperature": model.axis(section["temperature"]),
        "temperature_difference": model.axis(section["temperature_difference"]),
    }
    return labelled(
        data,
        coordinates,
        configuration,
        f"Steady states of the {name} system, {equation} master equation",
        system=name,
        equation=equation,
        coherent_pair=list(system.coherent_pair),
    )
