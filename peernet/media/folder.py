"""Files on disk: ``<data>/media/<two letters>/<name>/`` holds the image in its own width and its smaller copies.

A folder appears whole or not at all: everything is written and synced under a temporary name, renamed, and the rename
synced. Names are random and checked, so no path can lead elsewhere.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from peernet.settings import current

_NAME = re.compile(r"[0-9a-f]{32}")
_TEMPORARY = "tmp-"


def root() -> Path:
    """Where all files lie."""
    return current().data / "media"


def place(name: str) -> Path:
    """The folder of one file. Raises ValueError for what cannot be a name."""
    if not _NAME.fullmatch(name):
        raise ValueError("Not the name of a file")
    return root() / name[:2] / name


def put(name: str, files: Mapping[str, bytes]) -> None:
    """Write the files of ``name``; when this returns they are on disk."""
    place(name)
    with begun(name) as temporary:
        for file, data in files.items():
            (temporary / file).write_bytes(data)
        take(name, temporary)


@contextmanager
def begun(name: str) -> Iterator[Path]:
    """A folder for what comes piece by piece, gone at the end unless :func:`take` put it in its place."""
    temporary = root() / f"{_TEMPORARY}{name}"
    root().mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary.mkdir(mode=0o700)
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def take(name: str, temporary: Path) -> None:
    """Put a folder of files in place; when this returns they are on disk."""
    for path in temporary.iterdir():
        with path.open("rb") as file:
            os.fsync(file.fileno())
    target = place(name)
    shard_is_new = not target.parent.exists()
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _sync(temporary)
    temporary.rename(target)
    _sync(target.parent)
    if shard_is_new:
        _sync(root())


def drop(name: str) -> None:
    """Remove the files of ``name``, if there are any."""
    shutil.rmtree(place(name), ignore_errors=True)


def names() -> Iterator[tuple[str, float]]:
    """Every name on disk, with the time (seconds since 1970) at which it came."""
    for path in sorted(root().glob("[0-9a-f][0-9a-f]/*")):
        if _NAME.fullmatch(path.name):
            yield path.name, path.stat().st_mtime


def files_of(name: str) -> list[Path]:
    """The files of ``name``; none where its bytes are not there."""
    return sorted(path for path in place(name).glob("*") if path.is_file())


def opened(name: str, file: str) -> BinaryIO:
    """A file, to be read from anywhere. Raises FileNotFoundError."""
    return (place(name) / file).open("rb")


def size_of(name: str, file: str) -> int:
    """Bytes of a file. Raises FileNotFoundError."""
    return (place(name) / file).stat().st_size


def has(name: str) -> bool:
    """Whether anything of ``name`` is there."""
    return place(name).is_dir()


def listed(name: str) -> list[str]:
    """The names of the files of ``name``."""
    return [path.name for path in files_of(name)]


def is_empty() -> bool:
    """Whether no file lies here. What was begun and never finished does not count."""
    return next(names(), None) is None


@contextmanager
def taken_over(staged: Path) -> Iterator[None]:
    """Put files in place that lie in ``staged``, in the shape of this folder and on the same disk, each one synced. If
    that or what follows in the block fails, none of them stays."""
    moved = []
    try:
        for shard in sorted(staged.iterdir()) if staged.is_dir() else ():
            target = root() / shard.name
            if target.is_dir():
                target.rmdir()
            shard.rename(target)
            moved.append(target)
            _sync(target)
        _sync(root())
        yield
    except BaseException:
        for target in moved:
            shutil.rmtree(target, ignore_errors=True)
        raise


def drop_unfinished(before: float) -> int:
    """Remove what interrupted writes left before that time; how many."""
    left = [path for path in root().glob(f"{_TEMPORARY}*") if path.stat().st_mtime < before]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return len(left)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
