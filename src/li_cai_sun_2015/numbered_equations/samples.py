"""Random transitions and baths, and their rates from Eqs. (6) and (7)."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CouplingSpectrum
from steady_coherence.systems import LevelSystem, transition_pair

Real = NDArray[np.float64]
Matrix = NDArray[np.complex128]

#: Number of random samples an equation is tested on.
SAMPLES = 25


@dataclass(frozen=True)
class Sample:
    """Two transitions that share two baths."""

    energy_difference: float  # D_12 = eps_1 - eps_2, around a mean energy of 1
    temperatures: Real  # T_L and T_R
    gamma: Matrix  # gamma^a_ij(eps_k), with the axes a, k, i, j

    @cached_property
    def energies(self) -> Real:
        """Energies eps_1 and eps_2."""
        return np.array(transition_pair(1.0, self.energy_difference))

    @cached_property
    def occupations(self) -> Real:
        """N_a(eps_k), below Eq. (6), with the axes a, k."""
        return np.asarray(1.0 / np.expm1(self.energies / self.temperatures[:, None]))

    @cached_property
    def emission(self) -> Matrix:
        """Gamma-_ij(eps_k) of Eq. (6), with the axes k, i, j."""
        return np.asarray(0.5 * np.einsum("ak,akij->kij", self.occupations + 1.0, self.gamma))

    @cached_property
    def absorption(self) -> Matrix:
        """Gamma+_ij(eps_k) of Eq. (6), with the axes k, i, j."""
        return np.asarray(0.5 * np.einsum("ak,akij->kij", self.occupations, self.gamma))

    def minus(self, i: int, j: int, k: int) -> complex:
        """Gamma-_ij(eps_k), indices from 1 as in the paper."""
        return complex(self.emission[k - 1, i - 1, j - 1])

    def plus(self, i: int, j: int, k: int) -> complex:
        """Gamma+_ij(eps_k), indices from 1 as in the paper."""
        return complex(self.absorption[k - 1, i - 1, j - 1])

    def of(self, build: Callable[[float, float], LevelSystem]) -> LevelSystem:
        """System of these transitions, of a mean energy of 1."""
        return build(1.0, self.energy_difference)

    @property
    def baths(self) -> list[Bath]:
        """The same two baths for the engine."""
        return [
            Bath(name, self._table(number), float(self.temperatures[number]))
            for number, name in enumerate(("left", "right"))
        ]

    def _table(self, bath: int) -> CouplingSpectrum:
        """Spectrum that is known at the two energies only."""

        def coupling_spectrum(frequency: ArrayLike) -> Matrix:
            distance = np.abs(np.subtract.outer(np.asarray(frequency), self.energies))
            return np.asarray(self.gamma[bath][np.argmin(distance, axis=-1)])

        return coupling_spectrum


def random_complex(rng: np.random.Generator, *shape: int) -> Matrix:
    """Normally distributed complex numbers."""
    return np.asarray(rng.normal(size=shape) + 1j * rng.normal(size=shape))


def spectrum_of(couplings: Matrix) -> Matrix:
    """gamma_ij = sum_m g*_im g_jm over the modes m of one frequency, Eq. (7) but for 2 pi.

    From g_im of shape (..., 2, n_modes) to shape (..., 2, 2).
    """
    return np.asarray(np.einsum("...im,...jm->...ij", couplings.conj(), couplings))


def draw(rng: np.random.Generator, *, real: bool = False) -> Sample:
    """Draw transitions and baths at different temperatures; `real` ones have real couplings.

    |D_12| is 0.05 to 0.3, and there are two modes at each frequency, whose couplings change
    linearly with it.
    """
    energy_difference = float(rng.choice([-1.0, 1.0]) * rng.uniform(0.05, 0.3))
    constant, slope = random_complex(rng, 2, 2, 2, 2)
    if real:
        constant, slope = constant.real + 0j, slope.real + 0j
    energies = np.array(transition_pair(1.0, energy_difference))[:, None, None]
    couplings = 0.1 * (constant[:, None] + energies * slope[:, None])
    temperatures = np.array([rng.uniform(0.3, 1.0), rng.uniform(1.5, 3.0)])
    return Sample(energy_difference, rng.permutation(temperatures), spectrum_of(couplings))


def draw_state(rng: np.random.Generator, size: int) -> Matrix:
    """Draw a density matrix without a zero."""
    root = random_complex(rng, size, size)
    rho = root @ root.conj().T
    return np.asarray(rho / np.trace(rho))
