"""Observables of a steady state: currents, the internal flux and condition (19)."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath, dissipation_rates
from steady_coherence.distributions import Fermi
from steady_coherence.numerics.blocks import Block, whole
from steady_coherence.numerics.pairs import Pair, twice_real
from steady_coherence.numerics.tape import Given, Name, Number, Tape, given
from steady_coherence.systems import LevelSystem, Real

#: Elements <k|O|m> of an operator, at (k, m): numbers, or arrays of shape (n,).
Elements = Mapping[tuple[int, int], Real]


@dataclass(frozen=True)
class Observable:
    """The elements of a Hermitian operator O that matter in the block of the solver."""

    diagonal: Sequence[Number]  #: O_kk in the eigenbasis of H_S
    cross: Pair  #: O_21 = <2|O|1> of the coherent pair

    @classmethod
    def given(
        cls, name: Hashable, system: LevelSystem, real: Elements, imag: Elements
    ) -> dict[Name, Given]:
        """Elements of an operator by name, of the real and imaginary parts that are not zero."""
        first, second = (system.index(level) for level in system.coherent_pair)
        cross = second, first
        numbers: dict[Name, Given] = {
            (name, "real"): given(real.get(cross, 0.0)),
            (name, "imag"): given(imag.get(cross, 0.0)),
        }
        levels = range(len(system.levels))
        return numbers | {(name, k): given(real.get((k, k), 0.0)) for k in levels}

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


def excitation_elements(system: LevelSystem, site: int) -> Elements:
    """Elements <k|sz_a|m> of `site_excitation`, at (k, m), that are not zero by construction."""
    numbers: dict[tuple[int, int], Real] = {(k, k): 0.0 for k in range(len(system.levels))}
    ends = zip(system.structure.transitions, system.site_amplitudes[site], strict=True)
    # s-_a leads from k and from m to the same level.
    for (into, k), v in (each := sorted(ends, key=itemgetter(0))):
        for (other, m), w in each:
            if into == other:
                numbers[k, m] = numbers.get((k, m), 0.0) + np.multiply(v, w)
    return {(k, m): 2.0 * number - float(k == m) for (k, m), number in numbers.items()}


def flux_elements(system: LevelSystem, excitation: Elements) -> Elements:
    """Imaginary parts of <k|-i [sz_a, H_S]|m> from elements of sz_a; the real ones are zero."""
    return {
        (k, m): -(element * np.subtract(system.energies[m], system.energies[k]))
        for (k, m), element in excitation.items()
        if k != m
    }


def _dense(elements: Elements, system: LevelSystem) -> NDArray[np.float64]:
    """All elements, shape (n_levels, n_levels) or (n_levels, n_levels, n)."""
    size = len(system.levels)
    shape = np.broadcast_shapes(*map(np.shape, elements.values()))
    found = np.zeros((size, size, *shape))
    for at, element in elements.items():
        found[at] = element
    return found


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
    return _dense(excitation_elements(system, site), system)


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
    elements = flux_elements(system, excitation_elements(system, site))
    return np.asarray(1j * _dense(elements, system))


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
