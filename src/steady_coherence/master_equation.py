"""The generator of a master equation, from its one-sided rates.

A superoperator is an array S of shape (n, n, n, n): (S rho)_kl = S_klpq rho_pq.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath, BathState
from steady_coherence.rates import EQUATIONS, Coefficient, Real
from steady_coherence.systems import LevelSystem

Superoperator = NDArray[np.complex128]


@dataclass(frozen=True)
class Term:
    """One part of the generator: a constant superoperator and what multiplies it.

    Attributes
    ----------
    bath : int
        Number of the bath that this part is due to.
    coefficient : callable
        States of that bath to the coefficient at every grid point.
    superoperator : ndarray, shape (n, n, n, n)
        The matrix.
    """

    bath: int
    coefficient: Coefficient
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
    ) -> list[Real]:
        """What multiplies each term, for the baths' own states or for others."""
        if states is None:
            states = [bath.state for bath in baths]
        there = [BathState(bath, state) for bath, state in zip(baths, states, strict=True)]
        return [term.coefficient(there[term.bath]) for term in self.terms]

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


def build_generator(system: LevelSystem, baths: Sequence[Bath], equation: str) -> Generator:
    """Generator of a master equation.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    baths : sequence of Bath
        Independent baths; only their coupling spectra are used here.
    equation : str
        A name in `rates.EQUATIONS`, such as "nonsecular" or "secular".

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
    lowering = system.lowering_operators
    emission = pair_superoperators(lowering)
    absorption = pair_superoperators(lowering.transpose(0, 2, 1))
    terms = []
    for number, bath in enumerate(baths):
        for part in EQUATIONS[equation](system, bath):
            dissipator = np.einsum("ij,ijklpq->klpq", part.emission, emission)
            dissipator = dissipator + np.einsum("ij,ijklpq->klpq", part.absorption, absorption)
            terms.append(Term(number, part.coefficient, add_hermitian_conjugate(dissipator)))
    return Generator(system, commutator(system.hamiltonian), tuple(terms))


def kossakowski_minimum(
    system: LevelSystem, baths: Sequence[Bath], equation: str, chunk: int = 16384
) -> NDArray[np.float64]:
    """Smallest eigenvalue of the Kossakowski matrices of emission and absorption.

    These are a + a^dagger and b + b^dagger, summed over the baths. An equation is
    of GKLS form, and keeps every state positive, where both are positive
    semidefinite.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    baths : sequence of Bath
        The baths, on one grid.
    equation : str
        A name in `rates.EQUATIONS`.
    chunk : int
        Grid points worked on together.

    Returns
    -------
    ndarray, shape of the grid
        In units of energy.
    """
    parts = [
        (number, part) for number, b in enumerate(baths) for part in EQUATIONS[equation](system, b)
    ]
    states = np.broadcast_arrays(*(bath.state for bath in baths))
    flat = [state.reshape(-1) for state in states]
    smallest = np.empty(flat[0].size)
    for start in range(0, smallest.size, chunk):
        here = slice(start, start + chunk)
        there = [BathState(bath, state[here]) for bath, state in zip(baths, flat, strict=True)]
        size = there[0].size
        matrices = np.zeros((2, size, *parts[0][1].emission.shape), dtype=complex)
        for number, part in parts:
            coefficient = np.broadcast_to(part.coefficient(there[number]), (size,))
            for process, one_sided in enumerate((part.emission, part.absorption)):
                matrices[process] += np.multiply.outer(coefficient, one_sided + one_sided.conj().T)
        smallest[here] = np.linalg.eigvalsh(matrices)[..., 0].min(axis=0)
    return smallest.reshape(states[0].shape)
