"""The generator of a master equation, linear in its one-sided rates."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath, common_grid
from steady_coherence.master_equations import couplings
from steady_coherence.numerics.blocks import whole
from steady_coherence.rates import ABSORPTION, EMISSION, IMAG, REAL, Coupling, Key, rate_matrices
from steady_coherence.systems import LevelSystem, Structure

Matrix = NDArray[np.complex128]
#: Numbers of elements of an array along each of its axes.
Places = tuple[NDArray[np.int64], ...]

#: For rho_pq, at number p n + q in row-major vec(rho), feeding rho_kl, at number k n + l: at
#: [k n + l, p n + q], what multiplies each part of 2 a_ij and 2 b_ij.
Elements = Mapping[tuple[int, int], Mapping[Key, complex]]


@lru_cache(maxsize=64)
def dissipator(structure: Structure) -> Elements:
    """Superoperator that multiplies the one-sided rates in the generator of a level system.

    D rho = sum_ij ( a_ij [phi-_i rho, phi+_j] + b_ij [phi+_i rho, phi-_j] + h.c. )

    Most elements of D are zero: a transition starts from one level. Those that are not are kept
    one by one, so that systems of many levels fit into memory.
    """
    elements: dict[tuple[int, int], dict[Key, complex]] = {}
    size, ends, _ = structure
    count = range(len(ends))
    for part, process, i, j in product((REAL, IMAG), (EMISSION, ABSORPTION), count, count):
        # A_i = |to_i><from_i| is phi-_i or phi+_i.
        (to_i, from_i), (to_j, from_j) = (
            ends[n] if process == EMISSION else ends[n][::-1] for n in (i, j)
        )
        # A_i rho A_j^dagger - A_j^dagger A_i rho: what it feeds, and what feeds that.
        terms = [((to_i, to_j), (from_i, from_j), 1.0)]
        if to_i == to_j:
            terms += [((from_j, level), (from_i, level), -1.0) for level in range(size)]
        sums: dict[tuple[int, int], complex] = defaultdict(complex)
        for (k, m), (p, q), sign in terms:
            # The rates are half of 2 a and 2 b.
            weight = 0.5 * sign * (1j if part == IMAG else 1.0)
            sums[k * size + m, p * size + q] += weight
            # The Hermitian conjugate.
            sums[m * size + k, q * size + p] += weight.conjugate()
        for pair, total in sums.items():
            if total:
                elements.setdefault(pair, {})[Key(process, i, j, part)] = total
    return elements


@lru_cache(maxsize=64)
def _rounds(structure: Structure) -> list[tuple[Places, Places, Matrix]]:
    """The same in rounds, in each of which an element gains at most one part of the rates.

    Each has rows and columns of elements, the parts, and what multiplies these.
    """
    rounds: dict[int, list[tuple[Any, ...]]] = defaultdict(list)
    for element, weights in dissipator(structure).items():
        for number, (key, weight) in enumerate(weights.items()):
            rounds[number].append((*element, *key, weight))
    sorted_out = ([np.array(each) for each in zip(*one, strict=True)] for one in rounds.values())
    return [((row, column), tuple(key), w[:, None]) for row, column, *key, w in sorted_out]


def whole_grid(
    temperatures: tuple[int, ...], system: LevelSystem, parts: Sequence[Coupling]
) -> tuple[int, ...]:
    """Shape of the grid of temperatures and of the parameters that vary along its first axis.

    The system may be n at once. If system and spectra, those of the parts, differ in n, or the
    first axis is neither of length n nor 1, it is a `ValueError`.
    """
    amplitudes = [amplitude for row in system.site_amplitudes for amplitude in row]
    lengths = {np.size(value) for value in [*system.energies, *amplitudes]}
    lengths |= {part.gamma.shape[-1] for part in parts}
    lengths |= {part.bath.distribution.length for part in parts}
    lengths -= {1}
    if len(lengths) > 1:
        raise ValueError(
            f"systems and spectra have {' and '.join(map(str, sorted(lengths)))} values of their "
            "parameters, expected one number of values"
        )
    first = temperatures[0] if temperatures else 1
    (length,) = lengths or {first}
    if first not in {1, length}:
        raise ValueError(
            f"systems and spectra have {length} values of their parameters, expected 1 or "
            f"{first}, the length of the first axis of the grid of temperatures"
        )
    return (length, *temperatures[1:]) if temperatures or lengths else ()


def generator_matrix(system: LevelSystem, baths: Sequence[Bath], equation: str) -> Matrix:
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
    temperatures = common_grid(baths)
    parts = couplings(system, baths, equation)
    shape = whole_grid(temperatures, system, parts)
    grid = whole(shape or (1,))
    size = len(system.levels) ** 2
    energies = np.empty((len(system.levels), *grid.shape))  # (level, ...)
    for energy, given in zip(energies, system.energies, strict=True):
        energy[...] = grid.along_first_axis(np.atleast_1d(given))
    gaps = (energies[:, None] - energies).reshape(size, -1)  # (element, point)
    total = np.zeros((size, size, grid.size), dtype=complex)  # (element, element, point)
    np.einsum("eep->ep", total)[...] = -1j * gaps
    for coupling in parts:
        rates = rate_matrices(coupling, grid)
        both = np.stack([rates.real, rates.imag], axis=3)  # (*Key, point)
        for elements, key, weights in _rounds(system.structure):
            total[elements] += weights * both[key]
    return np.ascontiguousarray(np.moveaxis(total, -1, 0)).reshape(*shape, size, size)
