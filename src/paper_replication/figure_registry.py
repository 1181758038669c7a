"""Which figures a paper has, found by listing a folder: nothing here imports Matplotlib."""

import ast
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

#: Endings of the files of a figure.
FORMATS = ("png", "pdf", "svg")

#: Names of the figures of the paper.
NUMBERED = re.compile(r"fig(\d+)")


@dataclass(frozen=True)
class FigureEntry:
    """A module that draws a figure, as far as its assignments of plain values tell."""

    name: str  #: of the module and of the files
    title: str  #: `TITLE`: a few words
    caption: str  #: `CAPTION`, reStructuredText; the docstring of the module by default
    #: `READS`: names of datasets, in which `*` stands for any name. Empty for a module that is told
    #: what to draw.
    reads: tuple[str, ...] = ()

    @property
    def heading(self) -> str:
        """Title, with the number of a figure of the paper."""
        numbered = NUMBERED.fullmatch(self.name)
        return f"Fig. {numbered[1]}: {self.title}" if numbered else self.title


def figures_in(folder: str | Path) -> dict[str, FigureEntry]:
    """Figures of a folder, by name: its modules that assign `TITLE`, read but not run.

    First come the figures of the paper, called fig1, fig2 and so on, by their numbers, and then the
    others. A value that is not written out as a literal is a `ValueError`.
    """
    found = {}
    for path in sorted(Path(folder).glob("*.py"), key=_place):
        values = _literals(path, ("TITLE", "CAPTION", "READS"))
        if "TITLE" in values:
            reads = tuple(values.get("READS", ()))
            found[path.stem] = FigureEntry(path.stem, values["TITLE"], values["CAPTION"], reads)
    return found


def _place(path: Path) -> tuple[float, str]:
    numbered = NUMBERED.fullmatch(path.stem)
    return (float(numbered[1]) if numbered else math.inf, path.stem)


def _literals(path: Path, names: Sequence[str]) -> dict[str, Any]:
    # Above the functions: to parse those as well takes a third of a job's start.
    above = re.compile(r"^(?=@|class |def )", re.MULTILINE)
    top = ast.parse(above.split(path.read_text("utf-8"), maxsplit=1)[0])
    values: dict[str, Any] = {"CAPTION": ast.get_docstring(top) or ""}
    for statement in top.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            name = statement.targets[0].id
            if name in names:
                try:
                    values[name] = ast.literal_eval(statement.value)
                except ValueError as error:
                    raise ValueError(f"{name} in {path} has to be a literal") from error
    return values


def selected(reads: Iterable[str], available: Iterable[str]) -> list[str]:
    """Datasets that a figure reads, by names in which `*` stands for any, among those there are.

    They are in the order of `reads`, then in that of those there are, each once.
    """
    names = list(available)
    return list(
        dict.fromkeys(name for wanted in reads for name in names if fnmatchcase(name, wanted))
    )
