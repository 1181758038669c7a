"""One line a job with what it made and how long that took, and a bar over the whole.

Snakemake finds logger plugins by the beginning of their modules' names: `make` puts this folder on
the path and asks for `--logger lines`.
"""

from __future__ import annotations

import sys
from logging import WARNING, LogRecord
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

from snakemake_interface_logger_plugins.base import LogHandlerBase
from snakemake_interface_logger_plugins.common import LogEvent

WIDTH = 40
#: Lines of a job's log that are worth showing if it fails.
LINES = 20


class Job(NamedTuple):
    """A job at work: its files, when it began, and whether it says itself how far it is."""

    outputs: list[str]
    start: float
    speaks: bool


class LogHandler(LogHandlerBase):
    """Writes to the standard error; the file of the log that Snakemake keeps has all the rest."""

    writes_to_stream = True
    writes_to_file = False
    has_filter = True
    has_formatter = False
    needs_rulegraph = False

    def __post_init__(self) -> None:
        """Begin with nothing done."""
        self.jobs: dict[int, Job] = {}
        self.done = self.total = 0
        self.bar = sys.stderr.isatty()

    def emit(self, record: LogRecord) -> None:
        """Say what a record of Snakemake's means for somebody who waits."""
        about = vars(record)
        match about.get("event"):
            case LogEvent.RUN_INFO:
                self.total = about["stats"].get("total", 0)
            case LogEvent.JOB_INFO:
                outputs = list(about["output"])
                speaks = not outputs or about["rule_name"].startswith("together")
                self.jobs[about["jobid"]] = Job(outputs, record.created, speaks)
                self._draw()
            case LogEvent.JOB_FINISHED:
                self._finished(about["job_id"], record.created)
            case LogEvent.JOB_ERROR:
                self._failed(about)
            case _ if record.levelno >= WARNING or record.getMessage().startswith("Nothing to"):
                self._write(self.format(record))

    def close(self) -> None:
        """Leave no bar behind."""
        self._clear()
        super().close()

    def _finished(self, number: int, time: float) -> None:
        self.done += 1
        job = self.jobs.pop(number, None)
        if job and job.outputs:
            count = f"[{self.done:{len(str(self.total))}}/{self.total}]"
            self._write(f"{count} {time - job.start:6.1f} s  {named(job.outputs)}")
        self._draw()

    def _failed(self, about: dict[str, Any]) -> None:
        outputs = list(about["output"])
        made = f" to make {named(outputs)}" if outputs else ""
        self._write(f"The rule {about['rule_name']} has failed{made}.")
        for log in map(Path, about["log"]):
            lines = log.read_text("utf-8", "replace").splitlines() if log.is_file() else []
            if lines:
                end = (f"    {line}" for line in lines[-LINES:])
                self._write("\n".join([f"The end of {log}:", *end]))

    def _write(self, text: str) -> None:
        self._clear()
        self._show(f"{text}\n")

    def _clear(self) -> None:
        if self.bar:
            self._show("\r\x1b[K")

    def _draw(self) -> None:
        """Draw the bar, unless what is at work now writes to the terminal itself."""
        self._clear()
        if self.bar and self.total and not any(job.speaks for job in self.jobs.values()):
            full = WIDTH * self.done // self.total
            bar = "█" * full + "░" * (WIDTH - full)
            self._show(f"{bar} {self.done} of {self.total}")

    @staticmethod
    def _show(text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()


def named(outputs: list[str]) -> str:
    """Name the files of a job: those that differ in their endings once, of others the first."""
    paths = [PurePosixPath(output) for output in outputs]
    if len({path.with_suffix("") for path in paths}) == 1:
        return ", ".join([outputs[0], *(path.suffix for path in paths[1:])])
    more = f" and {len(paths) - 1} more" if len(paths) > 1 else ""
    return f"{outputs[0]}{more}" if outputs else ""
