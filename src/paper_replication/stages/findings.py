"""Write the verdicts as pages."""

from importlib import import_module

from paper_replication import findings
from paper_replication.files import read_json, write_text
from paper_replication.provenance import made_from


def main(package: str, verdicts: str, markdown: str, html: str) -> None:
    """Write the verdicts as pages, of which the module `findings` of a package says more."""
    page = import_module(f"{package}.findings").PAGE
    judged = read_json(verdicts)
    write_text(findings.markdown(page, judged), markdown)
    made = made_from(package, "findings", data=[judged.get("made_from", {})])
    write_text(findings.html(page, judged, made), html)
