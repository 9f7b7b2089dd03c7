"""Touches: rows of the transaction that changes a thing, numbered in the order of the commits.

The numbers are given out just before the commit and not by each call. The counter's row is the same for everybody: a
transaction that locked it early, and then waited for another row, could wait in a circle with one that came the other
way. As the last lock taken it cannot, and however many keys there are, it is raised once.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, event, func, insert, select, text
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db.engine import remember_touch
from peernet.pages.models import PageCounter, PageTouch

_KEYS = "peernet.pages.touched"
_RAISE = text("UPDATE page_counter SET number = number + :many WHERE id = 1 RETURNING number")
_BEGIN = text("INSERT INTO page_counter (id, number) VALUES (1, 0) ON CONFLICT DO NOTHING")
# Every process sweeps each second; one that slept longer than this finds that rows are missing and clears the store.
_KEPT = timedelta(days=7)


def touch(db: Session, key: str) -> None:
    """Say that what ``key`` names changes with this transaction. Copies that depend on it go when it is settled."""
    if not event.contains(db, "before_commit", _write):
        event.listen(db, "before_commit", _write)
    keys: dict[str, None] = db.info.setdefault(_KEYS, {})
    if key not in keys:
        keys[key] = None
        remember_touch(db, key)


def touched(db: Session) -> frozenset[str]:
    """The keys that this transaction has touched so far."""
    return frozenset(db.info.get(_KEYS, ()))


def _write(db: Session) -> None:
    if db.in_nested_transaction():
        return
    keys = list(db.info.pop(_KEYS, ()))
    if not keys:
        return
    first = _raise(db, len(keys)) - len(keys) + 1
    at = clock.now()
    rows = [{"number": first + place, "key": key, "at": at} for place, key in enumerate(keys)]
    db.execute(insert(PageTouch), rows)


def _raise(db: Session, many: int) -> int:
    number = db.scalar(_RAISE, {"many": many})
    if number is None:
        db.execute(_BEGIN)
        number = db.scalar(_RAISE, {"many": many})
    return int(number)


def counted(db: Session) -> int:
    """The number of the last touch that was committed; 0 before the first."""
    return db.scalar(select(PageCounter.number)) or 0


def last_touched(db: Session, key: str) -> datetime | None:
    """When ``key`` was last touched; None where that is not known (any more)."""
    return db.scalar(select(func.max(PageTouch.at)).where(PageTouch.key == key))


def any_since(db: Session, keys: Iterable[str], number: int) -> bool:
    """Whether one of ``keys`` was touched after ``number``, or the database is an older one than it was then."""
    later = select(PageTouch.number).where(PageTouch.number > number, PageTouch.key.in_(list(keys))).limit(1)
    row = db.execute(select(PageCounter.number, later.scalar_subquery())).one_or_none()
    return number > 0 if row is None else row[0] < number or row[1] is not None


def since(db: Session, number: int) -> tuple[int, Mapping[str, int]] | None:
    """The last number, and each key touched after ``number`` with its own last one.

    None when that cannot be told: rows so old are no longer kept, or the database is an older one than it was.
    """
    oldest = select(func.min(PageTouch.number)).where(PageTouch.number > number).scalar_subquery()
    row = db.execute(select(PageCounter.number, oldest)).one_or_none()
    last, first = (row[0], row[1]) if row else (0, None)
    if last < number or (last > number and first != number + 1):
        return None
    # Not grouped by their keys: SQLite would go through all of them, of which there are very many after a rebuilding.
    later = select(PageTouch.key, PageTouch.number).where(PageTouch.number > number).order_by(PageTouch.number)
    return last, dict[str, int](db.execute(later).all())


def prune(db: Session) -> int:
    """Remove touches that every process has long swept; gives how many."""
    gone = db.execute(delete(PageTouch).where(PageTouch.at < clock.now() - _KEPT))
    return int(gone.rowcount)  # type: ignore[attr-defined]
