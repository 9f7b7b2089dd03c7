"""What somebody said to invitations and to being recorded, also as a guest: their places are given to whom they are
due, recordings of them are shown to nobody before their passage is removed, and links without an account are over."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.privacy.register.roundtables import ENTRIES
from peernet.privacy.rows import Subject, theirs
from peernet.roundtables import access, attendance, links
from peernet.roundtables import places as at_table
from peernet.roundtables.models import Attendance, Guest, Roundtable
from peernet.roundtables.openings import signing
from peernet.roundtables.openings.models import SignUp
from peernet.roundtables.recordings import consenting
from peernet.roundtables.recordings.models import RecordingConsent

_OF = {entry.table: entry for entry in ENTRIES if not entry.is_deed}
_ENTRY, _CONSENT, _PRESENCE = _OF["attendance"], _OF["recording_consent"], _OF["presence"]


def give_up(db: Session, subject: Subject) -> None:
    """Take every answer back. Of what is over, only the count follows."""
    consents = db.scalars(select(RecordingConsent).where(theirs(_CONSENT, subject))).all()
    consenting.leave(db, consents)
    consenting.leave_unanswered(db, theirs(_PRESENCE, subject))
    _end_links(db, subject)
    for given in db.scalars(select(Attendance).where(theirs(_ENTRY, subject))).all():
        roundtable = db.scalars(access.all_roundtables().where(Roundtable.id == given.roundtable_id)).one()
        if roundtable.cancelled_at is None and roundtable.starts_at > clock.now():
            attendance.forget(db, roundtable, given)
            continue
        at_table.hold(db, roundtable)
        if at_table.has_one(given):
            at_table.give_back(db, roundtable)
        db.delete(given)
        db.flush()


def _end_links(db: Session, subject: Subject) -> None:
    """The links of a guest, and of who signed up, name rows that the register takes."""
    for guest in db.scalars(select(Guest).where(theirs(_OF["guest"], subject))).all():
        links.end(db, guest.roundtable_id, (None, guest.id))
    signing.forget(db, db.scalars(select(SignUp).where(theirs(_OF["sign_up"], subject))).all())
