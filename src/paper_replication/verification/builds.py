"""The chain against itself: two builds in different surroundings, byte for byte.

The second build has another folder, clock, time zone, home, user name, language, hash seed and
file mode, and a matplotlibrc of its own. The clock is moved in Python (`other_day.py`); what
reads the time in C sees that the builds run one after the other.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from paper_replication import digests
from paper_replication.verification.comparison import Comparison, shortened

#: What a build needs of the project.
PARTS = ("Snakefile", "environment.yml", "config", "profiles", "src", "workflow")
#: Kinds of outputs; every one has to be among what is built.
KINDS = {".nc": "NetCDF", ".json": "JSON", ".png": "PNG", ".pdf": "PDF", ".svg": "SVG"}
DAYS = 400


def compare_builds(project: str | Path, scratch: str | Path, cores: int = 1) -> list[Comparison]:
    """Build the quick variant of a project twice in an empty folder, and compare all outputs.

    There is one comparison for each kind of file.
    """
    first, second = Path(scratch, "one"), Path(scratch, "another place", "two")
    home = Path(scratch, "another home")
    (home / ".config" / "matplotlib").mkdir(parents=True)
    Path(home, ".config", "matplotlib", "matplotlibrc").write_text("axes.facecolor: red\n")
    surroundings = {
        "HOME": str(home),
        "LANG": "de_DE.UTF-8",
        "LC_ALL": "C",
        "LOGNAME": "somebody",
        "PYTHONHASHSEED": "1",
        "PAPER_REPLICATION_DAYS": str(DAYS),
        "TZ": "Pacific/Kiritimati",
        "USER": "somebody",
    }
    for folder, environment, umask in ((first, {}, -1), (second, surroundings, 0o077)):
        failure = build(project, folder, environment, cores, umask)
        if failure:
            return [Comparison(False, "builds", f"the build in another folder failed: {failure}")]
    return compare_folders(first, second)


def build(
    project: str | Path,
    folder: Path,
    surroundings: Mapping[str, str],
    cores: int = 1,
    umask: int = -1,
    *,
    variant: str = "quick",
) -> str:
    """Build a variant in a copy of the project; return the last line of a build that failed.

    The surroundings are environment variables that differ from those here; `umask` has the modes
    that new files do not have, -1 for those here. If the clock of the copy does not stand where it
    should, it is a `RuntimeError`.
    """
    for part in PARTS:
        source, target = Path(project, part), folder / part
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    # Python imports a module of this name before anything else, in every job.
    shutil.copy(Path(__file__).with_name("other_day.py"), folder / "src" / "sitecustomize.py")
    ignored = ("MPL", "PAPER", "PYTHON", "SNAKEMAKE", "XDG", "SOURCE_DATE_EPOCH", "STEADY")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ignored)}
    path = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", os.defpath)])
    environment = {**kept, "PATH": path, "PYTHONPATH": "src", **surroundings}

    now = [sys.executable, "-c", "import datetime; print(datetime.datetime.now().timestamp())"]
    clock = subprocess.run(
        now, cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    days = int(surroundings.get("PAPER_REPLICATION_DAYS", "0"))
    ahead = float(clock.stdout) - time.time() - 86400.0 * days
    if abs(ahead) > 3600.0:
        raise RuntimeError(f"the clock of {folder} is {ahead:.0f} s ahead of where it should be")

    chain = [sys.executable, "-m", "snakemake", "--cores", str(cores)]
    run = subprocess.run(
        [*chain, "--config", f"variants=[{variant}]"],
        cwd=folder,
        env=environment,
        umask=umask,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return "" if run.returncode == 0 else f"exit {run.returncode}, {run.stdout.strip()[-1000:]!r}"


def outputs(folder: Path) -> dict[str, Path]:
    """Return all results and figures below a folder, without logs and digests, by their paths."""
    found = [path for part in ("results", "figures") for path in Path(folder, part).rglob("*")]
    return {
        path.relative_to(folder).as_posix(): path
        for path in sorted(found)
        if path.is_file()
        and path.parent.name != "log"
        and digests.FOLDER.name not in path.relative_to(folder).parts
    }


def compare_folders(first: str | Path, second: str | Path) -> list[Comparison]:
    """Compare all outputs of two builds, in two folders, byte for byte: each kind of file."""
    builds = [outputs(Path(folder)) for folder in (first, second)]
    names = sorted(builds[0].keys() | builds[1].keys())
    comparisons = []
    for suffix in dict.fromkeys([*KINDS, *(Path(name).suffix for name in names)]):
        kind = [name for name in names if Path(name).suffix == suffix]
        differing = [text for name in kind if (text := _difference(name, *builds))]
        quantity = f"two builds, {KINDS.get(suffix, suffix)} files"
        if differing:
            text = f"{len(differing)} of {len(kind)} differ: {shortened(differing)}"
        else:
            text = f"the same bytes in all {len(kind)}" if kind else "there is no such file"
        comparisons.append(Comparison(bool(kind) and not differing, quantity, text))
    return comparisons


def _difference(name: str, first: Mapping[str, Path], second: Mapping[str, Path]) -> str:
    if name not in first or name not in second:
        return f"{name} (missing in the {'first' if name not in first else 'second'})"
    one, other = (build[name].read_bytes() for build in (first, second))
    if one == other:
        return ""
    pairs = enumerate(zip(one, other, strict=False))
    at = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    return f"{name} (from byte {at} of {len(one)})"
