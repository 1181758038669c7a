"""Level systems against their Hamiltonians in a bare basis."""

from __future__ import annotations

import numpy as np
import pytest

from steady_coherence import systems
from steady_coherence.observables import site_excitation

IDENTITY = np.eye(2)
LOWER = np.array([[0.0, 1.0], [0.0, 0.0]])  # |g><e| in the basis (g, e)
SIGMA_Z = np.diag([-1.0, 1.0])


@pytest.mark.parametrize(
    "system",
    [systems.lambda_system(1.0, 0.2), systems.v_system(1.0, -0.2), systems.xi_system(1.0, 0.2)],
    ids=lambda system: system.name,
)
def test_transition_energies_are_level_differences(system):
    for transition in system.transitions:
        difference = (
            system.energies[system.index(transition.upper)]
            - system.energies[system.index(transition.lower)]
        )
        assert transition.energy == pytest.approx(difference, rel=1e-15)


def test_energy_difference_is_eps_1_minus_eps_2():
    eps_1, eps_2 = systems.lambda_system(1.0, 0.2).transition_energies
    assert (eps_1, eps_2) == (1.1, 0.9)


@pytest.mark.parametrize("frequencies", [(1.0, 1.0), (1.2, 0.9), (0.9, 1.2)])
@pytest.mark.parametrize("coupling", [0.05, -0.05, 0.3])
class TestCoupledTls:
    """Eq. (26) against the matrices of Eq. (25), whatever the sign of D and g."""

    def bare(self, frequencies, coupling):
        lower = [np.kron(LOWER, IDENTITY), np.kron(IDENTITY, LOWER)]
        sigma_z = [np.kron(SIGMA_Z, IDENTITY), np.kron(IDENTITY, SIGMA_Z)]
        hamiltonian = sum(0.5 * w * s for w, s in zip(frequencies, sigma_z, strict=True))
        exchange = lower[0].T @ lower[1]
        return hamiltonian + coupling * (exchange + exchange.T), lower, sigma_z

    def test_energies(self, frequencies, coupling):
        hamiltonian, _, _ = self.bare(frequencies, coupling)
        system = systems.coupled_tls(*frequencies, coupling)
        np.testing.assert_allclose(system.energies, np.linalg.eigvalsh(hamiltonian), atol=1e-15)

    def test_site_operators(self, frequencies, coupling):
        """Operators in the eigenbasis of Eq. (26) rotate back to the bare ones."""
        hamiltonian, lower, sigma_z = self.bare(frequencies, coupling)
        system = systems.coupled_tls(*frequencies, coupling)
        # Eigenvectors with the phases of Eq. (26), in the basis (gg, ge, eg, ee).
        half = 0.5 * np.arctan2(2.0 * coupling, frequencies[0] - frequencies[1])
        sine, cosine = np.sin(half), np.cos(half)
        vectors = np.array(
            [[1, 0, 0, 0], [0, -cosine, sine, 0], [0, sine, cosine, 0], [0, 0, 0, 1]]
        ).T
        np.testing.assert_allclose(
            vectors.T @ hamiltonian @ vectors, system.hamiltonian, atol=1e-15
        )
        for site in range(2):
            np.testing.assert_allclose(
                vectors.T @ lower[site] @ vectors, system.site_lowering_operators[site], atol=1e-15
            )
            np.testing.assert_allclose(
                vectors.T @ sigma_z[site] @ vectors, site_excitation(system, site), atol=1e-15
            )

    def test_pairs_of_transitions_are_degenerate_to_the_bit(self, frequencies, coupling):
        energies = systems.coupled_tls(*frequencies, coupling).transition_energies
        assert energies[0] == energies[3]
        assert energies[1] == energies[2]


@pytest.mark.parametrize(
    ("system", "arguments"),
    [
        (systems.lambda_system, (1.0, 2.0)),
        (systems.v_system, (0.0, 0.0)),
        (systems.coupled_tls, (1.0, 1.0, 1.0)),
        (systems.coupled_tls, (1.0, -0.5, 0.5)),
    ],
)
def test_transitions_need_positive_energies(system, arguments):
    with pytest.raises(ValueError, match=r"has energy .*, expected > 0"):
        system(*arguments)
