"""Files that are complete or absent, never half-written."""

from __future__ import annotations

import errno
import json
import os
import shutil
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path
from typing import Any

from paper_replication import digests
from paper_replication.refusals import DataError, RefusalError

#: A disk with fewer bytes left than this is full.
ALMOST_NOTHING = 2**20


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

    Raises
    ------
    DataError
        If there is no room for it. One line: the file, what is free, and what is needed.
    """
    path = Path(path)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(path)
        yield partial
        with partial.open("rb+") as file:
            os.fsync(file.fileno())
        digests.keep(path, partial)
        partial.replace(path)
    except RefusalError:
        raise
    except Exception as error:
        if why := _no_room(error, path, partial):
            raise DataError(f"{path} was not written: {why}; make room and run again") from None
        raise
    finally:
        partial.unlink(missing_ok=True)


def _no_room(error: Exception, path: Path, partial: Path) -> str:
    """Say that a disk or a quota is full; empty if the reason of a failure is another.

    NetCDF and HDF5 do not pass on the number of the error, but then the disk is full.
    """
    with suppress(OSError):
        folder = next(folder for folder in path.parents if folder.is_dir())
        free = shutil.disk_usage(folder).free
        number = getattr(error, "errno", None)
        if number in (errno.ENOSPC, errno.EDQUOT) or free < ALMOST_NOTHING:
            written = partial.stat().st_size if partial.exists() else 0
            quota = number == errno.EDQUOT
            what = "the quota is used up" if quota else f"the disk has {free} bytes left"
            return f"{what}, and it needs more than the {written} bytes that were written"
    return ""


def _remove_abandoned(path: Path) -> None:
    """Remove the temporary files for `path` whose processes were killed; others may be at work."""
    for partial in path.parent.glob(f"{escape(path.name)}.*.part"):
        try:
            os.kill(int(partial.name.split(".")[-2]), 0)
        except ProcessLookupError:
            partial.unlink(missing_ok=True)
        except (OSError, OverflowError, ValueError):
            pass  # somebody else's process, or a name that is not ours


def write_json(content: Any, path: str | Path) -> None:
    """Write JSON that reads well in a diff."""
    write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", path)


def update_json(content: Any, path: str | Path) -> None:
    """Write JSON, unless that is what the file holds: its time is that of the last change."""
    try:
        current = read_json(path)
    except DataError:
        current = None
    if current != content:
        write_json(content, path)


def record_contents(files: Mapping[str, str | Path], record: str | Path) -> None:
    """Write down digests of some files, if they are not what the record says.

    Whatever is older than the record was made from other files than these, whatever their dates.

    Parameters
    ----------
    files : mapping of str to path_like
        The files, by what the record calls them.
    record : path_like
        A JSON file. The first one is as old as the newest of the files, any other as the change.
    """
    newest = max((Path(path).stat().st_mtime_ns for path in files.values()), default=0)
    found = {name: digests.digest(path) for name, path in files.items()}
    update_record(found, record, newest)


def update_record(content: Any, record: str | Path, first: int = 0) -> None:
    """Write what outputs are made from to a JSON file, if that is not what it says.

    Parameters
    ----------
    content : object
        What JSON can hold.
    record : path_like
        The file.
    first : int
        Time in nanoseconds that the first one is given; any other is as old as the change.
    """
    is_first = not Path(record).exists()
    update_json(content, record)
    if is_first:
        os.utime(record, ns=(first, first))


def write_text(content: str, path: str | Path) -> None:
    """Write a text file."""
    with replacing(path) as partial:
        partial.write_text(content, "utf-8")


def read_small(path: Path, largest: int) -> str:
    """Read a text file that somebody else has written.

    Parameters
    ----------
    path : Path
        A UTF-8 text file, with or without a byte order mark.
    largest : int
        Size in bytes beyond which it is refused.

    Returns
    -------
    str

    Raises
    ------
    RefusalError
        If it is anything else. What waits or never ends is not read: pipes, devices, and, since
        they have no size, the files of the system's own in /proc.
    """
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise RefusalError("is a folder, a pipe or a device, expected a file")
        if status.st_size > largest:
            raise RefusalError(f"the file is larger than {largest} bytes")
        with path.open("rb") as file:
            content = file.read(status.st_size)
        return content.decode("utf-8-sig")
    except FileNotFoundError:
        raise RefusalError("there is no such file") from None
    except OSError as error:
        raise RefusalError(f"cannot be read ({error.strerror})") from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise RefusalError(f"line {line}: is not UTF-8 text") from None


def read_json(path: str | Path) -> Any:
    """Read a JSON file; one that cannot be read is refused by a `DataError`."""
    try:
        return json.loads(Path(path).read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise DataError.unreadable(path, error) from None
