"""Record what happened, in the transaction in which it happens."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, delete, func, or_, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.ledger.models import Event
from peernet.settings import current


def record(
    db: Session,
    action: str,
    *,
    subject: str,
    actor_id: int | None = None,
    scope: str | None = None,
    data: dict[str, Any] | None = None,
) -> Event:
    """Add one event. ``action`` is "roundtable.moved", ``subject`` "roundtable:7", ``scope`` "cohort:3".

    ``data`` holds plain values only, never a response's words. About an unattributed answer nothing is recorded at
    all: a ledger row with a time would tell its author by elimination.
    """
    event = Event(at=clock.now(), action=action, actor_id=actor_id, subject=subject, scope=scope, data=data or {})
    db.add(event)
    return event


_MONTH = timedelta(days=30.44)

# Somebody was given what is held on a person: each of those has an event of their own, which they can read.
HANDED_OUT = "person.handed_out"


def record_handing_out(
    db: Session, person_ids: Collection[int], what: str, *, actor_id: int | None = None, scope: str | None = None
) -> None:
    """Note for each person that something on them left the site. ``what`` is "groups.zoom", ``actor_id`` who took it;
    None for the operator, at the command line."""
    for person_id in sorted(person_ids):
        subject = f"person:{person_id}"
        record(db, HANDED_OUT, subject=subject, actor_id=actor_id, scope=scope, data={"what": what})


def handed_out(person_id: int, limit: int = 200) -> Select[Event]:
    """What on that person was handed out, newest first."""
    chosen = select(Event).where(Event.subject == f"person:{person_id}", Event.action == HANDED_OUT)
    return chosen.order_by(Event.id.desc()).limit(limit)


def prune(db: Session) -> int:
    """Remove what happened longer ago than the settings keep it; how many. Not by default. By the clock."""
    months = current().retention.events_months
    if not months:
        return 0
    old = delete(Event).where(Event.at < clock.now() - months * _MONTH)
    gone = db.execute(old, execution_options={"synchronize_session": False})
    return int(gone.rowcount)  # type: ignore[attr-defined]


def history(db: Session, *, scope: str, after_id: int = 0, limit: int = 50) -> list[Event]:
    """Events of a scope, newest first."""
    chosen = select(Event).where(Event.scope == scope, Event.id > after_id).order_by(Event.id.desc()).limit(limit)
    return list(db.scalars(chosen))


def between(scopes: Collection[str], actions: Collection[str], since: datetime, until: datetime) -> Select[Event]:
    """What happened in some scopes after one moment and up to another, oldest first."""
    span = (Event.at > since, Event.at <= until)
    return select(Event).where(Event.scope.in_(scopes), Event.action.in_(actions), *span).order_by(Event.id)


def latest(
    db: Session,
    subjects: Collection[str],
    actions: Collection[str],
    *,
    own: Collection[str] = (),
    person_id: int | None,
) -> dict[str, datetime]:
    """When one of ``actions``, or one of ``own`` by the person themselves, last happened to each of ``subjects``. Of
    what others answered nothing shows. One query."""
    mine = and_(Event.action.in_(own), Event.actor_id == person_id)
    chosen = (Event.subject.in_(subjects), or_(Event.action.in_(actions), mine))
    latest_of = select(Event.subject, func.max(Event.at)).where(*chosen).group_by(Event.subject)
    return {row[0]: row[1] for row in db.execute(latest_of)} if subjects else {}
