"""Opening a roundtable to the public, and until when and how far it is open."""

from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypedDict, Unpack
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables import access_places, places, showing, waiting
from peernet.roundtables.models import Opening, Roundtable
from peernet.roundtables.openings import access
from peernet.text.slugs import free_slug
from peernet.web.viewer import Viewer


class Stage(StrEnum):
    """Where signing up stands."""

    OPEN = "open"
    SHUT = "shut"
    OVER = "over"
    CANCELLED = "cancelled"


class Facts(TypedDict):
    """What organisers say of it. ``closes_on`` is the last day, where the roundtable is."""

    is_open: bool
    places: int | None
    closes_on: date | None
    facilitator: str
    language: str
    asks_needs: bool
    shows_asked: bool
    shows_list: bool


def set_up(db: Session, roundtable: Roundtable, *, actor: Viewer, version: int, **facts: Unpack[Facts]) -> Opening:
    """Open a roundtable to the public, or change how far it is open; ``version`` is 0 for a first time. Opened, it is
    shown on public pages as well. Closed again, who signed up keeps their place. Raises Conflict for another version,
    Refused at ``places`` for fewer than the public has taken."""
    places.hold(db, roundtable)
    opening = db.scalar(access.of(roundtable.id)) or _new(db, roundtable)
    if version != (opening.version or 0):
        raise Conflict(_("Somebody else changed this meanwhile."), theirs=as_text(opening, roundtable.zone))
    _refuse_too_few(db, roundtable, facts["places"])
    if facts["is_open"] and (roundtable.cancelled_at is not None or roundtable.starts_at <= clock.now()):
        raise Refused(_("This roundtable was cancelled or has begun; nobody can sign up for it."))
    closes_on = facts["closes_on"]
    opening.closes_at = _end_of(closes_on, roundtable.zone) if closes_on else None
    for name in ("is_open", "places", "facilitator", "language", "asks_needs", "shows_asked", "shows_list"):
        setattr(opening, name, facts[name])
    was_public, roundtable.is_public = roundtable.is_public, roundtable.is_public or opening.is_open
    db.add(opening)
    db.flush()
    showing.renew(db, roundtable, was_public=was_public)
    waiting.pass_on(db, roundtable)
    _record(db, roundtable, actor, is_open=opening.is_open)
    return opening


def stage(opening: Opening) -> Stage:
    """Where signing up for it stands, as long as its page is shown. ``opening`` comes with its roundtable."""
    roundtable, now = opening.roundtable, clock.now()
    if roundtable.cancelled_at is not None:
        return Stage.CANCELLED
    if roundtable.over_at <= now:
        return Stage.OVER
    return Stage.OPEN if now < closes_at(opening) else Stage.SHUT


def closes_at(opening: Opening) -> datetime:
    """Until when one can sign up: never after the start."""
    start = opening.roundtable.starts_at
    return start if opening.closes_at is None else min(opening.closes_at, start)


def closes_on(opening: Opening, zone: str) -> date | None:
    """The last day of signing up, as it was chosen."""
    if opening.closes_at is None:
        return None
    return (opening.closes_at.astimezone(ZoneInfo(zone)) - timedelta(seconds=1)).date()


def left(db: Session, opening: Opening) -> int | None:
    """How many places the public can have still; None where nothing limits them. One query where it has its own."""
    roundtable = opening.roundtable
    at_table = None if roundtable.capacity is None else max(0, roundtable.capacity - roundtable.accepted)
    if opening.places is None:
        return at_table
    own = max(0, opening.places - (db.scalar(access_places.taken_by_public(roundtable.id)) or 0))
    return own if at_table is None else min(own, at_table)


def as_text(opening: Opening, zone: str) -> str:
    """An opening as it stands, for somebody whose change came second."""
    day = closes_on(opening, zone)
    lines = (
        _("Everybody can sign up") if opening.is_open else _("Nobody can sign up"),
        _("Places for the public: %(count)s", count=opening.places) if opening.places else "",
        _("Last day: %(day)s", day=day.isoformat()) if day else "",
        opening.facilitator,
    )
    return "\n".join(filter(None, lines))


def _new(db: Session, roundtable: Roundtable) -> Opening:
    def is_taken(slug: str) -> bool:
        return db.scalar(select(Opening.roundtable_id).where(Opening.slug == slug)) is not None

    return Opening(roundtable_id=roundtable.id, slug=free_slug(roundtable.title, is_taken))


def _end_of(day: date, zone: str) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), ZoneInfo(zone)).astimezone(UTC)


def _refuse_too_few(db: Session, roundtable: Roundtable, wanted: int | None) -> None:
    taken = db.scalar(access_places.taken_by_public(roundtable.id)) or 0
    if wanted is not None and wanted < taken:
        message = _("%(taken)s places are taken already; there cannot be fewer.", taken=taken)
        raise Refused(message, field="places")
    if wanted is not None and roundtable.capacity is not None and wanted > roundtable.capacity:
        raise Refused(_("The roundtable has %(count)s places in all.", count=roundtable.capacity), field="places")


def _record(db: Session, roundtable: Roundtable, actor: Viewer, *, is_open: bool) -> None:
    ledger.record(
        db,
        "roundtable.opened" if is_open else "roundtable.shut",
        subject=f"roundtable:{roundtable.id}",
        scope=f"cohort:{roundtable.cohort_id}",
        actor_id=actor.person_id,
    )
