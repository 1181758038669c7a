"""Compare results and figures with the reference."""

from importlib import import_module

from paper_replication.verification import verify_reference
from paper_replication.verification.comparison import write_lines


def main(package: str, results: str, figures: str, reference: str, output: str) -> None:
    """Compare what `reference.KEPT` of a package names with the reference."""
    kept = import_module(f"{package}.reference").KEPT
    write_lines(verify_reference(kept, results, figures, reference), output)
