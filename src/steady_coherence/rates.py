"""One-sided rates: what each master equation makes of a bath.

A master equation is given by the matrices a and b of

    d rho/dt = -i [H_S, rho] + sum_ij ( a_ij [phi-_i rho, phi+_j]
                                      + b_ij [phi+_i rho, phi-_j] + h.c. ).

Equation (4) with H_SB of Eq. (3) gives the one-sided Fourier integrals of the
correlators, Eqs. (A.3) and (A.4): a_ij = Gamma-_ij(eps_i), b_ij = Gamma+_ji(eps_i). The
principal values of Eq. (A.5) are left out. The anti-Hermitian part of a and b is H_c of
Eq. (12). The other equations here change a and b, and nothing else.

All of them are linear in a few functions of the occupation numbers, so that a whole
grid of temperatures shares a handful of constant matrices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath, BathState
from steady_coherence.systems import LevelSystem

Matrix = NDArray[np.complex128]
Real = float | NDArray[np.float64]
#: What multiplies a part at every grid point, given the states of the bath there.
Coefficient = Callable[[BathState], Real]

#: Relative difference below which two transition energies count as equal (D_ij = 0).
DEGENERACY_TOLERANCE = 1e-9

#: Relative difference below which two transitions belong to one cluster of the unified equation.
CLUSTER_TOLERANCE = 0.2


@dataclass(frozen=True)
class RatePart:
    """One part of the matrices a and b of a bath.

    Attributes
    ----------
    coefficient : callable
        States of the bath to what multiplies the part at every grid point.
    emission, absorption : ndarray, shape (n_transitions, n_transitions)
        The part of a and of b, constant over the grid.
    """

    coefficient: Coefficient
    emission: Matrix
    absorption: Matrix


def spontaneous(matrix: Matrix) -> RatePart:
    """Part of a that does not depend on the occupation."""
    return RatePart(lambda _: 1.0, matrix, np.zeros_like(matrix))


def stimulated(matrix: Matrix, frequency: float) -> RatePart:
    """Part of a and b that is proportional to N(w): Gamma+_ji is the conjugate of Gamma-_ij."""
    return RatePart(lambda state: state.number(frequency), matrix, matrix.conj())


def half_spectrum(system: LevelSystem, bath: Bath) -> Matrix:
    """gamma_ij(eps_i)/2, each row at its own energy."""
    matrices = bath.spectrum_matrices(system.transition_energies)
    rows = np.arange(len(system.transitions))
    return np.asarray(0.5 * matrices[rows, rows, :])


def nonsecular(system: LevelSystem, bath: Bath) -> list[RatePart]:
    """Equation (12), H_c included: a_ij = Gamma-_ij(eps_i), b_ij = Gamma+_ji(eps_i)."""
    return _at_own_energies(system, half_spectrum(system, bath))


def nonsecular_lamb(system: LevelSystem, bath: Bath) -> list[RatePart]:
    """Equation (12) with the principal values of Eq. (A.5) kept.

    The one-sided integrals of the two correlators are Gamma-_ij + i S-_ij and
    Gamma+_ij - i S+_ij: the second correlator turns the other way. So
    a_ij gains i S-_ij(eps_i) and b_ij gains -i S+_ji(eps_i).

    Raises
    ------
    ValueError
        If the bath has no `level_shift`.
    """
    if bath.level_shift is None:
        raise ValueError(
            f"bath {bath.name} has no level_shift, expected one: the principal values of a flat "
            "spectrum diverge"
        )
    parts = nonsecular(system, bath)
    nothing = np.zeros((len(system.transitions),) * 2, dtype=complex)
    for i, energy in enumerate(system.transition_energies.tolist()):
        for j in range(len(system.transitions)):
            unit = nothing.copy()
            unit[i, j] = 1.0j
            parts += [
                RatePart(_shift(energy, 0, (i, j), np.real), unit, nothing),
                RatePart(_shift(energy, 0, (i, j), np.imag), 1.0j * unit, nothing),
                RatePart(_shift(energy, 1, (j, i), np.real), nothing, -unit),
                RatePart(_shift(energy, 1, (j, i), np.imag), nothing, -1.0j * unit),
            ]
    return parts


def _shift(
    energy: float, which: int, element: tuple[int, int], part: Callable[[Matrix], Real]
) -> Coefficient:
    """Real or imaginary part of an element of S- (which = 0) or S+ (1)."""
    return lambda state: part(state.shift(energy)[which][element])


def secular(system: LevelSystem, bath: Bath) -> list[RatePart]:
    """Equation (9): the same with only the pairs of D_ij = 0.

    Energies that agree to `DEGENERACY_TOLERANCE` count as equal: a degenerate
    pair keeps its cross terms.
    """
    energies = system.transition_energies
    difference = np.abs(np.subtract.outer(energies, energies))
    kept = difference <= DEGENERACY_TOLERANCE * energies.max()
    return _at_own_energies(system, np.where(kept, half_spectrum(system, bath), 0.0))


def _at_own_energies(system: LevelSystem, half_gamma: Matrix) -> list[RatePart]:
    energies = system.transition_energies
    rows = {
        float(energy): np.where((energies == energy)[:, None], half_gamma, 0.0)
        for energy in np.unique(energies)
    }
    return [spontaneous(half_gamma), *(stimulated(part, energy) for energy, part in rows.items())]


def unified(system: LevelSystem, bath: Bath) -> list[RatePart]:
    """Cluster equation of GKLS form, rates at the mean energy of a cluster.

    Trushechkin, Phys. Rev. A 103, 062226 (2021); Potts, Kalaee and Wacker, New
    J. Phys. 23, 123013 (2021). Transitions are in one cluster where neighbours
    in energy differ by less than `CLUSTER_TOLERANCE`; pairs in different
    clusters are dropped. Within a cluster a and b are positive semidefinite.
    """
    parts = []
    for members in clusters(system.transition_energies):
        mean = float(system.transition_energies[members].mean())
        within = np.isin(np.arange(len(system.transitions)), members)
        gamma = bath.spectrum_matrices(np.array([mean]))[0]
        half_gamma = np.where(np.logical_and.outer(within, within), 0.5 * gamma, 0.0)
        parts += [spontaneous(half_gamma), stimulated(half_gamma, mean)]
    return parts


def clusters(energies: NDArray[np.float64]) -> list[NDArray[np.int64]]:
    """Groups of transitions whose energies are close.

    Parameters
    ----------
    energies : ndarray, shape (n,)
        Transition energies.

    Returns
    -------
    list of ndarray of int
        Numbers of the transitions of each cluster, clusters from low to high.
    """
    order = np.argsort(energies, kind="stable")
    gaps = np.diff(energies[order]) > CLUSTER_TOLERANCE * energies.mean()
    return np.split(order, np.flatnonzero(gaps) + 1)


def geometric(system: LevelSystem, bath: Bath) -> list[RatePart]:
    """Equation of GKLS form with the geometric mean of the rates at two energies.

    Nathan and Rudner, Phys. Rev. B 102, 115109 (2020); Davidovic, Quantum 4, 326
    (2020); Kirsanskas, Francke and Wacker, Phys. Rev. B 97, 035432 (2018). With
    g(w) the positive root of the matrix gamma(w), the Kossakowski matrix is
    K_ij = [g(eps_i) g(eps_j)]_ij sqrt((N(eps_i)+1)(N(eps_j)+1)): a product of a
    matrix with its adjoint, and so positive semidefinite.
    """
    energies = system.transition_energies
    roots = _positive_roots(bath.spectrum_matrices(energies))
    half = 0.5 * np.einsum("iim,jmj->ij", roots, roots)
    nothing = np.zeros_like(half)
    parts = []
    distinct = np.unique(energies)
    for number, first in enumerate(distinct):
        for second in distinct[number:]:
            here = np.logical_and.outer(energies == first, energies == second)
            pair = np.where(here | here.T, half, 0.0)
            emission = _geometric_mean(float(first), float(second), 1.0)
            absorption = _geometric_mean(float(first), float(second), 0.0)
            parts.append(RatePart(emission, pair, nothing))
            parts.append(RatePart(absorption, nothing, pair.conj()))
    return parts


def _geometric_mean(first: float, second: float, vacuum: float) -> Coefficient:
    """sqrt((N(w1) + v)(N(w2) + v)), with v = 1 for emission and 0 for absorption."""

    def coefficient(state: BathState) -> Real:
        return np.asarray(
            np.sqrt(state.number(first) + vacuum) * np.sqrt(state.number(second) + vacuum)
        )

    return coefficient


def _positive_roots(matrices: Matrix) -> Matrix:
    """Positive semidefinite roots of positive semidefinite matrices."""
    values, vectors = np.linalg.eigh(matrices)
    roots = np.sqrt(np.maximum(values, 0.0))
    return np.asarray(np.einsum("nik,nk,njk->nij", vectors, roots, vectors.conj()))


#: The master equations by name, those of `catalogue.EQUATIONS`.
EQUATIONS: dict[str, Callable[[LevelSystem, Bath], list[RatePart]]] = {
    "nonsecular": nonsecular,
    "nonsecular_lamb": nonsecular_lamb,
    "secular": secular,
    "unified": unified,
    "geometric": geometric,
}
