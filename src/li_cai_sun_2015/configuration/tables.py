"""Tabulated curves: CSV files with the columns frequency and value."""

from __future__ import annotations

import csv
import math
from pathlib import Path
from typing import TYPE_CHECKING

from paper_replication.files import read_small
from paper_replication.refusals import RefusalError

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER = ["frequency", "value"]
LARGEST_FILE = 10_000_000  # bytes


class TableError(ValueError):
    """A table that cannot be used; one line that names the file and the line in it."""


def read_table(path: str | Path) -> tuple[list[float], list[float]]:
    """Read the two columns of a tabulated curve, frequencies and values.

    It is a UTF-8 text file, with or without a byte order mark: the header ``frequency,value``, then
    two or more rows of two numbers, quoted or not, with strictly increasing frequencies and values
    that are not negative. Semicolons or tabs may take the place of the commas. Empty lines and
    lines that start with # are skipped. Anything else is a `TableError`.
    """
    frequencies: list[float] = []
    values: list[float] = []
    lines = _content_lines(path)
    number, cells = next(lines, (1, []))
    if cells != HEADER:
        found = repr(",".join(cells)) if cells else "empty"
        raise TableError(f"{path}, line {number}: the header is {found}, expected frequency,value")
    for number, cells in lines:
        where = f"{path}, line {number}"
        if len(cells) != len(HEADER):
            raise TableError(f"{where}: {len(cells)} columns, expected 2 (frequency,value)")
        frequency = _number(cells[0], f"{where}: frequency")
        value = _number(cells[1], f"{where}: value")
        if frequencies and not frequency > frequencies[-1]:
            raise TableError(
                f"{where}: frequency is {cells[0]}, expected more than "
                f"{frequencies[-1]!r}, the one before"
            )
        if value < 0.0:
            raise TableError(f"{where}: value is {cells[1]}, expected a number >= 0")
        frequencies.append(frequency)
        values.append(value)
    if len(frequencies) < 2:
        raise TableError(
            f"{path}, line {number}: {len(frequencies)} rows of numbers in all, expected at least 2"
        )
    return frequencies, values


def _content_lines(path: str | Path) -> Iterator[tuple[int, list[str]]]:
    """Yield line number and cells of every line that says something."""
    try:
        text = read_small(Path(path), LARGEST_FILE)
    except RefusalError as error:
        raise TableError(f"{path}: {error}") from None
    separator = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip() and not line.startswith("#"):
            separator = separator or next((one for one in ";\t" if one in line), ",")
            try:
                (cells,) = csv.reader(
                    [line], delimiter=separator, skipinitialspace=True, strict=True
                )
            except csv.Error as error:
                raise TableError(f"{path}, line {number}: is not CSV ({error})") from None
            yield number, [cell.strip() for cell in cells]


def _number(cell: str, what: str) -> float:
    try:
        # float() takes 1_000 for a number; a table should not.
        number = float(cell.replace("_", "?"))
    except ValueError:
        raise TableError(f"{what} is {cell!r}, expected a number") from None
    if not math.isfinite(number):
        raise TableError(f"{what} is {cell}, expected a finite number")
    return number
