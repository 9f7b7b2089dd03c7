"""Read a backup as a restore would, and put nothing anywhere."""

import os
import shutil
import tempfile
from pathlib import Path

from peernet.backups import postgresql, reading, sqlite, workspace
from peernet.backups.contents import Contents
from peernet.backups.manifest import SQLITE, Manifest
from peernet.backups.writing import Progress
from peernet.db import Refused


def verify(path: Path, on_progress: Progress) -> Manifest:
    """Check every byte and every row of a backup. Its database is unpacked for that, beside it or in the folder for
    temporary files. Raises Unfit, and Refused where there is no room."""
    beside = path.parent if os.access(path.parent, os.W_OK) else Path(tempfile.gettempdir())
    with workspace.opened(beside) as work, reading.opened(path) as archive:
        need = sum(member.size for member in archive.manifest.members if not is_media(member.name))
        check_room(beside, need)
        archive.unpack(lambda name: None if is_media(name) else work / name, on_progress)
        check_database(work, archive.manifest)
        return archive.manifest


def check_database(folder: Path, manifest: Manifest) -> None:
    """Check the database that was unpacked into ``folder``. Raises Unfit."""
    contents = _look(folder, manifest)
    contents.compare(revision=manifest.revision, rows=manifest.rows, media=manifest.media.union(manifest.missing))


def check_room(folder: Path, need: int) -> None:
    """Raises Refused where a disk has no room for so many bytes."""
    free = shutil.disk_usage(folder).free
    if need > free:
        raise Refused(f"It takes {need // 1_000_000} MB, and on the disk of {folder} are {free // 1_000_000} MB.")


def is_media(name: str) -> bool:
    """Whether a member is a file that somebody brought."""
    return name.startswith("media/")


def _look(folder: Path, manifest: Manifest) -> Contents:
    if manifest.dialect == "sqlite":
        return sqlite.look(folder / SQLITE)
    return postgresql.look(folder, manifest)
