"""One mail a day, in the morning where its reader is, with what could wait: what is asked, what to read, and news.

A day is done in one transaction with its mail, so that a worker that is killed does it again from the start, and once.
It is the day of the reader's own calendar, and so there is one on the days on which clocks change, and none on a day
that a place skips.
"""

from datetime import date, timedelta

from sqlalchemy import Row, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.desk import contents, emails
from peernet.desk.models import Digest
from peernet.i18n import use_language
from peernet.mail import holding
from peernet.mail.models import Held
from peernet.settings import current

# The hour from which it is morning.
MORNING = 7
# So many people at a time: the write lock is held for them together.
_AT_ONCE = 20
# What is committed a little later than it says is told the next day rather than never.
_SETTLED = timedelta(minutes=5)


def send_due(db: Session) -> int:
    """Write the daily mails of those for whom it is morning, a few people at a time; the number of mails. By the
    clock."""
    due = db.execute(_due(_mornings(db)).limit(_AT_ONCE)).all()
    held = _held(db, [person.id for person, _digest in due])
    return sum(_do_day(db, row, held.get(row[0].id, [])) for row in due)


def _do_day(db: Session, row: Row[Person, Digest | None], held: list[Held]) -> bool:
    """Do one person's day, and say whether there was a mail."""
    person, digest = row
    day, until = clock.today(person.zone), clock.now() - _SETTLED
    if digest is None:
        # The first day only begins the counting: what is older is no news.
        db.add(Digest(person_id=person.id, day=day, until=until))
        return False
    with use_language(person.language or current().network.language):
        found = contents.gather(db, person, held, digest.until, until)
    holding.tell(held)
    digest.day, digest.until = day, until
    if not found.is_empty:
        emails.digest(db, person, found, day=day)
    return not found.is_empty


def _mornings(db: Session) -> dict[date, list[str]]:
    """The zones in which it is morning or later, by the day that it is there."""
    found: dict[date, list[str]] = {}
    for zone in db.scalars(select(Person.zone).where(Person.disabled_at.is_(None)).distinct()):
        there = clock.to_wall(clock.now(), zone)
        if there.hour >= MORNING:
            found.setdefault(there.date(), []).append(zone)
    return found


def _due(mornings: dict[date, list[str]]) -> Select[Person, Digest]:
    is_morning = or_(
        false(),
        *(and_(Person.zone.in_(zones), or_(Digest.day.is_(None), Digest.day < day)) for day, zones in mornings.items()),
    )
    wants = or_(
        Person.mail_digest, Person.mail_news, Person.id.in_(select(Held.person_id).where(Held.told_at.is_(None)))
    )
    return (
        select(Person, Digest)
        .outerjoin(Digest, Digest.person_id == Person.id)
        .where(Person.disabled_at.is_(None), Person.mail_bounced_at.is_(None), wants, is_morning)
        .order_by(Person.id)
    )


def _held(db: Session, person_ids: list[int]) -> dict[int, list[Held]]:
    found: dict[int, list[Held]] = {}
    for row in db.scalars(holding.waiting_for(person_ids)):
        found.setdefault(row.person_id, []).append(row)
    return found
