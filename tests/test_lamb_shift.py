"""The Lamb shift: principal values against closed forms and other quadrature."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import digamma, expi, gamma

from steady_coherence import principal_values
from steady_coherence.coupling_spectra import (
    CollectiveTransition,
    CrossSpectrum,
    InterferingTransitions,
)
from steady_coherence.principal_values import (
    TOLERANCE,
    LambShift,
    principal_value,
    thermal_principal_value,
)
from steady_coherence.spectra import Flat, Lorentzian, Ohmic, Tabulated, planck_number
from steady_coherence.support import Support
from steady_coherence.weight_factors import Constant, Isotropic

EPS = 0.995
TEMPERATURES = np.geomspace(1e-3, 1e3, 25)
LORENTZIANS = [(1.0, 0.05), (1.0, 1.0), (1.02, 0.001), (0.98, 0.03), (3.0, 0.01)]
STRENGTH = 0.02


def lorentzian(center, width, strength=STRENGTH):
    return Lorentzian(strength, center, width)


def ohmic(exponent, cutoff, strength=STRENGTH):
    return Ohmic(strength, exponent, cutoff)


def shared(first, second, weight_factor=Constant(1.0), cross_phase=0.0):  # noqa: B008 -- frozen
    return InterferingTransitions((first, second), weight_factor, cross_phase)


def shift_of(coupling_spectrum):
    return LambShift(coupling_spectrum.parts)


def collective(curve, amplitudes):
    return shift_of(CollectiveTransition(curve, amplitudes))


def vacuum(curve, eps=EPS):
    return principal_value(curve, curve.support, eps)


def thermal(curve, temperatures, eps=EPS):
    return thermal_principal_value(curve, curve.support, eps, temperatures)


def lorentzian_vacuum(center, width, eps=EPS):
    return 0.5 * STRENGTH * width * (eps - center) / ((eps - center) ** 2 + width**2)


def lorentzian_thermal(center, width, temperature, eps=EPS):
    """Residues in the upper half plane, for N(-w) = -1 - N(w), and the tail at w < 0."""
    poles = np.array([center + 1j * width, center - 1j * width, eps])
    # gamma(w)/(2 pi)/(eps - w) = sum of weight/(w - pole)
    weight = [
        -STRENGTH * width**2 / (2.0 * np.pi) / np.prod(poles[i] - np.delete(poles, i))
        for i in range(3)
    ]
    # The poles 2 pi i n T of N, n >= 1, have the residue T.
    argument = 1j * poles / (2.0 * np.pi * temperature)
    matsubara = -np.sum(weight * digamma(1.0 + argument)) / (2j * np.pi)
    decay = np.exp(-poles / temperature)
    number = decay / (1.0 - decay)
    at_zero = -temperature * np.sum(weight / poles)
    whole = 2j * np.pi * (weight[0] * number[0] + matsubara)
    whole += 1j * np.pi * (at_zero + weight[2] * number[2])
    tail = weight[0] * (np.log(-poles[0]) + 1j * np.pi) + weight[2] * np.log(eps)
    tail += weight[1] * (np.log(-poles[1]) - 1j * np.pi)
    return (whole + tail).real


def pole_quadrature(function, low, high, eps=EPS):
    """P int_low^high dw/(2 pi) function(w)/(eps - w) by QUADPACK."""
    middle = min(2.0 * eps, high)
    options = {"epsabs": 1e-15, "epsrel": 1e-11, "limit": 500}
    pole = quad(function, 0.5 * (low + eps), middle, weight="cauchy", wvar=eps, **options)[0]
    edges = [(low, 0.5 * (low + eps)), (middle, high)]
    rest = sum(quad(lambda w: function(w) / (w - eps), *edge, **options)[0] for edge in edges)
    return -(pole + rest) / (2.0 * np.pi)


class TestLorentzian:
    @pytest.mark.parametrize(("center", "width"), LORENTZIANS)
    def test_vacuum_part_is_the_closed_form(self, center, width):
        value, error = vacuum(lorentzian(center, width))
        deviation = abs(value - lorentzian_vacuum(center, width))
        assert deviation < 1e-14 * STRENGTH
        assert deviation <= error + 1e-15 * STRENGTH
        assert error < 1e-11 * STRENGTH

    @pytest.mark.parametrize(("center", "width"), LORENTZIANS)
    def test_thermal_part_is_the_sum_of_residues(self, center, width):
        values, errors = thermal(lorentzian(center, width), TEMPERATURES)
        expected = [lorentzian_thermal(center, width, heat) for heat in TEMPERATURES]
        # Residues cancel at low temperatures: they are good to rounding of the vacuum part.
        rounding = 1e-14 * STRENGTH * np.maximum(1.0, TEMPERATURES)
        assert (np.abs(values - expected) < 3.0 * rounding).all()
        assert (np.abs(values - expected) <= errors + 3.0 * rounding).all()
        assert (errors < 1e-11 * STRENGTH * (1.0 + TEMPERATURES)).all()

    def test_vacuum_for_t_to_zero(self):
        values, _ = thermal(lorentzian(1.0, 0.5), [0.0, 1e-6, 1e-3])
        assert values[0] == 0.0
        # The folded spectrum begins as w, and so the thermal part as T squared.
        assert values[1] / values[2] == pytest.approx(1e-6, rel=1e-4)

    def test_classical_at_high_temperatures(self):
        # N -> T/w - sgn(w)/2 for a narrow line: T V/w0 but for corrections of order width.
        center, width = 1.3, 1e-3
        values, _ = thermal(lorentzian(center, width), 1e3)
        classical = 1e3 * STRENGTH * width / 2.0 / (EPS - center) / center
        assert values == pytest.approx(classical, rel=0.01)

    def test_narrow_line_is_a_single_mode(self):
        center, width, temperature = 1.3, 1e-5, 0.8
        coupling = STRENGTH * width / 2.0
        shift = collective(lorentzian(center, width), [1.0])
        emission, absorption = shift.thermal(EPS, temperature)
        number = 1.0 / np.expm1(center / temperature)
        mode = coupling / (EPS - center)
        # Below the mode a level is pushed down, above it up.
        assert emission[0, 0].real == pytest.approx(mode * (number + 1.0), rel=1e-3)
        assert absorption[0, 0].real == pytest.approx(mode * number, rel=1e-3)
        assert shift.thermal(1.6, temperature)[0][0, 0].real > 0.0


class TestOhmic:
    @pytest.mark.parametrize("cutoff", [0.3, 2.0, 5.0])
    def test_vacuum_part_by_exponential_integrals(self, cutoff):
        # P int_0^inf exp(-w/c)/(eps - w) = exp(-eps/c) Ei(eps/c)
        x = EPS / cutoff
        closed = STRENGTH / (2.0 * np.pi) * (EPS * np.exp(-x) * expi(x) - cutoff)
        value, error = vacuum(ohmic(1.0, cutoff))
        assert abs(value - closed) < 1e-13 * STRENGTH
        assert error < 1e-11 * STRENGTH

    @pytest.mark.parametrize(
        ("temperature", "spectrum"),
        [
            *itertools.product([0.02, 1.3, 40.0], [ohmic(s, 2.0) for s in (0.5, 1.0, 3.0)]),
            # At the lowest frequencies this one vanishes in floating point.
            (0.2, ohmic(20.0, 0.05, 1e11 * STRENGTH)),
        ],
    )
    def test_thermal_part_by_other_quadrature(self, temperature, spectrum):

        def occupied(root):  # in v = sqrt(w), so that the end is no longer singular
            w = root**2
            return 2.0 * root * float(spectrum(w) * planck_number(w, temperature))

        root = np.sqrt(EPS)
        # 1/(eps - v^2) = 1/((root - v)(root + v))
        expected = pole_quadrature(lambda v: occupied(v) / (root + v), 0.0, 13.0, root)
        values, errors = thermal(spectrum, temperature)
        assert values == pytest.approx(expected, rel=1e-9, abs=1e-13)
        assert errors < 1e-11 * STRENGTH * (1.0 + temperature)

    def test_low_end_of_a_subohmic_spectrum(self):
        # N = T/w for T far above the cut-off, and 1/(w (eps - w)) = (1/w + 1/(eps - w))/eps.
        temperature, exponent, cutoff = 1e6, 0.05, 2.0
        lower = (
            vacuum(ohmic(exponent, cutoff))[0]
            + STRENGTH * gamma(exponent) * cutoff**exponent / (2.0 * np.pi)
        ) / EPS
        values, _ = thermal(ohmic(exponent, cutoff), temperature)
        assert values / temperature == pytest.approx(lower, rel=1e-5)

    def test_closed_form_at_low_temperatures(self):
        # int w N(w) dw = pi^2 T^2 / 6 for T << eps
        values, _ = thermal(ohmic(1.0, 5.0), 1e-3)
        assert values == pytest.approx(STRENGTH * np.pi / 12.0 * 1e-6 / EPS, rel=2e-3)


class TestTabulated:
    @pytest.fixture
    def fine(self):
        frequency = np.linspace(0.5, 1.6, 801)
        return Tabulated(frequency, np.sin(np.pi * (frequency - 0.5) / 1.1) ** 2)

    def test_against_the_function_behind_it(self, fine):
        def function(w):
            return np.sin(np.pi * (w - 0.5) / 1.1) ** 2

        smooth = Support(0.5, 1.6)
        value, _ = vacuum(fine)
        exact, _ = principal_value(function, smooth, EPS)
        assert exact == pytest.approx(pole_quadrature(function, 0.5, 1.6), abs=1e-11)
        # Monotone cubics are good to h^2 where the slope changes sign, h^3 or better elsewhere.
        assert value == pytest.approx(exact, abs=1e-5)
        values, _ = thermal(fine, TEMPERATURES)
        exact, _ = thermal_principal_value(function, smooth, EPS, TEMPERATURES)
        np.testing.assert_allclose(values, exact, atol=1e-5, rtol=1e-4)

    @pytest.mark.parametrize("eps", [0.995, 1.0, 0.3, 4.0])
    def test_coarse_table_by_other_quadrature(self, eps):
        spectrum = Tabulated([0.5, 0.8, 1.0, 1.7], [0.1, 0.9, 0.3, 0.0])
        value, error = vacuum(spectrum, eps)
        assert error < TOLERANCE
        dense = Support(0.5, 1.7, tuple(np.linspace(0.5, 1.7, 241)))
        again, _ = principal_value(spectrum, dense, eps)
        assert value == pytest.approx(again, abs=1e-12)
        if not 0.5 < eps < 1.7:
            expected = quad(
                lambda w: float(spectrum(w)) / (eps - w), 0.5, 1.7, points=[0.8, 1.0], epsabs=1e-13
            )[0]
            assert value == pytest.approx(expected / (2.0 * np.pi), abs=1e-12)

    def test_table_from_zero_converges_if_it_vanishes_there(self):
        values, errors = thermal(Tabulated([0.0, 1.0, 3.0], [0.0, 1.0, 0.0]), [0.1, 10.0])
        assert (errors < 1e-10).all()
        assert np.isfinite(values).all()
        step = Tabulated([0.0, 1.0, 3.0], [0.5, 1.0, 0.0])
        assert step.divergence == "it does not vanish at frequency 0"
        with pytest.raises(ValueError, match="does not vanish at frequency 0"):
            thermal(step, 1.0)


class TestRefusals:
    def test_flat_is_refused_by_name(self):
        with pytest.raises(ValueError, match="principal values diverge: a flat spectrum"):
            collective(Flat(0.01), (1.0,))

    def test_an_absent_coupling_has_no_shift(self):
        bath = shared(Flat(0.0), lorentzian(1.0, 0.1))
        emission, absorption = shift_of(bath).thermal(EPS, [0.0, 1.0])
        for shift in (emission, absorption):
            assert (shift[0] == 0.0).all()
            assert (shift[:, 0] == 0.0).all()

    def test_ohmic_exponent_zero(self):
        assert np.isfinite(vacuum(ohmic(0.0, 2.0))[0])
        with pytest.raises(ValueError, match="ohmic exponent above 0"):
            thermal(ohmic(0.0, 2.0), 1.0)
        assert thermal(ohmic(0.0, 2.0), 0.0)[0] == 0.0

    @pytest.mark.parametrize("eps", [0.0, -1.0, 0.5, 2.0, np.nan])
    def test_energies_without_a_principal_value(self, eps):
        with pytest.raises(ValueError, match="transition energy"):
            principal_value(Flat(1.0), Support(0.5, 2.0), eps)

    def test_what_is_not_resolved_is_not_returned(self):
        def rough(w):
            return 1.0 + np.sign(np.sin(1e7 * np.asarray(w)))

        with pytest.raises(ArithmeticError, match="with an error up to"):
            principal_value(rough, Support(0.5, 2.0), EPS)


class TestFunctionals:
    def test_linear_in_the_spectrum(self):
        first, second = lorentzian(1.1, 0.2), lorentzian(0.7, 0.05)
        support = first.support & second.support

        def mixed(w):
            return 2.0 * first(w) + 0.5 * second(w)

        expected = 2.0 * vacuum(first)[0] + 0.5 * vacuum(second)[0]
        assert principal_value(mixed, support, EPS)[0] == pytest.approx(expected, rel=1e-12)
        values, _ = thermal_principal_value(mixed, support, EPS, TEMPERATURES)
        parts = 2.0 * thermal(first, TEMPERATURES)[0] + 0.5 * thermal(second, TEMPERATURES)[0]
        np.testing.assert_allclose(values, parts, rtol=1e-11, atol=1e-14 * STRENGTH)

    def test_any_shape_and_order_of_temperatures(self):
        grid = np.array([[1.0, 0.0, 0.3], [2.0, 1.0, 0.7]])
        values, errors = thermal(ohmic(1.0, 2.0), grid)
        assert values.shape == errors.shape == grid.shape
        single = [[float(thermal(ohmic(1.0, 2.0), heat)[0]) for heat in row] for row in grid]
        np.testing.assert_allclose(values, single, rtol=1e-12)

    def test_a_kink_without_a_breakpoint(self):
        # P int |w - 1|/(1.2 - w) over (0.5, 2), by hand
        value, _ = principal_value(lambda w: np.abs(w - 1.0), Support(0.5, 2.0), 1.2)
        left = 0.5 - 0.2 * np.log(0.7 / 0.2)
        right = -1.0 + 0.2 * np.log(0.2 / 0.8)
        assert value == pytest.approx((left + right) / (2.0 * np.pi), abs=TOLERANCE)


class TestBaths:
    def test_three_level_matrices(self):
        bath = shared(lorentzian(1.1, 0.2), ohmic(1.0, 2.0), Constant(0.25), 0.7)
        temperatures = np.array([[0.0, 0.5, 2.0]])
        emission, absorption = shift_of(bath).thermal(EPS, temperatures)
        assert emission.shape == absorption.shape == (2, 2, 1, 3)
        for shift in (emission, absorption):
            np.testing.assert_allclose(shift, np.swapaxes(shift, 0, 1).conj(), rtol=1e-15)
        for number, curve in enumerate(bath.spectra):
            part, _ = thermal(curve, temperatures)
            np.testing.assert_allclose(absorption[number, number].real, part, rtol=1e-14)
            np.testing.assert_allclose(
                emission[number, number].real, part + vacuum(curve)[0], rtol=1e-14
            )
        assert (absorption[..., 0] == 0.0).all()
        np.testing.assert_allclose(np.angle(emission[0, 1, 0, 0] / emission[1, 0, 0, 0]), 1.4)

    def test_equal_spectra_give_matrices_of_rank_one(self):
        bath = shared(lorentzian(1.1, 0.2), lorentzian(1.1, 0.2, 4.0 * STRENGTH), cross_phase=0.3)
        emission, absorption = shift_of(bath).thermal(EPS, [0.1, 1.0])
        for shift in (emission, absorption):
            np.testing.assert_allclose(shift[1, 1], 4.0 * shift[0, 0], rtol=1e-12)
            np.testing.assert_allclose(shift[0, 1], 2.0 * np.exp(0.3j) * shift[0, 0], rtol=1e-12)

    def test_collective_matrices(self):
        emission, absorption = collective(ohmic(1.0, 2.0), (0.6, -0.8)).thermal(EPS, 1.0)
        part = thermal(ohmic(1.0, 2.0), 1.0)[0]
        weight = np.array([[0.36, -0.48], [-0.48, 0.64]])
        np.testing.assert_allclose(absorption, weight * part, rtol=1e-14)
        np.testing.assert_allclose(
            emission, weight * (part + vacuum(ohmic(1.0, 2.0))[0]), rtol=1e-14
        )

    def test_fixed_occupation(self):
        shift = collective(lorentzian(1.1, 0.2), (1.0, 2.0))
        emission, absorption = shift.occupied(EPS, [0.0, 1.5])
        weight = np.array([[1.0, 2.0], [2.0, 4.0]]) * lorentzian_vacuum(1.1, 0.2)
        np.testing.assert_allclose(absorption, np.multiply.outer(weight, [0.0, 1.5]), rtol=1e-12)
        np.testing.assert_allclose(emission, np.multiply.outer(weight, [1.0, 2.5]), rtol=1e-12)

    @pytest.mark.parametrize(
        "field", [(1, "none"), (2, "none"), (3, "none"), (3, "perpendicular"), (3, "parallel")]
    )
    def test_kinks_of_an_isotropic_field(self, field):
        dimension, dipole = field
        weight = Isotropic(dimension, 3.0, 1.0, dipole)
        spectrum = CrossSpectrum(ohmic(1.0, 2.0), ohmic(2.0, 1.5), weight)
        support = spectrum.support
        value, error = principal_value(spectrum, support, EPS)
        # Bisection alone has to find the kinks, and may be lucky with one of them too early.
        blind, close = Support(0.0, 60.0), 1e-9 * STRENGTH
        assert value == pytest.approx(principal_value(spectrum, blind, EPS)[0], abs=close)
        assert error < 1e-11 * STRENGTH
        heat = [0.1, 1.0, 10.0]
        values, _ = thermal_principal_value(spectrum, support, EPS, heat)
        again, _ = thermal_principal_value(spectrum, blind, EPS, heat)
        np.testing.assert_allclose(values, again, atol=10.0 * close)

    def test_lorentzians_in_an_isotropic_field_are_cut_far_out(self):
        weight = Isotropic(1, 1.0, 1.0)
        spectrum = CrossSpectrum(lorentzian(0.98, 0.03), lorentzian(1.02, 0.03), weight)
        support = spectrum.support
        value, error = principal_value(spectrum, support, EPS)
        near = Support(-200.0, 200.0, support.breakpoints)
        tail = STRENGTH * 0.03**2 / (2.0 * np.pi * 200.0**2)
        assert abs(value - principal_value(spectrum, near, EPS)[0]) < tail
        assert error < 1e-10 * STRENGTH

    def test_a_table_limits_the_cross_spectrum(self):
        weight = Tabulated([0.5, 1.0, 1.5], [1.0, 0.5, 0.2])
        spectrum = CrossSpectrum(lorentzian(1.0, 0.1), ohmic(1.0, 2.0), weight)
        support = spectrum.support
        assert (support.low, support.high) == (0.5, 1.5)
        value, error = principal_value(spectrum, support, EPS)
        expected = pole_quadrature(lambda w: float(spectrum(w)), 0.5, 1.5)
        assert value == pytest.approx(expected, abs=1e-10)
        assert error < 1e-11 * STRENGTH


def test_curves_that_stay_the_same_are_integrated_once(monkeypatch):
    """Of sets of parameters that differ in a phase, or in where the levels are."""
    asked = []
    original = principal_values._integral
    monkeypatch.setattr(
        principal_values, "_integral", lambda *given: asked.append(given) or original(*given)
    )
    curves = Ohmic(0.0123, 1.0, 3.0), Ohmic(0.0321, 1.0, 3.0)
    counts, temperatures = [], np.array([0.5, 1.0])
    for energy, phase in ((1.0, 0.0), (1.0, 0.7), (1.1, 0.7)):
        asked.clear()
        shift_of(shared(*curves, cross_phase=phase)).thermal(energy, temperatures)
        counts.append(len(asked))
    assert counts == [6, 0, 6]
