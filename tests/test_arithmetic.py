"""Elementary functions of fixed operations, and arithmetic that is noted first and done later."""

from __future__ import annotations

import hashlib
import itertools
from decimal import Decimal, DecimalException

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from steady_coherence.numerics import bessel, elementary, hermitian, quadrature
from steady_coherence.numerics import blocks as grids
from steady_coherence.numerics import tape as arithmetic
from steady_coherence.numerics.tape import Program, Tape

POSITIVE = np.concatenate([np.geomspace(1e-300, 700.0, 500), np.linspace(1e-3, 4.0, 500)])
REAL = np.concatenate([np.linspace(-700.0, 700.0, 501), np.linspace(-2.0, 2.0, 500)])


def largest_error(found, expected, arguments):
    """Largest relative error, against forty digits."""
    with mpmath.workdps(40):
        exact = [expected(mpmath.mpf(float(x))) for x in arguments]
        return max(
            float(abs(mpmath.mpf(float(value)) - true) / max(abs(true), mpmath.mpf(2) ** -1070))
            for value, true in zip(found, exact, strict=True)
        )


class TestElementary:
    def test_exp(self):
        assert largest_error(elementary.exp(REAL), mpmath.exp, REAL) < 2.5e-16

    def test_inverse_expm1(self):
        found = elementary.inverse_expm1(POSITIVE)
        assert largest_error(found, lambda x: 1 / mpmath.expm1(x), POSITIVE) < 4.5e-16

    def test_log(self):
        x = np.concatenate([POSITIVE, np.linspace(0.5, 2.0, 400)])
        with mpmath.workdps(40):
            for argument, value in zip(x, elementary.log(x), strict=True):
                true = mpmath.log(mpmath.mpf(float(argument)))
                assert abs(mpmath.mpf(float(value)) - true) < 2.5e-16 * max(1, abs(true))

    @pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 1.5, 3.0, 3.7])
    def test_power(self, exponent):
        x = np.geomspace(1e-3, 10.0, 300)
        found = elementary.power(x, exponent)
        assert largest_error(found, lambda y: y ** mpmath.mpf(exponent), x) < 1e-15

    def test_integer_powers_are_products(self):
        x = np.linspace(0.0, 2.0, 50)
        np.testing.assert_array_equal(elementary.power(x, 1.0), x)
        np.testing.assert_array_equal(elementary.power(x, 2.0), x * x)

    def test_cosine_and_sine(self):
        x = np.linspace(-30.0, 30.0, 1001)
        for found, exact in zip(
            elementary.cosine_and_sine(x), (mpmath.cos, mpmath.sin), strict=True
        ):
            with mpmath.workdps(40):
                errors = [
                    abs(exact(mpmath.mpf(float(y))) - mpmath.mpf(float(v)))
                    for y, v in zip(x, found, strict=True)
                ]
            assert max(errors) < 2.5e-16

    @pytest.mark.parametrize("power", [5.9, 6.1, 9.0, 15.0, 22.0, 100.0, 308.0])
    def test_cosine_and_sine_of_large_angles(self, power):
        """As exact as of small ones: 6381956970095103 2**797 is next to a multiple of pi/2."""
        x = np.random.default_rng(0).uniform(-1.0, 1.0, 50) * 10.0**power
        x = np.append(x, [6381956970095103.0 * 2.0**797, -(2.0**1023)])
        cosine, sine = elementary.cosine_and_sine(x)
        with mpmath.workdps(400):
            for angle, c, s in zip(x.tolist(), cosine.tolist(), sine.tolist(), strict=True):
                for found, exact in ((c, mpmath.cos(angle)), (s, mpmath.sin(angle))):
                    assert abs(mpmath.mpf(found) - exact) < 2.5e-16 * max(abs(exact), 1e-16)

    def test_bessel_function(self):
        """Of all three ranges, and where they meet."""
        x = np.concatenate([np.linspace(0.0, 60.0, 601), np.geomspace(1e-9, 1e6, 100)])
        with mpmath.workdps(40):
            for argument, value in zip(x.tolist(), bessel.bessel_j0(x).tolist(), strict=True):
                assert abs(mpmath.besselj(0, mpmath.mpf(argument)) - mpmath.mpf(value)) < 5e-16

    @pytest.mark.parametrize("degree", [0, 2, 14, 30])
    def test_quadrature_of_polynomials(self, degree):
        nodes, weights = quadrature.fejer(31)
        assert np.sum(weights * nodes**degree) == pytest.approx(2.0 / (degree + 1), rel=1e-14)

    def test_no_angle(self):
        for found in elementary.cosine_and_sine([np.inf, -np.inf, np.nan]):
            assert np.isnan(found).all()

    def test_geometric_axis(self):
        found = elementary.geometric_axis(0.01, 100.0, 81)
        np.testing.assert_allclose(found, np.geomspace(0.01, 100.0, 81), rtol=2e-15)
        assert (found[0], found[-1]) == (0.01, 100.0)

    def test_ends(self):
        with np.errstate(all="ignore"):
            np.testing.assert_array_equal(elementary.exp([-1e3, 1e3, 0.0]), [0.0, np.inf, 1.0])
            np.testing.assert_array_equal(
                elementary.inverse_expm1([np.inf, 710.0, 1e-320]), [0.0, 0.0, np.inf]
            )
        assert elementary.inverse_expm1(1.0).shape == ()
        assert elementary.power(0.0, 0.0) == 1.0
        assert elementary.power(0.0, 0.3) == 0.0

    def test_bits_are_those_of_any_other_processor(self):
        """Recorded once: whatever the processor, the same arguments give these bytes."""
        x = np.arange(1, 4097) / 128.0
        values = [
            elementary.exp(x - 16.0),
            elementary.inverse_expm1(x),
            elementary.log(x),
            elementary.power(x, 1.3),
            *elementary.cosine_and_sine(x),
            bessel.bessel_j0(x),
            *quadrature.fejer(31),
        ]
        digest = hashlib.sha256(np.concatenate(values).astype("<f8").tobytes()).hexdigest()
        assert digest == "5f25a30933b59eeafc65a7b387ae07cd766583aa7b0992862023af4924f64c94"


class TestDecimals:
    @given(st.floats(1e-3, 1e3), st.floats(-1e3, 1e3))
    def test_the_steps_of_floating_point(self, x, y):
        assume(abs(x - 2.0) > 1e-3)
        names = [("x",), ("y",)]
        tape = Tape(dict.fromkeys(names, arithmetic.NUMBER))
        first, second = (tape.given(name) for name in names)
        results = [
            0.1 * first + second * second - 3.0,
            arithmetic.sqrt(first) / (2.0 - first),
            arithmetic.minimum(arithmetic.modulus(second), -first),
            arithmetic.choice(first, second, first - second, 1.0),
            0.25,
        ]
        program = Program(results)
        given = {
            name: arithmetic.Given(arithmetic.NUMBER, value)
            for name, value in zip(names, (x, y), strict=True)
        }
        found = program.in_decimals(dict(zip(names, map(Decimal, (x, y)), strict=True)))
        for exact, value in zip(found, program.at_point(given), strict=True):
            assert float(exact) == pytest.approx(value, rel=1e-11, abs=1e-9)

    def test_refuses_to_divide_by_zero(self):
        tape = Tape({("x",): arithmetic.NUMBER})
        program = Program([1.0 / tape.given(("x",))])
        with pytest.raises(DecimalException):
            program.in_decimals({("x",): Decimal(0)})


class TestBlocks:
    @given(st.lists(st.integers(1, 6), min_size=1, max_size=4), st.integers(1, 50))
    def test_every_point_once_in_the_order_of_memory(self, shape, limit):
        numbers = np.arange(np.prod(shape)).reshape(shape)
        parts = list(grids.blocks(shape, limit))
        assert all(block.size <= limit for block in parts)
        seen = np.concatenate([numbers[block.index].ravel() for block in parts])
        np.testing.assert_array_equal(seen, numbers.ravel())

    def test_values_that_broadcast_are_cut_along_their_own_axes(self):
        block = list(grids.blocks((4, 6), 12))[1]
        column = np.arange(4.0)[:, None]
        np.testing.assert_array_equal(block.part(column), column[2:])
        np.testing.assert_array_equal(block.part(np.arange(6.0)), np.arange(6.0)[None])
        np.testing.assert_array_equal(block.along_first_axis(np.arange(4.0)), column[2:])
        np.testing.assert_array_equal(block.along_first_axis(np.ones(1)), np.ones((1, 1)))


EPSILON = np.finfo(float).eps
FLOATS = st.floats(-10.0, 10.0).filter(lambda x: x == 0.0 or abs(x) > 1e-3)


CONSTANTS = FLOATS | st.sampled_from([0.0, 1.0, -1.0, 0.5, -2.0, 4.0])
OPERATIONS = [
    lambda left, right: left + right,
    lambda left, right: left - right,
    lambda left, right: left * right,
    lambda left, right: left * arithmetic.inverse(right * right + 1.0),
    arithmetic.minimum,
    lambda left, right: arithmetic.sqrt(left * left + right * right),
    lambda left, right: -arithmetic.modulus(left) * right,
]
# Of three numbers, and what is made of them: a number of an operand or a constant in its place.
FORMULAS = st.lists(
    st.tuples(st.sampled_from(OPERATIONS), st.integers(0, 20) | CONSTANTS, st.integers(0, 20)),
    min_size=1,
    max_size=12,
)


def evaluated(formula, *numbers):
    """All intermediate results of a formula."""
    known = [*numbers]
    for operation, left, right in formula:
        first = left if isinstance(left, float) else known[left % len(known)]
        known.append(operation(first, known[right % len(known)]))
    return known[len(numbers) :]


class TestSmallerEigenvalue:
    @pytest.mark.parametrize("sign", [1.0, -1.0])
    def test_against_lapack(self, sign):
        rng = np.random.default_rng(0)
        for first, second, other in rng.normal(size=(100, 3)) * 10.0 ** rng.uniform(
            -8, 0, (100, 3)
        ):
            matrix = np.array([[sign * first, other], [other, sign * abs(second)]])
            found = hermitian.smaller_eigenvalue(matrix[0, 0], matrix[1, 1], other * other)
            expected = np.linalg.eigvalsh(matrix)
            # Some four roundings here, and as many in LAPACK.
            assert abs(found - expected[0]) < 8 * EPSILON * np.abs(expected).max()

    def test_small_eigenvalue_keeps_its_digits(self):
        assert hermitian.smaller_eigenvalue(1.0, 1e-30, 0.0) == pytest.approx(1e-30, rel=1e-15)

    def test_zero(self):
        assert hermitian.smaller_eigenvalue(0.0, 0.0, 0.0) == 0.0


class TestPositiveRoots:
    @pytest.mark.parametrize("size", [2, 4])
    @pytest.mark.parametrize("rank", [1, 2])
    @pytest.mark.parametrize("scale", [1e-300, 1e-3, 1e100])
    def test_square_is_the_matrix(self, size, rank, scale):
        rng = np.random.default_rng(1)
        factor = rng.normal(size=(5, size, rank)) + 1j * rng.normal(size=(5, size, rank))
        matrices = np.einsum("nik,njk->nij", factor, factor.conj()) * scale
        roots = np.moveaxis(hermitian.positive_roots(np.moveaxis(matrices, 0, -1)), -1, 0)
        np.testing.assert_allclose(
            roots @ roots, matrices, rtol=0, atol=2e-14 * np.abs(matrices).max()
        )
        assert np.linalg.eigvalsh(roots).min() > -1e-8 * np.abs(roots).max()

    def test_one_does_not_depend_on_the_others(self):
        """Of those of rank one, zero and full rank together."""
        amplitudes = np.array([1.0, -0.7, 0.3])
        one = np.outer(amplitudes, amplitudes)
        matrices = np.stack([one, 0.0 * one, one + np.eye(3), 1e-200 * one], axis=-1)
        whole = hermitian.positive_roots(matrices)
        for number in range(matrices.shape[-1]):
            part = slice(number, number + 1)
            alone = hermitian.positive_roots(matrices[..., part])
            np.testing.assert_array_equal(whole[..., part], alone)


class TestProgram:
    @given(FORMULAS, FLOATS)
    def test_a_program_gives_what_floats_give(self, formula, number):
        """In blocks, and at one point by numbers of Python."""
        x, y = np.linspace(-3.0, 3.0, 7), np.linspace(0.5, 2.0, 7)
        numbers = {("x",): arithmetic.given(x), ("y",): arithmetic.given(y)}
        numbers |= {("number",): arithmetic.given(number)}
        tape = Tape({name: each.kind for name, each in numbers.items()})
        program = Program(evaluated(formula, *map(tape.given, numbers)))
        for block in grids.blocks((7,), 4):
            with np.errstate(all="ignore"):
                found = [
                    np.broadcast_to(values, block.size) for values in program.run(block, numbers)
                ]
            for point in range(block.size):
                here = x[block.index][point].item(), y[block.index][point].item(), number
                try:
                    expected = evaluated(formula, *here)
                except OverflowError:
                    continue
                np.testing.assert_array_equal([values[point] for values in found], expected)
                at_point = dict(zip(numbers, map(arithmetic.given, here), strict=True))
                with np.errstate(all="ignore"):
                    alone = program.at_point(at_point)
                np.testing.assert_array_equal(alone, expected)

    def test_new_numbers_are_taken(self):
        """A program that has run once takes other numbers, and other sizes."""
        kinds = {("x",): arithmetic.ARRAY, ("two",): arithmetic.NUMBER}
        tape = Tape(kinds)
        program = Program([tape.given(("x",)) * (tape.given(("two",)) + 1.0)])
        for size, number in ((3, 2.0), (3, 5.0), (4, 5.0), (4, 0.0)):
            x = np.arange(1.0, 1.0 + size)
            given_ = {("x",): arithmetic.given(x), ("two",): arithmetic.Given("number", number)}
            (found,) = program.run(grids.whole((size,)), given_)
            np.testing.assert_array_equal(found, x * (number + 1.0))

    def test_divisions_by_zero_and_roots(self):
        names = ("x",), ("y",)
        tape = Tape(dict.fromkeys(names, arithmetic.ARRAY))
        x, y = map(tape.given, names)
        program = Program([x / y, arithmetic.sqrt(x), arithmetic.minimum(x / y, y)])
        for pair in itertools.product((1.0, -1.0, 0.0, np.inf), (0.0, 1.0, 1e-320)):
            numbers = {
                name: arithmetic.Given(arithmetic.ARRAY, lambda block, v=v: np.full(block.shape, v))
                for name, v in zip(names, pair, strict=True)
            }
            at_point = dict(zip(names, map(arithmetic.given, pair), strict=True))
            with np.errstate(all="ignore"):
                found = np.ravel(program.run(grids.whole((1,)), numbers))
                np.testing.assert_array_equal(program.at_point(at_point), found)

    def test_steps_are_noted_once(self):
        tape = Tape({("x",): arithmetic.ARRAY})
        x = tape.given(("x",))
        y = 3.0 * x + 1.0
        noted = len(tape.steps)
        assert (3.0 * x + 1.0).number == y.number
        assert (1.0 + x * 3.0).number == y.number
        assert tape.given(("x",)).number == x.number
        assert len(tape.steps) == noted

    def test_nothing_is_noted_for_what_is_known(self):
        tape = Tape({("x",): arithmetic.ARRAY, ("none",): arithmetic.ZERO})
        x = tape.given(("x",))
        assert tape.given(("none",)) == 0.0
        assert x * 0.0 == 0.0
        assert x + 0.0 is x
        assert x * 1.0 is x
        assert len(tape.steps) == 1
