"""Taking everything along: asked for, made by the worker, fetched once, and gone in any case after some days."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any, BinaryIO

from sqlalchemy import Select, event, select
from sqlalchemy.orm import Session, joinedload

from peernet import clock
from peernet.accounts.models import Person
from peernet.db import Database
from peernet.jobs import jobs
from peernet.ledger import ledger
from peernet.privacy import archives, emails, export
from peernet.privacy.models import Archive
from peernet.settings import current
from peernet.web.viewer import Viewer

JOB = "privacy.archive"
# A file whose row is not there yet is younger than this.
_GRACE = timedelta(days=1)


def own(viewer: Viewer) -> Select[Archive]:
    """What the viewer asked for."""
    return select(Archive).where(Archive.person_id == viewer.person_id)


def ask(db: Session, person: Person) -> Archive:
    """Leave the job of making an archive; where one was asked for already, that one. One that is there, or waits, is
    not made twice."""
    asked = db.scalar(select(Archive).where(Archive.person_id == person.id))
    if asked is not None and (asked.made_at is None or archives.has(asked.name)):
        return asked
    if asked is not None:
        db.delete(asked)
        db.flush()
    asked = Archive(person_id=person.id, asked_at=clock.now())
    db.add(asked)
    db.flush()
    jobs.enqueue(db, JOB, {"archive_id": asked.id, "person_id": person.id})
    ledger.record(db, "person.archive_asked", subject=f"person:{person.id}", actor_id=person.id)
    return asked


def work_out(database: Database, payload: dict[str, Any]) -> Callable[[Session], None]:
    """Do the job: read everything and write the archive, with no lock held meanwhile; what it gives stores that it is
    there. A second time it gives nothing to do."""
    with database.reading() as db:
        asked = db.scalar(_waiting(payload["archive_id"]))
        if asked is None:
            return lambda _db: None
        name, size = archives.make(partial(export.write, db, asked.person))
    return lambda db: _store(db, payload["archive_id"], name, size)


def fetch(db: Session, viewer: Viewer) -> tuple[BinaryIO, int] | None:
    """Hand the archive out: its bytes, open, and how many. From the commit on it is not there any more. None where
    none is."""
    asked = db.scalar(own(viewer))
    if asked is None or not archives.has(asked.name):
        return None
    file, size = archives.opened(asked.name), asked.bytes
    _drop_with_commit(db, asked)
    ledger.record_handing_out(db, [asked.person_id], "person.export", actor_id=asked.person_id)
    return file, size


def throw_away(db: Session, person_id: int) -> None:
    """Remove whatever was made for somebody, as when they are forgotten."""
    asked = db.scalar(select(Archive).where(Archive.person_id == person_id))
    if asked is not None:
        _drop_with_commit(db, asked)


def prune(db: Session) -> int:
    """Remove archives that nobody fetched in time, and files that no row names; how many. By the clock."""
    names = set(db.scalars(select(Archive.name)))
    over = db.scalars(select(Archive).where(Archive.until < clock.now())).all()
    for asked in over:
        _drop_with_commit(db, asked)
    return len(over) + archives.drop_but(names, (clock.now() - _GRACE).timestamp())


def _waiting(archive_id: int) -> Select[Archive]:
    waiting = select(Archive).where(Archive.id == archive_id, Archive.made_at.is_(None))
    return waiting.options(joinedload(Archive.person, innerjoin=True))


def _store(db: Session, archive_id: int, name: str, size: int) -> None:
    asked = db.scalar(_waiting(archive_id))
    if asked is None:
        archives.drop(name)
        return
    asked.name, asked.bytes, asked.made_at = name, size, clock.now()
    asked.until = clock.now() + timedelta(days=current().privacy.archive_days)
    db.flush()
    emails.archive_ready(db, asked.person, until=asked.until)


def _drop_with_commit(db: Session, asked: Archive) -> None:
    event.listen(db, "after_commit", partial(_drop, asked.name), once=True)
    db.delete(asked)
    db.flush()


def _drop(name: str, _db: Session) -> None:
    archives.drop(name)
