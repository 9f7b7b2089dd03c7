"""What happens to a poll by the clock: those who have not answered are reminded once, two days before it closes; at its
deadline it closes, and those who lead are told once."""

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import CohortState
from peernet.ledger import ledger
from peernet.roundtables import access as roundtables
from peernet.roundtables.polls import access, emails, telling
from peernet.roundtables.polls.models import Poll
from peernet.roundtables.polls.telling import News

AHEAD = timedelta(hours=48)
# Who was asked only now is given time to answer.
_SETTLED = timedelta(hours=24)


def remind_due(db: Session) -> int:
    """Leave the jobs of the reminders that are due; how many polls. Of a poll that was opened less than a day before
    its reminder would be due, nobody is reminded. By the clock."""
    moment = clock.now()
    due = db.scalars(access.to_remind(moment + AHEAD)).all()
    for poll in due:
        _note(db, poll, reminded_at=moment)
        if poll.created_at <= poll.closes_at - AHEAD - _SETTLED:
            telling.tell(db, poll, News.REMINDER)
    db.flush()
    return len(due)


def close_due(db: Session) -> int:
    """Close what is over, and tell those who lead how many answered; how many polls. By the clock."""
    due = db.scalars(access.to_close()).all()
    for poll in due:
        close(db, poll)
        if poll.cohort.state is CohortState.RUNNING:
            _tell_leaders(db, poll)
    return len(due)


def close(db: Session, poll: Poll) -> None:
    """Take no more answers. A second time nothing happens."""
    if poll.closed_at is None:
        _note(db, poll, closed_at=clock.now())
        ledger.record(db, "poll.closed", subject=f"poll:{poll.id}", scope=f"cohort:{poll.cohort_id}")


def _note(db: Session, poll: Poll, **values: datetime) -> None:
    """Not through the row: raising its version would take a poll that is being edited for overtaken."""
    db.flush()
    db.execute(update(Poll).where(Poll.id == poll.id).values(**values))


def _tell_leaders(db: Session, poll: Poll) -> None:
    answered = db.scalar(access.number_answered(poll.id)) or 0
    asked = db.scalar(access.number_asked(poll)) or 0
    for leader in db.scalars(roundtables.leaders_of(poll.cohort_id)).all():
        if leader.mail_roundtables and leader.mail_bounced_at is None:
            emails.closed(db, poll, leader, answered=answered, asked=asked)
