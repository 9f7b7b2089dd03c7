"""A roundtable planned, revised, moved, cancelled, and taken up again. Who is invited is told of all that matters."""

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack
from urllib.parse import urlsplit

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from peernet import clock
from peernet.cohorts.models import Cohort, CohortState
from peernet.db import Conflict, Refused
from peernet.i18n import formats
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.prompts.models import Asking
from peernet.roundtables import deputies, joining, places, prompting, readings, showing, telling, times, waiting
from peernet.roundtables.models import Roundtable, RoundtableKind, When
from peernet.roundtables.telling import News
from peernet.settings import current
from peernet.web.viewer import Viewer

# Stands for the page that shows the way in, whosever it is.
_A_PAGE = "page"


class Facts(TypedDict, total=False):
    """What can be said of a roundtable beside its time. ``agenda`` is Markdown and comes with ``agenda_html``."""

    title: str
    kind: RoundtableKind
    summary: str
    place: str
    link: str
    link_minutes: int | None
    agenda: str
    agenda_html: str
    capacity: int | None
    one_each: bool
    quorum: int | None
    is_public: bool


def plan(
    db: Session,
    cohort: Cohort,
    *,
    actor: Viewer,
    wall_start: datetime,
    zone: str,
    minutes: int,
    reading: Sequence[tuple[str, str]] = (),
    asked: Sequence[tuple[Asking, When]] = (),
    held: bool = False,
    uid: str = "",
    **facts: Unpack[Facts],
) -> Roundtable:
    """A new roundtable of the series, to which everybody who attends is invited. ``wall_start`` is naive, as the clocks
    of ``zone`` show it; ``reading`` is (title, address). ``held`` puts one on record that has been. Raises Refused for
    a time that does not exist or is over, and in a closed cohort."""
    starts_at, ends_at = times.span(wall_start, zone, minutes)
    _refuse_quorum(facts.get("quorum"), facts.get("capacity"))
    if not held:
        _refuse_past(starts_at)
        if cohort.state is CohortState.CLOSED:
            raise Refused(_("This cohort is closed. Open it again first."))
    roundtable = Roundtable(
        cohort=cohort,
        wall_start=wall_start,
        zone=zone,
        minutes=minutes,
        starts_at=starts_at,
        ends_at=ends_at,
        zone_rules=times.RULES,
        uid=uid or f"{secrets.token_hex(16)}@{urlsplit(current().public_url).hostname}",
        created_at=clock.now(),
        **{"link_minutes": joining.MINUTES, **facts},
    )
    db.add(roundtable)
    db.flush()
    readings.choose(db, roundtable, reading)
    prompting.choose(db, roundtable, asked)
    _record(db, roundtable, actor, "roundtable.planned")
    showing.renew(db, roundtable)
    if not held:
        telling.tell(db, roundtable, News.INVITED)
    return roundtable


def revise(
    db: Session,
    roundtable: Roundtable,
    *,
    actor: Viewer,
    version: int,
    reading: Sequence[tuple[str, str]] | None = None,
    asked: Sequence[tuple[Asking, When]] | None = None,
    **facts: Unpack[Facts],
) -> bool:
    """Change what is given, and say whether anything changed. Another place is told to who has not declined, another
    way in to who comes. More places are held for who waits. Raises Conflict where ``version`` is no longer that,
    Refused for fewer places than are taken, and for one place for each organisation where one has two already."""
    places.hold(db, roundtable)
    _check_version(roundtable, version)
    capacity = facts.get("capacity", roundtable.capacity)
    _refuse_too_few_places(roundtable, capacity)
    _refuse_quorum(facts.get("quorum", roundtable.quorum), capacity)
    was_public, was_told = roundtable.is_public, joining.told(roundtable, page=_A_PAGE)
    changed = [name for name, value in facts.items() if getattr(roundtable, name) != value]
    if reading is not None and readings.choose(db, roundtable, reading):
        changed.append("reading")
    if asked is not None and prompting.choose(db, roundtable, asked):
        changed.append("asked")
    if not changed:
        return False
    for name in facts:
        setattr(roundtable, name, facts[name])  # type: ignore[literal-required]
    # What hangs on the row is a new version of it as well.
    flag_modified(roundtable, "title")
    is_elsewhere = "place" in changed
    # Behind the page that shows it in time, another way in needs no mail; who does not come has none.
    is_reached_anew = "link" in changed and joining.told(roundtable, page=_A_PAGE) != was_told
    roundtable.sequence += is_elsewhere or is_reached_anew
    db.flush()
    _rearrange(db, roundtable, changed)
    _record(db, roundtable, actor, "roundtable.revised", fields=sorted(changed))
    showing.renew(db, roundtable, was_public=was_public)
    if is_elsewhere or is_reached_anew:
        telling.tell(db, roundtable, News.CHANGED, to_who_comes=not is_elsewhere)
    return True


def move(
    db: Session, roundtable: Roundtable, *, actor: Viewer, version: int, wall_start: datetime, zone: str, minutes: int
) -> bool:
    """Promise another time or length, and say whether that changed anything. Answers stand; everybody invited is told
    the old and the new time. Raises Conflict for another version, Refused for a time that is over or does not exist."""
    _refuse_over(roundtable)
    _check_version(roundtable, version)
    if (roundtable.wall_start, roundtable.zone, roundtable.minutes) == (wall_start, zone, minutes):
        return False
    starts_at, ends_at = times.span(wall_start, zone, minutes)
    _refuse_past(starts_at)
    was = roundtable.starts_at.isoformat()
    roundtable.wall_start, roundtable.zone, roundtable.minutes = wall_start, zone, minutes
    roundtable.starts_at, roundtable.ends_at, roundtable.zone_rules = starts_at, ends_at, times.RULES
    roundtable.sequence += 1
    roundtable.moved_sequence = roundtable.sequence
    db.flush()
    _record(db, roundtable, actor, "roundtable.moved", was=was, now=starts_at.isoformat())
    showing.renew(db, roundtable)
    telling.tell(db, roundtable, News.MOVED)
    waiting.renew(db, roundtable)
    return True


def cancel(db: Session, roundtable: Roundtable, *, actor: Viewer, note: str = "") -> None:
    """Say that it does not take place, with a word of one's own to everybody who knew of it. A second time
    nothing happens. Readings, prompts and answers stay."""
    _refuse_over(roundtable, even_cancelled=True)
    if roundtable.cancelled_at is not None:
        return
    roundtable.cancelled_at = clock.now()
    roundtable.sequence += 1
    db.flush()
    _record(db, roundtable, actor, "roundtable.cancelled")
    showing.renew(db, roundtable)
    telling.tell(db, roundtable, News.CANCELLED, note=note)


def reinstate(db: Session, roundtable: Roundtable, *, actor: Viewer) -> None:
    """Let a cancelled one take place after all, at its time. Answers stand; everybody invited is told."""
    _refuse_over(roundtable, even_cancelled=True)
    if roundtable.cancelled_at is None:
        return
    roundtable.cancelled_at = None
    roundtable.sequence += 1
    db.flush()
    _record(db, roundtable, actor, "roundtable.reinstated")
    showing.renew(db, roundtable)
    telling.tell(db, roundtable, News.REINSTATED)
    waiting.renew(db, roundtable)


def as_text(roundtable: Roundtable) -> str:
    """A roundtable as it stands, for somebody whose change came second."""
    when = f"{roundtable.wall_start:%Y-%m-%d %H:%M} {formats.zone_city(roundtable.zone)}"
    lines = (roundtable.title, when, roundtable.place, roundtable.link, roundtable.summary, roundtable.agenda)
    return "\n".join(filter(None, lines))


def _check_version(roundtable: Roundtable, version: int) -> None:
    if roundtable.version != version:
        raise Conflict(_("Somebody else changed this roundtable meanwhile."), theirs=as_text(roundtable))


def _refuse_past(starts_at: datetime) -> None:
    if starts_at <= clock.now():
        raise Refused(_("This time is over already. Please check the date."), field="day")


def _refuse_over(roundtable: Roundtable, *, even_cancelled: bool = False) -> None:
    if roundtable.over_at <= clock.now():
        raise Refused(_("This roundtable is over."))
    if roundtable.cancelled_at is not None and not even_cancelled:
        raise Refused(_("This roundtable was cancelled. Take it up again first."))


def _refuse_too_few_places(roundtable: Roundtable, capacity: int | None) -> None:
    if capacity is not None and capacity < roundtable.accepted:
        message = _("%(taken)s places are taken already; there cannot be fewer.", taken=roundtable.accepted)
        raise Refused(message, field="capacity")


def _refuse_quorum(quorum: int | None, capacity: int | None) -> None:
    if quorum is not None and capacity is not None and quorum > capacity:
        raise Refused(_("There are fewer places than that; it could never be reached."), field="quorum")


def _rearrange(db: Session, roundtable: Roundtable, changed: Collection[str]) -> None:
    """Let places follow another number of them, or another rule."""
    if "one_each" in changed:
        deputies.count_by_organisation(db, roundtable)
    if {"capacity", "one_each"} & set(changed):
        waiting.pass_on(db, roundtable)


def _record(db: Session, roundtable: Roundtable, actor: Viewer, action: str, **data: Any) -> None:
    ledger.record(
        db,
        action,
        subject=f"roundtable:{roundtable.id}",
        scope=f"cohort:{roundtable.cohort_id}",
        actor_id=actor.person_id,
        data=data,
    )
