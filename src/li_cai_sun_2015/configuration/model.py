"""Short ways into a variant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from numpy.typing import NDArray

from li_cai_sun_2015.configuration.parts import Bath, Baths, section_of
from li_cai_sun_2015.configuration.variant_model import Variant
from steady_coherence import systems
from steady_coherence.coupling_spectra import InterferingTransitions

__all__ = [
    "THREE_LEVEL",
    "Configuration",
    "axis",
    "level_system",
    "section_of",
    "shape_of",
    "shared_bath_spectrum",
    "tabulated_range",
]

Configuration = Variant

THREE_LEVEL: dict[str, Callable[[float, float], systems.LevelSystem]] = {
    "lambda": systems.lambda_system,
    "v": systems.v_system,
    "xi": systems.xi_system,
}


def level_system(variant: Variant, name: str) -> systems.LevelSystem:
    """Level system of a given name."""
    return variant.level_system(name)


def shape_of(curve: Any) -> Any:
    """Spectrum or weight factor."""
    return curve


def shared_bath_spectrum(bath: Bath) -> InterferingTransitions:
    """Coupling spectrum of a bath that the two transitions of a three-level system share."""
    return bath.coupling_spectrum


def tabulated_range(baths: Baths) -> tuple[float, float]:
    """Frequencies that every table of some baths covers."""
    return baths.covered


def axis(axis: Any) -> NDArray[Any]:
    """Points of an axis."""
    points: NDArray[Any] = axis.array
    return points
