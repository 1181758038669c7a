"""Coupling spectra changed or drawn at random, and baths that have them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from li_cai_sun_2015.claims.balance import Couplings
from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CouplingSpectrum


def weighted(spectrum: CouplingSpectrum, weights: ArrayLike) -> CouplingSpectrum:
    """Coupling spectrum gamma_ij(w) times w_ij, positive semidefinite if both are."""
    factors = np.asarray(weights)
    return lambda frequency: spectrum(frequency) * factors


def with_cross(couplings: Couplings, factors: ArrayLike) -> list[CouplingSpectrum]:
    """Couplings with gamma_12 of each bath times a factor: f times |factor|^2, its phase added.

    Factors of shape (n_baths, n) are n of each bath, along the first axis of the grid.
    """
    given = np.asarray(factors, dtype=complex)
    weights = np.ones((*given.shape, 2, 2), dtype=complex)
    weights[..., 0, 1], weights[..., 1, 0] = given, given.conj()
    return [weighted(one, each) for one, each in zip(couplings, weights, strict=True)]


def random_coupling(rng: np.random.Generator, modes: int = 2) -> CouplingSpectrum:
    """Random complex, frequency-dependent, positive semidefinite spectrum; of one mode, f = 1."""
    shape = (2, 2, modes)
    start, slope = rng.normal(size=shape) + 1j * rng.normal(size=shape)

    def coupling_spectrum(frequency: ArrayLike) -> NDArray[np.complex128]:
        root = 0.07 * (start + np.multiply.outer(np.asarray(frequency, dtype=float), slope))
        return np.asarray(root @ root.conj().swapaxes(-1, -2))

    return coupling_spectrum


@dataclass(frozen=True)
class InUnits:
    """Spectrum gamma(w)/unit as a function of w/unit."""

    unit: float
    spectrum: CouplingSpectrum
    covered: tuple[float, float]  #: range of its tables

    def __call__(self, frequency: ArrayLike) -> NDArray[np.complex128]:
        """Matrices at frequencies of shape (n,), of shape (n, n_transitions, n_transitions)."""
        wanted = self.unit * np.asarray(frequency, dtype=float)
        # A transition at the edge of a table stays inside it although it was divided by the unit.
        inside = np.clip(wanted, *self.covered)
        rounded = np.abs(inside - wanted) <= 1e-12 * np.abs(wanted)
        return np.asarray(self.spectrum(np.where(rounded, inside, wanted)) / self.unit)


def shared_baths(couplings: Couplings, left: ArrayLike, right: ArrayLike) -> list[Bath]:
    """Two baths of given couplings at temperatures T_L and T_R."""
    return [
        Bath(name, spectrum, temperature)
        for name, spectrum, temperature in zip(
            ("left", "right"), couplings, np.broadcast_arrays(left, right), strict=True
        )
    ]
