"""News of a roundtable, to everybody whom it concerns.

A verb leaves one job in its transaction. The worker writes the mails a few people at a time, so that the write lock is
held briefly however many they are; each mail says how things stand when it is written, and is written once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import CohortState
from peernet.jobs import jobs
from peernet.mail import holding
from peernet.roundtables import access, emails, invitees, links, told
from peernet.roundtables.commitments import access as commitments
from peernet.roundtables.groupings import showing
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Answer, Roundtable, Told
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer

JOB = "roundtables.tell"
_AT_ONCE = 5


class News(StrEnum):
    """What there is to tell."""

    INVITED = "invited"
    JOINED = "joined"
    MOVED = "moved"
    RULES_MOVED = "rules_moved"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    REINSTATED = "reinstated"
    REMINDER = "reminder"


# Who does not come themselves, and what they hear as well: another time may suit them, and who declined on the page has
# it in the calendar still.
_AWAY = (Answer.DECLINED, Answer.DEPUTY)
_TO_DECLINERS = (News.INVITED, News.JOINED, News.MOVED, News.CANCELLED, News.REINSTATED)
# Who needs no reminder beside them: who has no place, and an hour before also who did not answer.
_NOT_REMINDED: dict[str, tuple[Answer | None, ...]] = {
    "reading": (),
    "day": (Answer.WRITING, Answer.WAITING),
    "hour": (Answer.WRITING, Answer.WAITING, None),
}
# News after which a reminder that was written says what is no longer so.
_OVERTAKE_REMINDERS = (News.MOVED, News.RULES_MOVED, News.CANCELLED)
# Mails that say when it is to somebody who did not know.
_GIVE_THE_TIME = (News.INVITED, News.JOINED, News.MOVED, News.RULES_MOVED, News.REINSTATED)


def tell(db: Session, roundtable: Roundtable, news: News, *, key: str | None = None, **facts: Any) -> None:
    """Leave the job of telling everybody invited. Of a draft, and of what is over, nothing is told.

    ``facts``: of a change whether it is told only ``to_who_comes``; of a cancellation its ``note``; of a reminder its
    ``kind``, the moment ``starts_at`` that it is for and the one ``until`` which it is of use. ``key`` names a job that
    is done once ever.
    """
    if news in _OVERTAKE_REMINDERS:
        emails.recall_reminders(db, roundtable)
    if roundtable.cohort.state is not CohortState.DRAFT and roundtable.over_at > clock.now():
        _leave(db, roundtable.id, news, (0, 0), facts, key)


def carry_on(db: Session, payload: dict[str, Any]) -> None:
    """Do the job: tell the next few people, and leave the rest to another one."""
    roundtable = db.scalars(access.all_roundtables().where(Roundtable.id == payload["roundtable_id"])).one_or_none()
    news = News(payload["news"])
    if roundtable is None or _is_stale(roundtable, news, payload["facts"]):
        return
    reached = (payload["after"], payload.get("after_guest", 0))
    some = invitees.following(db, roundtable, person_id=reached[0], guest_id=reached[1], most=_AT_ONCE)
    whoever = [invitee for invitee, _answer in some]
    task = _Task(roundtable, news, payload["facts"], _to_welcome(db, roundtable, news, whoever))
    known = told.of(db, roundtable, whoever)
    for invitee, answer in some:
        _tell_one(db, task, invitee, answer, known.get(invitee.key))
        reached = (invitee.person_id or reached[0], invitee.guest_id or reached[1])
    if len(some) == _AT_ONCE:
        _leave(db, roundtable.id, news, reached, payload["facts"])


@dataclass(frozen=True, slots=True)
class _Task:
    """What is told to a few people; ``newcomers`` are those of them who read of the cohort's series for the first
    time."""

    roundtable: Roundtable
    news: News
    facts: dict[str, Any]
    newcomers: frozenset[int]


def _to_welcome(db: Session, roundtable: Roundtable, news: News, some: Sequence[Invitee]) -> frozenset[int]:
    return frozenset(told.newcomers(db, roundtable.cohort_id, some)) if news is News.JOINED else frozenset()


def _leave(
    db: Session, roundtable_id: int, news: News, reached: tuple[int, int], facts: dict[str, Any], key: str | None = None
) -> None:
    """``reached`` is the last person and the last guest who were told."""
    after, after_guest = reached
    payload = {"roundtable_id": roundtable_id, "news": news.value, "after": after, "after_guest": after_guest}
    jobs.enqueue(db, JOB, payload | {"facts": facts}, key=key)


def _is_stale(roundtable: Roundtable, news: News, facts: dict[str, Any]) -> bool:
    """Whether it is over, or was cancelled, taken up again or (for a reminder) moved since: other jobs tell that."""
    is_cancelled = roundtable.cancelled_at is not None
    if news is News.REMINDER and not _is_of_use(roundtable, facts):
        return True
    return roundtable.over_at <= clock.now() or is_cancelled != (news is News.CANCELLED)


def _is_of_use(roundtable: Roundtable, facts: dict[str, Any]) -> bool:
    """Whether a reminder is for the present time and not too late. One of an earlier release names no moment."""
    if "starts_at" not in facts:
        return False
    until = datetime.fromisoformat(facts["until"])
    return datetime.fromisoformat(facts["starts_at"]) == roundtable.starts_at and clock.now() < until


def _tell_one(db: Session, task: _Task, invitee: Invitee, answer: Answer | None, known: Told | None) -> None:
    if _concerns(task, invitee, answer, known):
        _write(db, task, invitee, answer, known)
        if task.news in _GIVE_THE_TIME:
            told.note(db, task.roundtable, invitee)
    elif known is not None and task.news is News.RULES_MOVED:
        # Their hour is as they knew it.
        told.note(db, task.roundtable, invitee, is_invited=known.is_invited)


def _concerns(task: _Task, invitee: Invitee, answer: Answer | None, known: Told | None) -> bool:
    news = task.news
    if not invitee.has_mail or (answer in _AWAY and news not in _TO_DECLINERS):
        return False
    if invitee.is_public and answer is Answer.DECLINED:
        # They gave their place back: it is in their calendar no more, and nothing of it is news to them.
        return False
    if news in (News.INVITED, News.JOINED):
        return known is None or not known.is_invited
    if known is None:
        return news is News.REINSTATED
    if news is News.CHANGED and task.facts.get("to_who_comes"):
        return answer is Answer.ACCEPTED
    if news is News.REMINDER:
        kind = task.facts["kind"]
        return kind in invitee.reminders and answer not in _NOT_REMINDED[kind]
    if news is News.RULES_MOVED:
        return _hour_moved(task.roundtable, invitee.zone, known.starts_at)
    return news is not News.MOVED or told.is_another(task.roundtable, known)


def _hour_moved(roundtable: Roundtable, own_zone: str, was: datetime) -> bool:
    """Whoever lives by the clocks of the promise sees the hour that was promised, before and after."""
    present = roundtable.starts_at
    by_the_promise = clock.to_wall(present, own_zone) == clock.to_wall(present, roundtable.zone)
    return not by_the_promise or clock.to_wall(was, own_zone) != clock.to_wall(was, roundtable.zone)


def _write(db: Session, task: _Task, invitee: Invitee, answer: Answer | None, known: Told | None) -> None:
    roundtable, news = task.roundtable, task.news
    if news is News.CANCELLED:
        emails.cancelled(db, roundtable, invitee, answer=answer, note=task.facts["note"])
        return
    token = links.token_for(db, roundtable, invitee)
    if known is None or news in (News.INVITED, News.JOINED):
        _invite(db, task, invitee, token)
    elif news in (News.MOVED, News.RULES_MOVED):
        was, by_rules = (known.starts_at, known.zone), news is News.RULES_MOVED
        emails.moved(db, roundtable, invitee, answer=answer, token=token, was=was, by_rules=by_rules)
    elif news is News.CHANGED:
        emails.changed(db, roundtable, invitee, answer=answer, token=token)
    elif news is News.REINSTATED:
        emails.reinstated(db, roundtable, invitee, answer=answer, token=token)
    else:
        _remind(db, task, invitee, answer, token)


def _invite(db: Session, task: _Task, invitee: Invitee, token: Token) -> None:
    """The invitation. Whoever joined a series that is under way reads in the same mail when it meets again, and is
    invited to each when its turn comes."""
    later = list(db.scalars(told.later_than(task.roundtable))) if invitee.person_id in task.newcomers else []
    if not later:
        still_open = _still_open(db, task.roundtable, invitee)
        emails.invited(db, task.roundtable, invitee, token=token, still_open=still_open)
        return
    emails.welcome(db, task.roundtable, invitee, token=token, later=later)
    for each in later:
        told.note(db, each, invitee, is_invited=False)


def _remind(db: Session, task: _Task, invitee: Invitee, answer: Answer | None, token: Token) -> None:
    """Write the reminder; where what can wait comes once a day, hold the one of what to read for then."""
    roundtable, kind = task.roundtable, task.facts["kind"]
    key = f"roundtable:{roundtable.id}:{kind}:{roundtable.starts_at:%Y%m%dT%H%M%S}:{invitee.label}"
    if kind == "reading" and invitee.once_a_day and invitee.person_id is not None:
        subject = f"roundtable:{roundtable.id}"
        holding.hold(db, person_id=invitee.person_id, kind="roundtables/reading", subject=subject, key=key)
        return
    viewer = Viewer(person_id=invitee.person_id)
    emails.reminder(
        db,
        roundtable,
        invitee,
        kind=kind,
        key=key,
        answer=answer,
        token=token,
        readings=[(reading.title, reading.url) for reading in db.scalars(access.readings_of([roundtable.id]))],
        prompts=[row.asking.text for row in db.scalars(access.prompts_of(viewer, [roundtable.id]))],
        tables=showing.own(db, viewer, [roundtable.id]).get(roundtable.id, []),
        still_open=_still_open(db, roundtable, invitee) if kind == "day" else (),
    )


def _still_open(db: Session, roundtable: Roundtable, invitee: Invitee) -> list[tuple[str, str, date]]:
    """What was taken on at earlier roundtables of the cohort and is open, for one of it. One query."""
    if invitee.person_id is None:
        return []
    found = db.scalars(commitments.open_before(Viewer(person_id=invitee.person_id), roundtable))
    return [(each.person.name, each.text, each.due_on) for each in found]
