"""A folder to work in, beside the place of what comes of it, so that the result is only renamed.

Whoever works holds a lock in it, which the kernel gives back when the process dies: so the next one knows what was left
behind, and removes it.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PREFIX = ".peernet-"
_LOCK = "lock"


@contextmanager
def opened(beside: Path) -> Iterator[Path]:
    """A new folder in ``beside``, for this user alone, removed at the end."""
    _remove_left(beside)
    folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=beside))
    handle = os.open(folder / "new", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        # Under its name it is locked from the first moment.
        (folder / "new").rename(folder / _LOCK)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(handle)


def sync(path: Path) -> None:
    """Have what a file or a folder holds written to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_left(beside: Path) -> None:
    for lock in beside.glob(f"{PREFIX}*/{_LOCK}"):
        # Of another user, or removed by another process at this moment: then it is not ours to remove.
        with suppress(OSError), lock.open("r+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(lock.parent, ignore_errors=True)
