"""Events: rows of the transaction that makes something happen, numbered for each topic in the order of the commits."""

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import remember_raised
from peernet.live.models import LiveEvent, LiveTopic

# A page that was away for longer learns that all of it may have changed.
_KEPT = timedelta(days=2)
_RAISE = text(
    "INSERT INTO live_topic (name, counter) VALUES (:name, 1) "
    "ON CONFLICT (name) DO UPDATE SET counter = live_topic.counter + 1 RETURNING counter"
)
# What a stream is told where rows that it missed are gone.
ALL = "all"


def happened(db: Session, topic: str, kind: str) -> int:
    """Say that something of a kind happens in a topic with this transaction; gives its number. Whoever watches is woken
    when the transaction is settled. Call it last: others who raise the same topic wait from here to the commit."""
    counter = int(db.execute(_RAISE, {"name": topic}).scalar_one())
    db.execute(insert(LiveEvent).values(topic=topic, counter=counter, kind=kind, at=clock.now()))
    remember_raised(db, topic)
    return counter


def reached(db: Session, topic: str) -> int:
    """The number of the last event of a topic; 0 before the first."""
    return db.scalar(select(LiveTopic.counter).where(LiveTopic.name == topic)) or 0


def all_reached(db: Session, topics: Collection[str]) -> dict[str, int]:
    """The last number of each topic that has one. One query."""
    rows = db.execute(select(LiveTopic.name, LiveTopic.counter).where(LiveTopic.name.in_(topics)))
    return {row.name: row.counter for row in rows}


def since(db: Session, topic: str, counter: int) -> Sequence[tuple[int, str]]:
    """The events of a topic after a number, as numbers and kinds, in order. Where some are no longer kept, or the
    number is of a database that was replaced by a backup, one of the kind ``ALL`` stands for them."""
    later = select(LiveEvent.counter, LiveEvent.kind).where(LiveEvent.topic == topic, LiveEvent.counter > counter)
    found = [(number, kind) for number, kind in db.execute(later.order_by(LiveEvent.counter))]
    if found and found[0][0] == counter + 1:
        return found
    # Read after the rows: what was committed between the two is then taken for a gap, never passed over.
    last = reached(db, topic)
    return [] if last == counter else [(last, ALL)]


def prune(db: Session) -> int:
    """Remove events that nobody is to be told any more; gives how many. Topics keep their numbers."""
    gone = db.execute(delete(LiveEvent).where(LiveEvent.at < clock.now() - _KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]
