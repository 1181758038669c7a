"""Build twice in different surroundings, and compare."""

from __future__ import annotations

from tempfile import TemporaryDirectory

from paper_replication import verification


def main(package: str, cores: str, output: str) -> None:  # noqa: ARG001 -- the same for every paper
    """Build twice in different surroundings, and compare."""
    with TemporaryDirectory() as scratch:
        verification.write_lines(verification.compare_builds(".", scratch, int(cores)), output)
