"""Write requirements/systems.txt: the oldest systems with built packages of all that is locked.

`make lock` runs this.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from packaging.tags import Tag
from packaging.utils import parse_wheel_filename

REQUIREMENTS = Path(__file__).parents[1] / "requirements"
PYTHONS = ("cp311", "cp312", "cp313")
#: Names of systems, and how platforms of wheels for them begin and end.
SYSTEMS = {
    "glibc on x86-64": ("manylinux", ("x86_64",)),
    "glibc on ARM64": ("manylinux", ("aarch64",)),
    "macOS on Intel": ("macosx", ("x86_64", "universal2")),
    "macOS on Apple silicon": ("macosx", ("arm64", "universal2")),
}

Version = tuple[int, int]


def packages() -> list[dict[str, Any]]:
    """Packages of main.lock with the names of their wheels, which the lock leaves out."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "pylock.toml")
        options = ("--quiet", "--universal", "--python-version", "3.11", "--no-deps")
        command = (sys.executable, "-m", "uv", "pip", "compile", *options, "--output-file", path)
        subprocess.run(
            [*command, REQUIREMENTS / "main.lock"], check=True, stdout=subprocess.DEVNULL
        )
        return list(tomllib.loads(path.read_text("utf-8"))["packages"])


def version(tag: Tag, python: str, system: str) -> Version | None:
    """Version of a system that a wheel needs on it; none if it is for another Python or system."""
    kind, machines = SYSTEMS[system]
    if tag.platform == "any":
        return (0, 0)
    stable = tag.abi == "abi3" and int(tag.interpreter[3:]) <= int(python[3:])
    found = re.fullmatch(rf"{kind}_(\d+)_(\d+)_({'|'.join(machines)})", tag.platform)
    if not found or not (stable or tag.interpreter in {python, "py3"}):
        return None
    return int(found[1]), int(found[2])


def oldest(system: str, wheels: list[frozenset[Tag]]) -> Version:
    """Least version that has a wheel for every Python; nothing that is built on the spot counts."""
    needed = [(0, 0)]
    for python in PYTHONS:
        for tags in wheels:
            versions = {version(tag, python, system) for tag in tags} - {None}
            needed.append(min(versions, default=(99, 0)))  # no wheel at all
    return max(needed)


def main() -> None:
    """Write the file."""
    wheels = []
    for package in packages():
        names = [wheel["url"].rpartition("/")[2] for wheel in package.get("wheels", [])]
        if names:
            tags = [parse_wheel_filename(name.replace("%2B", "+"))[3] for name in names]
            wheels.append(frozenset().union(*tags))
    lines = []
    for system in SYSTEMS:
        major, minor = oldest(system, wheels)
        name, _, machine = system.partition(" ")
        lines.append(f"{name} {major}{f'.{minor}' if minor else ''} {machine}\n")
    (REQUIREMENTS / "systems.txt").write_text("".join(lines), "utf-8")


if __name__ == "__main__":
    main()
