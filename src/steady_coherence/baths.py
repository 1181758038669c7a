"""A heat bath: its coupling spectrum and how its modes are occupied."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.coupling_spectra import CouplingSpectrum, at_each, check_coupling_spectrum
from steady_coherence.distributions import PLANCK, Distribution, Planck
from steady_coherence.principal_values import LambShift
from steady_coherence.spectra import Curve

Array = NDArray[np.float64]
Matrix = NDArray[np.complex128]

#: Frequency and states of a bath to the matrices (S-_ij, S+_ij) of its principal values, each of
#: shape (n_transitions, n_transitions, ...), the last axes those of the states.
LevelShift = Callable[[float, Array], tuple[Matrix, Matrix]]


@dataclass(frozen=True)
class Bath:
    """A bath, Eqs. (2), (3) and (7): of bosons, unless its distribution is another.

    Attributes
    ----------
    name : str
        Label along the `bath` dimension.
    coupling_spectrum : callable
        Frequencies of shape (n,) to Hermitian positive semidefinite matrices
        gamma_ij(w) of shape (n, n_transitions, n_transitions).
    temperature : array_like, optional
        T >= 0 at every grid point; `distribution` then says how full the modes are.
    occupation : array_like, optional
        Instead of a temperature: a number of bosons >= 0, the same at every
        frequency.
    level_shift : callable, optional
        Principal values of Eq. (A.5), which only the equation `nonsecular_lamb`
        keeps: S-_ij = P int dw'/(2 pi) gamma_ij(w') (N(w') + 1)/(w - w'), and
        S+_ij the same with N, as functions of w and the states. Where it is not given, they
        are integrals over the coupling spectrum.
    distribution : Distribution
        Planck's by default.

    Raises
    ------
    ValueError
        If not exactly one of `temperature` and `occupation` is given, or it
        is negative or not finite somewhere.
    """

    name: str
    coupling_spectrum: CouplingSpectrum
    temperature: ArrayLike | None = None
    occupation: ArrayLike | None = None
    level_shift: LevelShift | None = None
    distribution: Distribution = PLANCK

    def __post_init__(self) -> None:
        if (self.temperature is None) == (self.occupation is None):
            raise ValueError(f"bath {self.name} needs either a temperature or an occupation")
        what = "occupation" if self.temperature is None else "temperature"
        if not (np.isfinite(self.state).all() and (self.state >= 0.0).all()):
            raise ValueError(
                f"{what} of bath {self.name} is {np.min(self.state):g} at the least, "
                "expected finite numbers >= 0"
            )

    @property
    def state(self) -> Array:
        """The temperature or the occupation, whichever was given."""
        given = self.occupation if self.temperature is None else self.temperature
        return np.asarray(given, dtype=float)

    def with_state(self, state: ArrayLike) -> Bath:
        """Return the same bath on another grid of temperatures (or occupations)."""
        if self.temperature is None:
            return replace(self, occupation=state)
        return replace(self, temperature=state)

    def number(self, frequency: ArrayLike, state: ArrayLike) -> Array:
        """N(w) at some frequencies and temperatures (or occupations), broadcast together."""
        if self.temperature is None:
            return np.asarray(np.broadcast_arrays(frequency, state)[1], dtype=float)
        return self.distribution.number(frequency, state)

    def occupation_number(self, frequency: ArrayLike) -> Array:
        """N(w) at every grid point."""
        return self.number(frequency, self.state)

    def emission_factor(self, frequency: ArrayLike, state: ArrayLike) -> Array:
        """Factor of gamma(w) for emission: N(w) + 1, or 1 - N(w) for fermions."""
        if self.temperature is None:
            return self.number(frequency, state) + 1.0
        return self.distribution.emission(frequency, state)

    @property
    def is_planck(self) -> bool:
        """Whether the bath holds bosons with Planck's distribution at a temperature."""
        return self.temperature is not None and isinstance(self.distribution, Planck)

    @property
    def curves(self) -> Sequence[tuple[Curve, Matrix]]:
        """Curves with the constant Hermitian matrices whose sum over them is gamma_ij.

        Raises
        ------
        ValueError
            If the coupling spectrum does not say of what curves it consists.
        """
        parts: Sequence[tuple[Curve, Matrix]] | None = getattr(
            self.coupling_spectrum, "parts", None
        )
        if parts is None:
            raise ValueError(
                f"bath {self.name} has a coupling spectrum that does not say of what curves it "
                "consists, expected one that does, or a level_shift for principal values"
            )
        return parts

    @cached_property
    def principal_values(self) -> LevelShift:
        """Principal values of Eq. (A.5): those given, or integrals over the coupling spectrum.

        Raises
        ------
        ValueError
            If the integrals diverge, or the coupling spectrum does not say of what curves it
            consists.
        """
        if self.level_shift is not None:
            return self.level_shift
        if not (self.is_planck or self.temperature is None):
            raise ValueError(
                f"bath {self.name} has the distribution {self.distribution.shape}, expected "
                "planck, or a level_shift: principal values are worked out for bosons only"
            )
        curves = self.curves
        try:
            shift = LambShift(curves)
        except ValueError as error:
            raise ValueError(f"bath {self.name}: {error}") from None
        return shift.occupied if self.temperature is None else shift.thermal

    def spectrum_matrices(self, frequency: Array, transitions: int | None = None) -> Matrix:
        """Matrices gamma_ij(w), checked, of shape (n, n_transitions, n_transitions).

        Parameters
        ----------
        frequency : ndarray, shape (n,) or (1,)
            w (energy); one where parameters of the spectrum are arrays of shape (n,).
        transitions : int, optional
            Number of transitions that the matrices have to be for.

        Raises
        ------
        ValueError
            As `coupling_spectra.check_coupling_spectrum`.
        """
        gamma = np.asarray(self.coupling_spectrum(frequency), dtype=complex)
        check_coupling_spectrum(self.name, frequency, gamma, transitions)
        return gamma

    def spectrum_rows(self, frequencies: Array) -> Matrix | Array:
        """Row i of the matrices gamma(w) at the frequency of transition i, checked.

        Parameters
        ----------
        frequencies : ndarray, shape (n_transitions, n)
            w of each transition (energy); n as for `spectrum_matrices`.

        Returns
        -------
        ndarray, shape (n_transitions, n_transitions, n)
            Real where the coupling spectrum knows it to be.

        Raises
        ------
        ValueError
            As `coupling_spectra.check_coupling_spectrum`.
        """
        known = getattr(self.coupling_spectrum, "rows", None)
        rows: Matrix | Array | None = known and known(frequencies)
        if rows is not None:
            return rows
        size = len(frequencies)
        matrices = at_each(lambda there: self.spectrum_matrices(there, size), frequencies)
        each = [of_all[:, i] for i, of_all in enumerate(matrices)]
        return np.stack([row.T for row in np.broadcast_arrays(*each)])


def common_grid(baths: Sequence[Bath]) -> tuple[int, ...]:
    """Shape to which the temperatures (or occupations) of some baths broadcast.

    Raises
    ------
    ValueError
        If there is no bath, no such shape, or no point in it.
    """
    if not baths:
        raise ValueError("there are no baths, expected one or more")
    shapes = [bath.state.shape for bath in baths]
    try:
        grid = np.broadcast_shapes(*shapes)
    except ValueError:
        found = ", ".join(f"{bath.name} {bath.state.shape}" for bath in baths)
        raise ValueError(
            f"temperatures of the baths have the shapes {found}, expected shapes that broadcast "
            "to one grid"
        ) from None
    if 0 in grid:
        raise ValueError(f"the grid of temperatures has the shape {grid}, expected no empty axis")
    return grid


def dissipation_rates(baths: Iterable[Bath], frequency: float) -> tuple[Matrix, Matrix]:
    """Dissipation rates of Eq. (6).

    Parameters
    ----------
    baths : iterable of Bath
        The baths, on one grid.
    frequency : float
        w (energy).

    Returns
    -------
    emission, absorption : ndarray, shape (n_transitions, n_transitions, ...)
        Gamma-_ij(w) and Gamma+_ij(w); the last axes are those of the grid.
    """
    emission: Matrix | complex = 0.0j
    absorption: Matrix | complex = 0.0j
    for bath in baths:
        half = 0.5 * bath.spectrum_matrices(np.array([frequency]))[0]
        number = bath.occupation_number(frequency)
        emission = emission + np.multiply.outer(half, bath.emission_factor(frequency, bath.state))
        absorption = absorption + np.multiply.outer(half, number)
    return np.asarray(emission), np.asarray(absorption)
