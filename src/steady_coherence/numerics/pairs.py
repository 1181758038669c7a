"""Complex numbers on the tape: pairs of a real and an imaginary part.

Each product is written out in real numbers, because that of complex ones depends on the processor.
"""

from collections.abc import Sequence

from steady_coherence.numerics.tape import Expression, Number, inverse

Pair = tuple[Number, Number]  # real and imaginary part


def total(*pairs: Pair) -> Pair:
    """Sum of complex numbers."""
    return sum((real for real, _ in pairs), 0.0), sum((imag for _, imag in pairs), 0.0)


def weighted(pairs: Sequence[Pair], weights: Sequence[Number]) -> Pair:
    """sum_k c_k w_k for complex c_k and real w_k."""
    return total(*((c[0] * w, c[1] * w) for c, w in zip(pairs, weights, strict=True)))


def twice_real(left: Pair, right: Pair) -> Number:
    """2 Re(left right)."""
    return 2.0 * (left[0] * right[0] - left[1] * right[1])


def squared_modulus(number: Pair) -> Number:
    """|c|^2."""
    real, imag = number
    return real * real + imag * imag


def divided(numbers: Sequence[Pair], divisor: Pair) -> list[Pair]:
    """Complex numbers over a common divisor; zero where the divisor is zero by construction."""
    real, imag = divisor
    if not isinstance(real, Expression):
        return [(0.0, 0.0)] * len(numbers)
    scale = inverse(squared_modulus(divisor))
    # 1 / c = (Re c - i Im c) / |c|^2
    real, imag = real * scale, imag * scale
    return [(a * real + b * imag, b * real - a * imag) for a, b in numbers]
