"""Which backups a folder holds, by their names alone, and which of them are too many."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from peernet.backups.making import ENDING
from peernet.settings.tree import Backup

EVERY = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(weeks=1)}

_STAMP = "%Y-%m-%dT%H%M%SZ"
_NAME = re.compile(rf"peernet-(\d{{4}}-\d\d-\d\dT\d{{6}}Z){re.escape(ENDING)}")
# datetime counts weekdays from Monday.
_SUNDAY = 6


def name_at(moment: datetime) -> str:
    """The name of a backup that is made now."""
    return f"peernet-{moment.astimezone(UTC).strftime(_STAMP)}{ENDING}"


def found(folder: Path) -> list[tuple[datetime, Path]]:
    """The backups in a folder with the moments in their names, oldest first. Raises OSError."""
    listed = ((_moment(path.name), path) for path in folder.iterdir())
    return sorted((moment, path) for moment, path in listed if moment is not None)


def newest(plan: Backup) -> datetime | None:
    """The moment of the newest backup; None where there is none, or the folder cannot be read."""
    try:
        *_older, (moment, _path) = [(None, None), *found(Path(plan.folder))]
    except OSError:
        return None
    return moment


def is_late(plan: Backup, moment: datetime | None, now: datetime) -> bool:
    """Whether the newest backup, of that moment, is older than two intervals, or missing."""
    return moment is None or now - moment > 2 * EVERY[plan.every]


def prune(folder: Path, keep: int) -> list[Path]:
    """Remove all but the newest; which they were. Raises OSError."""
    gone = [path for _moment, path in found(folder)[:-keep]]
    for path in gone:
        path.unlink()
    return gone


def last_due(plan: Backup, now: datetime) -> datetime:
    """The latest moment, up to now, at which a backup is to be made."""
    if plan.every == "hour":
        return now.replace(minute=0, second=0, microsecond=0)
    due = now.replace(hour=plan.hour, minute=0, second=0, microsecond=0)
    if plan.every == "week":
        due -= timedelta(days=(due.weekday() - _SUNDAY) % 7)
    return due if due <= now else due - EVERY[plan.every]


def _moment(name: str) -> datetime | None:
    named = _NAME.fullmatch(name)
    try:
        return datetime.strptime(named[1], _STAMP).replace(tzinfo=UTC) if named else None
    except ValueError:
        return None
