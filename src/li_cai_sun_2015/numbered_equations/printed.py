"""The printed equations of Sections 2 to 4 and Appendix A as functions.

Indices of transitions count from 1, as in the paper: `lower[1]` is phi-_1, and
`sample.plus(2, 1, 1)` is Gamma+_21(eps_1).
"""

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
from numpy.typing import NDArray

from li_cai_sun_2015.numbered_equations.samples import Matrix, Sample
from li_cai_sun_2015.numbered_equations.truth import commutator

Operators = Mapping[int, Matrix]
Rate = Callable[[int, int, int], complex]

#: Derivatives of (n_1, n_2, tau_12).
Derivatives = tuple[complex, complex, complex]
#: Reduced equations: (n_1, n_2, n_3, tau_12) to derivatives, n_3 the third population.
Reduced = Callable[[complex, complex, complex, complex], Derivatives]

PAIRS = tuple(product((1, 2), repeat=2))


def raising(lower: Operators) -> Operators:
    """phi+_i = (phi-_i)^dagger."""
    return {i: operator.conj().T for i, operator in lower.items()}


def interaction_picture(lower: Operators, sample: Sample, rho: Matrix, time: float) -> Matrix:
    """Right-hand side of Eq. (5); at t = 0 the sum in Eq. (A.6)."""
    upper, plus, minus = raising(lower), sample.plus, sample.minus
    total = np.zeros_like(rho)
    for i, j in PAIRS:
        turn = np.exp(1j * (sample.energies[i - 1] - sample.energies[j - 1]) * time)
        total += turn * plus(j, i, j) * commutator(upper[i], rho @ lower[j])
        total += turn * plus(j, i, i) * commutator(upper[i] @ rho, lower[j])
        total += turn.conj() * minus(i, j, j) * commutator(lower[i], rho @ upper[j])
        total += turn.conj() * minus(i, j, i) * commutator(lower[i] @ rho, upper[j])
    return total


def secular(lower: Operators, sample: Sample, rho: Matrix) -> Matrix:
    """Right-hand side of Eq. (9)."""
    upper = raising(lower)
    total = np.zeros_like(rho)
    for i in (1, 2):
        for rate, out, back in (
            (sample.plus(i, i, i), upper[i], lower[i]),
            (sample.minus(i, i, i), lower[i], upper[i]),
        ):
            total += rate * (2.0 * out @ rho @ back - back @ out @ rho - rho @ back @ out)
    return total


def modified_lindblad(lower: Operators, sample: Sample, rho: Matrix) -> Matrix:
    """Sum over i and j in Eqs. (12) and (A.7), without the Hamiltonians."""
    upper, plus, minus = raising(lower), sample.plus, sample.minus
    total = np.zeros_like(rho)
    for i, j in PAIRS:
        for rate, out, back in (
            (plus(j, i, i) + plus(j, i, j), upper[i], lower[j]),
            (minus(i, j, i) + minus(i, j, j), lower[i], upper[j]),
        ):
            both = back @ out
            total += rate * (out @ rho @ back - 0.5 * (rho @ both + both @ rho))
    return total


def lamb_shift(lower: Operators, sample: Sample) -> Matrix:
    """H_c of Eqs. (12) and (A.8)."""
    upper, plus, minus = raising(lower), sample.plus, sample.minus
    total = np.zeros_like(lower[1])
    for i, j in PAIRS:
        total += (plus(j, i, i) - plus(j, i, j)) / 2j * lower[j] @ upper[i]
        total += (minus(i, j, i) - minus(i, j, j)) / 2j * upper[j] @ lower[i]
    return total


def lambda_equations(sample: Sample, turn: complex = 1j) -> Reduced:
    """Eq. (13) as printed; with turn = -i as it should be."""
    plus, minus = sample.plus, sample.minus

    def derivatives(n_1: complex, n_2: complex, n_e: complex, tau_12: complex) -> Derivatives:
        tau_21 = np.conj(tau_12)
        return (
            2.0 * minus(1, 1, 1) * n_e
            - 2.0 * plus(1, 1, 1) * n_1
            - plus(1, 2, 2) * tau_12
            - plus(2, 1, 2) * tau_21,
            2.0 * minus(2, 2, 2) * n_e
            - 2.0 * plus(2, 2, 2) * n_2
            - plus(1, 2, 1) * tau_12
            - plus(2, 1, 1) * tau_21,
            (minus(2, 1, 1) * n_e - plus(2, 1, 1) * n_1)
            + (minus(2, 1, 2) * n_e - plus(2, 1, 2) * n_2)
            + turn * sample.energy_difference * tau_12
            - (plus(1, 1, 1) + plus(2, 2, 2)) * tau_12,
        )

    return derivatives


def determinant(sample: Sample, sign: float = 1.0) -> float:
    """Eq. (15) as printed; with sign = -1 in front of D_12 as it should be."""
    plus_1, plus_2 = sample.plus(1, 1, 1).real, sample.plus(2, 2, 2).real
    cross = sample.plus(1, 2, 2) * sample.plus(2, 1, 1)
    difference = sign * sample.energy_difference
    return (plus_1 + plus_2) ** 2 * (4.0 * plus_1 * plus_2 - 4.0 * cross.real + difference**2) - (
        2.0 * cross.imag + difference * (plus_1 - plus_2)
    ) ** 2


def real_determinant(sample: Sample) -> complex:
    """Eq. (16)."""
    plus_1, plus_2 = sample.plus(1, 1, 1), sample.plus(2, 2, 2)
    cross = sample.plus(1, 2, 2) * sample.plus(2, 1, 1)
    return (
        4.0 * (plus_1 + plus_2) ** 2 * (plus_1 * plus_2 - cross)
        + 4.0 * sample.energy_difference**2 * plus_1 * plus_2
    )


def bracket(sample: Sample, i: int) -> complex:
    """Gamma-_21(eps_i)/Gamma+_21(eps_i) - Gamma-_ii(eps_i)/Gamma+_ii(eps_i), Eqs. (19) and (21)."""
    plus, minus = sample.plus, sample.minus
    return minus(2, 1, i) / plus(2, 1, i) - minus(i, i, i) / plus(i, i, i)


def condition(sample: Sample) -> complex:
    """Left-hand side of Eq. (19)."""
    return sum((sample.plus(2, 1, i) * bracket(sample, i) for i in (1, 2)), start=0j)


def v_equations(sample: Sample, *, transposed: bool = False) -> Reduced:
    """Eq. (23) as printed; with transposed rates, Gamma_ij for Gamma_ji, as it should be."""

    def order(rate: Rate) -> Rate:
        return (lambda i, j, k: rate(j, i, k)) if transposed else rate

    plus, minus = order(sample.plus), order(sample.minus)

    def derivatives(n_1: complex, n_2: complex, n_g: complex, tau_12: complex) -> Derivatives:
        tau_21 = np.conj(tau_12)
        return (
            2.0 * plus(1, 1, 1) * n_g
            - 2.0 * minus(1, 1, 1) * n_1
            - minus(1, 2, 2) * tau_12
            - minus(2, 1, 2) * tau_21,
            2.0 * plus(2, 2, 2) * n_g
            - 2.0 * minus(2, 2, 2) * n_2
            - minus(1, 2, 1) * tau_12
            - minus(2, 1, 1) * tau_21,
            (plus(2, 1, 1) * n_g - minus(2, 1, 1) * n_1)
            + (plus(2, 1, 2) * n_g - minus(2, 1, 2) * n_2)
            + 1j * sample.energy_difference * tau_12
            - (minus(1, 1, 1) + minus(2, 2, 2)) * tau_12,
        )

    return derivatives


def xi_equations(
    sample: Sample, populations: NDArray[np.float64], *, upper_transition: bool = False
) -> tuple[float, float]:
    """Eq. (24) as printed for (n_1, n_2, n_g); with what transition 2 does to n_1 if asked for."""
    n_1, n_2, n_g = populations
    plus = [sample.plus(i, i, i).real for i in (1, 2)]
    minus = [sample.minus(i, i, i).real for i in (1, 2)]
    into_1 = 2.0 * (plus[0] * n_g - minus[0] * n_1)
    into_2 = 2.0 * (plus[1] * n_1 - minus[1] * n_2)
    return (into_1 - into_2 if upper_transition else into_1), into_2


def stationary(reduced: Reduced) -> NDArray[np.float64]:
    """Steady state (n_1, n_2, n_3, Re tau_12, Im tau_12) of reduced equations, of trace 1."""
    unit = np.eye(5)
    columns = []
    for n_1, n_2, n_3, real, imag in unit:
        change_1, change_2, turning = reduced(n_1, n_2, n_3, real + 1j * imag)
        columns.append([change_1.real, change_2.real, turning.real, turning.imag, n_1 + n_2 + n_3])
    return np.asarray(np.linalg.solve(np.array(columns).T, unit[4]))
