"""Reminding people of what they took on in their daily mail: once when its day is near, once when it has passed.

Who stopped mail about roundtables that need them is not reminded; on their own page it stands all the same.
"""

from datetime import timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.mail import holding
from peernet.roundtables.commitments import access

KIND = "roundtables/commitment"
# So many days before its day, and after it: what a worker that was away missed by more is told no more.
_AHEAD, _LATE = timedelta(days=2), timedelta(days=7)


def hold_due(db: Session) -> int:
    """Hold what is due soon or has become overdue for the next daily mails; how many of these were looked at. By the
    clock."""
    today = clock.today()
    found = db.scalars(access.due_between(today - _LATE, today + _AHEAD)).all()
    for each in found:
        when = "late" if each.due_on < clock.today(each.person.zone) else "soon"
        key = f"commitment:{each.id}:{when}"
        holding.hold(db, person_id=each.person_id, kind=KIND, subject=f"commitment:{each.id}", key=key)
    return len(found)
