"""Jobs side by side, in a few processes that share one start."""

import gc
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from graphlib import TopologicalSorter
from multiprocessing.process import BaseProcess

from paper_replication.command_line import Job, attempt, stage_module


def finished(package: str, jobs: Sequence[Job], processes: int) -> Iterator[tuple[Job, str, float]]:
    """Do jobs, each as soon as what it reads is made; of those that could be next, the first.

    Parameters
    ----------
    package : str
        Name of a paper's package.
    jobs : sequence of Job
        Each after those it reads from.
    processes : int
        How many are done at a time.

    Yields
    ------
    job : Job
        One that has come to its end.
    why : str
        One line on why it failed, or nothing.
    seconds : float
        How long it took.
    """
    makers = {path: number for number, job in enumerate(jobs) for path in job.outputs}
    order = TopologicalSorter(
        {number: _makers(job, makers) - {number} for number, job in enumerate(jobs)}
    )
    order.prepare()
    missing: set[str] = set()
    ready: list[int] = []
    working: dict[Future[tuple[str, float]], int] = {}
    with _pool(package, jobs, processes) as pool:
        while order.is_active():
            ready = sorted([*ready, *order.get_ready()])
            while ready and len(working) < processes:
                number = ready.pop(0)
                working[pool.submit(_timed, package, jobs[number], missing)] = number
            for future in wait(working, return_when=FIRST_COMPLETED).done:
                number = working.pop(future)
                why, seconds = future.result()
                missing.update(jobs[number].outputs if why else ())
                order.done(number)
                yield jobs[number], why, seconds


def _makers(job: Job, makers: dict[str, int]) -> set[int]:
    return {makers[path] for path in job.arguments if path in makers}


def _pool(package: str, jobs: Sequence[Job], processes: int) -> ProcessPoolExecutor:
    method = None
    if sys.platform == "linux":  # elsewhere the system's own libraries do not survive a fork
        method = "fork"
        for stage in {job.stage for job in jobs}:
            stage_module(package, stage)
        # What is there by now is no garbage, and not to be looked through for it.
        gc.freeze()
    return ProcessPoolExecutor(
        processes, multiprocessing.get_context(method), initializer=_end_with_parent
    )


def _end_with_parent() -> None:
    """Leave no process behind when the one that hands out jobs is killed."""
    threading.Thread(target=_follow, args=[multiprocessing.parent_process()], daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _timed(package: str, job: Job, missing: set[str]) -> tuple[str, float]:
    start = time.perf_counter()
    return attempt(package, job, missing), time.perf_counter() - start
