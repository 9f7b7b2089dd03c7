"""What must not come back with an old backup: people who were forgotten, answers that were deleted or are read by
fewer, quotations that were withdrawn, recordings that were deleted or that somebody does not agree to any more.

Kept beside the database, in a file that is only ever added to: a line of JSON for each, with ids, moments and choices,
never a name or a word. It is written, and on disk, just before the transaction commits; a line of what did not happen
after all asks for what was wanted anyway. :mod:`peernet.privacy.replaying` carries the lines out after a restore.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from peernet import clock
from peernet.settings import current

NAME = "forgotten.jsonl"
_LINES = "peernet.backups.afterwards"


def log() -> Path:
    """The file."""
    settings = current()
    return Path(settings.privacy.log) if settings.privacy.log else settings.data / NAME


def note(db: Session, what: str, **values: Any) -> None:
    """Say what this transaction takes away. ``values`` are plain, and name nobody."""
    if not event.contains(db, "before_commit", _write):
        event.listen(db, "before_commit", _write)
    line = {"at": clock.now().isoformat(), "what": what, **values}
    db.info.setdefault(_LINES, []).append(json.dumps(line, sort_keys=True))


def since(path: Path, moment: datetime) -> Iterator[dict[str, Any]]:
    """What was taken away from that moment on, in order. A last line that a crash cut off is none."""
    for text in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        try:
            line = json.loads(text)
            if datetime.fromisoformat(line["at"]) >= moment:
                yield line
        except (ValueError, KeyError, TypeError):
            continue


def _write(db: Session) -> None:
    if db.in_nested_transaction():
        return
    lines = db.info.pop(_LINES, [])
    if lines:
        for path in _paths():
            _append(path, "".join(f"\n{line}" for line in lines) + "\n")


def _paths() -> list[Path]:
    """The file, and a copy beside the backups that the worker makes: where it is looked for first."""
    folder = current().backup.folder
    beside = Path(folder) / NAME if folder else None
    return [log(), *([beside] if beside is not None and beside.parent.is_dir() and beside != log() else [])]


def _append(path: Path, text: str) -> None:
    is_new = not path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, text.encode())
        os.fsync(handle)
    finally:
        os.close(handle)
    if is_new:
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
