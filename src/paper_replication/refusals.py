"""Refusals of one line, and the words they are made of.

SOURCE: KEY is FOUND, expected EXPECTED; did you mean 'NEAR'?
"""

from __future__ import annotations

import difflib
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


class RefusalError(ValueError):
    """Something that cannot be used; one line says where, what was found, and what is expected."""

    def __init__(self, message: str) -> None:
        printable = "".join(letter if letter.isprintable() else " " for letter in message)
        line = " ".join(printable.split())
        super().__init__(line if len(line) <= 1000 else f"{line[:997]}...")


class ConfigurationError(RefusalError):
    """A configuration that cannot be used; the message names the key."""


class DataError(RefusalError):
    """Data that are missing, damaged or those of something else; the message names the file."""

    @classmethod
    def unreadable(cls, path: str | Path, error: Exception) -> Self:
        """Refuse a file that was made here and cannot be read."""
        return cls(f"{path} cannot be read ({error}): remove it and run again")


@contextmanager
def blaming(origin: str) -> Iterator[None]:
    """Begin every refusal raised inside with the file or option at fault."""
    try:
        yield
    except ConfigurationError as error:
        raise ConfigurationError(f"{origin}: {error}") from None


def shortened(text: str) -> str:
    """Shorten a long text to 80 characters."""
    return text if len(text) <= 80 else f"{text[:77]}..."


def shown(value: Any) -> str:
    """Show a value as YAML would have it."""
    return shortened(json.dumps(value, ensure_ascii=False, default=str, skipkeys=True))


def one_of(names: Iterable[str]) -> str:
    """List the names to choose from."""
    return f"one of {', '.join(names)}"


def near(name: Any, names: Iterable[str]) -> str:
    """Ask whether a similar name was meant; nothing where there is none."""
    matches = difflib.get_close_matches(name, names, n=1) if isinstance(name, str) else []
    return "".join(f"; did you mean '{match}'?" for match in matches)


def unknown_target(target: str, made: Iterable[str]) -> str:
    """Say in one line which paths can be made in place of a target that nothing makes."""
    folders: dict[str, set[str]] = {}
    for path in made:
        above, _, name = path.rpartition("/")
        folders.setdefault(above, set()).add(name)
    path = target.rstrip("/")
    folder, _, name = path.rpartition("/")
    what, names = (folder, set(folders))
    if path in folders and "." not in name:  # no variant has one in its name
        what, names = "a folder", folders[path]
    elif folder in folders:
        what, names = name, folders[folder]
    return str(
        ConfigurationError(
            f"target {target}: nothing makes {what}, expected {one_of(sorted(names))}"
            f"{near(what, names)}"
        )
    )
