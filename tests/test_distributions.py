"""Leads of electrons and noisy junctions: closed forms, fermions, and the exact current."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.linalg import null_space

from li_cai_sun_2015.configuration.variant import ConfigurationError, load_variant
from li_cai_sun_2015.data.solution import solved
from li_cai_sun_2015.explorer.presets import sections
from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CollectiveTransition, InterferingTransitions
from steady_coherence.distributions import CurrentNoise, Fermi, Planck
from steady_coherence.master_equations import MASTER_EQUATIONS
from steady_coherence.spectra import Flat, Ohmic
from steady_coherence.steady_states import steady_states
from steady_coherence.systems import (
    LevelSystem,
    Transition,
    coupled_tls,
    v_system,
)
from steady_coherence.weight_factors import Constant

SITES = 1.0, 1.1, 0.1  # w_1, w_2, g
POTENTIALS, TEMPERATURES = (1.3, 0.9), (0.2, 0.3)
EQUATIONS = [name for name, each in MASTER_EQUATIONS.items() if not each.keeps_principal_values]


def two_sites(strength, potentials=POTENTIALS, temperatures=TEMPERATURES, shape=Flat):
    """Two sites, each on a lead, the second twice as strongly."""
    system = coupled_tls(*SITES)
    return system, [
        Bath(
            str(number + 1),
            CollectiveTransition(shape((number + 1) * strength), row),
            temperatures[number],
            distribution=Fermi(potentials[number]),
        )
        for number, row in enumerate(system.site_amplitudes)
    ]


class TestNumbers:
    def test_fermi(self):
        w, mu = np.linspace(0.1, 3.0, 30), 1.2
        for temperature in (0.01, 0.3, 20.0):
            lead, half = Fermi(mu), 0.5 * np.tanh(0.5 * (w - mu) / temperature)
            np.testing.assert_allclose(lead.number(w, temperature), 0.5 - half, atol=2e-16)
            np.testing.assert_allclose(lead.emission(w, temperature), 0.5 + half, atol=2e-16)
        at_zero = Fermi(1.0).number([0.9, 1.0, 1.1], 0.0)
        assert at_zero.tolist() == [1.0, 0.5, 0.0]
        full = Fermi(10.0).emission(1.0, 0.05)
        assert full == pytest.approx(np.exp(-180.0), rel=1e-13)  # all digits of 1 - f

    def test_current_noise_is_symmetric_noise_less_that_of_the_vacuum(self):
        w, voltage, temperature = np.array([0.3, 1.0, 1.7]), 1.0, 0.4
        sides = w + voltage, np.where(w == voltage, 1e-9, w - voltage)
        coth = [side / np.tanh(0.5 * side / temperature) for side in sides]
        expected = (coth[0] + coth[1]) / (4.0 * w) - 0.5
        found = CurrentNoise(voltage).number(w, temperature)
        np.testing.assert_allclose(found, expected, rtol=1e-14)

    def test_effective_temperatures_of_current_noise(self):
        assert CurrentNoise(0.0).number(1.0, 0.7) == pytest.approx(Planck().number(1.0, 0.7))
        assert CurrentNoise(0.5).number(1.0, 0.0) == 0.0
        assert CurrentNoise(3.0).number(1.0, 0.0) == pytest.approx((3.0 - 1.0) / 2.0)
        effective = 1.0 / np.log1p(1.0 / CurrentNoise(1e4).number(1.0, 1.0))
        assert effective == pytest.approx(0.5e4, rel=1e-6)


def by_fermion_operators(strength):
    """Populations, <E1|rho|E2> and current of Eq. (4) for electrons, in the basis of the sites."""
    minus, string = np.array([[0.0, 1.0], [0.0, 0.0]]), np.diag([1.0, -1.0])
    operators = np.kron(minus, np.eye(2)), np.kron(string, minus)  # Jordan and Wigner
    first, second, coupling = SITES
    c_1, c_2 = operators
    hamiltonian = first * c_1.T @ c_1 + second * c_2.T @ c_2
    hamiltonian += coupling * (c_1.T @ c_2 + c_2.T @ c_1)
    energies, states = np.linalg.eigh(hamiltonian)
    gaps = energies[:, None] - energies
    size, one = len(energies), np.eye(len(energies))

    def both_sides(left, right):
        return np.kron(left, right.T)

    changes = []
    for number, operator in enumerate(operators):
        c = states.T @ operator @ states
        lead, gamma = Fermi(POTENTIALS[number]), (number + 1) * strength
        emptied = 0.5 * gamma * c * lead.emission(-gaps, TEMPERATURES[number])
        filled = 0.5 * gamma * c.T * lead.number(gaps, TEMPERATURES[number])
        change = np.zeros((size**2, size**2))
        for one_sided, other in ((emptied, c.T), (filled, c)):
            change += both_sides(one_sided, other) - both_sides(other @ one_sided, one)
            change += both_sides(other.T, one_sided.T) - both_sides(one, one_sided.T @ other.T)
        changes.append(change)
    free = -1j * (both_sides(np.diag(energies), one) - both_sides(one, np.diag(energies)))
    rho = null_space(free + sum(changes), rcond=1e-12)[:, 0].reshape(size, size)
    rho = rho / np.trace(rho)
    particles = states.T @ (c_1.T @ c_1 + c_2.T @ c_2) @ states
    current = np.trace(particles @ (changes[0] @ rho.ravel()).reshape(size, size)).real
    return np.diag(rho).real, rho[1, 2], current


def exact_currents(strength):
    """Particle and energy current of Landauer and Buettiker, from the Green's function."""
    first, second, coupling = SITES
    h = np.array([[first, coupling], [coupling, second]])
    widths = np.array([strength, 2.0 * strength])
    leads = [Fermi(potential) for potential in POTENTIALS]

    def flow(w, power):
        green = np.linalg.inv(w * np.eye(2) - h + 0.5j * np.diag(widths))
        filled = [lead.number(w, at) for lead, at in zip(leads, TEMPERATURES, strict=True)]
        part = widths.prod() * abs(green[0, 1]) ** 2 * (filled[0] - filled[1]) / (2.0 * np.pi)
        return float(part * w**power)

    marks = [*np.linalg.eigvalsh(h), *POTENTIALS]
    options = {"points": marks, "limit": 2000, "epsabs": 1e-15, "epsrel": 1e-11}
    return np.array([quad(flow, -12.0, 14.0, args=(power,), **options)[0] for power in (0, 1)])


class TestElectrons:
    def test_strings_of_jordan_and_wigner_cancel(self):
        population, coherence, current = by_fermion_operators(0.03)
        state = steady_states(*two_sites(0.03))
        np.testing.assert_allclose(state["population"], population, atol=1e-14)
        assert abs(complex(state["coherence_real"], state["coherence_imag"])) == pytest.approx(
            abs(coherence), abs=1e-14
        )
        assert state["particle_current"][0] == pytest.approx(current, abs=1e-15)

    def test_current_tends_to_the_exact_one(self):
        """Right to the leading order in gamma; the next one is off by a tenth of gamma."""
        errors = {}
        for strength in (1e-3, 1e-4):
            state = steady_states(*two_sites(strength))
            found = np.array([state[f"{what}_current"][0] for what in ("particle", "energy")])
            errors[strength] = found / exact_currents(strength) - 1.0
        next_order = errors[1e-4] / 1e-4
        np.testing.assert_allclose(errors[1e-3] / 1e-3, next_order, rtol=0.03)
        np.testing.assert_allclose(errors[1e-3] - 10.0 * errors[1e-4], 0.0, atol=5e-6)
        assert (np.abs(next_order) < 0.15).all()

    def test_coherence_matters_where_the_levels_overlap(self):
        exact = exact_currents(0.1)[0]
        errors = {
            name: abs(steady_states(*two_sites(0.1), name)["particle_current"][0] / exact - 1.0)
            for name in ("nonsecular", "secular")
        }
        assert errors["nonsecular"] < 0.01
        assert errors["secular"] > 0.4

    def test_one_level(self):
        """gamma_L gamma_R / (gamma_L + gamma_R) (f_L - f_R)."""
        level = LevelSystem("dot", ("0", "1"), (0.0, 1.0), (Transition("0", "1", 1.0),))
        leads = [
            Bath(name, InterferingTransitions([Flat(strength)], Constant(1.0)), 0.3, distribution=f)
            for name, strength, f in (("L", 0.02, Fermi(1.4)), ("R", 0.03, Fermi(0.7)))
        ]
        filled = [lead.occupation_number(1.0) for lead in leads]
        expected = 0.02 * 0.03 / 0.05 * (filled[0] - filled[1])
        found = steady_states(level, leads)["particle_current"]
        np.testing.assert_allclose(found, [expected, -expected], rtol=1e-14)

    @pytest.mark.parametrize("equation", EQUATIONS)
    def test_laws(self, equation):
        """Particles and energy are conserved; nothing flows, or is produced, in equilibrium."""
        state = solved(*two_sites(0.02), equation)
        for name in ("particle_current", "energy_current"):
            assert abs(state[name].sum()) < 1e-16
            assert state[name][0] > 1e-3
        assert state["entropy_production"] > 0.0
        system, leads = two_sites(0.02, (1.1, 1.1), (0.25, 0.25), lambda g: Ohmic(g, 1.0, 3.0))
        rest = solved(system, leads, equation)
        if equation in ("nonsecular", "secular"):
            energies = np.array(system.energies) - 1.1 * np.array(system.excitations)
            weights = np.exp(-(energies - energies.min()) / 0.25)
            np.testing.assert_allclose(rest["population"], weights / weights.sum(), rtol=1e-12)
            np.testing.assert_allclose(rest["particle_current"], 0.0, atol=1e-16)
            assert abs(rest["entropy_production"]) < 1e-15

    def test_numbers_of_particles(self):
        ways = (Transition("a", "b", 1.0), Transition("b", "c", 1.0), Transition("a", "c", 2.0))
        triangle = LevelSystem("triangle", ("a", "b", "c"), (0.0, 1.0, 2.0), ways)
        spectrum = InterferingTransitions([Flat(0.01)] * 3, Constant(0.0))
        lead = Bath("lead", spectrum, 1.0, distribution=Fermi(1.0))
        with pytest.raises(ValueError, match="do not add one excitation each"):
            steady_states(triangle, [lead])

    def test_a_grid_of_chemical_potentials(self):
        potentials = np.array([0.5, 1.0, 1.5])
        cold = np.array([[0.1, 0.3]])
        system, leads = two_sites(0.02, (potentials, 0.9), (cold, cold))
        whole = solved(system, leads, "nonsecular")
        for number, potential in enumerate(potentials):
            one = solved(*two_sites(0.02, (potential, 0.9), (cold, cold)), "nonsecular")
            for name, values in whole.items():
                np.testing.assert_array_equal(values[..., number, :], one[name][..., 0, :], name)


class TestNoise:
    def test_a_junction_at_a_voltage_drives_a_coherence_between_baths_of_one_temperature(self):
        spectra = [Flat(0.01), Flat(0.02)], [Flat(0.02), Flat(0.01)]
        left, right = (InterferingTransitions(each, Constant(1.0)) for each in spectra)

        def coherence(*voltages):
            baths = [
                Bath(str(number), spectrum, 0.2, distribution=CurrentNoise(voltage))
                for number, (spectrum, voltage) in enumerate(
                    zip((left, right), voltages, strict=True)
                )
            ]
            return solved(v_system(), baths, "nonsecular")

        assert coherence(0.0, 2.0)["coherence"] > 1e-3
        assert coherence(2.0, 2.0)["coherence"] < 1e-15  # one distribution, whatever it is
        assert np.isnan(coherence(0.0, 2.0)["entropy_production"])


class TestVariants:
    @pytest.mark.parametrize(
        ("changes", "text"),
        [
            (
                {"lamb_shift": ["coupled_tls"]},
                "at coupled_tls.distributions.1 planck and not fermi, for which principal values",
            ),
            (
                {"coupled_tls": {"distributions": {"1": {"shape": "fermi"}}}},
                "coupled_tls.distributions.1.chemical_potential is missing",
            ),
            (
                {"coupled_tls": {"distributions": {"1": {"shape": "ferm"}}}},
                'distributions.1.shape is "ferm", expected one of planck, fermi, current_noise',
            ),
            (
                {"three_level": {"distributions": {"up": {"shape": "planck"}}}},
                "three_level.distributions.up is not a known key",
            ),
            (
                {
                    "three_level": {
                        "distributions": {"left": {"shape": "current_noise", "voltage": -1.0}}
                    }
                },
                "three_level.distributions.left.voltage is -1.0, expected a number >= 0",
            ),
        ],
    )
    def test_refusals(self, changes, text):
        with pytest.raises(ConfigurationError) as found:
            load_variant("leads").changed(changes)
        assert text in str(found.value)
        assert "\n" not in str(found.value)

    def test_the_explorer_says_what_it_leaves_out(self):
        shown, left_out = sections(load_variant("leads"))
        assert "distributions" not in shown["coupled_tls"]
        assert "coupled_tls.distributions.1 is fermi; here the bath holds bosons." in left_out
