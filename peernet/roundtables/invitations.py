"""Who is invited, and who is not any more."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import CohortState
from peernet.roundtables import access, attendance, emails, links
from peernet.roundtables.models import Answer, Roundtable


def invite(db: Session, roundtable: Roundtable) -> int:
    """Invite everybody who attends, once each; the number of people. Nobody is invited to what has begun or is
    cancelled, nor by a draft."""
    if not _is_announced(roundtable):
        return 0
    people = [person for person, _answer in to_tell(db, roundtable)]
    for person in people:
        invite_one(db, roundtable, person)
    return len(people)


def invite_one(db: Session, roundtable: Roundtable, person: Person, *, guest_of: str = "") -> None:
    """Invite one person; ``guest_of`` names who invites a guest."""
    token = links.token_for(db, roundtable, person.id)
    emails.invited(db, roundtable, person, token=token, guest_of=guest_of)


def to_tell(db: Session, roundtable: Roundtable, *, decliners: bool = True) -> Iterator[tuple[Person, Answer | None]]:
    """Whom a mail about the roundtable reaches, with their answer; without those who declined unless told."""
    for person, answer in db.execute(access.invited(roundtable)).all():
        if person.mail_bounced_at is None and (decliners or answer is not Answer.DECLINED):
            yield person, answer


def invite_late_joiners(db: Session) -> int:
    """Invite who joined a running cohort to what is still to come there. By the clock; the number of invitations."""
    missing = db.execute(access.not_yet_invited(links.PURPOSE)).all()
    for roundtable, person in missing:
        invite_one(db, roundtable, person)
    return len(missing)


def release_places(db: Session) -> int:
    """Take back the answers and links of those who left a cohort, so that their places are free. By the clock."""
    gone = db.execute(access.no_longer_invited()).all()
    for given, roundtable in gone:
        attendance.forget(db, roundtable, given)
    return len(gone)


def _is_announced(roundtable: Roundtable) -> bool:
    is_to_come = roundtable.starts_at > clock.now() and roundtable.cancelled_at is None
    return is_to_come and roundtable.cohort.state is CohortState.RUNNING
