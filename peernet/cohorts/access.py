"""Who sees what of cohorts. Every statement answers for one viewer; what it leaves out does not exist for them.

Roles: organisers and facilitators lead; members, observers, facilitators and organisers read the inner page; an expert
is a guest of one roundtable and sees nothing else. Closing a cohort ends no membership, so its alumni keep reading. Who
left keeps only what they wrote.
"""

from typing import Any

from sqlalchemy import ColumnElement, Select, exists, select
from sqlalchemy.orm import Session, joinedload

from peernet.cohorts.models import Cohort, CohortState, Invitation, Membership, Role, Seat
from peernet.web.viewer import Viewer

INSIDE = (Role.MEMBER, Role.OBSERVER, Role.FACILITATOR, Role.ORGANISER)
LEADING = (Role.FACILITATOR, Role.ORGANISER)
ORGANISING = (Role.ORGANISER,)


def present(viewer: Viewer, roles: tuple[Role, ...], cohort_id: Any) -> ColumnElement[bool]:
    """Whether the viewer holds one of the roles in the cohort now."""
    return exists().where(
        Membership.cohort_id == cohort_id,
        Membership.person_id == viewer.person_id,
        Membership.role.in_(roles),
        Membership.left_at.is_(None),
    )


def listed_publicly() -> Select[Cohort]:
    """Cohorts that have a public page, newest first."""
    return select(Cohort).where(Cohort.state != CohortState.DRAFT).order_by(Cohort.starts_on.desc(), Cohort.id.desc())


def visible_to(viewer: Viewer) -> Select[Cohort]:
    """Cohorts whose inner page the viewer may open."""
    return select(Cohort).where(present(viewer, INSIDE, Cohort.id))


def led_by(viewer: Viewer) -> Select[Cohort]:
    """Cohorts that the viewer facilitates or organises."""
    return select(Cohort).where(present(viewer, LEADING, Cohort.id))


def run_by(viewer: Viewer) -> Select[Cohort]:
    """Cohorts that the viewer organises."""
    return select(Cohort).where(present(viewer, ORGANISING, Cohort.id))


def memberships_of(viewer: Viewer) -> Select[Membership]:
    """The viewer's own present roles, with cohort, seat and organisation."""
    return (
        select(Membership)
        .join(Membership.cohort)
        .where(Membership.person_id == viewer.person_id, Membership.left_at.is_(None))
        .options(joinedload(Membership.cohort), joinedload(Membership.seat).joinedload(Seat.organisation))
        .order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    )


def my_membership(viewer: Viewer, cohort_id: int) -> Select[Membership]:
    """The viewer's own present role in one cohort."""
    return memberships_of(viewer).where(Membership.cohort_id == cohort_id)


def people_of(cohort_id: int) -> Select[Membership]:
    """Everybody present in a cohort that was itself loaded through one of the statements above."""
    return (
        select(Membership)
        .where(Membership.cohort_id == cohort_id, Membership.left_at.is_(None))
        .options(joinedload(Membership.person), joinedload(Membership.seat).joinedload(Seat.organisation))
        .order_by(Membership.role, Membership.id)
    )


def seats_of(cohort_id: int) -> Select[Seat]:
    """The seats taken in a loaded cohort, by name of the organisation."""
    return (
        select(Seat)
        .join(Seat.organisation)
        .where(Seat.cohort_id == cohort_id, Seat.left_at.is_(None))
        .options(joinedload(Seat.organisation))
        .order_by(Seat.id)
    )


def open_invitations(cohort_id: int) -> Select[Invitation]:
    """Invitations of a cohort that its organiser loaded, neither accepted nor revoked."""
    return (
        select(Invitation)
        .where(Invitation.cohort_id == cohort_id, Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None))
        .options(joinedload(Invitation.seat).joinedload(Seat.organisation))
        .order_by(Invitation.id)
    )


def audiences(db: Session, viewer: Viewer) -> frozenset[str]:
    """The audience keys that the viewer holds: what search and media may show them."""
    keys = {"public"}
    if viewer.person_id is None:
        return frozenset(keys)
    keys.add(f"person:{viewer.person_id}")
    held = select(Membership.cohort_id, Membership.role).where(
        Membership.person_id == viewer.person_id, Membership.left_at.is_(None)
    )
    for cohort_id, role in db.execute(held):
        if role in INSIDE:
            keys.add(f"cohort:{cohort_id}")
        if role in LEADING:
            keys.add(f"facilitators:{cohort_id}")
        if role in ORGANISING:
            keys.add(f"organisers:{cohort_id}")
    return frozenset(keys)
