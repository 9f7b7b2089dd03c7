"""What a calendar holds, as plain values for one reader: gathered in a constant number of queries.

The file is written from these values and from nothing else, so their digest is its ETag, and a calendar that did not
change is known before it is written.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from peernet import __version__, clock
from peernet.cohorts.models import Cohort
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.prompts import access as prompts
from peernet.prompts.finding import address
from peernet.prompts.models import Asking
from peernet.roundtables import access as roundtables
from peernet.roundtables import emails, joining, words
from peernet.roundtables.access import Standing
from peernet.roundtables.feeds import access
from peernet.roundtables.models import Answer, Roundtable
from peernet.roundtables.polls import access as polls
from peernet.roundtables.polls import emails as poll_emails
from peernet.roundtables.polls.models import Poll
from peernet.settings import current
from peernet.web.viewer import Viewer

CHANGES = (
    "roundtable.planned",
    "roundtable.revised",
    "roundtable.moved",
    "roundtable.rules_moved",
    "roundtable.cancelled",
    "roundtable.reinstated",
    "prompt.asked",
    "prompt.asking_revised",
    "prompt.reopened",
)
_POLL_CHANGES = ("poll.proposed", "poll.revised", "poll.zone_changed")
_OWN_CHANGES = ("roundtable.answered",)
_TITLE = 120


class Status(StrEnum):
    """STATUS of RFC 5545, section 3.8.1.11."""

    CONFIRMED = "CONFIRMED"
    TENTATIVE = "TENTATIVE"
    CANCELLED = "CANCELLED"


# Of these answers it is known whether the hour is taken; before them, and with any other, it is pencilled in.
_KNOWN = {
    Answer.ACCEPTED: (Status.CONFIRMED, True),
    Answer.DEPUTY: (Status.CONFIRMED, False),
    Answer.WRITING: (Status.CONFIRMED, False),
    Answer.DECLINED: (Status.CONFIRMED, False),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. ``minutes`` is 0 for a deadline, which is a moment, in UTC; ``lines`` are the paragraphs of its
    description; ``answer`` is what its reader said, if they were asked."""

    uid: str
    sequence: int
    changed_at: datetime
    wall_start: datetime
    zone: str
    minutes: int
    title: str
    lines: tuple[str, ...]
    url: str
    place: str = ""
    status: Status = Status.CONFIRMED
    takes_time: bool = False
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A whole calendar; ``url`` is the page that shows the same."""

    name: str
    url: str
    entries: tuple[Entry, ...]

    @property
    def digest(self) -> str:
        """The same for the same calendar, in every process."""
        return hashlib.sha256(f"{__version__}\n{self!r}".encode()).hexdigest()[:32]


def own(db: Session, viewer: Viewer) -> Feed:
    """A person's own calendar: the roundtables of all their cohorts with their answers, and what is asked of them,
    until when. Five queries."""
    standings = roundtables.standings(db, viewer, access.shown_to(viewer))
    asked = prompts.standings(db, viewer, access.deadlines_of(viewer))
    name = _("%(network)s: roundtables", network=current().network.name)
    undone = [each.asking for each in asked if not each.done]
    entries = _all(db, viewer, standings, undone)
    return Feed(name, f"{current().public_url}/me", (*entries, *_polls(db, viewer)))


def of_cohort(db: Session, viewer: Viewer, cohort: Cohort) -> Feed:
    """The calendar of a cohort for somebody who leads it: the whole series, and when its prompts close. Three
    queries."""
    standings = roundtables.standings(db, viewer, access.of_cohort(viewer, cohort.id))
    asked = list(db.scalars(access.deadlines_in(viewer, cohort.id)).unique())
    url = f"{current().public_url}/c/{cohort.slug}/roundtables"
    return Feed(_("%(cohort)s: the series", cohort=cohort.name), url, _all(db, viewer, standings, asked))


def public(db: Session, name: str, url: str, shown: Sequence[Roundtable]) -> Feed:
    """A calendar for everybody, of roundtables that public pages show, with their openings: nothing but title, time,
    summary, cohort and the page at which everybody can sign up. One query."""
    changed = ledger.latest(db, [_subject(one) for one in shown], CHANGES, person_id=None)
    entries = tuple(_public(one, changed.get(_subject(one), one.created_at)) for one in shown)
    return Feed(name, url, entries)


def _all(db: Session, viewer: Viewer, standings: Sequence[Standing], asked: Sequence[Asking]) -> tuple[Entry, ...]:
    subjects = [_subject(each.roundtable) for each in standings] + [f"asking:{each.id}" for each in asked]
    changed = ledger.latest(db, subjects, CHANGES, own=_OWN_CHANGES, person_id=viewer.person_id)
    meetings = [_meeting(each, changed.get(_subject(each.roundtable))) for each in standings]
    return (*meetings, *(_deadline(each, changed.get(f"asking:{each.id}")) for each in asked))


def _meeting(standing: Standing, changed_at: datetime | None) -> Entry:
    one = standing.roundtable
    link = joining.told(one, page=f"{emails.page_of(one)}/join") if standing.has_way_in else ""
    status, takes_time = _state(standing)
    return Entry(
        uid=one.uid,
        sequence=one.sequence,
        changed_at=changed_at or one.created_at,
        wall_start=one.wall_start,
        zone=one.zone,
        minutes=one.minutes,
        title=_title(one),
        lines=tuple(filter(None, (_said(standing), one.cohort.name, one.summary, link, emails.page_of(one)))),
        url=emails.page_of(one),
        place=one.place or link,
        status=status,
        takes_time=takes_time,
        answer=standing.answer.value if standing.answer else "",
    )


def _state(standing: Standing) -> tuple[Status, bool]:
    if standing.roundtable.cancelled_at is not None:
        return Status.CANCELLED, False
    if not standing.attends:
        return Status.CONFIRMED, False
    return _KNOWN.get(standing.answer, (Status.TENTATIVE, True)) if standing.answer else (Status.TENTATIVE, True)


def _said(standing: Standing) -> str:
    if standing.roundtable.cancelled_at is not None or not standing.attends:
        return ""
    if standing.answer is not None:
        return str(words.SAID[standing.answer])
    return _("You have not answered yet.") if standing.roundtable.over_at > clock.now() else ""


def _public(one: Roundtable, changed_at: datetime) -> Entry:
    opening = one.opening if one.opening and one.opening.is_open else None
    path = f"/roundtables/{opening.slug}" if opening else f"/cohorts/{one.cohort.slug}"
    url = f"{current().public_url}{path}"
    return Entry(
        uid=one.uid,
        sequence=one.sequence,
        changed_at=changed_at,
        wall_start=one.wall_start,
        zone=one.zone,
        minutes=one.minutes,
        title=_title(one),
        lines=tuple(filter(None, (one.cohort.name, one.summary, url))),
        url=url,
        status=Status.CANCELLED if one.cancelled_at else Status.CONFIRMED,
    )


def _title(one: Roundtable) -> str:
    """Several programs do not show that an event is cancelled, so the title says it."""
    return _("Cancelled: %(title)s", title=one.title) if one.cancelled_at else one.title


def _deadline(asking: Asking, changed_at: datetime | None) -> Entry:
    assert asking.closes_at is not None
    url = f"{current().public_url}{address(asking)}"
    text = asking.text if len(asking.text) <= _TITLE else f"{asking.text[: _TITLE - 1].rstrip()}…"
    return Entry(
        uid=f"prompt-{asking.id}@{urlsplit(current().public_url).hostname}",
        sequence=asking.version,
        changed_at=changed_at or asking.created_at,
        wall_start=clock.to_wall(asking.closes_at, "UTC"),
        zone="UTC",
        minutes=0,
        title=_("Answers until now: %(prompt)s", prompt=text),
        lines=(asking.cohort.name, asking.text, url),
        url=url,
    )


def _polls(db: Session, viewer: Viewer) -> list[Entry]:
    """The deadlines of polls that the viewer has not answered all of."""
    asked = [each.poll for each in polls.standings(db, viewer, access.polls_of(viewer)) if each.waits]
    changed = ledger.latest(db, [f"poll:{each.id}" for each in asked], _POLL_CHANGES, person_id=None)
    return [_poll(each, changed.get(f"poll:{each.id}", each.created_at)) for each in asked]


def _poll(poll: Poll, changed_at: datetime) -> Entry:
    url = poll_emails.page_of(poll)
    return Entry(
        uid=f"poll-{poll.id}@{urlsplit(current().public_url).hostname}",
        sequence=poll.version,
        changed_at=changed_at,
        wall_start=clock.to_wall(poll.closes_at, "UTC"),
        zone="UTC",
        minutes=0,
        title=_("Say by now when you can: %(title)s", title=poll.title[:_TITLE]),
        lines=(poll.cohort.name, url),
        url=url,
    )


def _subject(one: Roundtable) -> str:
    return f"roundtable:{one.id}"
