"""Interrupt builds in every way that happens, and see that the next plain build sets it right.

    python tests/interruption.py [--seed N] [--only SCENARIO ...]

Everything happens in a temporary copy of the project, which uses the project's environment and
builds the variant `quick`, with a sweep and its article. One undisturbed build says what the
outputs are, to the byte. As every build has to give the same bytes, an output that differs at any
moment is a half-written one. Where all scenarios were played, what came of them is written to
docs/interruption.md.
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
from collections.abc import Callable
from contextlib import chdir, suppress
from functools import partial
from pathlib import Path
from typing import NamedTuple

import psutil

from interruption_sandbox import (
    BUILD_LIMIT,
    PROJECT,
    REPORT,
    SNAKEMAKE,
    FailedError,
    Sandbox,
    SkippedError,
    copy_project,
    expect,
    mount,
    mounted,
)
from li_cai_sun_2015.jobs import jobs

#: What is removed before most scenarios: datasets, and what stands between them and a target, as
#: Snakemake makes no file anew that nothing asks for. Files of every kind are then made again.
SET_BACK = (
    "results/quick/xi",
    "results/quick/claims.json",
    "results/quick/claims.nc",
    "results/quick/findings.html",
    "results/quick/explorer.html",
)
#: How many random jobs are killed, and how often each kind of job, the set-up and the report are.
KILLS, EACH = 50, 3

MAKE = ("make",)


def killed_jobs(sandbox: Sandbox) -> str:
    """SIGKILL of jobs, until there were enough of them; every build is completed."""
    done = runs = 0
    while done < KILLS:
        sandbox.remove("results", "figures")
        complete = False
        while not complete:
            build = sandbox.start()
            runs += 1
            sandbox.wait_for_jobs(build)
            while build.poll() is None:
                if done < KILLS and (jobs := sandbox.jobs()):
                    try:
                        sandbox.random.choice(jobs).kill()
                        done += 1
                    except psutil.NoSuchProcess:
                        continue
                    sandbox.look_at_the_damage()
                    time.sleep(sandbox.random.uniform(0.0, 3.0))
                elif done >= KILLS:
                    sandbox.wait(build)
                else:
                    time.sleep(0.05)
            sandbox.look()
            complete = build.returncode == 0
            # A killed job is a failure that is said, and a build of which none was killed succeeds.
            expect(complete or done > 0, f"a build failed by itself:\n{sandbox.last_words()}")
        sandbox.check_complete()
    return f"{done}, in {runs} runs"


def killed_stages(sandbox: Sandbox) -> str:
    """SIGKILL of each kind of job, also of those that a random choice would seldom meet."""
    article = "results/quick/article.pdf"
    with chdir(sandbox.folder):
        outputs = {job.stage: job.outputs for job in jobs("quick")} | {"article": [article]}
    del outputs["sweep_configuration"]  # the Snakefile itself writes this one
    for stage, names in outputs.items():
        killed, longest = 0, 2.0
        command = (*SNAKEMAKE[:3], *names)
        while killed < EACH:
            sandbox.remove(*names)
            build = sandbox.start(command)
            while build.poll() is None and not (found := sandbox.jobs(stage)):
                time.sleep(0.02)
            expect(build.poll() is None, f"no job {stage} was seen:\n{sandbox.last_words()}")
            time.sleep(sandbox.random.uniform(0.0, longest))
            with suppress(psutil.NoSuchProcess):
                found[0].kill()
            sandbox.look_at_the_damage()
            if sandbox.wait(build) == 0:  # it had come to its end just then
                longest *= 0.7
            else:
                killed += 1
                expect(sandbox.wait(sandbox.start(command)) == 0, sandbox.last_words())
    sandbox.finish()
    kinds = ", ".join(outputs).replace("_", " ")
    return f"{EACH} times each: {kinds}"


def killed_report(sandbox: Sandbox) -> str:
    """SIGKILL of make and all below it while the report is put together."""
    command = ("make", "report")
    begin = time.monotonic()
    report = sandbox.folder / REPORT
    expect(sandbox.wait(sandbox.start(command)) == 0, f"no report:\n{sandbox.last_words()}")
    took, size = time.monotonic() - begin, report.stat().st_size
    for _ in range(EACH):
        report.unlink(missing_ok=True)
        build = sandbox.start(command)
        time.sleep(sandbox.random.uniform(0.4, 1.0) * took)
        os.killpg(build.pid, signal.SIGKILL)
        build.wait()
        sandbox.look_at_the_damage()
        whole = not report.exists() or report.read_bytes().rstrip().endswith(b"</html>")
        expect(whole, "the report is half-written")
    expect(sandbox.wait(sandbox.start(command)) == 0, f"no report:\n{sandbox.last_words()}")
    # Times in it have more digits or fewer.
    expect(abs(report.stat().st_size - size) < 0.01 * size, "the next report is another one")
    sandbox.check_complete()
    return str(EACH)


def killed_set_up(sandbox: Sandbox) -> str:
    """SIGKILL of a set-up, of all of it or of its script alone, whose installer then goes on."""
    command, environment = ("make", ".venv/main.lock"), sandbox.folder / ".venv"
    environment.unlink()
    begin = time.monotonic()
    expect(sandbox.wait(sandbox.start(command)) == 0, f"no set-up:\n{sandbox.last_words()}")
    took = time.monotonic() - begin
    working = (environment / "bin/python", "-c", "import li_cai_sun_2015.jobs, netCDF4, snakemake")
    for number in range(2 * EACH):
        # It says now that it was made by another lock.
        (environment / "main.lock").write_text("", "utf-8")
        build = sandbox.start(command)
        time.sleep(sandbox.random.uniform(0.0, took))
        if number % 2:
            for process in sandbox.processes():
                with suppress(psutil.Error):
                    if "tools/set_up.py" in process.cmdline():
                        process.kill()
        else:
            os.killpg(build.pid, signal.SIGKILL)
        build.wait()
        works = subprocess.run(working, check=False, capture_output=True).returncode == 0
        expect(works, f"the environment no longer works after kill {number}")
    sandbox.remove(*SET_BACK)
    sandbox.finish(MAKE)
    return f"{EACH} of all of it, {EACH} of its script alone"


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
        sandbox.look_at_the_damage()
    expect(orphans > 0, "no job was running at any of the kills")
    sandbox.wait(sandbox.start())
    while sandbox.jobs():
        time.sleep(0.1)
    sandbox.finish()
    return f"{kills}, with {orphans} jobs"


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
    return str(times)


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
            sandbox.abandoned += small.abandoned
        finally:
            small.stop()
    return f"{len(rooms)}, of which {failed} ended a build"


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
    return "1"


def two_makes(sandbox: Sandbox) -> str:
    """Two builds in one folder, at the same moment or one some seconds after the other."""
    delays = (0.0, 0.5, 2.0, 4.0)
    for delay in delays:
        sandbox.remove(*SET_BACK)
        first = sandbox.start(MAKE)
        time.sleep(delay)
        second = sandbox.start(MAKE)
        statuses = sandbox.wait(first), sandbox.wait(second)
        expect(statuses == (0, 0), f"statuses {statuses}:\n{sandbox.last_words()}")
        sandbox.check_complete()
    return f"{len(delays)} pairs"


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
    return str(len(sizes))


class Scenario(NamedTuple):
    """What happens to builds, and what the next one needs in order to set it right."""

    what: str
    needed: str
    #: Does it, and says how often.
    play: Callable[[Sandbox], str]


SCENARIOS = {
    "killed-jobs": Scenario("kill -9 of a random job at a random moment", "nothing", killed_jobs),
    "killed-stages": Scenario("kill -9 of each kind of job", "nothing", killed_stages),
    "killed-snakemake": Scenario(
        "kill -9 of Snakemake, with jobs left running", "nothing", killed_snakemake
    ),
    "killed-report": Scenario("kill -9 of `make report`", "nothing", killed_report),
    "killed-set-up": Scenario(
        "kill -9 of a set-up; the old environment works after each", "nothing", killed_set_up
    ),
    "control-c-snakemake": Scenario(
        "Ctrl-C in Snakemake", "nothing", partial(control_c, command=SNAKEMAKE)
    ),
    "control-c-make": Scenario("Ctrl-C in make", "nothing", partial(control_c, command=MAKE)),
    "full-disk": Scenario("a full disk", "room", full_disk),
    "read-only": Scenario(
        "a read-only results folder", "permission; refused before any job", read_only
    ),
    "two-makes": Scenario(
        "two builds at once in one folder", "nothing: the second waits", two_makes
    ),
    "truncated": Scenario(
        "an output truncated by hand, with its old date; its readers refuse it",
        "its removal",
        truncated,
    ),
}


def play(name: str, scenario: Scenario, built: Sandbox, seed: int) -> tuple[str, Sandbox]:
    """Play a scenario in a copy of the finished build: how often it happened, and there."""
    folder = built.folder.parent / name
    shutil.copytree(built.folder, folder, symlinks=True)
    # Each has its own random numbers, the same whichever others are played.
    numbers = random.Random(f"{seed} {name}")
    sandbox = Sandbox(folder, folder.with_suffix(".txt"), built.expected, numbers)
    try:
        return scenario.play(sandbox), sandbox
    finally:
        sandbox.stop()


PAGE = """# Interruption

`make interruption` interrupts builds of the quick variant, with a sweep and its article, asks
that the next plain run finishes with the same bytes, and writes this page.

| what happened | how often | what the next run needed |
|---|---|---|
{rows}

Meanwhile the outputs were compared with those of the undisturbed build {looks} times:
{files} files, byte for byte, each of them complete or absent every time. Of the temporary files
of killed jobs, {abandoned} seen, the next run left none.
"""


def page(played: dict[str, tuple[str, Sandbox]], built: Sandbox) -> str:
    """Content of docs/interruption.md."""
    boxes = [sandbox for _, sandbox in played.values()]
    rows = [
        f"| {scenario.what} | {played[name][0]} | {scenario.needed} |"
        for name, scenario in SCENARIOS.items()
    ]
    return PAGE.format(
        rows="\n".join(rows),
        looks=sum(box.looks for box in boxes),
        abandoned=sum(box.abandoned for box in boxes),
        files=len(built.expected),
    )


def main() -> int:
    """Play the scenarios that are asked for, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="of the random moments (default: 1)")
    parser.add_argument("--only", nargs="+", choices=SCENARIOS, default=SCENARIOS, metavar="NAME")
    options = parser.parse_args()
    # Builds hear of Ctrl-C even where this runs in the background of a shell, which ignores it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # A polite request to end cleans up as well.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    good, played = True, {}
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
            try:
                played[name] = play(name, SCENARIOS[name], built, options.seed)
                what = (
                    f"{played[name][0]}; outputs compared {played[name][1].looks} times, identical"
                )
            except SkippedError as reason:
                what = f"skipped: {reason}"
            except FailedError as failure:
                good, what = False, f"FAILED: {failure}"
            print(f"{name}: {what} ({time.monotonic() - begin:.0f} s)", flush=True)
    if played.keys() == SCENARIOS.keys():
        (PROJECT / "docs/interruption.md").write_text(page(played, built), "utf-8")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
