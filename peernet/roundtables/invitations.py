"""Who is invited later, and who is not any more."""

from datetime import timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.roundtables import access, attendance, emails, invitees, links, telling, told
from peernet.roundtables.models import Guest, Roundtable
from peernet.roundtables.telling import News

# By then, whoever was there when a roundtable was planned has been told of it.
_TOLD_BY_THEN = timedelta(minutes=10)


def invite_guest(db: Session, roundtable: Roundtable, guest: Guest, *, guest_of: str) -> None:
    """Invite somebody from outside; ``guest_of`` names who invites them."""
    invitee = invitees.of(guest)
    token = links.token_for(db, roundtable, invitee)
    emails.invited(db, roundtable, invitee, token=token, guest_of=guest_of)
    told.note(db, roundtable, invitee)


def invite_late_joiners(db: Session) -> int:
    """Invite who joined a running cohort to its next roundtable, and to each following one when its turn comes; the
    number of roundtables. The first such mail gives the dates of all that follow. By the clock."""
    lacking = db.scalars(told.next_with_people_to_invite(clock.now() - _TOLD_BY_THEN)).unique().all()
    for roundtable in lacking:
        telling.tell(db, roundtable, News.JOINED)
    return len(lacking)


def release_places(db: Session) -> int:
    """Take back the answers and links of those who left a cohort, so that their places are free, and the roundtables
    out of their calendars (RFC 5546, section 3.2.5); the number of answers. By the clock."""
    left = db.execute(told.told_to_who_left()).all()
    gone = db.execute(access.no_longer_invited()).all()
    for known, roundtable, person in left:
        invitee = invitees.of(person)
        if known.is_invited and roundtable.cancelled_at is None and invitee.has_mail and person.disabled_at is None:
            emails.withdrawn(db, roundtable, invitee)
    for given, roundtable in gone:
        attendance.forget(db, roundtable, given)
    for _known, roundtable, person in left:
        links.revoke(db, roundtable.id, (person.id, None))
        emails.recall_reminders(db, roundtable, invitees.of(person))
    return len(gone)
