"""Exact steady states of a system and Gaussian baths: a hierarchy of equations of motion.

Baths coupled by sum_i (phi-_i B_i^dagger + h.c.) act on the system by their correlators alone. Let
these be sums of decaying exponentials,

    <B_i^dagger(t) B_j> = sum_m P^m_ij exp(-nu_m t),
    <B_j B_i^dagger(t)> = sum_m Q^m_ij exp(-nu_m t),

with complex weights and Re nu_m > 0. Each of the exponentials is a leg A_m = sum_i u_i phi-_i with
L_m = sum_j p_j phi+_j and R_m = sum_j q_j phi+_j, where u_i p_j = P^m_ij and u_i q_j = Q^m_ij; a
matrix of rank two takes two legs. An order says how often each leg and each adjoint of one is
taken, k_m and l_m times. It has an operator f_kl of the system; that of order zero is the density
matrix, and

    d f/dt = -i [H_S, f] - sum_m ( nu_m k_m + conj(nu_m) l_m ) f
             - i sum_m ( sqrt(k_m + 1) [A_m, f_k+1] + sqrt(l_m + 1) [A_m^dagger, f_l+1] )
             - i sum_m sqrt(k_m) ( L_m f_k-1 - f_k-1 R_m )
             - i sum_m sqrt(l_m) ( R_m^dagger f_l-1 - f_l-1 L_m^dagger ).

This is exact. What is truncated is the total order, the tier: tier n leaves out terms that begin
with the power n + 1 of the spectra. Where excitations are conserved, f_kl has in the steady state
only elements between levels whose excitation numbers differ by sum_m (k_m - l_m). A coupling that
does not conserve them, sum_i (phi-_i + phi+_i)(B_i + B_i^dagger), is the same hierarchy with
phi-_i + phi+_i in the place of both operators.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.linalg import expm_multiply, gmres, splu

Matrix = NDArray[np.complex128]
Real = NDArray[np.float64]
Integers = NDArray[np.int64]

#: With up to so many legs the hierarchy is eliminated directly; with more, that fills the matrix.
FEW = 8
#: Part of the largest number of a column from which on the elimination takes the diagonal one.
DIAGONAL = 0.1
#: What the iteration leaves, in parts of what it begins with.
TOLERANCE = 1e-12
#: The steady state counts as not unique where the second smallest singular value of the generator
#: that is left for the system is below this part of the largest.
SINGULAR_TOLERANCE = 1e-12


@dataclass(frozen=True)
class Leg:
    """One exponential of the correlators of a bath, with operators on the levels."""

    rate: complex  #: nu (energy), with a positive real part
    inner: Matrix  #: A, by which the order falls
    left: Matrix  #: L, by which it rises
    right: Matrix  #: R, by which it rises

    @property
    def adjoint(self) -> Leg:
        """The leg of the conjugate exponential."""
        return Leg(
            complex(np.conj(self.rate)),
            self.inner.conj().T,
            self.right.conj().T,
            self.left.conj().T,
        )


@dataclass(frozen=True)
class _Orders:
    """The orders kept, which elements of their operators there are, and what links them."""

    tiers: tuple[Integers, ...]  # legs of each order, increasing: (order, leg) of one total each
    selected: Integers  # positions in (order, vec f) that can be nonzero
    number: Integers  # (order, element of vec f) among the selected; -1: zero
    links: tuple[tuple[Integers, Integers, Real], ...]  # a leg: orders above, below, root


@lru_cache(maxsize=16)
def _orders(legs: int, depth: int, difference: tuple[int, ...], conserved: bool) -> _Orders:
    """Orders of some legs, the adjoints in the second half."""
    signs = np.repeat([1, -1], legs // 2)
    every = below = np.zeros((1, 0), dtype=np.int64)
    tiers, begin, parts = [below], 0, []
    for _ in range(depth):
        every = _raised(every, legs)
        here = every
        if conserved:
            here = every[np.abs(signs[every].sum(axis=1)) <= max(difference)]
        tiers.append(here)
        parts.append(_taken(below, here, legs, begin))
        below, begin = here, begin + len(below)
    excess = np.concatenate([signs[tier].sum(axis=1) for tier in tiers])
    there = np.full((excess.size, len(difference)), fill_value=True)
    if conserved:
        there = np.equal.outer(excess, difference)
    selected = np.flatnonzero(there)
    number = np.full(there.shape, -1)
    number.flat[selected] = np.arange(selected.size)
    leg, up, down, root = (np.concatenate(each) for each in zip(*parts, strict=True))
    place = np.argsort(leg, kind="stable")
    cuts = np.searchsorted(leg[place], np.arange(1, legs))
    links = zip(*(np.split(each[place], cuts) for each in (up, down, root)), strict=True)
    return _Orders(tuple(tiers), selected, number, tuple(links))


def _raised(orders: Integers, legs: int) -> Integers:
    """Orders with one leg more, each once: legs increase."""
    last = orders[:, -1] if orders.shape[1] else np.zeros(1, dtype=np.int64)
    counts = legs - last
    begin = np.repeat(last - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
    return np.column_stack([np.repeat(orders, counts, axis=0), np.arange(counts.sum()) + begin])


def _taken(
    below: Integers, here: Integers, legs: int, begin: int
) -> tuple[Integers, Integers, Integers, Real]:
    """Each leg that may be taken from an order: the leg, both orders, the root of its number."""
    powers = legs ** np.arange(below.shape[1])[::-1]
    codes = below @ powers  # they increase
    parts = []
    for column in range(here.shape[1]):
        leg = here[:, column]
        # A leg that is taken several times is counted where it stands first.
        new = here[:, column - 1] != leg if column else np.full(len(here), fill_value=True)
        code = np.delete(here, column, axis=1) @ powers
        parent = np.minimum(np.searchsorted(codes, code), len(codes) - 1)
        up = np.flatnonzero(new & (codes[parent] == code))
        root = np.sqrt((here[up] == leg[up, None]).sum(axis=1))
        parts.append((leg[up], begin + len(below) + up, begin + parent[up], root))
    leg, up, down, root = (np.concatenate(each) for each in zip(*parts, strict=True))
    return leg, up, down, root


class Hierarchy:
    """Generator of a system and its baths.

    Parameters
    ----------
    hamiltonian : ndarray, shape (n_levels, n_levels)
        H_S; what is off its diagonal is small.
    legs : sequence of sequence of Leg
        Those of each bath, without their adjoints.
    depth : int
        Highest total order kept, 1 or more.
    excitations : sequence of int, optional
        Excitation number of each level, where the coupling conserves them.

    Attributes
    ----------
    depth : int
        As above.
    matrix : sparse array, shape (n, n)
        Of d f/dt, on the elements that can be nonzero; those of the density matrix come first.
    """

    def __init__(
        self,
        hamiltonian: NDArray[Any],
        legs: Sequence[Sequence[Leg]],
        depth: int,
        excitations: Sequence[int] | None = None,
    ) -> None:
        every = [leg for of_bath in legs for leg in of_bath]
        if not every:
            raise ValueError("no bath couples to the system: the steady state is not unique")
        self.depth = depth
        self._legs = [*every, *(leg.adjoint for leg in every)]
        self._bath = np.tile(np.repeat(np.arange(len(legs)), [*map(len, legs)]), 2)  # (leg,)
        self._levels = len(hamiltonian)
        difference = np.zeros(self._levels**2, dtype=int)
        if excitations is not None:
            difference = np.subtract.outer(excitations, excitations).reshape(-1)
        self._orders = orders = _orders(
            len(self._legs), depth, tuple(difference.tolist()), excitations is not None
        )
        rates = np.array([leg.rate for leg in self._legs])
        decay = np.concatenate([rates[tier].sum(axis=1) for tier in orders.tiers])
        energies = np.diag(hamiltonian).real
        unitary = -1j * np.subtract.outer(energies, energies).reshape(-1)
        self._diagonal = (unitary - decay[:, None]).reshape(-1)[orders.selected]
        each = np.arange(orders.selected.size)
        # Each term couples other pairs of orders: no two have an element in common.
        terms = [(self._diagonal, each, each)]
        mixing = hamiltonian - np.diag(energies)
        one = np.ones(len(orders.number))
        terms.append(_linked(orders.number, orders.number, one, _left(mixing) - _right(mixing)))
        for leg, (up, down, root) in zip(self._legs, orders.links, strict=True):
            above, below = orders.number[up], orders.number[down]
            terms.append(_linked(above, below, root, _left(leg.left) - _right(leg.right)))
            terms.append(_linked(below, above, root, _left(leg.inner) - _right(leg.inner)))
        values, rows, columns = (np.concatenate(parts) for parts in zip(*terms, strict=True))
        self.matrix = sp.csr_array((values, (rows, columns)), shape=2 * (each.size,))
        self.first = orders.selected[orders.selected < self._levels**2]

    def _reply(self, depth: int) -> Matrix:
        """All higher orders up to some depth in terms of order zero, in the steady state."""
        first = self.first.size
        last = np.searchsorted(
            self._orders.selected, self._levels**2 * sum(map(len, self._orders.tiers[: depth + 1]))
        )
        matrix = self.matrix[first:last, first:last]
        source = -self.matrix[first:last, :first].toarray()
        if len(self._legs) <= FEW:
            # What links a pair of orders links it both ways; what decays is on the diagonal.
            factors = splu(
                sp.csc_array(matrix),
                permc_spec="MMD_AT_PLUS_A",
                diag_pivot_thresh=DIAGONAL,
                options={"SymmetricMode": True},
            )
            found = factors.solve(source)
            return _complex(found + factors.solve(source - matrix @ found))
        diagonal = self._diagonal[first:last]
        scaled = sp.csr_array(sp.diags_array(1.0 / diagonal) @ matrix)
        found = np.empty_like(source)
        for number, column in enumerate((source / diagonal[:, None]).T):
            found[:, number], status = gmres(
                scaled, column, x0=column, rtol=TOLERANCE, restart=60, maxiter=20
            )
            if status:
                raise ArithmeticError(
                    "the hierarchy is not solved: the coupling is too strong, expected spectra "
                    "that are nowhere near the energies of the system"
                )
        return _complex(found)

    def steady_state(self, depth: int | None = None) -> tuple[Matrix, Matrix]:
        """Density matrix, with trace one, and what each bath changes of it.

        Parameters
        ----------
        depth : int, optional
            Highest total order kept, from 1 up to that of the hierarchy, which is the default.

        Returns
        -------
        density_matrix : ndarray, shape (n_levels, n_levels)
        changes : ndarray, shape (n_baths, n_levels, n_levels)
            Parts of d rho/dt; they sum to i [H_S, rho].

        Raises
        ------
        ValueError
            If the steady state is not unique.
        """
        size, reply = self.first.size, self._reply(self.depth if depth is None else depth)
        drop = self.matrix[:size, size : size + len(reply)]
        generator = self.matrix[:size, :size].toarray() + drop @ reply
        values = np.linalg.svd(generator, compute_uv=False)
        if values[-2] < SINGULAR_TOLERANCE * values[0]:
            raise ValueError("the steady state is not unique")
        # Populations sum to one; that takes the place of one of their equations, which follows
        # from the others because no order feeds the trace. It is weighted like a rate.
        populations = np.searchsorted(self.first, np.arange(self._levels) * (self._levels + 1))
        weight = float(np.abs(generator).max())
        generator[populations[-1]] = 0.0
        generator[populations[-1], populations] = weight
        right_side = np.zeros(size, dtype=complex)
        right_side[populations[-1]] = weight
        rho = np.linalg.solve(generator, right_side)
        # Orders of one leg come next.
        lowest = self._orders.selected[size : size + len(reply)] // self._levels**2 - 1
        one = lowest < len(self._legs)
        bath = np.where(one, self._bath[np.where(one, lowest, 0)], -1)
        higher = reply @ rho
        changes = [
            drop @ np.where(bath == number, higher, 0.0) for number in range(self._bath.max() + 1)
        ]
        return self._whole(rho), np.array([self._whole(change) for change in changes])

    def evolve(self, initial: Matrix, last: float, steps: int) -> Matrix:
        """Density matrices at equal steps of time, the baths in equilibrium at the first.

        Parameters
        ----------
        initial : ndarray, shape (n_levels, n_levels)
            Density matrix at time 0.
        last : float
            Last time (inverse energy).
        steps : int
            Number of times, 0 and the last among them.

        Returns
        -------
        ndarray, shape (steps, n_levels, n_levels)
        """
        begin = np.zeros(self.matrix.shape[0], dtype=complex)
        begin[: self.first.size] = np.asarray(initial).reshape(-1)[self.first]
        states = expm_multiply(self.matrix, begin, 0.0, last, steps, endpoint=True)
        return np.array([self._whole(state[: self.first.size]) for state in states])

    def _whole(self, elements: Matrix) -> Matrix:
        """Matrix of elements of order zero."""
        whole = np.zeros(self._levels**2, dtype=complex)
        whole[self.first] = elements
        return _complex(whole.reshape(self._levels, self._levels))


def _complex(array: ArrayLike) -> Matrix:
    return np.asarray(array, dtype=np.complex128)


def _left(operator: Matrix) -> Matrix:
    return _product(operator, np.eye(len(operator)))


def _right(operator: Matrix) -> Matrix:
    return _product(np.eye(len(operator)), operator.T)


def _product(left: NDArray[Any], right: NDArray[Any]) -> Matrix:
    """Kronecker product of two square matrices of a size: `numpy.kron` takes six times as long."""
    size = len(left) ** 2
    return _complex(left[:, None, :, None] * right[:, None, :]).reshape(size, size)


def _linked(
    to: Integers, start: Integers, root: Real, superoperator: Matrix
) -> tuple[Matrix, Integers, Integers]:
    """Values, rows and columns by which -i times a superoperator couples pairs of orders."""
    row, column = np.nonzero(superoperator)
    rows, columns = to[:, row], start[:, column]  # (pair of orders, element)
    values = root[:, None] * (-1j * superoperator[row, column])
    kept = (rows >= 0) & (columns >= 0)
    return values[kept], rows[kept], columns[kept]
