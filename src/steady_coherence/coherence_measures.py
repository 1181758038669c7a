"""How much coherence a state has in the eigenbasis of H_S, by measures of the resource theory.

Baumgratz, Cramer and Plenio, Phys. Rev. Lett. 113, 140401 (2014). Where two levels have the same
energy the measures depend on the basis that is chosen among them.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.systems import LevelSystem

Array = NDArray[np.float64]

#: An eigenvalue of a density matrix this far below zero may be rounding.
ROUNDING = 1e-12


def density_matrices(
    system: LevelSystem, state: Mapping[str, NDArray[Any]]
) -> NDArray[np.complex128]:
    """Density matrices from the variables that `steady_states` gives.

    Parameters
    ----------
    system : LevelSystem
        The system that they belong to.
    state : mapping of str to ndarray
        `population`, `coherence_real` and `coherence_imag`, or `density_matrix_real` and
        `density_matrix_imag` where the system has more coherences than one.

    Returns
    -------
    ndarray of complex, shape (..., n_levels, n_levels)
        The leading axes are those of the grid; NaN where the state is not unique.
    """
    if "density_matrix_real" in state:
        stacked = state["density_matrix_real"] + 1j * state["density_matrix_imag"]
    else:
        first, second = map(system.index, system.coherent_pair)
        population = state["population"]
        stacked = np.zeros((len(population), *population.shape), dtype=complex)
        np.einsum("kk...->k...", stacked)[...] = population
        stacked[first, second] = state["coherence_real"] + 1j * state["coherence_imag"]
        stacked[second, first] = stacked[first, second].conj()
    return np.moveaxis(stacked, (0, 1), (-2, -1))


def l1_norm_of_coherence(density_matrix: ArrayLike) -> Array:
    """C_l1 = sum_(k != l) |rho_kl|: 0 of a diagonal state, n_levels - 1 at the most.

    Parameters
    ----------
    density_matrix : array_like, shape (..., n_levels, n_levels)
        rho.

    Returns
    -------
    ndarray, shape (...)
        2 |rho_12| where there is no other coherence.

    Examples
    --------
    >>> print(l1_norm_of_coherence([[0.5, 0.2j], [-0.2j, 0.5]]))
    0.4
    """
    moduli = np.abs(density_matrix)
    return np.asarray((moduli * ~np.eye(moduli.shape[-1], dtype=bool)).sum(axis=(-2, -1)))


def relative_entropy_of_coherence(density_matrix: ArrayLike) -> Array:
    """C_r = S(diagonal of rho) - S(rho), with S(rho) = -Tr rho ln rho.

    Parameters
    ----------
    density_matrix : array_like, shape (..., n_levels, n_levels)
        rho, Hermitian.

    Returns
    -------
    ndarray, shape (...)
        In nats: 0 of a diagonal state, ln n_levels at the most. NaN where rho has a negative
        eigenvalue, as it may have by an equation that is not of GKLS form: such a matrix has no
        entropy. A difference of two entropies, right to some 1e-16; coherences below 1e-8 are
        lost in it.

    Examples
    --------
    >>> print(relative_entropy_of_coherence([[0.5, 0.5], [0.5, 0.5]]).round(12))
    0.69314718056
    """
    from scipy.special import entr  # noqa: PLC0415, slow to import

    matrices = np.asarray(density_matrix, dtype=complex)
    known = np.isfinite(matrices).all(axis=(-2, -1))
    matrices = np.where(known[..., None, None], matrices, np.eye(matrices.shape[-1]))
    spectrum = np.linalg.eigvalsh(matrices)
    known &= spectrum[..., 0] >= -ROUNDING
    diagonal = np.einsum("...kk->...k", matrices).real
    of_diagonal, of_whole = (entr(np.clip(p, 0.0, None)).sum(-1) for p in (diagonal, spectrum))
    return np.where(known, np.clip(of_diagonal - of_whole, 0.0, None), np.nan)
