"""The moments of what a poll proposes, and how each stands by somebody's own clocks. No database, no request."""

from dataclasses import dataclass
from datetime import date, datetime, time

from peernet import clock
from peernet.roundtables.polls.models import Poll, PollOption
from peernet.roundtables.series.availability import Member, half_hours
from peernet.roundtables.series.burden import HOURS, points_of_half_hour

# A half hour that costs so much is night: from 22:00 to 7:00.
_NIGHT = dict(HOURS)[22]


@dataclass(frozen=True, slots=True)
class Shown:
    """One option as somebody sees it: ``own`` is its start by their clocks (None for a whole day, which is the same
    everywhere), ``points`` what the hours cost them."""

    option: PollOption
    wall: datetime
    own: datetime | None
    is_night: bool
    points: int

    @property
    def is_another_day(self) -> bool:
        """Whether it falls on another date for them than in the poll's zone."""
        return self.own is not None and self.own.date() != self.wall.date()


def moment_of(day: date, start: time | None, zone: str) -> datetime | None:
    """The moment of a day and time by the clocks of ``zone``; None for a whole day."""
    return None if start is None else clock.to_utc(datetime.combine(day, start), zone)


def shown(poll: Poll, option: PollOption, zone: str, weekend: frozenset[int] = frozenset({5, 6})) -> Shown:
    """An option of a poll by the clocks of ``zone``, for somebody with that weekend."""
    wall = datetime.combine(option.day, option.start or time(0))
    if option.starts_at is None:
        return Shown(option, wall, None, is_night=False, points=0)
    someone = Member("", zone=zone, weekend=weekend)
    hours = list(half_hours(zone, option.starts_at, poll.minutes))
    costs = [points_of_half_hour(each.hour, weekend=False) for each in hours]
    points = sum(points_of_half_hour(each.hour, each.weekday() in someone.weekend) for each in hours)
    own = clock.to_wall(option.starts_at, zone)
    return Shown(option, wall, own, is_night=max(costs) >= _NIGHT, points=points)
