"""Write the page of some variants side by side."""

from importlib import import_module
from pathlib import Path

from paper_replication import side_by_side
from paper_replication.files import read_json, write_text
from paper_replication.provenance import made_from


def main(package: str, output: str, *results: str) -> None:
    """Write the page of some variants side by side, from the folders of their results."""
    folders = [Path(folder) for folder in results]
    compared = import_module(f"{package}.comparison").compared(folders)
    page = import_module(f"{package}.findings").PAGE
    verdicts = [read_json(folder / "claims.json") for folder in folders]
    made = made_from(package, "compare", data=[each.get("made_from", {}) for each in verdicts])
    write_text(side_by_side.html(page, compared, verdicts, made), output)
