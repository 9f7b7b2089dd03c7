"""What is there of each kind in a cohort, and removing it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts.models import Cohort, CohortState, Invitation
from peernet.privacy.retention import terms
from peernet.privacy.retention.models import Kind
from peernet.prompts import access, responses
from peernet.prompts.models import Asking, Draft, SharedDraft
from peernet.roundtables.feedback import access as feedback_access
from peernet.roundtables.hours import access as hours_access
from peernet.roundtables.notes import access as notes_access
from peernet.roundtables.running import access as running_access
from peernet.roundtables.tablenotes import access as table_notes_access

# So many answers in one transaction, since others wait for it; the next hour goes on.
AT_ONCE = 500
_QUIETLY = {"synchronize_session": False}


def is_anything(db: Session, cohort: Cohort, kind: Kind) -> bool:
    """Whether there is something to remove."""
    return any(db.execute(each.limit(1)).first() is not None for each in _there(db, cohort, kind))


def remove(db: Session, cohort: Cohort, kind: Kind) -> int:
    """Remove it, or a part of it; how many rows."""
    return _REMOVE[kind](db, cohort)


def _there(db: Session, cohort: Cohort, kind: Kind) -> list[Select[Any]]:
    if kind is Kind.ANSWERS:
        return [access.all_answers_in(cohort.id)]
    if kind is Kind.HOURS:
        return [hours_access.left_over(cohort.id, _keeping_hours(db))]
    if kind is Kind.INVITATIONS:
        return [select(Invitation.id).where(Invitation.cohort_id == cohort.id)]
    if kind is Kind.NOTES:
        return _all_notes(cohort)
    asked = select(Asking.id).where(Asking.cohort_id == cohort.id)
    return [select(one.id).where(one.asking_id.in_(asked)) for one in (Draft, SharedDraft)]


def _answers(db: Session, cohort: Cohort) -> int:
    """Through the verb by which people delete their own, so that what is quoted of them stays as they chose, pages and
    search follow, and no backup brings them back."""
    asked = {each.id: each for each in db.scalars(access.all_asked(Asking.cohort_id == cohort.id)).unique()}
    found = db.scalars(access.all_answers_in(cohort.id).limit(AT_ONCE)).all()
    for response in found:
        responses.erase(db, response, asking=asked[response.asking_id], is_due=True)
    return len(found)


def _drafts(db: Session, cohort: Cohort) -> int:
    asked = select(Asking.id).where(Asking.cohort_id == cohort.id)
    return sum(_delete(db, one, one.asking_id.in_(asked)) for one in (Draft, SharedDraft))


def _notes(db: Session, cohort: Cohort) -> int:
    return sum(_delete_each(db, each) for each in _all_notes(cohort))


def _all_notes(cohort: Cohort) -> list[Select[Any]]:
    """To oneself, of all, of tables, and what was said of roundtables afterwards."""
    rooms = (running_access.all_notes_in, notes_access.all_room_notes_in, table_notes_access.all_table_notes_in)
    return [each(cohort.id) for each in (*rooms, feedback_access.all_feedback_in)]


def _hours(db: Session, cohort: Cohort) -> int:
    return _delete_each(db, hours_access.left_over(cohort.id, _keeping_hours(db)))


def _invitations(db: Session, cohort: Cohort) -> int:
    return _delete(db, Invitation, Invitation.cohort_id == cohort.id)


_REMOVE: dict[Kind, Callable[[Session, Cohort], int]] = {
    Kind.ANSWERS: _answers,
    Kind.DRAFTS: _drafts,
    Kind.NOTES: _notes,
    Kind.HOURS: _hours,
    Kind.INVITATIONS: _invitations,
}


def _keeping_hours(db: Session) -> list[int]:
    """Hours belong to a person and go with them from cohort to cohort: these still keep them."""
    return [each.id for each in db.scalars(select(Cohort)) if _keeps_hours(db, each)]


def _keeps_hours(db: Session, cohort: Cohort) -> bool:
    if cohort.state is not CohortState.CLOSED:
        return True
    over = terms.over_at(cohort, terms.months_of(db, cohort)[Kind.HOURS])
    return over is None or over > clock.now()


def _delete_each(db: Session, which: Select[Any]) -> int:
    found = db.scalars(which).all()
    for each in found:
        db.delete(each)
    db.flush()
    return len(found)


def _delete(db: Session, model: Any, which: ColumnElement[bool]) -> int:
    return int(db.execute(delete(model).where(which), execution_options=_QUIETLY).rowcount)  # type: ignore[attr-defined]
