"""Compare results and figures with the reference."""

from __future__ import annotations

from li_cai_sun_2015.reference import KEPT
from paper_replication import verification


def main(results: str, figures: str, reference: str, output: str) -> None:
    """Compare results and figures with the reference."""
    lines = verification.verify_reference(KEPT, results, figures, reference)
    verification.write_lines(lines, output)
