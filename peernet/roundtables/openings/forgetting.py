"""Forgetting a guest at once, where they want it; and who signed up as one of the public, some weeks after it."""

from datetime import datetime, timedelta

from sqlalchemy import Select, delete, or_, select
from sqlalchemy.orm import Session

from peernet import clock, pages
from peernet.backups import afterwards
from peernet.mail.models import Mail
from peernet.roundtables import access as roundtables
from peernet.roundtables import attendance, links, places
from peernet.roundtables.feedback import closing, giving
from peernet.roundtables.models import Guest, Presence, Roundtable
from peernet.roundtables.openings import access, signing
from peernet.roundtables.recordings import consenting
from peernet.roundtables.recordings.models import RecordingConsent
from peernet.settings import current
from peernet.tokens.models import Token

# So many in one turn of the clock, since others wait for the lock; the next night goes on.
_AT_ONCE = 500
_QUIETLY = {"synchronize_session": False}


def forget(db: Session, roundtable: Roundtable, guest: Guest) -> None:
    """Forget somebody because they want it: their place is free, recordings of them are shown to nobody before their
    passage is removed, and no backup brings them back."""
    consenting.leave(db, db.scalars(consents_of(guest)).all())
    _remove(db, roundtable, guest)


def forget_due(db: Session) -> int:
    """Forget those whose roundtable was as long ago as the settings keep them; how many. What they said of it is of
    nobody by then, and stays. By the clock."""
    closing.close_over(db)
    before = clock.now() - timedelta(days=current().retention.sign_ups_days)
    over = {one.id: one for one in db.scalars(access.signed_up_for_before(before)) if due_at(one) < clock.now()}
    found = db.scalars(access.who_signed_up(over).limit(_AT_ONCE)).all()
    for guest in found:
        _remove(db, over[guest.roundtable_id], guest)
    return len(found)


def due_at(roundtable: Roundtable) -> datetime:
    """When those who signed up are forgotten: as the settings keep them, and not before nobody can change any more what
    they said of it."""
    kept = roundtable.ends_at + timedelta(days=current().retention.sign_ups_days)
    return max(kept, giving.until(roundtable))


def consents_of(guest: Guest) -> Select[RecordingConsent]:
    """What they said to being recorded."""
    return select(RecordingConsent).where(RecordingConsent.guest_id == guest.id)


def mails_to(db: Session, guest: Guest) -> Select[int]:
    """The mails about this roundtable that went to them, or are about to."""
    mine = [Mail.key.endswith(f":guest:{guest.id}"), Mail.key.contains(f":guest:{guest.id}:")]
    addresses = {guest.email}
    subject = links.subject_of(guest.roundtable_id, (None, guest.id))
    links_of = db.scalars(select(Token.id).where(Token.purpose == links.PURPOSE, Token.subject == subject)).all()
    mine.append(Mail.key.in_([f"rsvp:{number}:invited" for number in links_of]))
    row = db.scalar(access.sign_up_of(guest.roundtable_id, guest.email_key))
    if row is not None:
        mine.append(Mail.key.startswith(f"sign_up:{row.id}:"))
        addresses.add(row.email)
    return select(Mail.id).where(Mail.to_address.in_(addresses), Mail.person_id.is_(None), or_(*mine))


def _remove(db: Session, roundtable: Roundtable, guest: Guest) -> None:
    afterwards.note(db, "guest", id=guest.id, since=guest.invited_at.isoformat())
    consenting.leave_unanswered(db, Presence.guest_id == guest.id)
    _give_up(db, roundtable, guest)
    links.end(db, roundtable.id, (None, guest.id))
    db.execute(delete(Mail).where(Mail.id.in_(mails_to(db, guest))), execution_options=_QUIETLY)
    signing.forget(db, db.scalars(access.sign_up_of(roundtable.id, guest.email_key)).all())
    db.delete(guest)
    pages.touch(db, places.key(roundtable.id))
    db.flush()


def _give_up(db: Session, roundtable: Roundtable, guest: Guest) -> None:
    """Their place goes to whom it is due; of what is over, only the count follows."""
    given = db.scalar(roundtables.answer_of(roundtable.id, None, guest.id))
    if given is None:
        return
    if roundtable.cancelled_at is None and roundtable.starts_at > clock.now():
        attendance.forget(db, roundtable, given)
        return
    places.hold(db, roundtable)
    if places.has_one(given):
        places.give_back(db, roundtable)
    db.delete(given)
    db.flush()
