"""The engine against closed forms for models that other authors have solved.

Level schemes, baths and limits are theirs. Where a docstring says so, the closed form was worked
out anew from the published model for the limit given, and has not been copied from the paper.
"""

from __future__ import annotations

import numpy as np
import pytest

from steady_coherence import spectra, systems
from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CollectiveTransition
from steady_coherence.steady_states import steady_states


def constant_bath(name, gamma, **state):
    """A bath with the same Hermitian matrix gamma_ij at every frequency."""
    gamma = np.asarray(gamma, dtype=complex)
    return Bath(name, lambda w: np.broadcast_to(gamma, (*np.shape(w), 2, 2)), **state)


def coherence(result):
    return complex(result["coherence_real"] + 1j * result["coherence_imag"])


def polarised_light_and_vacuum(amplitudes, pumping, decay):
    """Polarised incoherent light on two transitions that do not interfere in spontaneous emission.

    A polarised beam couples to both dipoles, but occupies few of the modes that they emit into.
    Its own bath has the rank-one matrix u_i u_j and N quanta such that N u_i u_j holds the pumping
    rates. All the other modes are empty, and with the beam's own spontaneous emission they make up
    decay rates without a cross term.
    """
    light = np.outer(amplitudes, amplitudes)
    # As strong as the decay allows, so that the empty modes are left with a singular matrix.
    share = 1.0 / float(np.sum(np.square(amplitudes) / decay))
    rest = np.diag(decay) - share * light
    return [
        constant_bath("light", share * light, occupation=pumping / share),
        constant_bath("vacuum", rest, temperature=0.0),
    ]


class TestPolarisedLight:
    """Koyu, Dodin, Brumer and Tscherbul, Phys. Rev. Research 3, 013295 (2021), arXiv:2001.09230.

    A V system under polarised incoherent light: absorption and stimulated emission interfere fully,
    spontaneous decay does not, both excited levels are pumped with r and decay with gamma.
    """

    @pytest.mark.parametrize("pumping", [1e-6, 0.003, 0.02, 4.0])
    @pytest.mark.parametrize("splitting", [0.0, 1e-4, 0.01, -0.1])
    def test_ratio_of_coherence_and_population(self, pumping, splitting):
        """Re rho_12 / n_e = 1 / (1 + Delta^2 / [gamma (r + gamma)]), in the abstract."""
        gamma = 0.01
        baths = polarised_light_and_vacuum([1.0, 1.0], pumping, [gamma, gamma])
        result = steady_states(systems.v_system(1.0, splitting), baths)
        excited = result["population"][:2]
        assert excited[0] == pytest.approx(excited[1], rel=1e-12)
        ratio = 1.0 / (1.0 + splitting**2 / (gamma * (pumping + gamma)))
        assert coherence(result).real / excited[0] == pytest.approx(ratio, rel=1e-12)

    @pytest.mark.parametrize("splitting", [1e-4, 0.01, -0.1])
    def test_imaginary_part_and_populations(self, splitting):
        """The rest of the same steady state, from the same equations.

        They are (r + gamma) n_e + r Re rho_12 = r n_g for the populations and
        (r + gamma) Im rho_12 = -Delta Re rho_12 with Delta = E_1 - E_2.
        """
        gamma, pumping = 0.01, 0.02
        baths = polarised_light_and_vacuum([1.0, 1.0], pumping, [gamma, gamma])
        result = steady_states(systems.v_system(1.0, splitting), baths)
        excited, _, ground = result["population"]
        rho_12 = coherence(result)
        assert rho_12.imag == pytest.approx(-splitting / (pumping + gamma) * rho_12.real, rel=1e-12)
        expected = pumping * ground - pumping * rho_12.real
        assert (pumping + gamma) * excited == pytest.approx(expected, rel=1e-12)

    def test_without_interference_there_is_none(self):
        """The same rates with an unpolarised beam: no cross term, no coherence."""
        diagonal = np.diag([0.01, 0.01])
        baths = [constant_bath("light", diagonal, occupation=2.0)]
        assert steady_states(systems.v_system(1.0, 1e-4), baths)["coherence"] == 0.0


class TestPopulationTrapping:
    """Kozlov, Rostovtsev and Scully, Phys. Rev. A 74, 063829 (2006), for the V system, and
    Ou, Liang and Li, arXiv:0711.1994, for the Lambda system: incoherent pumping traps population.

    Closed forms worked out here for a Lambda system whose lower levels absorb from one polarised
    beam (full interference) and are fed by a decay that does not interfere.
    """

    @pytest.mark.parametrize("pumping", [1e-3, 1.0])
    @pytest.mark.parametrize("amplitudes", [[1.0, 1.0], [1.0, -0.3], [0.4, 2.0]])
    def test_dark_state(self, amplitudes, pumping):
        """Degenerate levels end in the superposition u_2 |g1> - u_1 |g2> that does not absorb."""
        baths = polarised_light_and_vacuum(amplitudes, pumping, [0.01, 0.03])
        result = steady_states(systems.lambda_system(1.0, 0.0), baths)
        dark = np.array([amplitudes[1], -amplitudes[0]]) / np.linalg.norm(amplitudes)
        np.testing.assert_allclose(
            result["population"], [dark[0] ** 2, dark[1] ** 2, 0.0], rtol=0, atol=1e-13
        )
        assert coherence(result) == pytest.approx(dark[0] * dark[1], abs=1e-13)
        assert result["min_eigenvalue"] == pytest.approx(0.0, abs=1e-13)

    @pytest.mark.parametrize("pumping", [1e-3, 0.05, 3.0])
    @pytest.mark.parametrize("splitting", [1e-3, 0.02, -0.3])
    def test_a_splitting_opens_the_trap(self, pumping, splitting):
        """Equal rates: Re rho_12 / n_g = -1 / (1 + Delta^2 (r + gamma) / (gamma r^2)).

        From dn_1/dt = (r + gamma) n_e - r n_1 - r Re rho_12 = 0 and
        d rho_12/dt = r n_e - r n_1 - (r - i Delta) rho_12 = 0 with Delta = E_2 - E_1.
        """
        gamma = 0.01
        baths = polarised_light_and_vacuum([1.0, 1.0], pumping, [gamma, gamma])
        result = steady_states(systems.lambda_system(1.0, splitting), baths)
        first, second, upper = result["population"]
        assert first == pytest.approx(second, rel=1e-12)
        ratio = -1.0 / (1.0 + splitting**2 * (pumping + gamma) / (gamma * pumping**2))
        assert coherence(result).real / first == pytest.approx(ratio, rel=1e-11)
        # Rates out of the trap are what is left, a part (Delta/r)^2, of terms that cancel.
        rounding = 1e-15 * (pumping / splitting) ** 2
        expected = -gamma * pumping * upper / splitting**2
        assert coherence(result).real == pytest.approx(expected, rel=1e-12 + rounding)


class TestTwoPathways:
    """Ivander, Anto-Sztrikacs and Segal, arXiv:2207.09512.

    A V system between a hot bath that drives both transitions alike and a cold bath, one arm of
    which is scaled by alpha. Closed forms worked out here for closely degenerate levels.

    With h = gamma_h (N_h + 1), c = gamma_c (N_c + 1) and x = N / (N + 1) = exp(-eps/T) the
    excited levels obey the Lyapunov equation {K, R} = 2 n_g A with the matrices
    K = h u u^T + c v v^T and A = h x_h u u^T + c x_c v v^T, u = (1, 1), v = (1, alpha). It gives

        rho_12 / n_g = (x_h - x_c) (h - alpha c) / (2 h + (1 + alpha^2) c),
        n_g = 1 / (1 + x_h + x_c),
        J = eps n_g (x_h - x_c) h c (1 + alpha)^2 / (2 h + (1 + alpha^2) c),

    and with them the three conditions of the paper's abstract: no coherence in equilibrium or
    where h = alpha c, and the most of it where the current is suppressed, at alpha = -1.
    """

    GAMMA = (0.02, 0.05)
    TEMPERATURES = (1.7, 0.6)

    def solve(self, alpha, splitting=0.0, gamma=GAMMA, temperatures=TEMPERATURES):
        system = systems.v_system(1.0, splitting)
        baths = [
            Bath(
                name,
                CollectiveTransition(spectra.Flat(strength), amplitudes),
                temperature=temperature,
            )
            for name, strength, amplitudes, temperature in zip(
                ("hot", "cold"), gamma, ((1.0, 1.0), (1.0, alpha)), temperatures, strict=True
            )
        ]
        return steady_states(system, baths)

    def closed_form(self, alpha, gamma=GAMMA, temperatures=TEMPERATURES):
        x_h, x_c = np.exp(-1.0 / np.array(temperatures))
        h, c = gamma[0] / (1.0 - x_h), gamma[1] / (1.0 - x_c)
        total = 2.0 * h + (1.0 + alpha**2) * c
        ground = 1.0 / (1.0 + x_h + x_c)
        rho_12 = ground * (x_h - x_c) * (h - alpha * c) / total
        current = ground * (x_h - x_c) * h * c * (1.0 + alpha) ** 2 / total
        return ground, rho_12, current

    @pytest.mark.parametrize("alpha", [-2.0, -1.0, -0.4, 0.0, 0.7, 3.0])
    @pytest.mark.parametrize("temperatures", [(1.7, 0.6), (0.3, 2.0), (5.0, 0.1)])
    def test_degenerate(self, alpha, temperatures):
        result = self.solve(alpha, temperatures=temperatures)
        ground, rho_12, current = self.closed_form(alpha, temperatures=temperatures)
        assert result["population"][2] == pytest.approx(ground, rel=1e-13)
        assert coherence(result) == pytest.approx(rho_12, abs=1e-14)
        assert result["energy_current"][0] == pytest.approx(current, abs=1e-15)
        assert result["energy_current"].sum() == pytest.approx(0.0, abs=1e-15)

    def test_closely_degenerate(self):
        """The limit is approached linearly in the splitting."""
        splittings = np.array([4e-4, 2e-4, 1e-4])
        ground, rho_12, current = self.closed_form(0.5)
        results = [self.solve(0.5, splitting) for splitting in splittings]
        for result, splitting in zip(results, splittings, strict=True):
            assert abs(coherence(result) - rho_12) < 2.0 * splitting
            assert result["population"][2] == pytest.approx(ground, abs=splitting)
            assert result["energy_current"][0] == pytest.approx(current, abs=splitting)
        errors = [abs(coherence(result) - rho_12) for result in results]
        slope = np.polyfit(np.log(splittings), np.log(errors), 1)[0]
        assert slope == pytest.approx(1.0, abs=0.02)

    def test_equal_pathways(self):
        """alpha = 1: a dark state if degenerate; otherwise (22) holds and there is no coherence."""
        assert not self.solve(1.0)["unique"]
        split = self.solve(1.0, 1e-3)
        assert split["unique"]
        # So close to the dark state rounding grows with (width / splitting)**2.
        assert split["coherence"] < np.finfo(float).eps * (sum(self.GAMMA) / 1e-3) ** 2
        assert split["energy_current"][0] > 1e-3

    def test_effective_local_equilibrium(self):
        """Where h = alpha c there is a current, but no coherence."""
        x_h, x_c = np.exp(-1.0 / np.array(self.TEMPERATURES))
        alpha = self.GAMMA[0] / (1.0 - x_h) / (self.GAMMA[1] / (1.0 - x_c))
        result = self.solve(alpha)
        assert result["coherence"] < 1e-14
        assert result["energy_current"][0] > 1e-3

    def test_coherence_is_largest_where_the_current_vanishes(self):
        """alpha = -1: rho_12 = n_g (x_h - x_c) / 2 whatever the rates, and no current."""
        alphas = np.linspace(-3.0, 0.5, 36)
        results = [self.solve(alpha) for alpha in alphas]
        sizes = np.array([result["coherence"] for result in results])
        assert alphas[np.argmax(sizes)] == pytest.approx(-1.0)
        result = self.solve(-1.0)
        assert abs(result["energy_current"][0]) < 1e-16
        ground = self.closed_form(-1.0)[0]
        x_h, x_c = np.exp(-1.0 / np.array(self.TEMPERATURES))
        assert coherence(result) == pytest.approx(0.5 * ground * (x_h - x_c), abs=1e-14)


class TestLocalMasterEquation:
    """Two coupled two-level systems, each damped by its own bath: the local master equation.

    Hofer et al., New J. Phys. 19, 123037 (2017), arXiv:1707.09211, and Khandelwal, Palazzo, Brunner
    and Haack, arXiv:2003.01426. At rates that do not depend on the
    frequency (flat spectra, fixed occupations) Eq. (12) is the local equation at any coupling g.
    A Jordan-Wigner transformation makes that linear in <s+_i s-_j>, and worked out here

        J = 4 g^2 G (m_1 - m_2) / ( 2 (G^2 + D^2) + 8 g^2 G^2 / (G_1 G_2) ),

    the flow of excitations from site 1 to site 2, with G_a = gamma_a (2 N_a + 1), G their mean,
    m_a = N_a / (2 N_a + 1) and D = w_1 - w_2.
    """

    @pytest.mark.parametrize("coupling", [1e-3, 0.02, 0.4])
    @pytest.mark.parametrize("frequencies", [(1.0, 1.0), (1.0, 0.95), (0.8, 1.3)])
    @pytest.mark.parametrize("occupations", [(0.0, 0.5), (2.0, 0.3), (0.2, 0.2)])
    def test_flux(self, coupling, frequencies, occupations):
        strengths = (0.03, 0.07)
        system = systems.coupled_tls(*frequencies, coupling)
        baths = [
            Bath(
                str(site),
                CollectiveTransition(spectra.Flat(strength), amplitudes),
                occupation=occupation,
            )
            for site, (strength, amplitudes, occupation) in enumerate(
                zip(strengths, system.site_amplitudes, occupations, strict=True), start=1
            )
        ]
        result = steady_states(system, baths)
        number = np.array(occupations)
        rate_1, rate_2 = np.array(strengths) * (2.0 * number + 1.0)
        own = number / (2.0 * number + 1.0)
        mean, difference = 0.5 * (rate_1 + rate_2), frequencies[0] - frequencies[1]
        flow = (
            4.0
            * coupling**2
            * mean
            * (own[0] - own[1])
            / (2.0 * (mean**2 + difference**2) + 8.0 * coupling**2 * mean**2 / (rate_1 * rate_2))
        )
        # sz counts an excitation twice.
        assert result["internal_flux"] == pytest.approx(-2.0 * flow, rel=1e-11, abs=1e-15)
        assert result["bath_flux"] == pytest.approx(2.0 * flow, rel=1e-11, abs=1e-15)

    def test_resonance(self):
        """D = 0, written with the rates up, g+_a = gamma_a N_a, and down, g-_a = gamma_a (N_a + 1).

        J = 4 g^2 (g+_1 g-_2 - g+_2 g-_1) / ((G_1 + G_2) (4 g^2 + G_1 G_2)).
        """
        coupling, strengths, occupations = 0.03, np.array([0.02, 0.05]), np.array([1.5, 0.25])
        system = systems.coupled_tls(1.0, 1.0, coupling)
        baths = [
            Bath(
                str(site),
                CollectiveTransition(spectra.Flat(strength), amplitudes),
                occupation=occupation,
            )
            for site, (strength, amplitudes, occupation) in enumerate(
                zip(strengths, system.site_amplitudes, occupations, strict=True), start=1
            )
        ]
        up, down = strengths * occupations, strengths * (occupations + 1.0)
        total = up + down
        flow = (
            4.0
            * coupling**2
            * (up[0] * down[1] - up[1] * down[0])
            / (total.sum() * (4.0 * coupling**2 + total.prod()))
        )
        result = steady_states(system, baths)
        assert result["internal_flux"] == pytest.approx(-2.0 * flow, rel=1e-12)


def test_current_through_a_two_level_system():
    """Between two bosonic baths, w g_1 g_2 (N_1 - N_2) / (g_1 (2 N_1 + 1) + g_2 (2 N_2 + 1)).

    The model of Segal and Nitzan, Phys. Rev. Lett. 94, 034301 (2005), worked out anew; the number
    is that of w = 1, g = 0.02 and 0.03, T = 2 and 0.5.
    """
    pair = systems.LevelSystem(
        name="pair",
        levels=("g", "e"),
        energies=(0.0, 1.0),
        transitions=(systems.Transition("g", "e", 1.0),),
    )
    baths = [
        Bath(name, CollectiveTransition(spectra.Flat(strength), (1.0,)), temperature)
        for name, strength, temperature in (("hot", 0.02, 2.0), ("cold", 0.03, 0.5))
    ]
    current = steady_states(pair, baths, "nonsecular")["energy_current"]
    np.testing.assert_allclose(current, [6.864768458896e-3, -6.864768458896e-3], rtol=2e-13)
