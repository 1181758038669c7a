"""What the checks share: a variant's couplings at any temperatures, and the searched region."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares

from li_cai_sun_2015.configuration import model
from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CollectiveTransition, CouplingSpectrum
from steady_coherence.generator import generator_matrix
from steady_coherence.numerics.elementary import exp, geometric_axis, log
from steady_coherence.spectra import planck_number
from steady_coherence.steady_states import Variables, steady_states
from steady_coherence.systems import LevelSystem

Array = NDArray[np.float64]
Couplings = Sequence[CouplingSpectrum]

#: Numbers of the searched region, in units of the mean transition energy.
LOWER_TEMPERATURE = geometric_axis(0.01, 100.0, 81)
TEMPERATURE_DIFFERENCE = geometric_axis(0.001, 100.0, 101)
REGION = (
    f"temperature of the colder bath {LOWER_TEMPERATURE[0]:g} to {LOWER_TEMPERATURE[-1]:g}, "
    f"temperature difference {TEMPERATURE_DIFFERENCE[0]:g} to {TEMPERATURE_DIFFERENCE[-1]:g} "
    f"({LOWER_TEMPERATURE.size} x {TEMPERATURE_DIFFERENCE.size} points, evenly spaced in the "
    "logarithm)"
)
BOTH_WAYS = f"{REGION}, either bath the hotter"

#: Relative drive of the coherence below which rho_12 counts as zero: terms that cancel
#: leave a few 1e-16 of themselves.
ZERO = 1e-13

#: A system is coherent if the relative drive exceeds this anywhere in the region. Where all of
#: it cancels, the error of the populations leaves up to 1e-10 at high temperatures.
COHERENT = 1e-8

#: Eigenvalues of rho this far below zero are more than rounding: such points are left out.
POSITIVE = 1e-12

HOTTER = ("right", "left")


def largest(values: ArrayLike) -> float:
    """Largest of numbers >= 0, NaN left out; 0 of none."""
    array = np.asarray(values, dtype=float)
    return float(np.max(array, where=np.isfinite(array), initial=0.0))


def share(condition: ArrayLike, values: ArrayLike) -> float:
    """Fraction of the points with known values at which a condition holds."""
    known = np.isfinite(values)
    return float(np.mean(np.asarray(condition)[known])) if known.any() else 0.0


def weighted(spectrum: CouplingSpectrum, weights: ArrayLike) -> CouplingSpectrum:
    """Coupling spectrum gamma_ij(w) times w_ij, positive semidefinite if both are."""
    factors = np.asarray(weights)
    return lambda frequency: spectrum(frequency) * factors


def with_cross(couplings: Couplings, factors: ArrayLike) -> list[CouplingSpectrum]:
    """Couplings with gamma_12 of each bath times a factor: f times |factor|^2, its phase added."""
    return [
        weighted(one, [[1.0, factor], [factor.conjugate(), 1.0]])
        for one, factor in zip(couplings, np.asarray(factors, dtype=complex), strict=True)
    ]


def random_coupling(rng: np.random.Generator) -> CouplingSpectrum:
    """Random complex, frequency-dependent, positive semidefinite coupling spectrum."""
    start, slope = rng.normal(size=(2, 2, 2)) + 1j * rng.normal(size=(2, 2, 2))

    def coupling_spectrum(frequency: ArrayLike) -> NDArray[np.complex128]:
        root = 0.07 * (start + np.multiply.outer(np.asarray(frequency, dtype=float), slope))
        return np.asarray(root @ root.conj().swapaxes(-1, -2))

    return coupling_spectrum


def shared_baths(couplings: Couplings, left: ArrayLike, right: ArrayLike) -> list[Bath]:
    """Two baths of given couplings at temperatures T_L and T_R."""
    return [
        Bath(name, spectrum, temperature)
        for name, spectrum, temperature in zip(
            ("left", "right"), couplings, np.broadcast_arrays(left, right), strict=True
        )
    ]


def coherence_element(system: LevelSystem) -> tuple[int, int]:
    """Positions of the coherent pair along the `level` dimension."""
    first, second = (system.index(level) for level in system.coherent_pair)
    return first, second


def relative_drive(system: LevelSystem, baths: Sequence[Bath]) -> NDArray[np.complex128]:
    """Drive of the coherence by the populations over the sum of its moduli.

    In the steady state kappa rho_12 = sum_k a_k n_k. This is the sum over
    sum_k |a_k| n_k, between 0 and 1 in modulus: rho_12 vanishes where it does,
    however small the populations are that drive it.

    Parameters
    ----------
    system : LevelSystem
        Any system with a coherent pair.
    baths : sequence of Bath
        The baths, on one grid.

    Returns
    -------
    ndarray of complex, shape of the grid
    """
    generator = generator_matrix(system, baths, "nonsecular")
    population = steady_states(system, baths)["population"]
    first, second = coherence_element(system)
    size = len(system.levels)
    row = generator[..., first * size + second, :: size + 1]
    terms = [row[..., level] * population[level] for level in range(size)]
    scale = np.sum(np.abs(terms), axis=0)
    return np.asarray(
        np.divide(np.sum(terms, axis=0), scale, out=np.zeros_like(terms[0]), where=scale > 0.0)
    )


def bisect(function: Callable[[Array], Array], low: Array, high: Array, steps: int = 60) -> Array:
    """Roots between `low` and `high`, element by element, where the function changes sign."""
    at_low = np.sign(function(low))
    for _ in range(steps):
        middle = 0.5 * (low + high)
        below = np.sign(function(middle)) == at_low
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(0.5 * (low + high))


@dataclass(frozen=True)
class Study:
    """A variant: its configuration, its results, and its couplings at any temperatures.

    Attributes
    ----------
    configuration : mapping
        Resolved configuration.
    datasets : mapping of str to Dataset
        "spectra", "lambda/nonsecular", ... as the chain builds them.
    """

    configuration: model.Configuration
    datasets: Mapping[str, xr.Dataset]

    @cached_property
    def couplings(self) -> list[CouplingSpectrum]:
        """Coupling spectra of the left and right bath of the three-level systems."""
        baths = self.configuration["three_level"]["baths"]
        return [model.shared_bath_spectrum(baths[name]) for name in ("left", "right")]

    @property
    def unit(self) -> float:
        """Mean transition energy, the unit of the searched region."""
        return float(self.configuration["three_level"]["mean_energy"])

    @property
    def lower_temperature(self) -> Array:
        """Temperatures of the colder bath in the searched region."""
        return np.asarray(self.unit * LOWER_TEMPERATURE)

    @property
    def temperature_difference(self) -> Array:
        """Temperature differences in the searched region."""
        return np.asarray(self.unit * TEMPERATURE_DIFFERENCE)

    def system(self, name: str, difference: float | None = None) -> LevelSystem:
        """Level system of the variant, or the same with another eps_1 - eps_2."""
        if difference is None:
            return model.level_system(self.configuration, name)
        return model.THREE_LEVEL[name](self.unit, difference)

    def baths(
        self,
        name: str,
        lower: ArrayLike,
        difference: ArrayLike,
        hotter: str = "right",
        *,
        couplings: Couplings | None = None,
    ) -> list[Bath]:
        """Baths of a system, the colder at `lower` and the hotter at `lower` + `difference`."""
        cold, hot = np.asarray(lower, dtype=float), np.add(lower, difference)
        temperatures = (cold, hot) if hotter == "right" else (hot, cold)
        if name in model.THREE_LEVEL:
            return shared_baths(couplings or self.couplings, *temperatures)
        sites = self.configuration["coupled_tls"]["baths"]
        amplitudes = self.system(name).site_amplitudes
        return [
            Bath(str(label), CollectiveTransition(model.shape_of(entry), amplitude), temperature)
            for (label, entry), amplitude, temperature in zip(
                sites.items(), amplitudes, np.broadcast_arrays(*temperatures), strict=True
            )
        ]

    def states(
        self,
        name: str,
        lower: ArrayLike,
        difference: ArrayLike,
        hotter: str = "right",
        *,
        couplings: Couplings | None = None,
        equation: str = "nonsecular",
        energy_difference: float | None = None,
    ) -> Variables:
        """Steady states of a system, with what differs from the variant."""
        baths = self.baths(name, lower, difference, hotter, couplings=couplings)
        return steady_states(self.system(name, energy_difference), baths, equation)

    def coherence(
        self,
        name: str,
        lower: ArrayLike,
        difference: ArrayLike,
        hotter: str = "right",
        *,
        couplings: Couplings | None = None,
        energy_difference: float | None = None,
    ) -> Array:
        """|rho_12|; NaN where the steady state is not unique or not a density matrix."""
        state = self.states(
            name,
            lower,
            difference,
            hotter,
            couplings=couplings,
            energy_difference=energy_difference,
        )
        return np.where(state["min_eigenvalue"] >= -POSITIVE, state["coherence"], np.nan)

    @cached_property
    def _maps(self) -> dict[tuple[str, str], Array]:
        return {}

    def coherence_map(self, name: str, hotter: str = "right") -> Array:
        """|rho_12| over the searched region."""
        if (name, hotter) not in self._maps:
            self._maps[name, hotter] = self.coherence(
                name, self.lower_temperature[:, None], self.temperature_difference, hotter
            )
        return self._maps[name, hotter]

    def drive(
        self, name: str, lower: ArrayLike, difference: ArrayLike, hotter: str = "right"
    ) -> NDArray[np.complex128]:
        """Relative drive of the coherence, see `relative_drive`."""
        return relative_drive(self.system(name), self.baths(name, lower, difference, hotter))

    @cached_property
    def _drives(self) -> dict[tuple[str, str], NDArray[np.complex128]]:
        return {}

    def drive_map(self, name: str, hotter: str = "right") -> NDArray[np.complex128]:
        """Relative drive over the searched region, T = 0 of the colder bath first."""
        if (name, hotter) not in self._drives:
            difference = self.temperature_difference
            # With one bath at T = 0, rates at exp(-eps/dT) leave the range of numbers.
            lukewarm = np.maximum(difference, self.lower_temperature[0])
            frozen = self.drive(name, 0.0, lukewarm, hotter)
            drive = self.drive(name, self.lower_temperature[:, None], difference, hotter)
            # As for the map of |rho_12|: only where there is a density matrix.
            drive[np.isnan(self.coherence_map(name, hotter))] = np.nan
            frozen[np.isnan(self.coherence(name, 0.0, lukewarm, hotter))] = np.nan
            frozen[lukewarm > difference] = np.nan
            self._drives[name, hotter] = np.vstack([frozen, drive])
        return self._drives[name, hotter]

    def coherent(self, name: str) -> bool:
        """Whether the steady state of a system has a coherence anywhere in the region."""
        return any(largest(np.abs(self.drive_map(name, hotter))) > COHERENT for hotter in HOTTER)

    def solvable(self, name: str) -> bool:
        """Whether a system has a unique steady state anywhere in the region."""
        return any(bool(np.isfinite(self.coherence_map(name, hotter)).any()) for hotter in HOTTER)

    @cached_property
    def _zeros(self) -> dict[tuple[str, str], Array]:
        return {}

    def zeros(self, name: str, hotter: str = "right") -> Array:
        """Where rho_12 = 0 although the temperatures differ.

        A drive of one phase throughout is real but for that phase: its changes
        of sign along the temperature difference are bisected. Otherwise two
        real functions have to vanish, which least squares look for from the
        smallest value on the grid: they find a single point at most.

        Parameters
        ----------
        name : str
            Name of the system.
        hotter : {"right", "left"}
            Which bath is the hotter one.

        Returns
        -------
        ndarray, shape (n, 2)
            Temperature of the colder bath (0 included) and temperature difference.
        """
        if (name, hotter) not in self._zeros:
            self._zeros[name, hotter] = self._search(name, hotter)
        return self._zeros[name, hotter]

    def _search(self, name: str, hotter: str) -> Array:
        drive = np.nan_to_num(self.drive_map(name, hotter))
        if np.abs(drive).max() <= COHERENT:
            return np.empty((0, 2))
        lower = np.append(0.0, self.lower_temperature)
        logarithm = log(self.temperature_difference)
        largest = drive.flat[np.abs(drive).argmax()]
        rotation = np.conj(largest) / np.abs(largest)
        rotated = drive * rotation
        if np.all(np.abs(rotated.imag) <= 10.0 * ZERO):
            sign = np.sign(np.where(np.abs(drive) > ZERO, rotated.real, 0.0))
            row, column = np.nonzero(sign[:, 1:] * sign[:, :-1] < 0.0)
            if not row.size:
                return np.empty((0, 2))

            def signed(at: Array) -> Array:
                return np.asarray((self.drive(name, lower[row], exp(at), hotter) * rotation).real)

            roots = bisect(signed, logarithm[column], logarithm[column + 1])
            return np.column_stack([lower[row], exp(roots)])
        return self._isolated_zero(name, hotter, drive[1:])

    def _isolated_zero(self, name: str, hotter: str, drive: NDArray[np.complex128]) -> Array:
        cold, difference = self.lower_temperature, self.temperature_difference

        def contrast(lower: ArrayLike, above: ArrayLike) -> Array:
            """Drive is proportional to this near equilibrium, where it vanishes anyway."""
            low, high = (planck_number(self.unit, t) for t in (lower, np.add(lower, above)))
            return np.asarray((high - low) / (high + low))

        def residual(at: Array) -> Array:
            lower, above = np.exp(at)
            value = complex(self.drive(name, lower, above, hotter)) / float(contrast(lower, above))
            return np.array([value.real, value.imag])

        size = np.abs(drive) / contrast(cold[:, None], difference)
        i, j = np.unravel_index(int(size.argmin()), size.shape)
        box = np.log([[cold[0], difference[0]], [cold[-1], difference[-1]]])
        start = np.clip(np.log([cold[i], difference[j]]), box[0] + 1e-9, box[1] - 1e-9)
        solution = least_squares(residual, start, bounds=box, xtol=1e-15, ftol=1e-15, gtol=1e-15)
        found = np.exp(solution.x) if np.hypot(*solution.fun) < 1e-10 else []
        return np.array(found).reshape(-1, 2)
