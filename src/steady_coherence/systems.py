"""Level systems: levels, energies and transitions, as data.

The Lambda, V and Xi systems of Fig. 2 and the two coupled two-level systems of
Section 5 are four values of one type; no other module tells them apart. A further system is
one function and one entry of `SYSTEMS`. A system whose parameters are arrays of shape (n,) is n
systems at once: its energies and amplitudes are arrays then.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any

import numpy as np
from annotated_types import Gt
from numpy.typing import NDArray

from steady_coherence.parameters import Parameter

#: A number, or an array of shape (n,) in a system that is n at once.
Real = Any


@dataclass(frozen=True)
class Transition:
    """A transition phi- = |lower><upper| of energy eps > 0."""

    lower: str
    upper: str
    energy: Real


@dataclass(frozen=True)
class LevelSystem:
    """A system with the Hamiltonian of Eq. (1) and its bath-induced transitions.

    Attributes
    ----------
    name : str
        Name used in paths: lambda, v, xi or coupled_tls.
    levels : tuple of str, length n_levels
        Labels, in the order of every array with a `level` dimension.
    energies : tuple of float or ndarray, length n_levels
        E_n, up to a common constant.
    transitions : tuple of Transition, length n_transitions
        Transitions 1, 2, ... of the paper, in that order. Transitions meant
        to be degenerate carry bitwise equal energies.
    coherent_pair : tuple of str
        The levels (1, 2) of the stored coherence <1|rho|2>.
    site_amplitudes : tuple of tuple of float or ndarray
        Row a holds the amplitudes v_i of the lowering operator
        s-_a = sum_i v_i phi-_i of site a; empty where the transitions couple to
        the baths one by one.

    Raises
    ------
    ValueError
        If a transition energy is not positive.
    """

    name: str
    levels: tuple[str, ...]
    energies: tuple[Real, ...]
    transitions: tuple[Transition, ...]
    coherent_pair: tuple[str, str]
    site_amplitudes: tuple[tuple[Real, ...], ...] = ()

    def __post_init__(self) -> None:
        for number, transition in enumerate(self.transitions, start=1):
            if not np.all(transition.energy > 0.0):
                raise ValueError(
                    f"transition {number} of {self.name} ({transition.lower} to "
                    f"{transition.upper}) has energy {np.min(transition.energy):g}, expected > 0"
                )

    def index(self, level: str) -> int:
        """Position of a level along the `level` dimension."""
        return self.levels.index(level)

    @cached_property
    def transition_energies(self) -> NDArray[np.float64]:
        """Energies eps_i, shape (n_transitions,) or (n_transitions, n)."""
        return np.array(np.broadcast_arrays(*(each.energy for each in self.transitions)))

    @cached_property
    def hamiltonian(self) -> NDArray[np.float64]:
        """H_S of Eq. (1) in its eigenbasis, shape (n_levels, n_levels)."""
        return np.diag(np.array(self.energies))

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


#: Parameters of the systems.
MeanEnergy = Annotated[
    Real,
    Gt(0.0),
    Parameter("Mean transition energy (eps_1 + eps_2)/2", "energy", r"\varepsilon"),
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
        coherent_pair=("g1", "g2"),
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
        coherent_pair=("e1", "e2"),
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
        coherent_pair=("e1", "e2"),
    )


def coupled_tls(
    frequency_1: Annotated[
        Real, Gt(0.0), Parameter("Bare frequency w_1 of the first TLS", "energy", r"\omega_1")
    ] = 1.0,
    frequency_2: Annotated[
        Real, Gt(0.0), Parameter("Bare frequency w_2 of the second TLS", "energy", r"\omega_2")
    ] = 1.0,
    coupling: Annotated[
        Real,
        Parameter("Exchange coupling g of Eq. (25); either sign, or zero", "energy", "g"),
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
    name : str
        Name used in paths.
    title : str
        Name for texts.
    symbol : str
        Name for figures, in mathtext.
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
