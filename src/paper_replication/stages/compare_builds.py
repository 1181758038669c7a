"""Build twice in different surroundings, and compare."""

from tempfile import TemporaryDirectory

from paper_replication.verification.builds import compare_builds
from paper_replication.verification.comparison import write_lines


def main(package: str, cores: str, output: str) -> None:  # noqa: ARG001 -- the same for every paper
    """Build twice in different surroundings, and compare."""
    with TemporaryDirectory() as scratch:
        write_lines(compare_builds(".", scratch, int(cores)), output)
