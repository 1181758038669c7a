"""Level systems beyond the paper's four: solved right, or refused by name.

The independent path is that of `reference`: Eq. (12) written out with operators, and its null
space.
"""

from __future__ import annotations

import itertools
from functools import partial

import mpmath
import numpy as np
import pytest

import reference
from drawn_at_random import share
from steady_coherence import systems
from steady_coherence.baths import Bath
from steady_coherence.coherence_measures import density_matrices
from steady_coherence.generator import generator_matrix
from steady_coherence.observables import internal_flux, site_excitation
from steady_coherence.steady_states import steady_states
from steady_coherence.systems import LevelSystem, Transition

EQUATIONS = ("nonsecular", "secular", "unified", "geometric")


def level_system(name, energies, transitions, coherent_pair=("", "")):
    """A system of named energies and of pairs (lower, upper)."""
    return LevelSystem(
        name,
        tuple(energies),
        tuple(energies.values()),
        tuple(Transition(a, b, energies[b] - energies[a]) for a, b in transitions),
        coherent_pair,
    )


TWO_LEVELS = level_system("two levels", {"g": 0.0, "e": 1.0}, [("g", "e")])
LADDER = level_system(
    "ladder",
    {str(n): n + 0.05 * n * n for n in range(7)},
    [(str(n), str(n + 1)) for n in range(6)],
)
TRIPOD = level_system(
    "tripod",
    {"g1": 0.0, "g2": 0.02, "g3": -0.03, "e": 1.0},
    [("g1", "e"), ("g2", "e"), ("g3", "e")],
)
FORK = level_system(
    "fork", {"g": 0.0, "e1": 1.0, "e2": 0.98, "e3": 1.05}, [("g", "e1"), ("g", "e2"), ("g", "e3")]
)
TWO_UP_TWO_DOWN = level_system(
    "double Lambda",
    {"g1": 0.0, "g2": 0.02, "e1": 1.0, "e2": 1.03},
    [("g1", "e1"), ("g2", "e1"), ("g1", "e2"), ("g2", "e2")],
)
CYCLE = level_system("cycle", {"a": 0.0, "b": 1.0, "c": 2.1}, [("a", "b"), ("b", "c"), ("a", "c")])
SEVERAL = [TRIPOD, FORK, TWO_UP_TWO_DOWN, CYCLE]
ALL = [TWO_LEVELS, LADDER, *SEVERAL]


def named(values):
    return [pytest.param(value, id=value.name) for value in values]


def random_baths(rng, system, temperatures):
    size = len(system.transitions)
    return [
        Bath(str(number), reference.random_spectrum(rng, size), temperature)
        for number, temperature in enumerate(temperatures)
    ]


def chain_of_sites(number, couplings, frequencies):
    """Sites in a row, each an s-: levels and amplitudes by numerical diagonalisation."""
    lower = np.array([[0.0, 1.0], [0.0, 0.0]])  # |g><e| in the basis (g, e)

    def on(site, operator):
        factors = [operator if other == site else np.eye(2) for other in range(number)]
        return np.array(list(itertools.accumulate(factors, np.kron))[-1])

    lowering = [on(site, lower) for site in range(number)]
    hamiltonian = sum(w * s.T @ s for w, s in zip(frequencies, lowering, strict=True))
    for coupling, one, other in zip(couplings, lowering, lowering[1:], strict=False):
        hamiltonian = hamiltonian + coupling * (one.T @ other + other.T @ one)
    energies, vectors = np.linalg.eigh(hamiltonian)
    rotated = [vectors.T @ s @ vectors for s in lowering]
    pairs = [
        (k, m)
        for k, m in itertools.product(range(len(energies)), repeat=2)
        if any(abs(s[k, m]) > 1e-9 for s in rotated)
    ]
    names = [str(level) for level in range(len(energies))]
    return LevelSystem(
        f"chain of {number}",
        tuple(names),
        tuple(energies.tolist()),
        tuple(Transition(names[k], names[m], energies[m] - energies[k]) for k, m in pairs),
        site_amplitudes=tuple(tuple(float(s[k, m]) for k, m in pairs) for s in rotated),
    )


def site_bath(name, system, strengths, temperature):
    """A bath that couples to sites, each with a strength of its own and with s-_a."""

    def coupling_spectrum(frequency):
        operator = sum(
            np.sqrt(strength) * np.array(system.site_amplitudes[site])
            for site, strength in strengths.items()
        )
        frequency = np.asarray(frequency, dtype=float)
        return np.multiply.outer(frequency, np.outer(operator, operator)).astype(complex)

    return Bath(name, coupling_spectrum, temperature)


class TestStates:
    @pytest.mark.parametrize("system", named(ALL))
    @pytest.mark.parametrize("baths", [1, 2, 3])
    @pytest.mark.parametrize("seed", share(range(5), few=2))
    def test_operators(self, system, baths, seed):
        rng = np.random.default_rng(seed)
        temperatures = rng.uniform(0.3, 3.0, baths)
        given = random_baths(rng, system, temperatures)
        matrix = reference.generator_matrix(
            system, [bath.coupling_spectrum for bath in given], temperatures
        )
        np.testing.assert_allclose(
            generator_matrix(system, given, "nonsecular"), matrix, rtol=0, atol=1e-13
        )
        expected = reference.steady_state(matrix)
        result = steady_states(system, given)
        assert result["unique"]
        found = density_matrices(system, result)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11)
        np.testing.assert_allclose(result["population"], np.diag(expected).real, rtol=0, atol=1e-11)
        first, second = (system.index(level) for level in system.coherent_pair)
        assert result["coherence"] == pytest.approx(abs(expected[first, second]), abs=1e-11)
        smallest = np.linalg.eigvalsh(expected)[0]
        assert result["min_eigenvalue"] == pytest.approx(smallest, abs=1e-11)
        assert result["residual"] < 1e-14

    @pytest.mark.parametrize("system", named(ALL))
    def test_currents(self, system):
        """What each bath does to H_S, by the operators of that bath alone."""
        rng = np.random.default_rng(11)
        temperatures = (0.4, 1.5, 2.0)
        given = random_baths(rng, system, temperatures)
        result = steady_states(system, given)
        rho = density_matrices(system, result)
        hamiltonian = np.diag(system.energies)
        for bath, temperature, current in zip(
            given, temperatures, result["energy_current"], strict=True
        ):
            change = reference.equation_12(system, [bath.coupling_spectrum], [temperature], rho)
            change = change - 1j * (rho @ hamiltonian - hamiltonian @ rho)
            assert current == pytest.approx(np.trace(hamiltonian @ change).real, abs=1e-12)
        assert result["energy_current"].sum() == pytest.approx(0.0, abs=1e-13)

    @pytest.mark.parametrize("system", named(ALL))
    @pytest.mark.parametrize("equation", ["nonsecular", "secular"])
    @pytest.mark.parametrize("temperature", [0.03, 0.2, 5.0])
    def test_equilibrium(self, system, equation, temperature):
        """The Gibbs state, populations of exp(-33) with all their digits."""
        baths = random_baths(np.random.default_rng(3), system, (temperature, temperature))
        result = steady_states(system, baths, equation)
        expected = reference.gibbs(system, temperature)
        if equation == "secular":
            np.testing.assert_allclose(result["population"], expected, rtol=1e-11, atol=1e-30)
        np.testing.assert_allclose(density_matrices(system, result), np.diag(expected), atol=1e-12)

    @pytest.mark.parametrize("system", named(ALL))
    @pytest.mark.parametrize("equation", [*EQUATIONS, "nonsecular_lamb"])
    def test_every_equation(self, system, equation):
        """Temperatures and numbers of bosons on a grid: the null space of the whole generator."""
        rng, size = np.random.default_rng(1), len(system.transitions)

        def level_shift(frequency, state, seed):
            random = np.random.default_rng(seed).normal(size=(2, size, size))
            matrices = frequency * 0.01 * (random + random.swapaxes(-2, -1))
            return tuple(np.multiply.outer(each, 1.0 / (1.0 + state)) for each in matrices)

        shapes = [reference.random_spectrum(rng, size) for _ in range(2)]
        shifts = [partial(level_shift, seed=seed) for seed in range(2)]
        cold, number = np.linspace(0.4, 1.0, 3)[:, None], np.array([0.3, 2.0])
        baths = [
            Bath("a", shapes[0], temperature=cold, level_shift=shifts[0]),
            Bath("b", shapes[1], occupation=number, level_shift=shifts[1]),
        ]
        result = steady_states(system, baths, equation)
        assert result["unique"].all()
        matrices = generator_matrix(system, baths, equation)
        for point in np.ndindex(3, 2):
            expected = reference.steady_state(matrices[point])
            here = {name: values[(..., *point)] for name, values in result.items()}
            np.testing.assert_allclose(density_matrices(system, here), expected, rtol=0, atol=1e-13)

    @pytest.mark.parametrize("system", named(SEVERAL))
    def test_result_says_which_solver(self, system):
        baths = random_baths(np.random.default_rng(0), system, (0.5, 1.0))
        result = steady_states(system, baths)
        assert result["density_matrix_real"].shape == 2 * (len(system.levels),)
        assert 1e-6 < result["conditioning"] < 1.0
        lone = steady_states(LADDER, random_baths(np.random.default_rng(0), LADDER, (0.5,)))
        assert "density_matrix_real" not in lone
        assert "conditioning" not in lone

    def test_grid(self):
        """Every point of a grid is that of the point alone."""
        cold, hot = np.linspace(0.3, 1.0, 4)[:, None], np.linspace(0.5, 2.0, 3)
        rng = np.random.default_rng(2)
        shapes = [reference.random_spectrum(rng, 3) for _ in range(2)]
        result = steady_states(TRIPOD, [Bath("a", shapes[0], cold), Bath("b", shapes[1], hot)])
        assert result["density_matrix_imag"].shape == (4, 4, 4, 3)
        assert result["unique"].shape == (4, 3)
        alone = steady_states(
            TRIPOD, [Bath("a", shapes[0], cold[2, 0]), Bath("b", shapes[1], hot[1])]
        )
        for name, values in alone.items():
            np.testing.assert_allclose(result[name][..., 2, 1], values, rtol=0, atol=1e-13)

    def test_many_systems_at_once(self):
        """Energies of shape (n,): a system for each, along the first axis."""
        shifts = np.array([0.0, 0.01, 0.4])

        def tripod(shift):
            return level_system(
                "tripods",
                {"g1": 0.0 * shift, "g2": shift, "g3": -0.1 + 0.0 * shift, "e": 1.0 + 0.0 * shift},
                [("g1", "e"), ("g2", "e"), ("g3", "e")],
            )

        shapes = [reference.random_spectrum(np.random.default_rng(seed), 3) for seed in range(2)]
        baths = [
            Bath(str(t), shape, temperature=t) for shape, t in zip(shapes, (0.5, 1.2), strict=True)
        ]
        many = steady_states(tripod(shifts), baths)
        for number, shift in enumerate(shifts):
            one = steady_states(tripod(shift), baths)
            for name, values in one.items():
                np.testing.assert_allclose(many[name][..., number], values, rtol=0, atol=1e-13)


class TestNotUnique:
    @pytest.mark.parametrize("equation", EQUATIONS)
    def test_dark_states(self, equation):
        """Three degenerate lower levels with one dipole: two of their superpositions are dark."""
        tripod = level_system(
            "dark",
            {"g1": 0.0, "g2": 0.0, "g3": 0.0, "e": 1.0},
            [(g, "e") for g in ("g1", "g2", "g3")],
        )
        bath = Bath("b", lambda w: np.full((*np.shape(w), 3, 3), 0.1 + 0.0j), np.array([0.5, 1.0]))
        result = steady_states(tripod, [bath], equation)
        assert not result["unique"].any()
        for name in ("population", "coherence", "density_matrix_real", "energy_current"):
            assert np.isnan(result[name]).all()

    def test_level_apart(self):
        """A level without a transition keeps what it has."""
        system = level_system("apart", {"g": 0.0, "e": 1.0, "f": 0.5}, [("g", "e")])
        result = steady_states(system, random_baths(np.random.default_rng(0), system, (1.0,)))
        assert not result["unique"]

    @pytest.mark.parametrize("temperature", [0.0, 1e-3])
    def test_nothing_pumps_the_tripod(self, temperature):
        result = steady_states(
            TRIPOD, random_baths(np.random.default_rng(0), TRIPOD, (temperature,))
        )
        assert not result["unique"]
        assert np.isnan(result["population"]).all()

    def test_fork_in_the_vacuum(self):
        result = steady_states(FORK, random_baths(np.random.default_rng(0), FORK, (0.0,)))
        np.testing.assert_allclose(result["population"], [1.0, 0.0, 0.0, 0.0], atol=1e-14)


class TestKossakowski:
    def largest_and_smallest(self, system, baths):
        """Of a + a^dagger and b + b^dagger by Eq. (6), summed over the baths."""
        eps = system.transition_energies
        spectra = [bath.coupling_spectrum for bath in baths]
        temperatures = [float(bath.state) for bath in baths]
        minus, plus = (
            np.array(
                [reference.rates(spectra, temperatures, e)[which][i] for i, e in enumerate(eps)]
            )
            for which in (0, 1)
        )
        plus = plus.conj()  # b_ij = Gamma+_ji(eps_i)
        values = [np.linalg.eigvalsh(each + each.conj().T) for each in (minus, plus)]
        return max(each[-1] for each in values), min(each[0] for each in values)

    @pytest.mark.parametrize("system", named(ALL))
    @pytest.mark.parametrize("seed", range(5))
    def test_whole_matrices(self, system, seed):
        baths = random_baths(np.random.default_rng(seed), system, (0.4, 1.3, 0.9))
        largest, smallest = self.largest_and_smallest(system, baths)
        found = steady_states(system, baths)["kossakowski_min_eigenvalue"]
        assert found == pytest.approx(smallest, abs=1e-14 * largest)

    def test_order_of_transitions_does_not_matter(self):
        """Lambda with a third transition: one number, whatever the order."""
        energies = {"g1": 0.0, "g2": 0.3, "e": 1.0, "f": 1.6}
        pairs = [("g1", "e"), ("g2", "e"), ("g1", "f")]
        rng = np.random.default_rng(4)
        spectrum = reference.random_spectrum(rng, 3)
        found = []
        for order in itertools.permutations(range(3)):
            system = level_system("ordered", energies, [pairs[n] for n in order])
            chosen = np.ix_(order, order)
            bath = Bath("b", lambda w, c=chosen: spectrum(w)[(slice(None), *c)], 0.5)
            found.append(float(steady_states(system, [bath])["kossakowski_min_eigenvalue"]))
        assert found[0] < -1e-5
        np.testing.assert_allclose(found, found[0], rtol=1e-12)


class TestSites:
    SYSTEM = systems.coupled_tls(1.0, 0.9, 0.05)

    def result(self, *baths, equation="nonsecular"):
        return steady_states(self.SYSTEM, list(baths), equation)

    @pytest.mark.parametrize("equation", EQUATIONS)
    def test_order_of_the_baths_does_not_matter(self, equation):
        one = site_bath("1", self.SYSTEM, {0: 0.01}, 0.5)
        two = site_bath("2", self.SYSTEM, {1: 0.03}, 1.5)
        straight, crossed = (
            self.result(*baths, equation=equation) for baths in ((one, two), (two, one))
        )
        for name in ("internal_flux", "bath_flux", "coherence_imag", "kossakowski_min_eigenvalue"):
            assert crossed[name] == pytest.approx(float(straight[name]), rel=1e-12, abs=1e-16)
        np.testing.assert_allclose(
            crossed["energy_current"][::-1], straight["energy_current"], atol=1e-15
        )
        assert abs(straight["bath_flux"]) > 1e-4

    def operators(self, baths):
        """Steady state, fluxes and Kossakowski minimum by Eq. (12) with operators."""
        spectra = [bath.coupling_spectrum for bath in baths]
        temperatures = [float(bath.state) for bath in baths]
        rho = reference.steady_state(reference.generator_matrix(self.SYSTEM, spectra, temperatures))
        hamiltonian = np.diag(self.SYSTEM.energies)
        sigma_z = site_excitation(self.SYSTEM, 0)
        inner = 1j * (rho @ hamiltonian - hamiltonian @ rho)
        outer = reference.equation_12(self.SYSTEM, spectra, temperatures, rho) - inner
        return rho, np.trace(sigma_z @ inner).real, np.trace(sigma_z @ outer).real

    @pytest.mark.parametrize(
        "strengths",
        [
            [{0: 0.02}, {0: 0.03}, {1: 0.01}],  # two baths on one site
            [{1: 0.02}, {0: 0.03}, {1: 0.01}, {0: 0.01}],
            [{0: 0.02, 1: 0.01}, {1: 0.03}],  # a bath on both sites
            [{0: 0.02, 1: 0.01}],
        ],
        ids=["three", "four", "shared and own", "shared"],
    )
    def test_any_baths_on_any_sites(self, strengths):
        baths = [
            site_bath(str(number), self.SYSTEM, each, 0.4 + 0.3 * number)
            for number, each in enumerate(strengths)
        ]
        rho, inner, outer = self.operators(baths)
        result = self.result(*baths)
        np.testing.assert_allclose(density_matrices(self.SYSTEM, result), rho, rtol=0, atol=1e-11)
        assert result["internal_flux"] == pytest.approx(inner, abs=1e-13)
        assert result["bath_flux"] == pytest.approx(outer, abs=1e-13)
        largest, smallest = TestKossakowski().largest_and_smallest(self.SYSTEM, baths)
        assert result["kossakowski_min_eigenvalue"] == pytest.approx(smallest, abs=1e-14 * largest)

    def test_bath_that_sees_no_site_operator(self):
        """Each transition on its own: the flux is that of all baths together."""
        baths = random_baths(np.random.default_rng(6), self.SYSTEM, (0.5, 1.5))
        _, inner, outer = self.operators(baths)
        result = self.result(*baths)
        assert result["internal_flux"] == pytest.approx(inner, abs=1e-12)
        assert result["bath_flux"] == pytest.approx(outer, abs=1e-12)

    def test_three_sites(self):
        """Each site's fluxes balance, and what flows in at one end leaves at the other."""
        chain = chain_of_sites(3, (0.05, 0.08), (1.0, 1.1, 0.95))
        baths = [
            site_bath("right", chain, {2: 0.03}, 1.5),
            site_bath("left", chain, {0: 0.02}, 0.5),
        ]
        spectra = [bath.coupling_spectrum for bath in baths]
        rho = reference.steady_state(reference.generator_matrix(chain, spectra, (1.5, 0.5)))
        result = steady_states(chain, baths)
        np.testing.assert_allclose(density_matrices(chain, result), rho, rtol=0, atol=1e-11)
        assert result["internal_flux"].shape == result["bath_flux"].shape == (3,)
        for site in range(3):
            expected = np.trace(internal_flux(chain, site) @ rho).real
            assert result["internal_flux"][site] == pytest.approx(expected, abs=1e-13)
        np.testing.assert_allclose(result["internal_flux"] + result["bath_flux"], 0.0, atol=1e-14)
        assert result["bath_flux"][1] == 0.0
        assert result["internal_flux"].sum() == pytest.approx(0.0, abs=1e-14)
        assert result["internal_flux"][0] > 1e-4

    def test_one_site(self):
        """A two-level system as a site of its own: nothing flows but from bath to bath."""
        chain = chain_of_sites(1, (), (1.0,))
        baths = [site_bath("a", chain, {0: 0.03}, 1.5), site_bath("b", chain, {0: 0.02}, 0.5)]
        result = steady_states(chain, baths)
        numbers = [reference.planck(1.0, t) for t in (1.5, 0.5)]
        up, down = (
            sum(strength * (n + more) for strength, n in zip((0.03, 0.02), numbers, strict=True))
            for more in (0, 1)
        )
        assert result["population"][1] == pytest.approx(up / (up + down), rel=1e-13)
        assert result["internal_flux"] == [0.0]
        assert result["bath_flux"][0] == pytest.approx(0.0, abs=1e-16)
        expected = 0.03 * (numbers[0] * down - (numbers[0] + 1) * up) / (up + down)
        assert result["energy_current"][0] == pytest.approx(expected, rel=1e-12)


class TestConditioning:
    @pytest.mark.parametrize("splitting", [1e-2, 1e-4, 1e-6])
    def test_against_fifty_digits(self, splitting):
        """Nearly dark states: the error is no more than some roundings over the conditioning."""
        tripod = level_system(
            "nearly dark",
            {"g1": 0.0, "g2": splitting, "g3": -2.0 * splitting, "e": 1.0},
            [("g1", "e"), ("g2", "e"), ("g3", "e")],
        )
        gammas = [0.01 * np.outer(v, v).astype(complex) for v in ([1.0, 2.0, 1.5], [2.0, 1.0, 1.0])]
        baths = [
            Bath(str(t), lambda w, g=gamma: np.broadcast_to(g, (*np.shape(w), 3, 3)), temperature=t)
            for gamma, t in zip(gammas, (0.5, 1.0), strict=True)
        ]
        result = steady_states(tripod, baths)
        expected = fifty_digits(tripod, gammas, (0.5, 1.0))
        error = np.abs(density_matrices(tripod, result) - expected).max()
        assert result["unique"]
        assert error < 1e-14 / result["conditioning"]
        assert error < 1e-9


def fifty_digits(system, gammas, temperatures):
    """Steady state of Eq. (12) for constant matrices gamma, in fifty digits."""
    with mpmath.workdps(50):
        eps = [mpmath.mpf(each.energy) for each in system.transitions]
        lower = [mpmath.matrix(each.tolist()) for each in system.lowering_operators]
        size = len(system.levels)
        columns = []
        for element in range(size * size):
            rho = mpmath.zeros(size)
            rho[element // size, element % size] = 1
            hamiltonian = mpmath.diag([mpmath.mpf(energy) for energy in system.energies])
            drift = 1j * (rho * hamiltonian - hamiltonian * rho)
            for gamma, temperature in zip(gammas, temperatures, strict=True):
                for i, j in itertools.product(range(len(eps)), repeat=2):
                    number = 1 / mpmath.expm1(eps[i] / mpmath.mpf(temperature))
                    rate = mpmath.mpmathify(complex(gamma[i, j])) / 2
                    for down, factor in (
                        (lower, rate * (number + 1)),
                        ([each.T for each in lower], mpmath.conj(rate) * number),
                    ):
                        up = down[j].T
                        part = factor * (down[i] * rho * up - up * down[i] * rho)
                        other = mpmath.conj(factor) * (
                            down[j] * rho * down[i].T - rho * down[i].T * down[j]
                        )
                        drift += part + other
            columns.append(list(drift))
        matrix = mpmath.matrix(columns).T
        for element in range(size * size):
            matrix[0, element] = 1 if element % (size + 1) == 0 else 0
        right = mpmath.zeros(size * size, 1)
        right[0] = 1
        return np.array(mpmath.lu_solve(matrix, right).tolist(), dtype=complex).reshape(size, size)


class TestRefused:
    """Each by a line that says what was found and what was expected."""

    LEVELS = ("g", "e", "f")
    ENERGIES = (0.0, 1.0, 2.5)
    TRANSITIONS = (Transition("g", "e", 1.0), Transition("e", "f", 1.5))

    @pytest.mark.parametrize(
        ("changes", "message"),
        [
            ({"levels": ("g",), "energies": (0.0,)}, "has 1 levels, expected two or more"),
            ({"energies": (0.0, 1.0)}, "has 2 energies, expected one for each of its 3 levels"),
            ({"transitions": ()}, "has no transitions, expected one or more"),
            ({"levels": ("g", "e", "g")}, "two levels of odd are called g, expected one"),
            (
                {"transitions": (*TRANSITIONS, Transition("g", "e", 1.0))},
                "two transitions of odd join g and e, expected one",
            ),
            (
                {"transitions": (Transition("g", "ee", 1.0),)},
                "level 'ee' of transition 1 of odd is not known, expected one of g, e, f",
            ),
            (
                {"transitions": (Transition("g", "g", 1.0),)},
                "transition 1 of odd has the levels g, g, expected two different ones",
            ),
            (
                {"transitions": (Transition("g", "e", 1.0), Transition("e", "f", 1.4))},
                r"transition 2 of odd \(e to f\) has energy 1.4, expected the difference .*, 1.5",
            ),
            (
                {"transitions": (Transition("e", "g", 1.0),)},
                r"transition 1 of odd \(e to g\) has energy 1, expected the difference .*, -1",
            ),
            (
                {"coherent_pair": ("g", "h")},
                "level 'h' of the coherent pair of odd is not known, expected one of g, e, f",
            ),
            (
                {"coherent_pair": ("g", "g")},
                "the coherent pair of odd has the levels g, g, expected two different ones",
            ),
            (
                {"site_amplitudes": ((1.0,),)},
                "site 1 of odd has 1 amplitudes, expected one for each of its 2 transitions",
            ),
            ({"site_amplitudes": ((1.0, np.nan),)}, "amplitude of odd is not finite"),
            ({"energies": (0.0, np.inf, 2.5)}, "an energy or amplitude of odd is not finite"),
            (
                {"energies": (np.zeros(2), 1.0, np.full(3, 2.5))},
                r"have the shapes \(2,\), \(3,\), expected numbers, or arrays of one shape",
            ),
            ({"energies": (np.zeros((2, 2)), 1.0, 2.5)}, r"have the shapes \(2, 2\), expected"),
        ],
    )
    def test_system(self, changes, message):
        given = {
            "name": "odd",
            "levels": self.LEVELS,
            "energies": self.ENERGIES,
            "transitions": self.TRANSITIONS,
        }
        with pytest.raises(ValueError, match=message) as refusal:
            LevelSystem(**(given | changes))
        assert "\n" not in str(refusal.value)

    def bath(self, name="b", temperature=1.0, size=2):
        return Bath(name, reference.random_spectrum(np.random.default_rng(0), size), temperature)

    @pytest.mark.parametrize("solve", [steady_states, generator_matrix])
    def test_grid(self, solve):
        system = systems.lambda_system(1.0, 0.1)
        for baths, message in (
            ([], "there are no baths, expected one or more"),
            (
                [self.bath(temperature=np.array([]))],
                r"has the shape \(0,\), expected no empty axis",
            ),
            (
                [self.bath("a", np.ones(3)), self.bath("b", np.ones(2))],
                r"have the shapes a \(3,\), b \(2,\), expected shapes that broadcast",
            ),
        ):
            with pytest.raises(ValueError, match=message):
                solve(system, baths, "nonsecular")

    @pytest.mark.parametrize("equation", EQUATIONS)
    @pytest.mark.parametrize("size", [1, 3])
    def test_size_of_the_spectrum(self, equation, size):
        with pytest.raises(
            ValueError,
            match=rf"of bath b has the shape \(1, {size}, {size}\) at 1 frequencies, expected "
            r"\(1, 2, 2\)",
        ):
            steady_states(systems.v_system(1.0, 0.1), [self.bath(size=size)], equation)

    @pytest.mark.parametrize("shape", [(), (2,), (1, 2), (1, 2, 3), (2, 2), (4, 2, 2, 2)])
    def test_shape_of_the_spectrum(self, shape):
        bath = Bath("b", lambda _: np.ones(shape), 1.0)
        with pytest.raises(ValueError, match=r"of bath b has the shape .* expected \(1, 2, 2\)"):
            steady_states(systems.v_system(1.0, 0.1), [bath])

    def test_parameters_and_grid(self):
        three, two = systems.lambda_system(1.0, np.array([0.1, 0.2, 0.3])), np.array([0.5, 1.0])
        with pytest.raises(
            ValueError, match="have 3 values of their parameters, expected 1 or 2, the length"
        ):
            steady_states(three, [self.bath(temperature=two)])
        four = np.multiply.outer([0.1, 0.2, 0.4, 0.8], np.eye(2)).astype(complex)
        baths = [Bath(name, lambda _, n=n: four[:n], 1.0) for name, n in (("a", 3), ("b", 4))]
        with pytest.raises(ValueError, match="have 3 and 4 values of their parameters"):
            steady_states(systems.lambda_system(1.0, 0.1), baths)
        with pytest.raises(ValueError, match=r"b has the shape \(4, 2, 2\) at 3 frequencies"):
            steady_states(three, baths[1:])

    @pytest.mark.parametrize("temperature", [0.7, np.full(1, 0.7), np.full((1, 4), 0.7)])
    def test_parameters_on_one_temperature(self, temperature):
        """All of them are solved, none cut off."""
        splittings = np.array([0.1, 0.2, 0.3])
        result = steady_states(
            systems.lambda_system(1.0, splittings), [self.bath(temperature=temperature)]
        )
        assert result["coherence"].shape == (3, *np.shape(temperature)[1:])
        for number, splitting in enumerate(splittings):
            one = steady_states(systems.lambda_system(1.0, splitting), [self.bath(temperature=0.7)])
            np.testing.assert_allclose(
                result["population"][:, number].T,
                np.broadcast_to(one["population"], (*np.shape(temperature)[1:], 3)),
                rtol=1e-14,
            )
