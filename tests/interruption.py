"""Interrupt builds in every way that happens, and see that the next plain build sets it right.

    python tests/interruption.py [--kills N] [--seed N] [--only SCENARIO ...]

Everything happens in a temporary copy of the project, which uses the project's environment and
builds the variant `quick`. One undisturbed build says what the outputs are, to the byte. As every
build has to give the same bytes, an output that differs at any moment is a half-written one.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

PROJECT = Path(__file__).resolve().parents[1]
PARTS = ("Makefile", "Snakefile", "environment.yml", "config", "profiles", "requirements", "src")
OUTPUTS = {".nc", ".json", ".png", ".pdf", ".svg", ".html", ".md"}
#: What is removed before most scenarios: datasets, and what stands between them and a target, as
#: Snakemake makes no file anew that nothing asks for. Files of every kind are then made again.
SET_BACK = (
    "results/quick/xi",
    "results/quick/claims.json",
    "results/quick/claims.nc",
    "results/quick/findings.html",
    "results/quick/explorer.html",
)
#: Seconds after which a build is taken to hang.
BUILD_LIMIT = 900.0

SNAKEMAKE = (".venv/bin/python", "-m", "snakemake")
MAKE = ("make",)


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

    def start(self, command: tuple[str, ...] = SNAKEMAKE) -> subprocess.Popen[bytes]:
        """Start a build, in a process group of its own as a terminal does it."""
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("MAKE", "MFLAGS", "SNAKEMAKE", "PYTHON"))
        }
        environment["PATH"] = f"{self.folder}/.venv/bin:{environment['PATH']}"
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

    def outputs(self) -> Iterator[tuple[str, Path]]:
        for top in ("results", "figures"):
            for path in (self.folder / top).rglob("*"):
                if path.suffix in OUTPUTS:
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
                path.unlink()

    def jobs(self) -> list[psutil.Process]:
        """Processes that run a stage of the chain here."""
        found = []
        for process in self.processes():
            try:
                command = process.cmdline()
            except psutil.Error:  # ended in between
                continue
            if command[1:3] == ["-m", "li_cai_sun_2015"]:
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
    for name in (*PARTS, "workflow"):
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name)
    (folder / ".venv").symlink_to(PROJECT / ".venv")
    # Older than the environment: `make` must not set it up anew, through the link.
    for path in (folder / "requirements").iterdir():
        os.utime(path, (0.0, 0.0))
    # The plain commands build this variant.
    (folder / "config/config.yaml").write_text("variants: [quick]\n", "utf-8")


def killed_jobs(sandbox: Sandbox, kills: int) -> str:
    """SIGKILL of jobs, until there were enough of them; every build is completed."""
    done = builds = runs = partial = 0
    while done < kills:
        sandbox.remove("results", "figures")
        builds += 1
        complete = False
        while not complete:
            build = sandbox.start()
            runs += 1
            sandbox.wait_for_jobs(build)
            while build.poll() is None:
                if done < kills and (jobs := sandbox.jobs()):
                    try:
                        sandbox.random.choice(jobs).kill()
                        done += 1
                    except psutil.NoSuchProcess:
                        continue
                    sandbox.look()
                    partial += len(sandbox.partial())
                    time.sleep(sandbox.random.uniform(0.0, 3.0))
                elif done >= kills:
                    sandbox.wait(build)
                else:
                    time.sleep(0.05)
            sandbox.look()
            complete = build.returncode == 0
            # A killed job is a failure that is said, and a build of which none was killed succeeds.
            expect(complete or done > 0, f"a build failed by itself:\n{sandbox.last_words()}")
        sandbox.check_complete()
    return f"{done} kills in {runs} runs of {builds} builds, {partial} temporary files seen"


def killed_snakemake(sandbox: Sandbox) -> str:
    """SIGKILL of Snakemake, and at once the next build, while orphans go on writing."""
    orphans, kills = 0, 4
    sandbox.remove(*SET_BACK)
    for _ in range(kills):
        build = sandbox.start()
        sandbox.wait_for_jobs(build)
        if build.poll() is None:
            orphans += len(sandbox.jobs())
            build.kill()
            build.wait()
        sandbox.look()
    expect(orphans > 0, "no job was running at any of the kills")
    sandbox.wait(sandbox.start())
    while sandbox.jobs():
        time.sleep(0.1)
    sandbox.finish()
    return f"{kills} kills, {orphans} orphans went on writing"


def control_c(sandbox: Sandbox, command: tuple[str, ...]) -> str:
    """SIGINT to the process group, which is what Ctrl-C in a terminal sends."""
    times = 3
    sandbox.remove(*SET_BACK)
    for _ in range(times):
        build = sandbox.start(command)
        sandbox.wait_for_jobs(build)
        with suppress(ProcessLookupError):
            os.killpg(build.pid, signal.SIGINT)
        if sandbox.wait(build) == 0:  # it had come to its end just then
            sandbox.check_complete()
        # Under make, what waits for the lock is gone a moment before Snakemake is.
        end = time.monotonic() + 20.0
        while sandbox.jobs() and time.monotonic() < end:
            time.sleep(0.1)
        expect(not sandbox.jobs(), "a job goes on after Ctrl-C")
        expect(not sandbox.partial(), f"left behind: {', '.join(sandbox.partial())}")
    sandbox.finish(command)
    return f"{times} times"


def full_disk(sandbox: Sandbox) -> str:
    """Too little room on the disk, for the outputs and for what Snakemake notes down."""
    rooms = (0, 40_000, 300_000, 1_200_000)
    failed = 0
    with mounted("-t", "tmpfs", "-o", "size=64m", "tmpfs") as disk:
        shutil.copytree(sandbox.folder, disk / "copy", symlinks=True)
        small = Sandbox(disk / "copy", sandbox.said, sandbox.expected, sandbox.random)
        try:
            small.remove(*SET_BACK)
            ballast = disk / "ballast"
            for room in rooms:
                ballast.unlink(missing_ok=True)
                with ballast.open("wb") as file:
                    os.posix_fallocate(file.fileno(), 0, shutil.disk_usage(disk).free - room)
                failed += small.wait(small.start()) != 0
                small.look()
            expect(failed > 0, "the disk was never full")
            ballast.unlink()
            small.finish()
            sandbox.looks += small.looks
        finally:
            small.stop()
    return f"{len(rooms)} fillings, {failed} builds failed of it"


def read_only(sandbox: Sandbox) -> str:
    """A results folder that cannot be written to."""
    results = sandbox.folder / "results"
    sandbox.remove(*SET_BACK)
    if os.geteuid() == 0:  # whom permissions do not bind
        with mounted("--bind", str(results), at=results):
            mount("-o", "remount,ro,bind", str(results))
            status = sandbox.wait(sandbox.start())
    else:
        folders = [results, *(path for path in results.rglob("*") if path.is_dir())]
        for folder in folders:
            folder.chmod(0o555)
        try:
            status = sandbox.wait(sandbox.start())
        finally:
            for folder in folders:
                folder.chmod(0o755)
    expect(status != 0, "a build that cannot write reports success")
    words = ("Read-only file system", "Permission denied", "Write-protected output files")
    expect(any(word in sandbox.last_words() for word in words), "no word about why")
    sandbox.finish()
    return "1 build failed of it"


def two_at_once(
    sandbox: Sandbox, commands: tuple[tuple[str, ...], tuple[str, ...]], delays: tuple[float, ...]
) -> str:
    """Two builds in one folder, at the same moment or one some seconds after the other."""
    for delay in delays:
        sandbox.remove(*SET_BACK)
        first = sandbox.start(commands[0])
        time.sleep(delay)
        second = sandbox.start(commands[1])
        statuses = sandbox.wait(first), sandbox.wait(second)
        expect(statuses == (0, 0), f"statuses {statuses}:\n{sandbox.last_words()}")
        sandbox.check_complete()
    return f"{len(delays)} pairs, every build succeeded"


def truncated(sandbox: Sandbox) -> str:
    """An output cut short by hand, with its old time.

    Snakemake compares times, not contents, so the build does not notice; but whatever reads the
    file refuses it, and removing it is enough.
    """
    name, reader = "results/quick/coupled_tls/nonsecular.nc", "figures/quick/fig5.pdf"
    path = sandbox.folder / name
    before, size = path.stat(), len(sandbox.expected[name])
    sizes = (size - 1, size // 2, 100, 0)
    sandbox.remove(reader)
    for length in sizes:
        os.truncate(path, length)
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        build = sandbox.start()
        try:
            status = build.wait(BUILD_LIMIT)
        except subprocess.TimeoutExpired as error:
            raise FailedError("a build hangs") from error
        expect(status != 0, f"a file of {length} instead of {size} bytes was read")
        expect(not (sandbox.folder / reader).exists(), "a figure was drawn from a damaged file")
    path.unlink()
    sandbox.finish()
    return f"not noticed by itself, but refused by its reader {len(sizes)} times; removing it helps"


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


def scenarios(kills: int) -> dict[str, Callable[[Sandbox], str]]:
    return {
        "killed-jobs": lambda sandbox: killed_jobs(sandbox, kills),
        "killed-snakemake": killed_snakemake,
        "control-c-snakemake": lambda sandbox: control_c(sandbox, SNAKEMAKE),
        "control-c-make": lambda sandbox: control_c(sandbox, MAKE),
        "full-disk": full_disk,
        "read-only": read_only,
        "two-makes": lambda sandbox: two_at_once(sandbox, (MAKE, MAKE), (0.0, 4.0)),
        "truncated": truncated,
    }


def play(
    name: str, scenario: Callable[[Sandbox], str], built: Sandbox, seed: int
) -> tuple[bool, str]:
    """Play a scenario in a copy of the finished build: whether it went well, and what happened."""
    folder = built.folder.parent / name
    shutil.copytree(built.folder, folder, symlinks=True)
    # Each has its own random numbers, the same whichever others are played.
    numbers = random.Random(f"{seed} {name}")
    sandbox = Sandbox(folder, folder.with_suffix(".txt"), built.expected, numbers)
    try:
        counts = scenario(sandbox)
    except SkippedError as reason:
        return True, f"skipped: {reason}"
    except FailedError as failure:
        return False, f"FAILED: {failure}"
    finally:
        sandbox.stop()
    return True, f"{counts}; outputs compared {sandbox.looks} times, identical"


def main() -> int:
    known = scenarios(0)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50, help="jobs to kill (default: 50)")
    parser.add_argument("--seed", type=int, default=1, help="of the random moments (default: 1)")
    parser.add_argument("--only", nargs="+", choices=known, default=list(known), metavar="NAME")
    options = parser.parse_args()
    # Builds hear of Ctrl-C even where this runs in the background of a shell, which ignores it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A polite request to end cleans up as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    good = True
    start = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="steady-coherence-") as scratch:
        folder = Path(scratch).resolve() / "built"
        folder.mkdir()
        built = Sandbox(folder, folder.with_suffix(".txt"), {}, random.Random(options.seed))
        try:
            copy_project(folder)
            status = built.start().wait(BUILD_LIMIT)
            if status != 0:
                print(f"The undisturbed build fails:\n{built.last_words()}")
                return 1
        finally:
            built.stop()
        built.expected.update((output, path.read_bytes()) for output, path in built.outputs())
        took = time.monotonic() - start
        print(f"undisturbed: {len(built.expected)} outputs ({took:.0f} s)", flush=True)
        for name in options.only:
            begin = time.monotonic()
            well, what = play(name, scenarios(options.kills)[name], built, options.seed)
            good = good and well
            print(f"{name}: {what} ({time.monotonic() - begin:.0f} s)", flush=True)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
