"""News of a poll, to those whom it asks: a few at a time, each mail written once, and only while it is of use.

A verb leaves one job in its transaction; the worker writes the mails.
"""

from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import CohortState
from peernet.jobs import jobs
from peernet.roundtables.polls import access, emails, links
from peernet.roundtables.polls.models import Poll, PollState

JOB = "polls.tell"
_AT_ONCE = 5


class News(StrEnum):
    """What there is to tell."""

    ASKED = "asked"
    CHANGED = "changed"
    REMINDER = "reminder"
    CANCELLED = "cancelled"


def tell(db: Session, poll: Poll, news: News, *, note: str = "", key: str = "") -> None:
    """Leave the job of telling everybody whom the poll asks. ``note`` goes with a cancellation; ``key`` names a change
    that is none of the poll's row, so that each is told once."""
    change = key or str(poll.version)
    _leave(db, {"poll_id": poll.id, "news": news.value, "change": change, "note": note, "after": 0})


def carry_on(db: Session, payload: dict[str, Any]) -> None:
    """Do the job: tell the next few people, and leave the rest to another one."""
    poll = db.scalar(access.by_id(payload["poll_id"]))
    news = News(payload["news"])
    if poll is None or not _is_of_use(poll, news):
        return
    reached = payload["after"]
    some = db.execute(access.asked_after(poll, reached, _AT_ONCE)).all()
    for person, has_answered, lacking in some:
        if _concerns(news, person, has_answered, lacking):
            _write(db, poll, news, person, payload)
        reached = person.id
    if len(some) == _AT_ONCE:
        _leave(db, payload | {"after": reached})


def _leave(db: Session, payload: dict[str, Any]) -> None:
    jobs.enqueue(db, JOB, payload)


def _is_of_use(poll: Poll, news: News) -> bool:
    state = poll.state_at(clock.now())
    wanted = PollState.CANCELLED if news is News.CANCELLED else PollState.OPEN
    return state is wanted and poll.cohort.state is CohortState.RUNNING


def _concerns(news: News, person: Person, has_answered: bool, lacking: int) -> bool:
    """Whom it concerns: a change those who have something left to say, a reminder those who said nothing."""
    if person.mail_bounced_at is not None:
        return False
    if news is News.REMINDER:
        return not has_answered and person.mail_prompts
    return news is not News.CHANGED or not has_answered or lacking > 0


def _write(db: Session, poll: Poll, news: News, person: Person, payload: dict[str, Any]) -> None:
    if news is News.CANCELLED:
        emails.cancelled(db, poll, person, note=payload["note"])
        return
    options = list(db.scalars(access.options_of(poll.id)))
    token = links.token_for(db, poll, person)
    if news is News.ASKED:
        emails.asked(db, poll, person, options=options, token=token)
    elif news is News.REMINDER:
        emails.reminder(db, poll, person, options=options, token=token)
    else:
        emails.changed(db, poll, person, options=options, token=token, change=payload["change"])
