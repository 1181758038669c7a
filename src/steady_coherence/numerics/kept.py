"""Bytes that are kept from process to process, in the user's folder for caches."""

import hashlib
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path


def kept(key: str, make: Callable[[], bytes]) -> bytes:
    """What is made for a key, or was by another process; without a folder to write to, made anew.

    It lies in $XDG_CACHE_HOME, by default ~/.cache, behind its own digest: a file that is damaged
    does not count.
    """
    try:
        folder = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    except RuntimeError:  # there is no home
        return make()
    path = Path(folder, "steady-coherence", hashlib.sha256(key.encode()).hexdigest())
    with suppress(OSError):
        digest, _, content = path.read_bytes().partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() == digest:
            return content
    content = make()
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(f"{path.name}.{os.getpid()}.part")
        partial.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
        partial.replace(path)
    return content
