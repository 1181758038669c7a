"""Digests of outputs, written down as these are made: one that is altered later is found out."""

import hashlib
from pathlib import Path

#: Folders of outputs, of whose files digests are kept.
OUTPUTS = ("results", "figures")
#: Where they are kept, each under the path of its file.
FOLDER = Path("results", ".digests")
SUFFIX = ".sha256"


def digest(path: str | Path) -> str:
    """SHA-256 of a file, in hexadecimal digits."""
    # The system's own files in /proc have no size, and reading them may wait for ever.
    if not Path(path).stat().st_size:
        return hashlib.sha256().hexdigest()
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def keep(path: Path, content: Path) -> None:
    """Write down what an output below this folder will hold: what another file holds now."""
    if not path.is_absolute() and path.parts[0] in OUTPUTS:
        kept = FOLDER / f"{path}{SUFFIX}"
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(f"{digest(content)}\n", "ascii")


def kept() -> dict[Path, str]:
    """Digests by the paths of the outputs, of those that are there."""
    return {
        path: one.read_text("ascii").strip()
        for one in sorted(FOLDER.rglob(f"*{SUFFIX}"))
        if (path := one.relative_to(FOLDER).with_suffix("")).is_file()
    }


def altered() -> list[Path]:
    """Outputs that do not hold what was written into them."""
    return [path for path, expected in kept().items() if digest(path) != expected]
