"""One-sided rates: what a master equation makes of a bath, as numbers at every grid point.

A master equation is given by the matrices a and b of

    d rho/dt = -i [H_S, rho] + sum_ij ( a_ij [phi-_i rho, phi+_j]
                                      + b_ij [phi+_i rho, phi-_j] + h.c. ).

Equation (4) with H_SB of Eq. (3) gives the one-sided Fourier integrals of the
correlators, Eqs. (A.3) and (A.4): a_ij = Gamma-_ij(eps_i), b_ij = Gamma+_ji(eps_i), that is

    2 a_ij = gamma_ij(eps_i) (N(eps_i) + 1),   2 b_ij = conj(gamma_ij(eps_i)) N(eps_i).

The anti-Hermitian part of a and b is H_c of Eq. (12). The master equations differ in the pairs ij
that are kept, in the frequencies at which bath and spectrum are asked, in the mean of the
occupations and in the principal values of Eq. (A.5), and in nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath
from steady_coherence.numerics.blocks import Block
from steady_coherence.numerics.tape import Number, Program, Source, Tape, sqrt

Array = NDArray[np.float64]
Matrix = NDArray[np.complex128]
Real = float | Array

EMISSION, ABSORPTION = 0, 1
REAL, IMAG = 0, 1


class Key(NamedTuple):
    """Real or imaginary part of 2 a_ij (emission) or 2 b_ij (absorption)."""

    process: int
    i: int
    j: int
    part: int


@dataclass(frozen=True)
class Coupling:
    """What a master equation makes of a bath, before its occupation.

    Attributes
    ----------
    bath : Bath
        The bath.
    frequencies : ndarray, shape (n_transitions, n)
        Where the bath is asked for each transition; n is 1, or the length of the
        first axis of the grid, along which systems and spectra may vary.
    gamma : ndarray, shape (n_transitions, n_transitions, n)
        gamma_ij, row i at the frequency of transition i, zero for pairs that are dropped.
    geometric : bool
        Whether a pair has the geometric mean of the occupations at its two
        frequencies, instead of that at the first.
    shifted : bool
        Whether the principal values are kept.
    """

    bath: Bath
    frequencies: Array
    gamma: Matrix
    geometric: bool = False
    shifted: bool = False

    @np.errstate(over="ignore", under="ignore")
    def largest(self) -> Array:
        """Bounds on |2 a_ij| and |2 b_ij| over the whole grid, shape (2, m, m)."""
        if self.shifted:
            return np.full((2, *self.gamma.shape[:2]), np.inf)
        warmest = self.bath.state.max(initial=0.0)
        number = float(self.bath.number(self.frequencies.min(), warmest))
        gamma = np.abs(self.gamma).max(axis=-1)
        return np.stack([gamma * (number + 1.0), gamma * number])


class Rates:
    """The matrices 2 a and 2 b of one bath, element by element, as expressions.

    Parameters
    ----------
    coupling : Coupling
        What the master equation makes of the bath.
    tape : Tape
        Where the steps are noted.
    occupations : dict, optional
        N of the bath at frequencies that are known: one Planck distribution for each.
    """

    def __init__(
        self, coupling: Coupling, tape: Tape, occupations: dict[bytes, Number] | None = None
    ) -> None:
        self.coupling = coupling
        self.tape = tape
        self.occupations = {} if occupations is None else occupations
        self._shifted_block: Block | None = None
        self._known_shifts: dict[float, tuple[Matrix, Matrix]] = {}

    def __getitem__(self, key: Key) -> Number:
        """Value at every grid point; a number is the same everywhere."""
        process, i, j, part = key
        gamma = self._gamma[part][i][j]
        if isinstance(gamma, float) and gamma == 0.0:
            value: Number = 0.0
        else:
            conjugated = process == ABSORPTION and part == IMAG
            value = self._thermal(process, i, j, -gamma if conjugated else gamma)
        if self.coupling.shifted:
            # a_ij gains i S-_ij(eps_i), and b_ij gains -i S+_ji(eps_i).
            factor, element = (2.0, (i, j)) if process == EMISSION else (-2.0, (j, i))
            value = value + (-factor if part == REAL else factor) * self.tape.source(
                self._shift(process, i, element, IMAG if part == REAL else REAL)
            )
        return value

    def _thermal(self, process: int, i: int, j: int, gamma: Number) -> Number:
        """Rate gamma (N + 1) for emission and gamma N for absorption, for the pair (i, j)."""
        first, second = self._number(i), self._number(j)
        vacuum = 1.0 if process == EMISSION else 0.0
        if self.coupling.geometric and first is not second:
            return gamma * (sqrt(first + vacuum) * sqrt(second + vacuum))
        return gamma * first + vacuum * gamma

    @cached_property
    def _gamma(self) -> list[list[list[Number]]]:
        """Real and imaginary part of gamma_ij."""
        return [
            [[number_or_varying(values, self.tape) for values in row] for row in part]
            for part in (self.coupling.gamma.real, self.coupling.gamma.imag)
        ]

    def _number(self, i: int) -> Number:
        """N at the frequency of a transition."""
        bath, frequency = self.coupling.bath, self.coupling.frequencies[i]

        def number(block: Block) -> Array:
            return bath.number(block.along_first_axis(frequency), block.part(bath.state))

        if frequency.tobytes() not in self.occupations:
            self.occupations[frequency.tobytes()] = self.tape.source(number)
        return self.occupations[frequency.tobytes()]

    def _shift(self, process: int, i: int, element: tuple[int, int], part: int) -> Source:
        """Real or imaginary part of an element of S- (emission) or S+ (absorption) at eps_i."""
        (frequency,) = self.coupling.frequencies[i].tolist()

        def shift(block: Block) -> Array:
            matrix = self._shifts(frequency, block)[process][element]
            return np.asarray(matrix.real if part == REAL else matrix.imag)

        return shift

    def _shifts(self, frequency: float, block: Block) -> tuple[Matrix, Matrix]:
        bath = self.coupling.bath
        if self._shifted_block != block:
            self._shifted_block, self._known_shifts = block, {}
        if frequency not in self._known_shifts:
            self._known_shifts[frequency] = bath.principal_values(frequency, block.part(bath.state))
        return self._known_shifts[frequency]


def rate_matrices(coupling: Coupling, block: Block) -> Matrix:
    """2 a and 2 b of a bath at every point of a block, shape (2, m, m, size)."""
    rates = Rates(coupling, Tape())
    found = np.zeros((2, *coupling.gamma.shape[:2], block.size), dtype=complex)
    keys = [Key(*index) for index in np.ndindex(*found.shape[:3], 2)]
    for key, values in zip(keys, Program([rates[key] for key in keys]).run(block), strict=True):
        (found.imag if key.part == IMAG else found.real)[key[:3]] = values
    return found


def number_or_varying(values: Real, tape: Tape) -> Number:
    """A number, or numbers of shape (n,) along the first axis of the grid."""
    array = np.asarray(values, dtype=float)
    if array.size == 1 or not array.any():
        return float(array.flat[0])
    return tape.source(lambda block: block.along_first_axis(array))
