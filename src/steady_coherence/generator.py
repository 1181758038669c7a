"""The generator of a master equation, linear in its one-sided rates.

A superoperator is an array S of shape (n, n, n, n): (S rho)_kl = S_klpq rho_pq.
"""

from __future__ import annotations

from collections.abc import Sequence
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

    Most elements of D are zero: a transition starts from one level. Those that are not are kept
    one by one, so that systems of many levels fit into memory.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.

    Attributes
    ----------
    elements : dict of pair of int to dict of Key to complex
        For rho_pq, at number p n + q in row-major vec(rho), feeding rho_kl, at number k n + l:
        at [k n + l, p n + q], what multiplies each part of 2 a_ij and 2 b_ij.
    """

    def __init__(self, system: LevelSystem) -> None:
        self.elements: dict[tuple[int, int], dict[Key, complex]] = {}
        lowering = system.lowering_operators
        operators = (lowering, lowering.transpose(0, 2, 1))
        size = len(system.levels) ** 2
        for part, unit in ((REAL, 1.0), (IMAG, 1j)):
            for process, i, j in np.ndindex(2, len(lowering), len(lowering)):
                # gamma/2: the rates of the equation are half of 2 a and 2 b.
                pair = 0.5 * pair_superoperator(operators[process][i], operators[process][j])
                whole = add_hermitian_conjugate(unit * pair).reshape(size, size)
                for row, column in np.argwhere(whole).tolist():
                    weights = self.elements.setdefault((row, column), {})
                    weights[Key(process, i, j, part)] = complex(whole[row, column])


def pair_superoperator(
    first: NDArray[np.float64], second: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Superoperator rho -> [A rho, B^dagger] for real operators A and B, shape (n, n, n, n)."""
    identity = np.eye(len(first))
    sandwich = np.einsum("kp,lq->klpq", first, second)
    product = np.einsum("mk,mp->kp", second, first)  # B^dagger A
    return np.asarray(sandwich - np.einsum("kp,lq->klpq", product, identity))


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
    total = np.zeros((grid.size, size, size), dtype=complex)  # (point, element, element)
    total += commutator(system.hamiltonian).reshape(size, size)
    elements = Dissipator(system).elements
    for coupling in couplings(system, baths, equation):
        rates = rate_matrices(coupling, grid)  # (process, transition, transition, point)
        for (row, column), weights in elements.items():
            for (process, i, j, part), weight in weights.items():
                number = rates[process, i, j].imag if part == IMAG else rates[process, i, j].real
                total[:, row, column] += weight * number
    return total.reshape(*shape, size, size)
