"""Experts: guests of one roundtable, invited by address, who see nothing else of the cohort."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import people
from peernet.accounts.models import Person
from peernet.cohorts.access import INSIDE, present
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables import access, attendance, emails, invitations, links
from peernet.roundtables.models import Attendance, Guest, Roundtable
from peernet.settings import current
from peernet.web.viewer import Viewer


def invite(db: Session, roundtable: Roundtable, *, actor: Viewer, email: str, name: str = "") -> Guest:
    """Invite the holder of an address to this roundtable; an account without a password is made where there is none.
    Raises Refused at ``email`` for somebody of the cohort or who is invited already."""
    if roundtable.cancelled_at is not None or roundtable.ends_at <= clock.now():
        raise Refused(_("This roundtable was cancelled or is over; nobody can be invited to it."))
    person = people.find_or_create(
        db, email=email, name=name, zone=roundtable.zone, language=current().network.language
    )
    _refuse_known(db, roundtable, person)
    guest = Guest(roundtable_id=roundtable.id, person=person)
    db.add(guest)
    db.flush()
    _record(db, roundtable, actor, "roundtable.guest_invited", person.id)
    invitations.invite_guest(db, roundtable, person, guest_of=actor.name or current().network.name)
    return guest


def withdraw(db: Session, roundtable: Roundtable, guest: Guest, *, actor: Viewer) -> None:
    """Take the invitation of a guest back: their place is free, their link is over, and they are told."""
    given = db.scalar(access.answers_to(roundtable.id).where(Attendance.person_id == guest.person_id))
    if given is not None:
        attendance.forget(db, roundtable, given)
    links.revoke(db, roundtable.id, guest.person_id)
    db.delete(guest)
    db.flush()
    _record(db, roundtable, actor, "roundtable.guest_withdrawn", guest.person_id)
    if roundtable.ends_at > clock.now() and guest.person.mail_bounced_at is None:
        emails.withdrawn(db, roundtable, guest.person)


def _refuse_known(db: Session, roundtable: Roundtable, person: Person) -> None:
    if person.disabled_at is not None:
        raise Refused(_("The account of this address is closed."), field="email")
    if db.scalar(select(present(Viewer(person_id=person.id), INSIDE, roundtable.cohort_id))):
        raise Refused(_("This person is in the cohort, and sees its roundtables anyway."), field="email")
    if db.scalar(access.guests_of(roundtable.id).where(Guest.person_id == person.id)) is not None:
        raise Refused(_("This person is a guest of this roundtable already."), field="email")


def _record(db: Session, roundtable: Roundtable, actor: Viewer, action: str, person_id: int) -> None:
    ledger.record(
        db,
        action,
        subject=f"roundtable:{roundtable.id}",
        scope=f"cohort:{roundtable.cohort_id}",
        actor_id=actor.person_id,
        data={"person_id": person_id},
    )
