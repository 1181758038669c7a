"""Sections 3 and 4: the reduced equations of Lambda, V and Xi, and what follows from them."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from li_cai_sun_2015.numbered_equations import printed, truth
from li_cai_sun_2015.numbered_equations.checks import (
    Corrected,
    Example,
    Findings,
    Further,
    deviation,
)
from li_cai_sun_2015.numbered_equations.derivation import THREE_LEVEL, operators
from li_cai_sun_2015.numbered_equations.samples import Matrix, Sample, draw, draw_state
from li_cai_sun_2015.numbered_equations.verdicts import Slip, equation
from steady_coherence import LevelSystem, generator_matrix, lambda_system, v_system, xi_system
from steady_coherence.observables import coherence_condition
from steady_coherence.solver.solution import steady_state
from steady_coherence.spectra import planck_number


@equation(
    "(12)",
    "The master equation without the secular approximation, in modified Lindblad form with "
    "a Hamiltonian H_c from the cross terms.",
    "Together with the engine's generator against Eq. (4), for all three types of system.",
    code=(generator_matrix, printed.modified_lindblad, printed.lamb_shift),
)
def _master_equation(rng: np.random.Generator) -> Findings:
    sample, rho = draw(rng), draw_state(rng, 3)
    for system in map(sample.of, THREE_LEVEL):
        lower = operators(system)
        hamiltonian = system.hamiltonian + printed.lamb_shift(lower, sample)
        change = 1j * truth.commutator(rho, hamiltonian)
        change += printed.modified_lindblad(lower, sample, rho)
        yield deviation(change, truth.right_hand_side(system, sample, rho))
        engine = generator_matrix(system, sample.baths, "nonsecular")
        yield deviation(engine, truth.generator(system, sample))


def reduced_truth(system: LevelSystem, sample: Sample, rho: Matrix) -> Matrix:
    """Derivatives of (n_1, n_2, tau_12 = rho_21) from Eq. (4), at any rho."""
    drift = truth.right_hand_side(system, sample, rho)
    return np.array([drift[0, 0], drift[1, 1], drift[1, 0]])


def check_reduced(
    rng: np.random.Generator,
    build: Callable[[float, float], LevelSystem],
    as_printed: Callable[[Sample], printed.Reduced],
    mended: Callable[[Sample], printed.Reduced],
) -> Findings:
    """Reduced equations, printed and corrected, against Eq. (4) at random states."""
    sample, rho = draw(rng), draw_state(rng, 3)
    system = sample.of(build)
    right = reduced_truth(system, sample, rho)
    elements = (rho[0, 0], rho[1, 1], rho[2, 2], rho[1, 0])
    yield deviation(as_printed(sample)(*elements), right)
    yield Corrected(deviation(mended(sample)(*elements), right))
    *_, real, imag = printed.stationary(as_printed(sample))
    yield Example(np.hypot(real, imag), abs(truth.steady_state(system, sample)[1, 0]))


@equation(
    "(13)",
    "The populations of a Lambda system and the one coherence that they drive.",
    "Against Eq. (4) at random states, with complex cross spectra.",
    code=(printed.lambda_equations, lambda_system),
    slip=Slip(
        printed="+i D_12 tau_12 in dtau_12/dt",
        right="-i D_12 tau_12, because tau_12 = <g2|rho|g1> turns with E_g2 - E_g1 = D_12",
        changes="Nothing in |rho_12| as long as the cross spectra are real, as in Fig. 3: "
        "rho_12 comes out complex conjugated. Complex cross spectra give another modulus. "
        "Example: |rho_12| in the steady state.",
    ),
)
def _lambda_equations(rng: np.random.Generator) -> Findings:
    return check_reduced(
        rng,
        lambda_system,
        printed.lambda_equations,
        lambda sample: printed.lambda_equations(sample, -1j),
    )


@equation(
    "(23)",
    "The populations of a V system and the one coherence that they drive.",
    "Against Eq. (4) at random states, with complex cross spectra.",
    code=(printed.v_equations, v_system),
    slip=Slip(
        printed="Gamma-_12 tau_12 + Gamma-_21 tau_21 in dn_i/dt, Gamma+_21 n_g and "
        "Gamma-_21 n_i in dtau_12/dt",
        right="Gamma-_21 tau_12 + Gamma-_12 tau_21 in dn_i/dt, Gamma+_12 n_g and Gamma-_12 "
        "n_i in dtau_12/dt, at the printed energies; +i D_12 is right here",
        changes="Nothing for real cross spectra. Complex ones enter conjugated, and "
        "|rho_12| comes out wrong. Example: |rho_12| in the steady state.",
    ),
)
def _v_equations(rng: np.random.Generator) -> Findings:
    return check_reduced(
        rng,
        v_system,
        printed.v_equations,
        lambda sample: printed.v_equations(sample, transposed=True),
    )


@equation(
    "(14)",
    "The steady state of a Lambda system from four linear equations.",
    "Solution of the printed and the corrected equations against the null space of Eq. (4).",
    code=(printed.stationary, steady_state),
    slip=Slip(
        printed="-i D_12 in the bracket in front of tau_12, +i D_12 in that of tau_21",
        right="+i D_12 in front of tau_12, -i D_12 in front of tau_21",
        changes="Inherited from (13): the steady state is that for -D_12 with the rates "
        "unchanged. Example: |rho_12| in the steady state.",
    ),
)
def _steady_equations(rng: np.random.Generator) -> Findings:
    sample = draw(rng)
    rho = truth.steady_state(sample.of(lambda_system), sample)
    right = [*np.diag(rho).real, rho[1, 0].real, rho[1, 0].imag]
    as_printed = printed.stationary(printed.lambda_equations(sample))
    mended = printed.stationary(printed.lambda_equations(sample, -1j))
    yield deviation(as_printed, right)
    yield Corrected(deviation(mended, right))
    yield Example(np.hypot(*as_printed[3:]), abs(rho[1, 0]))


@equation(
    "(15)",
    "The determinant of the four equations.",
    "Against the determinant of the corresponding block of Eq. (4), with complex cross spectra.",
    code=(printed.determinant,),
    slip=Slip(
        printed="( 2 Im[Gamma+_12(eps_2) Gamma+_21(eps_1)] + D_12 [Gamma+_11(eps_1) - "
        "Gamma+_22(eps_2)] )^2 as the last term",
        right="( 2 Im[Gamma+_12(eps_2) Gamma+_21(eps_1)] - D_12 [Gamma+_11(eps_1) - "
        "Gamma+_22(eps_2)] )^2",
        changes="Inherited from (13). Nothing for real cross spectra, where the imaginary "
        "part is zero; else the parameters at which the determinant vanishes move. Example: "
        "the determinant.",
    ),
)
def _determinant(rng: np.random.Generator) -> Findings:
    sample = draw(rng)
    right = np.linalg.det(truth.coherence_block(sample.of(lambda_system), sample)).real
    as_printed = printed.determinant(sample)
    yield deviation(as_printed, right)
    yield Corrected(deviation(printed.determinant(sample, -1.0), right))
    yield Example(as_printed, right)


@equation(
    "(16)",
    "For real cross spectra the determinant keeps D_12 in one term only.",
    "Against the determinant of the corresponding block of Eq. (4), with real cross spectra; "
    "a real f, as the text has it, is not the condition, since every f is real.",
    code=(printed.real_determinant,),
)
def _real_determinant(rng: np.random.Generator) -> Findings:
    for real in (True, False):
        sample = draw(rng, real=real)
        right = np.linalg.det(truth.coherence_block(sample.of(lambda_system), sample))
        off = deviation(printed.real_determinant(sample), right)
        yield off if real else Further("deviation_with_complex_cross_spectra", off)


def draw_equilibrium(rng: np.random.Generator) -> Sample:
    """Two baths at one temperature."""
    return replace(draw(rng), temperatures=np.full(2, rng.uniform(0.3, 3.0)))


@equation(
    "(17)",
    "In equilibrium each absorption rate is exp(-w/T) times the emission rate.",
    "For individual and cross rates of random complex spectra at one temperature.",
    code=(planck_number,),
)
def _micro_reversibility(rng: np.random.Generator) -> Findings:
    sample = draw_equilibrium(rng)
    for k, energy in enumerate(sample.energies, start=1):
        ratios = [sample.plus(i, j, k) / sample.minus(i, j, k) for i, j in printed.PAIRS]
        yield deviation(ratios, np.full(4, np.exp(-energy / sample.temperatures[0])))


@equation(
    "(18)",
    "In equilibrium the steady state is the Gibbs state and has no coherence.",
    "Against the null space of Eq. (4) at one temperature, n_g read as n_e.",
    code=(steady_state,),
    slip=Slip(
        printed="n_i/n_g = Gamma+_ii(eps_i)/Gamma-_ii(eps_i) = exp(-eps_i/T)",
        right="n_i/n_e = Gamma-_ii(eps_i)/Gamma+_ii(eps_i) = exp(eps_i/T), as in (11)",
        changes="A Lambda system has no level g, and its lower levels are the fuller ones; "
        "as printed the ratio belongs to a V system. The Gibbs state stays what it is. "
        "Example: n_1/n_e.",
    ),
)
def _gibbs_state(rng: np.random.Generator) -> Findings:
    sample = draw_equilibrium(rng)
    rho = truth.steady_state(sample.of(lambda_system), sample)
    factors = np.exp(-sample.energies / sample.temperatures[0])
    populations = np.diag(rho).real
    yield deviation(populations[:2], factors * populations[2])
    gibbs = np.array([*(1.0 / factors), 1.0])
    yield Corrected(deviation(np.diag(gibbs / gibbs.sum()), rho))
    yield Example(factors[0], populations[0] / populations[2])


def draw_on_condition(rng: np.random.Generator) -> Sample:
    """Draw baths that fulfil Eq. (19), but not Eq. (20).

    Eq. (19) is linear in the cross spectra, and one of them can be solved for; then
    all of them are scaled until every matrix is positive semidefinite.
    """
    sample = draw(rng)
    gamma = sample.gamma.copy()
    number = sample.occupations[0, 1]
    ratio = sample.minus(2, 2, 2) / sample.plus(2, 2, 2)
    gamma[0, 1, 1, 0] -= printed.condition(sample) / (0.5 * (number + 1.0 - number * ratio))
    cross = gamma[..., 1, 0]
    bound = np.sqrt(gamma[..., 0, 0].real * gamma[..., 1, 1].real)
    cross = cross * min(1.0, float(np.min(0.95 * bound / np.abs(cross))))
    gamma[..., 1, 0], gamma[..., 0, 1] = cross, cross.conj()
    return replace(sample, gamma=gamma)


@equation(
    "(19)",
    "The steady coherence of a Lambda system vanishes where this sum does and, det not "
    "being zero, only there.",
    "The coherence is an invertible matrix times the sum; baths made to fulfil it, without "
    "(20), leave no coherence in the null space of Eq. (4).",
    code=(coherence_condition, printed.condition),
)
def _condition(rng: np.random.Generator) -> Findings:
    """Eq. (19) both ways: the coherence follows from its left-hand side by an inverse.

    With the populations of Eq. (11) put in, the reduced equations leave
    S (tau_12, tau_21) = n_e (C, C*), C the left-hand side of Eq. (19) and S the Schur
    complement of the populations, which is not singular where det != 0.
    """
    sample = draw(rng)
    system = sample.of(lambda_system)
    rho = truth.steady_state(system, sample)
    block = -truth.coherence_block(system, sample)
    schur = block[2:, 2:] - block[2:, :2] @ np.linalg.inv(block[:2, :2]) @ block[:2, 2:]
    left = printed.condition(sample)
    source = rho[2, 2] * np.array([left, np.conj(left)])
    scale = abs(rho[2, 2]) * (abs(sample.minus(2, 1, 1)) + abs(sample.minus(2, 1, 2)))
    yield deviation(schur @ [rho[1, 0], rho[0, 1]], source, scale)
    yield Further("smallest_coherence_where_it_fails", abs(rho[1, 0]))
    sample = draw_on_condition(rng)
    vanishing = abs(truth.steady_state(sample.of(lambda_system), sample)[1, 0])
    yield vanishing
    yield Further("largest_coherence_where_it_holds", vanishing)
    yield Further("smallest_bracket_where_it_holds", abs(printed.bracket(sample, 1)))


def draw_proportional(rng: np.random.Generator) -> Sample:
    """Draw baths that fulfil Eq. (20), with f_L <= f_R at both energies."""
    sample = draw(rng)
    gamma = sample.gamma.copy()
    for i, proportion in enumerate(rng.uniform(0.3, 3.0, 2)):
        gamma[0, i] = proportion * gamma[1, i]
        gamma[0, i, 1 - i, 1 - i] *= rng.uniform(1.0, 2.0)
    return replace(sample, gamma=gamma)


@equation(
    "(20)",
    "If cross and individual spectra share the proportion of the two baths, there is no "
    "coherence out of equilibrium either.",
    "Null space of Eq. (4) and (19) with baths made to fulfil it; it is sufficient, not "
    "necessary, as the baths in (19) show.",
    code=(printed.condition,),
)
def _proportional_coupling(rng: np.random.Generator) -> Findings:
    sample = draw_proportional(rng)
    coherence = abs(truth.steady_state(sample.of(lambda_system), sample)[1, 0])
    yield coherence
    yield Further("largest_coherence_where_it_holds", coherence)
    scale = abs(sample.minus(2, 1, 1)) + abs(sample.minus(2, 1, 2))
    yield abs(printed.condition(sample)) / scale


@equation(
    "(21)",
    "Then both brackets of (19) vanish one by one.",
    "Both brackets with baths made to fulfil (20).",
    code=(printed.bracket,),
)
def _brackets(rng: np.random.Generator) -> Findings:
    for fulfilled, sample in ((True, draw_proportional(rng)), (False, draw(rng))):
        for i in (1, 2):
            scale = abs(sample.minus(i, i, i) / sample.plus(i, i, i))
            size = abs(printed.bracket(sample, i)) / scale
            yield size if fulfilled else Further("smallest_bracket_without_equation_20", size)


@equation(
    "(22)",
    "With equal weight factors, (20) means that both transitions couple to the two baths in "
    "one proportion.",
    "Individual spectra that (8) and (20) imply; the converse needs the phases of gamma_21 "
    "to agree between the baths too, and without them coherence is left.",
    code=(printed.condition,),
)
def _same_proportion(rng: np.random.Generator) -> Findings:
    sample = draw(rng)
    right = sample.gamma[1]
    for i in (0, 1):
        other = 1 - i
        weight = abs(right[i, 1, 0]) ** 2 / (right[i, 0, 0] * right[i, 1, 1]).real
        proportion = rng.uniform(0.3, 3.0)
        own, cross = proportion * right[i, i, i].real, proportion * right[i, 1, 0]
        # gamma^L of the other transition from Eq. (8) with f_L = f_R.
        implied = abs(cross) ** 2 / (weight * own)
        yield deviation(implied / right[i, other, other].real, proportion)
    # Proportional moduli, but phases of gamma_21 that differ between the baths.
    phase = np.exp(1j * rng.uniform(1.0, 2.0))
    turned = right * np.array([[1.0, phase.conj()], [phase, 1.0]])
    sample = replace(sample, gamma=np.stack([turned, right]))
    yield Further(
        "smallest_coherence_where_it_holds_with_unequal_phases",
        abs(truth.steady_state(sample.of(lambda_system), sample)[1, 0]),
    )


@equation(
    "(24)",
    "The populations of a Xi system obey rate equations of their own.",
    "Against the diagonal of Eq. (4) at random states with coherences between all levels.",
    code=(printed.xi_equations, xi_system),
    slip=Slip(
        printed="dn_1/dt = 2 [Gamma+_11(eps_1) n_g - Gamma-_11(eps_1) n_1]",
        right="dn_1/dt = 2 [Gamma+_11(eps_1) n_g - Gamma-_11(eps_1) n_1] "
        "- 2 [Gamma+_22(eps_2) n_1 - Gamma-_22(eps_2) n_2]",
        changes="The steady state is the same, since both brackets vanish in it; the way "
        "there is not, as n_1 takes no notice of what goes to and comes from e2. Example: "
        "dn_1/dt in a random state.",
    ),
)
def _xi_equations(rng: np.random.Generator) -> Findings:
    sample, rho = draw(rng), draw_state(rng, 3)
    system = sample.of(xi_system)
    right = np.diag(truth.right_hand_side(system, sample, rho)).real[:2]
    populations = np.diag(rho).real
    as_printed = printed.xi_equations(sample, populations)
    yield deviation(as_printed, right)
    mended = printed.xi_equations(sample, populations, upper_transition=True)
    yield Corrected(deviation(mended, right))
    yield Example(as_printed[0], right[0])
