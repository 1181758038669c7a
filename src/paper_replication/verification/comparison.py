"""Result of comparing one quantity."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from paper_replication.files import replacing


@dataclass(frozen=True)
class Comparison:
    """One quantity compared with what it should be."""

    agrees: bool
    quantity: str  #: what was compared
    finding: str  #: how closely it agrees, or what differs, where and by how much

    def __str__(self) -> str:
        """One line that starts with yes or no."""
        return f"{'yes' if self.agrees else 'no ':3}  {self.quantity}: {self.finding}"


def write_lines(comparisons: Iterable[Comparison], path: str | Path) -> None:
    """Write one line for each comparison."""
    with replacing(path) as partial:
        partial.write_text("".join(f"{comparison}\n" for comparison in comparisons), "utf-8")


def shortened(names: Iterable[str], most: int = 5) -> str:
    """Names in a row, the first few of them if there are many."""
    listed = list(names)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more
