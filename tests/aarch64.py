"""Compare what an emulated aarch64 computes with what is computed here, bit for bit.

    python tests/aarch64.py [--variants NAME ...] [--number N] [--judged N] [--seed N]

The emulator and a Python are packages of Debian, the libraries the built packages of the same lock:
all of it goes into build/aarch64, once, without root. The shipped variants and random ones are
taken as far as their steady states; of some of them claims are judged, and findings and explorer
written.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import numpy as np

import processors
import random_variants
import shipped
from paper_replication.command_line import SURROUNDINGS
from paper_replication.verification import builds
from paper_replication.verification.comparison import Comparison, shortened

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / "build/aarch64"
LOCK = ROOT / "requirements/main.lock"

#: Debian's stable of the day, told apart from the system at hand.
APT = """
APT::Architecture "{architecture}"; APT::Architectures {{ "{architecture}"; "arm64"; }};
Dir::State "{folder}"; Dir::State::status "{folder}/status"; Dir::Cache "{folder}";
Dir::Etc::sourcelist "{folder}/sources.list"; Dir::Etc::sourceparts "-";
APT::Sandbox::User ""; Acquire::Languages "none"; Acquire::Check-Valid-Until "false";
"""
SOURCE = "deb [signed-by={keys}] {mirror} stable main\n"
KEYS = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

SOLVED = ("configuration", "spectra", "steady_states")
JUDGED = (*SOLVED, "trust", "verdicts", "findings", "explorer")


def lacking() -> str:
    """Say what there has to be for an emulated aarch64; empty if it is there."""
    if platform.machine() not in {"x86_64", "AMD64"}:
        return f"known for x86-64 only, this is {platform.machine()}"
    for command in ("apt-get", "dpkg"):
        if not shutil.which(command):
            return f"{command} is missing, which Debian and its kind have"
    if not KEYS.exists():
        return "debian-archive-keyring is missing, a package"
    return "" if mirror() else "apt has no mirror of Debian in its lists: apt-get update makes them"


@cache
def mirror() -> str:
    """The mirror of Debian that this system uses; empty if it has none."""
    asked = ("apt-get", "indextargets", "--format", "$(LABEL) $(REPO_URI)", "Component: main")
    told = (line.split(" ", 1) for line in run(*asked, cwd=ROOT).splitlines())
    return next((address for label, address in told if label == "Debian"), "")


def run(*command: str | Path, cwd: Path) -> str:
    """Run a command and give what it says; if it fails, end with its last line."""
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, check=False, capture_output=True, text=True
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        sys.exit(f"No emulated aarch64: {command[0]} failed: {said[-1] if said else ''}")
    return done.stdout


def emulated(folder: Path) -> list[str | Path]:
    """Python for aarch64 and what runs it here, with the packages of the lock beside it."""
    system, packages = folder / "system", folder / "packages"
    if not (folder / LOCK.name).exists() or (folder / LOCK.name).read_bytes() != LOCK.read_bytes():
        shutil.rmtree(folder, ignore_errors=True)
        apt = folder / "apt"
        (apt / "lists/partial").mkdir(parents=True)
        (apt / "archives/partial").mkdir(parents=True)
        (apt / "status").touch()
        (apt / "sources.list").write_text(SOURCE.format(keys=KEYS, mirror=mirror()))
        architecture = run("dpkg", "--print-architecture", cwd=apt).strip()
        (apt / "conf").write_text(APT.format(architecture=architecture, folder=apt))
        get = ("apt-get", "--config-file", apt / "conf", "--quiet")
        run(*get, "update", cwd=apt)
        wanted = ("python3:arm64", "libstdc++6:arm64")
        only = ("--download-only", "--no-install-recommends", "--yes")
        run(*get, *only, "install", *wanted, cwd=apt)
        for package in (apt / "archives").glob("*.deb"):
            run("dpkg", "--extract", package, system, cwd=apt)
        (system / "lib").symlink_to("usr/lib")  # as the package that lays out a system does
        run(*get, "download", f"qemu-user:{architecture}", cwd=apt)
        for package in apt.glob("qemu-user*.deb"):
            run("dpkg", "--extract", package, folder / "emulator", cwd=apt)
        shutil.rmtree(apt)
        version = (system / "usr/bin/python3").readlink().name.removeprefix("python")
        target = ("--python-platform", "aarch64-unknown-linux-gnu", "--python-version", version)
        options = ("--no-deps", "--require-hashes", "--no-build-isolation", "--quiet")
        install = (sys.executable, "-m", "uv", "pip", "install", *target, *options)
        run(*install, "--target", packages, "--requirement", LOCK, cwd=folder)
        shutil.copy(LOCK, folder)
    return [
        folder / "emulator/usr/bin/qemu-aarch64",
        *("-L", system, "-E", f"PYTHONPATH={packages}"),
        system / "usr/bin/python3",
    ]


def do(python: Sequence[str | Path], project: Path, stages: Sequence[str], names: list[str]) -> str:
    """Do the jobs of some variants by some Python, on all cores, and give what failed."""

    def some(chosen: list[str]) -> str:
        done = subprocess.run(
            [*map(str, python), "tests/chosen_jobs.py", ",".join(stages), *chosen],
            cwd=project,
            env={**os.environ, **SURROUNDINGS},
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        return done.stdout

    cores = len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(cores) as pool:
        return "".join(pool.map(some, (names[core::cores] for core in range(cores))))


def compare(here: Path, there: Path) -> list[Comparison]:
    """Yes or no to each kind of file; what docs/reproducibility.md lists has its bound."""
    one, other = (processors.contents(folder, "") for folder in (here, there))
    beyond: dict[str, list[str]] = {}
    for name in sorted(one.keys() | other.keys()):
        file, what = name.split(" ", 1)
        kind = Path(file).stem if file.count("/") == 2 else "steady states"
        short = f"results/{Path(file).name} {what}"
        bounds = (
            bound
            for key, bound in processors.DEPENDENT.items()
            if fnmatch(short, key) or fnmatch(name, key)
        )
        found = processors.difference(one.get(name), other.get(name))
        wrong = beyond.setdefault(kind, [])
        if found.largest > next(bounds, 0.0) or (found.differing and np.isnan(found.largest)):
            wrong.append(f"{name} ({found.differing} of {found.elements}, {found.largest:.1e})")
    return [
        Comparison(not wrong, kind, shortened(wrong) if wrong else "the same")
        for kind, wrong in beyond.items()
    ]


def main() -> int:
    """Compare, and give the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variants", nargs="*", default=list(shipped.VARIANTS), metavar="NAME")
    parser.add_argument("--number", type=int, default=100, help="of random variants")
    parser.add_argument("--judged", type=int, default=10, help="of each, whose claims are judged")
    parser.add_argument("--seed", type=int, default=1, help="of the first random variant")
    parser.add_argument("--results", type=Path, help="a folder to keep both results in")
    given = parser.parse_args()
    if reason := lacking():
        print(f"An emulated aarch64: {reason}.")
        return 0
    python = emulated(KEPT)
    with tempfile.TemporaryDirectory(prefix="steady-coherence-") as scratch:
        project = Path(scratch, "project")
        shipped.copy(project, (*builds.PARTS, "tests"))
        drawn = [f"random_{given.seed + number}" for number in range(given.number)]
        for number, name in enumerate(drawn, start=given.seed):
            variant = random_variants.draw(np.random.default_rng(number))
            random_variants.write(project / "config/variants", name, variant)
        judged = [*given.variants[: given.judged], *drawn[: given.judged]]
        solved = [name for name in (*given.variants, *drawn) if name not in judged]
        sides, failures = [], []
        for side, command in (("here", [sys.executable]), ("there", python)):
            said = do(command, project, JUDGED, judged) + do(command, project, SOLVED, solved)
            failures.append(said)
            sides.append((given.results or Path(scratch)) / side)
            sides[-1].mkdir(parents=True)
            shutil.move(project / "results", sides[-1] / "results")
        print(failures[1], end="")
        answers = compare(*sides)
    answers.append(Comparison(failures[0] == failures[1], "what fails", "the same on both"))
    print(*answers, sep="\n")
    print(f"{len(judged)} variants judged, {len(solved)} solved")
    return 0 if all(answer.agrees for answer in answers) else 1


if __name__ == "__main__":
    sys.exit(main())
