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

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import first_equal
from steady_coherence.numerics.blocks import Block
from steady_coherence.numerics.tape import ARRAY, Given, Name, Number, Program, Tape, given, sqrt
from steady_coherence.spectra import planck_number

Array = NDArray[np.float64]
Matrix = NDArray[np.complex128]

EMISSION, ABSORPTION = 0, 1
REAL, IMAG = 0, 1


class Key(NamedTuple):
    """Real or imaginary part of 2 a_ij (emission) or 2 b_ij (absorption)."""

    process: int
    i: int
    j: int
    part: int


class Form(NamedTuple):
    """Key to the steps from a coupling to rates, besides what is zero."""

    #: For each transition the first one at whose frequency the bath is asked as well: one Planck
    #: distribution serves both.
    occupations: tuple[int, ...]
    geometric: bool  #: as of the `Coupling`
    shifted: bool  #: as of the `Coupling`
    fermions: bool  #: whether emission goes with 1 - N, a number of its own, and not with N + 1


@dataclass(frozen=True)
class Occupation:
    """N of a bath at a frequency, at the points of a block."""

    bath: Bath
    frequency: Array  #: w, of shape (1,) or (n,), along the first axis of the grid
    emission: bool = False  #: whether it is what emission goes with, in place of N

    def __call__(self, block: Block) -> Array:
        """Values that broadcast against the block."""
        bath, state = self.bath, block.part(self.bath.state)
        if bath.distribution.length > 1:
            placed = bath.distribution.placed(block.along_first_axis)
            bath = replace(bath, distribution=placed)
        of = bath.emission_factor if self.emission else bath.number
        return of(block.along_first_axis(self.frequency), state)

    def quotient(self, block: Block) -> tuple[Array, Array] | None:
        """W and T, which broadcast against the block, if N = 1/(exp(w/T) - 1)."""
        if not self.bath.is_planck:
            return None
        return block.along_first_axis(self.frequency), block.part(self.bath.state)


@dataclass(frozen=True)
class Coupling:
    """Coupling of a bath as a master equation takes it, before its occupation."""

    bath: Bath
    #: Where the bath is asked for each transition, shape (n_transitions, n); n is 1, or the length
    #: of the first axis of the grid, along which systems and spectra may vary.
    frequencies: Array
    #: gamma_ij, row i at the frequency of transition i, zero for pairs that are dropped, shape
    #: (n_transitions, n_transitions, n).
    gamma: Matrix | Array
    #: Whether a pair has the geometric mean of the occupations at its two frequencies, instead of
    #: that at the first.
    geometric: bool = False
    shifted: bool = False  #: whether the principal values are kept

    def of(self, bath: Bath) -> Coupling:
        """Return the same for another bath of that coupling spectrum, with what is worked out."""
        form, _ = self.form, (self._gamma, self._moduli, self._lowest)
        other = object.__new__(Coupling)
        form = form._replace(fermions=bath.distribution.fermions)
        other.__dict__.update(self.__dict__, bath=bath, form=form)
        return other

    @np.errstate(over="ignore", under="ignore")
    def largest(self) -> Array:
        """Bounds on |2 a_ij| and |2 b_ij| over the whole grid, shape (2, m, m)."""
        if self.shifted:
            return np.full((2, *self.gamma.shape[:2]), np.inf)
        number = float(self.bath.state.max(initial=0.0))
        if self.bath.occupation is None:
            number = self.bath.distribution.largest(self._lowest, number)
        return np.multiply.outer([number + 1.0, number], self._moduli)

    @cached_property
    def _lowest(self) -> float:
        return float(self.frequencies.min())

    @cached_property
    def _moduli(self) -> Array:
        """Largest |gamma_ij|, shape (m, m)."""
        if np.iscomplexobj(self.gamma):
            return np.asarray(np.abs(self.gamma).max(axis=-1))
        return np.asarray(np.maximum(self.gamma.max(axis=-1), -self.gamma.min(axis=-1)))

    @cached_property
    def diagonals(self) -> Array:
        """gamma_jj of the bath at the frequency of transition i, at (i, j); nothing may vary."""
        whole = self.bath.spectrum_matrices(self.frequencies[:, 0], len(self.frequencies))
        return np.asarray(np.diagonal(whole, axis1=1, axis2=2).real)

    @cached_property
    def _gamma(self) -> list[tuple[tuple[int, int, int], Given]]:
        """Real and imaginary part of each gamma_ij, at (part, i, j)."""
        is_complex = np.iscomplexobj(self.gamma)
        imag = self.gamma.imag if is_complex else np.zeros((*self.gamma.shape[:2], 1))
        parts = self.gamma.real, imag
        return [
            ((part, i, j), given(values))
            for part, gamma in enumerate(parts)
            for i, row in enumerate(gamma)
            for j, values in enumerate(row)
        ]

    @cached_property
    def form(self) -> Form:
        """Key to the steps that lead to the rates."""
        first = first_equal(self.frequencies)
        return Form(first, self.geometric, self.shifted, self.bath.distribution.fermions)

    def given(self, name: Hashable, bath: int) -> dict[Name, Given]:
        """The numbers that rates need from outside, by names that begin with the coupling's."""
        numbers: dict[Name, Given] = {(name, *at): value for at, value in self._gamma}
        size = len(self.frequencies)
        for i in set(self.form.occupations):
            numbers["occupation", bath, i] = Given(
                ARRAY, Occupation(self.bath, self.frequencies[i])
            )
            if self.form.fermions:
                numbers["vacancy", bath, i] = Given(
                    ARRAY, Occupation(self.bath, self.frequencies[i], emission=True)
                )
        if self.shifted:
            shifts = _Shifts(self)
            for index in np.ndindex(2, size, size, 2):
                numbers["shift", name, *index] = Given(ARRAY, shifts.source(Key(*index)))
        return numbers


class _Shifts:
    """Principal values of a bath at a block of points: worked out once for all its elements."""

    def __init__(self, coupling: Coupling) -> None:
        self._coupling = coupling
        self._block: Block | None = None
        self._known: dict[float, tuple[Matrix, Matrix]] = {}

    def source(self, key: Key) -> Callable[[Block], Array]:
        """Real or imaginary part of S-_ij (emission) or S+_ij (absorption) at eps of row i.

        For absorption b_ij takes S+_ji at eps_i.
        """
        process, i, j, part = key
        element = (i, j) if process == EMISSION else (j, i)
        (frequency,) = self._coupling.frequencies[i].tolist()

        def shift(block: Block) -> Array:
            matrix = self._at(frequency, block)[process][element]
            return np.asarray(matrix.real if part == REAL else matrix.imag)

        return shift

    def _at(self, frequency: float, block: Block) -> tuple[Matrix, Matrix]:
        bath = self._coupling.bath
        if self._block != block:
            self._block, self._known = block, {}
        if frequency not in self._known:
            self._known[frequency] = bath.principal_values(frequency, block.part(bath.state))
        return self._known[frequency]


class Rates:
    """The matrices 2 a and 2 b of one bath, element by element, as expressions.

    Form and name are those of the coupling; the bath is told by its number.
    """

    def __init__(self, tape: Tape, form: Form, name: Hashable, bath: int) -> None:
        self._tape = tape
        self._form = form
        self._name = name
        self._bath = bath

    def __getitem__(self, key: Key) -> Number:
        """Value at every grid point; a number is the same everywhere."""
        process, i, j, part = key
        gamma = self._tape.given((self._name, part, i, j))
        if isinstance(gamma, float):  # zero
            value: Number = 0.0
        else:
            conjugated = process == ABSORPTION and part == IMAG
            value = self._thermal(process, i, j, -gamma if conjugated else gamma)
        if self._form.shifted:
            # a_ij gains i S-_ij(eps_i), and b_ij gains -i S+_ji(eps_i).
            factor = 2.0 if process == EMISSION else -2.0
            other = IMAG if part == REAL else REAL
            shift = self._tape.given(("shift", self._name, process, i, j, other))
            value = value + (-factor if part == REAL else factor) * shift
        return value

    def _thermal(self, process: int, i: int, j: int, gamma: Number) -> Number:
        """Rate gamma (N + 1) for emission and gamma N for absorption, for the pair (i, j)."""
        name = "occupation"
        vacuum = 1.0 if process == EMISSION else 0.0
        if process == EMISSION and self._form.fermions:
            name, vacuum = "vacancy", 0.0
        first, second = self._number(name, i), self._number(name, j)
        if self._form.geometric and self._form.occupations[i] != self._form.occupations[j]:
            return gamma * (sqrt(first + vacuum) * sqrt(second + vacuum))
        return gamma * first + vacuum * gamma

    def _number(self, name: str, i: int) -> Number:
        """N at the frequency of a transition, or 1 - N of fermions."""
        return self._tape.given((name, self._bath, self._form.occupations[i]))


def at_points(
    numbers: Mapping[Name, Given], names: Iterable[Name], block: Block
) -> dict[Name, list[float]]:
    """Numbers from outside that are not the same everywhere, at the points of a small block."""
    varying = {name: numbers[name].value for name in names if numbers[name].kind == ARRAY}
    # All Planck distributions at once.
    planck = [
        (name, source.frequency[0], np.broadcast_to(block.part(source.bath.state), block.shape))
        for name, source in varying.items()
        if isinstance(source, Occupation) and source.bath.is_planck and source.frequency.size == 1
    ]
    found = {}
    if planck:
        at = np.array([frequency for _, frequency, _ in planck])[:, None]
        state = np.array([state for *_, state in planck]).reshape(len(planck), -1)
        values = planck_number(at, state).tolist()
        found = {name: each for (name, *_), each in zip(planck, values, strict=True)}
    for name in varying.keys() - found.keys():
        found[name] = np.broadcast_to(varying[name](block), block.shape).reshape(-1).tolist()
    return found


def over_temperatures(
    numbers: Mapping[Name, Given], names: Iterable[Name], block: Block
) -> dict[Name, Array]:
    """w/T of all occupations of baths with a temperature, at the points of a block: (point,)."""
    sources = {name: numbers[name].value for name in names if numbers[name].kind == ARRAY}
    return {
        name: np.broadcast_to(
            block.along_first_axis(source.frequency) / block.part(source.bath.state), block.shape
        ).reshape(-1)
        for name, source in sources.items()
        if isinstance(source, Occupation) and source.bath.is_planck
    }


def rate_matrices(coupling: Coupling, block: Block) -> Matrix:
    """2 a and 2 b of a bath at every point of a block, shape (2, m, m, size)."""
    numbers = coupling.given("gamma", 0)
    found = np.empty((2, *coupling.gamma.shape[:2], block.size), dtype=complex)
    kinds = tuple((name, number.kind) for name, number in numbers.items())
    keys, program = _program(coupling.form, found.shape[1], kinds, threading.get_ident())
    parts = found.real, found.imag
    for key, values in zip(keys, program.run(block, numbers), strict=True):
        parts[key.part][key[:3]] = values
    program.release()
    return found


@lru_cache(maxsize=16)
def _program(
    form: Form,
    transitions: int,
    kinds: tuple[tuple[Name, str], ...],
    thread: int,  # noqa: ARG001 -- each thread has arrays of its own to work in
) -> tuple[list[Key], Program]:
    """Steps to all rates of one bath, and what each of the results is."""
    rates = Rates(Tape(dict(kinds)), form, "gamma", 0)
    keys = [Key(*index) for index in np.ndindex(2, transitions, transitions, 2)]
    return keys, Program([rates[key] for key in keys])
