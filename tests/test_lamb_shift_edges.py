"""The equation with principal values at its edges, as `test_edges` does it for the others."""

from __future__ import annotations

import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import test_edges as edges
from drawn_at_random import examples
from steady_coherence import systems
from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CollectiveTransition, InterferingTransitions
from steady_coherence.generator import generator_matrix
from steady_coherence.spectra import Flat, Lorentzian, Ohmic
from steady_coherence.weight_factors import Constant

LAMB = "nonsecular_lamb"
#: Names of shapes, without their strengths: broad and narrow, near and far, cut off low and high.
SHAPES = {
    "lorentzian": Lorentzian(1.0, 1.0, 0.1),
    "narrow": Lorentzian(1.0, 1.0, 1e-6),
    "far": Lorentzian(1.0, 1e3, 1.0),
    "ohmic": Ohmic(1.0, 1.0, 5.0),
    "sub-ohmic": Ohmic(1.0, 0.5, 5.0),
    "super-ohmic": Ohmic(1.0, 3.0, 0.5),
    "cut off below": Ohmic(1.0, 1.0, 0.05),
    "cut off above": Ohmic(1.0, 1.0, 100.0),
}


def curve(name, strength):
    return replace(SHAPES[name], strength=strength)


@st.composite
def curves(draw):
    """A spectrum with principal values, or none at all: a flat one of strength 0."""
    strength = draw(st.sampled_from(edges.STRENGTHS))
    if not strength and draw(st.booleans()):
        return Flat(0.0)
    return curve(draw(st.sampled_from(sorted(SHAPES))), strength)


@st.composite
def shared_baths(draw):
    """Coupling spectrum of a bath of a three-level system."""
    weight = draw(st.sampled_from([0.0, 1e-12, 0.5, 1.0 - 1e-12, 1.0]))
    phase = draw(st.sampled_from([0.0, 1.0, math.pi / 2, math.pi]))
    return InterferingTransitions((draw(curves()), draw(curves())), Constant(weight), phase)


@st.composite
def three_level_cases(draw):
    make = draw(st.sampled_from([systems.lambda_system, systems.v_system, systems.xi_system]))
    system = make(1.0, draw(st.sampled_from([0.0, 1e-12, -1e-6, 0.01, -0.5, -1.9])))
    entries = [draw(shared_baths()), draw(shared_baths())]
    chosen = draw(st.sampled_from([entries, entries[:1] * 2]))
    names = ("left", "right")
    return system, list(map(Bath, names, chosen, draw(edges.temperature_pairs())))


@st.composite
def coupled_cases(draw):
    # With 0 < |g| < rates, the shifts may mix the sites faster than all else.
    frequencies = draw(st.sampled_from([(1.0, 1.0), (1.1, 0.9), (0.9, 1.1)]))
    couplings = [0.0, 1e-17, 1e-12, -1e-9, 0.02, -0.5]
    system = systems.coupled_tls(*frequencies, draw(st.sampled_from(couplings)))
    entries = [draw(curves()), draw(curves())]
    return system, site_baths(system, entries, draw(edges.temperature_pairs()))


def site_baths(system, entries, temperatures):
    return [
        Bath(str(site), CollectiveTransition(entry, amplitudes), temperature)
        for site, (amplitudes, entry, temperature) in enumerate(
            zip(system.site_amplitudes, entries, temperatures, strict=True), start=1
        )
    ]


@examples(15)
@given(three_level_cases() | coupled_cases())
def test_state_is_sound_or_marked(case):
    """Trace 1, a residual at rounding level, no warning, NaN where it is marked and only there."""
    system, baths = case
    matrix = generator_matrix(system, baths, LAMB)
    # What S- adds and S+ takes back leaves its rounding.
    shifts = [
        np.linalg.norm(bath.principal_values(energy, bath.state))
        for bath in baths
        for energy in np.unique(system.transition_energies)
    ]
    edges.assert_sound(system, baths, LAMB, matrix, sum(shifts))


@pytest.mark.parametrize("coupling", [1e-17, 1e-12, 1e-6])
def test_shifts_that_mix_faster_than_the_rates_decay(coupling):
    """Sites in resonance, with shifts 1e6 times the rates: against sixty digits."""
    system = systems.coupled_tls(1.0, 1.0, coupling)
    entries = (
        curve("cut off below", 0.3),
        curve("ohmic", 1e-12),
    )
    baths = site_baths(system, entries, (3.0, 1.0))
    matrix = generator_matrix(system, baths, LAMB)
    result = edges.solve(system, baths, LAMB)
    assert result["unique"]
    # The larger of what is summed, over the smaller of what it is compared with.
    diagonal = np.abs(matrix[5, 5])  # of the population of the level E1
    mixing = np.abs(matrix[6]).max()  # into the coherence of E1 and E2
    assert mixing > 1e6 * diagonal
    rounding = np.finfo(float).eps * mixing / diagonal
    assert result["residual"] < rounding
    with mpmath.workdps(60):
        equations = mpmath.matrix(matrix)
        equations[0, :] = mpmath.matrix(np.eye(4).reshape(1, -1))  # instead: trace 1
        exact = mpmath.lu_solve(equations, mpmath.matrix([1] + 15 * [0]))
    expected = np.array([complex(element) for element in exact]).reshape(4, 4)
    rho = edges.density_matrices(system, result)
    np.testing.assert_allclose(rho, expected, rtol=0, atol=rounding)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("make", [systems.v_system, systems.xi_system])
def test_nothing_is_excited_without_temperature(make, shape):
    """At T = 0 the shifts of absorption vanish with its rates: the ground state, to the bit."""
    both = [curve(shape, 0.01)] * 2
    system = make(1.0, 0.01)
    cold = np.array([0.0, 5e-324, 1e-200, 1e-12])
    result = edges.solve(
        system, [Bath("only", InterferingTransitions(both, Constant(0.5), 1.0), cold)], LAMB
    )
    lowest = system.index(min(zip(system.energies, system.levels, strict=True))[1])
    np.testing.assert_array_equal(result["unique"], True)
    np.testing.assert_array_equal(result["population"][lowest], 1.0)
    assert result["coherence"].max() < 1e-20


@pytest.mark.parametrize("shape", SHAPES)
def test_shifts_are_finite_and_grow_with_the_temperature_at_most(shape):
    """|S+| < gamma T/eps but for a logarithm, from T = 0 to 1e12."""
    temperatures = np.array(edges.TEMPERATURES)
    bath = Bath("only", CollectiveTransition(curve(shape, 0.01), (1.0,)), temperatures)
    with np.errstate(all="raise", under="ignore"):
        emission, absorption = bath.principal_values(1.005, temperatures)
    assert np.isfinite(emission).all()
    np.testing.assert_array_equal(absorption[..., :2], 0.0)
    vacuum = emission[0, 0, 0].real
    np.testing.assert_allclose(emission - absorption, vacuum, rtol=1e-12, atol=1e-15 * 1e12)
