"""Condition (19) and the determinant (15) in forms from which no cancellation is left."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from li_cai_sun_2015.claims.measures import Array
from steady_coherence.coupling_spectra import CouplingSpectrum
from steady_coherence.numerics.elementary import inverse_expm1
from steady_coherence.spectra import planck_number

Matrix = NDArray[np.complex128]
Couplings = Sequence[CouplingSpectrum]

#: Part of its terms below which a sum counts as zero.
ZERO = 1e-13
#: Rounding of one step of the solver, with a margin.
ROUNDING = 1e-15


class Balance(NamedTuple):
    """Numbers of the Lambda or the V system from its rates alone."""

    #: Sum of the two brackets of (19), or of their counterparts for V, over the sum of their
    #: moduli: zero where rho_12 is, however small the populations are that drive it.
    drive: Matrix
    #: Determinant (15), its sign corrected, over its value without cross spectra; 0 where that
    #: vanishes too.
    determinant: Array
    #: Estimate of the relative error that rounding leaves in the solver's |rho_12|.
    error: Array


class _Transition(NamedTuple):
    """Of transition i, at its own energy."""

    rates: Matrix  # 2 Gamma+_jk of Lambda, 2 Gamma-_jk of V
    bracket: Matrix  # of (19)
    size: Array  # of the terms of (19) before they cancel


def balance(
    name: str, couplings: Couplings, left: ArrayLike, right: ArrayLike, energy_difference: ArrayLike
) -> Balance:
    """Evaluate condition (19) and the determinant (15) of "lambda", or their counterparts for "v".

    The mean transition energy is 1. The couplings are those of the left and the right bath, whose
    temperatures and eps_1 - eps_2 are broadcast against each other.
    """
    difference = np.asarray(energy_difference, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore", under="ignore"):
        first, second = (
            _transition(i, 1.0 + sign * difference, couplings, left, right, name == "v")
            for i, sign in enumerate((0.5, -0.5))
        )
        total = first.bracket + second.bracket
        moduli = np.abs(first.bracket) + np.abs(second.bracket)
        determinant = _relative_determinant(first.rates, second.rates, difference)
        signal = np.abs(total) / (first.size + second.size)
        error = ROUNDING / (signal * np.clip(np.abs(determinant), 0.0, 1.0))
        return Balance(
            drive=np.where(moduli > 0.0, total / moduli, 0.0),
            determinant=np.nan_to_num(determinant),
            error=np.where(np.isnan(error), np.inf, error),
        )


def _transition(  # noqa: PLR0917 -- all of them are what the sum depends on
    i: int, energy: Array, couplings: Couplings, left: ArrayLike, right: ArrayLike, emits: bool
) -> _Transition:
    """Rates and bracket of transition i.

    With the populations of (11) the bracket of (19) is

        (N_R - N_L) (gamma^L_21 gamma^R_ii - gamma^R_21 gamma^L_ii) / (4 Gamma+_ii).

    V has Gamma-_ii in place of Gamma+_ii, and the complex conjugate with the other sign.
    """
    one, other = (
        spectrum(np.ravel(energy)).reshape(*np.shape(energy), 2, 2) for spectrum in couplings
    )
    numbers = [planck_number(energy, temperature) for temperature in (left, right)]
    in_left, in_right = (number + float(emits) for number in numbers)
    rates = one * in_left[..., None, None] + other * in_right[..., None, None]
    terms = one[..., 1, 0] * other[..., i, i], other[..., 1, 0] * one[..., i, i]
    apart = terms[0] - terms[1]
    apart = np.where(np.abs(apart) > ZERO * (np.abs(terms[0]) + np.abs(terms[1])), apart, 0.0)
    # N_hot - N_cold = N_hot (N_cold + 1) (1 - exp(-x)) with x = w dT/(T_cold T_hot), where
    # 1 - exp(-x) = 1/(1 + 1/(exp(x) - 1))
    cold, hot = np.minimum(left, right), np.maximum(left, right)
    exponent = np.where(hot > cold, energy * (hot - cold) / (cold * hot), 0.0)
    excess = planck_number(energy, hot) * (planck_number(energy, cold) + 1.0)
    excess = excess / (1.0 + inverse_expm1(exponent))
    bracket = excess * apart / rates[..., i, i].real
    size = sum(
        np.abs(gamma[..., 1, 0]) * (number + 1.0)
        for gamma, number in zip((one, other), numbers, strict=True)
    )
    return _Transition(rates, np.where(excess > 0.0, bracket, 0.0), np.asarray(size))


def _relative_determinant(first: Matrix, second: Matrix, difference: Array) -> Array:
    """Determinant (15) over its value at f = 0, from the rates at eps_1 and eps_2.

    With A = Gamma_11 + Gamma_22 it is A^2 times, without cross spectra,
    4 Gamma_11 Gamma_22 (1 + D_12^2/A^2).
    """
    one, other = first[..., 0, 0].real, second[..., 1, 1].real
    product = second[..., 0, 1] * first[..., 1, 0] / (one * other)
    sum_of_both = 0.5 * (one + other)
    ratio = difference / sum_of_both
    share = one / (one + other)
    cross = (
        product.real
        + share * (1.0 - share) * product.imag**2
        - product.imag * ratio * (2.0 * share - 1.0)
    )
    return np.asarray(1.0 - cross / (1.0 + ratio * ratio))
