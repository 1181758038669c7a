"""Independent paths to the steady state, slow and plain, one point at a time.

Nothing here shares code with the engine beyond the level systems' data: Eq. (12) is
written out as printed with operators and H_c, and the reduced equations (13) and (23) as
they follow from it (the paper's own have two slips, corrected here).
"""

from __future__ import annotations

import numpy as np
from scipy.linalg import null_space


def planck(frequency, temperature):
    return 0.0 if temperature == 0.0 else 1.0 / np.expm1(frequency / temperature)


def random_spectrum(rng, size, real=False):
    """Random positive semidefinite matrices that depend on the frequency."""
    shape = (2, size, size)
    parts = rng.normal(size=shape) + (0.0 if real else 1j) * rng.normal(size=shape)

    def coupling_spectrum(frequency):
        frequency = np.asarray(frequency, dtype=float)
        root = 0.07 * (parts[0] + np.multiply.outer(frequency, parts[1]))
        return root @ root.conj().swapaxes(-1, -2)

    return coupling_spectrum


def rates(spectra, temperatures, frequency):
    """Gamma-_ij(w) and Gamma+_ij(w), Eq. (6)."""
    emission = absorption = 0.0
    for spectrum, temperature in zip(spectra, temperatures, strict=True):
        gamma = spectrum(np.array([frequency]))[0]
        number = planck(frequency, temperature)
        emission = emission + 0.5 * gamma * (number + 1.0)
        absorption = absorption + 0.5 * gamma * number
    return emission, absorption


def equation_12(system, spectra, temperatures, rho, keep=None):
    """Right-hand side of Eq. (12), H_c included, for any matrix rho."""
    eps = [transition.energy for transition in system.transitions]
    lower = list(system.lowering_operators)
    count = range(len(eps))
    at = [rates(spectra, temperatures, energy) for energy in eps]
    h_c = np.zeros_like(rho, dtype=complex)
    drift = np.zeros_like(rho, dtype=complex)
    for i in count:
        for j in count:
            if keep is not None and not keep(i, j):
                continue
            for which, down in ((0, lower), (1, [operator.T for operator in lower])):
                row, column = (i, j) if which == 0 else (j, i)
                own, other = at[i][which][row, column], at[j][which][row, column]
                product = down[j].T @ down[i]
                h_c += (own - other) / 2j * product
                drift += (own + other) * (
                    down[i] @ rho @ down[j].T - 0.5 * (product @ rho + rho @ product)
                )
    hamiltonian = np.diag(system.energies) + h_c
    return 1j * (rho @ hamiltonian - hamiltonian @ rho) + drift


def generator_matrix(system, spectra, temperatures, keep=None):
    """Matrix of Eq. (12) on row-major vec(rho), column by column."""
    size = len(system.levels)
    columns = []
    for element in range(size * size):
        rho = np.zeros(size * size, dtype=complex)
        rho[element] = 1.0
        drift = equation_12(system, spectra, temperatures, rho.reshape(size, size), keep)
        columns.append(drift.reshape(-1))
    return np.array(columns).T


def steady_state(matrix):
    """The density matrix in the null space of a generator, which has to be one-dimensional."""
    kernel = null_space(matrix, rcond=1e-12)
    assert kernel.shape[1] == 1
    size = round(np.sqrt(len(matrix)))
    rho = kernel[:, 0].reshape(size, size)
    return rho / np.trace(rho)


def reduced_lambda(eps, spectra, temperatures):
    """(n_1, n_2, n_e, rho_12) of a Lambda system from Eqs. (13) and (14).

    tau_12 = rho_21 turns as exp(-i D_12 t): the paper prints the opposite sign.
    """
    (minus_1, plus_1), (minus_2, plus_2) = (rates(spectra, temperatures, e) for e in eps)
    width = plus_1[0, 0] + plus_2[1, 1]
    difference = eps[0] - eps[1]
    # Unknowns n_1, n_2, tau_12, tau_21, n_e.
    matrix = np.array(
        [
            [-2 * plus_1[0, 0], 0, -plus_2[0, 1], -plus_2[1, 0], 2 * minus_1[0, 0]],
            [0, -2 * plus_2[1, 1], -plus_1[0, 1], -plus_1[1, 0], 2 * minus_2[1, 1]],
            [
                -plus_1[1, 0],
                -plus_2[1, 0],
                -1j * difference - width,
                0,
                minus_1[1, 0] + minus_2[1, 0],
            ],
            [
                -plus_1[0, 1],
                -plus_2[0, 1],
                0,
                1j * difference - width,
                minus_1[0, 1] + minus_2[0, 1],
            ],
            [1, 1, 0, 0, 1],
        ]
    )
    n_1, n_2, _, tau_21, n_e = np.linalg.solve(matrix, [0, 0, 0, 0, 1])
    return n_1.real, n_2.real, n_e.real, tau_21


def reduced_v(eps, spectra, temperatures):
    """(n_1, n_2, n_g, rho_12) of a V system from Eq. (23).

    tau_12 feeds the populations with Gamma-_21 and tau_21 with Gamma-_12: the paper
    prints the two the other way round.
    """
    (minus_1, plus_1), (minus_2, plus_2) = (rates(spectra, temperatures, e) for e in eps)
    width = minus_1[0, 0] + minus_2[1, 1]
    difference = eps[0] - eps[1]
    matrix = np.array(
        [
            [-2 * minus_1[0, 0], 0, -minus_2[1, 0], -minus_2[0, 1], 2 * plus_1[0, 0]],
            [0, -2 * minus_2[1, 1], -minus_1[1, 0], -minus_1[0, 1], 2 * plus_2[1, 1]],
            [
                -minus_1[0, 1],
                -minus_2[0, 1],
                1j * difference - width,
                0,
                plus_1[0, 1] + plus_2[0, 1],
            ],
            [
                -minus_1[1, 0],
                -minus_2[1, 0],
                0,
                -1j * difference - width,
                plus_1[1, 0] + plus_2[1, 0],
            ],
            [1, 1, 0, 0, 1],
        ]
    )
    n_1, n_2, _, tau_21, n_g = np.linalg.solve(matrix, [0, 0, 0, 0, 1])
    return n_1.real, n_2.real, n_g.real, tau_21


def gibbs(system, temperature):
    """Populations of the Gibbs state."""
    weights = np.exp(-(np.array(system.energies) - min(system.energies)) / temperature)
    return weights / weights.sum()
