"""Guests of one roundtable, invited by address. They need no account, and whether they have one is told to nobody."""

from datetime import timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock, pages
from peernet.accounts import people
from peernet.accounts.access import by_email, email_key
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Membership
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables import access, attendance, emails, invitations, invitees, links, places
from peernet.roundtables.models import Guest, GuestRole, Roundtable
from peernet.settings import current
from peernet.web.viewer import Viewer

# As long as mails are kept.
_KEPT = timedelta(days=90)


def invite(
    db: Session,
    roundtable: Roundtable,
    *,
    actor: Viewer,
    email: str,
    name: str,
    organisation: str = "",
    role: GuestRole = GuestRole.EXPERT,
) -> Guest:
    """Invite the holder of an address to this roundtable. They read of it in the zone and language of their account, if
    they have one, else of the roundtable and the network, until they choose others behind their link. Raises Refused at
    ``email`` for somebody of the cohort or who is invited already, and at ``name`` where it is empty."""
    if roundtable.cancelled_at is not None or roundtable.over_at <= clock.now():
        raise Refused(_("This roundtable was cancelled or is over; nobody can be invited to it."))
    email, name = people.clean_email(email), people.clean_name(name)
    guest = _fresh(db, roundtable, email)
    guest.role, guest.email, guest.name, guest.organisation = role, email, name, organisation
    guest.zone, guest.language = _reads(db, roundtable, email)
    guest.invited_at, guest.withdrawn_at, guest.mail_bounced_at = clock.now(), None, None
    _keep(db, guest)
    _record(db, roundtable, actor, "roundtable.guest_invited", guest)
    invitations.invite_guest(db, roundtable, guest, guest_of=actor.name or current().network.name)
    return guest


def withdraw(db: Session, roundtable: Roundtable, guest: Guest, *, actor: Viewer) -> None:
    """Take the invitation of a guest back: their place is free, their link says so, and they are told."""
    _let_go(db, roundtable, guest)
    _record(db, roundtable, actor, "roundtable.guest_withdrawn", guest)
    if roundtable.over_at > clock.now() and guest.mail_bounced_at is None:
        places.renumber(db, roundtable)
        emails.withdrawn(db, roundtable, invitees.of(guest))


def introduce(
    db: Session, guest: Guest, *, name: str, organisation: str, zone: str, is_listed: bool = False, needs: str = ""
) -> None:
    """Say oneself how one is called, where one comes from and by which clocks one lives; as one of the public also
    whether one is listed, and what one needs. Raises Refused at ``name``."""
    guest.name, guest.organisation, guest.zone = people.clean_name(name), organisation, zone
    if guest.signed_up_at is not None:
        guest.is_listed, guest.needs = is_listed, needs
        pages.touch(db, places.key(guest.roundtable_id))
    db.flush()


def note_taken(db: Session, roundtable: Roundtable, *, actor: Viewer) -> None:
    """Note that somebody took the list of guests along as a file."""
    ledger.record(
        db,
        "roundtable.guests_taken",
        subject=f"roundtable:{roundtable.id}",
        scope=f"cohort:{roundtable.cohort_id}",
        actor_id=actor.person_id,
    )


def welcome_inside(db: Session) -> int:
    """Let guests who joined the cohort since take part as one of it: what they answered is now answered by the person.
    Where each organisation has one place, they answer anew. How many. By the clock."""
    joined = db.execute(access.guests_who_joined()).all()
    for guest, roundtable, person in joined:
        places.hold(db, roundtable)
        given = db.scalar(access.answer_of(roundtable.id, None, guest.id))
        is_free = not roundtable.one_each and db.scalar(access.answer_of(roundtable.id, person.id, None)) is None
        if given is not None and is_free:
            given.person_id, given.guest_id = person.id, None
            db.flush()
        _let_go(db, roundtable, guest)
    return len(joined)


def address_failed(db: Session, payload: dict[str, Any]) -> None:
    """The job: mail to an address came back because it is dead. Guests who have it are mailed no more, and those who
    lead see why; inviting them anew, by an address that works, is theirs."""
    if payload["person_id"] is None:
        for guest in db.scalars(access.guests_at(email_key(payload["address"]))):
            guest.mail_bounced_at = guest.mail_bounced_at or clock.now()


def forget_addresses(db: Session) -> int:
    """Forget the addresses of guests whose roundtable was three months ago; how many. Their names stay at the table, as
    part of its record. By the clock."""
    over = db.scalars(access.guests_of_before(clock.now() - _KEPT)).all()
    for guest in over:
        guest.email, guest.email_key = "", f"forgotten:{guest.id}"
    return len(over)


def _fresh(db: Session, roundtable: Roundtable, email: str) -> Guest:
    """A guest's row for this address: a new one, or that of an invitation that was taken back."""
    here = cohorts.present_at(roundtable.cohort_id, email)
    if db.scalar(here.where(Membership.role.in_(cohorts.INSIDE))) is not None:
        raise Refused(_("This person is in the cohort, and sees its roundtables anyway."), field="email")
    known = db.scalar(access.any_guest(roundtable.id, email_key(email)))
    if known is not None and known.withdrawn_at is None:
        raise _known_already()
    return known or Guest(roundtable_id=roundtable.id, email_key=email_key(email))


def _reads(db: Session, roundtable: Roundtable, email: str) -> tuple[str, str]:
    """Zone and language to begin with. They are shown to the guest alone, so no account is given away."""
    account = db.scalar(by_email(email))
    return (account.zone, account.language) if account else (roundtable.zone, current().network.language)


def _keep(db: Session, guest: Guest) -> None:
    try:
        with db.begin_nested():
            db.add(guest)
    except IntegrityError:
        raise _known_already() from None


def _known_already() -> Refused:
    return Refused(_("This person is a guest of this roundtable already."), field="email")


def _let_go(db: Session, roundtable: Roundtable, guest: Guest) -> None:
    given = db.scalar(access.answer_of(roundtable.id, None, guest.id))
    if given is not None:
        attendance.forget(db, roundtable, given)
    links.revoke(db, roundtable.id, (None, guest.id))
    guest.withdrawn_at = clock.now()
    db.flush()


def _record(db: Session, roundtable: Roundtable, actor: Viewer, action: str, guest: Guest) -> None:
    ledger.record(
        db,
        action,
        subject=f"roundtable:{roundtable.id}",
        scope=f"cohort:{roundtable.cohort_id}",
        actor_id=actor.person_id,
        data={"guest_id": guest.id},
    )
