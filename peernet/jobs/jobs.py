"""Enqueue work in the caller's transaction, and take it under a lease."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db.engine import remember_outgoing
from peernet.jobs.models import Job

LEASE = timedelta(minutes=10)
# A job with a key is remembered longer, because it must not happen again.
_KEPT, _KEPT_WITH_KEY = timedelta(days=30), timedelta(days=400)
# Waits after a failure; after the last one the job is dead and shows in the administration.
BACK_OFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3), timedelta(hours=12))


def enqueue(
    db: Session,
    kind: str,
    payload: dict[str, Any] | None = None,
    *,
    run_at: datetime | None = None,
    key: str | None = None,
) -> Job | None:
    """Add a job. With ``key`` there is at most one of that name, ever; None is returned where it exists."""
    if key is not None and db.scalar(select(Job.id).where(Job.key == key)) is not None:
        return None
    moment = clock.now()
    job = Job(kind=kind, payload=payload or {}, key=key, run_at=run_at or moment, created_at=moment)
    db.add(job)
    db.flush()
    if job.run_at <= moment:
        remember_outgoing(db, "job", job.id)
    return job


def due(db: Session, limit: int = 100) -> list[int]:
    """Ids of open jobs whose time has come and whom nobody holds."""
    return list(db.scalars(select(Job.id).where(*_free()).order_by(Job.run_at, Job.id).limit(limit)))


def take(db: Session, job_id: int) -> Job | None:
    """Lease a job. None when it is done, dead, not due, or somebody else's."""
    taken = (
        update(Job).where(Job.id == job_id, *_free()).values(lease_until=clock.now() + LEASE, attempts=Job.attempts + 1)
    )
    if db.execute(taken).rowcount != 1:  # type: ignore[attr-defined]
        return None
    return db.scalar(select(Job).where(Job.id == job_id).execution_options(populate_existing=True))


def renew(db: Session, job_id: int) -> None:
    """Hold the lease on, while the work takes longer."""
    held = update(Job).where(Job.id == job_id, Job.lease_until.is_not(None))
    db.execute(held.values(lease_until=clock.now() + LEASE))


def finish(db: Session, job: Job) -> None:
    """The work is done."""
    job.done_at, job.lease_until, job.error = clock.now(), None, ""


def fail(db: Session, job: Job, error: str) -> None:
    """The work failed: again later, or dead after the last try."""
    job.lease_until, job.error = None, error[:2000]
    if job.attempts > len(BACK_OFF):
        job.dead_at = clock.now()
    else:
        job.run_at = clock.now() + BACK_OFF[job.attempts - 1]


def revive(db: Session, job: Job) -> None:
    """Try a dead job again, from the start of the back-off."""
    job.dead_at, job.attempts, job.run_at = None, 0, clock.now()


def prune(db: Session) -> int:
    """Remove what was done long ago; gives how many. What was given up stays until somebody looks. By the clock."""
    moment = clock.now()
    old = or_(and_(Job.key.is_(None), Job.done_at < moment - _KEPT), Job.done_at < moment - _KEPT_WITH_KEY)
    gone = db.execute(delete(Job).where(old), execution_options={"synchronize_session": False})
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _free() -> tuple[Any, ...]:
    moment = clock.now()
    return (
        Job.done_at.is_(None),
        Job.dead_at.is_(None),
        Job.run_at <= moment,
        or_(Job.lease_until.is_(None), Job.lease_until < moment),
    )
