"""Compare outputs with what was written into them."""

from paper_replication import digests
from paper_replication.verification.comparison import Comparison, write_lines


def main(package: str, output: str) -> None:  # noqa: ARG001 -- the same for every paper
    """Compare outputs with what was written into them."""
    why = "does not hold what was written into it: remove it, and run again"
    lines = [Comparison(False, str(path), why) for path in digests.altered()]
    same = f"all {len(digests.kept())} hold what was written into them"
    write_lines(lines or [Comparison(True, "outputs before this", same)], output)
