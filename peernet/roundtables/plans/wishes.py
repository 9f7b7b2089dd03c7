"""What an organiser wishes of a series, and the starts that follow from it. No database, no request.

A series has so many weeks, one roundtable in each. A week in which one is announced already is that roundtable's: it
keeps its time, unless it may be moved.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from peernet import clock

_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of ``number`` weeks from ``first_on`` on, ``every`` so many weeks, each allows starts on ``weekdays`` (0 is
    Monday), every ``step`` minutes, so that the roundtable of ``minutes`` lies between ``earliest`` and ``latest``:
    minutes of the day by the clocks of ``zone``; a ``latest`` that is not after ``earliest`` is the next day's.
    ``moving`` are the announced roundtables that may get another time."""

    first_on: date
    number: int
    every: int
    weekdays: tuple[int, ...]
    earliest: int
    latest: int
    step: int
    minutes: int
    zone: str
    quorum: int = 0
    one_per_org: bool = False
    max_patterns: int | None = None
    min_gap_days: int = 0
    forbidden: tuple[date, ...] = ()
    moving: tuple[int, ...] = ()

    @property
    def starts_of_a_day(self) -> range:
        """Minutes of the day at which a roundtable may begin; beyond 1439 they are the next day's."""
        latest = self.latest if self.latest > self.earliest else self.latest + _DAY
        return range(self.earliest, latest - self.minutes + 1, self.step)


@dataclass(frozen=True, slots=True)
class Announced:
    """A roundtable to come, as far as planning needs to know it."""

    id: int
    title: str
    starts_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class Round:
    """One roundtable of the series: a new one, or one that is announced. ``fixed`` is the start that it keeps."""

    starts: tuple[datetime, ...]
    announced: Announced | None = None
    fixed: datetime | None = None


def as_json(wishes: Wishes) -> dict[str, Any]:
    """Wishes as they are kept."""
    values = asdict(wishes)
    values["first_on"] = wishes.first_on.isoformat()
    values["forbidden"] = [day.isoformat() for day in wishes.forbidden]
    return values | {"weekdays": list(wishes.weekdays), "moving": list(wishes.moving)}


def of_json(values: dict[str, Any]) -> Wishes:
    """Kept wishes."""
    return Wishes(
        **values
        | {
            "first_on": date.fromisoformat(values["first_on"]),
            "forbidden": tuple(map(date.fromisoformat, values["forbidden"])),
            "weekdays": tuple(values["weekdays"]),
            "moving": tuple(values["moving"]),
        }
    )


def rounds(wishes: Wishes, announced: Sequence[Announced]) -> list[Round]:
    """The roundtables of the series in their order, with the starts that each can take. One for which nothing is left
    has none."""
    taken = {_week_of(wishes, one.starts_at) for one in announced}
    found = [_announced_round(wishes, one) for one in announced]
    for number in range(wishes.number):
        if number not in taken:
            found.append(Round(_starts(wishes, _first_day(wishes, number))))
    weeks = [_first_day(wishes, number) for number in range(wishes.number) if number not in taken]
    days = [clock.to_wall(one.starts_at, wishes.zone).date() for one in announced] + weeks
    return [each for _day, _place, each in sorted(zip(days, range(len(found)), found, strict=True))]


def _announced_round(wishes: Wishes, one: Announced) -> Round:
    if one.id not in wishes.moving:
        return Round((one.starts_at,), one, one.starts_at)
    week = _week_of(wishes, one.starts_at)
    day = clock.to_wall(one.starts_at, wishes.zone).date()
    first = day - timedelta(days=day.weekday()) if week is None else _first_day(wishes, week)
    return Round(tuple(sorted({one.starts_at, *_starts(wishes, first)})), one)


def _first_day(wishes: Wishes, number: int) -> date:
    return wishes.first_on + timedelta(weeks=number * wishes.every)


def _week_of(wishes: Wishes, moment: datetime) -> int | None:
    """The number of the week in which a moment lies, if it lies in one of the series."""
    days = (clock.to_wall(moment, wishes.zone).date() - wishes.first_on).days
    number, rest = divmod(days, 7 * wishes.every)
    return number if 0 <= number < wishes.number and rest < 7 else None


def _starts(wishes: Wishes, first: date) -> tuple[datetime, ...]:
    """All starts in the seven days from ``first`` on that exist, are to come, and are not forbidden."""
    days = (first + timedelta(days=ahead) for ahead in range(7))
    allowed = (day for day in days if day.weekday() in wishes.weekdays and day not in wishes.forbidden)
    walls = (
        datetime.combine(day, time()) + timedelta(minutes=minute)
        for day in allowed
        for minute in wishes.starts_of_a_day
    )
    return tuple(_to_come(walls, wishes.zone))


def _to_come(walls: Iterable[datetime], zone: str) -> Iterable[datetime]:
    now = clock.now()
    for wall in walls:
        moment = clock.to_utc(wall, zone)
        if moment > now and clock.exists(wall, zone):
            yield moment
