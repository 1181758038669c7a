"""The master equation, from H_SB and the one-sided bath correlators.

Equation (4) with H_SB of Eq. (3) is a sum over ordered pairs of transitions,

    d rho/dt = -i [H_S, rho] + sum_ij ( a_ij [phi-_i rho, phi+_j]
                                      + b_ij [phi+_i rho, phi-_j] + h.c. ),

where the one-sided Fourier integrals of the correlators, Eqs. (A.3) and (A.4),
give a_ij = Gamma-_ij(eps_i) and b_ij = Gamma+_ji(eps_i). The principal values of
Eq. (A.5) are left out. The anti-Hermitian part of a and b is H_c of Eq. (12).

Both rates of Eq. (6) are linear in the occupation numbers N_a(eps), so that

    L = L_0 + sum_a sum_eps N_a(eps) L_(a, eps)

with matrices L that do not depend on the temperatures: a whole grid of them
shares a handful of matrices.

A superoperator is an array S of shape (n, n, n, n): (S rho)_kl = S_klpq rho_pq.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath
from steady_coherence.systems import LevelSystem

Superoperator = NDArray[np.complex128]

#: Relative difference below which two transition energies count as equal (D_ij = 0).
DEGENERACY_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Term:
    """One part of the generator: a constant superoperator and what multiplies it.

    Attributes
    ----------
    bath : int
        Number of the bath that this part is due to.
    frequency : float or None
        The part is multiplied by the occupation number of the bath at this
        frequency, or by one (spontaneous emission).
    superoperator : ndarray, shape (n, n, n, n)
        The matrix L_(a, eps).
    """

    bath: int
    frequency: float | None
    superoperator: Superoperator


@dataclass(frozen=True)
class Generator:
    """The generator L of d rho/dt = L rho, for baths in any state.

    Attributes
    ----------
    system : LevelSystem
        Levels and transitions.
    unitary : ndarray, shape (n, n, n, n)
        -i [H_S, .].
    terms : tuple of Term
        Dissipators of the baths.
    """

    system: LevelSystem
    unitary: Superoperator
    terms: tuple[Term, ...]

    def coefficients(
        self, baths: Sequence[Bath], states: Sequence[NDArray[np.float64]] | None = None
    ) -> list[float | NDArray[np.float64]]:
        """What multiplies each term, for the baths' own states or for others."""
        if states is None:
            states = [bath.state for bath in baths]
        return [
            1.0
            if term.frequency is None
            else baths[term.bath].occupation_number(term.frequency, states[term.bath])
            for term in self.terms
        ]

    def matrix(self, baths: Sequence[Bath]) -> NDArray[np.complex128]:
        """L at every grid point as a matrix on row-major vec(rho).

        Parameters
        ----------
        baths : sequence of Bath
            The baths, on one grid.

        Returns
        -------
        ndarray, shape (..., n**2, n**2)
            The leading axes are those of the grid.
        """
        size = len(self.system.levels) ** 2
        total = self.unitary.reshape(size, size)
        for term, coefficient in zip(self.terms, self.coefficients(baths), strict=True):
            block = term.superoperator.reshape(size, size)
            total = total + np.multiply.outer(np.asarray(coefficient), block)
        return total


def pair_superoperators(operators: NDArray[np.float64]) -> NDArray[np.float64]:
    """Superoperators rho -> [A_i rho, A_j^dagger] for real operators A_i.

    Parameters
    ----------
    operators : ndarray, shape (m, n, n)
        The operators A_i.

    Returns
    -------
    ndarray, shape (m, m, n, n, n, n)
        First two axes: i, j.
    """
    identity = np.eye(operators.shape[-1])
    sandwich = np.einsum("ikp,jlq->ijklpq", operators, operators)
    product = np.einsum("jmk,imp->ijkp", operators, operators)
    return np.asarray(sandwich - np.einsum("ijkp,lq->ijklpq", product, identity))


def add_hermitian_conjugate(superoperator: Superoperator) -> Superoperator:
    """Superoperator rho -> S rho + (S rho)^dagger, for Hermitian rho."""
    return superoperator + superoperator.transpose(1, 0, 3, 2).conj()


def commutator(hamiltonian: NDArray[np.complex128] | NDArray[np.float64]) -> Superoperator:
    """Superoperator rho -> -i [H, rho]."""
    identity = np.eye(len(hamiltonian))
    return np.asarray(
        -1j * np.einsum("kp,lq->klpq", hamiltonian, identity)
        + 1j * np.einsum("kp,ql->klpq", identity, hamiltonian)
    )


def all_pairs(system: LevelSystem) -> NDArray[np.bool_]:
    """Every pair (i, j): the non-secular equation, Eq. (12)."""
    return np.ones((len(system.transitions),) * 2, dtype=bool)


def degenerate_pairs(system: LevelSystem) -> NDArray[np.bool_]:
    """Pairs with D_ij = 0: the secular approximation, Eq. (9).

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.

    Returns
    -------
    ndarray of bool, shape (n_transitions, n_transitions)
        True where the two transition energies agree to `DEGENERACY_TOLERANCE`;
        a degenerate pair keeps its cross terms.
    """
    energies = system.transition_energies
    difference = np.abs(np.subtract.outer(energies, energies))
    return np.asarray(difference <= DEGENERACY_TOLERANCE * energies.max())


#: Which pairs of transitions each equation keeps.
EQUATIONS = {"nonsecular": all_pairs, "secular": degenerate_pairs}


def build_generator(system: LevelSystem, baths: Sequence[Bath], equation: str) -> Generator:
    """Generator of a master equation.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    baths : sequence of Bath
        Independent baths; only their coupling spectra are used here.
    equation : {"nonsecular", "secular"}
        Eq. (12), H_c included, or the same tensor with only the terms D_ij = 0.

    Returns
    -------
    Generator

    Raises
    ------
    ValueError
        If the equation is not known, or a coupling spectrum is not Hermitian
        positive semidefinite at a transition energy.
    """
    if equation not in EQUATIONS:
        raise ValueError(f"equation is {equation!r}, expected one of {', '.join(EQUATIONS)}")
    kept = EQUATIONS[equation](system)
    lowering = system.lowering_operators
    emission = pair_superoperators(lowering)
    absorption = pair_superoperators(lowering.transpose(0, 2, 1))
    energies = system.transition_energies

    terms = []
    for number, bath in enumerate(baths):
        # half_gamma[i, j] = gamma_ij(eps_i) / 2: each row at its own energy.
        matrices = bath.spectrum_matrices(energies)
        diagonal = np.arange(len(energies))
        half_gamma = 0.5 * np.where(kept, matrices[diagonal, diagonal, :], 0.0)
        spontaneous = np.zeros(emission.shape[2:], dtype=complex)
        for energy in np.unique(energies):
            at_energy = np.where((energies == energy)[:, None], half_gamma, 0.0)
            emitting = add_hermitian_conjugate(np.einsum("ij,ijklpq->klpq", at_energy, emission))
            # Gamma+_ji(eps_i) = conj(gamma_ij(eps_i)) N / 2.
            absorbing = add_hermitian_conjugate(
                np.einsum("ij,ijklpq->klpq", at_energy.conj(), absorption)
            )
            spontaneous = spontaneous + emitting
            terms.append(Term(number, float(energy), emitting + absorbing))
        terms.append(Term(number, None, spontaneous))
    return Generator(system, commutator(system.hamiltonian), tuple(terms))
