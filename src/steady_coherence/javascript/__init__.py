"""The engine for browsers: a script that computes steady states with the bits of the NumPy engine.

What leads from rates to steady states and diagnostics is taken from the tape, when the script is
made; what stands outside of it, from spectra to rates, is written in the modules of this folder.
"""

import json
import re
from collections.abc import Callable
from importlib.resources import files
from typing import Any

from steady_coherence import Bath, Lorentzian
from steady_coherence.coupling_spectra import CollectiveTransition, InterferingTransitions
from steady_coherence.master_equations import CLUSTER_TOLERANCE, DEGENERACY_TOLERANCE
from steady_coherence.numerics import elementary, hermitian
from steady_coherence.numerics.javascript import as_data
from steady_coherence.parameters import RANGES, bound, declared_parameters
from steady_coherence.solver import decimals, uniqueness
from steady_coherence.solver.reduction import Group
from steady_coherence.solver.uniqueness import Uniqueness
from steady_coherence.spectra import SPECTRA
from steady_coherence.steady_states import steps_of
from steady_coherence.systems import SYSTEMS as ENTRIES
from steady_coherence.systems import LevelSystem
from steady_coherence.weight_factors import WEIGHT_FACTORS, Constant

#: Each needs those before it alone.
MODULES = (
    "elementary",
    "parameters",
    "tape",
    "spectra",
    "grid",
    "systems",
    "master_equations",
    "detached_groups",
    "steady_states",
)

#: What the modules have written out: systems.js and master_equations.js.
SYSTEMS = ("lambda", "v", "xi", "coupled_tls")
EQUATIONS = ("nonsecular", "secular", "unified", "geometric")

#: Equations whose steps differ; the others leave pairs out, or take other frequencies.
PROGRAMS = ("nonsecular", "geometric")


def engine() -> str:
    """Text of the modules, with the steps and the constants that they need, as one script.

    It is plain JavaScript without a module's imports and exports.
    """
    generated = {
        "CONSTANTS": _constants(),
        "PARAMETERS": {name: _parameters(owner) for name, owner in _owners().items()},
        "PROGRAMS": _programs(),
    }
    constants = [f"const {name} = {_json(data)};\n" for name, data in generated.items()]
    return "".join(constants) + "".join(
        as_script((files(__package__) / f"{name}.js").read_text(encoding="utf-8"))
        for name in MODULES
    )


def as_script(module: str) -> str:
    """A module's text for a script that holds all of them, without imports and exports."""
    without_imports = re.sub(r"^import [^;]*;\n", "", module, flags=re.MULTILINE)
    return re.sub(r"^export ", "", without_imports, flags=re.MULTILINE)


def _json(data: Any) -> str:
    return json.dumps(data, separators=(",", ":"), allow_nan=False)


def _constants() -> dict[str, Any]:
    """The constants of the engine that the modules name."""
    return {
        **{
            name: getattr(elementary, name)
            for name in (
                *("LN2_HIGH", "LN2_LOW", "INVERSE_LN2", "ROUNDER", "COTH", "ARTANH", "HALF_PI"),
                *("LARGEST_ARGUMENT", "SINE", "COSINE"),
            )
        },
        "RANK_TOLERANCE": hermitian.RANK_TOLERANCE,
        "DEGENERACY_TOLERANCE": DEGENERACY_TOLERANCE,
        "CLUSTER_TOLERANCE": CLUSTER_TOLERANCE,
        "SMALLEST_SUM": uniqueness.SMALLEST_SUM,
        "SMALLEST_RATE": uniqueness.SMALLEST_RATE,
        "SINGULAR_TOLERANCE": uniqueness.SINGULAR_TOLERANCE,
        "SAFE_SHARE": uniqueness.SAFE_SHARE,
        "UNDERFLOW": decimals.UNDERFLOW,
    }


def _owners() -> dict[str, Callable[..., Any]]:
    """Shapes and level systems, by their names."""
    builders = {name: ENTRIES[name].build for name in SYSTEMS}
    return {**SPECTRA, **WEIGHT_FACTORS, **builders}


def _parameters(owner: Callable[..., Any]) -> dict[str, Any]:
    """Ranges of the parameters that a shape or a system declares."""
    return {
        name: {
            "ranges": [[RANGES[type(one)][1], bound(one)] for one in declared.ranges],
            "expected": declared.expected,
        }
        for name, declared in declared_parameters(owner).items()
    }


def _programs() -> dict[str, Any]:
    """Steps of each system, by the equation and by the system."""
    return {equation: {name: _program(name, equation) for name in SYSTEMS} for equation in PROGRAMS}


def _program(name: str, equation: str) -> dict[str, Any]:
    system = _without_zeros(name)
    rows, judged = steps_of(system, _baths_without_zeros(name, system), equation)
    steps = as_data(
        {
            **rows,
            "signs": judged.signs,
            "squares": judged.squares,
            "pivots": judged.pivots,
            "doubts": judged.doubts,
            "rates": [judged.rate(key) for key in judged.keys],
        }
    )
    return {
        **steps,
        "keys": judged.keys,
        "detached": [_group(group, judged) for group in judged.detached],
        "pair": system.structure.pair,
        "bottom": system.structure.bottom,
    }


def _group(group: Group, judged: Uniqueness) -> dict[str, Any]:
    """A group of elements of rho: for each rate the norm and elements of what multiplies it."""
    parts = []
    for key, entries in group.parts.items():
        weights = [(weight.real, weight.imag) for weight in entries.weights]
        where = zip(entries.rows, entries.columns, weights, strict=True)
        elements = [[row, column, *weight] for row, column, weight in where]
        parts.append([judged.keys.index(key), group.norms[key], elements])
    return {"levels": group.levels, "parts": parts}


def _without_zeros(name: str) -> LevelSystem:
    """System of which no number vanishes that may be something else."""
    if name == "coupled_tls":
        return ENTRIES[name].build(1.0, 1.2, 0.07)
    return ENTRIES[name].build(1.0, 0.1)


def _baths_without_zeros(name: str, system: LevelSystem) -> list[Bath]:
    """Baths of such a system."""
    spectrum = Lorentzian(0.01, 1.0, 0.3)
    if system.site_amplitudes:
        spectra: list[Any] = [CollectiveTransition(spectrum, row) for row in system.site_amplitudes]
    else:
        both = [spectrum] * len(system.transitions)
        spectra = [InterferingTransitions(both, Constant(0.5), 1.0)] * 2
    return [
        Bath(label, each, temperature=1.0)
        for label, each in zip(ENTRIES[name].baths, spectra, strict=True)
    ]
