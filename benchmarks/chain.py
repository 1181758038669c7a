"""What the chain costs beside one process that makes the same files, and with nothing to do.

    python benchmarks/chain.py [REPEATS]

All are run in turn, several times over, in a copy of the project that shares its environment; the
table shows medians. Processor time is that of all processes on all cores: other work on the machine
changes it less. The first round, which compiles bytecode and fills caches, does not count; the
files of its two builds are compared byte for byte.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from paper_replication.verification.builds import PARTS, compare_folders

PROJECT = Path(__file__).resolve().parents[1]

#: Command, and the case whose time is its floor.
CASES = {
    "one process": (["python", "-m", "li_cai_sun_2015", "run", "paper"], "one process"),
    "`make`": (["make", "variants=paper"], "one process"),
    "`snakemake --version`": (["snakemake", "--version"], "`snakemake --version`"),
    "`make`, nothing to do": (["make", "variants=paper"], "`snakemake --version`"),
    "`snakemake`, nothing to do": (
        ["snakemake", "--config", "variants=[paper]"],
        "`snakemake --version`",
    ),
}


def run(command, folder):
    """Return the seconds a command takes, and the processor time of all its processes."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    # The Python of this process first, which may have more packages.
    places = Path(sys.executable).parent, PROJECT / ".venv/bin", kept.get("PATH", os.defpath)
    path = os.pathsep.join(map(str, places))
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env={**kept, "PATH": path, "PYTHONPATH": str(PROJECT / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    cores = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, cores


def copy_of_project(folder):
    """Copy what a build needs, as it is after set-up and before the first build."""
    for part in (*PARTS, "Makefile", "requirements"):
        copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy2
        copy(PROJECT / part, folder / part)
    (folder / ".venv").symlink_to(PROJECT / ".venv")


def main(repeats):
    times = {name: [] for name in CASES}
    with TemporaryDirectory() as scratch:
        folder = Path(scratch)
        copy_of_project(folder)
        for number in range(repeats + 1):
            for made in ("results", "figures", ".snakemake", "single"):
                shutil.rmtree(folder / made, ignore_errors=True)
            (folder / "single").mkdir()
            for name, (command, _) in CASES.items():
                taken = run(command, folder / "single" if name == "one process" else folder)
                if number:
                    times[name].append(taken)
            if not number:
                print(*compare_folders(folder, folder / "single"), sep="\n", end="\n\n")
    medians = {
        name: [median(each) for each in zip(*runs, strict=True)] for name, runs in times.items()
    }
    floors = "over the floor's"
    print(f"| {os.cpu_count()} cores | seconds | {floors} | processor time | {floors} |")
    print("|---|---|---|---|---|")
    for name, (_, floor) in CASES.items():
        columns = [
            f"{own:.3g} | {own / least:.2f}"
            for own, least in zip(medians[name], medians[floor], strict=True)
        ]
        print(f"| {name} | {' | '.join(columns)} |")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
