"""Memberships begin and end. What holds for every way in and out: a member has a seat, a seat has one deputy, a cohort
that has an organiser keeps one.
"""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts import access, showing
from peernet.cohorts.models import Cohort, Membership, Role, Seat
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.web.viewer import Viewer


def hold(db: Session, cohort_id: int) -> None:
    """Let nobody else change who sits in the cohort until this transaction ends (SQLite has one writer anyway)."""
    db.execute(select(Cohort.id).where(Cohort.id == cohort_id).with_for_update())


def add(
    db: Session,
    cohort: Cohort,
    person_id: int,
    *,
    actor: Viewer,
    role: Role,
    seat: Seat | None = None,
    is_deputy: bool = False,
) -> Membership:
    """Give a person a role. Raises Refused for somebody who has one there already."""
    check_seat(cohort.id, role, seat)
    hold(db, cohort.id)
    if access.is_present(db, cohort.id, person_id):
        raise Refused(_("This person is in the cohort already."), field="email")
    if is_deputy and seat is not None:
        clear_deputy(db, seat.id)
    membership = Membership(
        cohort_id=cohort.id,
        person_id=person_id,
        role=role,
        seat_id=seat.id if seat else None,
        is_deputy=is_deputy and seat is not None,
        joined_at=clock.now(),
    )
    db.add(membership)
    db.flush()
    record(db, membership, actor, "membership.began", role=role.value)
    showing.touch(db, cohort)
    return membership


def end(db: Session, membership: Membership, *, actor: Viewer, action: str) -> None:
    """End a membership: the row stays as history, and what the person wrote stays theirs. ``membership`` comes with its
    cohort. Raises Conflict where it was ended meanwhile, and Refused for the last organiser."""
    hold(db, membership.cohort_id)
    if membership.role is Role.ORGANISER:
        require_another_organiser(db, membership)
    ended = update(Membership).where(Membership.id == membership.id, Membership.left_at.is_(None))
    if db.execute(ended.values(left_at=clock.now())).rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_("This person has left already."))
    record(db, membership, actor, action)
    showing.touch(db, membership.cohort)


def require_another_organiser(db: Session, membership: Membership) -> None:
    """Refuse what would leave the cohort without an organiser. Call after ``hold``."""
    if not access.has_other_organiser(db, membership):
        raise Refused(_("A cohort keeps at least one organiser. Name another one first."), field="role")


def check_seat(cohort_id: int, role: Role, seat: Seat | None) -> None:
    """Refuse a member without a seat, and a seat that is not taken in this cohort."""
    if role is Role.MEMBER and seat is None:
        raise Refused(_("A member holds a seat: choose the organisation."), field="seat_id")
    if seat is not None and (seat.cohort_id != cohort_id or seat.left_at is not None):
        raise Refused(_("This organisation has no seat in the cohort."), field="seat_id")


def clear_deputy(db: Session, seat_id: int) -> None:
    """Make room for another deputy: a seat has one."""
    present = update(Membership).where(Membership.seat_id == seat_id, Membership.left_at.is_(None))
    db.execute(present.where(Membership.is_deputy).values(is_deputy=False))


def clear_signatory(db: Session, seat_id: int) -> None:
    """Make room for another signatory: one person signs for an organisation in a cohort."""
    present = update(Membership).where(Membership.seat_id == seat_id, Membership.left_at.is_(None))
    db.execute(present.where(Membership.is_signatory).values(is_signatory=False))


def record(db: Session, membership: Membership, actor: Viewer, action: str, **data: Any) -> None:
    """Add a ledger row about a membership, which says of whom it is."""
    ledger.record(
        db,
        action,
        subject=f"membership:{membership.id}",
        scope=f"cohort:{membership.cohort_id}",
        actor_id=actor.person_id,
        data={"person_id": membership.person_id, **data},
    )
