"""Eq. (4) for two transitions that share two baths, with nothing in between.

In the Schroedinger picture Eq. (4) with H_SB = sum_i phi+_i B_i + h.c. is

    d rho/dt = -i [H_S, rho] - sum_i ( [phi+_i, K_i rho] + [phi-_i, M_i rho] + h.c. ),

    K_i = sum_j phi-_j int_0^inf ds exp(+i eps_j s) <B_i(t) B_j(t-s)^dagger>,
    M_i = sum_j phi+_j int_0^inf ds exp(-i eps_j s) <B_i(t)^dagger B_j(t-s)>.

By Eqs. (2) and (7), and without principal values, the integrals are Gamma-_ji(eps_j)
and Gamma+_ij(eps_j) of Eq. (6).
"""

import numpy as np
from numpy.typing import NDArray

from li_cai_sun_2015.numbered_equations.samples import Matrix, Sample
from steady_coherence.systems import LevelSystem


def commutator(left: Matrix, right: Matrix) -> Matrix:
    """[A, B]."""
    return np.asarray(left @ right - right @ left)


def right_hand_side(
    system: LevelSystem, sample: Sample, rho: Matrix, *, cross: bool = True
) -> Matrix:
    """Evaluate d rho/dt of Eq. (4) in the Schroedinger picture, with or without the terms i != j.

    The equation is linear: any matrices rho will do, of shape (..., n_levels, n_levels).
    """
    lower = system.lowering_operators.astype(complex)
    upper = lower.transpose(0, 2, 1)
    total = -1j * commutator(system.hamiltonian.astype(complex), rho)
    for i in (1, 2):
        emission = np.zeros_like(lower[0])
        absorption = np.zeros_like(lower[0])
        for j in (1, 2) if cross else (i,):
            emission += sample.minus(j, i, j) * lower[j - 1]
            absorption += sample.plus(i, j, j) * upper[j - 1]
        for outer, inner in ((upper[i - 1], emission), (lower[i - 1], absorption)):
            total -= commutator(outer, inner @ rho)
            # The Hermitian conjugate, written so that it is linear in rho.
            total -= commutator(rho @ inner.conj().T, outer.conj().T)
    return total


def generator(system: LevelSystem, sample: Sample, *, cross: bool = True) -> Matrix:
    """Matrix of `right_hand_side` on row-major vec(rho)."""
    size = len(system.levels)
    units = np.eye(size * size, dtype=complex).reshape(-1, size, size)
    return right_hand_side(system, sample, units, cross=cross).reshape(len(units), -1).T


def steady_state(system: LevelSystem, sample: Sample, *, cross: bool = True) -> Matrix:
    """Density matrix that `generator` maps to zero."""
    size = len(system.levels)
    kernel = np.linalg.svd(generator(system, sample, cross=cross))[2][-1].conj()
    rho = kernel.reshape(size, size)
    return np.asarray(rho / np.trace(rho))


def hamiltonian_part(system: LevelSystem, sample: Sample) -> Matrix:
    """Traceless Hermitian H in the generator's -i [H, rho].

    It is (1/2in) sum_kl [E_kl^dagger, L E_kl] with E_kl = |k><l|: the terms
    c rho c'^dagger - {c'^dagger c, rho}/2 drop out where c and c' have no trace.
    """
    size = len(system.levels)
    units = np.eye(size * size, dtype=complex).reshape(-1, size, size)
    changes = right_hand_side(system, sample, units)
    return np.asarray(commutator(units.swapaxes(1, 2), changes).sum(axis=0) / (2j * size))


def traceless(matrix: Matrix) -> Matrix:
    """A matrix without its trace."""
    return np.asarray(matrix - np.trace(matrix) / len(matrix) * np.eye(len(matrix)))


def coherence_block(system: LevelSystem, sample: Sample) -> NDArray[np.complex128]:
    """Rows and columns of the generator for n_1, n_2, tau_12 = rho_21 and tau_21 = rho_12.

    Minus this is the coefficient matrix of Eq. (14).
    """
    size, (first, second) = len(system.levels), system.structure.pair
    elements = [
        row * size + column
        for row, column in ((first, first), (second, second), (second, first), (first, second))
    ]
    return generator(system, sample)[np.ix_(elements, elements)]
