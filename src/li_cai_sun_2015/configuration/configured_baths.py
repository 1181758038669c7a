"""The baths of a configured system."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from numpy.typing import ArrayLike, NDArray

from li_cai_sun_2015.configuration import model
from li_cai_sun_2015.configuration.lamb_shift import collective_lamb_shift, shared_bath_lamb_shift
from steady_coherence.baths import Bath, LevelShift
from steady_coherence.spectra import CouplingSpectrum, collective_transition

#: Frequencies to the matrices of a shared bath, or to the values of the bath of a site.
Curve = Callable[[Any], NDArray[Any]]


def configured_baths(
    configuration: model.Configuration,
    name: str,
    temperatures: Sequence[ArrayLike],
    lamb_shift: bool = False,
    curves: Mapping[str, Curve] | None = None,
) -> list[Bath]:
    """Baths of a system.

    Parameters
    ----------
    configuration : mapping
        Resolved configuration.
    name : {"lambda", "v", "xi", "coupled_tls"}
        Name of the system.
    temperatures : sequence of array_like
        Temperatures of each bath, left and right, or 1 and 2.
    lamb_shift : bool
        Whether the baths come with their principal values, integrals over
        all frequencies of the configured spectra.
    curves : mapping of str to callable, optional
        What stands for the configured spectrum of each bath, such as stored
        values: the matrices gamma_ij(w) of a bath shared by two transitions, or
        gamma(w) of the bath of a site.

    Returns
    -------
    list of Bath
        In the order of the temperatures.
    """
    entries = configuration[model.section_of(name)]["baths"]
    coupling_spectra: list[CouplingSpectrum]
    level_shifts: list[LevelShift | None] = [None] * len(entries)
    if name in model.THREE_LEVEL:
        given = curves or {
            label: model.shared_bath_spectrum(entry) for label, entry in entries.items()
        }
        coupling_spectra = [given[label] for label in entries]
        if lamb_shift:
            level_shifts = [shared_bath_lamb_shift(entry).thermal for entry in entries.values()]
    else:
        given = curves or {label: model.shape_of(entry) for label, entry in entries.items()}
        amplitudes = model.level_system(configuration, name).site_amplitudes
        coupling_spectra = [
            collective_transition(given[label], amplitude)
            for label, amplitude in zip(entries, amplitudes, strict=True)
        ]
        if lamb_shift:
            level_shifts = [
                collective_lamb_shift(entry, amplitude).thermal
                for entry, amplitude in zip(entries.values(), amplitudes, strict=True)
            ]
    return [
        Bath(label, coupling_spectrum, temperature, level_shift=level_shift)
        for label, coupling_spectrum, temperature, level_shift in zip(
            entries, coupling_spectra, temperatures, level_shifts, strict=True
        )
    ]
