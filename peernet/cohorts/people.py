"""People in a cohort: their roles, deputies and replacements, and how they leave."""

from sqlalchemy.orm import Session

from peernet.accounts.access import email_key
from peernet.cohorts import access, emails, invitations, memberships
from peernet.cohorts.models import Cohort, Invitation, Membership, Role, Seat
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.web.viewer import Viewer


def appoint(db: Session, cohort: Cohort, *, actor: Viewer, email: str, name: str = "") -> Membership | Invitation:
    """Make the holder of an address an organiser: at once where they are in the cohort, else by invitation."""
    present = _by_address(db, cohort.id, email)
    if present is None:
        return invitations.invite(db, cohort, actor=actor, email=email, name=name, role=Role.ORGANISER)
    if present.role is Role.ORGANISER:
        raise Refused(_("This person is an organiser of the cohort already."), field="email")
    change_role(db, present, actor=actor, role=Role.ORGANISER, seat=present.seat)
    return present


def change_role(db: Session, membership: Membership, *, actor: Viewer, role: Role, seat: Seat | None = None) -> bool:
    """Give another role, or another seat, and say whether anything changed. ``membership`` comes with person and
    cohort. Raises Refused for a member without a seat and for the last organiser."""
    memberships.check_seat(membership.cohort_id, role, seat)
    if (membership.role, membership.seat_id) == (role, seat.id if seat else None):
        return False
    memberships.hold(db, membership.cohort_id)
    if membership.role is Role.ORGANISER and role is not Role.ORGANISER:
        memberships.require_another_organiser(db, membership)
    if membership.seat_id != (seat.id if seat else None):
        membership.is_deputy = membership.is_signatory = False
    membership.role, membership.seat = role, seat
    db.flush()
    memberships.record(db, membership, actor, "membership.role_changed", role=role.value)
    if membership.person_id != actor.person_id:
        emails.role_changed(db, membership, actor=actor)
    return True


def name_deputy(db: Session, membership: Membership, *, actor: Viewer, is_deputy: bool = True) -> None:
    """Make somebody who holds a seat its deputy, in place of the one before; or no longer."""
    if membership.seat_id is None:
        raise Refused(_("Only somebody who holds a seat can be its deputy."))
    memberships.hold(db, membership.cohort_id)
    if is_deputy:
        memberships.clear_deputy(db, membership.seat_id)
    membership.is_deputy = is_deputy
    db.flush()
    memberships.record(db, membership, actor, "membership.deputy_named" if is_deputy else "membership.deputy_released")


def name_signatory(db: Session, membership: Membership, *, actor: Viewer, is_signatory: bool = True) -> None:
    """Make somebody who holds a seat the one who signs for its organisation, in place of the one before; or no
    longer. What was signed stands."""
    if membership.seat_id is None:
        raise Refused(_("Only somebody who holds a seat can sign for its organisation."))
    memberships.hold(db, membership.cohort_id)
    if is_signatory:
        memberships.clear_signatory(db, membership.seat_id)
    membership.is_signatory = is_signatory
    db.flush()
    action = "membership.signatory_named" if is_signatory else "membership.signatory_released"
    memberships.record(db, membership, actor, action)


def replace_holder(
    db: Session, membership: Membership, *, actor: Viewer, email: str, name: str = ""
) -> Membership | Invitation:
    """Let somebody else hold the seat: the present holder leaves, and the holder of the address takes their place and
    their part as deputy; at once where they are in the cohort, else by invitation."""
    seat = membership.seat
    if membership.role is not Role.MEMBER or seat is None:
        raise Refused(_("Only a member who holds a seat can be replaced."))
    if email_key(email) == membership.person.email_key:
        raise Refused(_("This is the person who holds the seat now."), field="email")
    following = _by_address(db, membership.cohort_id, email)
    if following is not None and following.role is Role.MEMBER and following.seat_id != seat.id:
        raise Refused(_("This person holds the seat of another organisation."), field="email")
    was_deputy = membership.is_deputy
    remove(db, membership, actor=actor)
    if following is None:
        return invitations.invite(
            db,
            membership.cohort,
            actor=actor,
            email=email,
            name=name,
            role=Role.MEMBER,
            seat=seat,
            is_deputy=was_deputy,
        )
    _take_over(db, following, seat, actor=actor, is_deputy=was_deputy)
    return following


def leave(db: Session, membership: Membership, *, actor: Viewer) -> None:
    """Go, by one's own choice. What was written stays the person's own. ``membership`` comes with its cohort, seat,
    organisation and person."""
    memberships.end(db, membership, actor=actor, action="membership.left")
    _tell_organisers(db, membership, actor)


def remove(db: Session, membership: Membership, *, actor: Viewer) -> None:
    """End somebody's part in the cohort; they are told, and so are the other organisers."""
    memberships.end(db, membership, actor=actor, action="membership.removed")
    if membership.person_id != actor.person_id:
        emails.removed(db, membership)
    _tell_organisers(db, membership, actor)


def _take_over(db: Session, membership: Membership, seat: Seat, *, actor: Viewer, is_deputy: bool) -> None:
    """Somebody in the cohort takes a seat. Who leads keeps that role; anybody else becomes its member."""
    role = membership.role if membership.role in access.LEADING else Role.MEMBER
    change_role(db, membership, actor=actor, role=role, seat=seat)
    if membership.is_deputy != is_deputy:
        name_deputy(db, membership, actor=actor, is_deputy=is_deputy)


def _by_address(db: Session, cohort_id: int, email: str) -> Membership | None:
    return db.scalars(access.present_at(cohort_id, email)).one_or_none()


def _tell_organisers(db: Session, membership: Membership, actor: Viewer) -> None:
    organisation = membership.seat.organisation.name if membership.seat else ""
    emails.left(db, membership.cohort, names=[membership.person.name], organisation=organisation, actor=actor)
