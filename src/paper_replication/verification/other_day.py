"""Another day: moves Python's clock by PAPER_REPLICATION_DAYS.

Copied to `sitecustomize.py` in a folder on PYTHONPATH, it takes effect before anything else is
imported. It stands alone, because the copy is imported outside the package.
"""

import ctypes
import datetime as dt
import gc
import os
import time
from typing import Any

DAYS = int(os.environ.get("PAPER_REPLICATION_DAYS", "0"))


def move_clock(seconds: int) -> None:
    """Move what `time` and `datetime` say about now some seconds ahead."""
    real_time, real_time_ns, real_strftime = time.time, time.time_ns, time.strftime

    def of_now(function: Any) -> Any:
        return lambda given=None: function(time.time() if given is None else given)

    changes: dict[str, Any] = {
        "time": lambda: real_time() + seconds,
        "time_ns": lambda: real_time_ns() + seconds * 1_000_000_000,
        "localtime": of_now(time.localtime),
        "gmtime": of_now(time.gmtime),
        "ctime": of_now(time.ctime),
        "strftime": lambda form, given=None: real_strftime(form, given or time.localtime()),
    }
    for name, changed in changes.items():
        setattr(time, name, changed)

    def today(cls: Any) -> Any:
        return cls.fromtimestamp(time.time())

    def now(cls: Any, tz: dt.tzinfo | None = None) -> Any:
        return cls.fromtimestamp(time.time(), tz)

    def utcnow(cls: Any) -> Any:
        return cls.fromtimestamp(time.time(), dt.UTC).replace(tzinfo=None)

    # Extension modules are compiled against these types: they cannot be replaced by others, only
    # their methods can, in the dictionary behind the read-only view of it.
    for kind, methods in ((dt.date, [today]), (dt.datetime, [today, now, utcnow])):
        names: Any = gc.get_referents(kind.__dict__)[0]
        names.update({method.__name__: classmethod(method) for method in methods})
        ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))


if DAYS:
    move_clock(86400 * DAYS)
