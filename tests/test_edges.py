"""The physics at its edges: cold, hot, dark, degenerate, decoupled, and out of range.

Hypothesis draws the cases, the same ones every time; STEADY_COHERENCE_EXAMPLES=5000 in the
environment tries that many of each kind, at random. An independent criterion decides where the
steady state is unique: the second smallest singular value of the whole superoperator.
"""

from __future__ import annotations

import math

import mpmath
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import reference
import sixty_digits
from drawn_at_random import examples
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.data.steady_states import summary
from li_cai_sun_2015.data.variables import labelled
from steady_coherence import spectra, systems, weight_factors
from steady_coherence.baths import Bath
from steady_coherence.coherence_measures import density_matrices
from steady_coherence.coupling_spectra import CollectiveTransition, InterferingTransitions
from steady_coherence.generator import generator_matrix
from steady_coherence.observables import coherence_condition
from steady_coherence.steady_states import steady_states

EQUATIONS = ("nonsecular", "secular", "unified", "geometric")

#: Norm of L rho over the norms of L and rho: some dozen roundings of the largest elements.
RESIDUAL = 1e-14
#: Below this ratio of singular values rounding does not tell a zero mode from a slow one.
SINGULAR = 1e-10

# At 1/709 the number of bosons at w = 1 is subnormal; at 1/705 its product with a strength is.
TEMPERATURES = (0.0, 5e-324, 1e-12, 1.0 / 709.5, 1.0 / 705.0, 1.0 / 350.0, 0.02, 1.0, 1e6, 1e12)
STRENGTHS = (0.0, 1e-14, 1e-12, 0.005, 0.01, 0.02, 0.3)


@st.composite
def temperature_pairs(draw):
    """T and T + dT; dT may be zero or negative."""
    one = st.sampled_from(TEMPERATURES) | st.floats(-3.0, 12.0).map(lambda power: 10.0**power)
    cold = draw(one)
    return cold, draw(st.just(cold) | st.sampled_from([0.5 * cold, 1.01 * cold]) | one)


@st.composite
def three_level_cases(draw):
    """A Lambda, V or Xi system between two shared baths."""
    make = draw(st.sampled_from([systems.lambda_system, systems.v_system, systems.xi_system]))
    system = make(1.0, draw(st.sampled_from([0.0, 1e-12, -1e-6, 0.01, -0.01, 0.5, -1.9])))
    strength, phase = st.sampled_from(STRENGTHS), st.sampled_from([0.0, 1.0, math.pi / 2, math.pi])
    weight = st.sampled_from([0.0, 1e-12, 0.5, 1.0 - 1e-12, 1.0])
    first = [draw(strength), draw(strength), draw(weight), draw(phase)]
    # Often the same matrix, or a multiple of it: det = 0 where f = 1 and D_12 = 0.
    factor = draw(st.sampled_from([0.0, 1e-12, 1.0, 2.0]))
    proportional = [factor * first[0], factor * first[1], *first[2:]]
    second = [draw(strength), draw(strength), draw(weight), draw(phase)]
    chosen = draw(st.sampled_from([proportional, second]))
    return system, shared_baths(first, chosen, draw(temperature_pairs()))


@st.composite
def coupled_cases(draw):
    """Two coupled TLSs, each with a bath: theta near 0 and pi, g = 0 and g < 0 among them."""
    frequencies = draw(st.sampled_from([(1.0, 1.0), (1.1, 0.9), (0.9, 1.1), (1.0, 1e-3)]))
    couplings = [0.0, 1e-17, 1e-12, -1e-12, 0.02, -0.02, -0.5]
    allowed = [g for g in couplings if g * g < math.prod(frequencies)]
    system = systems.coupled_tls(*frequencies, draw(st.sampled_from(allowed)))
    strength = st.sampled_from(STRENGTHS)
    return system, site_baths(system, (draw(strength), draw(strength)), draw(temperature_pairs()))


def shared_baths(left, right, temperatures):
    """Two baths, each of (gamma_11, gamma_22, f, arg gamma_12) at all frequencies."""
    return [
        Bath(
            name,
            InterferingTransitions(
                (spectra.Flat(one), spectra.Flat(two)), weight_factors.Constant(weight), phase
            ),
            temperature,
        )
        for name, (one, two, weight, phase), temperature in zip(
            ("left", "right"), (left, right), temperatures, strict=True
        )
    ]


def site_baths(system, strengths, temperatures):
    return [
        Bath(str(site), CollectiveTransition(spectra.Flat(strength), v), temperature)
        for site, (v, strength, temperature) in enumerate(
            zip(system.site_amplitudes, strengths, temperatures, strict=True), start=1
        )
    ]


def solve(system, baths, equation="nonsecular"):
    """Steady states, with every floating-point exception that is not meant an error."""
    with np.errstate(all="raise"):
        return steady_states(system, baths, equation)


def singular_ratio(matrix):
    """Second smallest singular value of L over its largest."""
    values = np.linalg.svd(matrix, compute_uv=False)
    return float(values[-2] / values[0])


def assert_not_unique(result):
    assert not result["unique"].any()
    for name, values in result.items():
        if name not in ("unique", "kossakowski_min_eigenvalue"):  # the latter is the equation's
            assert np.isnan(values).all(), name


def assert_sound(system, baths, equation, matrix, terms=0.0):
    """All that has to hold of a steady state; return the result and the ratio.

    `terms` is the norm of what may cancel in the matrix, but for its rounding.
    """
    result = solve(system, baths, equation)
    ratio = singular_ratio(matrix)
    if not result["unique"]:
        assert_not_unique(result)
        assert ratio < SINGULAR
        return result, ratio
    assert all(np.isfinite(values).all() for values in result.values())
    rho = density_matrices(system, result)
    size = np.abs(rho).max()  # populations of a rho that is not positive may exceed one
    # A sum that is one is rounded as one, however small its terms.
    assert abs(np.trace(rho) - 1.0) < 1e-15 * max(size, 1.0)
    assert result["coherence"] == pytest.approx(
        math.hypot(result["coherence_real"], result["coherence_imag"]), rel=1e-15, abs=1e-153
    )
    assert result["min_eigenvalue"] == pytest.approx(
        np.linalg.eigvalsh(rho)[0], abs=1e-14 * size, rel=0
    )
    norm = np.linalg.norm(matrix) + terms
    assert np.linalg.norm(matrix @ rho.reshape(-1)) < RESIDUAL * norm * size
    # What is stored divides by less: the diagonal of the block of populations and coherence.
    stored = np.flatnonzero(np.where(np.eye(len(rho)), 1.0, rho))
    assert result["residual"] * np.linalg.norm(np.diag(matrix)[stored]) < RESIDUAL * norm * size
    assert abs(result["energy_current"].sum()) < 1e-14 * norm * size
    return result, ratio


class TestDrawnCases:
    @examples(40)
    @given(three_level_cases() | coupled_cases(), st.sampled_from(EQUATIONS))
    def test_state_is_sound_or_marked(self, case, equation):
        system, baths = case
        assert_sound(system, baths, equation, generator_matrix(system, baths, equation))

    @examples(40)
    @given(three_level_cases() | coupled_cases())
    def test_null_space_of_the_operators(self, case):
        """Equation (12) as printed, where rounding leaves half of the digits or more."""
        system, baths = case
        with np.errstate(over="ignore"):  # the plain Planck distribution
            matrix = reference.generator_matrix(
                system,
                [bath.coupling_spectrum for bath in baths],
                [float(bath.state) for bath in baths],
            )
        result, ratio = assert_sound(system, baths, "nonsecular", matrix)
        assume(result["unique"] and ratio > 1e-8)
        _, _, rows = np.linalg.svd(matrix)
        expected = rows[-1].conj().reshape(2 * (len(system.levels),))
        expected = expected / np.trace(expected)
        # Where rho is not positive, a trace of one may be a small difference of large numbers.
        tolerance = 1e-13 / ratio * np.abs(expected).max() ** 2
        np.testing.assert_allclose(
            density_matrices(system, result), expected, rtol=0, atol=tolerance
        )

    @examples(40)
    @given(temperature_pairs(), st.sampled_from([0.0, 0.01, -0.5]), st.sampled_from(EQUATIONS))
    def test_rates_close_to_the_smallest_numbers(self, temperatures, difference, equation):
        """Strengths down to subnormal ones: right or marked, but never refused or wrong."""
        system = systems.v_system(1.0, difference)
        ordinary = None
        for power in (-100, -140, -150, -170, -300, -308, -315, -323):
            tiny = 10.0**power
            left, right = (tiny, 2.0 * tiny, 0.9, 1.0), (2.0 * tiny, tiny, 0.5, 0.0)
            with np.errstate(under="ignore"):  # gamma/2 of the smallest number
                result = steady_states(system, shared_baths(left, right, temperatures), equation)
            if ordinary is None:
                ordinary = result
                assert ordinary["unique"]
            elif result["unique"]:
                np.testing.assert_allclose(
                    result["population"], ordinary["population"], rtol=1e-12, atol=1e-15
                )
            else:
                assert_not_unique(result)
                assert power < -140


class TestGibbs:
    @examples(40)
    @given(
        st.sampled_from(TEMPERATURES) | st.floats(-3.0, 12.0).map(lambda power: 10.0**power),
        st.sampled_from([systems.lambda_system, systems.v_system, systems.xi_system]),
        st.sampled_from([0.0, 1e-12, 0.01, -0.5]),
        st.sampled_from(["nonsecular", "secular"]),
    )
    def test_equal_temperatures(self, temperature, make, difference, equation):
        """The Gibbs state to a relative 1e-12, from populations of 1e-300 to equal ones."""
        # Far apart, what the coherence gives and takes hides much smaller populations.
        assume(equation == "secular" or abs(difference) < 0.1)
        system = make(1.0, difference)
        baths = shared_baths(
            (0.01, 0.02, 0.5, 1.0), (0.02, 0.01, 0.9, 0.0), (temperature, temperature)
        )
        result = solve(system, baths, equation)
        if not result["unique"]:
            assert_not_unique(result)
            # Nothing pumps the lower levels of a Lambda system.
            assert make is systems.lambda_system
            assert temperature < 0.003
        elif temperature > 1e-3:
            with np.errstate(under="ignore"):
                expected = reference.gibbs(system, temperature)
            # exp(-x) has an error of x roundings; below 0.002 the smaller N underflows.
            lost = 1e-300 if temperature > 0.002 else 1e-150
            np.testing.assert_allclose(result["population"], expected, rtol=1e-12, atol=lost)
            assert result["coherence"] < 1e-13


class TestCold:
    def test_lambda_keeps_its_ratio_though_rates_underflow(self):
        """exp(-D/T) between the lower levels as long as it has known digits, and NaN below that."""
        system = systems.lambda_system(1.0, 0.01)
        found = []
        for inverse in (300.0, 500.0, 690.0, 700.0, 709.0, 709.5, 720.0, 3e4, 9e5, 1.1e6, 1e300):
            cold = 1.0 / inverse
            spectrum = (0.01, 0.02, 0.5, 0.0)
            result = solve(system, shared_baths(spectrum, spectrum, (cold, cold)))
            found.append(bool(result["unique"]))
            if result["unique"]:
                ratio = result["population"][1] / result["population"][0]
                # The error of w/T is that of the logarithm.
                expected = math.exp(-0.01 * inverse)
                assert ratio == pytest.approx(expected, rel=1e-12 + 1e-15 * inverse, abs=1e-300)
        assert found == [True] * 9 + [False] * 2

    @pytest.mark.parametrize("equation", EQUATIONS)
    @pytest.mark.parametrize("hot", [0.0014, 1e-3, 1e-4])
    @pytest.mark.parametrize("difference", [0.01, -3e-4, 0.0])
    def test_lambda_between_nothing_and_a_cold_bath(self, hot, difference, equation):
        """T_L = 0 and occupations down to exp(-10000), against the rate equation in many digits."""
        system = systems.lambda_system(1.0, difference)
        left, right = (0.01, 0.02, 0.0, 0.0), (0.02, 0.01, 0.0, 0.0)
        result = solve(system, shared_baths(left, right, (0.0, hot)), equation)
        assert result["unique"]
        frequencies = system.transition_energies
        if equation == "unified":
            frequencies = np.full(2, frequencies.mean())
        with mpmath.workdps(40):
            numbers = [1 / mpmath.expm1(mpmath.mpf(w) / mpmath.mpf(hot)) for w in frequencies]
            # n_i = n_e Gamma-_ii / Gamma+_ii, Eq. (11)
            emitted = [mpmath.mpf(0.03) + g * n for g, n in zip((0.02, 0.01), numbers, strict=True)]
            weights = [e / (g * n) for e, g, n in zip(emitted, (0.02, 0.01), numbers, strict=True)]
            expected = [float(weight / (1 + sum(weights))) for weight in (*weights, 1)]
        np.testing.assert_allclose(result["population"], expected, rtol=2e-11, atol=1e-300)

    @pytest.mark.parametrize("points", [1, 20])
    def test_lambda_with_an_occupation_that_underflows(self, points):
        """N(eps_2) of both baths is zero as a number: n_1 / n_2 = N(eps_2) / N(eps_1) is not."""
        hot = np.full(points, 0.00208)
        system = systems.lambda_system(1.45, -0.5)
        result = solve(system, shared_baths((0.01, 0.01, 0.0, 0.0), (0.01,) * 4, (0.00104, hot)))
        assert result["unique"].all()
        first, second = system.transition_energies
        with mpmath.workdps(40):
            expected = float(mpmath.exp((mpmath.mpf(first) - second) / mpmath.mpf(hot[0])))
        assert 0.0 < expected < 1e-100
        np.testing.assert_allclose(result["population"][0], expected, rtol=2e-11)

    @pytest.mark.parametrize("points", [1, 20])
    def test_cold_points_beside_warm_ones(self, points):
        """Each point of a grid that reaches into the cold is that of the point alone."""
        hot = np.linspace(1e-4, 3e-3, points)
        system = systems.lambda_system(1.0, 0.01)
        spectra_of = (0.01, 0.02, 0.9, 0.3), (0.02, 0.01, 0.5, 0.0)
        result = solve(system, shared_baths(*spectra_of, (0.0, hot)))
        assert result["unique"].all()
        for number, temperature in enumerate(hot):
            alone = solve(system, shared_baths(*spectra_of, (0.0, temperature)))
            for name, values in alone.items():
                np.testing.assert_array_equal(result[name][..., number], values)

    @pytest.mark.parametrize("equation", EQUATIONS)
    def test_nothing_is_pumped_without_weight_factor(self, equation):
        """D_12 = 0, f = 0, T = 0: infinite bounds meet a number of bosons that is zero."""
        off = (0.01, 0.02, 0.0, 0.0)
        lower = solve(systems.lambda_system(1.0, 0.0), shared_baths(off, off, (0.0, 0.0)), equation)
        assert_not_unique(lower)
        upper = solve(systems.v_system(1.0, 0.0), shared_baths(off, off, (0.0, 0.0)), equation)
        np.testing.assert_array_equal(upper["population"], [0.0, 0.0, 1.0])

    def test_condition_without_absorption(self):
        """Condition (19) divides by the absorption, which is zero at T = 0."""
        system = systems.lambda_system(1.0, 0.01)
        spectrum = (0.01, 0.02, 1.0, 0.0)
        temperatures = (0.0, np.array([0.0, 1.0]))
        with np.errstate(all="raise"):
            found = coherence_condition(system, shared_baths(spectrum, spectrum, temperatures))
        np.testing.assert_array_equal(np.isnan(found), [True, False])


class TestHot:
    @pytest.mark.parametrize("equation", EQUATIONS)
    def test_out_of_range_is_marked(self, equation):
        """Squares of the rates overflow from T = 1e154 on: NaN, and not a coherence of zero."""
        temperature = np.array([1e12, 1e150, 1e160, 1e300, 1.7e308])
        system = systems.lambda_system(1.0, 0.01)
        left, right = (0.01, 0.02, 0.5, 0.0), (0.02, 0.01, 0.5, 0.0)
        result = solve(system, shared_baths(left, right, (temperature, temperature)), equation)
        assert result["unique"].tolist() == [True, True, False, False, False]
        assert np.isnan(result["population"][:, 2:]).all()
        np.testing.assert_allclose(result["population"][:, :2], 1.0 / 3.0, rtol=1e-11)


class TestDecoupled:
    @pytest.mark.parametrize("equation", EQUATIONS)
    @pytest.mark.parametrize("frequencies", [(1.1, 0.9), (0.9, 1.1), (1.0, 1.0)])
    @pytest.mark.parametrize("strengths", [(0.0, 0.01), (0.01, 0.0), (0.0, 0.0)])
    def test_a_site_on_its_own_without_a_bath(self, frequencies, strengths, equation):
        """g = 0: theta is 0 or pi, whose cosine is 6e-17 in floating point, and couples nothing."""
        system = systems.coupled_tls(*frequencies, 0.0)
        assert_not_unique(solve(system, site_baths(system, strengths, (1.0, 2.0)), equation))

    @pytest.mark.parametrize("frequencies", [(1.1, 0.9), (0.9, 1.1), (1.0, 1.0)])
    def test_two_sites_on_their_own(self, frequencies):
        """g = 0: each site is in its own bath's Gibbs state."""
        system = systems.coupled_tls(*frequencies, 0.0)
        result = solve(system, site_baths(system, (0.01, 0.01), (0.7, 2.0)))
        rho = density_matrices(system, result)
        for site, temperature in enumerate((0.7, 2.0)):
            lowering = system.site_lowering_operators[site]
            excited = np.trace(lowering.T @ lowering @ rho).real
            expected = 1.0 / (np.exp(frequencies[site] / temperature) + 1.0)
            assert excited == pytest.approx(expected, rel=1e-12)
        assert abs(result["internal_flux"]) < 1e-15

    @pytest.mark.parametrize("coupling", [0.02, 1e-6])
    @pytest.mark.parametrize("frequencies", [(1.0, 1.0), (1.1, 0.9), (0.9, 1.1)])
    def test_sign_of_the_coupling_changes_no_flux(self, frequencies, coupling):
        one, other = (
            solve(system, site_baths(system, (0.01, 0.02), (0.7, 2.0)))
            for system in (systems.coupled_tls(*frequencies, g) for g in (coupling, -coupling))
        )
        np.testing.assert_allclose(one["population"], other["population"], rtol=1e-9)
        assert one["internal_flux"] == pytest.approx(other["internal_flux"], rel=1e-9)


class TestLostDigits:
    @pytest.mark.parametrize("coupling", [0.02, -0.02])
    @pytest.mark.parametrize("strength", [1e-3, 1e-12, 1e-14])
    def test_rates_that_cancel(self, coupling, strength):
        """Sites far out of resonance, one of them very hot: floats keep three digits of 1/4."""
        system, hot = systems.coupled_tls(1.0, 1e-3, coupling), 36329.9
        result = solve(system, site_baths(system, (0.3, strength), (hot, 1.0)))
        strengths = {"1": 0.3, "2": strength}
        section = {"frequency_1": 1.0, "frequency_2": 1e-3, "coupling": coupling}
        section["baths"] = {
            name: {"shape": "flat", "strength": of_bath} for name, of_bath in strengths.items()
        }
        data = {"coupled_tls": section}
        expected = sixty_digits.steady_state(data, {}, "coupled_tls", "nonsecular", (hot, 1.0))
        np.testing.assert_allclose(result["population"], expected.population, rtol=1e-12)

    @pytest.mark.parametrize("difference", [1e-6, -1e-8, 1e-10])
    @pytest.mark.parametrize("system", ["lambda", "v"])
    @pytest.mark.parametrize("equation", ["nonsecular", "geometric", "unified"])
    def test_nearly_degenerate_levels_without_a_bright_path(self, system, difference, equation):
        """Full interference, and baths in one proportion: a dark state decays by the splitting."""
        baths = {
            name: {
                "transition_1": {"shape": "flat", "strength": 0.3 * factor},
                "transition_2": {"shape": "flat", "strength": 0.7 * factor},
                "weight_factor": {"shape": "constant", "value": 1.0},
                "cross_phase": 0.3,
            }
            for name, factor in (("left", 0.01), ("right", 0.03))
        }
        section = {
            "mean_energy": 1.0,
            "energy_difference": {system: difference},
            "baths": baths,
        }
        expected = sixty_digits.steady_state(
            {"three_level": section}, {}, system, equation, (0.5, 1.5)
        )
        spectra_of = [(0.3 * f, 0.7 * f, 1.0, 0.3) for f in (0.01, 0.03)]
        build = {"lambda": systems.lambda_system, "v": systems.v_system}[system]
        result = solve(build(1.0, difference), shared_baths(*spectra_of, (0.5, 1.5)), equation)
        assert result["unique"]
        # Phases and occupations come in rounded: part of a rounding of 0.04 over the splitting.
        left = 1e-12 + 3e-20 / abs(difference)
        np.testing.assert_allclose(result["population"], expected.population, atol=left)
        found = complex(result["coherence_real"], result["coherence_imag"])
        assert found == pytest.approx(expected.coherence, abs=left)


class TestSpectra:
    def test_narrow_line_is_zero_far_outside(self):
        with np.errstate(all="raise"):
            np.testing.assert_array_equal(
                spectra.Lorentzian(0.01, 1.0, 1e-200)([0.5, 1.0, 2.0]), [0.0, 0.01, 0.0]
            )

    def test_power_that_overflows_is_refused(self):
        steep = spectra.Ohmic(0.01, 1e3, 1e-3)
        with np.errstate(all="raise"):
            values = steep([0.0, 5.0])
        assert values[0] == 0.0
        assert not np.isfinite(values[1])
        bath = Bath("steep", CollectiveTransition(steep, (1.0,)), 1.0)
        with pytest.raises(ValueError, match="bath steep at frequency 5 is not finite"):
            bath.spectrum_matrices(np.array([5.0]))

    @pytest.mark.parametrize("power", range(-323, -290))
    def test_smallest_strengths_are_accepted(self, power):
        one, two = 10.0**power, 3.0 * 10.0**power
        for bath in shared_baths((one, two, 1.0, 1.0), (two, one, 0.9, 0.0), (1.0, 2.0)):
            bath.spectrum_matrices(np.array([1.0]))


class TestPositivity:
    def test_violations_are_stored_and_reported(self):
        """A cold bath and a wide splitting: populations below zero stay below zero."""
        system = systems.coupled_tls(1.0, 1e-3, 0.02)
        hot = np.array([10.0, 1e3])
        baths = site_baths(system, (0.01, 0.01), (hot, 0.0))
        result = solve(system, baths)
        assert result["unique"].all()
        assert (result["population"].min(axis=0) < 0.0).any()
        assert (result["min_eigenvalue"] <= result["population"].min(axis=0) + 1e-15).all()
        np.testing.assert_allclose(result["population"].sum(axis=0), 1.0, rtol=0, atol=1e-14)
        data = {
            name: (("temperature",), result[name])
            for name in ("unique", "residual", "min_eigenvalue")
        }
        dataset = labelled(data, {"temperature": hot}, load_variant("paper"), "Steady states")
        negative = int((result["min_eigenvalue"] < 0.0).sum())
        worst = result["min_eigenvalue"].min()
        assert f"rho is not positive at {negative} points, " in summary(dataset)
        assert f"; smallest eigenvalue {worst:.3g} at temperature " in summary(dataset)
        for equation in ("unified", "geometric"):
            assert (solve(system, baths, equation)["min_eigenvalue"] >= -1e-15).all()
