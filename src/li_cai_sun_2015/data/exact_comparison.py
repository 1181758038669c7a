"""The master equations against the exact solution for damped modes.

Both baths are a damped mode with a Lorentzian coupling spectrum and a fixed occupation, for which
`damped_modes` needs no weak-coupling assumption. The individual spectra have the proportions of
Fig. 3, f = 1, whatever the variant's baths are; the level splittings are the variant's. All is in
units of the mean transition energy.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import ArrayLike, NDArray

from li_cai_sun_2015.catalogue import EQUATIONS
from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data import exact_study
from li_cai_sun_2015.data.exact_study import PROPORTIONS
from li_cai_sun_2015.data.variables import labelled
from steady_coherence import Bath, LevelSystem, steady_states
from steady_coherence.damped_modes import Mode, exact_steady_state
from steady_coherence.numerics.elementary import geometric_axis
from steady_coherence.systems import SYSTEMS as LEVEL_SYSTEMS

Array = NDArray[np.float64]
Matrix = NDArray[np.complex128]

OCCUPATIONS = {"left": 0.3, "right": 1.0}

#: Orders of correlation between system and modes that the exact solution keeps.
CUTOFF = 12

#: Strength, spectral width and detuning where a scan does not vary them.
STRENGTH, DAMPING, DETUNING = 0.01, 0.5, 0.0
#: Off resonance: a splitting comparable to the width.
NARROW, WIDE_SPLITTING = 0.1, 0.1

#: An error of rho_12 below this is rounding, of the exact solution by LU, and counts as zero.
ROUNDING = 1e-14

SYSTEMS = ("lambda", "v")
SCANS: Mapping[str, Array] = {
    "strength": geometric_axis(1e-5, 0.1, 17),
    "damping": geometric_axis(10.0**-1.5, 10.0**0.5, 13),
    "detuning": np.linspace(0.0, 0.5, 21),
}


def mode_pair(strength: float, damping: float, detuning: float) -> list[Mode]:
    """Modes of the left and the right bath.

    All in units of energy: `strength` is the peak of the weaker coupling spectrum, `damping` kappa,
    the full width of the spectra; the left mode lies above the mean transition energy by the
    detuning, the right one below.
    """
    modes = []
    for (name, proportions), sign in zip(PROPORTIONS.items(), (1.0, -1.0), strict=True):
        # gamma_ii(Omega) = 4 g_i^2 / kappa
        couplings = tuple(float(np.sqrt(p * strength * damping / 4.0)) for p in proportions)
        frequency = 1.0 + sign * detuning
        modes.append(Mode(name, frequency, damping, couplings, OCCUPATIONS[name]))
    return modes


def errors(system: LevelSystem, pairs: Sequence[Sequence[Mode]]) -> dict[str, Array]:
    """Coherence of the exact solution, its truncation error, and |error| of every equation.

    Arrays with a number for each pair of modes, the left and the right bath's.
    """
    exact = [exact_steady_state(system, modes, CUTOFF) for modes in pairs]
    coherence = np.array([state.coherence for state in exact])
    found = {
        "exact": np.array([abs(state.coherence) for state in exact]),
        "truncation": np.array([state.truncation_error for state in exact]),
    }
    baths = [_one_each(modes) for modes in zip(*pairs, strict=True)]
    for equation in EQUATIONS:
        state = steady_states(system, baths, equation, ("coherence_real", "coherence_imag"))
        away = state["coherence_real"] + 1j * state["coherence_imag"] - coherence
        error = np.array([abs(each) for each in away.tolist()])
        found[equation] = np.where(error > ROUNDING, error, 0.0)
    return found


def _one_each(modes: Sequence[Mode]) -> Bath:
    """Bath that is another of some modes at each point of the grid, as master equations take it."""

    def spectrum(frequency: ArrayLike) -> Matrix:
        return np.concatenate([mode.coupling_spectrum(frequency) for mode in modes])

    def shift(frequency: float, occupation: Array) -> tuple[Matrix, Matrix]:
        parts = [
            mode.level_shift(frequency, number)
            for mode, number in zip(modes, occupation, strict=True)
        ]
        emission, absorption = (np.stack(each, axis=-1) for each in zip(*parts, strict=True))
        return emission, absorption

    occupations = np.array([mode.occupation for mode in modes])
    return Bath(modes[0].name, spectrum, occupation=occupations, level_shift=shift)


def exact_comparison(variant: Variant) -> xr.Dataset:
    """Errors of every equation over coupling strength, spectral width and detuning.

    Of the variant only the energies of the systems that it asks for are used. There are
    `{scan}_coherence`, `{scan}_truncation` (system, scan), `{scan}_error` (equation, system, scan)
    for the scans strength, damping, detuning, `order` (equation, system) and `coherence_order`
    (system): the powers of the strength with which error and coherence vanish, fitted to the
    weakest third of that scan; NaN where an error there is rounding. Besides, whatever the variant,
    what `exact_study.variables` gives of the study of thermal baths that is kept.
    """

    def errors_along(scan: str, name: str) -> dict[str, Array]:
        difference = variant.three_level.parameters(name)["energy_difference"] / variant.unit
        modes = {"strength": STRENGTH, "damping": DAMPING, "detuning": DETUNING}
        if scan == "detuning":
            difference = np.copysign(WIDE_SPLITTING, difference)
            modes["damping"] = NARROW
        pairs = [mode_pair(**modes | {scan: x}) for x in SCANS[scan].tolist()]
        return errors(LEVEL_SYSTEMS[name].build(1.0, difference), pairs)

    systems = [name for name in SYSTEMS if name in variant.systems]
    data: dict[str, tuple[tuple[str, ...], Any]] = {}
    for scan, values in SCANS.items():
        found = [errors_along(scan, name) for name in systems]
        table = {
            key: np.reshape([along[key] for along in found], (len(systems), values.size))
            for key in ("exact", "truncation", *EQUATIONS)
        }
        data[f"{scan}_coherence"] = (("system", scan), table["exact"])
        data[f"{scan}_truncation"] = (("system", scan), table["truncation"])
        stacked = np.stack([table[equation] for equation in EQUATIONS])
        data[f"{scan}_error"] = (("equation", "system", scan), stacked)
    weak = slice(0, SCANS["strength"].size // 3)
    for name, dimensions, source in (
        ("order", ("equation", "system"), "strength_error"),
        ("coherence_order", ("system",), "strength_coherence"),
    ):
        orders = _fitted_orders(SCANS["strength"][weak], data[source][1][..., weak])
        data[name] = (dimensions, orders)
    coordinates = {"system": systems, "equation": list(EQUATIONS), **SCANS}
    further, axes = exact_study.variables()
    title = "Master equations against exact solutions"
    return labelled(data | further, coordinates | axes, variant, title, relative=True)


def _fitted_orders(x: Array, values: Array) -> Array:
    """Slopes of log(values) over log(x) along the last axis; NaN where values are rounding."""
    logarithm = np.log(x) - np.log(x).mean()
    values = np.where(values > 0.0, values, np.nan)
    return np.asarray((np.log(values) @ logarithm) / (logarithm @ logarithm))
