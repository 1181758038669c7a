"""Section 2 and the end of Appendix A: from Eq. (4) to the master equations."""

import numpy as np

from li_cai_sun_2015.numbered_equations import printed, truth
from li_cai_sun_2015.numbered_equations.checks import Findings, deviation
from li_cai_sun_2015.numbered_equations.samples import draw, draw_state, random_complex, spectrum_of
from li_cai_sun_2015.numbered_equations.verdicts import definition, equation
from steady_coherence import Bath, InterferingTransitions, generator_matrix, master_equations
from steady_coherence.baths import dissipation_rates
from steady_coherence.solver.solution import steady_state
from steady_coherence.systems import LevelSystem, lambda_system, v_system, xi_system

THREE_LEVEL = (lambda_system, v_system, xi_system)


def operators(system: LevelSystem) -> printed.Operators:
    """phi-_1 and phi-_2."""
    return {i: system.lowering_operators[i - 1].astype(complex) for i in (1, 2)}


definition(
    "(1)",
    "The system has discrete levels; transition i of energy eps_i is lowered by phi-_i.",
    "Sets the notation of everything that follows.",
    code=(LevelSystem,),
)

definition(
    "(2)",
    "The two baths consist of independent bosons, each bath at its own temperature.",
    "Defines the baths.",
    code=(Bath,),
)

definition(
    "(3)",
    "Both transitions exchange single quanta with both baths, in rotating-wave form.",
    "Defines the model; every right value below comes from it.",
    code=(LevelSystem.lowering_operators,),
)

definition(
    "(4)",
    "The state of the system follows the Born-Markov equation of second order in H_SB.",
    "Taken over as the starting point; no secular approximation is in it.",
    code=(truth.right_hand_side,),
)


@equation(
    "(5)",
    "In the interaction picture the pair (i, j) turns with D_ij, each half of it with the "
    "rate at its own energy.",
    "Against Eq. (4) with one-sided correlators, at random states and times, for all three "
    "types of system.",
    code=(printed.interaction_picture,),
)
def _interaction_picture(rng: np.random.Generator) -> Findings:
    sample = draw(rng)
    time, rho = rng.uniform(0.0, 20.0), draw_state(rng, 3)
    for system in map(sample.of, THREE_LEVEL):
        # The picture's phases exp(i (E_k - E_l) t), element by element.
        phases = np.exp(1j * time * np.subtract.outer(system.energies, system.energies))
        rho_s = rho * phases.conj()
        drift = truth.right_hand_side(system, sample, rho_s)
        drift += 1j * truth.commutator(system.hamiltonian.astype(complex), rho_s)
        change = printed.interaction_picture(operators(system), sample, rho, time)
        yield deviation(change, drift * phases)


definition(
    "(6)",
    "Emission and absorption rates are half the coupling spectra times N + 1 and N, summed "
    "over the baths.",
    "Defines the rates; (A.3) and (A.4) show that the correlators give them.",
    code=(dissipation_rates,),
)

definition(
    "(7)",
    "The coupling spectrum is a Hermitian matrix of products of couplings at one frequency.",
    "Defines the spectra; random couplings in it make those of the samples.",
    code=(spectrum_of,),
)

definition(
    "(8)",
    "The weight factor f measures the cross spectrum against the individual ones.",
    "Defines f; its range is (B.5).",
    code=(InterferingTransitions,),
)


@equation(
    "(9)",
    "The secular approximation leaves a Lindblad equation with one rate a transition and "
    "direction.",
    "Against Eq. (4) and the engine's secular generator, at D_12 != 0; at D_12 = 0 the rule "
    "D_ij = 0 would keep the cross terms that (9) leaves out.",
    code=(master_equations.secular, printed.secular),
)
def _secular(rng: np.random.Generator) -> Findings:
    sample, rho = draw(rng), draw_state(rng, 3)
    for system in map(sample.of, THREE_LEVEL):
        right = truth.right_hand_side(system, sample, rho, cross=False)
        unitary = -1j * truth.commutator(system.hamiltonian.astype(complex), rho)
        change = printed.secular(operators(system), sample, rho)
        engine = generator_matrix(system, sample.baths, "secular")
        yield deviation(change, right - unitary)
        yield deviation(engine @ rho.reshape(-1), right.reshape(-1))


@equation(
    "(10)",
    "In the secular approximation the populations obey rate equations of their own.",
    "Against the diagonal of Eq. (4) without the cross terms, at random states.",
    code=(master_equations.secular,),
)
def _rate_equation(rng: np.random.Generator) -> Findings:
    sample, rho = draw(rng), draw_state(rng, 3)
    drift = truth.right_hand_side(sample.of(lambda_system), sample, rho, cross=False)
    rates = [
        2.0 * sample.minus(i, i, i) * rho[2, 2] - 2.0 * sample.plus(i, i, i) * rho[i - 1, i - 1]
        for i in (1, 2)
    ]
    yield deviation(rates, np.diag(drift)[:2])


@equation(
    "(11)",
    "The secular steady state is diagonal, with n_i/n_e the ratio of emission to absorption.",
    "Against the null space of Eq. (4) without the cross terms.",
    code=(steady_state,),
)
def _secular_steady_state(rng: np.random.Generator) -> Findings:
    sample = draw(rng)
    rho = truth.steady_state(sample.of(lambda_system), sample, cross=False)
    ratios = [sample.minus(i, i, i) / sample.plus(i, i, i) for i in (1, 2)]
    weights = np.array([*ratios, 1.0])
    yield deviation(np.diag(weights / weights.sum()), rho)


@equation(
    "(A.6)",
    "In the Schroedinger picture the master equation does not depend on time.",
    "Against Eq. (4) at random states, for all three types of system.",
    code=(printed.interaction_picture,),
)
def _schroedinger_picture(rng: np.random.Generator) -> Findings:
    sample, rho = draw(rng), draw_state(rng, 3)
    for system in map(sample.of, THREE_LEVEL):
        change = printed.interaction_picture(operators(system), sample, rho, 0.0)
        change += 1j * truth.commutator(rho, system.hamiltonian.astype(complex))
        yield deviation(change, truth.right_hand_side(system, sample, rho))


@equation(
    "(A.7)",
    "It can be sorted into a Hamiltonian part and terms of Lindblad form.",
    "Against (A.6) with random matrices in place of the transitions.",
    code=(printed.modified_lindblad,),
)
def _lindblad_like_form(rng: np.random.Generator) -> Findings:
    sample, rho = draw(rng), draw_state(rng, 4)
    lower = dict(enumerate(random_complex(rng, 2, 4, 4), start=1))
    change = printed.modified_lindblad(lower, sample, rho)
    change += 1j * truth.commutator(rho, printed.lamb_shift(lower, sample))
    yield deviation(change, printed.interaction_picture(lower, sample, rho, 0.0))


@equation(
    "(A.8)",
    "The Hamiltonian part beside H_S comes from the difference of rates at two energies.",
    "Together with H_S against the Hamiltonian that the generator of Eq. (4) defines, for "
    "Lambda and V.",
    code=(printed.lamb_shift,),
)
def _lamb_shift(rng: np.random.Generator) -> Findings:
    sample = draw(rng)
    for system in map(sample.of, (lambda_system, v_system)):
        hamiltonian = system.hamiltonian + printed.lamb_shift(operators(system), sample)
        right = truth.hamiltonian_part(system, sample)
        yield deviation(truth.traceless(hamiltonian), right)
