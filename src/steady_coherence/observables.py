"""Observables of a steady state: currents, the internal flux and condition (19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath, dissipation_rates
from steady_coherence.master_equation import Generator
from steady_coherence.solver import Coefficients, SteadyState
from steady_coherence.systems import LevelSystem

Operator = NDArray[np.complexfloating[Any, Any]] | NDArray[np.float64]


def expectation(system: LevelSystem, operator: Operator, state: SteadyState) -> NDArray[np.float64]:
    """Expectation value Tr[O rho] of a Hermitian operator.

    Parameters
    ----------
    system : LevelSystem
        Names the coherent pair.
    operator : ndarray, shape (n_levels, n_levels)
        O in the eigenbasis of H_S.
    state : SteadyState
        rho at every grid point.

    Returns
    -------
    ndarray, shape of the grid
    """
    first, second = (system.index(level) for level in system.coherent_pair)
    # Tr[O rho] = sum_k O_kk n_k + 2 Re(O_21 rho_12)
    cross = complex(operator[second, first])
    value = 2.0 * (cross.real * state.coherence_real - cross.imag * state.coherence_imag)
    for level, population in enumerate(state.populations):
        value += float(operator[level, level].real) * population
    return value


@dataclass(frozen=True)
class BathCurrent:
    """Rate at which one bath changes the expectation value of an operator.

    Tr[O D_a rho], D_a the dissipator of the bath, its part of H_c included. With
    H_S for O this is the energy current out of the bath.

    Parameters
    ----------
    generator : Generator
        L.
    bath : int
        Number of the bath.
    operator : ndarray, shape (n_levels, n_levels)
        Hermitian operator O in the eigenbasis of H_S.
    """

    generator: Generator
    bath: int
    operator: Operator

    @cached_property
    def rates_of_change(self) -> list[tuple[int, Operator]]:
        """D^dagger O for each term of the bath: the operator in the Heisenberg picture."""
        return [
            (number, np.einsum("lk,klpq->qp", self.operator, term.superoperator))
            for number, term in enumerate(self.generator.terms)
            if term.bath == self.bath
        ]

    def __call__(self, coefficients: Coefficients, state: SteadyState) -> NDArray[np.float64]:
        """Evaluate the current at every grid point, for coefficients and state on that grid."""
        total = np.zeros(state.coherence_real.shape)
        for number, rate in self.rates_of_change:
            total += coefficients[number] * expectation(self.generator.system, rate, state)
        return total


def site_excitation(system: LevelSystem, site: int) -> NDArray[np.float64]:
    """Operator sz_a = 2 s+_a s-_a - 1 of a site in the eigenbasis of H_S.

    Parameters
    ----------
    system : LevelSystem
        A system of sites, such as the two coupled TLSs.
    site : int
        Number a of the site.

    Returns
    -------
    ndarray, shape (n_levels, n_levels)
    """
    lowering = system.site_lowering_operators[site]
    return np.asarray(2.0 * lowering.T @ lowering - np.eye(len(lowering)))


def internal_flux(system: LevelSystem, site: int, state: SteadyState) -> NDArray[np.float64]:
    """Internal flux into a site, J = -i <[sz_a, H_S]>, Eq. (28).

    For site 1 of the two coupled TLSs this is -4 g Im <E1|rho|E2>; the paper
    prints the opposite sign.

    Parameters
    ----------
    system : LevelSystem
        A system of sites.
    site : int
        Number a of the site.
    state : SteadyState
        rho at every grid point.

    Returns
    -------
    ndarray, shape of the grid
        d<sz_a>/dt due to H_S.
    """
    excitation = site_excitation(system, site)
    commutator = excitation @ system.hamiltonian - system.hamiltonian @ excitation
    return expectation(system, -1j * commutator, state)


def coherence_condition(system: LevelSystem, baths: Sequence[Bath]) -> NDArray[np.complex128]:
    """Left-hand side of condition (19): rho_12 = 0 needs it to vanish.

    Parameters
    ----------
    system : LevelSystem
        The Lambda-type system.
    baths : sequence of Bath
        The baths, on one grid; at least one of them at T > 0 at every point.

    Returns
    -------
    ndarray of complex, shape of the grid
    """
    total: NDArray[np.complex128] | complex = 0.0j
    for number, energy in enumerate(system.transition_energies):
        emission, absorption = dissipation_rates(baths, float(energy))
        total = total + (
            emission[1, 0]
            - absorption[1, 0] * emission[number, number] / absorption[number, number]
        )
    return np.asarray(total)
