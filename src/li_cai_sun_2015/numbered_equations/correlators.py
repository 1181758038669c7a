"""The beginning of Appendix A: from H_SB to one-sided integrals of bath correlators."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from li_cai_sun_2015.numbered_equations import printed
from li_cai_sun_2015.numbered_equations.checks import Corrected, Example, Findings, deviation
from li_cai_sun_2015.numbered_equations.derivation import operators
from li_cai_sun_2015.numbered_equations.samples import (
    Matrix,
    draw,
    draw_state,
    random_complex,
    spectrum_of,
)
from li_cai_sun_2015.numbered_equations.truth import commutator
from li_cai_sun_2015.numbered_equations.verdicts import Slip, equation
from steady_coherence import lambda_system, master_equations
from steady_coherence.principal_values import principal_value

Real = NDArray[np.float64]


class TruncatedModel:
    """Two transitions and two oscillator modes of a few levels each, as matrices.

    Levels 0 to 2 of each mode are kept. What (A.1) and (A.2) say needs no more of
    b_k than that it lowers the energy of the mode by w_k.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        sample = draw(rng)
        system = lambda_system(1.0, sample.energy_difference)
        lower, unit = np.diag(np.sqrt([1.0, 2.0]), 1), np.eye(3)
        modes = np.array([np.kron(lower, unit), np.kron(unit, lower)])
        frequencies = rng.uniform(0.5, 1.5, 2)
        self.couplings = random_complex(rng, 2, 2)
        self.system_energies = np.array(system.energies)
        self.transition_energies = system.transition_energies
        bosons = np.array([np.diag(mode.T @ mode) for mode in modes])
        self.bath_energies = frequencies @ bosons
        weights = np.exp(-(frequencies / sample.temperatures) @ bosons)
        self.bath_state = np.diag(weights / weights.sum()).astype(complex)
        self.lower = operators(system)
        self.upper = printed.raising(self.lower)
        self.modes, self.frequencies = modes, frequencies

    def bath_operator(self, i: int, time: float) -> Matrix:
        """B_i(t) = sum_k g_ik b_k exp(-i w_k t)."""
        weights = self.couplings[i - 1] * np.exp(-1j * self.frequencies * time)
        return np.asarray(np.einsum("k,kpq->pq", weights, self.modes))

    def absorbing_half(self, time: float) -> Matrix:
        """V+(t) = sum_i phi+_i(t) B_i(t) with phi+_i(t) = phi+_i exp(i eps_i t)."""
        turns = np.exp(1j * self.transition_energies * time)
        first, second = (
            np.kron(turns[i - 1] * self.upper[i], self.bath_operator(i, time)) for i in (1, 2)
        )
        return np.asarray(first + second)

    def interaction(self, time: float) -> Matrix:
        """H_SB of Eq. (3) in the interaction picture of H_S + H_B."""
        bare = self.absorbing_half(0.0)
        energies = np.add.outer(self.system_energies, self.bath_energies).reshape(-1)
        turns = np.exp(1j * np.subtract.outer(energies, energies) * time)
        return np.asarray((bare + bare.conj().T) * turns)

    def second_order(self, now: Matrix, then: Matrix, rho: Matrix) -> Matrix:
        """-Tr_B [V(t), [V'(t-s), rho x rho_B]], the integrand of Eq. (4) for V = V' = H_SB."""
        double = commutator(now, commutator(then, np.kron(rho, self.bath_state)))
        return np.asarray(-np.einsum("kplp->kl", double.reshape(3, 9, 3, 9)))

    def mean(self, left: Matrix, right: Matrix) -> complex:
        """Expectation value of a product in the state of the bath."""
        return complex(np.trace(left @ right @ self.bath_state))

    def eight_terms(self, rho: Matrix, time: float, delay: float) -> Matrix:
        """Integrand of the unnumbered expansion below (A.2)."""
        total = np.zeros_like(rho)
        energies = dict(enumerate(self.transition_energies, start=1))
        for i, j in printed.PAIRS:
            b_i, b_j = self.bath_operator(i, time), self.bath_operator(j, time - delay)
            c_i, c_j = b_i.conj().T, b_j.conj().T
            turn = np.exp(1j * (energies[i] - energies[j]) * time)
            late = np.exp(1j * energies[j] * delay)
            for out, back, first, second, phase in (
                (self.upper[i], self.lower[j], b_i, c_j, turn * late),
                (self.lower[i], self.upper[j], c_i, b_j, (turn * late).conj()),
            ):
                forward = out @ back @ rho - back @ rho @ out
                backward = rho @ back @ out - out @ rho @ back
                total += phase * self.mean(first, second) * forward
                total += phase * self.mean(second, first) * backward
        return -total


@equation(
    "(A.1)",
    "In the interaction picture H_SB is the sum of an absorbing half V+ and an emitting half.",
    "Against exp(iH_0 t) H_SB exp(-iH_0 t) as matrices, with two oscillator modes.",
    code=(TruncatedModel.absorbing_half,),
)
def _interaction(rng: np.random.Generator) -> Findings:
    model, time = TruncatedModel(rng), rng.uniform(0.0, 20.0)
    half = model.absorbing_half(time)
    yield deviation(half + half.conj().T, model.interaction(time))


@equation(
    "(A.2)",
    "Only the double commutators of an absorbing with an emitting half survive the trace.",
    "Against the whole double commutator as matrices, with two oscillator modes; the "
    "unnumbered expansion into eight terms holds as well.",
    code=(TruncatedModel.second_order,),
)
def _double_commutators(rng: np.random.Generator) -> Findings:
    model, rho = TruncatedModel(rng), draw_state(rng, 3)
    time, delay = rng.uniform(0.0, 20.0, 2)
    right = model.second_order(model.interaction(time), model.interaction(time - delay), rho)
    now, then = model.absorbing_half(time), model.absorbing_half(time - delay)
    mixed = model.second_order(now, then.conj().T, rho)
    mixed += model.second_order(now.conj().T, then, rho)
    yield deviation(mixed, right)
    yield deviation(model.eight_terms(rho, time, delay), right)


_rule = cache(np.polynomial.legendre.leggauss)


def gauss_legendre(start: float, stop: float, points: int) -> tuple[Real, Real]:
    """Nodes and weights of a quadrature between two ends."""
    nodes, weights = _rule(points)
    half = 0.5 * (stop - start)
    return start + half * (nodes + 1.0), half * weights


#: Width of the spectra, around w = 1, whose one-sided integrals are done by quadrature.
WIDTH = 0.1


def frequencies() -> tuple[Real, Real]:
    """Quadrature over the modes, up to where a spectrum has fallen to exp(-40)."""
    return gauss_legendre(1.0 - 9.0 * WIDTH, 1.0 + 9.0 * WIDTH, 200)


def delays() -> tuple[Real, Real]:
    """Quadrature over the delays s, up to where a correlator has fallen to exp(-40)."""
    return gauss_legendre(0.0, 9.0 / WIDTH, 260)


def half_line(energy: float, sign: float) -> Matrix:
    """Int ds exp(i (energy + sign w) s) over the delays, at each frequency w of the modes."""
    s, weights = delays()
    return np.asarray((weights * np.exp(1j * energy * s)) @ _phases(sign))


@cache
def _phases(sign: float) -> Matrix:
    return np.asarray(np.exp(1j * sign * np.outer(delays()[0], frequencies()[0])))


class Continuum:
    """Two baths with two modes at each frequency and complex couplings g_im(w) to them."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.constant, self.slope = random_complex(rng, 2, 2, 2, 2)
        self.temperatures = rng.uniform(0.2, 2.0, 2)

    def couplings(self, frequency: Real) -> Matrix:
        """g_im(w) times the root of 2 pi, with the axes bath, w, i, m."""
        w = frequency[:, None, None]
        envelope = np.exp(-0.25 * ((w - 1.0) / WIDTH) ** 2)
        return np.asarray((self.constant[:, None] + w * self.slope[:, None]) * envelope)

    def occupation(self, frequency: Real) -> Real:
        """N_a(w), with the axes a, w."""
        return np.asarray(1.0 / np.expm1(frequency / self.temperatures[:, None]))

    def rate(self, energy: float, extra: float) -> Matrix:
        """Gamma-_ij of Eq. (6) for extra = 1, Gamma+_ij for extra = 0."""
        frequency = np.array([energy])
        gamma = spectrum_of(self.couplings(frequency))
        return np.asarray(0.5 * np.einsum("aw,awij->ij", self.occupation(frequency) + extra, gamma))

    def emission_integral(self, energy: float) -> Matrix:
        """Int ds exp(i eps s) <B_i(t) B_j(t-s)^dagger>, without principal values."""
        w, weights = frequencies()
        g = self.couplings(w)
        turning = weights * half_line(energy, -1.0) / (2.0 * np.pi)
        strength = (self.occupation(w) + 1.0) * turning
        return dissipative_part(np.einsum("aw,awim,awjm->ij", strength, g, g.conj()))

    def absorption_integral(self, energy: float, sign: float) -> Matrix:
        """Int ds exp(i sign eps s) <B_i(t)^dagger B_j(t-s)>, without principal values."""
        w, weights = frequencies()
        g = self.couplings(w)
        turning = weights * half_line(sign * energy, 1.0) / (2.0 * np.pi)
        strength = self.occupation(w) * turning
        return dissipative_part(np.einsum("aw,awim,awjm->ij", strength, g.conj(), g))


def dissipative_part(integral: Matrix) -> Matrix:
    """Hermitian part; principal values make up the rest."""
    return np.asarray(0.5 * (integral + integral.conj().T))


@equation(
    "(A.3)",
    "The one-sided integral of <B_i B_j^dagger> with exp(i eps s) is Gamma-_ji(eps).",
    "By quadrature over modes and delays, with complex couplings; principal values, the "
    "anti-Hermitian part, left out.",
    code=(master_equations.nonsecular, Continuum.emission_integral),
)
def _emission_correlator(rng: np.random.Generator) -> Findings:
    bath, energy = Continuum(rng), rng.uniform(0.9, 1.1)
    yield deviation(bath.emission_integral(energy), bath.rate(energy, 1.0).T)


@equation(
    "(A.4)",
    "The one-sided integral of <B_i^dagger B_j> is Gamma+_ij(eps).",
    "By quadrature over modes and delays, with complex couplings; principal values, the "
    "anti-Hermitian part, left out.",
    code=(master_equations.nonsecular, Continuum.absorption_integral),
    slip=Slip(
        printed="int_0^inf ds exp(+i eps s) <B_i(t)^dagger B_j(t-s)> = Gamma+_ij(eps), and "
        "exp(i (eps - w) s) in the line below",
        right="int_0^inf ds exp(-i eps s) <B_i(t)^dagger B_j(t-s)> = Gamma+_ij(eps), and "
        "exp(-i (eps - w) s) in the line below; this is the exponent that the expansion of "
        "(A.2) asks for",
        changes="As printed, the delta function sits at w = -eps, where a bath has no modes: "
        "nothing would ever be absorbed. The result is the right one. Example: the "
        "dissipative part of the integral for i = j = 1.",
    ),
)
def _absorption_correlator(rng: np.random.Generator) -> Findings:
    bath, energy = Continuum(rng), rng.uniform(0.9, 1.1)
    right = bath.rate(energy, 0.0)
    as_printed = bath.absorption_integral(energy, 1.0)
    yield deviation(as_printed, right)
    yield Corrected(deviation(bath.absorption_integral(energy, -1.0), right))
    yield Example(as_printed[0, 0].real, right[0, 0].real)


@equation(
    "(A.5)",
    "The half-line integral of a phase is a delta function and a principal value.",
    "Both sides by quadrature under an integral with a Gaussian, principal value included.",
    code=(principal_value,),
)
def _half_line_integral(rng: np.random.Generator) -> Findings:
    w, weights = frequencies()
    u, u_weights = gauss_legendre(0.0, 12.0 * WIDTH, 200)
    center, energy = rng.uniform(0.98, 1.02), rng.uniform(0.9, 1.1)
    around, below, above = (
        np.exp(-0.5 * ((at - center) / WIDTH) ** 2) for at in (w, energy - u, energy + u)
    )
    left = np.sum(weights * around * half_line(energy, -1.0))
    # P int dw h(w)/(eps - w), folded around its pole.
    principal = np.sum(u_weights * (below - above) / u)
    delta = np.exp(-0.5 * ((energy - center) / WIDTH) ** 2)
    yield deviation(left, np.pi * delta + 1j * principal)
