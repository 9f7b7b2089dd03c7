"""Signing up as one of the public: asked for on a page, confirmed behind a mail, forgotten unless it is.

Nothing that the page answers depends on the address, so nobody learns from it who has an account or comes.
"""

import re
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import people
from peernet.accounts.access import email_key
from peernet.accounts.models import Person
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Membership
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables import access as roundtables
from peernet.roundtables import attendance, invitees, places, told
from peernet.roundtables.models import Answer, Guest, GuestRole, Opening, Roundtable
from peernet.roundtables.openings import access, emails, opening
from peernet.roundtables.openings.models import SignUp
from peernet.settings import current
from peernet.tokens import tokens

PURPOSE = "sign_up"
KEPT = timedelta(hours=48)
# So seldom an address is mailed about one roundtable, whoever writes it into the form.
_AGAIN = timedelta(hours=1)
_SUBJECT = re.compile(r"sign_up:(\d+)")


def ask(
    db: Session,
    which: Opening,
    *,
    email: str,
    name: str,
    organisation: str = "",
    needs: str = "",
    is_listed: bool = False,
    language: str = "",
) -> None:
    """Sign an address up, and mail it a link that confirms it; not twice within an hour. ``which`` comes with its
    roundtable and cohort. Raises Refused where signing up is over or too many are waiting to be confirmed, and at
    ``email`` and ``name``, whatever is known of the address."""
    _refuse_over(which)
    email, name = people.clean_email(email), people.clean_name(name)
    if (db.scalar(access.pending(which.roundtable_id)) or 0) >= current().roundtables.most_unconfirmed:
        raise Refused(_("Too many have signed up and not confirmed it yet. Please try again tomorrow."))
    row = _row(db, which, email)
    if row is None:
        return
    row.email, row.name, row.organisation, row.is_listed = email, name, organisation, is_listed
    row.needs = needs if which.asks_needs else ""
    row.language = language if language in current().network.languages else current().network.language
    db.flush()
    token = tokens.make(db, purpose=PURPOSE, subject=_subject(row), lasts=KEPT)
    emails.confirm(db, which.roundtable, row, token)


def behind(db: Session, text: str) -> SignUp | None:
    """What a live link confirms, with its roundtable. Spends nothing."""
    token = tokens.look_up(db, text, purpose=PURPOSE)
    named = _SUBJECT.fullmatch(token.subject) if token else None
    return db.scalar(access.sign_up(int(named[1]))) if named else None


def obstacle(db: Session, row: SignUp) -> str:
    """Why it cannot be confirmed, for the holder of the address; empty where it can."""
    roundtable = row.opening.roundtable
    here = cohorts.present_at(roundtable.cohort_id, row.email).with_only_columns(Person.email)
    member = db.scalar(here.where(Membership.role.in_(cohorts.INSIDE)))
    known = db.scalar(roundtables.any_guest(roundtable.id, row.email_key))
    if _is_another(member, row.email) or _is_another(known.email if known else None, row.email):
        return _("This address cannot be signed up here. Please write to those who lead.")
    if member is not None:
        return _("You are in the cohort of this roundtable, and answer its invitation on your own page.")
    if known is not None and known.withdrawn_at is not None:
        return _("Those who lead took your place at this roundtable back. Please write to them.")
    if known is None and (not row.opening.is_open or not roundtable.is_public):
        return _("Signing up for this roundtable is over.")
    if known is None and opening.stage(row.opening) in (opening.Stage.CANCELLED, opening.Stage.OVER):
        return _("This roundtable was cancelled or is over.")
    if known is None and places.has_begun(roundtable):
        return _("This roundtable has begun.")
    return ""


def confirm(db: Session, row: SignUp) -> Guest:
    """Make a guest of who signed up, and give them a place or the end of the line. Again it gives the same guest.
    Raises Refused as :func:`obstacle` says."""
    roundtable = row.opening.roundtable
    places.hold(db, roundtable)
    reason = obstacle(db, row)
    if reason:
        raise Refused(reason)
    row.confirmed_at = row.confirmed_at or clock.now()
    known = db.scalar(roundtables.any_guest(roundtable.id, row.email_key))
    if known is not None:
        return known
    guest = _guest(db, row, roundtable)
    attendance.rsvp(db, roundtable, guest, Answer.WAITING)
    told.note(db, roundtable, invitees.of(guest))
    return guest


def forget_unconfirmed(db: Session) -> int:
    """Forget who signed up two days ago: who confirmed is a guest. How many. By the clock."""
    over = db.scalars(access.mailed_before(clock.now() - KEPT)).all()
    forget(db, over)
    return len(over)


def forget(db: Session, rows: Sequence[SignUp]) -> None:
    """Delete what some signed up with; their links are over."""
    tokens.revoke_each(db, purpose=PURPOSE, subjects=[_subject(row) for row in rows])
    for row in rows:
        db.delete(row)
    db.flush()


def _row(db: Session, which: Opening, email: str) -> SignUp | None:
    """The row of this address to write and to mail; None where it was mailed within the hour, or another address that
    is compared as the same has it. Of two at once the database lets one be new, and the guarded UPDATE one be
    mailed."""
    now, key = clock.now(), email_key(email)
    known = db.scalar(access.sign_up_of(which.roundtable_id, key))
    if known is None:
        fresh = SignUp(
            roundtable_id=which.roundtable_id, email=email, email_key=key, name="", language="", mailed_at=now
        )
        try:
            with db.begin_nested():
                db.add(fresh)
        except IntegrityError:
            return None
        return fresh
    if _is_another(known.email, email):
        return None
    due = update(SignUp).where(SignUp.id == known.id, SignUp.mailed_at <= now - _AGAIN).values(mailed_at=now)
    done = db.execute(due, execution_options={"synchronize_session": False})
    db.refresh(known)
    return known if done.rowcount == 1 else None  # type: ignore[attr-defined]


def _guest(db: Session, row: SignUp, roundtable: Roundtable) -> Guest:
    guest = Guest(
        roundtable_id=roundtable.id,
        role=GuestRole.GUEST,
        email=row.email,
        email_key=row.email_key,
        name=row.name,
        organisation=row.organisation,
        zone=roundtable.zone,
        language=row.language,
        invited_at=clock.now(),
        signed_up_at=clock.now(),
        is_listed=row.is_listed,
        needs=row.needs,
    )
    db.add(guest)
    db.flush()
    ledger.record(
        db,
        "roundtable.signed_up",
        subject=f"roundtable:{roundtable.id}",
        scope=f"cohort:{roundtable.cohort_id}",
        data={"guest_id": guest.id},
    )
    return guest


def _is_another(known: str | None, email: str) -> bool:
    """Whether a known address is not this one, although both have one key: "ß" is compared as "ss"."""
    return known is not None and known.lower() != email.lower()


def _subject(row: SignUp) -> str:
    return f"sign_up:{row.id}"


def _refuse_over(which: Opening) -> None:
    if opening.stage(which) is not opening.Stage.OPEN:
        raise Refused(_("Signing up for this roundtable is over."))
