"""A copy of the project in which builds are interrupted, and what its outputs have to be."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from paper_replication.verification import builds

PROJECT = Path(__file__).resolve().parents[1]
PARTS = (*builds.PARTS, "Makefile", "CITATION.cff", "requirements", "tools")
OUTPUTS = {".nc", ".json", ".png", ".pdf", ".svg", ".html", ".md"}
#: Holds run times, and is no output of a rule.
REPORT = "results/report.html"
#: Seconds after which a build is taken to hang.
BUILD_LIMIT = 900.0

#: The article as well, which a build makes on request only.
SNAKEMAKE = (".venv/bin/python", "-m", "snakemake", "all", "articles")


class FailedError(Exception):
    """A build did not do what it has to."""


class SkippedError(Exception):
    """A scenario cannot be played here."""


def expect(condition: bool, otherwise: str) -> None:
    if not condition:
        raise FailedError(otherwise)


class Sandbox:
    """A copy of the project, and what its outputs have to be."""

    def __init__(
        self, folder: Path, said: Path, expected: dict[str, bytes], random_numbers: random.Random
    ):
        self.folder = folder
        self.said = said  # what the builds say; not in the folder, which may be full
        self.expected = expected
        self.random = random_numbers
        self.looks = 0
        self.abandoned = 0

    def start(self, command: tuple[str, ...] = SNAKEMAKE) -> subprocess.Popen[bytes]:
        """Start a build, in a process group of its own as a terminal does it."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS", "SNAKEMAKE", "PYTHON"))
        }
        places = (self.folder / ".venv/article/bin", self.folder / ".venv/bin", environment["PATH"])
        environment["PATH"] = os.pathsep.join(map(str, places))
        with self.said.open("ab") as said:
            return subprocess.Popen(
                command,
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def wait(self, build: subprocess.Popen[bytes]) -> int:
        """Status of a build at its end; its outputs are looked at all the while."""
        end = time.monotonic() + BUILD_LIMIT
        while build.poll() is None:
            expect(time.monotonic() < end, "a build hangs")
            self.look()
            time.sleep(0.2)
        return build.returncode

    def look(self) -> None:
        """No output differs from what it has to be: each is complete or absent."""
        for name, path in self.outputs():
            try:
                content = path.read_bytes()
            except FileNotFoundError:  # removed in between
                continue
            expect(name in self.expected, f"{name} should not exist")
            expect(content == self.expected[name], f"{name} is half-written")
        self.looks += 1

    def look_at_the_damage(self) -> None:
        """The same after a kill, with a count of the temporary files that it left behind."""
        self.look()
        self.abandoned += len(self.partial())

    def outputs(self) -> Iterator[tuple[str, Path]]:
        for top in ("results", "figures"):
            for path in (self.folder / top).rglob("*"):
                if path.suffix in OUTPUTS and path != self.folder / REPORT:
                    yield str(path.relative_to(self.folder)), path

    def partial(self) -> list[str]:
        """Temporary files that an interrupted job left behind."""
        found = [*self.folder.glob("results/**/*.part"), *self.folder.glob("figures/**/*.part")]
        return [str(path.relative_to(self.folder)) for path in found]

    def finish(self, command: tuple[str, ...] = SNAKEMAKE) -> None:
        """One plain build completes everything, and leaves nothing else."""
        status = self.wait(self.start(command))
        expect(status == 0, f"the next plain build fails ({status}):\n{self.last_words()}")
        self.check_complete()

    def check_complete(self) -> None:
        self.look()
        missing = sorted(self.expected.keys() - {name for name, _ in self.outputs()})
        expect(not missing, f"missing after a complete build: {', '.join(missing)}")
        expect(not self.partial(), f"left behind: {', '.join(self.partial())}")

    def last_words(self) -> str:
        return self.said.read_text("utf-8", "replace")[-3000:]

    def remove(self, *names: str) -> None:
        for name in names:
            path = self.folder / name
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)

    def jobs(self, stage: str = "") -> list[psutil.Process]:
        """Processes that run a stage of the chain here, any one unless it is named."""
        found = []
        for process in self.processes():
            try:
                command = process.cmdline()
            except psutil.Error:  # ended in between
                continue
            if command[1:3] == ["-m", "li_cai_sun_2015"] and stage in ("", command[3]):
                found.append(process)
        return found

    def processes(self) -> list[psutil.Process]:
        """Every process that works in this folder, whoever is its parent by now."""
        found = []
        for process in psutil.process_iter():
            try:
                if Path(process.cwd()).is_relative_to(self.folder):
                    found.append(process)
            except (psutil.Error, OSError):
                continue
        return found

    def wait_for_jobs(self, build: subprocess.Popen[bytes]) -> None:
        """Wait until a build has got so far as to run a job, and a random moment more."""
        while build.poll() is None and not self.jobs():
            time.sleep(0.05)
        time.sleep(self.random.uniform(0.0, 4.0))

    def stop(self) -> None:
        """End what still runs here."""
        while processes := self.processes():
            for process in processes:
                try:
                    process.kill()
                except psutil.NoSuchProcess:
                    continue
            psutil.wait_procs(processes, timeout=5.0)


def copy_project(folder: Path) -> None:
    """Copy what a build needs; the environment is the project's own."""
    for name in PARTS:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    # The plain commands build this variant, with the sweep of another one.
    (folder / "config/config.yaml").write_text("variants: [quick]\n", "utf-8")
    variants = folder / "config/variants"
    sweep = (variants / "sweep.yaml").read_text("utf-8").partition("\nsweep:")[1:]
    with (variants / "quick.yaml").open("a", encoding="utf-8") as file:
        file.write("".join(sweep))


def mount(*arguments: str) -> None:
    command = ["mount", *arguments]
    try:
        subprocess.run(command, check=True, capture_output=True, text=True)
    except FileNotFoundError as error:
        raise SkippedError("there is no command mount") from error
    except subprocess.CalledProcessError as error:
        raise SkippedError(f"mounting is not allowed here ({error.stderr.strip()})") from error


@contextmanager
def mounted(*arguments: str, at: Path | None = None) -> Iterator[Path]:
    """Something mounted at a folder, a new one unless it is named, while the block lasts."""
    if os.geteuid() != 0 or not sys.platform.startswith("linux"):
        raise SkippedError("only root on Linux can mount a small disk")
    folder = at or Path(tempfile.mkdtemp(prefix="steady-coherence-disk-"))
    try:
        mount(*arguments, str(folder))
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        if at is None:
            folder.rmdir()
