"""Observables of a steady state: currents, the internal flux and condition (19)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath, dissipation_rates
from steady_coherence.distributions import Fermi
from steady_coherence.numerics.blocks import Block, whole
from steady_coherence.numerics.pairs import Pair, twice_real
from steady_coherence.numerics.tape import Given, Name, Number, Tape, given
from steady_coherence.systems import LevelSystem


@dataclass(frozen=True)
class Observable:
    """The elements of a Hermitian operator O that matter in the block of the solver."""

    diagonal: Sequence[Number]  #: O_kk in the eigenbasis of H_S
    cross: Pair  #: O_21 = <2|O|1> of the coherent pair

    @classmethod
    def given(
        cls, name: Hashable, system: LevelSystem, operator: NDArray[Any]
    ) -> dict[Name, Given]:
        """Elements of an operator of shape (n_levels, n_levels) or (..., n), by name."""
        first, second = (system.index(level) for level in system.coherent_pair)
        cross = operator[second, first]
        numbers = {(name, k): given(operator[k, k].real) for k in range(len(operator))}
        return numbers | {(name, "real"): given(cross.real), (name, "imag"): given(cross.imag)}

    @classmethod
    def noted(cls, name: Hashable, levels: int, tape: Tape) -> Observable:
        """Observable of the elements of that name."""
        cross = tape.given((name, "real")), tape.given((name, "imag"))
        return cls([tape.given((name, k)) for k in range(levels)], cross)

    def expectation(self, populations: Sequence[Number], coherence: Callable[[], Pair]) -> Number:
        """Tr[O rho] = sum_k O_kk n_k + 2 Re(O_21 rho_12), or Tr[O D rho] for a change of rho."""
        diagonal = sum((o * n for o, n in zip(self.diagonal, populations, strict=True)), 0.0)
        return diagonal + twice_real(self.cross, coherence())


def expectation(
    operator: NDArray[Any], matrices: NDArray[np.complex128], block: Block
) -> NDArray[np.float64]:
    """Tr[O rho], or Tr[O D rho], of whole matrices at the points of a block, shape (size,).

    O is Hermitian, of shape (n_levels, n_levels) or (n_levels, n_levels, n), the last axis along
    the first one of the grid; the matrices are of shape (size, n_levels, n_levels).
    """
    total = np.zeros(block.size)
    for k, m in np.argwhere(operator.reshape(*operator.shape[:2], -1).any(axis=-1)):
        element = np.atleast_1d(operator[k, m])
        element = np.broadcast_to(block.along_first_axis(element), block.shape).reshape(-1)
        total += (element * matrices[:, m, k]).real
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
    ndarray, shape (n_levels, n_levels) or (n_levels, n_levels, n)
    """
    lowering = system.site_lowering_operators[site]
    number = (lowering[:, :, None] * lowering[:, None]).sum(axis=0)  # (level, level, ...)
    identity = np.eye(len(lowering)).reshape(*number.shape[:2], *(1,) * (number.ndim - 2))
    return np.asarray(2.0 * number - identity)


def internal_flux(system: LevelSystem, site: int) -> NDArray[np.complex128]:
    """Operator -i [sz_a, H_S] of the internal flux into a site, Eq. (28).

    For site 1 of the two coupled TLSs its expectation value, d<sz_1>/dt due to H_S,
    is -4 g Im <E1|rho|E2>; the paper prints the opposite sign.

    Parameters
    ----------
    system : LevelSystem
        A system of sites.
    site : int
        Number a of the site.

    Returns
    -------
    ndarray of complex, shape (n_levels, n_levels) or (n_levels, n_levels, n)
    """
    excitation = site_excitation(system, site)
    energies = np.array(np.broadcast_arrays(*system.energies))
    return np.asarray(-1j * excitation * (energies - energies[:, None]))


def entropy_production(
    energy_current: NDArray[np.float64],
    baths: Sequence[Bath],
    particle_current: NDArray[np.float64] | None = None,
) -> NDArray[np.float64]:
    """Entropy production of a steady state, -sum_a (J_a - mu_a I_a) / T_a.

    The entropy of the system stays what it is, that of bath a changes by minus its heat over T_a.
    For an equation of GKLS form in which each bath by itself leads to its Gibbs state it is not
    negative (Spohn, J. Math. Phys. 19, 1227 (1978)): the secular one. Nothing forbids it for the
    others.

    Parameters
    ----------
    energy_current : ndarray, shape (n_baths, ...)
        J_a out of each bath (energy squared, hbar = 1).
    baths : sequence of Bath
        The baths, which have temperatures, on the same grid.
    particle_current : ndarray, shape (n_baths, ...), optional
        I_a out of each bath (energy), where a bath has a chemical potential mu_a.

    Returns
    -------
    ndarray, shape of the grid
        Energy, with k_B = hbar = 1; NaN where a bath is at T = 0, or is not in equilibrium.
    """
    total = np.zeros(energy_current.shape[1:])
    for number, (heat, bath) in enumerate(zip(energy_current, baths, strict=True)):
        if isinstance(bath.distribution, Fermi) and particle_current is not None:
            lead = bath.distribution.placed(whole(heat.shape).along_first_axis)
            heat = heat - lead.chemical_potential * particle_current[number]  # noqa: PLW2901
        known = (bath.state > 0.0) & bath.distribution.thermal
        with np.errstate(divide="ignore", invalid="ignore"):
            total -= np.where(known, heat / bath.state, np.nan)
    return total


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
    for number, frequency in enumerate(system.transition_energies):
        emission, absorption = dissipation_rates(baths, float(frequency))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            left_hand_side = left_hand_side + (
                emission[1, 0]
                - absorption[1, 0] * emission[number, number] / absorption[number, number]
            )
    return np.asarray(left_hand_side)
