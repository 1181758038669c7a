"""Observables of a steady state: currents, the internal flux and condition (19)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath, dissipation_rates
from steady_coherence.master_equation import Generator
from steady_coherence.solver import (
    ComplexForm,
    LinearForm,
    SteadyState,
    Values,
    product,
    total,
)
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

    def __init__(self, generator: Generator, bath: int, operator: Operator) -> None:
        # D^dagger O, the operator in the Heisenberg picture, for each term of L.
        changes = [
            (term.bath == bath) * np.einsum("lk,klpq->qp", operator, term.superoperator)
            for term in generator.terms
        ]
        system = generator.system
        first, second = (system.index(level) for level in system.coherent_pair)
        self._populations = [
            LinearForm.of(0.0, [change[k, k].real for change in changes])
            for k in range(len(system.levels))
        ]
        self._coherence = ComplexForm.of(0.0, [2.0 * change[second, first] for change in changes])

    def __call__(self, values: Values, state: SteadyState) -> NDArray[np.float64]:
        """Evaluate the current at every grid point."""
        real, imag = values.pair(self._coherence)
        populations = zip(self._populations, state.populations, strict=True)
        current = total(
            [product(values[form], population) for form, population in populations]
            + [product(real, state.coherence_real), -product(imag, state.coherence_imag)]
        )
        return state.marked(current)


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
        The baths, on one grid.

    Returns
    -------
    ndarray of complex, shape of the grid
        NaN where a transition absorbs from no bath: all that couple to it are
        at T = 0.
    """
    left_hand_side: NDArray[np.complex128] | complex = 0.0j
    for number, energy in enumerate(system.transition_energies):
        emission, absorption = dissipation_rates(baths, float(energy))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            left_hand_side = left_hand_side + (
                emission[1, 0]
                - absorption[1, 0] * emission[number, number] / absorption[number, number]
            )
    return np.asarray(left_hand_side)
