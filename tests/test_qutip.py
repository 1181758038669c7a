"""The engine against the Bloch-Redfield tensor of QuTiP 5, an independent code.

QuTiP takes Hermitian coupling operators A_m, each with a noise spectrum S_m(w) of its own, and
evaluates S_m at every difference of two eigenvalues of H. Four remarks make its tensor equal
Eq. (12), H_c included, and not only similar to it.

*Which spectra.* Row i of gamma_ij(w) enters Eq. (12) at its own energy eps_i alone. The matrix at
each transition energy is decomposed into eigenvalues and eigenvectors there; each eigenvector
gives an operator A = sum_i v_i phi-_i + h.c. whose spectrum is the eigenvalue at that energy
and zero at the others. Any gamma(w) is represented exactly in this way, and every spectrum is
nonnegative. If the eigenvectors do not depend on the frequency, one operator for each
is enough, with the eigenvalue as a function of w for its spectrum (`test_constant_eigenvectors`).

*The rotating wave.* A Hermitian operator brings in the terms phi-_i rho phi-_j and
phi+_i rho phi+_j, which Eq. (3) does not have. They cannot act among populations and rho_12 of a
Lambda or V system, but in the ladder and in the coupled TLSs they reach these by way of the
coherence of two levels two excitations apart. The two quadratures A and
A' = i sum_i v_i phi-_i + h.c., with half the spectrum each, cancel them in every element.

*Complex operators.* At white noise the tensor of any Hermitian A has to be the Lindblad form of A.
QuTiP 5.3 gives that of the transpose of A instead (no difference while A is real); operators are
handed over transposed as long as this is so, which `transposes` finds out.

*Small numbers.* QuTiP drops elements below 1e-12 unless told not to.
"""

from __future__ import annotations

import functools

import numpy as np
import pytest

import reference
from drawn_at_random import share
from steady_coherence import spectra, systems
from steady_coherence.baths import Bath
from steady_coherence.coherence_measures import density_matrices
from steady_coherence.coupling_spectra import CollectiveTransition
from steady_coherence.generator import generator_matrix
from steady_coherence.steady_states import steady_states
from steady_coherence.time_evolution import time_evolution

qutip = pytest.importorskip("qutip", minversion="5")

#: A Runge-Kutta method of ninth order: over some thousand steps errors stay below 1e-12.
INTEGRATION = {
    "method": "vern9",
    "atol": 1e-15,
    "rtol": 1e-13,
    "nsteps": 10**6,
    "progress_bar": "",
}
SYSTEMS = ["lambda", "v", "xi", "coupled_tls"]
THREE_LEVEL = {
    "lambda": systems.lambda_system,
    "v": systems.v_system,
    "xi": systems.xi_system,
}


@pytest.fixture(autouse=True, scope="module")
def keep_small_numbers():
    with qutip.CoreOptions(auto_tidyup=False):
        yield


def random_model(name, rng):
    """A system of random energies between two baths of random spectra and temperatures."""
    temperatures = rng.uniform(0.2, 3.0, 2)
    if name == "coupled_tls":
        system = systems.coupled_tls(1.0, rng.uniform(0.7, 1.3), rng.uniform(0.02, 0.3))
        shapes = [
            spectra.Ohmic(rng.uniform(0.01, 0.1), rng.uniform(0.5, 2.0), 2.0) for _ in range(2)
        ]
        gammas = [
            CollectiveTransition(shape, amplitudes)
            for shape, amplitudes in zip(shapes, system.site_amplitudes, strict=True)
        ]
    else:
        system = THREE_LEVEL[name](1.0, rng.choice([-1.0, 1.0]) * 10.0 ** rng.uniform(-4.0, -0.5))
        gammas = [reference.random_spectrum(rng, len(system.transitions)) for _ in range(2)]
    return system, [
        Bath(str(number), gamma, temperature)
        for number, (gamma, temperature) in enumerate(zip(gammas, temperatures, strict=True))
    ]


def noise(strength, temperature):
    """Noise spectrum S(w): emission above w = 0, absorption below."""

    def spectrum(w):
        number = reference.planck(abs(w), temperature) if w else 0.0
        return strength(abs(w)) * (number + 1.0 if w > 0.0 else number)

    return spectrum


def at_one_energy(strength, energy):
    """Spectrum of height `strength` at one transition energy and zero at the others."""
    return lambda w: strength if abs(w - energy) < 1e-9 else 0.0


def operators_at_each_energy(system, gamma):
    """Lowering operators and strengths of a bath with any gamma(w)."""
    for energy in np.unique(system.transition_energies):
        values, vectors = np.linalg.eigh(gamma(np.array([energy]))[0])
        for value, vector in zip(values, vectors.T, strict=True):
            lowering = np.einsum("i,ikl->kl", vector, system.lowering_operators)
            yield lowering, at_one_energy(max(value, 0.0), energy)


@functools.cache
def transposes():
    """Whether this release of QuTiP reads coupling operators transposed."""
    hamiltonian, operator = qutip.sigmaz(), qutip.sigmax() + qutip.sigmay() + qutip.sigmaz()
    tensor = qutip.bloch_redfield_tensor(
        hamiltonian, [(operator, lambda _: 1.0)], sec_cutoff=-1, fock_basis=True
    )
    plain, transposed = (
        np.abs((tensor - qutip.liouvillian(hamiltonian, [form])).full()).max()
        for form in (operator, operator.trans())
    )
    assert min(plain, transposed) < 1e-14 < max(plain, transposed)
    return bool(transposed < plain)


def hermitian(lowering):
    """Coupling operator L + h.c., in the form in which QuTiP reads it."""
    operator = qutip.Qobj(lowering + lowering.conj().T)
    return operator.trans() if transposes() else operator


def couplings(system, baths, operators=operators_at_each_energy, quadratures=True):
    """Pairs of operator and spectrum in the form in which QuTiP takes them."""
    pairs = []
    for bath in baths:
        for lowering, strength in operators(system, bath.coupling_spectrum):
            if quadratures:
                spectrum = noise(lambda w, strength=strength: 0.5 * strength(w), bath.temperature)
                pairs += [(hermitian(lowering), spectrum), (hermitian(1j * lowering), spectrum)]
            else:
                pairs.append((hermitian(lowering), noise(strength, bath.temperature)))
    return pairs


def qutip_generator(system, pairs):
    """The tensor as QuTiP's superoperator, in the basis of the levels."""
    return qutip.bloch_redfield_tensor(
        qutip.Qobj(system.hamiltonian), pairs, sec_cutoff=-1, fock_basis=True
    )


def row_major(superoperator, size):
    """QuTiP stacks the columns of rho, the engine its rows."""
    tensor = superoperator.full().reshape((size,) * 4)
    return tensor.transpose(1, 0, 3, 2).reshape(size * size, size * size)


class TestTensor:
    @pytest.mark.parametrize("name", SYSTEMS)
    @pytest.mark.parametrize("seed", share(range(10), few=5))
    def test_whole_generator(self, name, seed):
        system, baths = random_model(name, np.random.default_rng(seed))
        found = generator_matrix(system, baths, "nonsecular")
        expected = row_major(qutip_generator(system, couplings(system, baths)), len(system.levels))
        # Elements are at most a few units, so this is their rounding.
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-14)

    @pytest.mark.parametrize("name", SYSTEMS)
    @pytest.mark.parametrize("seed", share(range(10), few=5))
    def test_steady_state(self, name, seed):
        system, baths = random_model(name, np.random.default_rng(seed))
        rho = qutip.steadystate(qutip_generator(system, couplings(system, baths))).full()
        found = density_matrices(system, steady_states(system, baths))
        np.testing.assert_allclose(found, rho, rtol=0, atol=1e-12)

    @pytest.mark.parametrize("name", ["lambda", "v"])
    @pytest.mark.parametrize("seed", range(5))
    def test_one_operator_is_enough_for_lambda_and_v(self, name, seed):
        """Counter-rotating terms stay in the optical coherences."""
        system, baths = random_model(name, np.random.default_rng(seed))
        pairs = couplings(system, baths, quadratures=False)
        rho = qutip.steadystate(qutip_generator(system, pairs)).full()
        found = density_matrices(system, steady_states(system, baths))
        np.testing.assert_allclose(found, rho, rtol=0, atol=1e-12)

    @pytest.mark.parametrize("name", ["xi", "coupled_tls"])
    def test_one_operator_is_not_enough_for_the_others(self, name):
        """What the quadratures are for: without them the state differs in second order."""
        system, baths = random_model(name, np.random.default_rng(0))
        pairs = couplings(system, baths, quadratures=False)
        rho = qutip.steadystate(qutip_generator(system, pairs)).full()
        found = density_matrices(system, steady_states(system, baths))
        assert 1e-6 < np.abs(np.diag(found - rho)).max() < 1e-2

    @pytest.mark.parametrize("phase", [0.0, 0.8, -2.3])
    @pytest.mark.parametrize("name", ["lambda", "v"])
    def test_constant_eigenvectors(self, name, phase):
        """Smooth spectra, one operator for each eigenvector: f = 1, a cross phase, ohmic shapes."""
        system = THREE_LEVEL[name](1.0, 0.1)
        amplitudes = [np.array([1.0, 1.4]), np.array([1.3, 0.6])]
        shapes = [spectra.Ohmic(0.03, 1.0, 3.0), spectra.Ohmic(0.05, 2.0, 0.7)]
        # gamma_ij = conj(v_i) v_j gamma, Eq. (7)
        vectors = [amplitude * np.exp([0.0, 1j * phase]) for amplitude in amplitudes]
        baths = [
            Bath(
                str(number),
                lambda w, vector=vector, shape=shape: np.multiply.outer(
                    shape(w), np.outer(vector.conj(), vector)
                ),
                temperature,
            )
            for number, (vector, shape, temperature) in enumerate(
                zip(vectors, shapes, (0.5, 1.7), strict=True)
            )
        ]
        pairs = []
        for vector, shape, bath in zip(vectors, shapes, baths, strict=True):
            lowering = np.einsum("i,ikl->kl", vector.conj(), system.lowering_operators)
            spectrum = noise(lambda w, shape=shape: float(shape(w)), bath.temperature)
            pairs.append((hermitian(lowering), spectrum))
        rho = qutip.steadystate(qutip_generator(system, pairs)).full()
        found = density_matrices(system, steady_states(system, baths))
        assert abs(found[0, 1]) > 1e-3
        np.testing.assert_allclose(found, rho, rtol=0, atol=1e-12)


def pure(*amplitudes):
    vector = np.array(amplitudes, dtype=complex)
    vector /= np.linalg.norm(vector)
    return np.outer(vector, vector.conj())


class TestApproach:
    """Integration in time by QuTiP, from states far away, to the same state by the same way."""

    TIMES = np.array([0.0, 1.0, 7.0, 40.0, 200.0])

    @pytest.mark.parametrize("name", SYSTEMS)
    @pytest.mark.parametrize("start", range(4))
    def test_mesolve(self, name, start):
        system, baths = random_model(name, np.random.default_rng(11))
        size = len(system.levels)
        states = [
            pure(*np.eye(size)[0]),
            pure(*np.eye(size)[-1]),
            pure(*np.ones(size)),
            pure(*(1j ** np.arange(size) * np.arange(1, size + 1))),
        ]
        solution = qutip.mesolve(
            qutip_generator(system, couplings(system, baths)),
            qutip.Qobj(states[start]),
            self.TIMES,
            options=INTEGRATION,
        )
        found = time_evolution(system, baths, states[start], self.TIMES)
        expected = [state.full() for state in solution.states]
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)

    @pytest.mark.parametrize("name", SYSTEMS)
    def test_brmesolve_ends_in_the_steady_state(self, name):
        """The time over which exp(L t) forgets its initial state, from two opposite ones."""
        system, baths = random_model(name, np.random.default_rng(12))
        size = len(system.levels)
        generator = generator_matrix(system, baths, "nonsecular")
        gap = np.sort(np.abs(np.linalg.eigvals(generator).real))[1]
        found = density_matrices(system, steady_states(system, baths))
        for start in (0, size - 1):
            solution = qutip.brmesolve(
                qutip.Qobj(system.hamiltonian),
                qutip.basis(size, start),
                [0.0, 30.0 / gap],
                a_ops=couplings(system, baths),
                sec_cutoff=-1,
                options=INTEGRATION,
            )
            np.testing.assert_allclose(solution.states[-1].full(), found, rtol=0, atol=1e-12)


# Cases of QuTiP's own tests ----------------------------------------------------------------------


def ladder(name, energies, *steps):
    """A ladder with a transition from each level down by each number of steps."""
    levels = [str(number) for number in range(len(energies))]
    pairs = [(low, low + step) for step in steps for low in range(len(energies) - step)]
    return systems.LevelSystem(
        name=name,
        levels=tuple(levels),
        energies=tuple(energies),
        transitions=tuple(
            systems.Transition(levels[low], levels[high], energies[high] - energies[low])
            for low, high in pairs
        ),
    ), pairs


def test_simple_qubit_system():
    """Of `test_brmesolve.py`: a qubit that decays with 0.25 at the frequency pi."""
    qubit, _ = ladder("qubit", (0.0, np.pi), 1)
    bath = Bath("vacuum", CollectiveTransition(spectra.Flat(0.25), (1.0,)), occupation=0.0)
    start = (qutip.basis(2, 0) + 2 * qutip.basis(2, 1)).unit()
    times = np.linspace(0.0, 10.0, 100)
    found = time_evolution(qubit, [bath], start.proj().full(), times)
    decay = [np.sqrt(0.25) * qutip.destroy(2)]
    expected = qutip.mesolve(np.pi * qutip.num(2), start, times, decay, options=INTEGRATION)
    states = [state.full() for state in expected.states]
    np.testing.assert_allclose(found, states, rtol=0, atol=1e-11)


@pytest.mark.parametrize("number", [0.0, 0.15])
def test_harmonic_oscillator(number):
    """Of `test_brmesolve.py`, without the drive, which is no level system: ten levels."""
    dimension, kappa, frequency = 10, 0.15, 2.0 * np.pi
    oscillator, pairs = ladder("oscillator", frequency * np.arange(dimension), 1)
    amplitudes = [np.sqrt(high) for _, high in pairs]
    bath = Bath("bath", CollectiveTransition(spectra.Flat(kappa), amplitudes), occupation=number)
    start = sum(qutip.basis(dimension, level) for level in (0, 2, 4)).unit()
    times = np.linspace(0.0, 20.0, 50)
    found = time_evolution(oscillator, [bath], start.proj().full(), times)
    a = qutip.destroy(dimension)
    jumps = [np.sqrt(kappa * (number + 1.0)) * a, np.sqrt(kappa * number) * a.dag()]
    expected = qutip.mesolve(
        frequency * qutip.num(dimension), start, times, jumps, options=INTEGRATION
    )
    states = [state.full() for state in expected.states]
    np.testing.assert_allclose(found, states, rtol=0, atol=1e-11)


def test_operator_of_one_and_two_quanta():
    """Of `test_brtools.py`, compared with Lindblad's form there too: a + a^2/2, one at w > 0."""
    dimension = 5
    oscillator, pairs = ladder("oscillator", np.arange(float(dimension)), 1, 2)
    a = qutip.destroy(dimension)
    lowering = a + a**2 / 2
    amplitudes = [lowering[low, high].real for low, high in pairs]
    bath = Bath("bath", CollectiveTransition(spectra.Flat(1.0), amplitudes), occupation=0.0)
    found = generator_matrix(oscillator, [bath], "nonsecular")
    expected = qutip.liouvillian(qutip.num(dimension), [lowering])
    order = np.arange(dimension**2).reshape(dimension, dimension).T.ravel()
    np.testing.assert_allclose(found, expected.full()[np.ix_(order, order)], rtol=0, atol=1e-14)
