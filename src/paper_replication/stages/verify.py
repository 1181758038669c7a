"""Compare results and figures with the reference."""

from __future__ import annotations

from importlib import import_module

from paper_replication import verification


def main(package: str, results: str, figures: str, reference: str, output: str) -> None:
    """Compare what `reference.KEPT` of a package names with the reference."""
    kept = import_module(f"{package}.reference").KEPT
    lines = verification.verify_reference(kept, results, figures, reference)
    verification.write_lines(lines, output)
