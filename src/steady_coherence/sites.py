"""Sites: which of them a bath couples to, found from its coupling spectrum."""

from functools import lru_cache

import numpy as np

from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CollectiveTransition, CouplingSpectrum, is_data
from steady_coherence.systems import LevelSystem

#: Part of a coupling spectrum below which it counts as rounding.
SITE_TOLERANCE = 1e-9


def coupled_sites(system: LevelSystem, bath: Bath) -> frozenset[int] | None:
    """Numbers of the sites whose lowering operators a bath couples to.

    A bath that couples to the sites by s-_a = sum_i v_ai phi-_i has the coupling spectrum
    gamma_ij = sum_ab v_ai G_ab v_bj. G is worked out from gamma, and it is looked which of its
    G_aa are not zero. None where the coupling spectrum has no such form: the bath couples to the
    transitions in another way.
    """
    spectrum = bath.coupling_spectrum
    if isinstance(spectrum, CollectiveTransition):
        for site, row in enumerate(system.site_amplitudes):
            if all(map(np.array_equal, spectrum.amplitudes, row)):
                return frozenset({site})
    if is_data(spectrum):
        try:
            return _known_sites(system, spectrum, bath.name)
        except TypeError:  # not hashable: arrays are among its parameters
            pass
    return _sites(system, bath)


@lru_cache(maxsize=256)
def _known_sites(
    system: LevelSystem, spectrum: CouplingSpectrum, name: str
) -> frozenset[int] | None:
    return _sites(system, Bath(name, spectrum, temperature=0.0))


def _sites(system: LevelSystem, bath: Bath) -> frozenset[int] | None:
    size = len(system.transitions)
    rows = [np.broadcast_arrays(*row) for row in system.site_amplitudes]
    amplitudes = np.moveaxis(np.array(rows, dtype=float).reshape(len(rows), size, -1), -1, 0)
    transposed = amplitudes.swapaxes(-2, -1)  # (system, transition, site)
    to_sites = np.linalg.pinv(transposed)  # (system, site, transition)
    found: set[int] = set()
    for energy in {each.tobytes(): each for each in system.transition_energies}.values():
        gamma = bath.spectrum_matrices(np.atleast_1d(energy))  # (system, transition, transition)
        between = to_sites @ gamma @ to_sites.swapaxes(-2, -1)  # (system, site, site)
        largest = np.abs(gamma).max(initial=0.0)
        if np.abs(gamma - transposed @ between @ amplitudes).max() > SITE_TOLERANCE * largest:
            return None
        strengths = np.abs(np.diagonal(between, axis1=-2, axis2=-1)).max(axis=0)  # (site,)
        found.update(np.flatnonzero(strengths > SITE_TOLERANCE * largest).tolist())
    return frozenset(found)
