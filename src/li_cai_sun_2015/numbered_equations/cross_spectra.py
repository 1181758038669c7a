"""Appendix B: cross spectra and weight factors, from couplings to modes."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from li_cai_sun_2015.numbered_equations.checks import Findings, Further, deviation
from li_cai_sun_2015.numbered_equations.samples import SAMPLES, Matrix, random_complex, spectrum_of
from li_cai_sun_2015.numbered_equations.verdicts import definition, equation
from steady_coherence.coupling_spectra import InterferingTransitions, check_coupling_spectrum
from steady_coherence.weight_factors import direction_average, isotropic_amplitude

#: Modes of one frequency.
MODES = 6


def determinants(couplings: Matrix) -> Matrix:
    """g_1k g_2q - g_1q g_2k for all pairs of modes."""
    product = np.outer(couplings[0], couplings[1])
    return np.asarray(product - product.T)


def gap(gamma: Matrix) -> float:
    """gamma_11 gamma_22 - |gamma_12|^2."""
    return float((gamma[0, 0] * gamma[1, 1]).real - abs(gamma[0, 1]) ** 2)


def size(gamma: Matrix) -> float:
    """gamma_11 gamma_22."""
    return float((gamma[0, 0] * gamma[1, 1]).real)


definition(
    "(B.1)",
    "Individual and cross spectra of two transitions that share the modes of a bath.",
    "Defines the spectra, as (7).",
    code=(spectrum_of,),
)


@equation(
    "(B.2)",
    "The cross spectrum is bounded by the individual ones.",
    "The difference is half the sum of |g_1k g_2q - g_1q g_2k|^2, with random complex "
    "couplings; the line before it, not numbered, prints g*_2q for g*_1q in its last term.",
    code=(check_coupling_spectrum,),
)
def _inequality(rng: np.random.Generator) -> Findings:
    couplings = random_complex(rng, 2, MODES)
    gamma = spectrum_of(couplings)
    squares = 0.5 * np.sum(np.abs(determinants(couplings)) ** 2)
    yield deviation(gap(gamma), squares, size(gamma))
    yield max(0.0, -gap(gamma) / size(gamma))
    (g_1k, g_1q), (g_2k, g_2q) = couplings[:, :2]
    middle = g_1k.conj() * g_2k * g_1q * g_2q.conj()
    mirrored = g_1k * g_2k.conj() * g_2q.conj() * g_2q
    yield Further("deviation_of_the_line_before", deviation(middle + mirrored, 2.0 * middle.real))


@equation(
    "(B.3)",
    "The bound is reached if and only if the couplings to all modes of a frequency are "
    "proportional.",
    "Proportional couplings close the gap, and any step away from them opens it by half the "
    "sum of |g_1k g_2q - g_1q g_2k|^2.",
    code=(determinants,),
)
def _equality(rng: np.random.Generator) -> Findings:
    ratio, first = random_complex(rng, 1), random_complex(rng, MODES)
    parallel = np.stack([first, ratio * first])
    yield abs(deviation(determinants(parallel), np.zeros((MODES, MODES)), 1.0))
    yield abs(gap(spectrum_of(parallel)) / size(spectrum_of(parallel)))
    step = 0.1 * random_complex(rng, 2, MODES)
    gamma = spectrum_of(parallel + step)
    squares = 0.5 * np.sum(np.abs(determinants(parallel + step)) ** 2)
    yield abs(deviation(gap(gamma), squares, size(gamma)))
    yield Further("smallest_gap_where_it_fails", squares / size(gamma))


@equation(
    "(B.4)",
    "It is reached without degenerate modes and for couplings of the wave number alone.",
    "Random complex couplings of either kind.",
    code=(InterferingTransitions,),
)
def _full_interference(rng: np.random.Generator) -> Findings:
    single = random_complex(rng, 2, 1)
    for couplings in (single, np.repeat(single, MODES, axis=1)):
        gamma = spectrum_of(couplings)
        yield deviation(abs(gamma[0, 1]) ** 2, size(gamma))


@equation(
    "(B.5)",
    "In general a weight factor between 0 and 1 stands between the two.",
    "Random complex couplings to one, two and more modes a frequency.",
    code=(InterferingTransitions,),
)
def _range(rng: np.random.Generator) -> Findings:
    for count in (1, 2, MODES):
        gamma = spectrum_of(random_complex(rng, 2, count))
        factor = abs(gamma[0, 1]) ** 2 / size(gamma)
        yield max(0.0, -factor, factor - 1.0)
        yield Further("smallest_weight_factor", factor)
        yield Further("largest_weight_factor", factor)


def bessel_j0(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """J_0(x) from its power series; twelve digits up to x = 6."""
    terms = [np.ones_like(x)]
    for order in range(1, 40):
        terms.append(-terms[-1] * (0.5 * x / order) ** 2)
    return np.asarray(np.sum(terms[::-1], axis=0))


@equation(
    "(B.6)",
    "The weight factor of two atoms in an isotropic field of one, two or three dimensions.",
    "Against (B.1) summed over directions by quadrature; J_0 from its power series.",
    code=(isotropic_amplitude,),
)
def _isotropic_field(rng: np.random.Generator) -> Findings:
    x = rng.uniform(0.0, 6.0, SAMPLES)
    factors = {1: np.cos(x) ** 2, 2: bessel_j0(x) ** 2, 3: (np.sin(x) / x) ** 2}
    for dimension, factor in factors.items():
        # |g_2k| is the same in all directions, so that f is |<exp(i k.d)>|^2.
        yield deviation(factor, direction_average(x, dimension) ** 2)
        yield abs(float(direction_average(1e-7, dimension)) - 1.0)
    for dimension in (2, 3):
        yield Further(f"largest_weight_factor_beyond_20_in_{dimension}d", _far_away(dimension))


@cache
def _far_away(dimension: int) -> float:
    """Largest weight factor of atoms that are far apart."""
    return float(np.max(direction_average(np.linspace(20.0, 40.0, 50), dimension) ** 2))
