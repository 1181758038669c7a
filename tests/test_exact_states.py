"""Exact steady states for any bath: damped modes, free oscillators, limits, conservation laws."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
import pytest
from scipy.integrate import quad_vec

import random_variants
import steady_coherence as sc
from drawn_at_random import share
from li_cai_sun_2015.configuration.variant import load_variant
from steady_coherence.coupling_spectra import CollectiveTransition
from steady_coherence.damped_modes import Mode, exact_steady_state
from steady_coherence.exact_states import dipole_hierarchy, exact_state, rotating_hierarchy
from steady_coherence.mean_force import mean_force_coherence
from steady_coherence.principal_values import principal_value
from steady_coherence.spectra import Lorentzian, Ohmic, Tabulated, planck_number
from steady_coherence.support import Support
from steady_coherence.systems import LevelSystem, Transition, lambda_system, v_system

PROPORTIONS = ((1.0, 2.0), (2.0, 1.0))


def broad(strength):
    """A spectrum with its maximum at 1.5, and this value at 1."""
    return Ohmic(strength * np.exp(2.0), 3.0, 0.5)


def scaled(strength, proportion):
    return broad(strength * proportion)


def pair(curve, weight=1.0, phases=(0.0, 0.0), **states):
    """Baths in the proportions of Fig. 3."""
    [(kind, values)] = states.items()
    return [
        sc.Bath(
            name,
            sc.InterferingTransitions([curve(p) for p in parts], sc.Constant(weight), phase),
            **{kind: value},
        )
        for name, parts, phase, value in zip(
            ("left", "right"), PROPORTIONS, phases, values, strict=True
        )
    ]


@dataclass(frozen=True)
class TwoLines:
    """Two Lorentzians of one spectrum."""

    lines: tuple[Lorentzian, Lorentzian]
    divergence = ""

    def __call__(self, frequency):
        return sum(line(frequency) for line in self.lines)

    @property
    def support(self):
        marks = {mark for line in self.lines for mark in line.support.breakpoints}
        reach = (-2.0e4, 2.0e4)
        return Support(-np.inf, np.inf, tuple(sorted(marks)), reach, self.lines[0].support.tail)


@pytest.mark.parametrize("make", [lambda_system, v_system])
@pytest.mark.parametrize("centers", [(1.0,), (0.9, 1.3)])
def test_damped_modes(make, centers):
    """One and two damped modes a bath, whose couplings follow from the height of their lines."""
    system = make(1.0, 0.02)
    strength, width, occupations = 4e-3, 0.25, (0.3, 1.0)
    lines = [Lorentzian(strength, center, width) for center in centers]

    def curve(proportion):
        scaled = tuple(Lorentzian(proportion * strength, line.center, width) for line in lines)
        return scaled[0] if len(scaled) == 1 else TwoLines(scaled)

    modes = [
        Mode(
            "mode",
            center,
            2.0 * width,
            tuple(np.sqrt(p * strength * width / 2.0) for p in parts),
            number,
        )
        for (parts, number), center in product(zip(PROPORTIONS, occupations, strict=True), centers)
    ]
    expected = exact_steady_state(system, modes, 3)
    found = exact_state(system, pair(curve, occupation=occupations))
    np.testing.assert_allclose(
        found.density_matrix, expected.density_matrix, rtol=0, atol=1e-10 * abs(found.coherence)
    )
    assert found.fit_error < 1e-10 * abs(found.coherence)
    assert sum(found.excitation_current) == pytest.approx(0.0, abs=1e-15)


def two_oscillators(quanta, energies):
    """Two oscillators with at most so many quanta, and for each transition the mode and root."""
    states = [(n, m) for n, m in product(range(quanta + 1), repeat=2) if n + m <= quanta]
    labels = {state: f"n{state[0]}{state[1]}" for state in states}
    transitions, kinds = [], []
    for (n, m), mode in product(states, (0, 1)):
        upper = (n + 1, m) if mode == 0 else (n, m + 1)
        if upper in labels:
            transitions.append(Transition(labels[n, m], labels[upper], energies[mode]))
            kinds.append((mode, np.sqrt(max(upper[mode], 1))))
    values = tuple(n * energies[0] + m * energies[1] for n, m in states)
    pair = (labels[1, 0], labels[0, 1])
    system = LevelSystem("oscillators", tuple(labels.values()), values, tuple(transitions), pair)
    return system, states, kinds


def test_free_oscillators():
    """Two oscillators in two baths: <a_1^dagger a_2> by Green's functions, at any coupling.

    In Lambda's and V's place: what they lack is interaction, so that this is solved by quadrature,
    <a_l^dagger a_k> = sum_b int dw/(2 pi) gamma_b(w) N_b(w) (G g_b)_k (G g_b)_l^*.
    """
    energies, strength = (1.01, 0.99), 0.01
    amplitudes, temperatures = np.array([[1.0, 1.4], [1.4, 1.0]]), (0.12, 0.18)
    spectrum = broad(strength)
    system, states, kinds = two_oscillators(2, energies)
    baths = [
        sc.Bath(
            "bath",
            CollectiveTransition(spectrum, tuple(root * row[mode] for mode, root in kinds)),
            temperature=temperature,
        )
        for row, temperature in zip(amplitudes, temperatures, strict=True)
    ]
    state = exact_state(system, baths, depth=2)  # the next order changes the sixth digit
    lower = np.zeros((2, len(states), len(states)))
    for (mode, root), operator in zip(kinds, system.lowering_operators, strict=True):
        lower[mode] += root * operator
    found = np.einsum("kab,bc,lac->kl", lower, state.density_matrix, lower)

    couplings = amplitudes.T @ amplitudes
    nodes = np.linspace(1e-3, 3.0, 300)
    shifts = [principal_value(spectrum, spectrum.support, w)[0] for w in nodes.tolist()]

    def integrand(w):
        shift = np.interp(w, nodes, shifts)
        inverse = w * np.eye(2) - np.diag(energies) - couplings * (shift - 0.5j * spectrum(w))
        reply = np.linalg.solve(inverse, amplitudes.T.astype(complex))  # (mode, bath)
        weights = spectrum(w) * planck_number(w, np.array(temperatures)) / (2.0 * np.pi)
        return np.einsum("kb,lb,b->kl", reply, reply.conj(), weights)

    marks = [0.2, 0.8, 0.95, 1.0, 1.05, 1.2, 3.0]
    expected = sum(
        quad_vec(integrand, low, high, epsabs=1e-8 * abs(strength), quadrature="gk15")[0]
        for low, high in zip([1e-3, *marks], marks, strict=False)
    )
    error = np.abs(found - expected).max()
    assert abs(expected[0, 1]) > 1e-5
    assert error < 3e-3 * abs(expected[0, 1])


@pytest.mark.parametrize("make", [lambda_system, v_system])
def test_weak_coupling(make):
    """At fixed splitting the equation with principal values errs by the square of the strength."""
    system, strengths = make(1.0, 0.01), (1e-5, 2e-5)
    errors = []
    for strength in strengths:
        weak, unit = (
            pair(partial(scaled, by), 0.5, (0.4, -0.9), temperature=(1.0, 2.0))
            for by in (strength, 1.0)
        )
        exact = exact_state(system, unit, depth=2, strength=strength)
        state = sc.steady_states(system, weak, "nonsecular_lamb")
        second = complex(state["coherence_real"], state["coherence_imag"])
        errors.append(abs(second - exact.coherence))
        assert errors[-1] < 1e-3 * abs(exact.coherence)
    assert np.log2(errors[1] / errors[0]) == pytest.approx(2.0, abs=0.02)


CURVES = ("broad", "ohmic", "narrow", "table")
SYSTEMS = (lambda_system(1.0, 0.01), v_system(1.0, -0.01))
#: Each curve for one system, in turn, and then for the other.
TURNS = [(CURVES[n % 4], SYSTEMS[(n + n // 4) % 2]) for n in range(8)]


@pytest.mark.parametrize(("curve", "system"), share(TURNS, few=4))
def test_one_per_cent(curve, system):
    """Fit and truncation leave less than one per cent, and excitations are kept."""
    strength = 1e-2
    rows = np.linspace(0.0, 5.0, 51)
    curves = {
        "broad": lambda p: broad(p * strength),
        "ohmic": lambda p: Ohmic(p * strength, 1.0, 5.0),
        "narrow": lambda p: Ohmic(p * strength * np.exp(25.0), 25.0, 0.04),
        "table": lambda p: Tabulated(rows, p * broad(strength)(rows)),
    }
    state = exact_state(system, pair(curves[curve], temperature=(1.0, 2.0)))
    # That of the order below, some ten times the one at this order.
    assert state.truncation_error < 0.03 * abs(state.coherence)
    assert state.fit_error < 0.01 * abs(state.coherence)
    assert state.excitation_current[1] > 0.0
    assert abs(state.excitation_current.sum()) < 1e-10 * state.excitation_current[1]


@pytest.mark.parametrize("make", [lambda_system, v_system])
def test_one_temperature(make):
    """The mean-force Gibbs state: its formula and the exact solution share no step."""
    system, strength = make(1.0, 0.1), 1e-4
    baths = pair(broad, 0.8, (0.4, -0.9), temperature=(1.0, 1.0))
    state = exact_state(system, baths, depth=2, strength=strength)
    [formula] = strength * mean_force_coherence(system, baths, [1.0])
    assert abs(state.coherence - formula) < 0.01 * abs(formula)
    # Nothing flows: what is left is the error of the fit, in the fourth order.
    assert np.abs(state.excitation_current).max() < 1e-3 * strength**2


def test_dipole_coupling():
    """Without rotating waves QuTiP's hierarchy takes the same exponentials."""
    heom = pytest.importorskip("qutip.solver.heom")
    qutip = pytest.importorskip("qutip", minversion="5")
    system, strength, width, occupations = lambda_system(1.0, 0.05), 0.01, 0.25, (0.3, 0.6)
    baths = pair(lambda p: Lorentzian(p * strength, 1.0, width), occupation=np.array(occupations))
    found, _ = dipole_hierarchy(system, baths).steady_state()
    others = []
    for parts, number in zip(PROPORTIONS, occupations, strict=True):
        coupling = sum(
            np.sqrt(part) * (operator + operator.T)
            for part, operator in zip(parts, system.lowering_operators, strict=True)
        )
        # (N exp(i w t) + (N + 1) exp(-i w t)) exp(-width t), as real and imaginary part.
        rates, height = [width - 1.0j, width + 1.0j], 0.5 * strength * width
        real = [0.5 * height * (2.0 * number + 1.0)] * 2
        imaginary = [0.5j * height, -0.5j * height]
        others.append(heom.BosonicBath(qutip.Qobj(coupling), real, rates, imaginary, rates))
    solver = heom.HEOMSolver(qutip.Qobj(system.hamiltonian), others, max_depth=3)
    expected, _ = solver.steady_state()
    np.testing.assert_allclose(found, expected.full(), rtol=0, atol=1e-11)
    assert abs(found[0, 1] - exact_state(system, baths).coherence) > 1e-3


def test_counter_term():
    """It is int dw/(2 pi) gamma/w: for gamma w^3 exp(-w/c) 2 gamma c^3/(2 pi)."""
    system, depth = v_system(1.0, 0.1), 1
    [bath] = [
        sc.Bath(
            "bath",
            sc.InterferingTransitions([Ohmic(1.0, 3.0, 0.5)] * 2, sc.Constant(1.0)),
            temperature=1.0,
        )
    ]
    matrices = [
        dipole_hierarchy(system, [bath], depth, counter_term=counter).matrix[:9, :9].toarray()
        for counter in (True, False)
    ]
    # d rho_12/dt has -i H_12 rho_22; X_1^2 + ... has |1><2| once.
    found = (matrices[0] - matrices[1])[1, 4] / -1.0j
    assert found == pytest.approx(2.0 * 0.5**3 / (2.0 * np.pi), rel=1e-9)


def test_evolution():
    """It ends in the steady state; on its way the equation with principal values is close."""
    system, strength = lambda_system(1.0, 0.02), 2e-3
    initial = np.diag([1.0, 0.0, 0.0])
    unit, weak = (pair(partial(scaled, by), temperature=(1.0, 2.0)) for by in (1.0, strength))
    hierarchy = rotating_hierarchy(system, unit, 2, 12, strength)
    states = hierarchy.evolve(initial, 1200.0, 13)
    expected, _ = hierarchy.steady_state()
    np.testing.assert_allclose(states[-1], expected, rtol=0, atol=1e-3)
    np.testing.assert_allclose(np.trace(states, axis1=1, axis2=2), 1.0, rtol=0, atol=1e-10)
    second = sc.time_evolution(
        system, weak, initial, np.linspace(0.0, 1200.0, 13), "nonsecular_lamb"
    )
    assert np.abs(states[1] - expected).max() > 0.1
    np.testing.assert_allclose(states, second, rtol=0, atol=3e-3)


@pytest.mark.parametrize(
    ("curve", "message"),
    [
        (sc.Flat, "bath left has no exact solution: a flat spectrum does not fall off"),
        (lambda p: Lorentzian(p, 1.0, 0.1), "its spectrum does not vanish at frequency 0"),
        (lambda p: Ohmic(p, 0.0, 1.0), "does not vanish at frequency 0"),
    ],
)
def test_refused(curve, message):
    with pytest.raises(ValueError, match=message):
        exact_state(lambda_system(), pair(curve, temperature=(1.0, 2.0)))


def test_fit_error_tells():
    """So many oscillations need more exponentials than there are."""
    far = sc.Isotropic(3, 10.0, 1.0)
    baths = [
        sc.Bath(str(t), sc.InterferingTransitions([broad(0.01)] * 2, far), temperature=t)
        for t in (1.0, 2.0)
    ]
    state = exact_state(lambda_system(), baths, depth=2)
    assert state.fit_error > 0.1 * abs(state.coherence)


@pytest.mark.parametrize("seed", share([100, 117, 132, 142], few=2))
def test_random_variants(seed, tmp_path):
    """Every bath of a variant is solved, and keeps excitations, or is refused in one line."""
    random_variants.write(tmp_path, "mine", random_variants.draw(np.random.default_rng(seed)))
    variant = load_variant("mine", folder=tmp_path)
    for name in ("lambda", "coupled_tls"):
        system = variant.level_system(name)
        unit = float(np.mean(system.transition_energies))
        try:
            state = exact_state(system, variant.baths(name, [0.7 * unit, 1.3 * unit]), depth=2)
        except ValueError as error:
            said = str(error)
        else:
            said = ""
            assert np.trace(state.density_matrix) == pytest.approx(1.0, abs=1e-12)
            assert abs(state.excitation_current.sum()) < 1e-14 * unit
        assert re.fullmatch(r"|bath \w+ has no exact solution: .*|.* is not unique", said)
