"""Seats: an organisation's place in a cohort, given and freed."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.cohorts import access, emails, invitations, memberships, showing
from peernet.cohorts.models import Cohort, CohortState, Invitation, Membership, Role, Seat
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.organisations.models import Organisation
from peernet.web.viewer import Viewer


def give(db: Session, cohort: Cohort, organisation: Organisation, *, actor: Viewer) -> Seat:
    """Seat an organisation. One that had left takes the same seat again. Raises Refused where it sits already."""
    if cohort.state is CohortState.CLOSED:
        raise Refused(_("This cohort is closed. Open it again first."))
    memberships.hold(db, cohort.id)
    seat = db.scalar(select(Seat).where(Seat.cohort_id == cohort.id, Seat.organisation_id == organisation.id))
    if seat is not None and seat.left_at is None:
        raise Refused(_("This organisation has a seat in the cohort already."), field="organisation_id")
    seat = seat or Seat(cohort=cohort, organisation=organisation, created_at=clock.now())
    take(db, [seat], actor=actor)
    showing.renew(db, cohort)
    showing.renew_organisation(db, organisation)
    return seat


def take(db: Session, many: Sequence[Seat], *, actor: Viewer) -> None:
    """Take seats that are new or were left, for callers that make sure of the rest of ``give``."""
    for seat in many:
        seat.left_at = None
    db.add_all(many)
    db.flush()
    for seat in many:
        _record(db, seat, actor, "seat.given")


def free(db: Session, seat: Seat, *, actor: Viewer) -> list[Membership]:
    """End an organisation's part in the cohort, and give those who left with it. ``seat`` comes with cohort and
    organisation. Members who hold it leave; others keep their role without it; its open invitations are withdrawn."""
    memberships.hold(db, seat.cohort_id)
    holders = list(db.scalars(access.people_of(seat.cohort_id).where(Membership.seat_id == seat.id)))
    leaving = [holder for holder in holders if holder.role is Role.MEMBER]
    for membership in leaving:
        memberships.end(db, membership, actor=actor, action="membership.removed")
        emails.removed(db, membership)
    for membership in holders:
        if membership.role is not Role.MEMBER:
            membership.seat_id, membership.is_deputy = None, False
    for invitation in db.scalars(access.open_invitations(seat.cohort_id).where(Invitation.seat_id == seat.id)).all():
        invitations.revoke(db, invitation, actor=actor)
    seat.left_at = clock.now()
    db.flush()
    _record(db, seat, actor, "seat.freed")
    names = [membership.person.name for membership in leaving]
    emails.left(db, seat.cohort, names=names, organisation=seat.organisation.name, actor=actor)
    showing.renew(db, seat.cohort)
    showing.renew_organisation(db, seat.organisation)
    return leaving


def _record(db: Session, seat: Seat, actor: Viewer, action: str) -> None:
    ledger.record(
        db,
        action,
        subject=f"seat:{seat.id}",
        scope=f"cohort:{seat.cohort_id}",
        actor_id=actor.person_id,
        data={"organisation_id": seat.organisation_id},
    )
