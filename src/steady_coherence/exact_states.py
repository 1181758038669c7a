"""Exact steady states of a system between baths of any spectrum and temperature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath
from steady_coherence.exponentials import Exponentials, counter_term_matrix, exponentials
from steady_coherence.hierarchy import Hierarchy, Leg
from steady_coherence.systems import LevelSystem

Matrix = NDArray[np.complex128]

#: Terms of the rational functions, and by how many fewer tell the error of the fit.
TERMS, FEWER = 20, 4
#: Highest order of the hierarchy.
DEPTH = 3
#: A matrix of weights has a rank less where a singular value is below this part of the largest.
RANK = 1e-7


_known_exponentials = lru_cache(maxsize=64)(exponentials)


@dataclass(frozen=True)
class ExactState:
    """Steady state of the system, the baths traced out.

    Attributes
    ----------
    density_matrix : ndarray of complex, shape (n_levels, n_levels)
        rho in the eigenbasis of H_S.
    populations : ndarray, shape (n_levels,)
        Diagonal of rho.
    coherence : complex
        <1|rho|2> of the system's coherent pair.
    excitation_current : ndarray, shape (n_baths,)
        Quanta per time that each bath hands to the system.
    truncation_error : float
        Largest change of an element of rho when the hierarchy is cut one order lower: close to the
        error at that lower order, and larger than the one at this wherever each further order
        changes less than half of what the one before it did.
    fit_error : float
        Largest change of an element of rho with fewer exponentials, close to the error with those
        fewer; zero where the correlators are exponentials.
    """

    density_matrix: Matrix
    populations: NDArray[np.float64]
    coherence: complex
    excitation_current: NDArray[np.float64]
    truncation_error: float
    fit_error: float = 0.0

    @classmethod
    def of(cls, system: LevelSystem, hierarchy: Hierarchy, *fits: Hierarchy) -> ExactState:
        """Steady state of a hierarchy, with its errors by an order less, and by two fits.

        These differ in the number of exponentials, if there are any.
        """
        try:
            rho, changes = hierarchy.steady_state()
            below, _ = hierarchy.steady_state(hierarchy.depth - 1)
            fitted = [fit.steady_state()[0] for fit in fits] or [rho]
        except ValueError as error:
            raise ValueError(f"{system.name}: {error}") from None
        first, second = (system.index(level) for level in system.coherent_pair)
        gained = np.einsum("bkk->bk", changes).real
        return cls(
            density_matrix=rho,
            populations=np.diag(rho).real.copy(),
            coherence=complex(rho[first, second]),
            excitation_current=gained @ np.array(system.excitations, dtype=float),
            truncation_error=float(np.abs(rho - below).max()),
            fit_error=float(np.abs(fitted[0] - fitted[-1]).max()),
        )


def known_exponentials(bath: Bath, energies: tuple[float, ...], count: int) -> Exponentials:
    """As `exponentials`, worked out once for each bath where that is possible."""
    if bath.state.size == 1:
        bath = bath.with_state(bath.state.item())
    try:
        return _known_exponentials(bath, energies, count)
    except TypeError:  # not hashable: arrays are among its parameters
        return exponentials(bath, energies, count)


def legs(
    lowering: Matrix, raising: Matrix, correlators: Exponentials, strength: float = 1.0
) -> list[Leg]:
    """Legs of one bath, whose spectra have the strength as a factor, in the hierarchy.

    The operators phi-_i and phi+_i, of shape (n_transitions, n_levels, n_levels), are both
    phi-_i + phi+_i without rotating waves.
    """
    found = []
    weights = np.concatenate([correlators.absorption, correlators.emission], axis=2)
    for rate, weight in zip(correlators.rates, weights, strict=True):
        u, values, v = np.linalg.svd(weight, full_matrices=False)
        for k in np.flatnonzero(values > RANK * values[0]):
            root = np.sqrt(strength * values[k])
            inner = np.tensordot(root * u[:, k], lowering, 1)
            outer = (np.tensordot(each, raising, 1) for each in np.split(root * v[k], 2))
            found.append(Leg(complex(rate), inner, *outer))
    return found


def rotating_hierarchy(
    system: LevelSystem,
    baths: Sequence[Bath],
    depth: int = DEPTH,
    terms: int = TERMS,
    strength: float = 1.0,
) -> Hierarchy:
    """Hierarchy of a system and its baths coupled by sum_i (phi-_i B_i^dagger + h.c.), Eq. (3)."""
    lowering = system.lowering_operators.astype(complex)
    raising = lowering.transpose(0, 2, 1)
    energies = tuple(system.transition_energies.tolist())
    every = [
        legs(lowering, raising, known_exponentials(bath, energies, terms), strength)
        for bath in baths
    ]
    return Hierarchy(system.hamiltonian, every, depth, system.excitations)


def dipole_hierarchy(
    system: LevelSystem,
    baths: Sequence[Bath],
    depth: int = DEPTH,
    terms: int = TERMS,
    strength: float = 1.0,
    *,
    counter_term: bool = False,
) -> Hierarchy:
    """Hierarchy of a coupling without rotating waves, sum_i X_i (B_i + B_i^dagger).

    Here X_i = phi-_i + phi+_i. The counter-term sum_ij X_i X_j int dw/(2 pi) gamma_ij(w)/w
    makes the energy of system and baths a sum of squares, as for dipoles in a field.

    Parameters
    ----------
    system, baths, depth, terms, strength
        As in `exact_state`.
    counter_term : bool
        Whether H_S has it.

    Returns
    -------
    Hierarchy
    """
    lowering = system.lowering_operators.astype(complex)
    dipoles = lowering + lowering.transpose(0, 2, 1)
    energies = tuple(system.transition_energies.tolist())
    fits = [known_exponentials(bath, energies, terms) for bath in baths]
    hamiltonian = system.hamiltonian.astype(complex)
    if counter_term:
        shift = strength * sum(counter_term_matrix(bath) for bath in baths)
        hamiltonian = hamiltonian + np.einsum("ij,ikl,jlm->km", shift, dipoles, dipoles)
    every = [legs(dipoles, dipoles, fit, strength) for fit in fits]
    return Hierarchy(hamiltonian, every, depth)


def exact_state(
    system: LevelSystem,
    baths: Sequence[Bath],
    depth: int = DEPTH,
    terms: int = TERMS,
    strength: float = 1.0,
    *,
    hierarchy: Callable[..., Hierarchy] = rotating_hierarchy,
) -> ExactState:
    """Steady state of a system and its baths, at one temperature each.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    baths : sequence of Bath
        With coupling spectra that say of what curves they consist.
    depth : int
        Highest order of the hierarchy kept, 2 or more.
    terms : int
        Terms of the rational functions that are fitted to the spectra.
    strength : float
        Factor on the spectra of all baths: the fit is the same for any.
    hierarchy : callable
        Makes the hierarchy of these five; that of Eq. (3) by default.

    Returns
    -------
    ExactState

    Raises
    ------
    ValueError
        If a bath has no exact solution, or the steady state is not unique.
    """
    # In the second order of the coupling no fit is seen.
    fourth = max(depth - 1, 2)
    choices = ((depth, terms), (fourth, terms), (fourth, terms - FEWER))
    return ExactState.of(system, *(hierarchy(system, baths, *one, strength) for one in choices))
