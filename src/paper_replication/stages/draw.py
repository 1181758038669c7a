"""Draw a figure in every format."""

import gc
from importlib import import_module
from pathlib import Path

# Matplotlib, for all jobs that share one start.
import paper_replication.figure_files
import paper_replication.figures  # noqa: F401
from paper_replication import datasets
from paper_replication.provenance import made_from


def main(package: str, picture: str, configuration: str, *data: str) -> None:
    """Draw a figure in every format, as `figures.make` of a package does."""
    figures = import_module(f"{package}.figures")
    stem = Path(picture).with_suffix("")
    found = datasets.read_all(data, configuration)
    said = [one.attrs for one in found]
    made = made_from(package, "draw", configuration, data=said, figure=stem.name)
    gc.disable()  # to look for garbage among all parts of a figure takes a tenth of the time
    try:
        figures.make(stem, found, made=made)
    finally:
        gc.enable()
