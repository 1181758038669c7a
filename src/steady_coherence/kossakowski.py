"""Kossakowski matrices: whether a master equation keeps every state positive.

With a and b of `rates`, summed over the baths, the equation is of GKLS form, and keeps every state
positive, where the matrices a + a^dagger and b + b^dagger have no negative eigenvalue.
"""

from collections.abc import Hashable, Sequence
from dataclasses import replace
from functools import reduce
from itertools import combinations, product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import LevelShift
from steady_coherence.coupling_spectra import first_equal
from steady_coherence.numerics.blocks import Block
from steady_coherence.numerics.hermitian import smaller_eigenvalue
from steady_coherence.numerics.tape import ARRAY, Given, Name, Number, Tape, minimum
from steady_coherence.rates import (
    ABSORPTION,
    EMISSION,
    IMAG,
    REAL,
    Array,
    Coupling,
    Form,
    Key,
    Matrix,
    Rates,
    rate_matrices,
)
from steady_coherence.systems import LevelSystem


class Part(NamedTuple):
    """A bath's share of a small Kossakowski matrix."""

    name: Hashable  #: of its coupling
    bath: int  #: its number
    form: Form  #: of its coupling


class Matrices(NamedTuple):
    """Matrices of one or two rows that have all eigenvalues of the whole ones."""

    size: int  #: number of rows; 0 where there are no such matrices: LAPACK has to do
    shares: tuple[tuple[Part, ...], ...] = ()  #: of each matrix, bath by bath


#: Name of the smallest eigenvalue by LAPACK among the numbers from outside.
BY_LAPACK: Name = ("smallest eigenvalue",)


def small_matrices(
    system: LevelSystem, couplings: Sequence[Coupling], sites: Sequence[frozenset[int] | None]
) -> tuple[Matrices, dict[Name, Given]]:
    """Small matrices for the smallest eigenvalue, and the numbers that they need from outside.

    These are beside those of the baths' own couplings. The sites are those that each bath couples
    to, as `sites.coupled_sites` finds them.
    """
    size = len(system.transitions)
    if size <= 2:
        return Matrices(size, (tuple(Part(n, n, c.form) for n, c in enumerate(couplings)),)), {}
    if _falls_by_site(system) and all(at is not None and len(at) <= 1 for at in sites):
        numbers: dict[Name, Given] = {}
        shares: list[list[Part]] = [[] for _ in system.site_amplitudes]
        for bath, (coupling, at) in enumerate(zip(couplings, sites, strict=True)):
            for site in at or ():
                channels, form = on_channels(coupling, system, site)
                shares[site].append(Part(("channels", bath), bath, form))
                own = channels.given(("channels", bath), bath)
                taken = ("occupation", "vacancy")
                numbers |= {name: each for name, each in own.items() if name[0] not in taken}
        return Matrices(2, tuple(map(tuple, shares))), numbers

    def smallest(block: Block) -> Array:
        both = sum(rate_matrices(each, block) for each in couplings)
        matrices = np.moveaxis(np.asarray(both), -1, 0)  # (point, process, transition, transition)
        # Rates that overflow: no steady state is unique there, and this one not a number.
        finite = np.isfinite(matrices).all((1, 2, 3))  # (point,)
        matrices = np.where(finite[:, None, None, None], matrices, 0.0)
        hermitian = 0.5 * (matrices + matrices.conj().swapaxes(-2, -1))
        values = np.linalg.eigvalsh(hermitian)[..., 0].min(axis=1)  # (point,)
        return np.where(finite, values, np.nan).reshape(block.shape)

    return Matrices(0), {BY_LAPACK: Given(ARRAY, smallest)}


def smallest_eigenvalue(tape: Tape, matrices: Matrices) -> Number:
    """Smallest eigenvalue of a + a^dagger and b + b^dagger, summed over the baths."""
    if not matrices.size:
        return tape.given(BY_LAPACK)
    return reduce(
        minimum,
        [
            _of_operators(
                [Rates(tape, each.form, each.name, each.bath) for each in shares], matrices.size
            )
            for shares in matrices.shares
        ],
    )


def _falls_by_site(system: LevelSystem) -> bool:
    """Whether two operators a site, one for each of two energies, are orthogonal and all."""
    energies = system.transition_energies.reshape(len(system.transitions), -1)
    if 2 * len(system.site_amplitudes) != len(energies) or len({*first_equal(energies)}) > 2:
        return False
    alike = (energies == energies[0]).all(axis=1)  # (transition,)
    overlaps = (
        sum(np.multiply(one[i], other[i]) for i in np.flatnonzero(group))
        for one, other in combinations(system.site_amplitudes, 2)
        for group in (alike, ~alike)
    )
    return all(np.max(np.abs(overlap)) < 1e-12 for overlap in overlaps)


def _of_operators(rates: Sequence[Rates], size: int) -> Number:
    """The same for one or two operators."""
    minima = []
    for process in (EMISSION, ABSORPTION):

        def rate(i: int, j: int, part: int, process: int = process) -> Number:
            return sum((each[Key(process, i, j, part)] for each in rates), 0.0)

        if size == 1:
            minima.append(rate(0, 0, REAL))
            continue
        # K_ij = (2 a_ij + conj(2 a_ji)) / 2
        real = 0.5 * (rate(0, 1, REAL) + rate(1, 0, REAL))
        imag = 0.5 * (rate(0, 1, IMAG) - rate(1, 0, IMAG))
        squared = real * real + imag * imag
        minima.append(smaller_eigenvalue(rate(0, 0, REAL), rate(1, 1, REAL), squared))
    return minimum(*minima)


def on_channels(coupling: Coupling, system: LevelSystem, site: int) -> tuple[Coupling, Form]:
    """Coupling of the bath of site a on the operators into which s-_a falls by frequency.

    The system of sites has transitions at two energies. The operators, in place of the transitions,
    are the parts of s-_a at the energy of transition 1 and at the other one, normalised. The form
    of the coupling, given beside it, has the occupations of the bath on the transitions.
    """
    energies, bath = system.transition_energies, coupling.bath
    first = (energies == energies[0]).reshape(len(energies), -1).all(axis=1)
    groups = np.flatnonzero(first), np.flatnonzero(~first)
    amplitudes = np.array(np.broadcast_arrays(*system.site_amplitudes[site]))
    amplitudes = amplitudes.reshape(len(energies), -1)
    for group in groups:
        norm = np.sqrt(sum(amplitudes[i] * amplitudes[i] for i in group))
        amplitudes[group] /= np.where(norm > 0.0, norm, 1.0)

    def projected(matrix: NDArray[Any], parts: Array) -> NDArray[Any]:
        shape = np.broadcast_shapes(parts.shape[1:], matrix.shape[2:])
        found = np.zeros((2, 2, *shape), matrix.dtype)
        views = [(found.real, matrix.real)]
        views += [(found.imag, matrix.imag)] if np.iscomplexobj(matrix) else []
        # Real numbers in a fixed order: how complex ones are multiplied depends on the processor.
        for (c, one), (d, other) in product(enumerate(groups), repeat=2):
            for i, j in product(one, other):
                for into, values in views:
                    into[c, d] += values[i, j] * parts[i] * parts[j]
        return found

    if coupling.shifted:

        def level_shift(
            frequency: float, state: Array, original: LevelShift = bath.principal_values
        ) -> tuple[Matrix, Matrix]:
            constant = amplitudes.reshape(len(amplitudes), *(1,) * state.ndim)
            emission, absorption = original(frequency, state)
            return projected(emission, constant), projected(absorption, constant)

        bath = replace(bath, level_shift=level_shift)
    chosen = [int(np.argmax(first)), int(np.argmin(first))]
    channels = replace(
        coupling,
        bath=bath,
        frequencies=coupling.frequencies[chosen],
        gamma=projected(coupling.gamma, amplitudes),
    )
    occupations = tuple(coupling.form.occupations[transition] for transition in chosen)
    return channels, coupling.form._replace(occupations=occupations)
