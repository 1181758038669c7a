"""Draw a figure in every format."""

from __future__ import annotations

from pathlib import Path

from li_cai_sun_2015 import figures
from paper_replication import datasets


def main(picture: str, *data: str) -> None:
    """Draw a figure in every format."""
    figures.make(Path(picture).with_suffix(""), [datasets.read(path) for path in data])
