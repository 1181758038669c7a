"""Jobs side by side, in a few processes that share one start."""

import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from graphlib import TopologicalSorter
from itertools import takewhile
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from multiprocessing.synchronize import Event

from paper_replication.command_line import Job, attempt, stage_module

#: Stages that need neither the libraries of the claims nor those of the figures.
CHAIN = ("configuration", "spectra", "steady_states")
#: Elsewhere the system's own libraries do not survive a fork.
FORKS = sys.platform == "linux"

#: A job that has come to its end, one line on why it failed or nothing, and how long it took.
Ended = tuple[Job, str, float]


def finished(package: str, jobs: Sequence[Job], processes: int) -> Iterator[Ended]:
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
    left, missing = list(jobs), set[str]()
    for job, why, seconds in _while_importing(package, jobs) if FORKS else ():
        left.remove(job)
        missing.update(job.outputs if why else ())
        yield job, why, seconds
    yield from _side_by_side(package, left, processes, missing)


def _while_importing(package: str, jobs: Sequence[Job]) -> Iterator[Ended]:
    """Import what all jobs need, and let another process begin with those that need least."""
    chain = list(takewhile(lambda job: job.stage in CHAIN, jobs))
    _import(package, chain)
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    imported = context.Event()
    process = context.Process(target=_in_turn, args=(package, chain, imported, sender))
    process.start()
    sender.close()
    _import(package, jobs)
    imported.set()
    # Its end of the pipe closes with the process, however that ends: what it has not done is left.
    with suppress(EOFError):
        while True:
            number, why, seconds = receiver.recv()
            yield chain[number], why, seconds
    process.join()


def _import(package: str, jobs: Sequence[Job]) -> None:
    for stage in {job.stage: None for job in jobs}:
        stage_module(package, stage)


def _in_turn(package: str, jobs: Sequence[Job], enough: Event, sender: Connection) -> None:
    """Do one job after another, until there are more processes for it."""
    _end_with_parent()
    missing: set[str] = set()
    for number, job in enumerate(jobs):
        if enough.is_set():
            break
        sender.send((number, *_timed(package, job, missing)))


def _side_by_side(
    package: str, jobs: Sequence[Job], processes: int, missing: set[str]
) -> Iterator[Ended]:
    makers = {path: number for number, job in enumerate(jobs) for path in job.outputs}
    order = TopologicalSorter(
        {number: _makers(job, makers) - {number} for number, job in enumerate(jobs)}
    )
    order.prepare()
    ready: list[int] = []
    working: dict[Future[tuple[str, float]], int] = {}
    context = multiprocessing.get_context("fork" if FORKS else None)
    with ProcessPoolExecutor(processes, context, initializer=_end_with_parent) as pool:
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


def _end_with_parent() -> None:
    """Leave no process behind when the one that hands out jobs is killed."""
    threading.Thread(target=_follow, args=[multiprocessing.parent_process()], daemon=True).start()


def _follow(parent: BaseProcess) -> None:
    parent.join()
    os._exit(1)


def _timed(package: str, job: Job, missing: set[str]) -> tuple[str, float]:
    start = time.perf_counter()
    return attempt(package, job, missing), time.perf_counter() - start
