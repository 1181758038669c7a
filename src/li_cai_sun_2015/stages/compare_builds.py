"""Build twice in different surroundings, and compare."""

from __future__ import annotations

from tempfile import TemporaryDirectory

from paper_replication import verification


def main(cores: str, output: str) -> None:
    """Build twice in different surroundings, and compare."""
    with TemporaryDirectory() as scratch:
        verification.write_lines(verification.compare_builds(".", scratch, int(cores)), output)
