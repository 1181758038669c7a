"""Make results and figures the reference."""

from __future__ import annotations

from li_cai_sun_2015.reference import KEPT
from paper_replication import verification


def main(results: str, figures: str, reference: str) -> None:
    """Make results and figures the reference."""
    verification.update_reference(KEPT, results, figures, reference)
