"""Where archives lie until they are fetched: files of the data folder, which no backup takes along."""

import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import IO, BinaryIO

from peernet.settings import current

_UNFINISHED = ".part"


def folder() -> Path:
    """The folder; nobody but the software's own user may look into it."""
    found = current().data / "archives"
    found.mkdir(mode=0o700, parents=True, exist_ok=True)
    return found


def make(write: Callable[[IO[bytes]], None]) -> tuple[str, int]:
    """Have an archive written; its name and its bytes. It is on disk when this returns, or it is not there."""
    name = secrets.token_hex(16)
    begun = folder() / f"{name}{_UNFINISHED}"
    try:
        # From its first byte nobody else may read it, which Path.open cannot say.
        with open(begun, "xb", opener=_private) as out:
            write(out)
            out.flush()
            os.fsync(out.fileno())
            size = out.tell()
        begun.rename(folder() / name)
    except BaseException:
        begun.unlink(missing_ok=True)
        raise
    return name, size


def opened(name: str) -> BinaryIO:
    """An archive to read. Raises FileNotFoundError."""
    return (folder() / name).open("rb")


def has(name: str) -> bool:
    """Whether it is there: after a restore it is not."""
    return bool(name) and (folder() / name).is_file()


def drop(name: str) -> None:
    """Remove it."""
    if name:
        (folder() / name).unlink(missing_ok=True)


def drop_but(names: set[str], before: float) -> int:
    """Remove files that none of the names is of and that came before a moment (seconds since 1970); how many."""
    old = [path for path in folder().iterdir() if path.name not in names and path.stat().st_mtime < before]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
