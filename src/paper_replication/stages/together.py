"""Do several jobs in one process."""

import sys
from importlib import import_module

from paper_replication.command_line import attempt


def main(package: str, variant: str, *outputs: str) -> None:
    """Do the jobs of a variant that make some files, one after the other.

    Raises
    ------
    SystemExit
        With one line for each job that failed, when all others are done.
    """
    missing: set[str] = set()
    failures = [
        attempt(package, job, missing)
        for job in import_module(f"{package}.jobs").jobs(variant)
        if not set(outputs).isdisjoint(job.outputs)
    ]
    if any(failures):
        sys.exit("\n".join(filter(None, failures)))
