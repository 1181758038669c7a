"""Null space: the steady states of systems whose populations feed several coherences.

The generator L among all elements of rho that the populations reach is a matrix at every point,
and the steady state its null vector, found by a singular value decomposition (LAPACK). Rates may
differ by many powers of ten: each column of L is divided by its largest element first. The
unknowns are then flows out of the elements, which in a steady state are of one size, and not the
elements themselves: populations of exp(-eps/T) keep their digits, as long as what feeds them is
more than the rounding of the largest flow.

The singular values judge the outcome. A second one that vanishes is a second steady state; the
relative error of the flows is some roundings over its ratio to the largest one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from steady_coherence.rates import Key
from steady_coherence.solver.reduction import Group, Reduction
from steady_coherence.solver.uniqueness import SMALLEST_RATE, has_no_zero_mode

Array = NDArray[np.float64]
Matrix = NDArray[np.complex128]

#: The steady state counts as not unique where the second smallest singular value of the scaled
#: generator is below this part of the largest: six digits are left at least.
NULL_TOLERANCE = 1e-10


@dataclass(frozen=True)
class NullStates:
    """Steady states at some points; only `unique` means something where it is False."""

    density_matrix: Matrix  #: (point, level, level), trace 1
    changes: list[Matrix]  #: D_a rho, bath by bath
    residual: Array  #: norm of L rho over that of the diagonal of L, among the elements reached
    min_eigenvalue: Array  #: of rho
    conditioning: Array  #: second smallest over largest singular value of the scaled generator
    #: Where there is no second steady state, nor one that rounding does not tell from it.
    unique: NDArray[np.bool_]


def null_states(
    reduction: Reduction,
    baths: Sequence[Mapping[Key, Array]],
    energies: Sequence[Array],
    detached: Sequence[Group],
) -> NullStates:
    """Steady states at some points, from the rates of each bath and the E_n of the levels there.

    The detached groups are those that may have a zero mode.
    """
    group, size = reduction.reached, len(energies)
    together = {key: sum((rates[key] for rates in baths), np.array(0.0)) for key in baths[0]}
    # bath: (point, element, element), a point after the other in memory, as LAPACK takes them
    dissipators = [np.ascontiguousarray(group.dissipator(rates)) for rates in baths]
    generator = np.ascontiguousarray(group.unitary(energies)) + sum(dissipators, np.array(0.0j))
    usable = np.asarray(np.isfinite(generator).all((1, 2)))  # (point,)
    generator = np.where(usable[:, None, None], generator, 0.0)

    norms = np.abs(generator).max(axis=1)  # (point, element)
    usable &= ((norms == 0.0) | (norms >= SMALLEST_RATE)).all(axis=1)
    norms = np.where(norms > 0.0, norms, 1.0)  # nothing leaves an element of norm zero
    _, values, rows = np.linalg.svd(generator / norms[:, None, :])
    elements = rows[:, -1].conj() / norms  # (point, element)
    conditioning = values[:, -2] / np.where(values[:, 0] > 0.0, values[:, 0], 1.0)

    where = (slice(None), *np.transpose(group.levels))
    rho: Matrix = np.zeros((len(elements), size, size), dtype=complex)  # (point, level, level)
    rho[where] = elements
    trace = np.trace(rho, axis1=1, axis2=2)
    usable &= np.abs(trace) > 0.0
    rho = rho / np.where(usable, trace, 1.0)[:, None, None]
    rho = 0.5 * (rho + rho.conj().swapaxes(-2, -1))
    elements = rho[where]

    changes = []
    for dissipator in dissipators:
        change: Matrix = np.zeros_like(rho)
        change[where] = np.einsum("pij,pj->pi", dissipator, elements)
        changes.append(change)
    left = np.linalg.norm(np.einsum("pij,pj->pi", generator, elements), axis=-1)
    diagonal = np.linalg.norm(np.diagonal(generator, axis1=1, axis2=2), axis=-1)
    usable &= conditioning > NULL_TOLERANCE
    for other in detached:
        there = {key: rates[usable] for key, rates in together.items()}
        usable[usable] = has_no_zero_mode(other, there, [each[usable] for each in energies])
    return NullStates(
        density_matrix=rho,
        changes=changes,
        residual=left / np.where(diagonal > 0.0, diagonal, 1.0),
        min_eigenvalue=np.asarray(np.linalg.eigvalsh(rho)[:, 0], dtype=float),
        conditioning=conditioning,
        unique=usable,
    )
