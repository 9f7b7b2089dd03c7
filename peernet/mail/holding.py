"""What is held for the daily mail of those who chose one: rows, told once, each in the transaction of its mail."""

from collections.abc import Collection, Iterable
from datetime import timedelta

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.mail.models import Held

# As long as the key of a mail.
_KEPT = timedelta(days=400)


def hold(db: Session, *, person_id: int, kind: str, subject: str, key: str) -> None:
    """Hold something for a person's next daily mail. With the same ``key`` it is held once ever."""
    if db.scalar(select(Held.id).where(Held.key == key)) is None:
        row = Held(person_id=person_id, kind=kind, subject=subject, key=key, held_at=clock.now(), told_at=None)
        db.add(row)
        db.flush()


def waiting_for(person_ids: Collection[int]) -> Select[Held]:
    """What is held for some people, oldest first."""
    mine = (Held.person_id.in_(person_ids), Held.told_at.is_(None))
    return select(Held).where(*mine).order_by(Held.person_id, Held.id)


def tell(rows: Iterable[Held]) -> None:
    """Note that these are told, or need telling no more."""
    for row in rows:
        row.told_at = clock.now()


def prune(db: Session) -> int:
    """Forget what was told long ago; gives how many. By the clock."""
    old = delete(Held).where(Held.told_at < clock.now() - _KEPT)
    gone = db.execute(old, execution_options={"synchronize_session": False})
    return int(gone.rowcount)  # type: ignore[attr-defined]
