"""Draw a figure in every format."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from paper_replication import datasets


def main(package: str, picture: str, configuration: str, *data: str) -> None:
    """Draw a figure in every format, as `figures.make` of a package does."""
    figures = import_module(f"{package}.figures")
    figures.make(Path(picture).with_suffix(""), datasets.read_all(data, configuration))
