"""The engine against independent paths: numbers, reduced equations, operators and limits."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import reference
from drawn_at_random import share
from steady_coherence import spectra, systems, weight_factors
from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CollectiveTransition, InterferingTransitions
from steady_coherence.generator import generator_matrix
from steady_coherence.steady_states import CHUNK, steady_states

EPS = (1.005, 0.995)
LAMBDA = systems.lambda_system(1.0, 0.01)
V = systems.v_system(1.0, -0.01)
XI = systems.xi_system(1.0, 0.01)
COUPLED_TLS = systems.coupled_tls(1.0, 0.9, 0.05)
THREE_LEVEL = [LAMBDA, V, XI]
ALL = [*THREE_LEVEL, COUPLED_TLS]


def named(values):
    return [pytest.param(value, id=value.name) for value in values]


def figure_3_baths(cold, hot):
    strengths = {"left": (0.01, 0.02), "right": (0.02, 0.01)}
    full = weight_factors.Constant(1.0)
    return [
        Bath(
            name,
            InterferingTransitions([spectra.Flat(s) for s in strengths[name]], full),
            temperature,
        )
        for name, temperature in zip(strengths, (cold, hot), strict=True)
    ]


def random_baths(rng, system, temperatures):
    """Two shared baths with random matrices, or a random flat spectrum for each site."""
    if system.site_amplitudes:
        return [
            Bath(
                str(site),
                CollectiveTransition(spectra.Ohmic(rng.uniform(0.01, 0.1), 1.3, 2.0), v),
                temperature,
            )
            for site, (v, temperature) in enumerate(
                zip(system.site_amplitudes, temperatures, strict=True), start=1
            )
        ]
    size = len(system.transitions)
    return [
        Bath(name, reference.random_spectrum(rng, size), temperature)
        for name, temperature in zip(("left", "right"), temperatures, strict=True)
    ]


def random_energies(rng):
    return 1.0, rng.choice([-1.0, 1.0]) * 10.0 ** rng.uniform(-4.0, -0.5)


class TestNumbersOfFigure3:
    # 40-digit solutions of the reduced equations, rounded to 15 digits.
    def test_lambda(self):
        result = steady_states(LAMBDA, figure_3_baths(1.0, 2.0))
        assert result["coherence"] == pytest.approx(0.0220112347809628, abs=1e-14, rel=0)
        assert result["population"][0] == pytest.approx(0.372810447011558, abs=1e-14, rel=0)

    def test_v(self):
        result = steady_states(V, figure_3_baths(1.0, 2.0))
        assert result["coherence"] == pytest.approx(0.0104182060600473, abs=1e-14, rel=0)


class TestReducedEquations:
    # 1e-12 is what np.linalg.solve leaves of the digits at these condition numbers.
    @pytest.mark.parametrize("seed", share(range(200), few=40))
    def test_lambda(self, seed):
        rng = np.random.default_rng(seed)
        system = systems.lambda_system(*random_energies(rng))
        temperatures = rng.uniform(0.2, 3.0, 2)
        baths = random_baths(rng, system, temperatures)
        result = steady_states(system, baths)
        *populations, coherence = reference.reduced_lambda(
            system.transition_energies, [bath.coupling_spectrum for bath in baths], temperatures
        )
        np.testing.assert_allclose(result["population"], populations, rtol=0, atol=1e-12)
        found = result["coherence_real"] + 1j * result["coherence_imag"]
        np.testing.assert_allclose(found, coherence, rtol=0, atol=1e-12)

    @pytest.mark.parametrize("seed", share(range(200), few=40))
    def test_v(self, seed):
        rng = np.random.default_rng(seed)
        system = systems.v_system(*random_energies(rng))
        temperatures = rng.uniform(0.2, 3.0, 2)
        baths = random_baths(rng, system, temperatures)
        result = steady_states(system, baths)
        *populations, coherence = reference.reduced_v(
            system.transition_energies, [bath.coupling_spectrum for bath in baths], temperatures
        )
        np.testing.assert_allclose(result["population"], populations, rtol=0, atol=1e-12)
        found = result["coherence_real"] + 1j * result["coherence_imag"]
        np.testing.assert_allclose(found, coherence, rtol=0, atol=1e-12)


class TestOperators:
    """Eq. (12) with operators and H_c, at random complex, frequency-dependent spectra."""

    @pytest.mark.parametrize("system", named(ALL))
    @pytest.mark.parametrize("seed", range(10))
    def test_generator(self, system, seed):
        rng = np.random.default_rng(seed)
        temperatures = rng.uniform(0.2, 3.0, 2)
        baths = random_baths(rng, system, temperatures)
        expected = reference.generator_matrix(
            system, [bath.coupling_spectrum for bath in baths], temperatures
        )
        found = generator_matrix(system, baths, "nonsecular")
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)

    @pytest.mark.parametrize("system", named(ALL))
    @pytest.mark.parametrize("seed", range(10))
    def test_steady_state(self, system, seed):
        rng = np.random.default_rng(seed)
        temperatures = rng.uniform(0.2, 3.0, 2)
        baths = random_baths(rng, system, temperatures)
        rho = reference.steady_state(
            reference.generator_matrix(
                system, [bath.coupling_spectrum for bath in baths], temperatures
            )
        )
        result = steady_states(system, baths)
        first, second = (system.index(level) for level in system.coherent_pair)
        found = np.diag(result["population"]).astype(complex)
        found[first, second] = result["coherence_real"] + 1j * result["coherence_imag"]
        found[second, first] = found[first, second].conj()
        # All of rho: what the engine does not store is zero.
        np.testing.assert_allclose(found, rho, rtol=0, atol=1e-12)
        smallest = np.linalg.eigvalsh(rho)[0]
        assert result["min_eigenvalue"] == pytest.approx(smallest, abs=1e-12, rel=0)

    @pytest.mark.parametrize("system", named(ALL))
    def test_secular_keeps_only_degenerate_pairs(self, system):
        rng = np.random.default_rng(3)
        temperatures = (0.7, 1.9)
        baths = random_baths(rng, system, temperatures)
        energies = system.transition_energies
        expected = reference.generator_matrix(
            system,
            [bath.coupling_spectrum for bath in baths],
            temperatures,
            keep=lambda i, j: energies[i] == energies[j],
        )
        found = generator_matrix(system, baths, "secular")
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)

    def test_secular_of_a_degenerate_pair_is_nonsecular(self):
        system = systems.lambda_system(1.0, 0.0)
        baths = random_baths(np.random.default_rng(5), system, (0.7, 1.9))
        both = [steady_states(system, baths, equation) for equation in ("secular", "nonsecular")]
        assert both[0]["coherence"] > 1e-4
        assert both[0]["coherence"] == both[1]["coherence"]


class TestEquilibrium:
    @pytest.mark.parametrize("system", named(ALL))
    @pytest.mark.parametrize("equation", ["nonsecular", "secular"])
    @pytest.mark.parametrize("temperature", [0.05, 0.3, 1.0, 20.0])
    @pytest.mark.parametrize("seed", range(5))
    def test_gibbs_state_without_coherence(self, system, equation, temperature, seed):
        baths = random_baths(np.random.default_rng(seed), system, (temperature, temperature))
        result = steady_states(system, baths, equation)
        expected = reference.gibbs(system, temperature)
        np.testing.assert_allclose(result["population"], expected, rtol=0, atol=1e-13)
        assert result["coherence"] < 1e-13
        # No flux and no heat; rates are of order 0.1 (N + 1).
        assert np.abs(result["energy_current"]).max() < 1e-13 * (1.0 + temperature)
        if system.site_amplitudes:
            assert abs(result["internal_flux"]) < 1e-13
            assert abs(result["bath_flux"]) < 1e-13 * (1.0 + temperature)


class TestSecular:
    @pytest.mark.parametrize("system", named([LAMBDA, V, XI]))
    @pytest.mark.parametrize("seed", range(5))
    def test_state_is_diagonal_and_equation_11(self, system, seed):
        rng = np.random.default_rng(seed)
        temperatures = rng.uniform(0.2, 3.0, 2)
        baths = random_baths(rng, system, temperatures)
        result = steady_states(system, baths, "secular")
        assert result["coherence"] == 0.0
        for number, transition in enumerate(system.transitions):
            minus, plus = reference.rates(
                [bath.coupling_spectrum for bath in baths], temperatures, transition.energy
            )
            lower = result["population"][system.index(transition.lower)]
            upper = result["population"][system.index(transition.upper)]
            expected = minus[number, number].real / plus[number, number].real
            assert lower / upper == pytest.approx(expected, rel=1e-13)


class TestXi:
    @pytest.mark.parametrize("seed", range(20))
    def test_no_coherence_and_secular_populations(self, seed):
        rng = np.random.default_rng(seed)
        baths = random_baths(rng, XI, rng.uniform(0.1, 3.0, 2))
        nonsecular = steady_states(XI, baths)
        secular = steady_states(XI, baths, "secular")
        assert nonsecular["coherence"] == 0.0
        np.testing.assert_allclose(
            nonsecular["population"], secular["population"], rtol=1e-14, atol=0
        )


class TestCurrents:
    @pytest.mark.parametrize("system", named(ALL))
    def test_energy_is_conserved_and_flows_from_hot_to_cold(self, system):
        baths = random_baths(np.random.default_rng(1), system, (0.5, 1.5))
        current = steady_states(system, baths)["energy_current"]
        assert current.sum() == pytest.approx(0.0, abs=1e-15)
        assert current[1] > 1e-5

    def test_continuity_of_the_excitation_of_a_site(self):
        """J_1-2 + J_1-B1 = d<sz_1>/dt = 0; the internal flux is -4 g Im <E1|rho|E2>."""
        baths = random_baths(np.random.default_rng(2), COUPLED_TLS, (0.5, 1.5))
        result = steady_states(COUPLED_TLS, baths)
        assert result["internal_flux"] > 1e-3
        assert result["internal_flux"] + result["bath_flux"] == pytest.approx(0.0, abs=1e-16)
        expected = -4.0 * 0.05 * result["coherence_imag"]
        assert result["internal_flux"] == pytest.approx(float(expected), rel=1e-13)

    def test_secular_equation_breaks_continuity(self):
        baths = random_baths(np.random.default_rng(2), COUPLED_TLS, (0.5, 1.5))
        result = steady_states(COUPLED_TLS, baths, "secular")
        assert result["internal_flux"] == 0.0
        assert result["bath_flux"] < -1e-3


class TestUniqueness:
    def assert_marked(self, result):
        assert not result["unique"].any()
        for name, values in result.items():
            if name not in ("unique", "kossakowski_min_eigenvalue"):  # the latter is the equation's
                assert np.isnan(values).all(), name

    def test_dark_state(self):
        """D_12 = 0, equal spectra, f = 1: det = 0 at all temperatures, below Eq. (16)."""
        one = InterferingTransitions(
            (spectra.Flat(0.01), spectra.Flat(0.01)), weight_factors.Constant(1.0)
        )
        for system in (systems.lambda_system(1.0, 0.0), systems.v_system(1.0, 0.0)):
            cold = np.array([0.1, 1.0, 30.0])
            baths = [Bath("left", one, cold), Bath("right", one, 2.0 * cold)]
            self.assert_marked(steady_states(system, baths))

    def test_lambda_at_zero_temperature(self):
        self.assert_marked(steady_states(LAMBDA, figure_3_baths(0.0, 0.0)))

    @pytest.mark.parametrize("system", named([V, XI]))
    def test_ground_state_at_zero_temperature(self, system):
        result = steady_states(system, figure_3_baths(0.0, 0.0))
        assert result["unique"]
        np.testing.assert_array_equal(result["population"], [0.0, 0.0, 1.0])
        assert result["min_eigenvalue"] == 0.0

    def test_optical_pumping(self):
        """Transition 2 emits into a cold bath and nothing pumps it: all ends up in g2."""
        none, some = spectra.Flat(0.0), spectra.Flat(0.01)
        apart = weight_factors.Constant(0.0)
        baths = [
            Bath("left", InterferingTransitions((none, some), apart), 0.0),
            Bath("right", InterferingTransitions((some, none), apart), 1.0),
        ]
        result = steady_states(LAMBDA, baths)
        assert result["unique"]
        np.testing.assert_array_equal(result["population"], [0.0, 1.0, 0.0])

    @pytest.mark.parametrize("system", named(ALL))
    def test_baths_switched_off(self, system):
        size = len(system.transitions)
        off = Bath("off", lambda w: np.zeros((*np.shape(w), size, size), dtype=complex), 1.0)
        self.assert_marked(steady_states(system, [off]))

    def test_optical_coherence_that_does_not_decay(self):
        """A second zero mode outside the populations is found as well.

        Site 2 has neither an energy nor a bath of its own: its coherence stays.
        """
        system = systems.LevelSystem(
            "pair",
            ("g", "e", "g'", "e'"),
            (0.0, 1.0, 0.0, 1.0),
            (systems.Transition("g", "e", 1.0), systems.Transition("g'", "e'", 1.0)),
            ("g", "g'"),
        )
        both = Bath("bath", CollectiveTransition(spectra.Flat(0.1), (1.0, 1.0)), 1.0)
        self.assert_marked(steady_states(system, [both]))


class TestGrid:
    def test_shape_follows_the_temperatures(self):
        cold = np.linspace(0.1, 2.0, 7)[:, None]
        result = steady_states(LAMBDA, figure_3_baths(cold, cold + np.linspace(-0.1, 1.0, 5)))
        assert result["coherence"].shape == (7, 5)
        assert result["population"].shape == (3, 7, 5)
        assert result["energy_current"].shape == (2, 7, 5)

    def test_chunks_leave_no_seam(self):
        cold = np.linspace(0.1, 2.0, CHUNK + 3)
        whole = steady_states(LAMBDA, figure_3_baths(cold, 2.0 * cold))
        for at in (0, CHUNK - 1, CHUNK, CHUNK + 2):
            alone = steady_states(LAMBDA, figure_3_baths(cold[at], 2.0 * cold[at]))
            assert whole["coherence"][at] == alone["coherence"]

    @pytest.mark.parametrize("equation", ["nonsecular", "secular", "unified", "geometric"])
    @pytest.mark.parametrize("system", named(ALL))
    def test_a_point_alone_has_the_same_bits(self, system, equation):
        """A few points are solved in numbers of Python, many in arrays."""
        rng = np.random.default_rng(1)
        temperatures = 10.0 ** rng.uniform(-4.0, 13.0, (2, 40))
        baths = random_baths(rng, system, temperatures)
        many = steady_states(system, baths, equation)
        for start, stop in ((0, 1), (1, 3), (3, 11), (11, 20)):
            few = steady_states(
                system,
                [
                    bath.with_state(t[start:stop])
                    for bath, t in zip(baths, temperatures, strict=True)
                ],
                equation,
            )
            for name, values in few.items():
                np.testing.assert_array_equal(values, many[name][..., start:stop])

    @pytest.mark.parametrize("equation", ["unified", "geometric"])
    def test_a_set_of_parameters_alone_has_the_same_bits(self, equation):
        """More sets than roots are worked out together, and with clusters that fall apart."""
        couplings = np.linspace(-0.3, 0.3, 10_000)

        def solved(values):
            system = systems.coupled_tls(1.0, 1.2, values)
            baths = [
                Bath(
                    name, CollectiveTransition(spectra.Ohmic(0.01, 1.0, 2.0), row), temperature=heat
                )
                for name, row, heat in zip("12", system.site_amplitudes, (0.5, 1.5), strict=True)
            ]
            return steady_states(system, baths, equation)

        many = solved(couplings)
        for at in (0, 1234, 5000, 8191, 8192, 8193, 9999):
            for name, values in solved(couplings[[at]]).items():
                np.testing.assert_array_equal(np.ravel(values), many[name][..., at].ravel())

    @pytest.mark.parametrize("system", named(ALL))
    def test_what_else_is_asked_for_changes_nothing(self, system):
        """At temperatures that need more than the steps of floating point, too."""
        temperatures = 10.0 ** np.linspace(-4.0, 2.0, 40)
        baths = random_baths(np.random.default_rng(3), system, (temperatures, 2.0 * temperatures))
        everything = steady_states(system, baths)
        for name in everything:
            found = steady_states(system, baths, variables=[name])
            assert found.keys() == {name, "unique"}
            for each, values in found.items():
                np.testing.assert_array_equal(values, everything[each])

    @pytest.mark.parametrize("system", named(ALL))
    def test_one_call_leaves_nothing_to_the_next(self, system):
        """The same structure with other numbers, and the first ones again."""
        baths = random_baths(np.random.default_rng(1), system, (0.5, 1.5))
        others = random_baths(np.random.default_rng(2), system, (0.7, 0.9))
        first = steady_states(system, baths)
        second = steady_states(system, others)
        again = steady_states(system, baths)
        assert second["population"][0] != first["population"][0]
        for name, values in first.items():
            np.testing.assert_array_equal(again[name], values)

    def test_threads(self):
        """Each thread works in arrays of its own."""
        cold = np.linspace(0.1, 2.0, 3000)
        states = [figure_3_baths(cold * (1.0 + n), 2.0 * cold) for n in range(8)]
        expected = [steady_states(LAMBDA, baths)["coherence"] for baths in states]
        with ThreadPoolExecutor(4) as pool:
            for _ in range(5):
                found = pool.map(lambda baths: steady_states(LAMBDA, baths)["coherence"], states)
                for one, other in zip(found, expected, strict=True):
                    np.testing.assert_array_equal(one, other)

    @pytest.mark.parametrize("system", named(ALL))
    def test_residual_is_rounding(self, system):
        rng = np.random.default_rng(0)
        temperatures = 10.0 ** rng.uniform(-1.5, 3.0, (2, 500))
        result = steady_states(system, random_baths(rng, system, temperatures))
        assert result["unique"].all()
        assert result["residual"].max() < 1e-15
        np.testing.assert_allclose(result["population"].sum(axis=0), 1.0, rtol=0, atol=1e-15)

    def test_small_populations_keep_their_digits(self):
        """exp(-50) to a relative 1e-12, not to an absolute one."""
        result = steady_states(LAMBDA, figure_3_baths(0.02, 0.02))
        expected = reference.gibbs(LAMBDA, 0.02)
        np.testing.assert_allclose(result["population"], expected, rtol=1e-12, atol=0)

    def test_fixed_occupation(self):
        """A number of bosons instead of a temperature: the same where the two agree."""
        system = systems.v_system(1.0, 0.0)
        spectrum = reference.random_spectrum(np.random.default_rng(4), 2)
        number = 1.0 / np.expm1(1.0 / 0.8)
        by_number = steady_states(system, [Bath("b", spectrum, occupation=number)])
        by_temperature = steady_states(system, [Bath("b", spectrum, temperature=0.8)])
        np.testing.assert_allclose(
            by_number["population"], by_temperature["population"], rtol=1e-14
        )
