"""Copy the files of people from the data folder to the bucket, or back. Nothing is removed where they were.

It can be broken off and begun anew: what is there already, and the same, is not copied again.
"""

import hashlib
import shutil
from collections.abc import Callable, Sequence

from sqlalchemy.orm import Session

from peernet.db import Refused
from peernet.media import access, folder
from peernet.media.shelf import Shelf

_PIECE = 1_000_000


def names(db: Session) -> list[str]:
    """The names of all files that rows name."""
    return sorted(db.scalars(access.all_names()))


def copy(
    some: Sequence[str], source: Shelf, target: Shelf, on_done: Callable[[str], None] = lambda _name: None
) -> tuple[int, list[str]]:
    """Copy files, and compare each by its SHA-256 as it is read back. Gives how many were copied, and the names of
    those whose bytes are not at the source. Raises Refused for one that is not the same afterwards."""
    copied, missing = 0, []
    for name in some:
        files = source.listed(name)
        if not files and not target.has(name):
            missing.append(name)
        if files and not _is_same(name, files, source, target):
            _copy_one(name, files, source, target)
            if not _is_same(name, files, source, target):
                raise Refused(f"{name} is not the same after it was copied. Nothing was removed; try again.")
            copied += 1
        on_done(name)
    return copied, missing


def _copy_one(name: str, files: Sequence[str], source: Shelf, target: Shelf) -> None:
    target.drop(name)
    with folder.begun(name) as temporary:
        for file in files:
            with source.opened(name, file) as given, (temporary / file).open("xb") as taken:
                shutil.copyfileobj(given, taken, _PIECE)
        target.take(name, temporary)


def _is_same(name: str, files: Sequence[str], source: Shelf, target: Shelf) -> bool:
    if target.listed(name) != list(files):
        return False
    if any(source.size_of(name, file) != target.size_of(name, file) for file in files):
        return False
    return all(_digest(source, name, file) == _digest(target, name, file) for file in files)


def _digest(shelf: Shelf, name: str, file: str) -> str:
    sha = hashlib.sha256()
    with shelf.opened(name, file) as opened:
        while piece := opened.read(_PIECE):
            sha.update(piece)
    return sha.hexdigest()
