"""The waiting list. A place that becomes free is held for the next in line, who is told by mail and confirms it with
one click; if they do not in time, it passes on. The line is in order of asking.

Where each organisation has one place, who stands in for a colleague waits for that place first: see ``deputies``.
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.ledger import ledger
from peernet.roundtables import access_places, emails, invitees, links, places
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Attendance, Roundtable
from peernet.settings import current


def deadline(roundtable: Roundtable) -> datetime:
    """Until when a place is held: for the hours of the settings, but for no more than half of the time that is left."""
    moment = clock.now()
    return moment + min(timedelta(hours=current().roundtables.hold_hours), (roundtable.starts_at - moment) / 2)


def join(db: Session, roundtable: Roundtable, given: Attendance, invitee: Invitee) -> None:
    """Tell who asked for a place that they stand in line, and where."""
    ahead = db.scalar(access_places.ahead_of(roundtable, given)) or 0
    emails.waiting(db, roundtable, invitee, token=links.token_for(db, roundtable, invitee), ahead=ahead)


def pass_on(db: Session, roundtable: Roundtable, *, seat_id: int | None = None) -> int:
    """Hold each place that is free for the next in line, and tell them; how many. Those who hold ``seat_id`` come
    first: a place stays with its organisation where each has one. After the start, nobody is called."""
    if roundtable.cancelled_at is not None or places.has_begun(roundtable) or places.is_full(roundtable):
        return 0
    offered = 0
    for given, seat in _line(db, roundtable, seat_id):
        if not places.take(db, roundtable, is_public=invitees.of(given).is_public):
            if places.is_full(roundtable):
                break
            continue
        _offer(db, roundtable, given, seat)
        offered += 1
    return offered


def renew(db: Session, roundtable: Roundtable) -> None:
    """Count the deadlines of places that are held anew, after another time was promised, and call who waits. Who has
    less time than they were told is told so."""
    places.hold(db, roundtable)
    if not places.has_begun(roundtable):
        for given in db.scalars(access_places.held_at(roundtable.id)).all():
            _hold_anew(db, roundtable, given)
    pass_on(db, roundtable)


def _line(db: Session, roundtable: Roundtable, seat_id: int | None) -> list[tuple[Attendance, int | None]]:
    """Who may be called, in order, with the seat that a place of theirs takes."""
    rows = [(given, seat) for given, seat in db.execute(access_places.in_line(roundtable))]
    if not roundtable.one_each:
        return [(given, None) for given, _seat in rows]
    rows.sort(key=lambda row: row[1] is None or row[1] != seat_id)
    taken = {given.seat_id for given in db.scalars(access_places.with_places(roundtable.id))}
    called: list[tuple[Attendance, int | None]] = []
    for given, seat in rows:
        if seat is None or seat not in taken:
            called.append((given, seat))
            taken.add(seat)
    return called


def _offer(db: Session, roundtable: Roundtable, given: Attendance, seat_id: int | None) -> None:
    given.held_until, given.seat_id = deadline(roundtable), seat_id
    db.flush()
    _record(db, roundtable, given)
    _tell(db, roundtable, given, given.held_until)


def _hold_anew(db: Session, roundtable: Roundtable, given: Attendance) -> None:
    was, given.held_until = given.held_until, deadline(roundtable)
    db.flush()
    if was is not None and given.held_until < was:
        _tell(db, roundtable, given, given.held_until)


def _tell(db: Session, roundtable: Roundtable, given: Attendance, until: datetime) -> None:
    invitee = invitees.of(given)
    if invitee.has_mail:
        emails.offered(db, roundtable, invitee, token=links.token_for(db, roundtable, invitee), until=until)


def _record(db: Session, roundtable: Roundtable, given: Attendance) -> None:
    ledger.record(
        db,
        "roundtable.place_held",
        subject=f"roundtable:{roundtable.id}",
        scope=f"cohort:{roundtable.cohort_id}",
        data={"person_id": given.person_id, "guest_id": given.guest_id},
    )
