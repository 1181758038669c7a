"""Exponential, logarithm, power, cosine and sine that have the same bits on every processor.

NumPy and the C library choose among several versions of these functions by the processor,
and their last bits differ. Here they are polynomials and exact steps, worked out by + - * /
in a fixed order, which IEEE 754 rounds in one way only.
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.numerics.tape import Expression, choice, minimum

Array = NDArray[np.float64]

LN2_HIGH = 6.93147180369123816490e-01  # a multiple of it by any exponent is exact
LN2_LOW = 1.90821492927058770002e-10
INVERSE_LN2 = 1.4426950408889634

#: Adding it to |x| < 2**51 leaves x, rounded to an integer, in the lowest bits of the sum.
ROUNDER = 1.5 * 2.0**52
EXPONENT_BITS, EXPONENT_BIAS = 52, 1023

#: exp(x) - 1 is not reckoned with beyond.
LARGEST_EXPONENT = 709.0

#: 2 B_2n / (2n)!, of r coth(r/2) = 2 + r^2/6 - r^4/360 + ...; for |r| < ln(2)/2 the rest is 1e-17.
COTH = (2.0, 1 / 6, -1 / 360, 1 / 15120, -1 / 604800, 1 / 23950080, -691 / 653837184000)

#: 2/(2n + 1), of 2 artanh(r) = r (2 + 2/3 r^2 + ...); for |r| < 3 - sqrt(8) the rest is 2e-17.
ARTANH = tuple(2.0 / (2 * n + 1) for n in range(11))

#: pi/2 in three parts, multiples of the first two by integers below 2**20 being exact.
HALF_PI = (1.57079632673412561417e00, 6.07710050630396597660e-11, 2.02226624879595063154e-21)

#: Up to here the three parts tell pi/2 well enough.
LARGEST_ARGUMENT = 1e6

#: Of pi/2 for angles beyond: those of the largest number, of a result, and of their cancellation.
FAR_BITS = 1024 + 64 + 128

#: (-1)**n / (2n + 1)! and (-1)**n / (2n)!; for |r| < pi/4 the rest is 1e-19.
SINE = tuple((-1.0) ** n / math.factorial(2 * n + 1) for n in range(9))
COSINE = tuple((-1.0) ** n / math.factorial(2 * n) for n in range(9))


#: An array, which is overwritten, or a number on a tape, on which the steps are noted.
Values = Any


def _polynomial(coefficients: tuple[float, ...], x: Values) -> Values:
    value = x * coefficients[-1]
    for coefficient in coefficients[-2:0:-1]:
        value += coefficient
        value *= x
    value += coefficients[0]
    return value


def power_of_two(scale: Values) -> Values:
    """2**k, of k + `ROUNDER` for an integer k: the lowest bits become the exponent."""
    if isinstance(scale, Expression):
        return scale.tape.step(power_of_two, scale.number)
    bits = scale.view(np.int64)
    bits <<= EXPONENT_BITS
    bits += EXPONENT_BIAS << EXPONENT_BITS
    return scale


def _power_of_two_and_rest(x: Values) -> tuple[Values, Values]:
    """2**k and exp(x) / 2**k - 1, for |x| < 708."""
    scale = x * INVERSE_LN2
    scale += ROUNDER
    whole = scale - ROUNDER
    rest = x
    rest -= whole * LN2_HIGH
    whole *= LN2_LOW
    rest -= whole
    # exp(r) - 1 = 2 r / (r coth(r/2) - r)
    divisor = _polynomial(COTH, rest * rest)
    divisor -= rest
    rest += rest
    rest /= divisor
    return power_of_two(scale), rest


def _inverse_expm1(x: Values) -> Values:
    """1/(exp(x) - 1) for 0 < x <= 709."""
    scale, value = _power_of_two_and_rest(x)
    # 2**k (1 + p) - 1, without cancellation for k = 0
    value *= scale
    scale -= 1.0
    value += scale
    return 1.0 / value


def exp(x: ArrayLike) -> Array:
    """Exponential of x of any shape, to 2e-16 relative; 0 below -708 and infinity above 709."""
    x = np.asarray(x, dtype=float)
    value, rest = _power_of_two_and_rest(np.minimum(np.maximum(np.atleast_1d(x), -708.0), 709.0))
    value += np.multiply(value, rest, out=rest)
    value = value.reshape(x.shape)
    if x.size and x.min() >= -708.0 and x.max() <= 709.0:
        return np.asarray(value)
    return np.where(x < -708.0, 0.0, np.where(x > 709.0, np.inf, value))


def inverse_expm1(x: ArrayLike) -> Array:
    """1/(exp(x) - 1) for x > 0 of any shape, to 4e-16 relative; 0 above 709, at infinity too."""
    given = np.asarray(x, dtype=float)
    value = _inverse_expm1(np.minimum(np.atleast_1d(given), LARGEST_EXPONENT))
    if given.size and given.max() > LARGEST_EXPONENT:
        value[np.atleast_1d(given) > LARGEST_EXPONENT] = 0.0
    return np.asarray(value.reshape(given.shape))


def noted_inverse_expm1(x: Expression) -> Expression:
    """Steps to the same, for a number at every grid point."""
    value = _inverse_expm1(minimum(x, LARGEST_EXPONENT))
    return choice(LARGEST_EXPONENT, x, 0.0, value)


def log(x: ArrayLike) -> Array:
    """Natural logarithm of finite x > 0 of any shape, to 2e-16 of it or of 1, if that is larger."""
    mantissa, exponent = np.frexp(np.asarray(x, dtype=float))
    low = mantissa < np.sqrt(0.5)
    mantissa, exponent = np.where(low, 2.0 * mantissa, mantissa), exponent - low
    ratio = (mantissa - 1.0) / (mantissa + 1.0)
    return np.asarray(
        exponent * LN2_HIGH + (ratio * _polynomial(ARTANH, ratio * ratio) + exponent * LN2_LOW)
    )


def geometric_axis(start: float, stop: float, points: int) -> Array:
    """Two or more numbers > 0 of a constant ratio, from `start` to `stop`, both included."""
    axis = exp(np.linspace(log(start), log(stop), points))
    axis[[0, -1]] = start, stop
    return axis


def power(x: ArrayLike, exponent: ArrayLike) -> Array:
    """x**exponent for finite x >= 0 and exponent >= 0, broadcast against each other.

    The relative error is some 1e-16 times the exponent, or the logarithm of x.
    """
    x, exponent = np.asarray(x, dtype=float), np.asarray(exponent, dtype=float)
    whole = np.floor(exponent)
    broken = exponent > whole
    positive = np.where(x > 0.0, x, 1.0)
    value: Values = 1.0
    if broken.any():
        value = np.where(broken, exp((exponent - whole) * log(positive)), 1.0)
    value = np.where(x > 0.0, value, np.where(exponent > 0.0, 0.0, 1.0))
    # Integer powers by squaring.
    factor, left = positive, np.minimum(whole, 2.0**53)
    while left.any():
        value = np.where(left % 2.0 == 1.0, value * factor, value)
        left = np.floor(0.5 * left)
        factor = factor * factor
    return np.asarray(value)


def cosine_and_sine(x: ArrayLike) -> tuple[Array, Array]:
    """Cosine and sine of finite x (radians) of any shape, to 2e-16."""
    given = np.asarray(x, dtype=float)
    angle = np.atleast_1d(given)
    is_near = np.abs(angle) <= LARGEST_ARGUMENT
    near = np.where(is_near, angle, 0.0)
    quarter = np.rint(near / HALF_PI[0])
    rest = ((near - quarter * HALF_PI[0]) - quarter * HALF_PI[1]) - quarter * HALF_PI[2]
    for index in np.argwhere(~is_near):
        quarter[*index], rest[*index] = _far_quarter_and_rest(float(angle[*index]))
    square = rest * rest
    cosine = _polynomial(COSINE, square)
    sine = rest * _polynomial(SINE, square)
    turns = [quarter % 4.0 == turn for turn in range(4)]
    return (
        np.select(turns, [cosine, -sine, -cosine, sine]).reshape(given.shape),
        np.select(turns, [sine, cosine, -sine, -cosine]).reshape(given.shape),
    )


def _far_quarter_and_rest(x: float) -> tuple[float, float]:
    """Number of quarter turns in a large angle, from 0 to 3, and what is left, by integers."""
    if not math.isfinite(x):
        return 0.0, math.nan
    numerator, denominator = x.as_integer_ratio()
    half_pi = _half_pi()
    quarter, rest = divmod((numerator << FAR_BITS) // denominator, half_pi)
    if 2 * rest > half_pi:
        quarter, rest = quarter + 1, rest - half_pi
    return float(quarter % 4), rest / (1 << FAR_BITS)


@lru_cache(maxsize=1)
def _half_pi() -> int:
    """pi/2 times 2**FAR_BITS, after Machin: pi/4 = 4 arctan(1/5) - arctan(1/239)."""

    def inverse_arctangent(y: int) -> int:
        total, term, number = 0, (1 << FAR_BITS + 16) // y, 1
        while term:
            total += (term if number % 4 == 1 else -term) // number
            term, number = term // (y * y), number + 2
        return total

    return (2 * (4 * inverse_arctangent(5) - inverse_arctangent(239))) >> 16
