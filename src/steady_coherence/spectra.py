"""Bath spectra: shapes, the Planck distribution and the coupling spectrum matrix.

Everything here is a plain callable of an array of frequencies (in units of the
mean transition energy, hbar = k_B = 1). A parameter may be an array too, which
broadcasts against the frequencies: then each of them has a spectrum of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.numerics.elementary import cosine_and_sine, exp, inverse_expm1, power

Function = Callable[[ArrayLike], NDArray[np.float64]]
CouplingSpectrum = Callable[[ArrayLike], NDArray[np.complex128]]


def flat(strength: ArrayLike) -> Function:
    """Spectrum that is the same at every frequency.

    Parameters
    ----------
    strength : array_like
        gamma (energy).

    Returns
    -------
    callable
        Array of frequencies to array of spectral values.
    """
    return lambda frequency: np.add(strength, np.zeros(np.shape(frequency)))


def ohmic(strength: ArrayLike, exponent: ArrayLike, cutoff: ArrayLike) -> Function:
    """Ohmic family, strength * w**exponent * exp(-w/cutoff); zero at negative frequencies.

    Parameters
    ----------
    strength, exponent, cutoff : array_like
        Prefactor (energy, at w in units of the mean transition energy), power
        of the frequency, and cut-off frequency.

    Returns
    -------
    callable
        Array of frequencies to array of spectral values.
    """

    def spectrum(frequency: ArrayLike) -> NDArray[np.float64]:
        positive = np.maximum(np.asarray(frequency, dtype=float), 0.0)
        # A power that overflows is for `check_coupling_spectrum` to refuse.
        with np.errstate(all="ignore"):
            value = np.multiply(strength, power(positive, exponent)) * exp(
                np.divide(-positive, cutoff)
            )
        return np.where(positive > 0.0, value, 0.0)

    return spectrum


def lorentzian(strength: ArrayLike, center: ArrayLike, width: ArrayLike) -> Function:
    """Lorentzian of height `strength`, strength * width**2 / ((w - center)**2 + width**2).

    Parameters
    ----------
    strength, center, width : array_like
        Height (energy), position and half width at half maximum (frequencies).

    Returns
    -------
    callable
        Array of frequencies to array of spectral values.
    """

    def spectrum(frequency: ArrayLike) -> NDArray[np.float64]:
        # Far outside a narrow line the square overflows, and the value is zero.
        with np.errstate(over="ignore", under="ignore"):
            detuning = np.subtract(frequency, center) / np.asarray(width)
            return np.asarray(np.divide(strength, 1.0 + detuning * detuning))

    return spectrum


def tabulated(frequency: ArrayLike, value: ArrayLike, name: str = "tabulated spectrum") -> Function:
    """Monotone cubic interpolation of a table; no extrapolation.

    Parameters
    ----------
    frequency, value : array_like, shape (n,)
        The table, with strictly increasing frequencies, n >= 2.
    name : str
        What the error calls the table.

    Returns
    -------
    callable
        Array of frequencies to array of interpolated values. It raises
        `ValueError` for a frequency outside the table.

    Raises
    ------
    ValueError
        If the table is shorter than two rows, not finite or not increasing.
    """
    from scipy.interpolate import PchipInterpolator  # noqa: PLC0415 -- slow to import, seldom needed

    nodes = np.asarray(frequency, dtype=float)
    values = np.asarray(value, dtype=float)
    if nodes.size < 2 or nodes.shape != values.shape or nodes.ndim != 1:
        raise ValueError(f"{name} has {nodes.size} rows, expected at least 2")
    if not (np.isfinite(nodes).all() and np.isfinite(values).all()):
        raise ValueError(f"{name} holds a value that is not finite")
    if not (np.diff(nodes) > 0.0).all():
        raise ValueError(f"{name} has frequencies that do not increase strictly")
    interpolate = PchipInterpolator(nodes, values, extrapolate=False)

    def spectrum(frequency: ArrayLike) -> NDArray[np.float64]:
        wanted = np.asarray(frequency, dtype=float)
        outside = (wanted < nodes[0]) | (wanted > nodes[-1])
        if outside.any():
            raise ValueError(
                f"{name} covers frequencies {nodes[0]:g} to {nodes[-1]:g}, "
                f"but {wanted[outside].flat[0]:g} is needed"
            )
        return np.asarray(interpolate(wanted))

    return spectrum


def planck_number(frequency: ArrayLike, temperature: ArrayLike) -> NDArray[np.float64]:
    """Planck distribution N(w) = 1/(exp(w/T) - 1), below Eq. (6); zero at T = 0.

    Parameters
    ----------
    frequency : array_like
        w > 0 (energy), broadcast against `temperature`.
    temperature : array_like
        T >= 0 (energy).

    Returns
    -------
    ndarray
        Mean number of bosons.
    """
    # T = 0 gives w/T = inf and N = 0, which is the limit; so does T << w.
    with np.errstate(divide="ignore", over="ignore", under="ignore"):
        return inverse_expm1(np.divide(frequency, temperature))


def interfering_transitions(
    spectrum_1: Function,
    spectrum_2: Function,
    weight_factor: Function,
    cross_phase: ArrayLike = 0.0,
) -> CouplingSpectrum:
    """Coupling spectrum of one bath that two transitions share, Eqs. (7) and (8).

    Parameters
    ----------
    spectrum_1, spectrum_2 : callable
        gamma_11(w) and gamma_22(w).
    weight_factor : callable
        f(w), between 0 and 1.
    cross_phase : array_like
        arg gamma_12 (radians), the same at every frequency.

    Returns
    -------
    callable
        Frequencies of shape (n,) to complex matrices of shape (n, 2, 2),
        with gamma_12 = sqrt(f gamma_11 gamma_22) exp(i cross_phase).
    """
    cosine, sine = cosine_and_sine(cross_phase)

    def coupling_spectrum(frequency: ArrayLike) -> NDArray[np.complex128]:
        gamma_11, gamma_22 = spectrum_1(frequency), spectrum_2(frequency)
        # Roots one by one: the product of two small strengths may underflow.
        cross = np.sqrt(weight_factor(frequency)) * np.sqrt(gamma_11) * np.sqrt(gamma_22)
        gamma = np.zeros((*np.broadcast_shapes(cross.shape, cosine.shape), 2, 2), dtype=complex)
        gamma[..., 0, 0] = gamma_11
        gamma[..., 1, 1] = gamma_22
        gamma.real[..., 0, 1] = gamma.real[..., 1, 0] = cross * cosine
        gamma.imag[..., 0, 1] = cross * sine
        gamma.imag[..., 1, 0] = -gamma.imag[..., 0, 1]
        return gamma

    return coupling_spectrum


def collective_transition(spectrum: Function, amplitudes: Sequence[ArrayLike]) -> CouplingSpectrum:
    """Coupling spectrum of a bath that sees one operator, sum_i v_i phi-_i.

    Parameters
    ----------
    spectrum : callable
        gamma(w) of the operator.
    amplitudes : sequence of array_like, length n_transitions
        v_i, real.

    Returns
    -------
    callable
        Frequencies of shape (n,) to complex matrices of shape
        (n, n_transitions, n_transitions), gamma_ij = v_i v_j gamma: rank one, f = 1.
    """

    def coupling_spectrum(frequency: ArrayLike) -> NDArray[np.complex128]:
        gamma = spectrum(frequency)
        matrix = [[gamma * np.multiply(v, w) for w in amplitudes] for v in amplitudes]
        return np.moveaxis(np.array(matrix, dtype=complex), (0, 1), (-2, -1))

    return coupling_spectrum


def check_coupling_spectrum(
    name: str, frequency: NDArray[np.float64], gamma: NDArray[np.complex128]
) -> None:
    """Refuse matrices gamma_ij(w) that no bath can have, Eqs. (7) and (B.2).

    Parameters
    ----------
    name : str
        What the error calls the bath.
    frequency : ndarray, shape (n,) or (1,)
        Frequencies at which the matrices are used.
    gamma : ndarray, shape (n, n_transitions, n_transitions)
        The matrices.

    Raises
    ------
    ValueError
        If a matrix is not finite, not Hermitian or not positive semidefinite
        (to rounding). The message names bath, frequency and what is violated.
    """

    def refuse(wrong: NDArray[np.bool_], what: str, *values: NDArray[np.float64]) -> None:
        if wrong.any():
            first = int(np.argmax(wrong))
            at = np.broadcast_to(frequency, wrong.shape)[first]
            where = f"coupling spectrum of bath {name} at frequency {at:.6g}"
            raise ValueError(f"{where} {what.format(*(value[first] for value in values))}")

    refuse(np.asarray(~np.isfinite(gamma).all((1, 2))), "is not finite")
    # To rounding: that of the smallest numbers is not relative.
    largest = np.abs(gamma).max((1, 2))
    tolerance = np.maximum(1e-12 * largest, np.finfo(float).tiny)
    asymmetry = np.abs(gamma - gamma.conj().transpose(0, 2, 1)).max((1, 2))
    refuse(
        np.asarray(asymmetry > tolerance), "is not Hermitian, expected gamma_ij = conj(gamma_ji)"
    )
    # sqrt(gamma_11) sqrt(gamma_22) may exceed the root of the product by rounding.
    smallest = _smallest_eigenvalues(gamma, largest)
    refuse(
        np.asarray(smallest < -tolerance),
        "has the eigenvalue {:.6g}, expected a positive semidefinite matrix: gamma_ii >= 0 and "
        "|gamma_12|^2 <= gamma_11 gamma_22",
        smallest,
    )


def _smallest_eigenvalues(
    gamma: NDArray[np.complex128], largest: NDArray[np.float64]
) -> NDArray[np.float64]:
    if gamma.shape[-1] != 2:
        return np.asarray(np.linalg.eigvalsh(gamma)[:, 0], dtype=float)
    scale = np.where(largest > 0.0, largest, 1.0)  # for squares that neither over- nor underflow
    first, second = gamma[:, 0, 0].real / scale, gamma[:, 1, 1].real / scale
    with np.errstate(under="ignore"):
        real, imag = gamma[:, 0, 1].real / scale, gamma[:, 0, 1].imag / scale
        half = 0.5 * (first - second)
        root = np.sqrt(half * half + real * real + imag * imag)
        return np.asarray(scale * (0.5 * (first + second) - root))
