"""Steady quantum coherence of few-level systems between baths at different temperatures.

A level system and the baths it couples to make a master equation, whose steady states
`steady_states` gives as arrays over any grid of temperatures; `time_evolution` gives the way there.
"""

from steady_coherence import spectra, systems, weight_factors
from steady_coherence.baths import Bath
from steady_coherence.coherence_measures import (
    density_matrices,
    l1_norm_of_coherence,
    relative_entropy_of_coherence,
)
from steady_coherence.coupling_spectra import (
    CollectiveTransition,
    CrossSpectrum,
    InterferingTransitions,
)
from steady_coherence.distributions import DISTRIBUTIONS, CurrentNoise, Fermi, Planck
from steady_coherence.generator import generator_matrix
from steady_coherence.master_equations import MASTER_EQUATIONS, MasterEquation
from steady_coherence.spectra import SPECTRA, Flat, Lorentzian, Ohmic, Tabulated
from steady_coherence.steady_states import steady_states
from steady_coherence.systems import (
    SYSTEMS,
    LevelSystem,
    SystemEntry,
    Transition,
    coupled_tls,
    lambda_system,
    v_system,
    xi_system,
)
from steady_coherence.time_evolution import time_evolution
from steady_coherence.weight_factors import WEIGHT_FACTORS, Constant, Isotropic

__all__ = [
    "DISTRIBUTIONS",
    "MASTER_EQUATIONS",
    "SPECTRA",
    "SYSTEMS",
    "WEIGHT_FACTORS",
    "Bath",
    "CollectiveTransition",
    "Constant",
    "CrossSpectrum",
    "CurrentNoise",
    "Fermi",
    "Flat",
    "InterferingTransitions",
    "Isotropic",
    "LevelSystem",
    "Lorentzian",
    "MasterEquation",
    "Ohmic",
    "Planck",
    "SystemEntry",
    "Tabulated",
    "Transition",
    "coupled_tls",
    "density_matrices",
    "generator_matrix",
    "l1_norm_of_coherence",
    "lambda_system",
    "relative_entropy_of_coherence",
    "spectra",
    "steady_states",
    "systems",
    "time_evolution",
    "v_system",
    "weight_factors",
    "xi_system",
]

__version__ = "0.1.0"
