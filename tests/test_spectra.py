"""Bath spectra, weight factors and the checks on them."""

from __future__ import annotations

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad
from scipy.interpolate import PchipInterpolator
from scipy.special import spherical_jn

from steady_coherence import spectra, weight_factors
from steady_coherence.baths import Bath, dissipation_rates
from steady_coherence.coupling_spectra import CollectiveTransition, InterferingTransitions

FREQUENCY = np.array([0.3, 0.995, 1.005, 2.0])


class TestShapes:
    def test_flat(self):
        np.testing.assert_array_equal(spectra.Flat(0.02)(FREQUENCY), [0.02] * 4)

    def test_ohmic(self):
        found = spectra.Ohmic(0.02, 3.0, 1.7)(FREQUENCY)
        np.testing.assert_allclose(found, 0.02 * FREQUENCY**3 * np.exp(-FREQUENCY / 1.7), 1e-15)

    def test_ohmic_has_no_negative_frequencies(self):
        np.testing.assert_array_equal(spectra.Ohmic(0.02, 0.5, 1.7)(np.array([-1.0, 0.0])), 0.0)

    def test_lorentzian_height_and_half_width(self):
        found = spectra.Lorentzian(0.02, 1.1, 0.3)(np.array([1.1, 0.8, 1.4]))
        np.testing.assert_allclose(found, [0.02, 0.01, 0.01], rtol=1e-15)

    def test_tabulated_goes_through_the_table_and_stays_monotone(self):
        frequency, value = [0.5, 0.9, 1.0, 2.0], [0.0, 0.01, 0.5, 0.5]
        spectrum = spectra.Tabulated(frequency, value)
        np.testing.assert_allclose(spectrum(frequency), value, rtol=1e-15)
        dense = spectrum(np.linspace(0.5, 2.0, 500))
        assert (np.diff(dense) >= 0.0).all()

    @pytest.mark.parametrize("outside", [0.4999, 2.0001])
    def test_tabulated_does_not_extrapolate(self, outside):
        spectrum = spectra.Tabulated([0.5, 2.0], [1.0, 1.0], name="left.csv")
        with pytest.raises(ValueError, match=r"left\.csv covers frequencies 0\.5 to 2"):
            spectrum(np.array([1.0, outside]))

    @pytest.mark.parametrize(
        ("frequency", "value", "message"),
        [
            ([1.0], [1.0], "1 rows"),
            ([1.0, 1.0], [1.0, 2.0], "increase"),
            ([2.0, 1.0], [1.0, 2.0], "increase"),
            ([1.0, np.inf], [1.0, 2.0], "not finite"),
        ],
    )
    def test_bad_tables(self, frequency, value, message):
        with pytest.raises(ValueError, match=message):
            spectra.Tabulated(frequency, value)


class TestPlanckNumber:
    def test_value_and_limits(self):
        assert spectra.planck_number(1.0, 1.0) == pytest.approx(1.0 / (np.e - 1.0), rel=1e-15)
        assert spectra.planck_number(1.0, 0.0) == 0.0
        assert spectra.planck_number(1.0, 1e-12) == 0.0
        # N = T/w - 1/2 + O(w/T)
        assert spectra.planck_number(1.0, 1e12) == pytest.approx(1e12 - 0.5, rel=1e-15)

    def test_broadcasts(self):
        assert spectra.planck_number(np.ones(3), np.ones((2, 1))).shape == (2, 3)


class TestCouplingSpectrum:
    def test_cross_spectrum_has_the_weight_and_the_phase(self):
        spectrum = InterferingTransitions(
            (spectra.Flat(0.01), spectra.Flat(0.04)), weight_factors.Constant(0.25), 0.7
        )
        gamma = spectrum(FREQUENCY)
        assert gamma.shape == (4, 2, 2)
        np.testing.assert_allclose(gamma[:, 0, 1], 0.01 * np.exp(0.7j), rtol=1e-15)
        np.testing.assert_allclose(gamma[:, 1, 0], 0.01 * np.exp(-0.7j), rtol=1e-15)

    def test_weight_factors_alone_may_be_many(self):
        many = weight_factors.Constant(np.array([0.0, 0.25, 1.0]))
        gamma = InterferingTransitions((spectra.Flat(0.01), spectra.Flat(0.04)), many)([1.0])
        np.testing.assert_allclose(gamma[:, 0, 1], [0.0, 0.01, 0.02], rtol=1e-15)
        assert (gamma[:, 1, 1] == 0.04).all()

    def test_collective_transition_has_rank_one(self):
        gamma = CollectiveTransition(spectra.Flat(0.1), (0.6, -0.8))(FREQUENCY)
        np.testing.assert_allclose(np.linalg.det(gamma), 0.0, atol=1e-18)
        np.testing.assert_allclose(gamma[0], [[0.036, -0.048], [-0.048, 0.064]], rtol=1e-14)

    @pytest.mark.parametrize(
        ("matrix", "message"),
        [
            ([[1.0, 2.0], [2.0, 1.0]], "eigenvalue -1"),
            ([[-1.0, 0.0], [0.0, 1.0]], "eigenvalue -1"),
            ([[1.0, 0.5j], [0.5j, 1.0]], "not Hermitian"),
            ([[1.0, np.nan], [np.nan, 1.0]], "not finite"),
        ],
    )
    def test_impossible_matrices_are_refused_by_name(self, matrix, message):
        bath = Bath("left", lambda w: np.broadcast_to(matrix, (*np.shape(w), 2, 2)), 1.0)
        with pytest.raises(ValueError, match=f"bath left at frequency 0.995 .*{message}"):
            bath.spectrum_matrices(np.array([0.995]))

    def test_full_interference_passes_in_spite_of_rounding(self):
        rng = np.random.default_rng(0)
        for strengths in rng.uniform(1e-12, 1.0, (200, 2)):
            spectrum = InterferingTransitions(
                [spectra.Flat(s) for s in strengths], weight_factors.Constant(1.0), 0.3
            )
            Bath("left", spectrum, 1.0).spectrum_matrices(FREQUENCY)

    @pytest.mark.parametrize("length", [1, 5])
    @pytest.mark.parametrize(
        "many", [np.float64(0.3), np.linspace(0.0, 0.6, 5)], ids=["one", "five"]
    )
    def test_rows_are_those_of_the_matrices(self, length, many):
        """Bit for bit, and real where all is; for shapes, factors, phases and amplitudes."""
        frequencies = np.linspace(0.5, 1.5, 3 * length).reshape(3, length)[[0, 1, 0]]
        curves = [
            spectra.Ohmic(many, 1.0, 2.0),
            spectra.Flat(0.2),
            spectra.Lorentzian(0.1, 1.0, 0.2),
        ]
        isotropic = weight_factors.Isotropic(2, many, 1.0)
        for phase in (0.0, 0.7, many):
            cases = [InterferingTransitions(curves, isotropic, phase)]
            cases += [CollectiveTransition(curves[0], (many, phase, -0.5))]
            for spectrum in cases:
                expected = [spectrum(there)[:, i] for i, there in enumerate(frequencies)]
                rows = spectrum.rows(frequencies)
                np.testing.assert_array_equal(rows, np.moveaxis(expected, -1, 1))
                assert np.iscomplexobj(rows) == np.iscomplex(expected).any()

    @pytest.mark.parametrize(
        ("spectrum", "message"),
        [
            (([spectra.Flat(0.1)] * 2, spectra.Flat(1.1)), "eigenvalue -0.0048"),
            (([spectra.Flat(0.1), lambda w: -0.1 + 0.0 * w], spectra.Flat(0.0)), "is not finite"),
            (([spectra.Flat(0.1)] * 2, spectra.Flat(1.0), np.inf), "is not finite"),
            (([spectra.Flat(0.1)] * 3, spectra.Flat(1.0)), "has the shape"),
        ],
    )
    def test_impossible_curves_are_refused_by_name(self, spectrum, message):
        bath = Bath("left", InterferingTransitions(*spectrum), 1.0)
        with (
            np.errstate(invalid="ignore"),
            pytest.raises(ValueError, match=f"bath left .*{message}"),
        ):
            bath.spectrum_rows(np.full((2, 3), 0.995))

    @pytest.mark.parametrize("phase", [1e7, 1e13, -1e16, 1e300])
    def test_phases_of_any_size(self, phase):
        """Beyond 1e6 radians too the cross spectrum has its phase, and full modulus."""
        spectrum = InterferingTransitions(
            [spectra.Flat(0.01), spectra.Flat(0.04)], weight_factors.Constant(1.0), phase
        )
        gamma = Bath("left", spectrum, 1.0).spectrum_matrices(FREQUENCY)[0, 0, 1]
        with mpmath.workdps(400):
            expected = complex(0.02 * mpmath.expj(mpmath.mpf(phase)))
        assert gamma == pytest.approx(expected, abs=1e-17)


class TestBath:
    def test_needs_one_of_temperature_and_occupation(self):
        spectrum = CollectiveTransition(spectra.Flat(0.1), (1.0,))
        for given in ({}, {"temperature": 1.0, "occupation": 1.0}):
            with pytest.raises(ValueError, match="either a temperature or an occupation"):
                Bath("left", spectrum, **given)

    @pytest.mark.parametrize("temperature", [-0.1, np.nan, np.inf, [1.0, -1e-9]])
    def test_temperature_is_finite_and_not_negative(self, temperature):
        spectrum = CollectiveTransition(spectra.Flat(0.1), (1.0,))
        with pytest.raises(ValueError, match="temperature of bath left"):
            Bath("left", spectrum, temperature)

    def test_dissipation_rates_sum_over_the_baths(self):
        """Eq. (6), and detailed balance where the temperatures are equal, Eq. (17)."""
        phases = (0.0, 1.1)
        shapes = spectra.Flat(0.01), spectra.Lorentzian(0.02, 1.0, 0.1)
        baths = [
            Bath(
                str(phase),
                InterferingTransitions(shapes, weight_factors.Constant(0.5), phase),
                0.7,
            )
            for phase in phases
        ]
        emission, absorption = dissipation_rates(baths, 1.2)
        np.testing.assert_allclose(absorption / emission, np.exp(-1.2 / 0.7), rtol=1e-14)
        number = 1.0 / np.expm1(1.2 / 0.7)
        assert emission[0, 0] == pytest.approx(0.01 * (number + 1.0), rel=1e-14)


class TestWeightFactors:
    """Eq. (B.6) against averages over directions, by two different quadratures."""

    X = np.array([0.0, 1e-6, 0.3, 1.0, np.pi, 10.0])

    def test_numpy_sinc_trap(self):
        found = weight_factors.Isotropic(3, 1.0, 1.0)(self.X)
        assert found[3] == pytest.approx(np.sin(1.0) ** 2, rel=1e-15)
        assert found[0] == 1.0

    @pytest.mark.parametrize(
        "settings", [(1, "none"), (2, "none"), (3, "none"), (3, "perpendicular"), (3, "parallel")]
    )
    def test_it_vanishes_at_its_kinks(self, settings):
        """And not halfway between them."""
        dimension, dipole = settings
        weight = weight_factors.Isotropic(dimension, 1.0, 1.0, dipole)
        kinks = np.array([kink for kink in weight.kinks(-20.0, 20.0) if 0.0 < kink < 20.0])
        assert len(kinks) in {5, 6, 7}
        np.testing.assert_allclose(weight(kinks), 0.0, atol=1e-20)
        assert (weight(np.append(0.5, 0.5 * (kinks[1:] + kinks[:-1]))) > 1e-4).all()

    @pytest.mark.parametrize("dimension", [1, 2, 3])
    def test_against_quadrature(self, dimension):
        found = weight_factors.isotropic_amplitude(self.X, dimension)
        np.testing.assert_allclose(
            found, weight_factors.direction_average(self.X, dimension), rtol=0, atol=1e-14
        )

    @pytest.mark.parametrize(
        ("dimension", "density", "upper"),
        [(2, lambda _: 1.0 / np.pi, np.pi), (3, lambda angle: np.sin(angle) / 2.0, np.pi)],
    )
    def test_against_adaptive_quadrature(self, dimension, density, upper):
        for x, found in zip(
            self.X, weight_factors.isotropic_amplitude(self.X, dimension), strict=True
        ):
            expected, error = quad(
                lambda a, x=x: density(a) * np.cos(x * np.cos(a)), 0.0, upper, epsabs=1e-13
            )
            assert found == pytest.approx(expected, abs=1e-13 + error)

    def test_argument_is_frequency_times_distance_over_speed(self):
        found = weight_factors.Isotropic(1, 2.0, 4.0)(np.array([0.5]))
        assert found[0] == pytest.approx(np.cos(0.25) ** 2, rel=1e-15)

    @pytest.mark.parametrize(
        "function", [weight_factors.isotropic_amplitude, weight_factors.direction_average]
    )
    def test_other_dimensions_are_refused(self, function):
        with pytest.raises(ValueError, match="dimension of the field is 4"):
            function(1.0, 4)


ALONG = {"perpendicular": (1.0, 0.0, 0.0), "parallel": (0.0, 0.0, 1.0)}


class TestDipoles:
    """Two parallel dipoles in the electromagnetic field, a distance along z apart."""

    @pytest.mark.parametrize(
        ("dipole", "expected"), [("perpendicular", 0.126327), ("parallel", 0.426535)]
    )
    def test_f_at_2(self, dipole, expected):
        found = weight_factors.Isotropic(3, 4.0, 2.0, dipole)(1.0)
        assert found == pytest.approx(expected, abs=5e-7)

    @pytest.mark.parametrize("dipole", ALONG)
    def test_against_an_average_over_directions_and_polarisations(self, dipole):
        x = np.array([0.0, 1e-6, 0.3, 0.999, 1.001, np.pi, 10.0, 40.0])
        found = weight_factors.dipole_amplitude(x, dipole)
        average = weight_factors.dipole_average(x, ALONG[dipole], ALONG[dipole])
        np.testing.assert_allclose(found, average, rtol=0, atol=1e-14)
        # j_0(x) + j_2(x) P_2(cosine), by SciPy
        expected = spherical_jn(0, x) + (1.0 if dipole == "parallel" else -0.5) * spherical_jn(2, x)
        np.testing.assert_allclose(found, expected, rtol=1e-13, atol=1e-15)

    @pytest.mark.parametrize(("dipole", "tenths"), [("perpendicular", 2.0), ("parallel", 1.0)])
    def test_small_distances_lose_no_digits(self, dipole, tenths):
        """1 - x^2/5 or 1 - x^2/10, less than x^4/90 from it."""
        for x in (1e-8, 1e-4, 1e-2):
            found = weight_factors.dipole_amplitude(x, dipole)
            assert found == pytest.approx(1.0 - 0.1 * tenths * x**2, abs=x**4 / 90.0 + 2e-16)
            assert found <= 1.0

    def test_dipoles_at_one_place_have_the_cosine_of_their_angle(self):
        for angle in (0.0, 0.4, np.pi / 2, 2.0):
            other = (np.sin(angle), 0.0, np.cos(angle))
            found = weight_factors.dipole_average(0.0, (0.0, 0.0, 1.0), other)
            assert found == pytest.approx(np.cos(angle), abs=1e-14)

    @pytest.mark.parametrize("dimension", [1, 2, np.array([2, 3])])
    def test_three_dimensions_only(self, dimension):
        with pytest.raises(ValueError, match="expected none unless dimension is 3"):
            weight_factors.Isotropic(dimension, 1.0, 1.0, "parallel")

    def test_unknown_direction(self):
        with pytest.raises(ValueError, match="none or perpendicular or parallel"):
            weight_factors.Isotropic(3, 1.0, 1.0, "along")


def test_a_table_that_ends_with_zero_is_never_negative():
    frequency = [2.7571000949999998, 2.7578, 2.7615, 2.762899905]
    table = spectra.Tabulated(frequency, [0.001887, 0.001561, 0.001681, 0.0])
    assert table(2.762899905) >= 0.0
    assert PchipInterpolator(frequency, table.value)(2.762899905) < 0.0
