"""Backups by the clock: one job for each time, done in a process of its own."""

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.backups import keeping, manifest, process
from peernet.db import Database
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.settings import current
from peernet.settings.tree import S3

log = logging.getLogger("peernet.backups")

JOB = "backups.make"


def ask_for_due(db: Session) -> int:
    """Leave the job of making a backup if it is time and none is under way; how many. By the clock."""
    plan = current().backup
    if not plan.folder:
        return 0
    under_way = select(Job.id).where(Job.kind == JOB, Job.done_at.is_(None), Job.dead_at.is_(None))
    if db.scalar(under_way.limit(1)) is not None:
        return 0
    due = keeping.last_due(plan, clock.now())
    return int(jobs.enqueue(db, JOB, key=f"{JOB}:{due:%Y-%m-%dT%H}Z") is not None)


def work_out(database: Database, _payload: dict[str, Any]) -> Callable[[Session], None]:
    """Do the job: a new backup, verified, and then no more than are to be kept. Raises :class:`process.Failed`."""
    settings = current()
    if settings.backup.folder:
        request = process.Request(
            database=database.engine.url.render_as_string(hide_password=False),
            data=str(settings.data),
            target=str(Path(settings.backup.folder) / keeping.name_at(clock.now())),
            keep=settings.backup.keep,
            key=manifest.fingerprint(settings.secret_key.get_secret_value()),
            s3=_bucket(settings.s3),
        )
        log.info("%s", process.make(request))
    return lambda _db: None


def _bucket(given: S3) -> dict[str, Any]:
    """The settings of the bucket with the key in the open, for the standard input of the process alone."""
    return given.model_dump() | {"secret": given.secret.get_secret_value()}


def last_failure(db: Session, *, after: datetime | None) -> str:
    """What the latest of these jobs said when it failed; "" if it did not, or is older than a backup of that moment."""
    latest = db.scalar(select(Job).where(Job.kind == JOB).order_by(Job.id.desc()).limit(1))
    if latest is None or latest.done_at is not None or (after is not None and latest.created_at < after):
        return ""
    return latest.error.removeprefix(f"{process.Failed.__name__}: ")
