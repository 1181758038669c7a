"""Variant files: read strictly, merged onto the paper's, checked.

Every refusal is a `ConfigurationError` of one line, before anything is computed.
"""

import re
from pathlib import Path
from typing import Any

from li_cai_sun_2015.configuration.parts import default_section
from li_cai_sun_2015.configuration.sweep import resolved_sweep
from li_cai_sun_2015.configuration.variant_model import (
    Variant,
    further_systems,
    merge,
    variant_model,
)
from paper_replication.models import build
from paper_replication.refusals import ConfigurationError, blaming, near, one_of, shown
from paper_replication.run_configuration import FILE_NAME
from paper_replication.strict_yaml import read_yaml

__all__ = [
    "ConfigurationError",
    "Variant",
    "load_variant",
    "merge",
    "variant_files",
    "variant_names",
]

VARIANT_FOLDER = "config/variants"
#: The variants that come with the package: those of config/variants where it was built.
SHIPPED = Path(__file__).parents[1] / "variants"


def load_variant(name: str, folder: str | Path = VARIANT_FOLDER) -> Variant:
    """Load a variant of a folder: what its file says, merged onto paper.yaml, and checked.

    If there is no such variant, or its file, or paper.yaml, is wrong, it is a `ConfigurationError`.
    """
    if not re.fullmatch(FILE_NAME, str(name)) or str(name).endswith("\n"):
        raise ConfigurationError(
            f"variant {shown(name)} in {folder}: expected a name of letters, digits, _ and -"
        )
    existing = _existing(folder)
    if name not in existing:
        raise ConfigurationError(
            f"variant {name} ({Path(folder, name)}.yaml): there is no such file, expected "
            f"{one_of(sorted(existing))}{near(name, existing)}"
        )
    base, path = existing["paper"], existing[name]
    with blaming(f"variant paper ({base})"):
        paper = _read(base)
        variant = _built(paper)
    if name == "paper":
        return variant.named(name)
    with blaming(f"variant {name} ({path})"):
        own = _read(path)
        asked = own.get("systems")
        for system in further_systems():
            if system in own or (isinstance(asked, list) and system in asked):
                paper[system] = default_section(system, paper["three_level"])
        # The paper's description would be untrue of anything else.
        own = {"description": f"{name}, a variant of the paper", **own}
        return _built(merge(paper, own)).named(name)


def variant_files(name: str) -> list[str]:
    """Files that say what a variant is: paper.yaml, and what differs from it."""
    existing = _existing(VARIANT_FOLDER)
    return sorted({str(existing["paper"]), str(existing[name])})


def variant_names() -> list[str]:
    """Names of all variants that there are files of, sorted; a link that leads nowhere is none."""
    return sorted(name for name, path in _existing(VARIANT_FOLDER).items() if path.is_file())


def _existing(folder: str | Path) -> dict[str, Path]:
    """Files of all variants by their names: a folder's own, and by default the package's."""
    folders = [SHIPPED, Path(folder)] if folder == VARIANT_FOLDER else [Path(folder)]
    # Not is_file(): some file systems take Paper.yaml for paper.yaml.
    found = {path.stem: path for each in folders for path in each.glob("*.yaml")}
    return {"paper": folders[-1] / "paper.yaml"} | found


def _read(path: Path) -> dict[str, Any]:
    """Read a variant file; an empty one is more likely a mistake than the paper once more."""
    own = read_yaml(path)
    if not own:
        raise ConfigurationError("the file is empty, expected a description at least")
    return own


def _built(data: Any) -> Variant:
    """Variant of complete data, its sweep checked and completed."""
    variant = build(variant_model(), data)
    if variant.sweep is None:
        return variant
    return variant.model_copy(update={"sweep": resolved_sweep(variant)})
