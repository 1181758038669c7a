"""Origin of a file: the code, locked packages, configuration and data that it was made from.

Nothing here asks for a clock, a host or a path: the same from the same is the same bytes.
"""

import hashlib
import re
import sys
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from paper_replication.digests import digest
from paper_replication.figure_registry import figures_in

#: The packages that results are computed with, by version and hash, as installed with this one.
LOCK = Path(__file__).with_name("main.lock")

#: Digests and words by name: attributes of a NetCDF file, metadata of others.
Provenance = Mapping[str, str]
NAMES = (
    *("code_sha256", "lock_sha256", "packages"),
    *("configuration_sha256", "tables_sha256", "data_sha256"),
)
#: That of a file that no stage has made.
UNRECORDED: Provenance = {}

# What each stage runs beside its own module: folders and modules, {paper} is the paper's package.
_READING = (
    *("steady_coherence", "{paper}/catalogue", "{paper}/configuration"),
    *(
        f"paper_replication/{name}"
        for name in (
            *("digests", "figure_registry", "files", "models", "provenance", "refusals"),
            *("run_configuration", "strict_yaml"),
        )
    ),
)
_COMPUTING = (
    *(*_READING, "{paper}/data"),
    *("paper_replication/datasets", "paper_replication/gathered"),
)
_DRAWING = (
    *(*_READING, "{paper}/figures"),
    *(
        f"paper_replication/{name}"
        for name in ("datasets", "figure_files", "figures", "style", "style.mplstyle")
    ),
)
_PAGE = (
    *(*_READING, "paper_replication"),
    *(f"{{paper}}/{name}" for name in ("findings", "figures/__init__", "figures/style")),
)
_ANY = (*_COMPUTING, "paper_replication", "{paper}")
CODE = {
    "configuration": _READING,
    "spectra": _COMPUTING,
    "steady_states": _COMPUTING,
    "trust": _COMPUTING,
    # One digest: a chunk is told from one of another code by what the gathered file says.
    "sweep_chunk": (*_COMPUTING, "{paper}/stages/sweep_gather"),
    "sweep_gather": (*_COMPUTING, "{paper}/stages/sweep_chunk"),
    "verdicts": (
        *(*_COMPUTING, "{paper}/claims", "{paper}/numbered_equations"),
        "paper_replication/claim",
    ),
    # The page shows the code of the equations.
    "findings": (*_PAGE, "{paper}/numbered_equations"),
    "draw": _DRAWING,
    "draw_sweep": (*_DRAWING, "paper_replication/gathered"),
    "explorer": (*_PAGE, "{paper}/explorer"),
    "compare": (*_COMPUTING, *_PAGE, "{paper}/chain", "{paper}/comparison", "{paper}/figures"),
    "article": (*_COMPUTING, *_PAGE, "{paper}/article", "{paper}/chain", "{paper}/figures"),
    "verify": (*_PAGE, "{paper}/reference"),
}


def files_below(*places: str | Path) -> list[Path]:
    """Files at and below some paths; a pipe or a link that leads nowhere is none."""
    paths = {path for place in map(Path, places) for path in (place, *place.rglob("*"))}
    return sorted(path for path in paths if path.is_file() and path.suffix != ".pyc")


def code_of(paper: str, stage: str, figure: str = "") -> dict[str, Path]:
    """Files whose change makes a stage's outputs out of date, by their paths among the packages.

    A stage of the paper's package that `CODE` does not know may run all of the paper. Where one
    figure is drawn, the modules of the others take no part.
    """
    own = (f"{package}/stages/{stage}" for package in (paper, "paper_replication"))
    found: dict[str, Path] = {}
    for place in (*own, *CODE.get(stage, _ANY)):
        found |= _files_of(place.format(paper=paper))
    drawn = _figures_in(_folder(paper) / "figures") if figure else {}
    others = {f"{paper}/figures/{name}.py" for name in drawn if name != figure}
    return {name: found[name] for name in sorted(found.keys() - others)}


@cache
def _files_of(place: str) -> dict[str, Path]:
    """Files at and below a place among the packages, by their paths there.

    Looked for once, though each figure asks for nearly all of them.
    """
    package, _, inside = place.partition("/")
    folder = _folder(package)
    files = files_below(folder / inside, folder / f"{inside}.py")
    return {f"{package}/{path.relative_to(folder).as_posix()}": path for path in files}


@cache
def _folder(package: str) -> Path:
    found = find_spec(package)
    if found is None or found.origin is None:
        raise LookupError(f"there is no package {package}")
    return Path(found.origin).parent


def made_from(
    paper: str,
    stage: str,
    configuration: str | Path | None = None,
    *,
    tables: Iterable[str | Path] = (),
    data: Iterable[Mapping[str, Any]] = (),
    figure: str = "",
) -> Provenance:
    """Origin of a stage's output, as it is written into it: the `NAMES`, where there is such a one.

    ``code_sha256`` is of the list of the files that `code_of` names, as `sha256sum` writes it;
    ``lock_sha256``, of requirements/main.lock; ``packages`` says whether the installed ones are
    those of the lock; ``configuration_sha256`` is of the file; ``tables_sha256``, of the list of
    the digests of the tables that it names; ``data_sha256``, of what the outputs of other stages
    that are read say of their origin among other attributes, not of their values: the last bits of
    these may depend on the processor.
    """
    code = code_of(paper, stage, figure)
    found: dict[str, str | Iterable[str]] = {
        "code_sha256": [f"{unchanging(path)}  {name}" for name, path in code.items()],
        "lock_sha256": unchanging(LOCK),
        "packages": installed(),
        "configuration_sha256": "" if configuration is None else digest(configuration),
        "tables_sha256": map(digest, tables),
        "data_sha256": [words({name: one[name] for name in NAMES if name in one}) for one in data],
    }
    texts = {name: one if isinstance(one, str) else _of_lines(one) for name, one in found.items()}
    return {name: texts[name] for name in NAMES if texts[name]}


def _of_lines(lines: Iterable[str]) -> str:
    """Digest of a text of some lines; empty if there are none."""
    text = "".join(f"{line}\n" for line in lines)
    return hashlib.sha256(text.encode()).hexdigest() if text else ""


#: Python has read the code already: a later change of it takes no part.
unchanging = cache(digest)
_figures_in = cache(figures_in)


@cache
def installed() -> str:
    """Whether the installed packages are those of the lock, in words.

    A package of the lock that is not installed takes no part.
    """
    pins = dict(re.findall(r"^([a-z0-9-]+)==([\w.]+)", LOCK.read_text("utf-8"), re.MULTILINE))
    found: dict[str, str] = {}
    # By the names of their folders: to read what is inside takes twenty times as long.
    for folder in (path for place in sys.path for path in Path(place).glob("*.dist-info")):
        name, _, version = folder.stem.rpartition("-")
        found.setdefault(re.sub(r"[-_.]+", "-", name).lower(), version)
    other = [
        f"{name} {found[name]} in place of {version}"
        for name, version in pins.items()
        if found.get(name, version) != version
    ]
    return f"not those of the lock: {', '.join(other)}" if other else "those of the lock"


def words(made: Provenance) -> str:
    """Provenance in one line, for formats that have no names of their own for it."""
    return "; ".join(f"{name}={text}" for name, text in made.items())
