"""The day before: when, where, what to read and what is asked, to who comes or has not answered."""

from datetime import timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import CohortState
from peernet.roundtables import access, telling
from peernet.roundtables.models import Roundtable
from peernet.roundtables.telling import News

AHEAD = timedelta(hours=24)
# Who was invited just now needs no reminder on top.
_SETTLED = timedelta(hours=6)


def send_due(db: Session) -> int:
    """Remind of the roundtables of the coming day, once for each time that was promised; their number. By the clock."""
    horizon = clock.now() + AHEAD
    due = [each for each in db.scalars(access.all_to_come()) if each.starts_at <= horizon and _is_worth_it(each)]
    for roundtable in due:
        key = f"roundtable:{roundtable.id}:reminder:{roundtable.sequence}"
        telling.tell(db, roundtable, News.REMINDER, key=key, sequence=roundtable.sequence)
    return len(due)


def _is_worth_it(roundtable: Roundtable) -> bool:
    is_old = roundtable.created_at <= roundtable.starts_at - AHEAD - _SETTLED
    return is_old and roundtable.cancelled_at is None and roundtable.cohort.state is CohortState.RUNNING
