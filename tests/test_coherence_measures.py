"""Coherence measures at their limits, and against each other."""

import numpy as np
import pytest

import reference
import steady_coherence as sc
from steady_coherence.coherence_measures import (
    density_matrices,
    l1_norm_of_coherence,
    relative_entropy_of_coherence,
)

MEASURES = (l1_norm_of_coherence, relative_entropy_of_coherence)


def pure(vectors):
    """Density matrices of vectors along the last axis."""
    unit = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit[..., :, None] * unit[..., None, :].conj()


def random_states(rng, number, size, rank):
    """Density matrices of a rank, each times a random phase between its levels."""
    vectors = rng.normal(size=(rank, number, size)) + 1j * rng.normal(size=(rank, number, size))
    return pure(vectors).mean(axis=0)


@pytest.mark.parametrize("size", [2, 3, 4, 9])
class TestLimits:
    def test_diagonal_states_have_none(self, size):
        states = np.array([np.diag(p) for p in np.random.default_rng(1).dirichlet([0.3] * size, 9)])
        for measure in MEASURES:
            np.testing.assert_allclose(measure(states), 0.0, rtol=0, atol=2e-15)
        assert not l1_norm_of_coherence(states).any()

    def test_largest_of_equal_superpositions(self, size):
        """Whatever the phases; no other state has as much."""
        rng = np.random.default_rng(2)
        phases = np.exp(2j * np.pi * rng.random((50, size)))
        largest = (size - 1.0, np.log(size))
        for measure, expected in zip(MEASURES, largest, strict=True):
            np.testing.assert_allclose(measure(pure(phases)), expected, rtol=1e-13)
            assert (measure(random_states(rng, 200, size, 2)) < expected).all()

    def test_pure_states(self, size):
        """(sum |c_k|)^2 - 1, and the entropy of the populations."""
        vectors = np.random.default_rng(3).normal(size=(50, size))
        vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
        populations = vectors**2
        l1 = np.abs(vectors).sum(axis=-1) ** 2 - 1.0
        entropy = -(populations * np.log(populations)).sum(axis=-1)
        for measure, expected in zip(MEASURES, (l1, entropy), strict=True):
            np.testing.assert_allclose(measure(pure(vectors)), expected, rtol=1e-12, atol=1e-14)

    def test_entropy_is_bounded_by_the_norm(self, size):
        """C_r <= ln(1 + C_l1): Rana, Parashar and Lewenstein, Phys. Rev. A 93, 012110 (2016)."""
        states = random_states(np.random.default_rng(4), 500, size, 3)
        l1, entropy = (measure(states) for measure in MEASURES)
        assert (entropy <= np.log1p(l1)).all()
        assert (entropy > 0.0).all()


def test_two_levels():
    """A qubit with Bloch vector (x, 0, z), by the binary entropy."""
    x, z = 0.3, 0.6
    rho = 0.5 * np.array([[1.0 + z, x], [x, 1.0 - z]])

    def entropy(length):
        p = np.array([1.0 + length, 1.0 - length]) / 2.0
        return -(p * np.log(p)).sum()

    assert l1_norm_of_coherence(rho) == pytest.approx(x, rel=1e-15)
    expected = entropy(z) - entropy(np.hypot(x, z))
    assert relative_entropy_of_coherence(rho) == pytest.approx(expected, rel=1e-14)


def test_no_entropy_of_what_is_no_state():
    states = np.array([np.diag([1.1, -0.1]), np.full((2, 2), np.nan), np.diag([1.0, -1e-17])])
    np.testing.assert_array_equal(relative_entropy_of_coherence(states), [np.nan, np.nan, 0.0])


@pytest.mark.parametrize("build", [sc.lambda_system, sc.coupled_tls])
def test_density_matrices_of_steady_states(build):
    """Null vectors of the generator; the l1 norm is twice the stored coherence."""
    system, rng = build(), np.random.default_rng(5)
    spectra = [reference.random_spectrum(rng, len(system.transitions)) for _ in range(2)]
    temperatures = np.array([[0.4, 0.9, 1.3], [1.1, 0.5, 2.0]])
    baths = [sc.Bath(name, *each) for name, *each in zip("ab", spectra, temperatures, strict=True)]
    state = sc.steady_states(system, baths)
    found = density_matrices(system, state)
    for rho, pair in zip(found, temperatures.T, strict=True):
        expected = reference.steady_state(reference.generator_matrix(system, spectra, pair))
        np.testing.assert_allclose(rho, expected, rtol=0, atol=1e-12)
    if "density_matrix_real" not in state:
        np.testing.assert_allclose(l1_norm_of_coherence(found), 2.0 * state["coherence"])
