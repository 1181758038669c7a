"""The generator of a master equation, linear in its one-sided rates.

A superoperator is an array S of shape (n, n, n, n): (S rho)_kl = S_klpq rho_pq.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath
from steady_coherence.master_equations import couplings
from steady_coherence.numerics.blocks import whole
from steady_coherence.rates import IMAG, REAL, Key, rate_matrices
from steady_coherence.systems import LevelSystem

Superoperator = NDArray[np.complex128]


class Dissipator:
    """What multiplies the one-sided rates in the generator of a level system.

    D rho = sum_ij ( a_ij [phi-_i rho, phi+_j] + b_ij [phi+_i rho, phi-_j] + h.c. )

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    """

    def __init__(self, system: LevelSystem) -> None:
        lowering = system.lowering_operators
        #: Superoperators of 2 a_ij and 2 b_ij, without their Hermitian conjugates.
        self.pairs = 0.5 * np.stack(
            [pair_superoperators(lowering), pair_superoperators(lowering.transpose(0, 2, 1))]
        )
        #: What multiplies Re 2 a_ij, Re 2 b_ij, Im 2 a_ij, Im 2 b_ij in D.
        self.parts = np.stack(
            [add_hermitian_conjugate(self.pairs), add_hermitian_conjugate(1j * self.pairs)]
        )

    @cached_property
    def keys(self) -> list[Key]:
        """Parts of the rates that D depends on."""
        shape = self.pairs.shape[:3]
        return [
            Key(process, i, j, part) for part in (REAL, IMAG) for process, i, j in np.ndindex(shape)
        ]

    def part(self, key: Key) -> Superoperator:
        """Superoperator of one real number among the rates."""
        return np.asarray(self.parts[key.part, key.process, key.i, key.j])


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


def add_hermitian_conjugate(superoperator: NDArray[Any]) -> Superoperator:
    """Superoperator rho -> S rho + (S rho)^dagger, for Hermitian rho; shape (..., n, n, n, n)."""
    exchanged = superoperator.swapaxes(-4, -3).swapaxes(-2, -1)
    return np.asarray(superoperator + exchanged.conj())


def commutator(hamiltonian: NDArray[np.complex128] | NDArray[np.float64]) -> Superoperator:
    """Superoperator rho -> -i [H, rho]."""
    identity = np.eye(len(hamiltonian))
    return np.asarray(
        -1j * np.einsum("kp,lq->klpq", hamiltonian, identity)
        + 1j * np.einsum("kp,ql->klpq", identity, hamiltonian)
    )


def generator_matrix(
    system: LevelSystem, baths: Sequence[Bath], equation: str
) -> NDArray[np.complex128]:
    """The generator L of d rho/dt = L rho at every grid point, on row-major vec(rho).

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    baths : sequence of Bath
        Independent baths, on one grid.
    equation : str
        A name in `MASTER_EQUATIONS`, such as "nonsecular" or "secular".

    Returns
    -------
    ndarray, shape (..., n_levels**2, n_levels**2)
        The leading axes are those of the grid.

    Raises
    ------
    ValueError
        As `master_equations.couplings`.
    """
    shape = np.broadcast_shapes(*(bath.state.shape for bath in baths))
    grid = whole(shape or (1,))
    size = len(system.levels) ** 2
    dissipator = Dissipator(system)
    total = np.zeros((grid.size, size, size), dtype=complex)
    total += commutator(system.hamiltonian).reshape(size, size)
    for coupling in couplings(system, baths, equation):
        rates = rate_matrices(coupling, grid)
        for part, numbers in zip(dissipator.parts, (rates.real, rates.imag), strict=True):
            total += np.einsum("tijs,tijklpq->sklpq", numbers, part).reshape(-1, size, size)
    return total.reshape(*shape, size, size)
