"""Places at the table. The database counts them: the UPDATE that takes one is guarded by the capacity. A place that is
held for somebody is taken.
"""

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.i18n import ngettext
from peernet.roundtables.models import Answer, Attendance, Roundtable

# What an answer depends on; read anew under the lock. A refresh needs the version, as every load does.
_STATE = (
    *("version", "accepted", "capacity", "one_each", "quorum", "cancelled_at", "starts_at", "ends_at", "sequence"),
    *("correction_days", "presence_fixed_at"),
)


def hold(db: Session, roundtable: Roundtable) -> None:
    """Let nobody else answer until this transaction ends, and read what was answered until now."""
    db.refresh(roundtable, _STATE, with_for_update=True)


def has_one(given: Attendance | None) -> bool:
    """Whether an answer takes a place."""
    return given is not None and (given.answer is Answer.ACCEPTED or given.held_until is not None)


def has_begun(roundtable: Roundtable) -> bool:
    """Whether it has begun: from then on no place is passed on."""
    return roundtable.starts_at <= clock.now()


def is_full(roundtable: Roundtable) -> bool:
    """Whether every place is taken."""
    return roundtable.capacity is not None and roundtable.accepted >= roundtable.capacity


def take(db: Session, roundtable: Roundtable) -> bool:
    """Take a place; False where none is left."""
    return _add(db, roundtable, 1, or_(Roundtable.capacity.is_(None), Roundtable.accepted < Roundtable.capacity))


def give_back(db: Session, roundtable: Roundtable) -> None:
    """Give a place back."""
    _add(db, roundtable, -1, Roundtable.accepted > 0)


def full_words(capacity: int, *, has_begun: bool = False) -> str:
    """That no place is left, and what can still be done."""
    if has_begun:
        return ngettext(
            "The table is full: its one place is taken. You can still answer in writing.",
            "The table is full: all %(num)s places are taken. You can still answer in writing.",
            capacity,
        )
    return ngettext(
        "The table is full: its one place is taken. You can wait for it, or answer in writing.",
        "The table is full: all %(num)s places are taken. You can wait for one, or answer in writing.",
        capacity,
    )


def _add(db: Session, roundtable: Roundtable, many: int, condition: object) -> bool:
    counted = update(Roundtable).where(Roundtable.id == roundtable.id, condition)  # type: ignore[arg-type]
    done = db.execute(
        counted.values(accepted=Roundtable.accepted + many), execution_options={"synchronize_session": False}
    )
    db.refresh(roundtable, ("version", "accepted"))
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]
