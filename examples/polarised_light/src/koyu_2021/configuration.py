"""A variant: splittings and pumping rates, in units of the decay rate."""

from pathlib import Path
from typing import Annotated, Any

from annotated_types import Gt, Len
from pydantic import Field

from paper_replication.models import Model, build
from paper_replication.refusals import blaming
from paper_replication.strict_yaml import read_yaml

Positive = Annotated[float, Gt(0.0)]


class Variant(Model):
    """Contents of a file in config/variants."""

    description: Annotated[str, Field(description="One line")]
    splitting: Annotated[list[Positive], Len(1), Field(description="Delta/gamma")]
    pumping: Annotated[list[Positive], Len(1), Field(description="r/gamma")]


def load(name: str) -> Variant:
    """Load a variant, or refuse it in one line."""
    path = Path("config/variants", f"{name}.yaml")
    with blaming(f"variant {name} ({path})"):
        return build(Variant, read_yaml(path))


def variant(resolved: dict[str, Any]) -> Variant:
    """Variant of its resolved configuration."""
    return build(Variant, resolved)
