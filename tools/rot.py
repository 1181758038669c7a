"""Say what the newest packages would move: resolve, set up and verify in a copy of the project.

`make rot` runs this. The environment and the locks of the project stay as they are. Where the
verification says no, it is repeated with one package renewed at a time, to tell which it was.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKS = ("installer", "main")
#: Made in the project, and made anew in the copy.
MADE = {".git", ".snakemake", "build", "figures", "results"}


def copy(folder: Path) -> None:
    """Copy the project without what is made in it, and without the pins of its requirements."""
    for path in ROOT.iterdir():
        if path.name in MADE or path.name.startswith(".venv"):
            continue
        if path.is_dir():
            shutil.copytree(path, folder / path.name, symlinks=True)
        else:
            shutil.copy(path, folder)
    for lock in LOCKS:
        asked = folder / f"requirements/{lock}.in"
        asked.write_text(re.sub(r"==[^\s#]+", "", asked.read_text("utf-8")), "utf-8")


def versions(folder: Path) -> dict[str, str]:
    """Version of each package in the locks of a folder."""
    text = "".join((folder / f"requirements/{lock}.lock").read_text("utf-8") for lock in LOCKS)
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", text, re.MULTILINE))


def resolve(folder: Path, packages: Collection[str] = ()) -> None:
    """Write the newest versions that this Python takes into locks; those of some packages alone."""
    which = [f"--upgrade-package={name}" for name in packages] or ["--upgrade"]
    options = ("--quiet", "--generate-hashes", "--no-emit-index-url", *which)
    for lock in LOCKS:
        shutil.copy(ROOT / f"requirements/{lock}.lock", folder / "requirements")
        files = (f"requirements/{lock}.in", "--output-file", f"requirements/{lock}.lock")
        command = (sys.executable, "-m", "uv", "pip", "compile", *options, *files)
        subprocess.run(command, cwd=folder, check=True)


def moved(folder: Path) -> list[str]:
    """Lines of `make verify` in a folder that say no; where there are none, why it failed."""
    shutil.rmtree(folder / "results", ignore_errors=True)
    surroundings = {name: it for name, it in os.environ.items() if not name.startswith("MAKE")}
    # That which the environment of the project was made from, which has no project of its own.
    python = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run(
        ("make", "verify", f"PYTHON={python}"),
        cwd=folder,
        env=surroundings,
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = [line for line in done.stdout.splitlines() if line and not line.startswith("make")]
    differing = [*dict.fromkeys(line for line in lines if line.startswith("no  "))]
    return differing or (lines[-1:] if done.returncode else [])


def main() -> int:
    """Verify with the newest versions, and give the exit status: 1 if something moved."""
    with tempfile.TemporaryDirectory(prefix="steady-coherence-rot-") as temporary:
        folder = Path(temporary)
        copy(folder)
        resolve(folder)
        locked, newest = versions(ROOT), versions(folder)
        changed = {
            name: f"{name} {locked.get(name, 'none')} -> {version}"
            for name, version in newest.items()
            if locked.get(name) != version
        }
        say_lines(changed.values())
        lines = moved(folder)
        if lines:  # which may be so with the locked ones as well
            for lock in LOCKS:
                shutil.copy(ROOT / f"requirements/{lock}.lock", folder / "requirements")
            without = moved(folder)
            say_lines(["Without any of them:", *without] if without else [])
            lines = [line for line in lines if line not in without]
        if not lines:
            say_lines([f"yes: the {len(changed)} packages that could be newer move nothing"])
            return 0
        say_lines(["All of them together:", *lines])
        asked = (folder / "requirements/main.in").read_text("utf-8")
        direct = [name for name in changed if re.search(rf"^{name}\b", asked, re.MULTILINE)]
        others = [name for name in changed if name not in direct]
        for packages in filter(None, [*([name] for name in direct), others]):
            resolve(folder, packages)
            found = [line for line in moved(folder) if line not in without]
            say_lines([f"{', '.join(changed[name] for name in packages)}:", *found])
    say_lines(["no: the newest packages move what stands below each of them"])
    return 1


def say_lines(lines: Iterable[str]) -> None:
    """Say some lines at once, for those who watch."""
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
