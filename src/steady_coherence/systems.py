"""Level systems: levels, energies and transitions, as data.

The Lambda, V and Xi systems of Fig. 2 and the two coupled two-level systems of
Section 5 are four values of one type; no other module tells them apart. A further system is
one function and one entry of `SYSTEMS`. A system whose parameters are arrays of shape (n,) is n
systems at once: its energies and amplitudes are arrays then.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, NamedTuple

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from steady_coherence.parameters import Parameter

#: A number, or an array of shape (n,) in a system that is n at once.
Real = Any

#: Relative difference up to which a transition may have another energy than its levels say.
ENERGY_TOLERANCE = 1e-9


@dataclass(frozen=True)
class Transition:
    """A transition phi- = |lower><upper| of energy eps > 0, that between its levels by default."""

    lower: str
    upper: str
    energy: Real = None


class Structure(NamedTuple):
    """Levels and transitions of a system, by number."""

    levels: int  #: how many
    transitions: tuple[tuple[int, int], ...]  #: lower and upper level of each
    pair: tuple[int, int]  #: the coherent one

    @property
    def bottom(self) -> list[int]:
        """Levels that no transition leads down from, if there are several."""
        bottom = sorted(set(range(self.levels)) - {upper for _, upper in self.transitions})
        return bottom if len(bottom) > 1 else []


@dataclass(frozen=True)
class LevelSystem:
    """A system with the Hamiltonian of Eq. (1) and its bath-induced transitions.

    Attributes
    ----------
    name : str
        Name used in paths and messages, such as lambda, v, xi or coupled_tls.
    levels : tuple of str, length n_levels
        Labels, in the order of every array with a `level` dimension.
    energies : tuple of float or ndarray, length n_levels
        E_n, up to a common constant.
    transitions : tuple of Transition, length n_transitions
        Transitions 1, 2, ... of the paper, in that order. Transitions meant
        to be degenerate are given bitwise equal energies.
    coherent_pair : tuple of str, optional
        The levels (1, 2) of the stored coherence <1|rho|2>; the first two of the system by
        default.
    site_amplitudes : tuple of tuple of float or ndarray
        Row a holds the amplitudes v_i of the lowering operator
        s-_a = sum_i v_i phi-_i of site a; empty where the transitions couple to
        the baths one by one.

    Raises
    ------
    ValueError
        If the numbers of levels, energies and amplitudes do not fit together, a level
        is not known or named twice, two transitions join the same levels, a transition
        energy is not positive or contradicts the energies of its levels, or arrays are
        not of one shape (n,). The message says what was found and what was expected.
    """

    name: str
    levels: tuple[str, ...]
    energies: tuple[Real, ...]
    transitions: tuple[Transition, ...]
    coherent_pair: tuple[str, str] = ("", "")
    site_amplitudes: tuple[tuple[Real, ...], ...] = ()

    def __post_init__(self) -> None:
        self._check_levels()
        if self.coherent_pair == ("", ""):
            object.__setattr__(self, "coherent_pair", self.levels[:2])
        self._check_names("the coherent pair", self.coherent_pair)
        for number, each in enumerate(self.transitions, start=1):
            self._check_names(f"transition {number}", (each.lower, each.upper))
        self._check_shapes()
        known = [self._checked(*each) for each in enumerate(self.transitions, start=1)]
        object.__setattr__(self, "transitions", tuple(known))
        for site, row in enumerate(self.site_amplitudes, start=1):
            if len(row) != len(self.transitions):
                raise ValueError(
                    f"site {site} of {self.name} has {len(row)} amplitudes, expected one for "
                    f"each of its {len(self.transitions)} transitions"
                )

    def _check_levels(self) -> None:
        if len(self.levels) < 2:
            raise ValueError(f"{self.name} has {len(self.levels)} levels, expected two or more")
        if len(self.energies) != len(self.levels):
            raise ValueError(
                f"{self.name} has {len(self.energies)} energies, expected one for each of its "
                f"{len(self.levels)} levels"
            )
        if not self.transitions:
            raise ValueError(f"{self.name} has no transitions, expected one or more")
        if repeated := _repeated(self.levels):
            raise ValueError(f"two levels of {self.name} are called {repeated}, expected one")
        pairs = [f"{each.lower} and {each.upper}" for each in self.transitions]
        if repeated := _repeated(pairs):
            raise ValueError(
                f"two transitions of {self.name} join {repeated}, expected one: the spectra of "
                "its baths add up"
            )

    def _check_names(self, where: str, pair: tuple[str, str]) -> None:
        for level in pair:
            if level not in self.levels:
                raise ValueError(
                    f"level {level!r} of {where} of {self.name} is not known, expected one of "
                    f"{', '.join(self.levels)}"
                )
        if len(set(pair)) != 2:
            raise ValueError(
                f"{where} of {self.name} has the levels {', '.join(pair)}, expected two "
                "different ones"
            )

    def _checked(self, number: int, transition: Transition) -> Transition:
        """The transition with its energy, which is positive and that between its levels."""
        lower, upper = transition.lower, transition.upper
        low, high = (np.asarray(self.energies[self.index(level)]) for level in (lower, upper))
        energy = high - low if transition.energy is None else transition.energy
        has = f"transition {number} of {self.name} ({lower} to {upper}) has energy"
        if not np.all(energy > 0.0):
            raise ValueError(f"{has} {np.min(energy):g}, expected > 0")
        scale = np.maximum(np.maximum(np.abs(low), np.abs(high)), energy)
        if not np.all(np.abs(high - low - energy) <= ENERGY_TOLERANCE * scale):
            raise ValueError(
                f"{has} {np.ravel(energy)[0]:g}, expected the difference of the energies of its "
                f"levels, {np.ravel(high - low)[0]:g}"
            )
        return Transition(lower, upper, energy)

    def _check_shapes(self) -> None:
        given = (each.energy for each in self.transitions if each.energy is not None)
        values = [*self.energies, *given]
        values += [amplitude for row in self.site_amplitudes for amplitude in row]
        shapes = {np.shape(each) for each in values} - {(), (1,)}
        if len(shapes) > 1 or any(len(shape) > 1 for shape in shapes):
            raise ValueError(
                f"energies and amplitudes of {self.name} have the shapes "
                f"{', '.join(map(str, sorted(shapes)))}, expected numbers, or arrays of one "
                "shape (n,)"
            )
        if not all(np.isfinite(each).all() for each in values):
            raise ValueError(
                f"an energy or amplitude of {self.name} is not finite, expected finite numbers"
            )

    @cached_property
    def structure(self) -> Structure:
        """Key to all that is worked out once: it does not depend on energies."""
        ends = [(self.index(each.lower), self.index(each.upper)) for each in self.transitions]
        first, second = map(self.index, self.coherent_pair)
        return Structure(len(self.levels), tuple(ends), (first, second))

    @cached_property
    def excitations(self) -> tuple[int, ...]:
        """Number of excitations of each level, counted from the lowest that transitions reach.

        Raises
        ------
        ValueError
            If two ways up from one level to another differ in their number of transitions.
        """
        numbers = [0] * len(self.levels)
        ends = self.structure.transitions
        # After as many rounds as there are levels each number has gone all the way up.
        for _ in self.levels:
            for lower, upper in ends:
                numbers[upper] = max(numbers[upper], numbers[lower] + 1)
                numbers[lower] = max(numbers[lower], numbers[upper] - 1)
        if any(numbers[upper] != numbers[lower] + 1 for lower, upper in ends):
            raise ValueError(f"transitions of {self.name} do not add one excitation each")
        return tuple(numbers)

    def index(self, level: str) -> int:
        """Position of a level along the `level` dimension."""
        return self.levels.index(level)

    @cached_property
    def transition_energies(self) -> NDArray[np.float64]:
        """Energies eps_i, shape (n_transitions,) or (n_transitions, n)."""
        return np.array(np.broadcast_arrays(*(each.energy for each in self.transitions)))

    @cached_property
    def hamiltonian(self) -> NDArray[np.float64]:
        """H_S of Eq. (1) in its eigenbasis, shape (n_levels, n_levels) or (..., n)."""
        energies = np.array(np.broadcast_arrays(*self.energies))
        return np.asarray(np.einsum("k...,kl->kl...", energies, np.eye(len(energies))))

    @cached_property
    def lowering_operators(self) -> NDArray[np.float64]:
        """Operators phi-_i, shape (n_transitions, n_levels, n_levels)."""
        operators = np.zeros((len(self.transitions), len(self.levels), len(self.levels)))
        for number, transition in enumerate(self.transitions):
            operators[number, self.index(transition.lower), self.index(transition.upper)] = 1.0
        return operators

    @cached_property
    def site_lowering_operators(self) -> NDArray[np.float64]:
        """Operators s-_a in the eigenbasis, shape (n_sites, n_levels, n_levels) or (..., n)."""
        amplitudes = np.array([np.broadcast_arrays(*row) for row in self.site_amplitudes])
        return np.asarray(np.einsum("ai...,ikl->akl...", amplitudes, self.lowering_operators))


def _repeated(names: Iterable[str]) -> str:
    """The first of some names that stands there twice, or nothing."""
    return next((name for name, times in Counter(names).items() if times > 1), "")


#: Parameters of the systems.
MeanEnergy = Annotated[
    Real, Gt(0.0), Parameter("Mean transition energy (eps_1 + eps_2)/2", "energy", r"\varepsilon")
]
EnergyDifference = Annotated[
    Real, Parameter("eps_1 - eps_2", "energy", r"(\varepsilon_1 - \varepsilon_2)")
]


def transition_pair(mean_energy: Real, energy_difference: Real) -> tuple[Real, Real]:
    """Energies (eps_1, eps_2) of given mean and difference D_12 = eps_1 - eps_2."""
    return mean_energy + 0.5 * energy_difference, mean_energy - 0.5 * energy_difference


def lambda_system(
    mean_energy: MeanEnergy = 1.0, energy_difference: EnergyDifference = 0.01
) -> LevelSystem:
    """Lambda-type system, Fig. 2(a): phi-_i = |g_i><e|.

    Parameters
    ----------
    mean_energy, energy_difference : float or ndarray
        (eps_1 + eps_2)/2 and eps_1 - eps_2.

    Returns
    -------
    LevelSystem
        Levels g1, g2, e; the zero of energy is E_e.
    """
    eps_1, eps_2 = transition_pair(mean_energy, energy_difference)
    return LevelSystem(
        name="lambda",
        levels=("g1", "g2", "e"),
        energies=(-eps_1, -eps_2, 0.0),
        transitions=(Transition("g1", "e", eps_1), Transition("g2", "e", eps_2)),
    )


def v_system(
    mean_energy: MeanEnergy = 1.0, energy_difference: EnergyDifference = -0.01
) -> LevelSystem:
    """V-type system, Fig. 2(b): phi-_i = |g><e_i|.

    Parameters
    ----------
    mean_energy, energy_difference : float or ndarray
        (eps_1 + eps_2)/2 and eps_1 - eps_2.

    Returns
    -------
    LevelSystem
        Levels e1, e2, g; the zero of energy is E_g.
    """
    eps_1, eps_2 = transition_pair(mean_energy, energy_difference)
    return LevelSystem(
        name="v",
        levels=("e1", "e2", "g"),
        energies=(eps_1, eps_2, 0.0),
        transitions=(Transition("g", "e1", eps_1), Transition("g", "e2", eps_2)),
    )


def xi_system(
    mean_energy: MeanEnergy = 1.0, energy_difference: EnergyDifference = 0.01
) -> LevelSystem:
    """Xi-type (ladder) system, Fig. 2(c): phi-_1 = |g><e1|, phi-_2 = |e1><e2|.

    Parameters
    ----------
    mean_energy, energy_difference : float or ndarray
        (eps_1 + eps_2)/2 and eps_1 - eps_2.

    Returns
    -------
    LevelSystem
        Levels e1, e2, g; the zero of energy is E_g.
    """
    eps_1, eps_2 = transition_pair(mean_energy, energy_difference)
    return LevelSystem(
        name="xi",
        levels=("e1", "e2", "g"),
        energies=(eps_1, eps_1 + eps_2, 0.0),
        transitions=(Transition("g", "e1", eps_1), Transition("e1", "e2", eps_2)),
    )


def coupled_tls(
    frequency_1: Annotated[
        Real, Gt(0.0), Parameter("Bare frequency w_1 of the first TLS", "energy", r"\omega_1")
    ] = 1.0,
    frequency_2: Annotated[
        Real, Gt(0.0), Parameter("Bare frequency w_2 of the second TLS", "energy", r"\omega_2")
    ] = 1.0,
    coupling: Annotated[
        Real, Parameter("Exchange coupling g of Eq. (25); either sign, or zero", "energy", "g")
    ] = 0.05,
) -> LevelSystem:
    """Two coupled two-level systems in their eigenbasis, Eqs. (25) and (26).

    With O = (w_1 + w_2)/2, D = w_1 - w_2 and r = sqrt(D^2 + 4 g^2)/2 the
    eigen-energies are E_G = -O, E_1 = -r, E_2 = r, E_D = O (the paper prints
    -O/2 and O/2 for the outer two). Each TLS is one site; s-_1 and s-_2
    expand in four transitions, degenerate in pairs.

    Parameters
    ----------
    frequency_1, frequency_2 : float or ndarray
        Bare frequencies w_1 and w_2 of the two TLSs.
    coupling : float or ndarray
        Exchange coupling g.

    Returns
    -------
    LevelSystem
        Levels G, E1, E2, D.

    Raises
    ------
    ValueError
        If r >= O, where G or D would not be the lowest and the highest level.
    """
    mean = 0.5 * (frequency_1 + frequency_2)
    half_difference = 0.5 * (frequency_1 - frequency_2)
    half_splitting = np.sqrt(half_difference * half_difference + coupling * coupling)
    # cot(theta) = D/2g, on the branch on which |E2> is the upper of the two.
    sine, cosine = _half_angle(half_difference, coupling, half_splitting)
    narrow, wide = mean - half_splitting, mean + half_splitting
    return LevelSystem(
        name="coupled_tls",
        levels=("G", "E1", "E2", "D"),
        energies=(-mean, -half_splitting, half_splitting, mean),
        transitions=(
            Transition("G", "E1", narrow),
            Transition("G", "E2", wide),
            Transition("E1", "D", wide),
            Transition("E2", "D", narrow),
        ),
        coherent_pair=("E1", "E2"),
        site_amplitudes=((sine, cosine, -cosine, sine), (-cosine, sine, sine, cosine)),
    )


def _half_angle(x: Real, y: Real, radius: Real) -> tuple[Real, Real]:
    """Sine and cosine of half the angle between the vector (x, y) and the first axis."""
    full = np.where(radius > 0.0, radius, 1.0)
    ratio = np.where(radius > 0.0, np.abs(x) / full, 1.0)
    larger = np.sqrt(0.5 * (1.0 + ratio))
    # By their product where a root would cancel: exact at both ends and in the middle.
    smaller = np.where(ratio > 0.5, 0.5 * np.abs(y) / (full * larger), np.sqrt(0.5 * (1.0 - ratio)))
    sine, cosine = np.where(x < 0.0, (larger, smaller), (smaller, larger))
    return np.where(y < 0.0, -sine, sine)[()], cosine[()]


@dataclass(frozen=True)
class SystemEntry:
    """A level system that configurations may name.

    Attributes
    ----------
    name, title, symbol : str
        Its name in paths, in texts, and in figures, there in mathtext.
    build : callable
        Parameters, annotated and with defaults, to a `LevelSystem`.
    baths : tuple of str
        Names of the baths: two that all transitions share, or one for each site.
    reference : str
        Where it is described.
    """

    name: str
    title: str
    symbol: str
    build: Callable[..., LevelSystem]
    baths: tuple[str, ...] = ("left", "right")
    reference: str = ""


#: The level systems by name, in the order of the paper.
SYSTEMS: dict[str, SystemEntry] = {
    each.name: each
    for each in (
        SystemEntry("lambda", "Lambda", r"$\Lambda$ type", lambda_system, reference="Fig. 2(a)"),
        SystemEntry("v", "V", "V type", v_system, reference="Fig. 2(b)"),
        SystemEntry("xi", "Xi", r"$\Xi$ type", xi_system, reference="Fig. 2(c)"),
        SystemEntry(
            "coupled_tls", "coupled TLSs", "coupled TLSs", coupled_tls, ("1", "2"), "Section 5"
        ),
    )
}
