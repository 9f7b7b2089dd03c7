"""That the worker is alive: a row that it renews each minute, for those who could otherwise only guess."""

from datetime import datetime

from sqlalchemy.orm import Session

from peernet import clock
from peernet.jobs.models import Beat

WORKER = "worker"


def note(db: Session) -> int:
    """Say that the worker is at work. By the clock; gives 0, because nothing was waiting for it."""
    beat = db.get(Beat, WORKER)
    if beat is None:
        db.add(Beat(name=WORKER, at=clock.now()))
    else:
        beat.at = clock.now()
    return 0


def last(db: Session) -> datetime | None:
    """When a worker last said so; None if none ever did."""
    beat = db.get(Beat, WORKER)
    return beat.at if beat is not None else None
