"""Condition (19) against the equation of motion of rho_12, at complex cross spectra."""

from __future__ import annotations

import numpy as np
import pytest

import reference
from steady_coherence import systems
from steady_coherence.baths import Bath
from steady_coherence.observables import coherence_condition
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
