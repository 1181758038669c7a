"""Files that are complete or absent, never half-written."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Name to write to, which takes the place of `path` once the block has succeeded.

    Parameters
    ----------
    path : path_like
        The file to be made; its folder is made too.

    Yields
    ------
    Path
        Temporary name in the same folder. It carries the number of the process,
        so that a second copy of a job does not write into the same file.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_json(content: Any, path: str | Path) -> None:
    """Write JSON that reads well in a diff."""
    write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", path)


def write_text(content: str, path: str | Path) -> None:
    """Write a text file."""
    with replacing(path) as partial:
        partial.write_text(content, "utf-8")


def read_json(path: str | Path) -> Any:
    """Read a JSON file."""
    return json.loads(Path(path).read_text("utf-8"))
