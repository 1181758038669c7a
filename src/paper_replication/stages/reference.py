"""Make results and figures the reference."""

from importlib import import_module

from paper_replication import verification


def main(package: str, results: str, figures: str, reference: str) -> None:
    """Make what `reference.KEPT` of a package names the reference."""
    kept = import_module(f"{package}.reference").KEPT
    verification.update_reference(kept, results, figures, reference)
