"""News of a roundtable, to everybody whom it concerns.

A verb leaves one job in its transaction. The worker writes the mails a few people at a time, so that the write lock is
held briefly however many they are; each mail says how things stand when it is written, and is written once.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import links as stops
from peernet.accounts.models import Person
from peernet.cohorts.models import CohortState
from peernet.jobs import jobs
from peernet.roundtables import access, emails, invitees, links
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Answer, Roundtable
from peernet.tokens.models import Token
from peernet.web.viewer import NOBODY

JOB = "roundtables.tell"
_AT_ONCE = 5


class News(StrEnum):
    """What there is to tell."""

    INVITED = "invited"
    MOVED = "moved"
    RULES_MOVED = "rules_moved"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"
    REMINDER = "reminder"


# Who does not come themselves, and what they hear as well: another time may suit them.
_AWAY = (Answer.DECLINED, Answer.DEPUTY)
_TO_DECLINERS = (News.INVITED, News.MOVED, News.REINSTATED)


def tell(db: Session, roundtable: Roundtable, news: News, *, key: str | None = None, **facts: Any) -> None:
    """Leave the job of telling everybody invited. Of a draft, and of what is over, nothing is told.

    ``facts``: of what moved ``was``, the moment in ISO 8601, and ``was_zone``; of a cancellation ``note``; of a
    reminder the ``sequence`` that it is for. ``key`` names a job that is done once ever.
    """
    if roundtable.cohort.state is not CohortState.DRAFT and roundtable.ends_at > clock.now():
        _leave(db, roundtable.id, news, (0, 0), facts, key)


def carry_on(db: Session, payload: dict[str, Any]) -> None:
    """Do the job: tell the next few people, and leave the rest to another one."""
    roundtable = db.scalars(access.all_roundtables().where(Roundtable.id == payload["roundtable_id"])).one_or_none()
    news = News(payload["news"])
    if roundtable is None or _is_stale(roundtable, news, payload["facts"]):
        return
    reached = (payload["after"], payload.get("after_guest", 0))
    some = invitees.following(db, roundtable, person_id=reached[0], guest_id=reached[1], most=_AT_ONCE)
    for invitee, answer in some:
        if _concerns(roundtable, news, invitee, answer, payload["facts"]):
            _write(db, roundtable, news, invitee, answer, payload["facts"])
        reached = (invitee.person_id or reached[0], invitee.guest_id or reached[1])
    if len(some) == _AT_ONCE:
        _leave(db, roundtable.id, news, reached, payload["facts"])


def _leave(
    db: Session, roundtable_id: int, news: News, reached: tuple[int, int], facts: dict[str, Any], key: str | None = None
) -> None:
    """``reached`` is the last person and the last guest who were told."""
    after, after_guest = reached
    payload = {"roundtable_id": roundtable_id, "news": news.value, "after": after, "after_guest": after_guest}
    jobs.enqueue(db, JOB, payload | {"facts": facts}, key=key)


def _is_stale(roundtable: Roundtable, news: News, facts: dict[str, Any]) -> bool:
    """Whether it is over, or was cancelled, taken up again or (for a reminder) changed since: other jobs tell that."""
    is_cancelled = roundtable.cancelled_at is not None
    if facts.get("sequence", roundtable.sequence) != roundtable.sequence:
        return True
    return roundtable.ends_at <= clock.now() or is_cancelled != (news is News.CANCELLED)


def _concerns(
    roundtable: Roundtable, news: News, invitee: Invitee, answer: Answer | None, facts: dict[str, Any]
) -> bool:
    if not invitee.has_mail or (answer in _AWAY and news not in _TO_DECLINERS):
        return False
    if news is News.REMINDER:
        return invitee.wants_reminders and answer not in (Answer.WRITING, Answer.WAITING)
    if news is News.RULES_MOVED:
        return _hour_moved(roundtable, invitee.zone, datetime.fromisoformat(facts["was"]))
    return True


def _hour_moved(roundtable: Roundtable, own_zone: str, was: datetime) -> bool:
    """Whoever lives by the clocks of the promise sees the hour that was promised, before and after."""
    present = roundtable.starts_at
    by_the_promise = clock.to_wall(present, own_zone) == clock.to_wall(present, roundtable.zone)
    return not by_the_promise or clock.to_wall(was, own_zone) != clock.to_wall(was, roundtable.zone)


def _write(
    db: Session, roundtable: Roundtable, news: News, invitee: Invitee, answer: Answer | None, facts: dict[str, Any]
) -> None:
    if news is News.CANCELLED:
        emails.cancelled(db, roundtable, invitee, answer=answer, note=facts["note"])
        return
    token = links.token_for(db, roundtable, invitee)
    if news is News.INVITED:
        emails.invited(db, roundtable, invitee, token=token)
    elif news in (News.MOVED, News.RULES_MOVED):
        was = (datetime.fromisoformat(facts["was"]), facts["was_zone"])
        by_rules = news is News.RULES_MOVED
        emails.moved(db, roundtable, invitee, answer=answer, token=token, was=was, by_rules=by_rules)
    elif news is News.CHANGED:
        emails.changed(db, roundtable, invitee, answer=answer, token=token)
    elif news is News.REINSTATED:
        emails.reinstated(db, roundtable, invitee, answer=answer, token=token)
    else:
        _remind(db, roundtable, invitee, answer, token)


def _remind(db: Session, roundtable: Roundtable, invitee: Invitee, answer: Answer | None, token: Token) -> None:
    emails.reminder(
        db,
        roundtable,
        invitee,
        answer=answer,
        token=token,
        stop=_stop_token(db, invitee),
        readings=[(reading.title, reading.url) for reading in db.scalars(access.readings_of([roundtable.id]))],
        prompts=[row.asking.text for row in db.scalars(access.prompts_of(NOBODY, [roundtable.id]))],
    )


def _stop_token(db: Session, invitee: Invitee) -> Token | None:
    person = None if invitee.person_id is None else db.get(Person, invitee.person_id)
    return None if person is None else stops.stop_token(db, person, "roundtables")
