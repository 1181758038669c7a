"""Do the jobs of some stages for some variants in this process: chosen_jobs.py STAGE,... NAME ...

Beside the packages of the main lock it needs none.
"""

import contextlib
import io
import sys
import time
from pathlib import Path
from unittest import mock

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

from li_cai_sun_2015.data import exact_comparison
from li_cai_sun_2015.jobs import jobs
from paper_replication.command_line import attempt


@contextlib.contextmanager
def fewer_exact_solutions():
    """A part of each scan: they take most of the time, and are much alike."""
    whole = exact_comparison.SCANS
    part = {name: values[:: (len(values) + 5) // 6] for name, values in whole.items()}
    with (
        mock.patch.object(exact_comparison, "SCANS", part),
        mock.patch.object(exact_comparison, "CUTOFF", 4),
    ):
        yield


def main(stages, *names):
    """Do them, and say what fails."""
    for name in names:
        start, missing = time.monotonic(), set()
        for job in jobs(name):
            if job.stage not in stages.split(","):
                continue
            said = io.StringIO()
            with (
                contextlib.redirect_stdout(said),
                contextlib.redirect_stderr(said),
                fewer_exact_solutions(),
            ):
                failure = attempt("li_cai_sun_2015", job, missing)
            if failure:
                print(f"{name}: {failure}", flush=True)
        print(f"{name}: {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
