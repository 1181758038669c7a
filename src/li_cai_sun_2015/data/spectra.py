"""Bath spectra of a variant, for people and figures: the steady states ask the baths themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from li_cai_sun_2015.catalogue import SYSTEMS
from li_cai_sun_2015.configuration import model
from li_cai_sun_2015.data.resolved_frequencies import resolved_frequencies
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
        spectra reach, together with the transition energies and what resolves the
        spectra between them.

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
    shapes = [model.shape_of(entry) for entry in _shapes(spectra)]
    return resolved_frequencies(
        shapes,
        model.axis(configuration["spectra"]["frequency"]),
        used,
        [place for shape in shapes for place in shape.support.breakpoints],
        model.tabulated_range(spectra),
    )


def _shapes(entry: model.Configuration) -> Iterator[model.Configuration]:
    """Entries with a shape below an entry."""
    if "shape" in entry:
        yield entry
    else:
        for below in entry.values():
            if isinstance(below, Mapping):
                yield from _shapes(below)


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
