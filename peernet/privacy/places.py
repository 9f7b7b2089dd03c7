"""What somebody said to invitations and to being recorded, also as a guest: their places are given to whom they are
due, and recordings of them are shown to nobody before their passage is removed."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.privacy.register.roundtables import ENTRIES
from peernet.privacy.rows import Subject, theirs
from peernet.roundtables import access, attendance
from peernet.roundtables import places as at_table
from peernet.roundtables.models import Attendance, Roundtable
from peernet.roundtables.recordings import consenting
from peernet.roundtables.recordings.models import RecordingConsent

_ENTRY = next(entry for entry in ENTRIES if entry.table == "attendance")
_CONSENT = next(entry for entry in ENTRIES if entry.table == "recording_consent")


def give_up(db: Session, subject: Subject) -> None:
    """Take every answer back. Of what is over, only the count follows."""
    consents = db.scalars(select(RecordingConsent).where(theirs(_CONSENT, subject))).all()
    consenting.leave(db, consents)
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
