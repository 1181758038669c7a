"""The Bessel function J_0, by + - * / and roots in a fixed order, as in `elementary`.

That of SciPy is compiled: on processors that have it, a product and a sum are fused, and the last
bits differ.
"""

import numpy as np
from numpy.typing import ArrayLike

from steady_coherence.numerics.elementary import Array, cosine_and_sine

#: Ends of the three ranges, each of which suits a way of its own.
SERIES, RECURRENCE = 1.0, 25.0
#: J_n(25) / J_0 is below 1e-24 from here on.
HIGHEST_ORDER = 76


def bessel_j0(x: ArrayLike) -> Array:
    """Bessel function J_0 of finite numbers in an array of any shape, to 5e-16."""
    size = np.abs(np.asarray(x, dtype=float))
    return np.select(
        [size < SERIES, size < RECURRENCE],
        [_series(np.minimum(size, SERIES)), _recurrence(np.clip(size, SERIES, RECURRENCE))],
        _far(np.maximum(size, RECURRENCE)),
    )


def _series(x: Array) -> Array:
    """Sum of (-x^2/4)^k / k!^2, which ends within 1e-19."""
    quarter = 0.25 * x * x
    value = np.ones(x.shape)
    for k in range(9, 0, -1):
        value = 1.0 - value * quarter / float(k * k)
    return value


def _recurrence(x: Array) -> Array:
    """J_(n-1) = (2n/x) J_n - J_(n+1) from far above, with J_0 + 2 J_2 + 2 J_4 + ... = 1."""
    twice = 2.0 / x
    above, here, total = np.zeros(x.shape), np.full(x.shape, 1e-100), np.zeros(x.shape)
    for n in range(HIGHEST_ORDER, 0, -1):
        if n % 2 == 0:
            total = total + 2.0 * here
        above, here = here, n * twice * here - above
    return np.asarray(here / (total + here))


def _far(x: Array) -> Array:
    """Hankel's expansion, [P (cos x + sin x) + Q (cos x - sin x)] / sqrt(pi x)."""
    cosine, sine = cosine_and_sine(x)
    even, odd, term = np.ones(x.shape), np.zeros(x.shape), np.ones(x.shape)
    for k in range(1, 21):
        # i^k a_k / x^k with a_k = [1 9 25 ... (2k - 1)^2] / (k! 8^k), with the sign of a sum of two
        term = term * ((2.0 * k - 1.0) ** 2 / (8.0 * k)) / x
        sign = 1.0 if k % 4 in {0, 3} else -1.0
        if k % 2:
            odd = odd + sign * term
        else:
            even = even + sign * term
    return (even * (cosine + sine) + odd * (cosine - sine)) / np.sqrt(np.pi * x)
