"""Reminders of a roundtable, each by the choice of who gets it: what to read a week before, when and where a day
before, and the way in an hour before.

Each is due within a span of time before the promised moment, and done once for that moment: a roundtable that moves is
reminded of anew. Late ones are sent while they are of use, and none once it has begun.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import CohortState
from peernet.ledger import ledger
from peernet.roundtables import access, telling
from peernet.roundtables.models import Roundtable, When
from peernet.roundtables.telling import News
from peernet.web.viewer import NOBODY


@dataclass(frozen=True, slots=True)
class Reminder:
    """One of them: from how long before it is due, and until how long before it is of use. Who was told of the time
    less than ``settled`` ago needs no reminder on top."""

    kind: str
    ahead: timedelta
    until: timedelta
    settled: timedelta


READING = Reminder("reading", timedelta(days=7), timedelta(hours=25), timedelta(hours=6))
DAY = Reminder("day", timedelta(hours=24), timedelta(hours=2), timedelta(hours=6))
HOUR = Reminder("hour", timedelta(hours=1), timedelta(0), timedelta(minutes=30))
ALL = (READING, DAY, HOUR)
_NEW_TIME = ("roundtable.planned", "roundtable.moved", "roundtable.reinstated")


def send_due(db: Session) -> int:
    """Leave the jobs of whatever reminder is due, once for each time that was promised; how many are due. By the
    clock."""
    near = [each for each in db.scalars(access.all_to_come()) if _is_near(each)]
    changed = ledger.latest(db, [_subject(each) for each in near], _NEW_TIME, person_id=None)
    with_reading = _with_reading(db, [each.id for each in near])
    count = 0
    for roundtable in near:
        since = changed.get(_subject(roundtable), roundtable.created_at)
        for reminder in ALL:
            if _is_due(roundtable, reminder, since) and (reminder is not READING or roundtable.id in with_reading):
                _remind(db, roundtable, reminder)
                count += 1
    return count


def _remind(db: Session, roundtable: Roundtable, reminder: Reminder) -> None:
    moment = roundtable.starts_at
    telling.tell(
        db,
        roundtable,
        News.REMINDER,
        key=f"roundtable:{roundtable.id}:{reminder.kind}:{moment:%Y%m%dT%H%M%S}",
        kind=reminder.kind,
        starts_at=moment.isoformat(),
        until=(moment - reminder.until).isoformat(),
    )


def _is_near(roundtable: Roundtable) -> bool:
    is_close = roundtable.starts_at - clock.now() <= READING.ahead
    return is_close and roundtable.cancelled_at is None and roundtable.cohort.state is CohortState.RUNNING


def _is_due(roundtable: Roundtable, reminder: Reminder, since: datetime) -> bool:
    moment = clock.now()
    left = roundtable.starts_at - moment
    return reminder.until < left <= reminder.ahead and since <= moment - reminder.settled


def _with_reading(db: Session, ids: list[int]) -> set[int]:
    """Those before which there is something to read, or to answer."""
    if not ids:
        return set()
    asked = {row.roundtable_id for row in db.scalars(access.prompts_of(NOBODY, ids)) if row.when is When.BEFORE}
    return asked | {reading.roundtable_id for reading in db.scalars(access.readings_of(ids))}


def _subject(roundtable: Roundtable) -> str:
    return f"roundtable:{roundtable.id}"
