"""Names of all that the chain makes for a variant, for the workflow.

Imported at every start of the workflow and of every job.
"""

import json
from typing import Any

from li_cai_sun_2015.catalogue import EQUATIONS, REFERENCED, SYSTEMS
from li_cai_sun_2015.configuration.parts import section_of
from li_cai_sun_2015.configuration.sweep import chunk_configuration, number_of_chunks
from li_cai_sun_2015.configuration.sweep_cost import SAFE_MEMORY, cost, safe_minutes
from li_cai_sun_2015.configuration.variant import (
    Variant,
    load_variant,
    variant_files,
    variant_names,
)
from li_cai_sun_2015.figures import FIGURES, MODULES
from paper_replication.figure_registry import FORMATS, selected
from paper_replication.files import update_json
from steady_coherence.master_equations import MASTER_EQUATIONS

__all__ = [
    "CAPTIONS",
    "EQUATIONS",
    "FIGURES",
    "FORMATS",
    "INTRODUCTION",
    "REFERENCED",
    "SAFE_MEMORY",
    "SYSTEMS",
    "chunks",
    "compared",
    "cost",
    "explored_files",
    "figures",
    "judged",
    "load",
    "not_computed",
    "resolved",
    "safe_minutes",
    "states",
    "sweep_figures",
    "sweeps",
    "tables_of",
    "variant_files",
    "write_sweep_configuration",
]


#: Of every module that draws, reStructuredText.
CAPTIONS = {name: figure.caption for name, figure in MODULES.items()}

#: First page of the report, reStructuredText.
INTRODUCTION = """
Li, Cai and Sun, *Steady quantum coherence in non-equilibrium environment*, Annals of Physics 360,
19 (2015), arXiv:1407.4290, computed anew. A few-level system between two heat baths at different
temperatures keeps a coherence between two of its energy levels in the steady state. The non-secular
master equation (12) has it, the secular one (9) does not.
"""

load = load_variant


def resolved(name: str) -> dict[str, Any]:
    """Resolved configuration of a variant, as plain data."""
    return load(name).resolved()


def tables_of(variant: Variant) -> list[str]:
    """Tables that a variant reads."""
    return variant.tables


def explored_files() -> list[str]:
    """Files of all variants that the explorer offers."""
    return sorted({file for name in variant_names() for file in variant_files(name)})


def states(variant: Variant) -> list[str]:
    """Systems and master equations that a variant is solved by, as ``system/equation``."""
    names = (f"{system}/{equation}" for system in variant.systems for equation in EQUATIONS)
    return [name for name in names if not not_computed(variant, *name.split("/"))]


def not_computed(variant: Variant, system: str, equation: str) -> str:
    """Why a variant does not have these steady states; empty if it has."""
    if system not in variant.systems:
        return f"systems is {json.dumps(variant.systems)}, expected {system} among them"
    shifted = MASTER_EQUATIONS[equation].keeps_principal_values
    if shifted and section_of(system) not in variant.lamb_shift_sections:
        found = json.dumps(variant.lamb_shift)
        return f"lamb_shift is {found}, expected true for the equation {equation}"
    return ""


def judged(variant: Variant) -> list[str]:
    """Datasets of a variant that its verdicts are drawn from, files below its results."""
    return ["spectra", "trust", *states(variant)]


compared = states


def figures(variant: Variant) -> dict[str, list[str]]:
    """Figures of a variant with the datasets that each is drawn from."""
    there = [*judged(variant), "claims"]
    return {name: selected(figure.reads, there) for name, figure in FIGURES.items()}


def sweeps(variant: Variant) -> list[str]:
    """Sweeps of a variant, as ``system/equation``."""
    sweep = variant.sweep
    if sweep is None:
        return []
    return [
        f"{one}/{equation}" for one in sweep.systems or () for equation in sweep.equations or ()
    ]


def chunks(variant: Variant, system: str) -> range:
    """Numbers of the chunks of a system's sweep."""
    return range(number_of_chunks(variant, system))


def sweep_figures(variant: Variant) -> dict[str, str]:
    """Figures of the sweeps of a variant, with the sweep that each shows a part of."""
    figures = (variant.sweep.figures or {}) if variant.sweep else {}
    return {name: f"{figure.system}/{figure.equation}" for name, figure in figures.items()}


def write_sweep_configuration(variant: str, output: str) -> None:
    """Write down what the chunks of a sweep depend on, if it is not what the file says."""
    update_json(chunk_configuration(load(variant)).resolved(), output)
