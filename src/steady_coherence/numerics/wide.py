"""Numbers with an exponent of any size: what underflows or overflows in floating point does not.

The mantissa is a floating-point number: while no exponent is out of range, sums, products and
ratios have the same bits as those of floating-point numbers.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from steady_coherence.numerics.elementary import INVERSE_LN2, LN2_HIGH, LN2_LOW, exp

#: Smaller than the other term of a sum by so many powers of two, a term is rounded away.
NEGLIGIBLE = 1000


@dataclass(frozen=True, eq=False, slots=True)
class Wide:
    """A number mantissa * 2**exponent.

    Attributes
    ----------
    mantissa : float
        0, or of a modulus from 1/2 to 1.
    exponent : int
        Of any size; 0 for zero.
    """

    mantissa: float
    exponent: int

    @classmethod
    def of(cls, number: float, exponent: int = 0) -> Wide:
        """The number times 2**exponent."""
        mantissa, more = math.frexp(number)
        return cls(mantissa, exponent + more if mantissa else 0)

    def __float__(self) -> float:
        if self.exponent > 1024:
            return math.copysign(math.inf, self.mantissa)
        return math.ldexp(self.mantissa, max(self.exponent, -2000))

    def __bool__(self) -> bool:
        return bool(self.mantissa)

    def __add__(self, other: Wide | float) -> Wide:
        other = wide(other)
        if not (self and other):
            return self or other
        small, large = (self, other) if self.exponent < other.exponent else (other, self)
        shift = large.exponent - small.exponent
        if shift > NEGLIGIBLE:
            return large
        return Wide.of(large.mantissa + math.ldexp(small.mantissa, -shift), large.exponent)

    __radd__ = __add__

    def __neg__(self) -> Wide:
        return Wide(-self.mantissa, self.exponent)

    def __abs__(self) -> Wide:
        return Wide(abs(self.mantissa), self.exponent)

    def __sub__(self, other: Wide | float) -> Wide:
        return self + -wide(other)

    def __rsub__(self, other: float) -> Wide:
        return -self + other

    def __mul__(self, other: Wide | float) -> Wide:
        other = wide(other)
        return Wide.of(self.mantissa * other.mantissa, self.exponent + other.exponent)

    __rmul__ = __mul__

    def __truediv__(self, other: Wide | float) -> Wide:
        other = wide(other)
        return Wide.of(self.mantissa / other.mantissa, self.exponent - other.exponent)

    def __rtruediv__(self, other: float) -> Wide:
        return wide(other) / self

    def __lt__(self, other: Wide | float) -> bool:
        return (self - other).mantissa < 0.0

    def __gt__(self, other: Wide | float) -> bool:
        return (self - other).mantissa > 0.0

    def root(self) -> Wide:
        """Square root of a number that is not negative."""
        half, odd = divmod(self.exponent, 2)
        return Wide.of(math.sqrt(math.ldexp(self.mantissa, odd)), half)


def wide(number: Wide | float) -> Wide:
    """The number, with an exponent of any size."""
    return number if isinstance(number, Wide) else Wide.of(number)


def wide_root(number: Wide | float) -> Wide:
    """Square root of a number that is not negative."""
    return wide(number).root()


def wide_divided(x: Wide | float, y: Wide | float) -> Wide:
    """Ratio x / y."""
    return wide(x) / wide(y)


def exponential(x: float) -> Wide:
    """exp(x) for any finite x, with the relative error of a rounding of x."""
    power = round(x * INVERSE_LN2)
    return Wide.of(float(exp((x - power * LN2_HIGH) - power * LN2_LOW)), power)
