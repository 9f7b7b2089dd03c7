"""Who can come when: weekly hours, days away and answers to a poll, each in the member's own wall time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

# A meeting is judged by half hours, counted from its start.
STEP = 30
DAY = 24 * 60


class Level(IntEnum):
    """How gladly somebody comes. MAYBE is "if need be"."""

    NO = 0
    MAYBE = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the week: on each of ``days`` (0 is Monday) from ``start`` to ``end``, minutes of the wall-clock day.

    ``end`` is at most 1440, midnight; hours over midnight are two windows. Windows may overlap: the gladder one counts.
    """

    days: frozenset[int]
    start: int
    end: int
    level: Level


@dataclass(frozen=True, slots=True)
class Member:
    """Whoever is to come: their zone, hours, days away (first and last day, both included), and own weekend.

    ``org`` is the organisation whose seat they share, "" for none. ``burden_so_far`` are points of earlier series.
    """

    id: str
    org: str = ""
    zone: str = "UTC"
    weekly: tuple[Window, ...] = ()
    away: tuple[tuple[date, date], ...] = ()
    weekend: frozenset[int] = frozenset({5, 6})
    burden_so_far: int = 0

    @property
    def seat(self) -> str:
        """The organisation, or the member alone."""
        return self.org or self.id


def half_hours(zone: str, start: datetime, minutes: int) -> Iterator[datetime]:
    """The wall time in ``zone`` at each half hour of a meeting that begins at the aware moment ``start``."""
    place = ZoneInfo(zone)
    moment = start.astimezone(UTC)
    for passed in range(0, minutes, STEP):
        yield (moment + timedelta(minutes=passed)).astimezone(place)


def level(member: Member, start: datetime, minutes: int, poll_answer: Level | None = None) -> Level:
    """How gladly ``member`` comes to a meeting at the aware moment ``start``.

    An answer to a poll wins over the weekly hours. Else every half hour must lie in one of the windows whole, and the
    least glad one counts: nobody comes to half a meeting.
    """
    if poll_answer is not None:
        return poll_answer
    return min(
        (level_of_half_hour(member, wall) for wall in half_hours(member.zone, start, minutes)), default=Level.YES
    )


def level_of_half_hour(member: Member, wall: datetime) -> Level:
    """The same for the half hour that begins at this wall time of theirs."""
    day = wall.date()
    if any(first <= day <= last for first, last in member.away):
        return Level.NO
    return weekly_level(member, wall.weekday(), wall.hour * 60 + wall.minute)


def weekly_level(member: Member, weekday: int, minute: int) -> Level:
    """The same in a week without days away, for the half hour that begins at that minute of the day."""
    fitting = (
        window.level
        for window in member.weekly
        if weekday in window.days and window.start <= minute and minute + STEP <= window.end
    )
    return max(fitting, default=Level.NO)
