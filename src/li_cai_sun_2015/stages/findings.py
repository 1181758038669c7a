"""Write the verdicts as pages."""

from __future__ import annotations

from li_cai_sun_2015.findings import PAGE
from paper_replication import findings
from paper_replication.files import read_json, write_text


def main(verdicts: str, markdown: str, html: str) -> None:
    """Write the verdicts as pages."""
    judged = read_json(verdicts)
    write_text(findings.markdown(PAGE, judged), markdown)
    write_text(findings.html(PAGE, judged), html)
