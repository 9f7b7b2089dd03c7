"""When a zone's rules change, what is proposed stays a time by the clocks of the poll's zone, and its moment moves."""

from sqlalchemy.orm import Session

from peernet.ledger import ledger
from peernet.roundtables.polls import access, telling, times
from peernet.roundtables.polls.answering import hold
from peernet.roundtables.polls.models import Poll, PollOption
from peernet.roundtables.polls.telling import News


def recompute(db: Session) -> int:
    """Compute the moments of what is proposed anew by the present rules; what means another moment is another option,
    and people are asked about it again. The number of those that moved. By the clock."""
    return sum(_follow(db, poll) for poll in db.scalars(access.to_come()).all())


def _follow(db: Session, poll: Poll) -> int:
    options = db.scalars(access.options_of(poll.id)).all()
    moved = [each for each in options if times.moment_of(each.day, each.start, poll.zone) != each.starts_at]
    if not moved:
        return 0
    hold(db, poll)
    for each in moved:
        db.delete(each)
    db.flush()
    db.add_all(
        PollOption(
            poll_id=poll.id,
            day=each.day,
            start=each.start,
            starts_at=times.moment_of(each.day, each.start, poll.zone),
        )
        for each in moved
    )
    db.flush()
    ledger.record(db, "poll.rules_moved", subject=f"poll:{poll.id}", scope=f"cohort:{poll.cohort_id}")
    telling.tell(db, poll, News.CHANGED, key=f"rules:{moved[0].starts_at}")
    return len(moved)
