"""The verdicts on the equations, and proofs of the corrected forms with symbols."""

from __future__ import annotations

import functools
import json

import numpy as np
import pytest
import sympy
from sympy import I, Matrix, cos, expand, simplify, sin, symbols

import reference
from drawn_at_random import share
from li_cai_sun_2015.numbered_equations import EQUATIONS, judge_equations, printed, samples, truth
from li_cai_sun_2015.numbered_equations.verdicts import TOLERANCE, Equation, Slip, judge
from steady_coherence import systems
from steady_coherence.generator import generator_matrix

NUMBERS = [
    *(f"({number})" for number in range(1, 29)),
    *(f"(A.{number})" for number in range(1, 9)),
    *(f"(B.{number})" for number in range(1, 7)),
]
DEFINITIONS = {"(1)", "(2)", "(3)", "(4)", "(6)", "(7)", "(8)", "(25)", "(27)", "(B.1)"}
SLIPS = {"(13)", "(14)", "(15)", "(18)", "(23)", "(24)", "(26)", "(28)", "(A.4)"}
SEEDS = share([1, 2, 3, 12345], few=2)
judged_once = functools.cache(judge_equations)


@pytest.fixture(params=SEEDS, ids="seed {}".format)
def rows(request):
    return {row["id"]: row for row in judged_once(request.param)}


class TestRows:
    def test_verdicts(self, rows):
        for number, row in rows.items():
            expected = "definition" if number in DEFINITIONS else "confirmed"
            assert row["verdict"] == ("differs" if number in SLIPS else expected), row

    def test_confirmed_ones_hold_to_the_tolerance(self, rows):
        for row in rows.values():
            if row["verdict"] == "confirmed":
                assert 0.0 <= row["numbers"]["deviation"] <= row["tolerance"] == TOLERANCE, row

    def test_slips_are_no_rounding_and_their_corrections_are_right(self, rows):
        for number in SLIPS:
            numbers = rows[number]["numbers"]
            # The determinant suffers least: its two squares are as large as the slip.
            assert numbers["deviation"] > 0.01, number
            assert numbers["deviation_corrected"] <= TOLERANCE, number
            example = numbers["printed_value"], numbers["right_value"]
            assert example[0] != pytest.approx(example[1], rel=0.01, abs=0.0), number

    def test_what_is_told_of_a_slip(self, rows):
        for number, row in rows.items():
            told = {"printed", "right", "changes"} & row.keys()
            assert told == ({"printed", "right", "changes"} if number in SLIPS else set())
            assert all(row[key] for key in told)
            assert "Example: " in row.get("changes", "Example: "), number

    def test_json(self, rows):
        for row in rows.values():
            assert json.loads(json.dumps(row, allow_nan=False)) == row

    def test_same_seed_same_rows(self):
        assert judge_equations(SEEDS[0]) == judged_once(SEEDS[0])


class TestVerdict:
    SLIP = Slip("wrong", "right", "something. Example: a number.")

    def judge(self, slip=None, **numbers):
        equation = Equation("(0)", "what", "how", lambda _: numbers, slip)
        return judge(equation, np.random.default_rng(0))

    def test_follows_from_the_numbers(self):
        assert self.judge(deviation=TOLERANCE)["verdict"] == "confirmed"
        for found in (1.1 * TOLERANCE, np.nan, np.inf):
            row = self.judge(deviation=found)
            assert row["verdict"] == "differs"
            assert row["right"] == "not established"

    def test_a_slip_that_is_none_is_not_told(self):
        row = self.judge(self.SLIP, deviation=0.0, deviation_corrected=0.0)
        assert row["verdict"] == "confirmed"
        assert "printed" not in row

    @pytest.mark.parametrize(("corrected", "right"), [(0.0, "right"), (0.1, "not established")])
    def test_a_correction_has_to_be_right(self, corrected, right):
        row = self.judge(self.SLIP, deviation=1.0, deviation_corrected=corrected)
        assert row["right"] == right


class TestRowsCanFail:
    """Errors of the kinds that a derivation or the engine may have, each in its row."""

    def verdict(self, number):
        (equation,) = (equation for equation in EQUATIONS if equation.number == number)
        return judge(equation, np.random.default_rng(4))

    @pytest.mark.parametrize(
        ("function", "change", "numbers"),
        [
            ("lamb_shift", lambda value: -value, ["(12)", "(A.7)", "(A.8)"]),
            ("modified_lindblad", lambda value: 2.0 * value, ["(12)", "(A.7)"]),
            ("interaction_picture", lambda value: value.T, ["(5)", "(A.6)", "(A.7)"]),
            ("secular", lambda value: 0.5 * value, ["(9)"]),
            ("condition", lambda value: value + 1e-6, ["(19)", "(20)"]),
            ("bracket", lambda value: value + 1e-6, ["(19)", "(20)", "(21)"]),
            ("real_determinant", lambda value: 1.001 * value, ["(16)"]),
        ],
    )
    def test_printed_form(self, monkeypatch, function, change, numbers):
        original = getattr(printed, function)
        monkeypatch.setattr(printed, function, lambda *given: change(original(*given)))
        for number in numbers:
            assert self.verdict(number)["verdict"] == "differs", number

    @pytest.mark.parametrize("rate", ["emission", "absorption"])
    def test_order_of_the_indices(self, monkeypatch, rate):
        original = getattr(samples.Sample, rate).func
        transposed = property(lambda sample: original(sample).swapaxes(1, 2))
        monkeypatch.setattr(samples.Sample, rate, transposed)
        # The engine keeps the right order.
        assert self.verdict("(12)")["verdict"] == "differs"

    def test_order_of_the_indices_of_the_spectra(self, monkeypatch):
        monkeypatch.setattr(
            "li_cai_sun_2015.numbered_equations.correlators.spectrum_of",
            lambda couplings: samples.spectrum_of(couplings).conj(),
        )
        for number in ("(A.3)", "(A.4)"):
            row = self.verdict(number)
            assert row["verdict"] == "differs"
            assert row["right"] == "not established"

    @pytest.mark.parametrize(("number", "module"), [("(9)", "derivation"), ("(12)", "three_level")])
    def test_engine(self, monkeypatch, number, module):
        monkeypatch.setattr(
            f"li_cai_sun_2015.numbered_equations.{module}.generator_matrix",
            lambda *given: generator_matrix(*given) * (1.0 + 10.0 * TOLERANCE),
        )
        assert self.verdict(number)["verdict"] == "differs"


class TestTruth:
    """Eq. (4) as taken here against Eq. (12) of the tests' own."""

    @pytest.mark.parametrize("build", [systems.lambda_system, systems.v_system, systems.xi_system])
    @pytest.mark.parametrize("seed", range(5))
    def test_generator(self, build, seed):
        sample = samples.draw(np.random.default_rng(seed))
        system = build(1.0, sample.energy_difference)
        expected = reference.generator_matrix(
            system, [bath.coupling_spectrum for bath in sample.baths], sample.temperatures
        )
        # Entries of order one, sums of a dozen terms.
        np.testing.assert_allclose(truth.generator(system, sample), expected, rtol=0.0, atol=1e-14)

    @pytest.mark.parametrize("seed", range(5))
    def test_samples_are_baths(self, seed):
        """Hermitian, positive semidefinite, complex and dependent on the frequency."""
        sample = samples.draw(np.random.default_rng(seed))
        assert (np.linalg.eigvalsh(sample.gamma) > 0.0).all()
        assert (np.abs(sample.gamma[..., 0, 1].imag) > 1e-4).all()
        assert (np.abs(sample.gamma[:, 0] - sample.gamma[:, 1]) > 1e-5).all()


# From here on: proofs with symbols.

INDICES = (1, 2)
DETUNING = symbols("D", real=True)


class SymbolicSample:
    """Rates as symbols: Gamma-_ij(eps_k) is minus(i, j, k), Gamma+_ij(eps_k) plus(i, j, k)."""

    energy_difference = DETUNING

    @staticmethod
    def minus(i, j, k):
        return sympy.Symbol(f"m{i}{j}_{k}")

    @staticmethod
    def plus(i, j, k):
        return sympy.Symbol(f"p{i}{j}_{k}")


SAMPLE = SymbolicSample()


def commutator(left, right):
    return left * right - right * left


def dagger_of(lower):
    return {i: lower[i].T for i in INDICES}


def equation_a6(lower, upper, rho):
    """Sum in (A.6), with matrices or with symbols that do not commute."""
    total = 0 * rho
    for i in INDICES:
        for j in INDICES:
            total += SAMPLE.plus(j, i, j) * commutator(upper[i], rho * lower[j])
            total += SAMPLE.plus(j, i, i) * commutator(upper[i] * rho, lower[j])
            total += SAMPLE.minus(i, j, j) * commutator(lower[i], rho * upper[j])
            total += SAMPLE.minus(i, j, i) * commutator(lower[i] * rho, upper[j])
    return total


def unit(row, column):
    return Matrix(3, 3, lambda k, m: int((k, m) == (row, column)))


RHO = Matrix(3, 3, lambda k, m: sympy.Symbol(f"rho{k}{m}"))
N_1, N_2, N_3, TAU_12, TAU_21 = RHO[0, 0], RHO[1, 1], RHO[2, 2], RHO[1, 0], RHO[0, 1]
EPS_1, EPS_2 = symbols("eps_1 eps_2", real=True)


def reduced(lower, energies):
    """Derivatives of (n_1, n_2, tau_12) from (A.6); levels in the order 1, 2, third."""
    drift = equation_a6(lower, dagger_of(lower), RHO)
    drift += I * commutator(RHO, sympy.diag(*energies))
    return [expand(drift[element].subs(EPS_1, EPS_2 + DETUNING)) for element in (0, 4, 3)]


LAMBDA = reduced({1: unit(0, 2), 2: unit(1, 2)}, (-EPS_1, -EPS_2, 0))
V = reduced({1: unit(2, 0), 2: unit(2, 1)}, (EPS_1, EPS_2, 0))
XI = reduced({1: unit(2, 0), 2: unit(0, 1)}, (EPS_1, EPS_1 + EPS_2, 0))


def of_paper(form):
    """Reduced equations of the package with symbols put in."""
    values = form(N_1, N_2, N_3, TAU_12)
    return [sympy.sympify(value).subs(sympy.conjugate(TAU_12), TAU_21) for value in values]


def differences(found, expected):
    return [expand(sympy.nsimplify(one - two)) for one, two in zip(found, expected, strict=True)]


class TestReducedEquations:
    def test_equation_13_corrected(self):
        assert differences(of_paper(printed.lambda_equations(SAMPLE, -I)), LAMBDA) == [0, 0, 0]

    def test_equation_13_printed(self):
        as_printed = of_paper(printed.lambda_equations(SAMPLE, I))
        assert differences(as_printed, LAMBDA) == [0, 0, 2 * I * DETUNING * TAU_12]

    def test_equation_23_corrected(self):
        mended = of_paper(printed.v_equations(SAMPLE, transposed=True))
        assert differences(mended, V) == [0, 0, 0]

    def test_equation_23_printed_is_right_for_real_cross_rates_only(self):
        found = differences(of_paper(printed.v_equations(SAMPLE)), V)
        assert 0 not in found
        real = {
            rate(2, 1, k): rate(1, 2, k) for rate in (SAMPLE.plus, SAMPLE.minus) for k in (1, 2)
        }
        assert [expand(difference.subs(real)) for difference in found] == [0, 0, 0]

    def test_equation_24(self):
        into_1 = 2 * (SAMPLE.plus(1, 1, 1) * N_3 - SAMPLE.minus(1, 1, 1) * N_1)
        into_2 = 2 * (SAMPLE.plus(2, 2, 2) * N_1 - SAMPLE.minus(2, 2, 2) * N_2)
        assert differences(XI[:2], [into_1 - into_2, into_2]) == [0, 0]


class TestSteadyEquations:
    def coefficients(self, turn):
        """Coefficient matrix of Eq. (14), its fourth line the conjugate of the third."""
        lines = of_paper(printed.lambda_equations(SAMPLE, turn))
        swap = {TAU_12: TAU_21, TAU_21: TAU_12, I: -I}
        swap |= {SAMPLE.plus(i, 3 - i, k): SAMPLE.plus(3 - i, i, k) for i in (1, 2) for k in (1, 2)}
        lines.append(lines[2].subs(swap, simultaneous=True))
        return -Matrix(lines).jacobian([N_1, N_2, TAU_12, TAU_21])

    def printed_15(self, sign):
        plus_1, plus_2 = SAMPLE.plus(1, 1, 1), SAMPLE.plus(2, 2, 2)
        cross = SAMPLE.plus(1, 2, 2) * SAMPLE.plus(2, 1, 1)
        conjugate = SAMPLE.plus(2, 1, 2) * SAMPLE.plus(1, 2, 1)
        twice_real, twice_imag = cross + conjugate, (cross - conjugate) / I
        return (plus_1 + plus_2) ** 2 * (4 * plus_1 * plus_2 - 2 * twice_real + DETUNING**2) - (
            twice_imag + sign * DETUNING * (plus_1 - plus_2)
        ) ** 2

    def test_equation_15_has_the_sign_of_equation_13(self):
        for sign in (1, -1):
            determinant = self.coefficients(sign * I).det(method="berkowitz")
            assert expand(sympy.nsimplify(determinant) - self.printed_15(sign)) == 0
            assert expand(sympy.nsimplify(determinant) - self.printed_15(-sign)) != 0

    def test_equation_16(self):
        real = {SAMPLE.plus(2, 1, k): SAMPLE.plus(1, 2, k) for k in (1, 2)}
        determinant = sympy.nsimplify(self.coefficients(-I).det(method="berkowitz")).subs(real)
        plus_1, plus_2 = SAMPLE.plus(1, 1, 1), SAMPLE.plus(2, 2, 2)
        cross = SAMPLE.plus(1, 2, 2) * SAMPLE.plus(1, 2, 1)
        expected = (
            4 * (plus_1 + plus_2) ** 2 * (plus_1 * plus_2 - cross)
            + 4 * DETUNING**2 * plus_1 * plus_2
        )
        assert expand(determinant - expected) == 0

    def test_equation_16_vanishes_in_the_special_case(self):
        """D_12 = 0, equal spectra and f = 1."""
        determinant = self.coefficients(-I).det(method="berkowitz").subs(DETUNING, 0)
        same = {SAMPLE.plus(i, j, k): 1 for i in INDICES for j in INDICES for k in INDICES}
        assert determinant.subs(same) == 0

    def test_equation_19(self):
        """tau_12 = 0 in (13) leaves (11), and with it (19)."""
        lines = [line.subs({TAU_12: 0, TAU_21: 0}) for line in LAMBDA]
        populations = sympy.solve(lines[:2], [N_1, N_2])
        left = printed.condition(SAMPLE)
        assert simplify(lines[2].subs(populations) - left * N_3) == 0

    def test_equations_17_and_18(self):
        w, temperature = symbols("w T", positive=True)
        number = 1 / (sympy.exp(w / temperature) - 1)
        assert simplify(number / (number + 1) - sympy.exp(-w / temperature)) == 0
        boltzmann = {
            SAMPLE.plus(i, j, k): SAMPLE.minus(i, j, k) * sympy.exp(-energy / temperature)
            for i in INDICES
            for j in INDICES
            for k, energy in ((1, EPS_1), (2, EPS_2))
        }
        gibbs = {
            N_1: sympy.exp(EPS_1 / temperature) * N_3,
            N_2: sympy.exp(EPS_2 / temperature) * N_3,
            TAU_12: 0,
            TAU_21: 0,
        }
        assert [simplify(line.subs(boltzmann).subs(gibbs)) for line in LAMBDA] == [0, 0, 0]

    def test_equations_20_and_21(self):
        own, cross, proportion, left, right = symbols("own cross r N_L N_R", positive=True)

        def ratio(gamma):
            emission = proportion * gamma * (left + 1) + gamma * (right + 1)
            return emission / (proportion * gamma * left + gamma * right)

        assert simplify(ratio(cross) - ratio(own)) == 0

    def test_equation_22(self):
        """The squared modulus of (20), with (8) and f_L = f_R."""
        f, own, other, left, proportion = symbols("f own other left r", positive=True)
        squared_right, squared_left = f * own * other, f * (proportion * own) * left
        (solution,) = sympy.solve(squared_left - proportion**2 * squared_right, left)
        assert simplify(solution / other - proportion) == 0


class TestForms:
    def test_equations_a7_and_a8(self):
        """For any operators: symbols that do not commute."""
        rho = symbols("rho", commutative=False)
        lower = dict(zip(INDICES, symbols("l_1 l_2", commutative=False), strict=True))
        upper = dict(zip(INDICES, symbols("u_1 u_2", commutative=False), strict=True))
        lindblad, shift = 0, 0
        for i in INDICES:
            for j in INDICES:
                for own, other, out, back in (
                    (SAMPLE.plus(j, i, i), SAMPLE.plus(j, i, j), upper[i], lower[j]),
                    (SAMPLE.minus(i, j, i), SAMPLE.minus(i, j, j), lower[i], upper[j]),
                ):
                    both = back * out
                    lindblad += (own + other) * (out * rho * back - (rho * both + both * rho) / 2)
                    shift += (own - other) / (2 * I) * both
        found = I * commutator(rho, shift) + lindblad
        assert expand(found - equation_a6(lower, upper, rho)) == 0


class TestCoupledTls:
    """Eq. (26) with D = 2 r cos(theta) and g = r sin(theta), r > 0: cot(theta) = D/2g."""

    R, THETA, OMEGA = symbols("r theta Omega", positive=True)
    G = R * sin(THETA)
    LOWER = Matrix([[0, 0], [1, 0]])
    LOWER_1 = sympy.kronecker_product(LOWER, sympy.eye(2))
    LOWER_2 = sympy.kronecker_product(sympy.eye(2), LOWER)
    E_1 = Matrix([0, sin(THETA / 2), -cos(THETA / 2), 0])
    E_2 = Matrix([0, cos(THETA / 2), sin(THETA / 2), 0])
    EXCHANGE = LOWER_1.T * LOWER_2

    @property
    def inversion_1(self):
        return sympy.kronecker_product(sympy.diag(1, -1), sympy.eye(2))

    @property
    def hamiltonian(self):
        inversion_2 = sympy.kronecker_product(sympy.eye(2), sympy.diag(1, -1))
        w_1 = self.OMEGA + self.R * cos(self.THETA)
        w_2 = self.OMEGA - self.R * cos(self.THETA)
        exchange = self.EXCHANGE + self.EXCHANGE.T
        return w_1 / 2 * self.inversion_1 + w_2 / 2 * inversion_2 + self.G * exchange

    def test_equation_26(self):
        # sqrt(D^2 + 4 g^2)/2 = r.
        half_root = sympy.sqrt(4 * self.R**2 * cos(self.THETA) ** 2 + 4 * self.G**2) / 2
        assert simplify(half_root - self.R) == 0
        zero = sympy.zeros(4, 1)
        for state, energy in (
            (Matrix([0, 0, 0, 1]), -self.OMEGA),
            (self.E_1, -self.R),
            (self.E_2, self.R),
            (Matrix([1, 0, 0, 0]), self.OMEGA),
        ):
            assert simplify(self.hamiltonian * state - energy * state) == zero

    def test_equation_28(self):
        flux = simplify(-I * commutator(self.inversion_1, self.hamiltonian))
        difference = self.EXCHANGE - self.EXCHANGE.T
        assert simplify(flux + 2 * I * self.G * difference) == sympy.zeros(4)
        jump = self.E_1 * self.E_2.T - self.E_2 * self.E_1.T
        assert simplify(difference - jump) == sympy.zeros(4)
        # <flux> with rho = z |E1><E2| + z* |E2><E1|, whose <E1|rho|E2> is z.
        x, y = symbols("x y", real=True)
        rho = (x + I * y) * self.E_1 * self.E_2.T + (x - I * y) * self.E_2 * self.E_1.T
        assert simplify((rho * flux).trace() + 4 * self.G * y) == 0
        # sz_1 = 2 |e1><e1| - 1.
        assert self.inversion_1 == 2 * self.LOWER_1.T * self.LOWER_1 - sympy.eye(4)


class TestAppendixB:
    def test_lagrange_identity_behind_b2_and_b3(self):
        parts = symbols("a:8", real=True)
        a, b, c, d = (parts[k] + I * parts[k + 4] for k in range(4))

        def squared(z):
            return expand(z * sympy.conjugate(z))

        gamma_12 = sympy.conjugate(a) * c + sympy.conjugate(b) * d
        gap = (squared(a) + squared(b)) * (squared(c) + squared(d)) - squared(gamma_12)
        assert expand(gap - squared(a * d - b * c)) == 0

    def test_b6_in_one_and_three_dimensions(self):
        x = symbols("x", positive=True)
        cosine = symbols("u", real=True)
        assert simplify((sympy.exp(I * x) + sympy.exp(-I * x)) / 2 - cos(x)) == 0
        mean = sympy.integrate(cos(x * cosine), (cosine, -1, 1)) / 2
        assert simplify(mean - sin(x) / x) == 0

    @pytest.mark.parametrize("order", range(8))
    def test_b6_in_two_dimensions(self, order):
        """Each term of exp(i x cos(phi)) over the circle is that of J_0(x)."""
        mean_of_power = sympy.binomial(2 * order, order) / sympy.Integer(4) ** order
        term = (-1) ** order * mean_of_power / sympy.factorial(2 * order)
        x = symbols("x")
        assert sympy.besselj(0, x).series(x, 0, 17).removeO().coeff(x, 2 * order) == term
