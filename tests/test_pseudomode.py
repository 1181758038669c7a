"""The exact steady states: another code, limits, conservation laws and the weak-coupling limit."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad

from steady_coherence import systems
from steady_coherence.damped_modes import Mode, exact_steady_state
from steady_coherence.steady_states import steady_states

SYSTEMS = ["lambda", "v", "coupled_tls"]
KAPPA = 0.2
OCCUPATIONS = (0.1, 0.4)


def make_system(name, difference):
    """A system whose coherent pair is split by `difference`."""
    if name == "coupled_tls":
        return systems.coupled_tls(1.0 + 0.3 * difference, 1.0 - 0.3 * difference, 0.4 * difference)
    return {"lambda": systems.lambda_system, "v": systems.v_system}[name](1.0, difference)


def make_modes(system, coupling, frequencies=(1.0, 1.0), occupations=OCCUPATIONS):
    """Two modes: unequal amplitudes and phases that no choice of basis removes, or one a site."""
    if system.site_amplitudes:
        amplitudes = np.array(system.site_amplitudes)
    else:
        amplitudes = np.array([[1.0, 1.4 * np.exp(0.4j)], [1.4, np.exp(-0.9j)]])
    return [
        Mode(name, frequency, KAPPA, tuple(coupling * row), occupation)
        for name, frequency, row, occupation in zip(
            ("left", "right"), frequencies, amplitudes, occupations, strict=True
        )
    ]


def pair(system):
    return tuple(system.index(level) for level in system.coherent_pair)


def second_order(system, modes, equation="nonsecular"):
    """Density matrix by one of the master equations."""
    result = steady_states(system, [mode.bath for mode in modes], equation)
    first, second = pair(system)
    rho = np.diag(result["population"]).astype(complex)
    rho[first, second] = result["coherence_real"] + 1j * result["coherence_imag"]
    rho[second, first] = rho[first, second].conj()
    return rho


def second_order_with_principal_values(system, modes):
    """The non-secular one with the whole of Eq. (A.5), assembled here.

    Both correlators have a closed form: exp(i eps_i s) comes with exp(-i Omega s - kappa s / 2)
    in Eq. (A.3), and its conjugate with the conjugate in Eq. (A.4).
    """
    lowering = system.lowering_operators
    identity = np.eye(len(system.levels))
    # Superoperators rho -> [A_i rho, A_j^dagger]: (S rho)_kl = S_klpq rho_pq.
    emission, absorption = (
        np.einsum("ikp,jlq->ijklpq", each, each)
        - np.einsum("jmk,imp,lq->ijklpq", each, each, identity)
        for each in (lowering, lowering.transpose(0, 2, 1))
    )
    total = 1j * np.einsum("kp,ql->klpq", identity, system.hamiltonian)
    total = total - 1j * np.einsum("kp,lq->klpq", system.hamiltonian, identity)
    for mode in modes:
        amplitudes = np.array(mode.couplings)
        response = 1.0 / (0.5 * KAPPA - 1j * (system.transition_energies - mode.frequency))
        transform = response[:, None] * np.outer(amplitudes.conj(), amplitudes)
        half = (mode.occupation + 1.0) * np.einsum("ij,ijklpq->klpq", transform, emission)
        half = half + mode.occupation * np.einsum("ij,ijklpq->klpq", transform.conj(), absorption)
        # The Hermitian conjugate: of the outcome for a Hermitian rho.
        total = total + half + half.transpose(1, 0, 3, 2).conj()
    size = len(lowering[0])
    matrix = total.reshape(size * size, size * size)
    matrix[0] = np.eye(size).reshape(-1)  # trace one
    return np.linalg.solve(matrix, np.eye(size * size)[0]).reshape(size, size)


class TestMode:
    @pytest.mark.parametrize("frequency", [0.7, 1.0, 1.13])
    def test_coupling_spectrum_is_the_integral_of_the_correlator(self, frequency):
        """Eq. (A.3) at N = 0 with <B_i(s) B_j^dagger> = g_i conj(g_j) exp(-i Omega s - kappa s/2).

        Its Hermitian part is gamma_ji / 2; the integrand has died out at s = 40 / kappa.
        """
        amplitudes = np.array([0.05, 0.07 * np.exp(0.4j)])
        mode = Mode("left", 1.05, KAPPA, tuple(amplitudes), 0.3)

        def integrand(s):
            return np.exp(-0.5 * KAPPA * s) * np.cos((frequency - 1.05) * s)

        half = quad(integrand, 0.0, 40.0 / (0.5 * KAPPA), epsabs=1e-13, limit=500)[0]
        expected = 2.0 * half * np.outer(amplitudes, amplitudes.conj()).T
        found = mode.coupling_spectrum(np.array([frequency]))
        np.testing.assert_allclose(found, expected[None], rtol=0, atol=1e-14)

    def test_bath_carries_spectrum_and_occupation(self):
        bath = Mode("left", 1.0, KAPPA, (0.05, 0.07), 0.3).bath
        assert bath.occupation_number(0.4) == 0.3
        np.testing.assert_allclose(
            bath.spectrum_matrices(np.array([1.0]))[0],
            4.0 / KAPPA * np.outer([0.05, 0.07], [0.05, 0.07]),
            rtol=1e-15,
        )

    def test_refused(self):
        with pytest.raises(ValueError, match="damping of mode left is 0"):
            Mode("left", 1.0, 0.0, (0.1,), 0.1)
        with pytest.raises(ValueError, match=r"occupation of mode left is -0\.1"):
            Mode("left", 1.0, 0.2, (0.1,), -0.1)


class TestExcitationNumbers:
    def test_systems(self):
        assert systems.lambda_system(1.0, 0.1).excitations == (0, 0, 1)
        assert systems.v_system(1.0, 0.1).excitations == (1, 1, 0)
        assert systems.xi_system(1.0, 0.1).excitations == (1, 2, 0)
        assert systems.coupled_tls(1.0, 0.9, 0.1).excitations == (0, 1, 1, 2)

    def test_two_ways_of_unequal_length(self):
        cycle = systems.LevelSystem(
            "cycle",
            ("a", "b", "c"),
            (0.0, 1.0, 2.0),
            (
                systems.Transition("a", "b", 1.0),
                systems.Transition("b", "c", 1.0),
                systems.Transition("a", "c", 2.0),
            ),
            ("a", "b"),
        )
        with pytest.raises(ValueError, match="transitions of cycle do not add one excitation each"):
            _ = cycle.excitations


class TestRefused:
    def test_cutoff(self):
        system = make_system("lambda", 0.1)
        with pytest.raises(ValueError, match="cut-off is 1"):
            exact_steady_state(system, make_modes(system, 0.1), 1)

    def test_couplings(self):
        with pytest.raises(ValueError, match="mode left has 1 couplings"):
            exact_steady_state(make_system("v", 0.1), [Mode("left", 1.0, 0.2, (0.1,), 0.1)], 4)

    @pytest.mark.parametrize("name", ["lambda", "v"])
    @pytest.mark.parametrize("coupling", [1e-4, 0.1])
    def test_dark_state(self, name, coupling):
        """D_12 = 0 and both transitions alike: the antisymmetric state sees neither mode."""
        modes = [Mode(str(n), 1.0, KAPPA, (coupling * n, coupling * n), 0.1 * n) for n in (1, 2)]
        with pytest.raises(ValueError, match="is not unique"):
            exact_steady_state(make_system(name, 0.0), modes, 6)
        assert exact_steady_state(make_system(name, 0.01), modes, 6).truncation_error < 0.1

    def test_lambda_in_the_vacuum(self):
        system = make_system("lambda", 0.1)
        with pytest.raises(ValueError, match="is not unique"):
            exact_steady_state(system, make_modes(system, 0.1, occupations=(0.0, 0.0)), 6)


class TestEquilibrium:
    @pytest.mark.parametrize("name", SYSTEMS)
    @pytest.mark.parametrize("coupling", [0.003, 0.3])
    def test_equal_occupations(self, name, coupling):
        """Excitation number is conserved: rho ~ (N/(N+1))^n, at any coupling and detuning."""
        system = make_system(name, 0.1)
        modes = make_modes(system, coupling, (0.97, 1.08), (0.3, 0.3))
        state = exact_steady_state(system, modes, 5)
        weights = (0.3 / 1.3) ** np.array(system.excitations)
        expected = np.diag(weights / weights.sum())
        # At the smaller coupling rates are 1e-4 of the level splitting.
        np.testing.assert_allclose(state.density_matrix, expected, rtol=0, atol=1e-12)
        assert np.abs(state.excitation_current).max() < 1e-14
        assert state.truncation_error < 1e-12

    def test_ground_state(self):
        system = make_system("v", 0.1)
        state = exact_steady_state(system, make_modes(system, 0.3, occupations=(0.0, 0.0)), 5)
        np.testing.assert_allclose(state.populations, [0.0, 0.0, 1.0], rtol=0, atol=1e-14)


class TestConservation:
    @pytest.mark.parametrize("name", SYSTEMS)
    def test_excitations(self, name):
        """What one bath gives the other takes, at any cut-off."""
        system = make_system(name, 0.1)
        for cutoff in (2, 7):
            current = exact_steady_state(system, make_modes(system, 0.1), cutoff).excitation_current
            assert current[1] > 1e-3
            assert current.sum() == pytest.approx(0.0, abs=1e-15)

    def test_continuity_of_the_excitation_of_a_site(self):
        """The internal flux -i <[sz_1, H_S]> is what bath 1 takes out of site 1."""
        system = make_system("coupled_tls", 0.1)
        state = exact_steady_state(system, make_modes(system, 0.1), 8)
        lowering = system.site_lowering_operators[0]
        excitation = 2.0 * lowering.T @ lowering - np.eye(4)
        commute = excitation @ system.hamiltonian - system.hamiltonian @ excitation
        flux = -1j * np.trace(commute @ state.density_matrix)
        assert flux.real > 1e-3
        assert flux == pytest.approx(-2.0 * state.excitation_current[0], abs=1e-15)


class TestQutip:
    """The same Lindblad equation in numbers of quanta, by QuTiP's sparse direct solver.

    Occupations are small and unequal so that few quanta are enough: what the mode with most of
    them leaves out is of order (N/(N+1))^n_max, some 1e-10.
    """

    @pytest.mark.parametrize(
        ("name", "coupling", "occupations", "dimensions"),
        [
            ("lambda", 0.2, (0.001, 0.01), (5, 7)),
            ("v", 0.1, (0.001, 0.01), (4, 6)),
            ("coupled_tls", 0.07, (0.001, 0.01), (4, 6)),
        ],
    )
    def test_one_point(self, name, coupling, occupations, dimensions):
        qutip = pytest.importorskip("qutip", minversion="5")
        system = make_system(name, 0.1)
        modes = make_modes(system, coupling, (1.0, 1.1), occupations)

        spaces = [len(system.levels), *dimensions]

        def embed(operator, place):
            factors = [qutip.qeye(space) for space in spaces]
            factors[place] = qutip.Qobj(operator)
            return qutip.tensor(factors)

        hamiltonian = embed(system.hamiltonian, 0)
        jumps = []
        for place, (mode, space) in enumerate(zip(modes, dimensions, strict=True), start=1):
            quantum = embed(np.diag(np.sqrt(np.arange(1, space)), 1), place)
            raising = sum(
                coupling * operator.T
                for coupling, operator in zip(
                    mode.couplings, system.lowering_operators, strict=True
                )
            )
            exchange = embed(raising, 0) * quantum
            hamiltonian += mode.frequency * quantum.dag() * quantum + exchange + exchange.dag()
            jumps += [
                np.sqrt(KAPPA * (mode.occupation + 1.0)) * quantum,
                np.sqrt(KAPPA * mode.occupation) * quantum.dag(),
            ]
        expected = qutip.steadystate(hamiltonian, jumps, method="direct", sparse=True)
        state = exact_steady_state(system, modes, 16)
        assert abs(state.coherence) > 1e-4
        assert state.truncation_error < 1e-10
        np.testing.assert_allclose(
            state.density_matrix, expected.ptrace(0).full(), rtol=0, atol=5e-10
        )


class TestTruncation:
    @pytest.mark.parametrize("name", SYSTEMS)
    @pytest.mark.parametrize("coupling", [0.05, 0.1, 0.2])
    def test_estimate_is_honest(self, name, coupling):
        """The true error never exceeds the estimate, which is not absurdly larger either."""
        system = make_system(name, 0.05)
        modes = make_modes(system, coupling)
        converged = exact_steady_state(system, modes, 15)
        assert converged.truncation_error < 1e-6
        for cutoff in range(3, 10):
            state = exact_steady_state(system, modes, cutoff)
            error = np.abs(state.density_matrix - converged.density_matrix).max()
            assert error < state.truncation_error
            if error > 100.0 * converged.truncation_error:
                assert state.truncation_error < 50.0 * error

    def test_high_occupations_need_no_more_orders(self):
        """At fixed g sqrt(2N + 1) the thermal cloud costs nothing."""
        system = make_system("lambda", 0.05)
        for occupation in (0.5, 5.0, 50.0):
            coupling = 0.03 / np.sqrt(2.0 * occupation + 1.0)
            modes = make_modes(system, coupling, occupations=(occupation, 2.0 * occupation))
            assert exact_steady_state(system, modes, 10).truncation_error < 1e-8


def order(couplings, errors):
    """Slope of errors over couplings, log-log."""
    return np.polyfit(np.log(couplings), np.log(errors), 1)[0]


class TestLevelShift:
    @pytest.mark.parametrize("name", SYSTEMS)
    def test_equation_with_principal_values(self, name):
        """The closed form of the whole one-sided integrals, assembled in two ways."""
        system = make_system(name, 0.05)
        modes = make_modes(system, 0.04, (1.06, 0.97))
        found = second_order(system, modes, "nonsecular_lamb")
        expected = second_order_with_principal_values(system, modes)
        assert np.abs(found - second_order(system, modes)).max() > 1e-4
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-13)


class TestWeakCoupling:
    """The error of the second-order equations against powers of the coupling g."""

    COUPLINGS = 0.0016 * 2.0 ** -np.arange(4)
    DETUNED = (1.06, 0.97)

    def errors(self, name, differences, equation, frequencies=DETUNED):
        """|rho_12| and the errors of coherence and populations at each coupling."""
        exact, coherence, population = [], [], []
        for coupling, difference in zip(self.COUPLINGS, differences, strict=True):
            system = make_system(name, difference)
            modes = make_modes(system, coupling, frequencies)
            state = exact_steady_state(system, modes, 8)
            assert state.truncation_error < 1e-14
            deviation = second_order(system, modes, equation) - state.density_matrix
            exact.append(abs(state.coherence))
            coherence.append(abs(deviation[pair(system)]))
            population.append(np.abs(np.diag(deviation)).max())
        return np.array(exact), np.array(coherence), np.array(population)

    @pytest.mark.parametrize("name", SYSTEMS)
    def test_fixed_splitting(self, name):
        """D_12 >> g^2/kappa: rho_12 ~ g^2, and the error of the non-secular one ~ g^2 as well.

        The principal values drive rho_12 at the same order as the dissipation does, so leaving
        them out costs a fixed share of it. With them the error is of fourth order. Populations
        are accurate to second order either way.
        """
        fixed = np.full(4, 0.05)
        exact, coherence, population = self.errors(name, fixed, "nonsecular")
        assert order(self.COUPLINGS, exact) == pytest.approx(2.0, abs=0.02)
        assert order(self.COUPLINGS, coherence) == pytest.approx(2.0, abs=0.05)
        assert 0.1 < coherence[-1] / exact[-1] < 2.0
        assert order(self.COUPLINGS, population) == pytest.approx(2.0, abs=0.05)

        _, coherence, population = self.errors(name, fixed, "nonsecular_lamb")
        assert order(self.COUPLINGS, coherence) == pytest.approx(4.0, abs=0.1)
        assert order(self.COUPLINGS, population) == pytest.approx(2.0, abs=0.05)

    @pytest.mark.parametrize("name", SYSTEMS)
    def test_splitting_of_the_order_of_the_rates(self, name):
        """D_12 ~ g^2/kappa: rho_12 ~ 1, with an error ~ 1 unless the principal values are kept."""
        scaled = 4.0 * self.COUPLINGS**2 / KAPPA
        exact, coherence, _ = self.errors(name, scaled, "nonsecular")
        assert order(self.COUPLINGS, exact) == pytest.approx(0.0, abs=0.02)
        assert order(self.COUPLINGS, coherence) == pytest.approx(0.0, abs=0.02)
        assert coherence[-1] / exact[-1] > 0.05

        _, coherence, population = self.errors(name, scaled, "nonsecular_lamb")
        assert order(self.COUPLINGS, coherence) == pytest.approx(2.0, abs=0.05)
        assert order(self.COUPLINGS, population) == pytest.approx(2.0, abs=0.05)

    @pytest.mark.parametrize("name", ["lambda", "v"])
    def test_degenerate_on_resonance(self, name):
        """D_12 = 0, eps = Omega: no principal values, and all errors are of second order."""
        exact, coherence, population = self.errors(name, np.zeros(4), "nonsecular", (1.0, 1.0))
        assert order(self.COUPLINGS, exact) == pytest.approx(0.0, abs=0.01)
        assert order(self.COUPLINGS, coherence) == pytest.approx(2.0, abs=0.05)
        assert order(self.COUPLINGS, population) == pytest.approx(2.0, abs=0.05)

    @pytest.mark.parametrize("name", SYSTEMS)
    def test_secular_misses_the_coherence(self, name):
        """All of rho_12, which is why its error is of the order of rho_12 itself."""
        exact, coherence, _ = self.errors(name, np.full(4, 0.05), "secular")
        np.testing.assert_allclose(coherence, exact, rtol=1e-12)
