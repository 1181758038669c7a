"""Coupling spectra gamma_ij(w) of a bath, Eq. (7): matrices over the transitions that it drives."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, is_dataclass
from functools import cached_property
from itertools import chain, combinations, combinations_with_replacement
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.numerics.elementary import cosine_and_sine
from steady_coherence.spectra import Array, Curve
from steady_coherence.support import Support

Matrix = NDArray[np.complex128]
Found = TypeVar("Found")

#: Frequencies of shape (n,) to matrices of shape (n, n_transitions, n_transitions).
CouplingSpectrum = Callable[[ArrayLike], Matrix]

#: Matrices that are checked together.
PART = 4096
#: Part of the largest element of a matrix that is rounding.
HERMITIAN = 1e-12

#: The largest number of floating point.
LARGEST = float(np.finfo(float).max)


@dataclass(frozen=True)
class CrossSpectrum:
    """Modulus of gamma_ij, Eq. (8): sqrt(f gamma_ii gamma_jj).

    Attributes
    ----------
    first, second : Curve
        gamma_ii(w) and gamma_jj(w).
    weight_factor : Curve
        f(w).
    """

    first: Curve
    second: Curve
    weight_factor: Curve

    def __call__(self, frequency: ArrayLike) -> Array:
        """Values at frequencies, of their shape."""
        curves = self.weight_factor, self.first, self.second
        return _modulus(*(curve(frequency) for curve in curves))

    @property
    def support(self) -> Support:
        """Where all three live."""
        support = self.first.support & self.second.support & self.weight_factor.support
        kinks = getattr(self.weight_factor, "kinks", None)
        if kinks is None or support.low >= support.high:
            return support
        # The root of an oscillating weight factor has a kink at each zero: up to where the
        # spectra have fallen off.
        support = support.cut(*support.reach, support.tail)
        inside = [at for at in kinks(support.low, support.high) if support.low < at < support.high]
        return support & Support(breakpoints=tuple(inside))

    @property
    def divergence(self) -> str:
        """A cross spectrum may diverge where both of its spectra do."""
        return self.first.divergence and self.second.divergence


@dataclass(frozen=True)
class InterferingTransitions:
    """A bath that several transitions share, Eqs. (7) and (8).

    gamma_ij = sqrt(f gamma_ii gamma_jj) exp(i (j - i) cross_phase) for i != j.

    Attributes
    ----------
    spectra : sequence of Curve
        gamma_ii(w) of each transition.
    weight_factor : Curve
        f(w), between 0 and 1.
    cross_phase : float or ndarray
        arg gamma_12 (radians), the same at every frequency.
    """

    spectra: Sequence[Curve]
    weight_factor: Curve
    cross_phase: Any = 0.0

    def __post_init__(self) -> None:
        object.__setattr__(self, "spectra", tuple(self.spectra))

    def __call__(self, frequency: ArrayLike) -> Matrix:
        """Matrices at frequencies of shape (n,), of shape (n, n_transitions, n_transitions)."""
        values = self._values(frequency)
        # Elements one after the other in memory, each for all frequencies: there may be millions.
        elements = np.zeros(self._shape(values), complex)
        for i, j in combinations_with_replacement(range(len(self.spectra)), 2):
            real, imag = self._element(values, i, j)
            elements.real[i, j] = elements.real[j, i] = real
            elements.imag[j, i] = -imag
            elements.imag[i, j] = imag
        return np.moveaxis(elements, (0, 1), (-2, -1))

    def rows(self, frequencies: Array) -> Matrix | Array | None:
        """Row i of the matrix at frequency i, real where all of it is.

        Parameters
        ----------
        frequencies : ndarray, shape (n_transitions, n)
            A frequency of each transition; n as for `Bath.spectrum_matrices`.

        Returns
        -------
        ndarray, shape (n_transitions, n_transitions, n), or None
            None unless curves and phase are plainly such that matrices are positive semidefinite,
            one for each frequency.
        """
        size = len(self.spectra)
        if len(frequencies) != size:
            return None
        values = at_each(self._values, frequencies)
        shape = self._shape(list(chain.from_iterable(values)))
        highest = [LARGEST] * size + [1.0]
        if not (
            _are_one_each(shape[2:], frequencies)
            and all(map(_are_within, chain.from_iterable(values), highest * size))
            and np.isfinite(self.cross_phase).all()
        ):
            return None
        is_complex = any(sine.any() for _, sine in self._phases)
        found = np.zeros(shape, complex if is_complex else float)
        for i, j in np.ndindex(size, size):
            real, imag = self._element(values[i], min(i, j), max(i, j))
            found.real[i, j] = real
            if is_complex:
                found.imag[i, j] = imag if i <= j else -imag
        return found

    def _values(self, frequency: ArrayLike) -> list[Array]:
        """Values of all gamma_ii, and of f, which a single transition does without."""
        factors = [self.weight_factor] if len(self.spectra) > 1 else []
        return [curve(frequency) for curve in (*self.spectra, *factors)]

    def _shape(self, values: Iterable[Array]) -> tuple[int, ...]:
        """Shape of matrices of some values."""
        size = len(self.spectra)
        arrays = *values, *chain.from_iterable(self._phases)
        return size, size, *np.broadcast_shapes(*(each.shape for each in arrays))

    def _element(self, values: Sequence[Array], i: int, j: int) -> tuple[Array, Array | float]:
        """Real and imaginary part of gamma_ij, i <= j."""
        if i == j:
            return values[i], 0.0
        modulus = _modulus(values[-1], values[i], values[j])
        cosine, sine = self._phases[j - i - 1]
        return modulus * cosine, modulus * sine

    @cached_property
    def _phases(self) -> list[tuple[Array, Array]]:
        """Cosine and sine of the phase of gamma_ij, for j - i = 1, 2, ..."""
        steps = range(1, len(self.spectra))
        return [cosine_and_sine(np.multiply(step, self.cross_phase)) for step in steps]

    @property
    def parts(self) -> list[tuple[Curve, Matrix]]:
        """Curves with the constant Hermitian matrices whose sum over them is gamma_ij."""
        size = len(self.spectra)
        parts: list[tuple[Curve, Matrix]] = [
            (spectrum, np.diag(np.eye(size)[i]).astype(complex))
            for i, spectrum in enumerate(self.spectra)
        ]
        for (i, first), (j, second) in combinations(enumerate(self.spectra), 2):
            cosine, sine = self._phases[j - i - 1]
            matrix = np.zeros((size, size), dtype=complex)
            matrix[i, j], matrix[j, i] = complex(cosine, sine), complex(cosine, -sine)
            parts.append((CrossSpectrum(first, second, self.weight_factor), matrix))
        return parts


@dataclass(frozen=True)
class CollectiveTransition:
    """A bath that sees one operator, sum_i v_i phi-_i: gamma_ij = v_i v_j gamma, f = 1.

    Attributes
    ----------
    spectrum : Curve
        gamma(w) of the operator.
    amplitudes : sequence of float or ndarray, length n_transitions
        v_i, real.
    """

    spectrum: Curve
    amplitudes: Sequence[Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "amplitudes", tuple(self.amplitudes))

    def __call__(self, frequency: ArrayLike) -> Matrix:
        """Matrices at frequencies of shape (n,), of shape (n, n_transitions, n_transitions)."""
        gamma = self.spectrum(frequency)
        matrix = [[gamma * np.multiply(v, w) for w in self.amplitudes] for v in self.amplitudes]
        return np.moveaxis(np.array(matrix, dtype=complex), (0, 1), (-2, -1))

    def rows(self, frequencies: Array) -> Array | None:
        """Row i of the matrix at frequency i, as `InterferingTransitions.rows`."""
        size = len(self.amplitudes)
        if len(frequencies) != size:
            return None
        values = at_each(self.spectrum, frequencies)
        shape = np.broadcast_shapes(*map(np.shape, (*values, *self.amplitudes)))
        largest = max(float(np.max(np.abs(each))) for each in self.amplitudes)
        if not (
            _are_one_each(shape, frequencies)
            and all(_are_within(each, LARGEST) for each in values)
            and all(float(each.max()) * (largest * largest) <= LARGEST for each in values)
        ):
            return None
        found = np.empty((size, size, *shape))
        for i, j in np.ndindex(size, size):
            if j < i and values[i] is values[j]:
                found[i, j] = found[j, i]
                continue
            product = np.multiply(self.amplitudes[i], self.amplitudes[j])
            np.multiply(values[i], product, out=found[i, j])
        return found

    @property
    def parts(self) -> list[tuple[Curve, Matrix]]:
        """The curve with the constant Hermitian matrix that multiplies it."""
        return [(self.spectrum, np.outer(self.amplitudes, self.amplitudes).astype(complex))]


def at_each(work: Callable[[Array], Found], frequencies: Array) -> list[Found]:
    """What comes of each row of frequencies: of rows that are the same, worked out once."""
    first = first_equal(frequencies)
    known = {number: work(frequencies[number]) for number in dict.fromkeys(first)}
    return [known[number] for number in first]


def first_equal(rows: Iterable[Array]) -> tuple[int, ...]:
    """For each of some rows the number of the first one that is the same."""
    keys = [row.tobytes() for row in rows]
    return tuple(map(keys.index, keys))


def _modulus(weight: Array, first: Array, second: Array) -> Array:
    """Modulus of gamma_ij, Eq. (8)."""
    # Roots one by one: the product of two small strengths may underflow.
    return np.asarray(np.sqrt(weight) * np.sqrt(first) * np.sqrt(second))


def _are_within(values: Array, highest: float) -> bool:
    """Whether values are numbers from 0 to a highest one."""
    return bool(values.size and values.min() >= 0.0 and values.max() <= highest)


def _are_one_each(shape: tuple[int, ...], frequencies: Array) -> bool:
    """Whether values have one number for each frequency, or any number for a single one."""
    length = frequencies.shape[1]
    return len(shape) == 1 and (length == 1 or shape[0] in {1, length})


def is_data(spectrum: CouplingSpectrum) -> bool:
    """Whether a coupling spectrum stays what it is, so that what follows from it can be kept.

    A frozen dataclass does; of any other callable nobody knows what it depends on.
    """
    return is_dataclass(spectrum)


def check_coupling_spectrum(
    name: str,
    frequency: NDArray[np.float64],
    gamma: NDArray[np.complex128],
    transitions: int | None = None,
) -> None:
    """Refuse matrices gamma_ij(w) that no bath can have, Eqs. (7) and (B.2).

    Parameters
    ----------
    name : str
        What the error calls the bath.
    frequency : ndarray, shape (n,) or (1,)
        Frequencies at which the matrices are used.
    gamma : ndarray, shape (n, n_transitions, n_transitions)
        The matrices.
    transitions : int, optional
        Number of transitions that they have to be for; any number by default.

    Raises
    ------
    ValueError
        If the matrices have another shape, or one is not finite, not Hermitian or not
        positive semidefinite (to rounding). The message names bath, frequency and what
        is violated.
    """
    size = gamma.shape[-1] if transitions is None and gamma.ndim else transitions
    many = max(len(frequency), len(gamma) if gamma.ndim and len(frequency) == 1 else 1)
    if gamma.shape not in {(many, size, size), (1, size, size)}:
        raise ValueError(
            f"coupling spectrum of bath {name} has the shape {gamma.shape} at {len(frequency)} "
            f"frequencies, expected {(len(frequency), size, size)}"
        )
    # Little by little: what is worked out of them stays in the cache of a core.
    for start in range(0, len(gamma), PART):
        part = slice(start, start + PART)
        if size != 2 or not _are_plain(gamma[part]):
            _check_matrices(name, frequency[part] if len(frequency) > 1 else frequency, gamma[part])


@np.errstate(all="ignore")
def _are_plain(gamma: NDArray[np.complex128]) -> bool:
    """Whether matrices of two rows are Hermitian and positive, with no need of a closer look."""
    (first, cross), (other, second) = gamma.transpose(1, 2, 0)
    product = first.real * second.real
    squared = cross.real * cross.real + cross.imag * cross.imag
    asymmetry = 2.0 * (np.abs(first.imag) + np.abs(second.imag)) + np.abs(other - cross.conj())
    return bool(
        (asymmetry <= HERMITIAN * first.real).all()
        and (first.real > 0.0).all()
        and np.all((product > np.finfo(float).tiny) & (product < np.inf))
        and (squared <= (1.0 + 1e-13) * product).all()
    )


def _check_matrices(
    name: str, frequency: NDArray[np.float64], gamma: NDArray[np.complex128]
) -> None:
    """Refuse what is not finite, not Hermitian or not positive semidefinite."""

    def refuse(wrong: NDArray[np.bool_], what: str, *values: NDArray[np.float64]) -> None:
        if wrong.any():
            first = int(np.argmax(wrong))
            at = np.broadcast_to(frequency, wrong.shape)[first]
            where = f"coupling spectrum of bath {name} at frequency {at:.6g}"
            raise ValueError(f"{where} {what.format(*(value[first] for value in values))}")

    refuse(np.asarray(~np.isfinite(gamma).all((1, 2))), "is not finite")
    # To rounding: that of the smallest numbers is not relative.
    largest = np.abs(gamma).max((1, 2))
    tolerance = np.maximum(HERMITIAN * largest, np.finfo(float).tiny)
    asymmetry = np.abs(gamma - gamma.conj().transpose(0, 2, 1)).max((1, 2))
    refuse(
        np.asarray(asymmetry > tolerance), "is not Hermitian, expected gamma_ij = conj(gamma_ji)"
    )
    # sqrt(gamma_11) sqrt(gamma_22) may exceed the root of the product by rounding.
    smallest = _smallest_eigenvalues(gamma, largest)
    refuse(
        np.asarray(smallest < -tolerance),
        "has the eigenvalue {:.6g}, expected a positive semidefinite matrix: gamma_ii >= 0 and "
        "|gamma_12|^2 <= gamma_11 gamma_22",
        smallest,
    )


def _smallest_eigenvalues(
    gamma: NDArray[np.complex128], largest: NDArray[np.float64]
) -> NDArray[np.float64]:
    if gamma.shape[-1] != 2:
        return np.asarray(np.linalg.eigvalsh(gamma)[:, 0], dtype=float)
    scale = np.where(largest > 0.0, largest, 1.0)  # for squares that neither over- nor underflow
    first, second = gamma[:, 0, 0].real / scale, gamma[:, 1, 1].real / scale
    with np.errstate(under="ignore"):
        real, imag = gamma[:, 0, 1].real / scale, gamma[:, 0, 1].imag / scale
        half = 0.5 * (first - second)
        root = np.sqrt(half * half + real * real + imag * imag)
        return np.asarray(scale * (0.5 * (first + second) - root))
