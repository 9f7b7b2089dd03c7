"""Partners told by one mail each, a few people at a time: who it is, until when, what for, and who begins."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from peernet.accounts import profiles
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.jobs import jobs
from peernet.roundtables.partners import access, emails, showing

JOB = "roundtables.tell_partners"
_AT_ONCE = 10


def leave(db: Session, period_id: int, version: int, person_ids: Sequence[int]) -> None:
    """Leave the job of telling these people."""
    if person_ids:
        jobs.enqueue(db, JOB, {"period_id": period_id, "version": version, "people": list(person_ids)})


def carry_on(db: Session, payload: dict[str, Any]) -> None:
    """Tell the next few how it stands now, and leave the rest to another job."""
    period = db.scalar(access.period(payload["period_id"]))
    if period is None:
        return
    some, rest = payload["people"][:_AT_ONCE], payload["people"][_AT_ONCE:]
    for person_id in some:
        person = db.get(Person, person_id)
        if person is not None and profiles.wants_mail(person, "roundtables"):
            own = showing.own(db, viewer_of(person), period)
            if own is not None:
                emails.told(db, person, period, own, version=payload["version"])
    leave(db, period.id, payload["version"], rest)
