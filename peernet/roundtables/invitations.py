"""Who is invited later, and who is not any more."""

from sqlalchemy.orm import Session

from peernet.roundtables import access, attendance, emails, invitees, links, telling
from peernet.roundtables.models import Guest, Roundtable
from peernet.roundtables.telling import News


def invite_guest(db: Session, roundtable: Roundtable, guest: Guest, *, guest_of: str) -> None:
    """Invite somebody from outside; ``guest_of`` names who invites them."""
    invitee = invitees.of(guest)
    token = links.token_for(db, roundtable, invitee)
    emails.invited(db, roundtable, invitee, token=token, guest_of=guest_of)


def invite_late_joiners(db: Session) -> int:
    """Invite who joined a running cohort to what is still to come there; the number of roundtables. By the clock."""
    lacking = db.scalars(access.with_people_to_invite(links.PURPOSE)).unique().all()
    for roundtable in lacking:
        telling.tell(db, roundtable, News.INVITED)
    return len(lacking)


def release_places(db: Session) -> int:
    """Take back the answers and links of those who left a cohort, so that their places are free. By the clock."""
    gone = db.execute(access.no_longer_invited()).all()
    for given, roundtable in gone:
        attendance.forget(db, roundtable, given)
    return len(gone)
