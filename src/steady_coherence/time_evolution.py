"""The state of a system at later times.

In real coordinates of Hermitian matrices, the populations and the real and imaginary parts of the
elements above the diagonal, d rho/dt = L rho is a real linear equation, so that rho stays Hermitian
whatever is rounded. It falls apart into coordinates that feed each other. Where populations are
among these, their sum takes the place of the last one: it is constant, so that its row of zeros
keeps the trace, and the steady state for ever.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.baths import Bath
from steady_coherence.generator import generator_matrix
from steady_coherence.systems import LevelSystem

Array = NDArray[np.float64]
Matrix = NDArray[np.complex128]

#: Largest condition number of eigenvectors that costs few digits. Beyond it, as where two of them
#: coincide, the exponential of the generator itself is taken, which takes far longer.
CONDITION = 1e4

EPSILON = float(np.finfo(float).eps)

#: Distance from a Hermitian matrix of trace one that may be rounding.
ROUNDING = 1e-9


def time_evolution(
    system: LevelSystem,
    baths: Sequence[Bath],
    initial: ArrayLike,
    times: ArrayLike,
    equation: str = "nonsecular",
) -> Matrix:
    """Density matrices rho(t) = exp(L t) rho(0) at some times, in the eigenbasis of H_S.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    baths : sequence of Bath
        Independent baths, on one grid.
    initial : array_like, shape (..., n_levels, n_levels)
        rho(0): one matrix, or several whose leading axes broadcast against the grid. It need not
        be positive, as states of an equation that is not of GKLS form need not.
    times : array_like, shape (n_times,)
        Times t >= 0 in any order (inverse energy, hbar = 1).
    equation : str
        A name in `MASTER_EQUATIONS`: "nonsecular" is Eq. (12), "secular" Eq. (9).

    Returns
    -------
    ndarray of complex, shape (..., n_times, n_levels, n_levels)
        Of the Schroedinger picture. Traces are kept to the last digits, and so is the steady state
        for ever; where there are several, the one that is reached drifts by a rounding a unit of
        time, in units of the largest rate.

    Raises
    ------
    ValueError
        As `generator_matrix`; if a time is negative or not finite; if a matrix is not one of the
        system's levels, Hermitian and of trace one; if its axes do not fit the grid; or if a mode
        of the equation has grown beyond all numbers.

    Examples
    --------
    The excited level of an atom in a bath at zero temperature decays with gamma:

    >>> import numpy as np
    >>> import steady_coherence as sc
    >>> gamma = sc.InterferingTransitions([sc.Flat(0.1), sc.Flat(0.0)], sc.Constant(0.0))
    >>> vacuum = sc.Bath("vacuum", gamma, temperature=0.0)
    >>> excited = np.diag([0.0, 0.0, 1.0])
    >>> rho = sc.time_evolution(sc.lambda_system(1.0, 0.01), [vacuum], excited, [0.0, 10.0])
    >>> rho[:, 2, 2].real.round(12)
    array([1.        , 0.36787944])
    """
    from scipy.sparse.csgraph import connected_components  # noqa: PLC0415, slow to import

    moments = _times(times)
    generator = generator_matrix(system, baths, equation)
    levels = len(system.levels)
    start = _coordinates(_states(initial, levels))
    try:
        batch = np.broadcast_shapes(generator.shape[:-2], start.shape[:-1])
    except ValueError:
        raise ValueError(
            f"initial states of shape {start.shape[:-1]} do not fit the grid of shape "
            f"{generator.shape[:-2]}, expected shapes that broadcast together"
        ) from None
    real = _real_generator(generator, levels)
    linked = real.reshape(-1, *real.shape[-2:]).any(axis=0)
    found = np.empty((*batch, moments.size, levels**2))  # (..., time, coordinate)
    number, group_of = connected_components(linked, directed=False)
    for group in range(number):
        here = np.flatnonzero(group_of == group)
        found[..., here] = _propagated(
            real[..., here[:, None], here], start[..., here], moments, int(np.sum(here < levels))
        )
    if not np.isfinite(found).all():
        raise ValueError(
            f"the {equation} equation has a growing mode, which is beyond all numbers by the time "
            f"{moments.max():g}: expected earlier times"
        )
    return _matrices(found, levels)


def _times(times: ArrayLike) -> Array:
    moments = np.asarray(times, dtype=float)
    if moments.ndim != 1:
        raise ValueError(f"times have the shape {moments.shape}, expected one axis")
    if not (np.isfinite(moments) & (moments >= 0.0)).all():
        raise ValueError(f"times are {moments.min():g} at the least, expected finite numbers >= 0")
    return moments


def _states(initial: ArrayLike, levels: int) -> Matrix:
    """Initial states, checked, on row-major vec(rho)."""
    states = np.asarray(initial, dtype=complex)
    if states.shape[-2:] != (levels, levels):
        raise ValueError(
            f"initial states have the shape {states.shape}, expected (..., {levels}, {levels})"
        )
    skew = np.abs(states - states.conj().swapaxes(-1, -2)).max(initial=0.0)
    if not skew <= ROUNDING:
        raise ValueError(
            f"an initial state differs by {skew:g} from its adjoint, expected a Hermitian matrix"
        )
    traces = np.trace(states, axis1=-2, axis2=-1).real
    if not (np.abs(traces - 1.0) <= ROUNDING).all():
        raise ValueError(f"an initial state has the trace {traces.min():g}, expected 1")
    return states.reshape(*states.shape[:-2], levels**2)


def _elements(levels: int) -> tuple[NDArray[np.intp], ...]:
    """Numbers in row-major vec(rho) of the elements on, above and below the diagonal."""
    first, second = np.triu_indices(levels, 1)
    diagonal = np.arange(levels) * (levels + 1)
    return diagonal, first * levels + second, second * levels + first


def _coordinates(vectors: Matrix) -> Array:
    """Real coordinates of Hermitian matrices from vec(rho) along the last axis."""
    diagonal, upper, _ = _elements(round(vectors.shape[-1] ** 0.5))
    above = vectors[..., upper]
    return np.concatenate([vectors[..., diagonal].real, above.real, above.imag], axis=-1)


def _matrices(coordinates: Array, levels: int) -> Matrix:
    """Hermitian matrices of real coordinates along the last axis."""
    diagonal, upper, lower = _elements(levels)
    vectors = np.zeros(coordinates.shape, dtype=complex)
    vectors[..., diagonal] = coordinates[..., :levels]
    real, imag = np.split(coordinates[..., levels:], 2, axis=-1)
    vectors[..., upper] = real + 1j * imag
    vectors[..., lower] = real - 1j * imag
    return vectors.reshape(*vectors.shape[:-1], levels, levels)


def _real_generator(generator: Matrix, levels: int) -> Array:
    """The generator on real coordinates, of shape (..., coordinate, coordinate)."""
    diagonal, upper, lower = _elements(levels)
    above, below = generator[..., upper], generator[..., lower]
    # L of the matrix that each coordinate multiplies: (..., element, coordinate)
    changes = np.concatenate([generator[..., diagonal], above + below, 1j * (above - below)], -1)
    return _coordinates(changes.swapaxes(-1, -2)).swapaxes(-1, -2)


def _propagated(generator: Array, start: Array, times: Array, populations: int) -> Array:
    """Coordinates that feed each other at some times, shape (..., n_times, n), populations first.

    Their generator is of shape (..., n, n), and at time zero they are of shape (..., n).
    """
    size = generator.shape[-1]
    rest, last = slice(0, max(populations - 1, 0)), slice(populations - 1, populations)
    if populations:
        # The last one is their sum without the others.
        generator, start = generator.copy(), start.copy()
        generator[..., rest] -= generator[..., last]
        generator[..., last, :] = 0.0
        start[..., last] += start[..., rest].sum(axis=-1, keepdims=True)
    values, vectors = np.linalg.eig(generator)
    sound = np.linalg.cond(vectors) <= CONDITION
    vectors = np.where(sound[..., None, None], vectors, np.eye(size))
    # What is lost in the rounding of the largest rate neither grows nor decays.
    lost = np.abs(values.real) <= size * EPSILON * np.abs(values).max(axis=-1, keepdims=True)
    values = np.where(lost, 1j * values.imag, values)
    with np.errstate(over="ignore", invalid="ignore"):
        weights = np.linalg.solve(vectors, start[..., None])[..., 0]
        # (..., time, mode)
        modes = np.exp(values[..., None, :] * times[:, None]) * weights[..., None, :]
        found = np.einsum("...ij,...tj->...ti", vectors, modes).real
        batch = found.shape[:-2]
        generators = np.broadcast_to(generator, (*batch, size, size))
        starts = np.broadcast_to(start, (*batch, size))
        for point in map(tuple, np.argwhere(~np.broadcast_to(sound, batch))):
            from scipy.linalg import expm  # noqa: PLC0415, slow to import

            found[point] = expm(generators[point] * times[:, None, None]) @ starts[point]
        if populations:
            found[..., last] -= found[..., rest].sum(axis=-1, keepdims=True)
    return np.asarray(found)
