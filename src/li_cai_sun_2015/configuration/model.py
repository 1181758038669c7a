"""From a resolved configuration to systems, spectra and temperatures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from li_cai_sun_2015.catalogue import SECTIONS
from li_cai_sun_2015.configuration.tables import read_table, tabulated_curves
from steady_coherence import systems
from steady_coherence.coupling_spectra import InterferingTransitions
from steady_coherence.spectra import SPECTRA, Curve, Tabulated
from steady_coherence.weight_factors import WEIGHT_FACTORS

Configuration = Mapping[str, Any]

THREE_LEVEL: dict[str, Callable[..., systems.LevelSystem]] = {
    name: systems.SYSTEMS[name].build for name in ("lambda", "v", "xi")
}


def section_of(system: str) -> str:
    """Section of the configuration that describes a system."""
    return SECTIONS[system]


def level_system(configuration: Configuration, name: str) -> systems.LevelSystem:
    """Level system of a given name.

    Parameters
    ----------
    configuration : mapping
        Resolved configuration of a variant.
    name : {"lambda", "v", "xi", "coupled_tls"}
        Name of the system.

    Returns
    -------
    LevelSystem
    """
    if name in THREE_LEVEL:
        section = configuration["three_level"]
        return THREE_LEVEL[name](section["mean_energy"], section["energy_difference"][name])
    section = configuration["coupled_tls"]
    return systems.coupled_tls(section["frequency_1"], section["frequency_2"], section["coupling"])


def shape_of(entry: Configuration) -> Curve:
    """Spectrum or weight factor that an entry with a `shape` describes."""
    parameters = {key: value for key, value in entry.items() if key != "shape"}
    if entry["shape"] == "tabulated":
        frequency, value = read_table(entry["file"])
        return Tabulated(np.array(frequency), np.array(value), entry["file"])
    curve: Curve = (SPECTRA | WEIGHT_FACTORS)[entry["shape"]](**parameters)
    return curve


def shared_bath_spectrum(bath: Configuration) -> InterferingTransitions:
    """Coupling spectrum of a bath that the two transitions of a three-level system share."""
    return InterferingTransitions(
        (shape_of(bath["transition_1"]), shape_of(bath["transition_2"])),
        shape_of(bath["weight_factor"]),
        bath["cross_phase"],
    )


def tabulated_range(entry: Configuration) -> tuple[float, float]:
    """Frequencies that every table below an entry covers."""
    tables = [read_table(curve["file"])[0] for _, curve in tabulated_curves(dict(entry))]
    return (
        max((frequency[0] for frequency in tables), default=-np.inf),
        min((frequency[-1] for frequency in tables), default=np.inf),
    )


def axis(entry: Configuration) -> NDArray[np.float64]:
    """Coordinate of a range: `values`, or `points` from `start` to `stop`."""
    if "values" in entry:
        return np.array(entry["values"], dtype=float)
    return np.linspace(entry["start"], entry["stop"], entry["points"])
