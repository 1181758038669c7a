"""Correlators of a bath as sums of decaying exponentials, for the hierarchy of exact states.

The correlators are one-sided in frequency, n(w) being N(w) or N(w) + 1,

    C_ij(t) = int dw/(2 pi) gamma_ij(w) n(w) exp(i w t) = sum_m c^m_ij exp(-nu_m t),   t > 0,

so that gamma n = 2 Re sum_m c^m / (nu_m + i w) on the whole real axis, zero at negative frequencies
included. The rates nu_m are the poles, in one half plane, of the rational function that AAA fits to
the sum of all of a bath's curves. The weights are fitted by least squares to each curve, and what
the second order of the coupling takes of them,

    sum_m c^m / (nu_m + i eps) = gamma(eps) n(eps) / 2 - i P int dw/(2 pi) gamma(w) n(w) / (eps - w)

at the transition energies, is asked for with so much weight that it comes out to some 1e-8. The
error of a fit therefore acts from the fourth order on.

AAA: Nakatsukasa, Sete and Trefethen, SIAM J. Sci. Comput. 40, A1494 (2018); for hierarchies, Xu,
Yan, Shi, Ankerhold and Stockburger, Phys. Rev. Lett. 129, 230601 (2022).
"""

import warnings
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath
from steady_coherence.principal_values import principal_value, thermal_principal_value
from steady_coherence.spectra import Curve

Array = NDArray[np.float64]
Matrix = NDArray[np.complex128]

#: Weight of the transition energies in the fit.
PINNED = 1e5
#: Frequencies below this part of a transition energy are not resolved: the fit rounds a step at 0.
LOWEST = 1e-3
#: Highest frequency of a spectrum that never ends, in transition energies.
HIGHEST = 1e4
#: A pole this close to the real axis, in transition energies, is one of the fit's rounding.
SLOWEST = 1e-6


@dataclass(frozen=True)
class Exponentials:
    """Correlators of a bath."""

    rates: Matrix  #: nu_m (energy), shape (n,)
    absorption: Matrix  #: weights of <B_i^dagger(t) B_j>, (n, n_transitions, n_transitions)
    emission: Matrix  #: those of <B_j B_i^dagger(t)>
    misfit: float  #: what the fit leaves of spectra times occupations, relative, mean square


def exponentials(bath: Bath, energies: tuple[float, ...], count: int) -> Exponentials:
    """Fit exponentials to the correlators of a bath.

    Parameters
    ----------
    bath : Bath
        At one temperature (or occupation).
    energies : tuple of float, length n_transitions
        eps_i.
    count : int
        Terms of the rational function; about half as many exponentials come of it.

    Returns
    -------
    Exponentials

    Raises
    ------
    ValueError
        If the bath has no such correlators; the message says why.
    """
    if not (bath.is_planck or bath.temperature is None):
        raise ValueError(
            f"bath {bath.name} has the distribution {bath.distribution.shape}, expected planck: "
            "the exact solution is for bosons only"
        )
    if bath.state.size != 1:
        raise ValueError(
            f"bath {bath.name} has {bath.state.size} temperatures, expected one for the exact "
            "solution"
        )
    none = np.zeros((0, len(energies), len(energies)), dtype=complex)
    nothing = Exponentials(np.zeros(0, dtype=complex), none, none, 0.0)
    curves = [(curve, matrix) for curve, matrix in bath.curves if np.any(matrix)]
    for curve, _ in curves:
        _check(bath, curve)
    curves = [each for each in curves if each[0].support.low < each[0].support.high]
    if not curves:
        return nothing
    distinct = np.unique(energies)
    frequency = _frequencies([curve for curve, _ in curves], distinct)
    values = np.array([_values(bath, curve, frequency) for curve, _ in curves])
    size = np.abs(values).max(axis=-1)  # (curve, N or N + 1)
    there = size > 0.0
    if not there.any():
        return nothing
    rates = _poles(frequency, (values[there] / size[there, None]).sum(axis=0), distinct, count)
    pinned = np.array([_one_sided(bath, curve, distinct) for curve, _ in curves])
    if all(curve.support.low >= 0.0 for curve, _ in curves):
        # Without rotating waves the system takes them at the opposite frequencies as well, where
        # nothing is singular.
        kernel = 1.0 / (2.0 * np.pi * (distinct[:, None] + frequency))
        mirrored = 1.0j * np.asarray(np.trapezoid(values[:, :, None] * kernel, frequency))
        pinned, distinct = np.append(pinned, mirrored, -1), np.append(distinct, -distinct)
    weights = np.zeros((*size.shape, rates.size), dtype=complex)
    weights[there], misfit = _weights(frequency, values[there], distinct, pinned[there], rates)
    absorption, emission = (
        sum(np.multiply.outer(weights[k, kind], matrix) for k, (_, matrix) in enumerate(curves))
        for kind in (0, 1)
    )
    return Exponentials(rates, np.asarray(absorption), np.asarray(emission), misfit)


def counter_term_matrix(bath: Bath) -> Matrix:
    """Integral int dw/(2 pi) gamma_ij(w)/w of a bath whose spectra live at w > 0.

    Parameters
    ----------
    bath : Bath
        As for `exponentials`.

    Returns
    -------
    ndarray of complex, shape (n_transitions, n_transitions)
        (energy).

    Raises
    ------
    ValueError
        If a spectrum reaches to w < 0.
    """
    from scipy.integrate import quad  # noqa: PLC0415 # slow to import, and seldom needed

    total: Any = 0.0
    for curve, matrix in bath.curves:
        low, high, marks = curve.support.low, curve.support.high, curve.support.breakpoints
        if low < 0.0:
            raise ValueError(f"bath {bath.name}: its spectrum reaches to w < 0: no counter-term")
        edges = np.log(np.unique([max(low, 1e-30 * high), *(m for m in marks if m > low), high]))
        integral = sum(
            quad(lambda x, curve=curve: float(curve(np.exp(x))), *ends, limit=400)[0]
            for ends in pairwise(edges)
        )
        total = total + integral / (2.0 * np.pi) * matrix
    return np.asarray(total, dtype=complex)


def _check(bath: Bath, curve: Curve) -> None:
    """Refuse what has no correlator."""
    if curve.divergence:
        raise ValueError(f"bath {bath.name} has no exact solution: {curve.divergence}")
    below = curve.support.low < 0.0
    if below and bath.temperature is not None and bath.state.max() > 0.0:
        raise ValueError(
            f"bath {bath.name} has no exact solution: its spectrum does not vanish at frequency 0, "
            "where the thermal correlator diverges; expected an ohmic shape, a table that begins "
            "above 0 or with value 0, or an occupation in place of the temperature"
        )


def _frequencies(curves: list[Curve], energies: Array) -> Array:
    """Where the curves are fitted: dense at the transitions, at their marks, and at zero."""
    unit = float(energies.mean())
    low = max(min(curve.support.low for curve in curves), -HIGHEST * unit)
    high = min(max(curve.support.high for curve in curves), HIGHEST * unit)
    marks = np.unique([mark for curve in curves for mark in curve.support.breakpoints])
    marks = marks[(marks > low) & (marks < high)]
    nearest = min(LOWEST * unit, 0.3 * float(np.diff(marks).min())) if marks.size > 1 else LOWEST
    # The marks of a table are its rows, and close enough.
    foci = [0.0, *energies, *(marks if marks.size < 10 else [])]
    steps = np.geomspace(min(nearest, LOWEST * unit), 2.0 * high, 100)
    grid = np.concatenate([*(focus + sign * steps for focus in foci for sign in (-1, 1)), marks])
    grid = np.unique(np.append(grid, 0.5 * (marks[1:] + marks[:-1])))
    return np.asarray(grid[(np.abs(grid) <= 2.0 * high) & (grid != 0.0)], dtype=float)


def _values(bath: Bath, curve: Curve, frequency: Array) -> Array:
    """Values of gamma N and gamma (N + 1), zero outside of the curve."""
    support = curve.support
    inside = (frequency > support.low) & (frequency < support.high)
    gamma, number = np.zeros(frequency.shape), np.zeros(frequency.shape)
    gamma[inside] = curve(frequency[inside])
    positive = frequency > 0.0 if bath.temperature is not None else np.full(inside.shape, True)
    number[positive] = bath.number(frequency[positive], bath.state.item())
    return np.array([gamma * number, gamma * (number + 1.0)])


def _one_sided(bath: Bath, curve: Curve, energies: Array) -> Matrix:
    """Values gamma n / 2 - i V of a curve at each energy, for n = N and N + 1."""
    state = bath.state.item()
    vacuum = np.array([principal_value(curve, curve.support, e)[0] for e in energies.tolist()])
    thermal = state * vacuum
    if bath.temperature is not None:
        values = (thermal_principal_value(curve, curve.support, e, state)[0] for e in energies)
        thermal = np.array([float(value) for value in values])
    shift = np.array([thermal, thermal + vacuum])
    return np.asarray(0.5 * _values(bath, curve, energies) - 1j * shift)


def _poles(frequency: Array, values: Array, energies: Array, count: int) -> Matrix:
    # SciPy's interpolation is slow to import, and seldom needed.
    from scipy.interpolate import AAA  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # fewer terms than rounding asks for
        poles = AAA(frequency, values, rtol=1e-12, max_terms=count).poles()
    poles = poles[poles.imag > SLOWEST * energies.mean()]
    rates = np.asarray(poles.imag - 1j * poles.real)
    return rates[np.argsort(np.abs(rates))]


def _weights(
    frequency: Array, values: Array, energies: Array, pinned: Matrix, rates: Matrix
) -> tuple[Matrix, float]:
    """Weights of the exponentials, shape (curve, rate), and what they leave."""
    root = np.sqrt(np.gradient(frequency))
    everywhere = 2.0 * root[:, None] / (rates + 1j * frequency[:, None])
    there = 1.0 / (rates + 1j * energies[:, None])
    norm = np.linalg.norm(values * root, axis=1)
    weight = PINNED * np.linalg.norm(root)
    matrix = np.vstack(
        [
            np.hstack([everywhere.real, -everywhere.imag]),
            weight * np.hstack([there.real, -there.imag]),
            weight * np.hstack([there.imag, there.real]),
        ]
    )
    right = np.hstack([values * root, weight * pinned.real, weight * pinned.imag]) / norm[:, None]
    scale = np.linalg.norm(matrix, axis=0)
    found = np.linalg.lstsq(matrix / scale, right.T, rcond=1e-14)[0] / scale[:, None]
    left = (matrix @ found - right.T)[: frequency.size]
    real, imag = np.split(found.T * norm[:, None], 2, axis=1)
    return real + 1j * imag, float(np.linalg.norm(left, axis=0).max())
