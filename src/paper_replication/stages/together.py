"""Do several jobs in one process."""

from __future__ import annotations

from importlib import import_module

from paper_replication.command_line import call


def main(package: str, variant: str, *outputs: str) -> None:
    """Do the jobs of a variant that make some files, one after the other."""
    for job in import_module(f"{package}.jobs").jobs(variant):
        if not set(outputs).isdisjoint(job.outputs):
            call(package, job.stage, *job.arguments)
