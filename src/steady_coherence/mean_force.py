"""Thermal equilibrium at weak coupling: the mean-force Gibbs state to second order.

A system in equilibrium with baths of one temperature T = 1/b has the state tr_B exp(-b H)/Z of the
whole H = H_S + H_B + H_SB (Cresser and Anders, Phys. Rev. Lett. 127, 250601 (2021)). With the
correlators of Eq. (3) in imaginary time, 0 < s < b,

    tr_B[B_i(s) B_j^dagger] = int dw/(2 pi) gamma_ji(w) (N(w) + 1) exp(-w s)
    tr_B[B_i^dagger(s) B_j] = int dw/(2 pi) gamma_ij(w)  N(w)      exp(+w s),

Dyson's series of exp(-b H) to second order has the elements k != m

    rho_km = 1/Z_S int_0^inf dw/(2 pi) (N(w) + 1) { sum gamma_ji(w) F[E_l + w, E_k, E_m]
                                                  + sum gamma_ij(w) F[E_u, E_k + w, E_m + w] }.

The first sum is over the transitions i from k and j from m down to one level l, the second over i
from k and j from m up to one level u; Z_S = sum_k exp(-b E_k). F is a divided difference of
F(x) = exp(-b x), of energies of the system with and without a quantum of the bath:

    F[x1, x2, x3] = sum_a exp(-b x_a) / prod_{c != a} (x_a - x_c).

It is smooth where they meet: nothing has a pole. Written pole by pole it is the combination of
principal values S-_ij and S+_ij, Eq. (A.5), that drives rho_12 in the master equation; this module
shares no step with that.
"""

from collections.abc import Callable, Sequence
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.baths import Bath
from steady_coherence.spectra import SMALLEST_EXPONENT
from steady_coherence.systems import LevelSystem

Real = NDArray[np.float64]
Matrix = NDArray[np.complex128]

#: Nodes on (-1, 1) and weights of a panel in ln w, and its length at first.
NODES, WEIGHTS = np.polynomial.legendre.leggauss(16)
PANEL = 2.0
#: Below this fraction of the lowest transition energy a spectrum is a power of w.
LOWEST = 1e-12
#: Largest error, relative to the largest value over the temperatures.
TOLERANCE = 1e-10
MOST_HALVINGS = 8
#: Spread of b x below which F is its Taylor series about the mean.
CLOSE = 1e-3


def mean_force_coherence(
    system: LevelSystem, baths: Sequence[Bath], temperature: ArrayLike
) -> Matrix:
    """Coherence rho_12 in equilibrium, to first order in the coupling spectra.

    Parameters
    ----------
    system : LevelSystem
        One system.
    baths : sequence of Bath
        Independent baths, of which the coupling spectra count; they consist of curves, which
        live at w > 0.
    temperature : array_like, shape (n,)
        T > 0 of all baths (energy).

    Returns
    -------
    ndarray of complex, shape (n,)
        <1|rho|2> of the coherent pair.

    Raises
    ------
    ValueError
        If a spectrum reaches to w < 0, where no mode has a thermal state, or the integral diverges.
    ArithmeticError
        If panels halved `MOST_HALVINGS` times do not give it to `TOLERANCE`.
    """
    inverse = 1.0 / np.asarray(temperature, dtype=float)  # (temperature,)
    energies = np.array(system.energies, dtype=float) - min(system.energies)  # (level,)
    first, second = energies[list(system.structure.pair)]
    ends = system.structure.transitions
    # By way of the lower ends of transitions i and j from levels 1 and 2, or of the upper ends.
    paths = [
        (i, j, via)
        for via, start in ((0, 1), (1, 0))
        for (i, one), (j, other) in product(enumerate(ends), repeat=2)
        if (one[start], other[start]) == system.structure.pair and one[via] == other[via]
    ]

    def integrand(frequency: Real, gamma: Matrix) -> Matrix:
        quantum = frequency[:, None]  # (frequency, temperature)
        total = np.zeros((frequency.size, inverse.size), dtype=complex)
        for i, j, via in paths:
            other = energies[ends[i][via]]
            if via == 0:
                rate, points = gamma[:, j, i], (other + quantum, first, second)
            else:
                rate, points = gamma[:, i, j], (other, first + quantum, second + quantum)
            total += rate[:, None] * divided_difference(inverse, *points)
        return np.asarray(total / (-2.0 * np.pi * np.expm1(-inverse * quantum)))

    marks = np.ravel(system.transition_energies)
    total = sum(_integral(integrand, bath, marks) for bath in baths)
    return np.asarray(total / np.exp(-np.multiply.outer(energies, inverse)).sum(axis=0))


def divided_difference(inverse: Real, *points: ArrayLike) -> Real:
    """F[x1, x2, x3] of F(x) = exp(-b x), of b and three points that broadcast together."""
    low, middle, high = np.sort(np.broadcast_arrays(*points, 0.0 * inverse)[:-1], axis=0)
    spread = inverse * (high - low)
    mean = (low + middle + high) / 3.0
    squares = sum((each - mean) ** 2 for each in (low, middle, high))
    taylor = 0.5 * inverse**2 * np.exp(-inverse * mean) * (1.0 + inverse**2 * squares / 24.0)

    def slope(left: Real, right: Real) -> Real:
        distance = inverse * (right - left)
        known = np.where(distance > 0.0, distance, 1.0)
        mean = np.where(distance > 0.0, -np.expm1(-known) / known, 1.0)
        return np.asarray(-inverse * np.exp(-inverse * left) * mean)

    far = (slope(middle, high) - slope(low, middle)) / np.where(spread > 0.0, high - low, 1.0)
    return np.where(spread > CLOSE, far, taylor)


def _integral(integrand: Callable[[Real, Matrix], Matrix], bath: Bath, marks: Real) -> Matrix:
    """Integral over w > 0 of a function of w and gamma(w), in ln w."""
    parts = [(curve, matrix, curve.support) for curve, matrix in bath.curves if np.any(matrix)]
    parts = [each for each in parts if each[2].low < each[2].high]
    if not parts:
        return np.zeros(1, dtype=complex)
    low, high = min(each.low for *_, each in parts), max(each.high for *_, each in parts)
    if low < 0.0:
        raise ValueError(
            f"bath {bath.name} has a spectrum from frequency {low:g} on, expected one that begins "
            "at 0 or above: no mode below has a thermal state"
        )

    def whole(logarithm: Real) -> Matrix:
        frequency = np.exp(logarithm)
        gamma = np.zeros((frequency.size, *parts[0][1].shape), dtype=complex)
        for curve, matrix, support in parts:
            inside = (frequency > support.low) & (frequency < support.high)
            gamma[inside] += np.multiply.outer(curve(frequency[inside]), matrix)
        return frequency[:, None] * integrand(frequency, gamma)

    start = np.log(max(low, LOWEST * marks.min()))
    breaks = {*marks, *(at for *_, one in parts for at in (*one.breakpoints, one.low, one.high))}
    inner = np.log([at for at in breaks if np.exp(start) < at <= high])
    edges = np.union1d(np.arange(start, np.log(high), PANEL), inner)
    head = _head(whole, start) if low == 0.0 else 0.0
    before = np.array(np.nan)
    for _ in range(MOST_HALVINGS):
        half = 0.5 * np.diff(edges)
        nodes = edges[:-1, None] + np.multiply.outer(half, 1.0 + NODES)
        weights = np.multiply.outer(half, WEIGHTS).ravel()
        value = head + weights @ whole(nodes.ravel())
        if np.abs(value - before).max() <= TOLERANCE * np.abs(value).max():
            return np.asarray(value)
        before, edges = value, np.union1d(edges, edges[:-1] + half)
    raise ArithmeticError(
        f"the equilibrium integral over bath {bath.name} is known to "
        f"{np.abs(value - before).max():.3g}, expected {TOLERANCE:g} of its largest value"
    )


def _head(whole: Callable[[Real], Matrix], start: float) -> Matrix:
    """Integral below the first node, where the integrand is one power of w."""
    first, doubled = whole(np.array([start, start + np.log(2.0)]))
    if not np.any(first):
        return np.zeros(1, dtype=complex)
    power = np.log2(np.abs(doubled).max() / np.abs(first).max())
    if power < 0.5 * SMALLEST_EXPONENT:  # to rounding
        raise ValueError("equilibrium has no limit, expected spectra that vanish at frequency 0")
    return np.asarray(first / power)
