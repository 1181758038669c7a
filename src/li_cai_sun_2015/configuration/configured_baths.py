"""The baths of a configured system."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.typing import ArrayLike

from li_cai_sun_2015.configuration import model
from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CollectiveTransition, CouplingSpectrum


def configured_baths(
    configuration: model.Configuration, name: str, temperatures: Sequence[ArrayLike]
) -> list[Bath]:
    """Baths of a system: the one road from a variant to its rates.

    Parameters
    ----------
    configuration : mapping
        Resolved configuration.
    name : {"lambda", "v", "xi", "coupled_tls"}
        Name of the system.
    temperatures : sequence of array_like
        Temperatures of each bath, left and right, or 1 and 2.

    Returns
    -------
    list of Bath
        In the order of the temperatures.
    """
    entries = configuration[model.section_of(name)]["baths"]
    spectra: list[CouplingSpectrum]
    if name in model.THREE_LEVEL:
        spectra = [model.shared_bath_spectrum(entry) for entry in entries.values()]
    else:
        amplitudes = model.level_system(configuration, name).site_amplitudes
        spectra = [
            CollectiveTransition(model.shape_of(entry), of_site)
            for entry, of_site in zip(entries.values(), amplitudes, strict=True)
        ]
    return [Bath(*each) for each in zip(entries, spectra, temperatures, strict=True)]
