"""Places at the table. The database counts them: the UPDATE that takes one is guarded by the capacity. A place that is
held for somebody is taken.
"""

from sqlalchemy import ColumnElement, and_, exists, or_, select, update
from sqlalchemy.orm import Session

from peernet import clock, pages
from peernet.i18n import gettext as _
from peernet.i18n import ngettext
from peernet.roundtables import access_places
from peernet.roundtables.models import Answer, Attendance, Opening, Roundtable

# What an answer depends on; read anew under the lock. A refresh needs the version, as every load does.
_STATE = (
    *("version", "accepted", "capacity", "one_each", "quorum", "cancelled_at", "starts_at", "ends_at", "sequence"),
    *("correction_days", "presence_fixed_at", "ended_at"),
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


def key(roundtable_id: int) -> str:
    """What public pages depend on that show how many places are left."""
    return f"roundtable:{roundtable_id}"


def is_full_for(db: Session, roundtable: Roundtable, *, is_public: bool) -> bool:
    """Whether every place is taken that somebody may have; ``is_public``: one who signed up."""
    return is_full(roundtable) or (is_public and not db.scalar(select(_has_public(roundtable.id))))


def take(db: Session, roundtable: Roundtable, *, is_public: bool = False) -> bool:
    """Take a place, one of the public's where ``is_public``; False where none is left."""
    is_left = or_(Roundtable.capacity.is_(None), Roundtable.accepted < Roundtable.capacity)
    return _add(db, roundtable, 1, and_(is_left, _has_public(roundtable.id)) if is_public else is_left)


def give_back(db: Session, roundtable: Roundtable) -> None:
    """Give a place back."""
    _add(db, roundtable, -1, Roundtable.accepted > 0)


def renumber(db: Session, roundtable: Roundtable) -> None:
    """Raise the number by which calendars know what is newer, for what concerns one invitee alone. It is nothing that
    people edit, so their version stays."""
    newer = update(Roundtable).where(Roundtable.id == roundtable.id).values(sequence=Roundtable.sequence + 1)
    db.execute(newer, execution_options={"synchronize_session": False})
    db.refresh(roundtable, ("version", "sequence"))
    if roundtable.is_public:
        pages.touch(db, key(roundtable.id))


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


def public_words(*, has_begun: bool = False) -> str:
    """The same, where others still have places."""
    if has_begun:
        return _("All places for the public are taken.")
    return _("All places for the public are taken. You can wait for one.")


def _has_public(roundtable_id: int) -> ColumnElement[bool]:
    """Whether the public may have one more place."""
    taken = access_places.taken_by_public(roundtable_id).scalar_subquery()
    return ~exists().where(Opening.roundtable_id == roundtable_id, Opening.places <= taken)


def _add(db: Session, roundtable: Roundtable, many: int, condition: object) -> bool:
    counted = update(Roundtable).where(Roundtable.id == roundtable.id, condition)  # type: ignore[arg-type]
    done = db.execute(
        counted.values(accepted=Roundtable.accepted + many), execution_options={"synchronize_session": False}
    )
    db.refresh(roundtable, ("version", "accepted"))
    if roundtable.is_public:
        pages.touch(db, key(roundtable.id))
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]
