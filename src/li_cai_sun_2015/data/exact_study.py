"""Exact solutions for thermal baths beside the master equations: a study that is kept.

`make trust` computes it anew and writes `exact_study.json`, from which every variant's comparison
with exact solutions takes it: it does not depend on the variant. Spectra are gamma at the mean
transition energy, the unit of all energies, and have the proportions of Fig. 3, with f = 1; the
coupled TLSs have one such spectrum a site.
"""

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import steady_coherence as sc
from li_cai_sun_2015.catalogue import EQUATIONS
from paper_replication.files import read_json
from steady_coherence.exact_states import DEPTH, dipole_hierarchy, exact_state, rotating_hierarchy
from steady_coherence.hierarchy import Hierarchy

#: Fig. 3: gamma_11 and gamma_22 of the left and the right bath are 1, 2 and 2, 1 times a strength.
PROPORTIONS = {"left": (1.0, 2.0), "right": (2.0, 1.0)}

KEPT = Path(__file__).with_suffix(".json")

#: Splittings and coupling of Fig. 3 and of the variant paper.
SYSTEMS = {
    "lambda": sc.lambda_system(1.0, 0.01),
    "v": sc.v_system(1.0, -0.01),
    "coupled_tls": sc.coupled_tls(1.0, 1.0, 0.05),
}
#: Exponent and cut-off of gamma w^exponent exp(-(w - 1)/cutoff): maxima at 5, 1.5, 1 and 1.5.
SHAPES = {"ohmic": (1.0, 5.0), "broad": (3.0, 0.5), "narrow": (25.0, 0.04), "aside": (25.0, 0.06)}
TEMPERATURES = {"hot": (1.0, 2.0), "cold": (0.2, 0.4)}
STRENGTHS = (5e-4, 1e-3, 2e-3, 5e-3, 1e-2)

#: Where the last order changes more than this part of the coherence, the orders from the next to
#: the highest are those of a fit with few terms: an error of it is one of what they change.
ENOUGH, HIGHEST, FEW_TERMS = 3e-3, 6, 8

#: Where the full dipole coupling and the time evolution are looked at.
FEW = {"shape": "broad", "temperatures": "hot"}
FEW_STRENGTHS = (1e-3, 1e-2)
EVOLVED, LAST, STEPS = 1e-2, 500.0, 101
#: Levels that are occupied, in equal parts, at time 0.
INITIAL = {"lambda": (0,), "v": (2,)}

DIGITS = 6
#: Numbers that are computed anew agree with those kept to this part: errors of fits move.
TOLERANCE = 0.01


def baths(
    system: sc.LevelSystem, shape: str, temperatures: tuple[float, ...], strength: float
) -> list[sc.Bath]:
    """Two thermal baths of Lambda, V or the coupled TLSs, of one of the `SHAPES`.

    The strength is gamma at the mean transition energy.
    """
    exponent, cutoff = SHAPES[shape]

    def curve(proportion: float) -> sc.Ohmic:
        return sc.Ohmic(proportion * strength * float(np.exp(1.0 / cutoff)), exponent, cutoff)

    if system.site_amplitudes:
        spectra: list[Any] = [
            sc.CollectiveTransition(curve(1.0), tuple(map(float, row)))
            for row in system.site_amplitudes
        ]
    else:
        spectra = [
            sc.InterferingTransitions([curve(part) for part in parts], sc.Constant(1.0))
            for parts in PROPORTIONS.values()
        ]
    return [
        sc.Bath(name, spectrum, temperature=temperature)
        for name, spectrum, temperature in zip(PROPORTIONS, spectra, temperatures, strict=True)
    ]


def row(name: str, shape: str, temperatures: str, strength: float) -> dict[str, Any]:
    """Coherence, exact and by every equation, at one point.

    The names are those of `SYSTEMS`, `SHAPES` and `TEMPERATURES`, and `strength` is gamma at the
    mean transition energy. Under `exact` and the name of each equation stand real and imaginary
    part of the coherence; `truncation` and `fit` are errors of the exact one; `source` is what the
    populations feed the coherence with, by the rates, by those of each bath alone, and by the
    principal values.
    """
    system = SYSTEMS[name]
    unit, here = (baths(system, shape, TEMPERATURES[temperatures], by) for by in (1.0, strength))
    rho, truncation, fit = _exact(system, unit, strength)
    found = {
        "system": name,
        "shape": shape,
        "temperatures": temperatures,
        "strength": strength,
        "exact": _parts(complex(rho[system.structure.pair])),
        "truncation": _rounded(truncation),
        "fit": _rounded(fit),
        "source": _sources(system, here, np.diag(rho).real),
    }
    for equation in EQUATIONS:
        state = sc.steady_states(system, here, equation)
        found[equation] = _parts(complex(state["coherence_real"], state["coherence_imag"]))
    return found


def _exact(
    system: sc.LevelSystem, unit: list[sc.Bath], strength: float
) -> tuple[NDArray[np.complex128], float, float]:
    """Density matrix, and its errors one order and some exponentials short."""
    state = exact_state(system, unit, strength=strength)
    if state.truncation_error <= ENOUGH * abs(state.coherence):
        return state.density_matrix, state.truncation_error, state.fit_error
    same, lower, higher = (
        rotating_hierarchy(system, unit, depth, FEW_TERMS, strength).steady_state()[0]
        for depth in (DEPTH, HIGHEST - 1, HIGHEST)
    )
    truncation = float(np.abs(higher - lower).max())
    return state.density_matrix + higher - same, truncation, state.fit_error


def _sources(
    system: sc.LevelSystem, here: list[sc.Bath], populations: NDArray[np.float64]
) -> list[float]:
    """What populations feed the coherence with: rates of both, of each bath, principal values."""
    size, (first, second) = len(system.levels), system.structure.pair
    element, diagonal = first * size + second, np.arange(size) * (size + 1)

    def source(some: list[sc.Bath], equation: str) -> complex:
        return complex(sc.generator_matrix(system, some, equation)[element, diagonal] @ populations)

    rates = source(here, "nonsecular")
    shifts = source(here, "nonsecular_lamb") - rates
    apart = [abs(source([bath], "nonsecular")) for bath in here]
    return [_rounded(each) for each in (abs(rates), *apart, abs(shifts))]


def dipole_row(name: str, strength: float) -> dict[str, Any]:
    """Coherence with rotating waves, with the whole dipole coupling, and with its counter-term."""
    system = SYSTEMS[name]
    unit = baths(system, FEW["shape"], TEMPERATURES[FEW["temperatures"]], 1.0)
    kinds: dict[str, Callable[..., Hierarchy]] = {
        "dipole": dipole_hierarchy,
        "counter_term": partial(dipole_hierarchy, counter_term=True),
    }
    found: dict[str, Any] = {"system": name, "strength": strength}
    for kind, hierarchy in kinds.items():
        # What the third order adds is below a per cent.
        state = exact_state(system, unit, 2, strength=strength, hierarchy=hierarchy)
        found[kind] = _parts(state.coherence)
    return found


def evolution(name: str) -> dict[str, Any]:
    """Coherence in time from populations alone: exact, by (12), by (12) as kept whole, by (9)."""
    system = SYSTEMS[name]
    states = TEMPERATURES[FEW["temperatures"]]
    occupied = INITIAL[name]
    initial = np.diag(np.isin(np.arange(len(system.levels)), occupied) / len(occupied))
    first, second = system.structure.pair
    unit, here = (baths(system, FEW["shape"], states, by) for by in (1.0, EVOLVED))
    exact = rotating_hierarchy(system, unit, 2, 16, EVOLVED).evolve(
        initial.astype(complex), LAST, STEPS
    )
    times = np.linspace(0.0, LAST, STEPS)
    curves = {"exact": exact} | {
        equation: sc.time_evolution(system, here, initial, times, equation)
        for equation in ("nonsecular", "nonsecular_lamb", "secular")
    }
    return {"system": name} | {
        curve: [_rounded(float(abs(value))) for value in rho[:, first, second]]
        for curve, rho in curves.items()
    }


def points() -> Iterator[tuple[str, str, str, float]]:
    """Arguments of every row of the table."""
    return product(SYSTEMS, SHAPES, TEMPERATURES, STRENGTHS)


def exact_study() -> dict[str, Any]:
    """Compute the whole study: `table` of `row`, `dipole` of `dipole_row`, and `evolution`."""
    # Fits are the same for all strengths.
    with ProcessPoolExecutor() as workers:
        table = list(workers.map(row, *zip(*points(), strict=True), chunksize=len(STRENGTHS)))
    return {
        "table": table,
        "dipole": [dipole_row(*point) for point in product(INITIAL, FEW_STRENGTHS)],
        "evolution": [evolution(name) for name in INITIAL],
    }


def kept() -> dict[str, Any]:
    """Read the study that is kept."""
    return dict(read_json(KEPT))


def variables() -> tuple[dict[str, tuple[tuple[str, ...], Any]], dict[str, Any]]:
    """Table and time evolution, as variables of a dataset.

    Returns
    -------
    data : dict
        `thermal_coherence`, `thermal_accuracy` (thermal_system, bath_shape, bath_temperatures,
        thermal_strength), `thermal_error` (equation, ...): relative, of the flux for the coupled
        TLSs; `evolution_coherence` (curve, evolving_system, time).
    coordinates : dict
    """
    study = kept()
    axes: dict[str, list[Any]] = {
        "thermal_system": list(SYSTEMS),
        "bath_shape": list(SHAPES),
        "bath_temperatures": list(TEMPERATURES),
        "thermal_strength": list(STRENGTHS),
    }

    def table(value: Callable[[dict[str, Any]], float]) -> NDArray[np.float64]:
        shape = tuple(map(len, axes.values()))
        return np.reshape([value(row) for row in study["table"]], shape)

    curves = [name for name in study["evolution"][0] if name != "system"]
    errors = np.array([table(partial(error, equation=name)) for name in EQUATIONS])
    evolution = np.array([[each[curve] for each in study["evolution"]] for curve in curves])
    data: dict[str, tuple[tuple[str, ...], Any]] = {
        "thermal_coherence": (tuple(axes), table(lambda row: modulus(row["exact"]))),
        "thermal_accuracy": (tuple(axes), table(accuracy)),
        "thermal_error": (("equation", *axes), errors),
        "evolution_coherence": (("curve", "evolving_system", "evolution_time"), evolution),
    }
    times = np.linspace(0.0, LAST, STEPS)
    further = {"curve": curves, "evolving_system": list(INITIAL), "evolution_time": times}
    return data, axes | further


def agree(new: Any, old: Any) -> bool:
    """Whether coherences that were computed anew agree with those kept: two studies, or parts."""
    if isinstance(new, dict) and isinstance(old, dict):
        measured = new.keys() - {"truncation", "fit"}
        return new.keys() == old.keys() and all(agree(new[key], old[key]) for key in measured)
    if isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        if all(isinstance(each, float) for each in (*new, *old)):
            apart = np.linalg.norm(np.subtract(new, old))
            return bool(apart <= TOLERANCE * np.linalg.norm(old) + 1e-12)
        return all(map(agree, new, old))
    return bool(new == old)


def modulus(parts: list[float]) -> float:
    """Modulus of a complex number in two parts; that of the C library differs by processors."""
    real, imag = parts
    return math.sqrt(real * real + imag * imag)


def accuracy(row: dict[str, Any]) -> float:
    """Truncation and fit errors of an exact coherence, one order and some exponentials short."""
    return float((row["truncation"] + row["fit"]) / modulus(row["exact"]))


def error(row: dict[str, Any], equation: str) -> float:
    """Relative error of a master equation: of rho_12, or of the flux, which is its imaginary part.

    NaN for an equation that the study has not.
    """
    if equation not in row:
        return float("nan")
    exact, found = np.array(row["exact"]), np.array(row[equation])
    if row["system"] == "coupled_tls":
        return float(abs(found[1] - exact[1]) / abs(exact[1]))
    return modulus(list(found - exact)) / modulus(row["exact"])


def _parts(value: complex) -> list[float]:
    return [_rounded(value.real), _rounded(value.imag)]


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
