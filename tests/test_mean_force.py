"""Equilibrium at weak coupling: the second-order formula against exponentials of whole H."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from scipy.linalg import expm

from steady_coherence import systems
from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CollectiveTransition, InterferingTransitions
from steady_coherence.exact_states import exact_state
from steady_coherence.mean_force import mean_force_coherence
from steady_coherence.spectra import Flat, Lorentzian, Ohmic, Tabulated
from steady_coherence.steady_states import steady_states
from steady_coherence.weight_factors import Constant, Isotropic

TEMPERATURES = np.array([0.05, 0.3, 1.0, 5.0])
SYSTEMS = {
    "lambda": systems.lambda_system(1.0, 0.1),
    "lambda, degenerate": systems.lambda_system(1.0, 0.0),
    "v": systems.v_system(1.0, -0.3),
    "xi": systems.xi_system(1.0, 0.2),
    "coupled_tls": systems.coupled_tls(1.0, 1.2, 0.07),
}


def two_baths(system, scale, exponent=1.0, cutoff=2.0):
    """Coupling spectra of two unlike baths of a given strength."""
    if system.site_amplitudes:
        return [
            CollectiveTransition(Ohmic(scale * (1.0 + site), exponent, cutoff), amplitudes)
            for site, amplitudes in enumerate(system.site_amplitudes)
        ]
    first = [Ohmic(scale, exponent, cutoff), Ohmic(2.0 * scale, exponent, cutoff)]
    second = [Ohmic(2.0 * scale, exponent, 3.0 * cutoff), Ohmic(scale, exponent, cutoff)]
    return [
        InterferingTransitions(first, Constant(0.7), 0.4),
        InterferingTransitions(second, Isotropic(3, 2.0, 1.0), -0.9),
    ]


def baths(spectra, temperature=TEMPERATURES):
    return [Bath(str(number), each, temperature) for number, each in enumerate(spectra)]


def over_strength(system, exponent, cutoff):
    """rho_12/gamma by the equation with principal values, for gamma to zero."""
    values = []
    for scale in (2e-7, 1e-7):
        state = steady_states(
            system, baths(two_baths(system, scale, exponent, cutoff)), "nonsecular_lamb"
        )
        values.append((state["coherence_real"] + 1j * state["coherence_imag"]) / scale)
    return 2.0 * values[1] - values[0]  # the next order taken out


@pytest.mark.parametrize(("exponent", "cutoff"), [(1.0, 2.0), (3.0, 0.5), (0.3, 5.0)])
@pytest.mark.parametrize("name", ["lambda", "v", "coupled_tls"])
def test_equation_with_principal_values_tends_to_the_mean_force_state(name, exponent, cutoff):
    system = SYSTEMS[name]
    formula = mean_force_coherence(
        system, baths(two_baths(system, 1.0, exponent, cutoff)), TEMPERATURES
    )
    np.testing.assert_allclose(over_strength(system, exponent, cutoff), formula, rtol=1e-8)


def whole_exponential(system, modes, temperature):
    """<1|tr_B exp(-H/T)|2>/Z of a system and modes (frequency, g_i) of at most four quanta."""
    size, quanta = len(system.levels), 5
    lowering = np.diag(np.sqrt(np.arange(1.0, quanta)), 1)
    total = np.kron(system.hamiltonian, np.eye(quanta ** len(modes))).astype(complex)
    for number, (frequency, couplings) in enumerate(modes):
        before, after = np.eye(quanta**number), np.eye(quanta ** (len(modes) - number - 1))
        annihilation = np.kron(np.kron(before, lowering), after)
        total += frequency * np.kron(np.eye(size), annihilation.T @ annihilation)
        for operator, coupling in zip(system.lowering_operators, couplings, strict=True):
            term = coupling * np.kron(operator.T, annihilation)
            total += term + term.conj().T
    state = expm(-total / temperature)
    state = np.einsum("kxmx->km", state.reshape(2 * (size, total.shape[0] // size)))
    first, second = system.structure.pair
    return state[first, second] / np.trace(state)


@pytest.mark.parametrize("name", [name for name in SYSTEMS if name != "coupled_tls"])
def test_formula_is_the_second_order_of_the_whole_exponential(name):
    """Two modes stand for the bath: narrow tables of area 2 pi g*_i g_j."""
    system, temperature, width = SYSTEMS[name], 0.1, 1e-5
    modes = [(0.8, np.array([1.0, 0.5j])), (1.3, np.array([0.4, -1.2]))]

    parts = [
        (
            # The interpolation of such a table has an area of 4/3 height times width.
            Tabulated(frequency + width * np.array([-1.0, 0.0, 1.0]), [0.0, 0.75 / width, 0.0]),
            2.0 * np.pi * np.outer(couplings.conj(), couplings),
        )
        for frequency, couplings in modes
    ]
    bath = Bath("modes", SimpleNamespace(parts=parts), temperature)
    formula = mean_force_coherence(system, [bath], [temperature])
    orders = [
        whole_exponential(system, [(w, scale * g) for w, g in modes], temperature) / scale**2
        for scale in (4e-3, 2e-3)
    ]
    expected = (4.0 * orders[1] - orders[0]) / 3.0
    np.testing.assert_allclose(formula, expected, rtol=2e-6, atol=1e-13)
    assert (abs(expected) > 1e-4) == (name != "xi")


@pytest.mark.parametrize("name", ["lambda", "v"])
def test_exact_equilibrium_is_that_of_the_formula(name):
    """Where gamma is as large as the splitting, the equation with principal values is not."""
    system = {"lambda": systems.lambda_system, "v": systems.v_system}[name](1.0, 0.01)
    full, unequal = Constant(1.0), (Ohmic(0.01, 1.0, 2.0), Ohmic(0.02, 1.0, 2.0))
    spectra = [InterferingTransitions(pair, full) for pair in (unequal, unequal[::-1])]
    exact = exact_state(system, baths(spectra, 1.0), depth=2)
    (formula,) = mean_force_coherence(system, baths(spectra, 1.0), [1.0])
    assert exact.coherence == pytest.approx(formula, rel=0.01)
    by_equation = steady_states(system, baths(spectra, 1.0), "nonsecular_lamb")["coherence_real"]
    assert abs(by_equation / formula.real - 1.0) > 0.15


def test_no_equilibrium_for_spectra_that_do_not_end_above_zero():
    system = SYSTEMS["v"]
    for curve, text in (
        (Flat(0.01), "spectrum from frequency -inf on, expected"),
        (Lorentzian(0.01, 1.0, 0.1), "spectrum from frequency -inf on, expected"),
        (Ohmic(0.01, 0.0, 1.0), "equilibrium has no limit, expected"),
    ):
        spectrum = InterferingTransitions([curve, curve], Constant(1.0))
        with pytest.raises(ValueError, match=text):
            mean_force_coherence(system, baths([spectrum]), TEMPERATURES)
    with pytest.raises(ValueError, match="does not say of what curves"):
        mean_force_coherence(system, baths([two_baths(system, 1.0)[0].__call__]), TEMPERATURES)
