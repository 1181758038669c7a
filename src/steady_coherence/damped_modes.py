"""Exact steady states: a system coupled to one damped mode for each bath.

The model is a Lindblad equation for the system and its modes together,

    d rho/dt = -i [H, rho] + sum_a kappa_a ( (N_a + 1) D[a_a] + N_a D[a_a^dagger] ) rho,
    H = H_S + sum_a Omega_a a_a^dagger a_a + sum_ia ( g_ia phi+_i a_a + h.c. ),

with D[c] rho = c rho c^dagger - {c^dagger c, rho} / 2. It makes no assumption on how weak the
coupling is. A free mode has <a(s) a^dagger> = (N + 1) exp(-i Omega s - kappa s / 2), so with
B_i = g_i a the integral of Eq. (A.3), Gamma-_ij(w) with its principal value, is

    conj(g_i) g_j (N + 1) / (kappa/2 - i (w - Omega)).

The real part of the last factor makes it gamma_ij(w) (N + 1) / 2 with the coupling spectrum

    gamma_ij(w) = conj(g_i) g_j kappa / ( (w - Omega)^2 + kappa^2 / 4 )

of Eq. (7), a Lorentzian with f = 1, and the occupation N at every frequency. The second-order
equations and this one therefore describe the same baths.

A mode is one leg of the hierarchy in `hierarchy`, of the rate kappa/2 - i Omega, with
A = sum_i conj(g_i) phi-_i, L = N A^dagger and R = (N + 1) A^dagger. Its operators f_kl are those of
an expansion, without the thermal cloud, of the characteristic function

    Tr_a[ rho exp(z a^dagger) exp(-conj(z) a) ] = exp(-N |z|^2) sum_kl F_kl z^k conj(z)^l,

f_kl = (-1)^l sqrt(k! l!) F_kl. Few orders are needed at any N as long as g sqrt(N + 1) is below
kappa.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.baths import Bath
from steady_coherence.exact_states import ExactState
from steady_coherence.hierarchy import Hierarchy, Leg
from steady_coherence.systems import LevelSystem

Matrix = NDArray[np.complex128]


@dataclass(frozen=True)
class Mode:
    """A damped mode that plays the part of a bath.

    Attributes
    ----------
    name : str
        Label of the bath.
    frequency : float
        Omega (energy).
    damping : float
        kappa > 0 (energy), the full width at half maximum of the coupling spectrum.
    couplings : tuple of complex, length n_transitions
        g_i, the amplitude of phi+_i a in H.
    occupation : float
        Mean number N >= 0 of quanta that the damping alone would leave in the mode.

    Raises
    ------
    ValueError
        If the damping is not positive, or the occupation is negative.
    """

    name: str
    frequency: float
    damping: float
    couplings: tuple[complex, ...]
    occupation: float

    def __post_init__(self) -> None:
        if not self.damping > 0.0:
            raise ValueError(f"damping of mode {self.name} is {self.damping:g}, expected > 0")
        if not self.occupation >= 0.0:
            found = f"occupation of mode {self.name} is {self.occupation:g}"
            raise ValueError(f"{found}, expected >= 0")

    def coupling_spectrum(self, frequency: ArrayLike) -> Matrix:
        """Coupling spectrum gamma_ij(w) of Eq. (7) that the mode realises.

        Parameters
        ----------
        frequency : array_like, shape (n,)
            w (energy).

        Returns
        -------
        ndarray of complex, shape (n, n_transitions, n_transitions)
            conj(g_i) g_j kappa / ((w - Omega)^2 + kappa^2 / 4).
        """
        detuning = np.asarray(frequency, dtype=float) - self.frequency
        shape = self.damping / (detuning**2 + 0.25 * self.damping**2)
        return np.asarray(np.multiply.outer(shape, self._products))

    @property
    def _products(self) -> Matrix:
        """Products conj(g_i) g_j, shape (n_transitions, n_transitions)."""
        amplitudes = np.asarray(self.couplings, dtype=complex)
        return np.outer(amplitudes.conj(), amplitudes)

    def level_shift(
        self, frequency: float, occupation: NDArray[np.float64]
    ) -> tuple[Matrix, Matrix]:
        """Principal values of Eq. (A.5) for this spectrum, in closed form.

        Parameters
        ----------
        frequency : float
            w (energy).
        occupation : ndarray
            N at every grid point.

        Returns
        -------
        emission, absorption : ndarray, shape (n_transitions, n_transitions, ...)
            S-_ij = (N + 1) V_ij and S+_ij = N V_ij with
            V_ij = conj(g_i) g_j (w - Omega) / ((w - Omega)^2 + kappa^2 / 4).
        """
        detuning = frequency - self.frequency
        shift = self._products * (detuning / (detuning**2 + 0.25 * self.damping**2))
        return np.multiply.outer(shift, occupation + 1.0), np.multiply.outer(shift, occupation)

    @property
    def bath(self) -> Bath:
        """The same bath as the master equations take it."""
        spectrum, shift = self.coupling_spectrum, self.level_shift
        return Bath(self.name, spectrum, occupation=self.occupation, level_shift=shift)


def exact_steady_state(system: LevelSystem, modes: Sequence[Mode], cutoff: int) -> ExactState:
    """Steady state of a system and its damped modes.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    modes : sequence of Mode
        One mode for each bath. For a bath on one site of the coupled TLSs the couplings
        are g times the site's amplitudes.
    cutoff : int
        Largest total order, summed k_a + l_a, of the operators kept; at least 2. What a
        cut-off n leaves out begins with the power 2n + 2 of the coupling.

    Returns
    -------
    ExactState
        With an estimate of the truncation error.

    Raises
    ------
    ValueError
        If the cut-off is below 2, a mode has not one coupling for each transition, or the steady
        state is not unique.
    """
    if cutoff < 2:
        raise ValueError(f"cut-off is {cutoff}, expected at least 2")
    for mode in modes:
        if len(mode.couplings) != len(system.transitions):
            raise ValueError(
                f"mode {mode.name} has {len(mode.couplings)} couplings, expected one for each of "
                f"the {len(system.transitions)} transitions of {system.name}"
            )
    return ExactState.of(system, modes_hierarchy(system, modes, cutoff))


def modes_hierarchy(system: LevelSystem, modes: Sequence[Mode], cutoff: int) -> Hierarchy:
    """Hierarchy of a system and its damped modes."""
    lowering = system.lowering_operators.astype(complex)
    legs = []
    for mode in modes:
        inner = np.tensordot(np.conj(mode.couplings), lowering, 1)
        outer = inner.conj().T.astype(complex)
        rate = 0.5 * mode.damping - 1j * mode.frequency
        leg = Leg(
            rate,
            inner,
            np.asarray(mode.occupation * outer),
            np.asarray((mode.occupation + 1.0) * outer),
        )
        legs.append([leg])
    return Hierarchy(system.hamiltonian, legs, cutoff, system.excitations)
