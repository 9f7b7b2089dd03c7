"""Weekly hours said, kept or shifted after a move, and remembered from an answer."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.db import Conflict
from peernet.i18n import gettext as _
from peernet.roundtables.hours import access, week, words
from peernet.roundtables.hours.models import WeeklyHours
from peernet.roundtables.hours.week import Week

Away = Sequence[tuple[date, date]]


def say(db: Session, person: Person, *, hours: Week, weekend: Collection[int], away: Away, version: int) -> WeeklyHours:
    """Say when one can come. ``version`` is the one that was seen, 0 where nothing was said yet; days away that are
    over are dropped. Raises Conflict, with the other text, for another version."""
    said = db.scalar(access.of_person(person.id))
    _check_version(said, version)
    if said is None:
        said = _begin(person)
        db.add(said)
    today = clock.today(person.zone)
    said.zone, said.windows = person.zone, week.keep(hours)
    said.weekend = sorted(weekend)
    said.away = [[first.isoformat(), last.isoformat()] for first, last in sorted(away) if last >= today]
    said.said_at = clock.now()
    db.flush()
    return said


def settle_in(db: Session, person: Person, *, shift: bool, version: int) -> None:
    """After a move: let the hours mean the new clocks as they stand, or shift them so that they mean the same moments
    as before. Where nothing moved, nothing happens. Raises Conflict for another version."""
    said = db.scalar(access.of_person(person.id))
    _check_version(said, version)
    if said is None or said.zone == person.zone:
        return
    if shift:
        said.windows = week.keep(week.shifted(week.read(said.windows), minutes_ahead(said, person.zone)))
    said.zone, said.said_at = person.zone, clock.now()
    db.flush()


def minutes_ahead(said: WeeklyHours, zone: str) -> int:
    """By how many minutes the clocks of ``zone`` are ahead of those that the hours were said by, as they stand now."""
    moment = clock.now()
    return int((clock.offset(moment, zone) - clock.offset(moment, said.zone)).total_seconds() // 60)


def remember(db: Session, person: Person, *, starts_at: datetime, minutes: int, level: int) -> None:
    """Take an answer about one time for what that hour of each week is like, by the person's own clocks."""
    said = db.scalar(access.of_person(person.id))
    if said is None:
        said = _begin(person)
        db.add(said)
    hours = week.read(said.windows)
    # In quarters of an hour, because some zones are that far off the half hour.
    for passed in range(0, minutes, 15):
        wall = clock.to_wall(starts_at + timedelta(minutes=passed), person.zone)
        start = (wall.hour * 60 + wall.minute) // week.SLOT * week.SLOT
        hours = week.painted(hours, level, days=(wall.weekday(),), start=start, end=start + week.SLOT)
    said.windows, said.said_at = week.keep(hours), clock.now()
    db.flush()


def _begin(person: Person) -> WeeklyHours:
    weekend = list(week.WEEKEND)
    return WeeklyHours(person_id=person.id, zone=person.zone, windows=[], weekend=weekend, away=[], said_at=clock.now())


def _check_version(said: WeeklyHours | None, version: int) -> None:
    if version != (said.version if said else 0):
        message = _("You changed your hours somewhere else meanwhile. Compare, and save again if this is right.")
        raise Conflict(message, theirs=words.as_text(said) if said else "")
