"""Exact steady states: a system coupled to one damped mode for each bath.

The model is a Lindblad equation for the system and its modes together,

    d rho/dt = -i [H, rho] + sum_a kappa_a ( (N_a + 1) D[a_a] + N_a D[a_a^dagger] ) rho,
    H = H_S + sum_a Omega_a a_a^dagger a_a + sum_ia ( g_ia phi+_i a_a + h.c. ),

with D[c] rho = c rho c^dagger - {c^dagger c, rho} / 2. It makes no assumption on how weak the
coupling is. A free mode has <a(s) a^dagger> = (N + 1) exp(-i Omega s - kappa s / 2), so with
B_i = g_i a the integral of Eq. (A.3), Gamma-_ij(w) with its principal value, is

    conj(g_i) g_j (N + 1) / (kappa/2 - i (w - Omega)).

The real part of the last factor makes it gamma_ij(w) (N + 1) / 2 with the coupling spectrum

    gamma_ij(w) = conj(g_i) g_j kappa / ( (w - Omega)^2 + kappa^2 / 4 )

of Eq. (7), a Lorentzian with f = 1, and the occupation N at every frequency. The second-order
equations and this one therefore describe the same baths.

The modes are not expanded in numbers of quanta but in the eigenoperators of their own damping. The
part of rho that is left when a mode is described by the characteristic function

    chi(z) = Tr_a[ rho exp(z a^dagger) exp(-conj(z) a) ] = exp(-N |z|^2) sum_kl F_kl z^k conj(z)^l

consists of operators F_kl of the system alone: F_00 is its density matrix, and F_kl decays with
kappa (k + l) / 2. With A = sum_i conj(g_i) phi-_i and f_kl = sqrt(k! l!) F_kl,

    d f_kl/dt = -i [H_S, f_kl] + ( i Omega (k - l) - kappa (k + l) / 2 ) f_kl
                + i sqrt(l+1) [A^dagger, f_k,l+1] - i sqrt(k+1) [A, f_k+1,l]
                - i sqrt(k) ( N A^dagger f_k-1,l - (N + 1) f_k-1,l A^dagger )
                - i sqrt(l) ( N f_k,l-1 A - (N + 1) A f_k,l-1 ).

The thermal cloud of the mode is summed up in the factor exp(-N |z|^2). What is left to truncate is
the order k + l of the correlations between system and modes, of which few are needed at any N as
long as g sqrt(N + 1) is below kappa. Excitation number, system and modes together, is conserved
but for the damping, which does not ask for its phase; in the steady state f_kl has only elements
between levels whose excitation numbers differ by sum_a (k_a - l_a).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.linalg import splu

from steady_coherence.baths import Bath
from steady_coherence.systems import LevelSystem

Matrix = NDArray[np.complex128]

#: The steady state counts as not unique where the second smallest singular value of the generator
#: that is left for the system is below this part of the largest.
SINGULAR_TOLERANCE = 1e-12


@dataclass(frozen=True)
class Mode:
    """A damped mode that plays the part of a bath.

    Attributes
    ----------
    name : str
        Label of the bath.
    frequency : float
        Omega (energy).
    damping : float
        kappa > 0 (energy), the full width at half maximum of the coupling spectrum.
    couplings : tuple of complex, length n_transitions
        g_i, the amplitude of phi+_i a in H.
    occupation : float
        Mean number N >= 0 of quanta that the damping alone would leave in the mode.

    Raises
    ------
    ValueError
        If the damping is not positive, or the occupation is negative.
    """

    name: str
    frequency: float
    damping: float
    couplings: tuple[complex, ...]
    occupation: float

    def __post_init__(self) -> None:
        if not self.damping > 0.0:
            raise ValueError(f"damping of mode {self.name} is {self.damping:g}, expected > 0")
        if not self.occupation >= 0.0:
            raise ValueError(
                f"occupation of mode {self.name} is {self.occupation:g}, expected >= 0"
            )

    def coupling_spectrum(self, frequency: ArrayLike) -> Matrix:
        """Coupling spectrum gamma_ij(w) of Eq. (7) that the mode realises.

        Parameters
        ----------
        frequency : array_like, shape (n,)
            w (energy).

        Returns
        -------
        ndarray of complex, shape (n, n_transitions, n_transitions)
            conj(g_i) g_j kappa / ((w - Omega)^2 + kappa^2 / 4).
        """
        detuning = np.asarray(frequency, dtype=float) - self.frequency
        shape = self.damping / (detuning**2 + 0.25 * self.damping**2)
        amplitudes = np.asarray(self.couplings, dtype=complex)
        return np.asarray(np.multiply.outer(shape, np.outer(amplitudes.conj(), amplitudes)))

    def level_shift(
        self, frequency: float, occupation: NDArray[np.float64]
    ) -> tuple[Matrix, Matrix]:
        """Principal values of Eq. (A.5) for this spectrum, in closed form.

        Parameters
        ----------
        frequency : float
            w (energy).
        occupation : ndarray
            N at every grid point.

        Returns
        -------
        emission, absorption : ndarray, shape (n_transitions, n_transitions, ...)
            S-_ij = (N + 1) V_ij and S+_ij = N V_ij with
            V_ij = conj(g_i) g_j (w - Omega) / ((w - Omega)^2 + kappa^2 / 4).
        """
        detuning = frequency - self.frequency
        amplitudes = np.asarray(self.couplings, dtype=complex)
        shift = np.outer(amplitudes.conj(), amplitudes) * (
            detuning / (detuning**2 + 0.25 * self.damping**2)
        )
        return np.multiply.outer(shift, occupation + 1.0), np.multiply.outer(shift, occupation)

    @property
    def bath(self) -> Bath:
        """The same bath as the master equations take it."""
        return Bath(
            self.name,
            self.coupling_spectrum,
            occupation=self.occupation,
            level_shift=self.level_shift,
        )


@dataclass(frozen=True)
class ExactState:
    """Steady state of the system, the modes traced out.

    Attributes
    ----------
    density_matrix : ndarray of complex, shape (n_levels, n_levels)
        rho of the system in the eigenbasis of H_S.
    populations : ndarray, shape (n_levels,)
        Diagonal of rho.
    coherence : complex
        <1|rho|2> of the system's coherent pair.
    excitation_current : ndarray, shape (n_modes,)
        Quanta per time that each bath hands to its mode, kappa (N - <a^dagger a>), and in the
        steady state the mode to the system.
    truncation_error : float
        Largest change of an element of rho when the cut-off is lowered by one: close to the error
        at that lower cut-off, and larger than the one at this wherever the cut-off is large enough
        for each further order to change less than half of what the one before it did.
    cutoff : int
        Largest order of correlation between system and modes that was kept.
    """

    density_matrix: Matrix
    populations: NDArray[np.float64]
    coherence: complex
    excitation_current: NDArray[np.float64]
    truncation_error: float
    cutoff: int


def exact_steady_state(system: LevelSystem, modes: Sequence[Mode], cutoff: int) -> ExactState:
    """Steady state of a system and its damped modes.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    modes : sequence of Mode
        One mode for each bath. For a bath on one site of the coupled TLSs the couplings
        are g times the site's amplitudes.
    cutoff : int
        Largest total order, summed k_a + l_a, of the operators kept; at least 2. What a
        cut-off n leaves out begins with the power 2n + 2 of the coupling.

    Returns
    -------
    ExactState
        With an estimate of the truncation error.

    Raises
    ------
    ValueError
        If the cut-off is below 2, a mode has not one coupling for each transition, or the steady
        state is not unique.
    """
    if cutoff < 2:
        raise ValueError(f"cut-off is {cutoff}, expected at least 2")
    for mode in modes:
        if len(mode.couplings) != len(system.transitions):
            raise ValueError(
                f"mode {mode.name} has {len(mode.couplings)} couplings, expected one for each of "
                f"the {len(system.transitions)} transitions of {system.name}"
            )
    rho, currents = _solve(system, modes, cutoff)
    lower, _ = _solve(system, modes, cutoff - 1)
    first, second = (system.index(level) for level in system.coherent_pair)
    return ExactState(
        density_matrix=rho,
        populations=np.diag(rho).real.copy(),
        coherence=complex(rho[first, second]),
        excitation_current=currents,
        truncation_error=float(np.abs(rho - lower).max()),
        cutoff=cutoff,
    )


def excitation_numbers(system: LevelSystem) -> tuple[int, ...]:
    """Number of excitations of each level, counted from the lowest that transitions reach.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.

    Returns
    -------
    tuple of int, length n_levels

    Raises
    ------
    ValueError
        If two ways up from one level to another differ in their number of transitions.
    """
    numbers = [0] * len(system.levels)
    # After as many rounds as there are levels each number has gone all the way up.
    for _ in system.levels:
        for transition in system.transitions:
            lower, upper = system.index(transition.lower), system.index(transition.upper)
            numbers[upper] = max(numbers[upper], numbers[lower] + 1)
            numbers[lower] = max(numbers[lower], numbers[upper] - 1)
    for transition in system.transitions:
        lower, upper = system.index(transition.lower), system.index(transition.upper)
        if numbers[upper] != numbers[lower] + 1:
            raise ValueError(f"transitions of {system.name} do not add one excitation each")
    return tuple(numbers)


class _Links(NamedTuple):
    """Elements by which a superoperator couples orders, each between two that are not zero."""

    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    element: NDArray[np.int64]  # of the superoperator, row by row
    root: NDArray[np.float64]  # sqrt(k)

    def of(self, superoperator: Matrix) -> tuple[Matrix, NDArray[np.int64], NDArray[np.int64]]:
        """Values, rows and columns of what a superoperator couples."""
        return self.root * superoperator.reshape(-1)[self.element], self.rows, self.columns


@dataclass(frozen=True)
class _Orders:
    """The orders (k_1, l_1, k_2, l_2, ...) kept, and which elements of rho they need."""

    table: NDArray[np.int64]  # (n_orders, 2 * n_modes)
    selected: NDArray[np.int64]  # positions in (order, vec rho) that are not zero
    raising: tuple[_Links, ...]  # by index: from order k - 1 to k
    lowering: tuple[_Links, ...]  # back


@lru_cache(maxsize=16)
def _orders(excitations: tuple[int, ...], n_modes: int, cutoff: int) -> _Orders:
    indices = 2 * n_modes
    orders = [order for order in product(range(cutoff + 1), repeat=indices) if sum(order) <= cutoff]
    orders.sort(key=lambda order: (sum(order), order))
    position = {order: number for number, order in enumerate(orders)}
    table = np.array(orders)
    excess = table[:, 0::2].sum(axis=1) - table[:, 1::2].sum(axis=1)
    difference = np.subtract.outer(excitations, excitations).reshape(-1)
    selected = np.flatnonzero(np.equal.outer(excess, difference).reshape(-1))
    number_of = np.full((excess.size, difference.size), -1)  # among the selected; -1: zero
    number_of.flat[selected] = np.arange(selected.size)
    raising, lowering = [], []
    for index in range(indices):
        above = np.flatnonzero(table[:, index])
        unit = np.eye(indices, dtype=int)[index]
        below = np.array([position[tuple(order)] for order in (table[above] - unit).tolist()])
        root = np.sqrt(table[above, index])
        raising.append(_linked(number_of, above, below, root))
        lowering.append(_linked(number_of, below, above, root))
    return _Orders(table, selected, tuple(raising), tuple(lowering))


def _linked(
    number_of: NDArray[np.int64],
    to: NDArray[np.int64],
    start: NDArray[np.int64],
    root: NDArray[np.float64],
) -> _Links:
    """Links from some orders to others, each by a superoperator times a root."""
    size = number_of.shape[1]
    rows = np.repeat(number_of[to], size, axis=1)  # (pair of orders, element)
    columns = np.tile(number_of[start], size)
    pair, element = np.nonzero((rows >= 0) & (columns >= 0))
    return _Links(rows[pair, element], columns[pair, element], element, root[pair])


def _left(operator: Matrix) -> Matrix:
    return np.kron(operator, np.eye(len(operator))).astype(complex)


def _right(operator: Matrix) -> Matrix:
    return np.kron(np.eye(len(operator)), operator.T).astype(complex)


def _hierarchy(system: LevelSystem, modes: Sequence[Mode], orders: _Orders) -> sp.csc_array:
    """Matrix of d f/dt on the elements that can be nonzero."""
    energies = np.array(system.energies, dtype=complex)
    unitary = -1j * np.subtract.outer(energies, energies).reshape(-1)
    own = np.zeros(len(orders.table), dtype=complex)
    for number, mode in enumerate(modes):
        order_k, order_l = orders.table[:, 2 * number], orders.table[:, 2 * number + 1]
        own += 1j * mode.frequency * (order_k - order_l) - 0.5 * mode.damping * (order_k + order_l)
    diagonal = np.add.outer(own, unitary).reshape(-1)[orders.selected]
    every = np.arange(orders.selected.size)
    # Each term couples other pairs of orders: no two have an element in common.
    terms = [(diagonal, every, every)]
    for number, mode in enumerate(modes):
        lowering = np.einsum(
            "i,ikl->kl", np.conj(mode.couplings), system.lowering_operators.astype(complex)
        )
        raising = lowering.conj().T
        k, m = 2 * number, 2 * number + 1
        thermal, vacuum = mode.occupation, mode.occupation + 1.0
        terms += [
            orders.lowering[m].of(-1j * (_right(raising) - _left(raising))),
            orders.lowering[k].of(-1j * (_left(lowering) - _right(lowering))),
            orders.raising[k].of(-1j * (thermal * _left(raising) - vacuum * _right(raising))),
            orders.raising[m].of(-1j * (thermal * _right(lowering) - vacuum * _left(lowering))),
        ]
    values, rows, columns = (np.concatenate(parts) for parts in zip(*terms, strict=True))
    kept = values != 0.0
    return sp.csc_array((values[kept], (rows[kept], columns[kept])), shape=(every.size,) * 2)


def _solve(
    system: LevelSystem, modes: Sequence[Mode], cutoff: int
) -> tuple[Matrix, NDArray[np.float64]]:
    """Density matrix of the system and the excitation currents, at one cut-off."""
    size = len(system.levels)
    orders = _orders(excitation_numbers(system), len(modes), cutoff)
    matrix = _hierarchy(system, modes, orders)

    # Order zero, the density matrix, comes first. Every other order is damped and can be eliminated
    # without a small pivot; what remains is a generator for the system alone.
    first = int(np.searchsorted(orders.selected, size * size))
    eliminate = splu(sp.csc_array(matrix[first:, first:]))
    reply = -eliminate.solve(matrix[first:, :first].toarray())
    generator = matrix[:first, :first].toarray() + matrix[:first, first:] @ reply
    values = np.linalg.svd(generator, compute_uv=False)
    if values[-2] < SINGULAR_TOLERANCE * values[0]:
        raise ValueError(f"the steady state of {system.name} and its modes is not unique")

    # Populations sum to one; that takes the place of one of their equations, which follows
    # from the others because no order feeds the trace. It is weighted like a rate.
    populations = np.searchsorted(orders.selected, np.arange(size) * (size + 1))
    weight = float(np.abs(generator).max())
    generator[populations[-1]] = 0.0
    generator[populations[-1], populations] = weight
    right_side = np.zeros(first, dtype=complex)
    right_side[populations[-1]] = weight
    rho = np.linalg.solve(generator, right_side)

    whole = np.zeros(len(orders.table) * size * size, dtype=complex)
    whole[orders.selected] = np.concatenate([rho, reply @ rho])
    operators = whole.reshape(-1, size, size)
    return operators[0], _currents(modes, orders, operators)


def _currents(modes: Sequence[Mode], orders: _Orders, operators: Matrix) -> NDArray[np.float64]:
    """Excitation currents kappa (N - <a^dagger a>); the bracket is the trace of F_11."""
    currents = np.zeros(len(modes))
    for number, mode in enumerate(modes):
        pair = np.zeros(2 * len(modes), dtype=int)
        pair[2 * number : 2 * number + 2] = 1
        # At cut-off 1 there is no such order.
        for order in np.flatnonzero((orders.table == pair).all(axis=1)):
            currents[number] = mode.damping * np.trace(operators[order]).real
    return currents
