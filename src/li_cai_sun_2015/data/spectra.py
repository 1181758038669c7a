"""Bath spectra of a variant, for people and figures: the steady states ask the baths themselves."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from li_cai_sun_2015.configuration.parts import THREE_LEVEL, Baths
from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.resolved_frequencies import resolved_frequencies
from li_cai_sun_2015.data.variables import labelled
from steady_coherence import Bath, steady_states
from steady_coherence.observables import coherence_condition
from steady_coherence.weight_factors import (
    dipole_amplitude,
    dipole_average,
    direction_average,
    isotropic_amplitude,
)

#: Phases x = w d / c at which the weight factors of Eq. (B.6) are tabulated.
PHASE = np.linspace(0.0, 15.0, 301)
#: Directions of two parallel dipoles that lie apart along z.
DIPOLES = {"perpendicular": (1.0, 0.0, 0.0), "parallel": (0.0, 0.0, 1.0)}


def spectra_dataset(variant: Variant) -> xr.Dataset:
    """Bath spectra of a variant, tabulated where they are drawn and where they are used.

    A frequency axis is the configured one, as far as the tables of its spectra reach, together with
    the transition energies and what resolves the spectra between them. A spectrum that is not
    defined at a transition energy, or not positive semidefinite, is a `ValueError`.
    """
    three_level = [name for name in THREE_LEVEL if name in ("lambda", *variant.systems)]
    energies = {
        name: variant.level_system(name).transition_energies
        for name in (*three_level, "coupled_tls")
    }
    baths = variant.three_level.baths
    shared = np.concatenate([energies[name] for name in three_level])
    frequency = _frequencies(variant, [baths], shared)
    gamma = np.stack(
        [
            np.moveaxis(Bath(name, bath.coupling_spectrum, 0.0).spectrum_matrices(frequency), 0, -1)
            for name, bath in baths.items()
        ]
    )
    weight = np.stack([bath.weight_factor(frequency) for _, bath in baths.items()])
    sites = variant.coupled_tls.baths
    site_frequency = _frequencies(variant, [sites], energies["coupled_tls"])
    site_gamma = np.stack([curve(site_frequency) for _, curve in sites.items()])
    examples = [getattr(variant.figure_4, name) for name in _EXAMPLES]
    example_frequency = _frequencies(variant, examples, energies["lambda"])

    pair = ("bath", "transition", "transition_other", "frequency")
    data: dict[str, tuple[tuple[str, ...], Any]] = {
        "coupling_spectrum_real": (pair, gamma.real),
        "coupling_spectrum_imag": (pair, gamma.imag),
        "weight_factor": (("bath", "frequency"), weight),
        "site_coupling_spectrum": (("site_bath", "site_frequency"), site_gamma),
        "transition_energy": (
            ("system", "transition"),
            np.stack([energies[name] for name in three_level]),
        ),
        **_examples(variant, example_frequency),
        **{
            name: (("dimension", "phase"), np.stack([of(PHASE, one) ** 2 for one in (1, 2, 3)]))
            for name, of in (
                ("isotropic_weight_factor", isotropic_amplitude),
                ("direction_average", direction_average),
            )
        },
        "dipole_weight_factor": (
            ("dipole", "phase"),
            np.stack([dipole_amplitude(PHASE, dipole) ** 2 for dipole in DIPOLES]),
        ),
        "polarisation_average": (
            ("dipole", "phase"),
            np.stack([dipole_average(PHASE, along, along) ** 2 for along in DIPOLES.values()]),
        ),
    }
    coordinates = {
        "bath": [name for name, _ in baths.items()],
        "site_bath": [name for name, _ in sites.items()],
        "transition": [1, 2],
        "transition_other": [1, 2],
        "frequency": frequency,
        "site_frequency": site_frequency,
        "example_frequency": example_frequency,
        "system": three_level,
        "example": list(_EXAMPLES),
        "dimension": [1, 2, 3],
        "dipole": list(DIPOLES),
        "phase": PHASE,
    }
    return labelled(data, coordinates, variant, "Bath spectra")


def _frequencies(
    variant: Variant, parts: Sequence[Baths], used: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Frequencies at which some spectra are drawn, as far as their tables reach, or used."""
    curves = [curve for baths in parts for curve in baths.curves.values()]
    covered = [baths.covered for baths in parts]
    return resolved_frequencies(
        curves,
        variant.spectra.frequency.array,
        used,
        [place for curve in curves for place in curve.support.breakpoints],
        (max(low for low, _ in covered), min(high for _, high in covered)),
    )


_EXAMPLES = ("distinct_shapes", "shared_shape")


def _examples(
    variant: Variant, frequency: NDArray[np.float64]
) -> dict[str, tuple[tuple[str, ...], Any]]:
    """Spectra for Fig. 4(c), and what they give for the Lambda system."""
    section, system = variant.figure_4, variant.level_system("lambda")
    temperatures = (section.temperature, section.temperature + section.temperature_difference)
    spectra, conditions, coherences = [], [], []
    for example in _EXAMPLES:
        named = getattr(section, example).items()
        baths = [
            Bath(name, bath.coupling_spectrum, temperature)
            for (name, bath), temperature in zip(named, temperatures, strict=True)
        ]
        matrices = np.stack([bath.spectrum_matrices(frequency) for bath in baths])
        spectra.append(np.einsum("bfii->bif", matrices).real)
        conditions.append(coherence_condition(system, baths))
        coherences.append(steady_states(system, baths)["coherence"])
    dimensions = ("example", "bath", "transition", "example_frequency")
    return {
        "example_coupling_spectrum": (dimensions, np.stack(spectra)),
        "example_condition_real": (("example",), np.real(conditions)),
        "example_condition_imag": (("example",), np.imag(conditions)),
        "example_coherence": (("example",), np.array(coherences)),
        "example_temperature": (("bath",), np.array(temperatures)),
    }
