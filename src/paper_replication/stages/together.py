"""Do several jobs in a few processes."""

import sys
from importlib import import_module

from paper_replication.command_line import shortened
from paper_replication.workers import finished


def main(package: str, variant: str, processes: str, *outputs: str) -> None:
    """Do the jobs of a variant that make some files, and say a line when one of them has.

    Raises
    ------
    SystemExit
        With one line for each job that failed, when all others are done.
    """
    jobs = [
        job
        for job in import_module(f"{package}.jobs").jobs(variant)
        if not set(outputs).isdisjoint(job.outputs)
    ]
    failures = []
    for job, why, seconds in finished(package, jobs, int(processes)):
        if why:
            failures.append(why)
        else:
            print(f"      {seconds:6.1f} s  {shortened(job.outputs)}", flush=True)
    if failures:
        sys.exit("\n".join(failures))
