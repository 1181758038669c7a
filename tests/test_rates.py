"""The master equations beside the paper's two: what makes them positive, and what they cost."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace

import numpy as np
import pytest

import reference
from steady_coherence import master_equations, rates, systems
from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CollectiveTransition
from steady_coherence.numerics import blocks as grids
from steady_coherence.solver import decimals
from steady_coherence.spectra import Flat
from steady_coherence.steady_states import steady_states
from test_steady_states import ALL, COUPLED_TLS, LAMBDA, XI, V, named, random_baths

POSITIVE = ["secular", "unified", "geometric"]


def kossakowski_matrices(system, bath, equation):
    """a + a^dagger and b + b^dagger of one bath at one temperature."""
    (coupling,) = master_equations.couplings(system, [bath], equation)
    for doubled in rates.rate_matrices(coupling, grids.whole((1,)))[..., 0]:
        yield 0.5 * (doubled + doubled.conj().T)


@pytest.mark.parametrize("system", named(ALL))
@pytest.mark.parametrize("seed", range(10))
class TestKossakowskiMatrices:
    @pytest.mark.parametrize("equation", POSITIVE)
    def test_positive_semidefinite(self, system, seed, equation):
        for bath in random_baths(np.random.default_rng(seed), system, (0.3, 2.0)):
            for matrix in kossakowski_matrices(system, bath, equation):
                values = np.linalg.eigvalsh(matrix)
                assert values[0] > -1e-14 * values[-1]

    def test_nonsecular_is_not(self, system, seed):
        """Rank one at each of two energies: one eigenvalue of the sum is negative."""
        if system.site_amplitudes:
            bath, _ = random_baths(np.random.default_rng(seed), system, (0.3, 2.0))
            for matrix in kossakowski_matrices(system, bath, "nonsecular"):
                values = np.linalg.eigvalsh(matrix)
                assert values[0] < -1e-5 * values[-1]

    @pytest.mark.parametrize("equation", ["nonsecular", "secular", "geometric"])
    def test_individual_rates_are_those_of_the_paper(self, system, seed, equation):
        """All but the unified equation, at a cluster's mean energy, have the rates of Eq. (10)."""
        bath, _ = random_baths(np.random.default_rng(seed), system, (0.3, 2.0))
        emission, absorption = kossakowski_matrices(system, bath, equation)
        for i, energy in enumerate(system.transition_energies):
            minus, plus = reference.rates([bath.coupling_spectrum], [0.3], energy)
            assert emission[i, i] == pytest.approx(2.0 * minus[i, i], rel=1e-13)
            assert absorption[i, i] == pytest.approx(2.0 * plus[i, i], rel=1e-13)

    def test_none_is_beyond_its_bound(self, system, seed):
        """A group of levels without rates is told by the bounds alone."""
        for bath in random_baths(np.random.default_rng(seed), system, (0.3, 2.0)):
            (coupling,) = master_equations.couplings(system, [bath], "nonsecular")
            found = np.abs(rates.rate_matrices(coupling, grids.whole((1,)))[..., 0])
            assert (found <= (1.0 + 1e-13) * coupling.largest()).all()


@pytest.mark.parametrize("make", [systems.lambda_system, systems.v_system])
@pytest.mark.parametrize("equation", POSITIVE)
def test_all_equations_agree_for_degenerate_transitions(make, equation):
    system = make(1.0, 0.0)
    baths = random_baths(np.random.default_rng(7), system, (0.3, 2.0))
    expected = steady_states(system, baths, "nonsecular")
    found = steady_states(system, baths, equation)
    for name in ("population", "coherence_real", "coherence_imag"):
        np.testing.assert_allclose(found[name], expected[name], rtol=0, atol=1e-13)


@pytest.mark.parametrize("equation", ["unified", "geometric"])
def test_they_approach_the_nonsecular_equation_linearly_in_the_splitting(equation):
    """a and b differ by the spectra's variation over the splitting: first order in D_12."""
    splittings = np.array([1e-3, 1e-4, 1e-5])
    errors = []
    for splitting in splittings:
        system = systems.v_system(1.0, splitting)
        baths = random_baths(np.random.default_rng(8), system, (0.3, 2.0))
        expected = steady_states(system, baths, "nonsecular")
        found = steady_states(system, baths, equation)
        errors.append(abs(found["coherence_real"] - expected["coherence_real"]))
    orders = np.diff(np.log(errors)) / np.diff(np.log(splittings))
    np.testing.assert_allclose(orders, 1.0, atol=0.05)


def test_couplings_of_many_systems_are_not_kept():
    """Memory is bounded, however many sets of parameters there are."""
    bath, kept = Bath("only", CollectiveTransition(Flat(0.1), (1.0, 0.7)), 1.0), []
    for energy in (1.25, np.linspace(1.0, 1.5, 9)):
        before = master_equations._known_coupling.cache_info().misses
        master_equations.couplings(systems.lambda_system(energy), [bath], "nonsecular")
        kept.append(master_equations._known_coupling.cache_info().misses - before)
    assert kept == [1, 0]


def test_clusters_are_groups_of_neighbours():
    found = master_equations.clusters(
        np.array([[1.0, 3.0, 1.1, 0.9, 3.05], [2.0, 1.0, 1.1, 1.2, 3.0]]).T
    )
    groups = [{0, 2, 3}, {1, 4}], [{1, 2, 3}, {0}, {4}]
    for number, expected in enumerate(groups):
        assert {frozenset(np.flatnonzero(row)) for row in found[:, :, number]} == {
            frozenset(group) for group in expected
        }


class TestCoupledTls:
    BATHS = staticmethod(
        lambda hot: random_baths(np.random.default_rng(9), COUPLED_TLS, (0.5, hot))
    )

    @pytest.mark.parametrize(("equation", "kept"), [("nonsecular", True), ("geometric", False)])
    def test_continuity(self, equation, kept):
        result = steady_states(COUPLED_TLS, self.BATHS(1.5), equation)
        gap = abs(result["internal_flux"] + result["bath_flux"])
        assert bool(gap < 1e-15) is kept

    @pytest.mark.parametrize(
        ("equation", "flux"), [("nonsecular", False), ("unified", False), ("geometric", True)]
    )
    def test_flux_at_equal_temperatures(self, equation, flux):
        result = steady_states(COUPLED_TLS, self.BATHS(0.5), equation)
        assert bool(abs(result["internal_flux"]) > 1e-8) is flux


@pytest.mark.parametrize("system", named([LAMBDA, V, XI]))
@pytest.mark.parametrize("equation", POSITIVE)
def test_states_are_positive(system, equation):
    rng = np.random.default_rng(10)
    temperatures = 10.0 ** rng.uniform(-1.0, 2.0, (2, 300))
    result = steady_states(system, random_baths(rng, system, temperatures), equation)
    assert result["min_eigenvalue"].min() > -1e-15


@pytest.mark.parametrize("system", named(ALL))
@pytest.mark.parametrize("equation", ["nonsecular", *POSITIVE])
def test_stored_minimum_is_that_of_the_whole_matrices(system, equation):
    """Two rows by hand, or a block for each site, against all transitions and all baths at once."""
    temperatures = (0.3, np.array([0.3, 1.0, 2.0]))
    baths = random_baths(np.random.default_rng(11), system, temperatures)
    both = sum(
        rates.rate_matrices(coupling, grids.whole((3,)))
        for coupling in master_equations.couplings(system, baths, equation)
    ).transpose(3, 0, 1, 2)
    values = np.linalg.eigvalsh(0.5 * (both + both.conj().swapaxes(-2, -1)))
    found = steady_states(system, baths, equation)["kossakowski_min_eigenvalue"]
    np.testing.assert_allclose(found, values[..., 0].min(axis=1), rtol=0, atol=1e-15 * values.max())


@pytest.mark.parametrize(
    ("times", "is_complete", "error"),
    [(1.0 - 4e-16, True, 0.0), (0.5, True, 0.5), (1.0 - 1e-4, False, 1e-4)],
    ids=["rounded", "far", "between"],
)
def test_cross_spectra_are_completed_where_they_are_rounded(times, is_complete, error):
    """|gamma_12|^2 becomes gamma_11 gamma_22 where rounding alone tells it from that."""
    own, pairs = np.array([0.1, 0.2]), [(0, 1), (1, 0)]
    gamma = np.diag(own)
    gamma[0, 1] = gamma[1, 0] = np.sqrt(times * own.prod())
    numbers = {(0, rates.REAL, *pair): Decimal(float(gamma[pair])) for pair in pairs}
    coupling = SimpleNamespace(
        frequencies=np.ones((2, 1)), gamma=gamma[..., np.newaxis], diagonals=[own, own]
    )
    assert decimals._complete(numbers, 0, coupling, 0) == is_complete
    bound = Decimal(float(own[0])) * Decimal(float(own[1]))
    for number in numbers.values():
        assert float(1 - number**2 / bound) == pytest.approx(error, rel=1e-11, abs=1e-25)
