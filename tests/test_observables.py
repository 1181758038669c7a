"""Condition (19) at complex cross spectra, and entropy production against relative entropies."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.linalg import logm

import reference
from li_cai_sun_2015.data.solution import solved
from steady_coherence import systems
from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CollectiveTransition
from steady_coherence.generator import generator_matrix
from steady_coherence.observables import coherence_condition, entropy_production
from steady_coherence.spectra import Flat
from steady_coherence.steady_states import steady_states


@pytest.mark.parametrize("seed", range(10))
def test_condition_is_the_drive_of_the_coherence(seed):
    """d tau_12/dt by (13) in the secular state, where tau_12 = 0, over the population n_e."""
    rng = np.random.default_rng(seed)
    system = systems.lambda_system(1.0, rng.uniform(-0.3, 0.3))
    temperatures = rng.uniform(0.2, 3.0, 2)
    spectra = [reference.random_spectrum(rng, 2) for _ in temperatures]
    baths = [
        Bath(str(number), spectrum, temperature)
        for number, (spectrum, temperature) in enumerate(zip(spectra, temperatures, strict=True))
    ]
    *lower, upper = steady_states(system, baths, "secular")["population"]
    drive = 0.0
    for energy, population in zip(system.transition_energies, lower, strict=True):
        emission, absorption = reference.rates(spectra, temperatures, energy)
        drive += emission[1, 0] * upper - absorption[1, 0] * population
    found = coherence_condition(system, baths)
    assert abs(found.imag) > 1e-6
    np.testing.assert_allclose(found, drive / upper, rtol=0, atol=1e-14)


def random_baths(rng, temperatures):
    return [
        Bath(str(number), reference.random_spectrum(rng, 2), temperature)
        for number, temperature in enumerate(temperatures)
    ]


def density_matrix(system, state):
    """rho of a system of one coherent pair."""
    rho = np.diag(state["population"]).astype(complex)
    first, second = system.structure.pair
    rho[first, second] = complex(state["coherence_real"], state["coherence_imag"])
    rho[second, first] = rho[first, second].conj()
    return rho


class TestEntropyProduction:
    @pytest.mark.parametrize("equation", ["nonsecular", "secular", "unified", "geometric"])
    @pytest.mark.parametrize("build", [systems.lambda_system, systems.v_system])
    def test_it_is_how_fast_the_relative_entropies_to_the_gibbs_states_fall(self, build, equation):
        """Spohn's sum over the baths, -tr[D_a(rho) (ln rho - ln rho_a)], by whole matrices."""
        rng = np.random.default_rng(5)
        for _ in range(5):
            system, temperatures = build(1.0, rng.uniform(-0.5, 0.5)), rng.uniform(0.3, 3.0, 2)
            baths = random_baths(rng, temperatures)
            state = solved(system, baths, equation)
            rho, expected = density_matrix(system, state), 0.0
            free = -1j * (system.hamiltonian @ rho - rho @ system.hamiltonian)
            for bath, temperature in zip(baths, temperatures, strict=True):
                whole = (generator_matrix(system, [bath], equation) @ rho.ravel()).reshape(3, 3)
                relative = logm(rho) + system.hamiltonian / temperature
                expected -= np.trace((whole - free) @ relative).real
            assert abs(expected) > 1e-6
            assert state["entropy_production"] == pytest.approx(expected, abs=1e-13)
            if equation == "secular":
                assert expected > 0.0

    def test_currents_of_one_temperature_produce_none(self):
        rng = np.random.default_rng(6)
        for temperature in (0.1, 1.0, 30.0):
            baths = random_baths(rng, [temperature, temperature])
            state = solved(systems.v_system(1.0, 0.2), baths, "nonsecular")
            size = max(temperature, 1.0) * 0.1
            np.testing.assert_allclose(state["energy_current"], 0.0, atol=1e-15 * size)
            assert abs(state["entropy_production"]) < 1e-15 * size / temperature

    def test_secular_never_negative_non_secular_sometimes(self):
        system, strength = systems.coupled_tls(1.0, 0.5, 0.2), Flat(0.1)
        cold = np.geomspace(0.02, 10.0, 20)[:, None]
        temperatures = cold, cold + np.geomspace(0.01, 10.0, 20)
        baths = [
            Bath(str(site), CollectiveTransition(strength, row), temperature)
            for site, (row, temperature) in enumerate(
                zip(system.site_amplitudes, temperatures, strict=True)
            )
        ]
        secular, nonsecular = (
            solved(system, baths, name)["entropy_production"] for name in ("secular", "nonsecular")
        )
        assert secular.min() > 0.0
        assert -1e-3 < nonsecular.min() / nonsecular.max() < -1e-5

    def test_there_is_none_with_a_bath_at_zero_temperature(self):
        baths = random_baths(np.random.default_rng(7), [0.0, 1.0])
        assert np.isnan(entropy_production(np.array([-1.0, 1.0]), baths))
