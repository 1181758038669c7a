"""Files that are complete or absent, never half-written."""

import errno
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
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

    It is in the same folder, which is made too, and carries the number of the process, so that a
    second copy of a job does not write into the same file. Where there is no room, a `DataError`
    of one line says what is free and what is needed.
    """
    path = Path(path)
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _remove_abandoned(path)
        yield partial
        with partial.open("rb+") as file, ThreadPoolExecutor(1) as disk:
            written = disk.submit(os.fsync, file.fileno())
            digests.keep(path, partial)  # meanwhile: of a large file it takes as long
            written.result()
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


def update_json(content: Any, path: str | Path, first: int | None = None) -> None:
    """Write JSON, unless that is what the file holds: its time is that of the last change.

    A file that is new has the time `first`, in nanoseconds, if that is given.
    """
    is_new = not Path(path).exists()
    try:
        current = read_json(path)
    except DataError:
        current = None
    if current != content:
        write_json(content, path)
    if is_new and first is not None:
        os.utime(path, ns=(first, first))


def record_contents(
    files: Mapping[str, str | Path],
    record: str | Path,
    digest: Callable[[str | Path], str] = digests.digest,
) -> None:
    """Write down digests of some files by their names, if they are not what the record says.

    Whatever is older than the record was made from other files than these, whatever their dates:
    the first one is as old as the newest of the files, any other as the change.
    """
    newest = max((Path(path).stat().st_mtime_ns for path in files.values()), default=0)
    update_json({name: digest(path) for name, path in files.items()}, record, newest)


def write_text(content: str, path: str | Path) -> None:
    """Write a text file."""
    with replacing(path) as partial:
        partial.write_text(content, "utf-8")


def read_small(path: Path, largest: int) -> str:
    """Read a text file that somebody else has written: UTF-8, and at most `largest` bytes.

    Anything else is refused by a `RefusalError`. What waits or never ends is not read: pipes,
    devices, and, since they have no size, the files of the system's own in /proc.
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
