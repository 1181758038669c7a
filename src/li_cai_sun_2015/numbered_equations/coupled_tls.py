"""Section 5: the two coupled two-level systems (TLSs), from their bare operators."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from li_cai_sun_2015.numbered_equations.checks import Corrected, Example, Findings, deviation
from li_cai_sun_2015.numbered_equations.samples import draw_state
from li_cai_sun_2015.numbered_equations.truth import commutator
from li_cai_sun_2015.numbered_equations.verdicts import Slip, definition, equation
from steady_coherence import Bath, CollectiveTransition, Flat, steady_states, systems
from steady_coherence.observables import internal_flux

Real = NDArray[np.float64]


@dataclass(frozen=True)
class Pair:
    """Two coupled TLSs; bare states in the order |e1 e2>, |e1 g2>, |g1 e2>, |g1 g2>."""

    frequency_1: float
    frequency_2: float
    coupling: float

    @property
    def lowering(self) -> tuple[Real, Real]:
        """s-_1 and s-_2."""
        lower, unit = np.array([[0.0, 0.0], [1.0, 0.0]]), np.eye(2)
        return np.asarray(np.kron(lower, unit)), np.asarray(np.kron(unit, lower))

    @property
    def inversions(self) -> tuple[Real, Real]:
        """sz_1 and sz_2."""
        inversion, unit = np.diag([1.0, -1.0]), np.eye(2)
        return np.asarray(np.kron(inversion, unit)), np.asarray(np.kron(unit, inversion))

    @property
    def hamiltonian(self) -> Real:
        """H_S of Eq. (25)."""
        (lower_1, lower_2), (inversion_1, inversion_2) = self.lowering, self.inversions
        exchange = lower_1.T @ lower_2
        bare = 0.5 * (self.frequency_1 * inversion_1 + self.frequency_2 * inversion_2)
        return np.asarray(bare + self.coupling * (exchange + exchange.T))

    def energies(self, outer: float = 0.5) -> Real:
        """Energies of G, E1, E2, D in Eq. (26); of the outer two as a multiple of Omega."""
        mean = 0.5 * (self.frequency_1 + self.frequency_2)
        root = np.sqrt((self.frequency_1 - self.frequency_2) ** 2 + 4.0 * self.coupling**2)
        return np.array([-outer * mean, -0.5 * root, 0.5 * root, outer * mean])

    @property
    def eigenstates(self) -> Real:
        """States |G>, |E1>, |E2>, |D> of Eq. (26), in columns."""
        theta = np.arctan2(2.0 * self.coupling, self.frequency_1 - self.frequency_2)
        sine, cosine = np.sin(theta / 2.0), np.cos(theta / 2.0)
        states = ([0, 0, 0, 1], [0, sine, -cosine, 0], [0, cosine, sine, 0], [1, 0, 0, 0])
        return np.array(states, dtype=float).T


def draw(rng: np.random.Generator) -> Pair:
    """Draw frequencies around 1 and a coupling that leaves G the lowest level."""
    frequency_1, frequency_2 = rng.uniform(0.8, 1.2, 2)
    return Pair(float(frequency_1), float(frequency_2), float(rng.uniform(0.02, 0.3)))


definition(
    "(25)",
    "Two TLSs exchange excitations with the strength g.",
    "Defines the model of Section 5.",
    code=(Pair.hamiltonian, systems.coupled_tls),
)


@equation(
    "(26)",
    "Eigen-energies and eigenstates of the coupled pair.",
    "H_S of Eq. (25), built from bare operators, applied to the printed states; the engine's "
    "levels and site operators are held to the corrected form.",
    code=(systems.coupled_tls, Pair.eigenstates),
    slip=Slip(
        printed="E_G = -Omega/2, E_D = Omega/2 with Omega = (w_1 + w_2)/2",
        right="E_G = -Omega, E_D = Omega (or Omega = w_1 + w_2)",
        changes="The energies of all four transitions, and with them every rate: E_1 - E_G "
        "would be half as large without coupling, and at w_1 = w_2, G would not be the "
        "lowest level from g = Omega/2 on. The states and the inner energies are right. "
        "Example: E_G.",
    ),
)
def _eigenstates(rng: np.random.Generator) -> Findings:
    pair = draw(rng)
    states, right = pair.eigenstates, np.linalg.eigvalsh(pair.hamiltonian)
    yield deviation(pair.hamiltonian @ states, states * pair.energies())
    energies = pair.energies(outer=1.0)
    yield Corrected(deviation(pair.hamiltonian @ states, states * energies))
    yield Corrected(deviation(states.T @ states, np.eye(4)))
    engine = systems.coupled_tls(pair.frequency_1, pair.frequency_2, pair.coupling)
    yield Corrected(deviation(engine.energies, energies))
    in_basis = [states.T @ lower @ states for lower in pair.lowering]
    yield Corrected(deviation(engine.site_lowering_operators, in_basis))
    yield Example(pair.energies()[0], right[0])


definition(
    "(27)",
    "Each TLS exchanges single quanta with a bath of its own.",
    "Defines the baths of Section 5.",
    code=(systems.coupled_tls,),
)


@equation(
    "(28)",
    "The excitation of TLS 1 changes by an internal flux and a flux from its bath; the "
    "internal one is the imaginary part of the coherence.",
    "Each step from commutators of bare operators at random states, and the steady fluxes "
    "of the engine.",
    code=(internal_flux,),
    slip=Slip(
        printed="dn_1/dt = d<sz_1>/dt; s+_1 s-_2 - s-_1 s+_2 = |E2><E1| - |E1><E2|; "
        "J_1-2 = 4 g Im <E1|rho|E2>",
        right="dn_1/dt = (1/2) d<sz_1>/dt; s+_1 s-_2 - s-_1 s+_2 = |E1><E2| - |E2><E1|; "
        "J_1-2 = -4 g Im <E1|rho|E2>",
        changes="With the printed sign the excitation flows from the cold TLS to the hot one "
        "and the two fluxes do not cancel in the steady state. Example: J_1-2 into TLS 1 at "
        "T_1 = 0.5, T_2 = 1.5 in the steady state.",
    ),
)
def _internal_flux(rng: np.random.Generator) -> Findings:
    pair, rho = draw(rng), draw_state(rng, 4)
    states, (lower_1, lower_2) = pair.eigenstates, pair.lowering
    inversion = pair.inversions[0].astype(complex)

    # The population of |e1> and sz_1 under any change of the state.
    change = draw_state(rng, 4) - draw_state(rng, 4)
    population = np.trace(lower_1.T @ lower_1 @ change).real
    excitation = np.trace(inversion @ change).real
    yield deviation(excitation, population)
    yield Corrected(deviation(0.5 * excitation, population, scale=1.0))

    # The flux: commutator, exchange operator, eigenstates, coherence.
    flux_operator = -1j * commutator(inversion, pair.hamiltonian.astype(complex))
    flux = np.trace(rho @ flux_operator).real
    exchange = lower_1.T @ lower_2
    from_exchange = -2j * pair.coupling * np.trace(rho @ (exchange - exchange.T))
    e_1, e_2 = states[:, 1], states[:, 2]
    jump = np.outer(e_2, e_1) - np.outer(e_1, e_2)
    coherence = e_1 @ rho @ e_2
    from_jump = -2j * pair.coupling * np.trace(rho @ jump)
    from_coherence = 4.0 * pair.coupling * coherence.imag
    chain = np.array([from_exchange, from_jump, from_coherence])
    scale = 4.0 * pair.coupling
    yield deviation(chain, np.full(3, flux), scale)
    yield Corrected(deviation(chain * [1.0, -1.0, -1.0], np.full(3, flux), scale))

    # The steady state between a cold and a hot bath: continuity, and which way it flows.
    engine = systems.coupled_tls(pair.frequency_1, pair.frequency_2, pair.coupling)
    steady = steady_states(
        engine,
        [
            Bath(name, CollectiveTransition(Flat(0.05), amplitudes), heat)
            for name, amplitudes, heat in zip("12", engine.site_amplitudes, (0.5, 1.5), strict=True)
        ],
    )
    inward, imag = float(steady["internal_flux"]), float(steady["coherence_imag"])
    yield Corrected(deviation(inward, -float(steady["bath_flux"])))
    yield Corrected(deviation(-4.0 * pair.coupling * imag, inward))
    yield Example(4.0 * pair.coupling * imag, inward)
