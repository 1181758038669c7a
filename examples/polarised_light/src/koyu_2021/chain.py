"""Names of all that the chain makes for a variant, for the rules."""

from typing import Any

from koyu_2021.configuration import Variant, load
from koyu_2021.figures import FIGURES
from paper_replication.figure_registry import FORMATS, selected

__all__ = ["CAPTIONS", "EQUATIONS", "FIGURES", "FORMATS", "SYSTEMS", "load"]

SYSTEMS, EQUATIONS = ("v",), ("nonsecular",)
REFERENCED = ("v/nonsecular",)
CAPTIONS = {name: figure.caption for name, figure in FIGURES.items()}


def resolved(name: str) -> dict[str, Any]:
    """Resolved configuration of a variant, as plain data."""
    return load(name).model_dump()


def variant_files(name: str) -> list[str]:
    """Files that say what a variant is."""
    return [f"config/variants/{name}.yaml"]


def tables_of(variant: Variant) -> list[str]:  # noqa: ARG001
    """Tables that a variant reads: none."""
    return []


def not_computed(variant: Variant, system: str, equation: str) -> str:  # noqa: ARG001
    """Why a variant does not have some steady states: it has all."""
    return ""


def judged(variant: Variant) -> list[str]:  # noqa: ARG001
    """Datasets that the verdicts are drawn from."""
    return ["v/nonsecular"]


def figures(variant: Variant) -> dict[str, list[str]]:
    """Figures with the datasets that each is drawn from."""
    return {name: selected(figure.reads, judged(variant)) for name, figure in FIGURES.items()}
