"""Time evolution against integration step by step, and at its limits."""

import re

import mpmath
import numpy as np
import pytest
from scipy.integrate import solve_ivp

import random_variants
import reference
import steady_coherence as sc
from drawn_at_random import share
from li_cai_sun_2015 import catalogue
from li_cai_sun_2015.configuration.variant import Variant, load_variant
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from li_cai_sun_2015.data.time_evolution import time_evolution_dataset
from steady_coherence.generator import generator_matrix

SYSTEMS = (sc.lambda_system, sc.v_system, sc.xi_system, sc.coupled_tls)
EQUATIONS = ("nonsecular", "secular", "unified", "geometric")


def random_baths(rng, system, temperatures=(0.4, 1.3)):
    size = len(system.transitions)
    return [
        sc.Bath(name, reference.random_spectrum(rng, size), temperature)
        for name, temperature in zip("ab", temperatures, strict=True)
    ]


def random_states(rng, *shape):
    """Pure states, of shape (..., n_levels) and their matrices."""
    vectors = rng.normal(size=shape) + 1j * rng.normal(size=shape)
    vectors /= np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors[..., :, None] * vectors[..., None, :].conj()


class TestIntegration:
    @pytest.mark.parametrize("build", SYSTEMS)
    def test_equation_12(self, build):
        """With its operators written out, integrated by a Runge-Kutta method of eighth order."""
        system, rng = build(), np.random.default_rng(1)
        baths = random_baths(rng, system)
        spectra, temperatures = zip(
            *((bath.coupling_spectrum, bath.temperature) for bath in baths), strict=True
        )
        size = len(system.levels)
        initial, times = random_states(rng, size), np.array([0.0, 0.3, 5.0, 25.0])
        solution = solve_ivp(
            lambda _, rho: reference.equation_12(
                system, spectra, temperatures, rho.reshape(size, size)
            ).reshape(-1),
            times[[0, -1]],
            initial.reshape(-1),
            "DOP853",
            times,
            rtol=1e-12,
            atol=1e-14,
        )
        found = sc.time_evolution(system, baths, initial, times)
        expected = solution.y.T.reshape(found.shape)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)

    @pytest.mark.parametrize("build", SYSTEMS)
    @pytest.mark.parametrize("equation", EQUATIONS)
    def test_generator(self, build, equation):
        """Each equation by its generator; times in any order, and what is kept at all of them."""
        system, rng = build(), np.random.default_rng(2)
        baths = random_baths(rng, system)
        initial, times = random_states(rng, len(system.levels)), np.array([400.0, 0.0, 8.0])
        found = sc.time_evolution(system, baths, initial, times, equation)
        generator = generator_matrix(system, baths, equation)
        with mpmath.workdps(40):
            exact = mpmath.matrix(generator.tolist())
            start = mpmath.matrix(initial.reshape(-1).tolist())
            for time, rho in zip(times, found, strict=True):
                expected = np.array((mpmath.expm(exact * time) * start).tolist(), dtype=complex)
                np.testing.assert_allclose(rho.reshape(-1, 1), expected, rtol=0, atol=1e-12)
        np.testing.assert_array_equal(found, found.conj().swapaxes(-1, -2))
        np.testing.assert_allclose(np.trace(found, axis1=1, axis2=2), 1.0, rtol=0, atol=1e-15)
        np.testing.assert_allclose(found[1], initial, rtol=0, atol=1e-14)
        halfway = sc.time_evolution(system, baths, found[2], [392.0], equation)
        np.testing.assert_allclose(halfway[0], found[0], rtol=0, atol=1e-12)


def random_cases(seed):
    """Systems and baths of a random variant that has no tables, over its grid of temperatures."""
    rng = np.random.default_rng(seed)
    drawn = random_variants.draw(rng)
    while drawn.tables:
        drawn = random_variants.draw(rng)
    variant = Variant.from_resolved(drawn.data)
    for name in catalogue.SYSTEMS:
        temperature, difference = (axis[:4] for axis in variant.grid(name))
        cold = temperature[:, None]
        yield variant.level_system(name), variant.baths(name, (cold, cold + difference))


class TestLongTimes:
    @pytest.mark.parametrize("seed", share(range(8), few=4))
    @pytest.mark.parametrize("equation", EQUATIONS)
    def test_end_in_the_steady_state(self, seed, equation):
        """Random variants. What is left of digits goes with the slowest mode over the fastest."""
        for system, baths in random_cases(seed):
            size = len(system.levels)
            values = np.linalg.eigvals(generator_matrix(system, baths, equation))
            order = np.sort(np.abs(values.real), axis=-1)
            gap, scale = order[..., 1], np.abs(values).max()
            state = sc.steady_states(system, baths, equation)
            resolved = state["unique"] & (gap > 1e-9 * scale)
            if not resolved.any():
                continue
            late = 60.0 / gap[resolved].min()
            initial = random_states(np.random.default_rng(seed), 2, 1, 1, size)
            found = sc.time_evolution(system, baths, initial, [late, 1e6 * late], equation)
            expected = sc.density_matrices(system, state)[..., None, :, :]
            off = np.abs(found - expected).max(axis=(0, -3, -2, -1))[resolved]
            assert (off < 1e-13 + 1e-15 * scale / gap[resolved]).all()

    def test_dark_state(self):
        """Levels that interfere in full: what is dark keeps half of |g1> for ever."""
        gamma = sc.InterferingTransitions([sc.Flat(0.1), sc.Flat(0.1)], sc.Constant(1.0))
        baths = [sc.Bath("a", gamma, 0.5), sc.Bath("b", gamma, 1.5)]
        system = sc.lambda_system(1.0, 0.0)
        assert not sc.steady_states(system, baths)["unique"]
        found = sc.time_evolution(system, baths, np.diag([1.0, 0.0, 0.0]), [0.0, 1e2, 1e4, 1e8])
        dark = np.array([1.0, -1.0, 0.0]) / np.sqrt(2.0)
        kept = np.einsum("k,tkl,l->t", dark, found, dark)
        np.testing.assert_allclose(kept, 0.5, rtol=0, atol=1e-12)
        np.testing.assert_allclose(found[-1], found[-2], rtol=0, atol=1e-12)

    def test_level_that_nothing_reaches(self):
        """Without coupling every state turns in its phases and does nothing else."""
        nothing = sc.InterferingTransitions([sc.Flat(0.0)] * 2, sc.Constant(1.0))
        system = sc.v_system(1.0, -0.2)
        initial, times = random_states(np.random.default_rng(3), 3), np.array([1.0, 1e5])
        found = sc.time_evolution(system, [sc.Bath("a", nothing, 1.0)], initial, times)
        phases = np.exp(-1j * np.multiply.outer(times, np.array(system.energies)))
        expected = phases[..., :, None] * initial * phases[..., None, :].conj()
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-10)


class TestDefective:
    """A Lambda system whose optical coherences meet in one eigenvector: eps_1 - eps_2 = gamma N."""

    gamma = sc.InterferingTransitions([sc.Flat(0.1), sc.Flat(0.1)], sc.Constant(1.0))
    baths = (sc.Bath("a", gamma, occupation=1.0),)
    system = sc.lambda_system(1.0, 0.1)
    initial = random_states(np.random.default_rng(4), 3)

    def test_against_many_digits(self):
        generator = generator_matrix(self.system, self.baths, "nonsecular")
        times = [3.0, 200.0]
        found = sc.time_evolution(self.system, self.baths, self.initial, times)
        with mpmath.workdps(40):
            for time, rho in zip(times, found, strict=True):
                exact = mpmath.expm(mpmath.matrix(generator.tolist()) * time)
                expected = exact * mpmath.matrix(self.initial.reshape(-1).tolist())
                expected = np.array(expected.tolist(), dtype=complex)
                np.testing.assert_allclose(rho.reshape(-1, 1), expected, rtol=0, atol=1e-13)

    def test_eigenvectors_would_not_do(self, monkeypatch):
        """Without the exponential in their place half of the digits are lost."""
        expected = sc.time_evolution(self.system, self.baths, self.initial, [3.0])
        monkeypatch.setitem(sc.time_evolution.__globals__, "CONDITION", np.inf)
        found = sc.time_evolution(self.system, self.baths, self.initial, [3.0])
        assert 1e-12 < np.abs(found - expected).max() < 1e-5


def test_batches():
    """Initial states on further axes, temperatures on the grid: each as on its own."""
    system, rng = sc.coupled_tls(), np.random.default_rng(5)
    first, second = np.array([[0.3], [1.2]]), np.array([0.2, 0.9, 2.0])
    baths = random_baths(rng, system, (first, second))
    initial, times = random_states(rng, 4, 1, 1, 4), [0.0, 10.0, 3e3]
    found = sc.time_evolution(system, baths, initial, times)
    assert found.shape == (4, 2, 3, 3, 4, 4)
    for state, row, column in np.ndindex(4, 2, 3):
        here = [
            bath.with_state(temperature)
            for bath, temperature in zip(baths, (first[row, 0], second[column]), strict=True)
        ]
        alone = sc.time_evolution(system, here, initial[state, 0, 0], times)
        np.testing.assert_allclose(found[state, row, column], alone, rtol=0, atol=1e-13)


GROUND = np.diag([1.0, 0.0, 0.0])


@pytest.mark.parametrize(
    ("initial", "times", "message"),
    [
        (GROUND, 1.0, "times have the shape (), expected one axis"),
        (GROUND, [1.0, -2.0], "times are -2 at the least, expected finite numbers >= 0"),
        (GROUND, [np.inf], "times are inf at the least, expected finite numbers >= 0"),
        (np.eye(2) / 2, [1.0], "initial states have the shape (2, 2), expected (..., 3, 3)"),
        (2.0 * GROUND, [1.0], "an initial state has the trace 2, expected 1"),
        (GROUND + np.diag([1j, 0, 0]), [1.0], "differs by 2 from its adjoint"),
        (np.full((3, 3), np.nan), [1.0], "differs by nan from its adjoint"),
        (np.stack([GROUND] * 3), [1.0], "of shape (3,) do not fit the grid of shape (2,)"),
    ],
)
def test_refused(initial, times, message):
    system = sc.lambda_system()
    baths = random_baths(np.random.default_rng(6), system, ([0.5, 1.0], 1.0))
    with pytest.raises(ValueError, match=re.escape(message)):
        sc.time_evolution(system, baths, initial, times)


def test_growing_mode():
    """Spectra so steep that Eq. (12) drives the system away from its steady state."""

    def steep(frequency):
        root = np.exp(np.multiply.outer(np.asarray(frequency) - 1.0, [-100.0, 100.0]))
        return 0.1 * root[..., :, None] * root[..., None, :].astype(complex)

    system, baths = sc.lambda_system(1.0, 0.01), [sc.Bath("a", steep, occupation=1.0)]
    values = np.linalg.eigvals(generator_matrix(system, baths, "nonsecular"))
    assert values.real.max() > 1e-4
    assert np.isfinite(sc.time_evolution(system, baths, GROUND, [1e3])).all()
    with pytest.raises(ValueError, match="nonsecular equation has a growing mode"):
        sc.time_evolution(system, baths, GROUND, [1e8])


class TestDataset:
    variant = load_variant("paper")

    def test_relaxation(self):
        """From a level, at the temperatures of a grid: units, and the stored steady states."""
        axes = {"temperature": [0.5, 1.0], "temperature_difference": [0.5, 1.0, 2.0]}
        dataset = time_evolution_dataset(
            self.variant, "lambda", "nonsecular", initial="g2", times=[0.0, 3e4], **axes
        )
        assert dataset["density_matrix_real"].dims == ("level", "level_other", *axes, "time")
        assert dataset["time"].attrs["in_units_of"] == "epsilon^-1"
        assert dataset["population"].sel(level="g2").isel(time=0).values == pytest.approx(1.0)
        changed = {"three_level": {name: {"values": axis} for name, axis in axes.items()}}
        steady = steady_state_dataset(self.variant.changed(changed), "lambda", "nonsecular")
        late = dataset.isel(time=-1)
        for name in ("population", "coherence_real", "coherence_imag"):
            np.testing.assert_allclose(late[name], steady[name], rtol=0, atol=1e-12)
        np.testing.assert_allclose(late["l1_norm_of_coherence"], 2.0 * steady["coherence"])

    def test_one_point(self):
        half = np.diag([0.5, 0.5, 0.0, 0.0])
        dataset = time_evolution_dataset(
            *(self.variant, "coupled_tls", "secular"),
            initial=half,
            times=[0.0],
            temperature=1.0,
            temperature_difference=1.0,
        )
        assert dataset["coherence"].dims == ("time",)
        np.testing.assert_allclose(dataset["population"].squeeze(), np.diag(half), atol=1e-15)
        assert float(dataset["temperature"]) == 1.0

    def test_unknown_level(self):
        with pytest.raises(ValueError, match="has no level 'e1', expected one of g1, g2, e or"):
            time_evolution_dataset(
                *(self.variant, "lambda", "secular"),
                initial="e1",
                times=[0.0],
                temperature=1.0,
                temperature_difference=0.0,
            )
