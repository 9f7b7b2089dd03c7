"""The first guess at an answer: what somebody's weekly hours say to each option. They change it as they like.

Pure: no database, no request. Nothing of the hours leaves their owner's own page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from peernet import clock
from peernet.roundtables.hours import week
from peernet.roundtables.polls.models import PollOption, Vote

# Some zones are a quarter of an hour off.
_STEP = 15
_VOTES = (Vote.NO, Vote.MAYBE, Vote.YES)


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly hours as they are kept, by the clocks of ``zone``."""

    zone: str
    windows: Sequence[Any]
    away: Sequence[Sequence[str]]


def guesses(hours: Hours | None, options: Iterable[PollOption], minutes: int) -> dict[int, Vote]:
    """A vote for each option, by its id; none for who never said their hours."""
    if hours is None:
        return {}
    levels = week.read(hours.windows)
    return {each.id: _VOTES[_level(hours, levels, each, minutes)] for each in options}


def _level(hours: Hours, levels: week.Week, option: PollOption, minutes: int) -> int:
    """The least glad quarter of an hour of it, since nobody comes to half a meeting; the gladdest hour of a day."""
    if option.starts_at is None:
        return week.NO if _is_away(hours, option.day) else max(levels[option.day.weekday()])
    walls = _quarters(option.starts_at, minutes, hours.zone)
    return min(
        week.NO if _is_away(hours, wall.date()) else levels[wall.weekday()][_minute(wall) // week.SLOT]
        for wall in walls
    )


def _quarters(starts_at: datetime, minutes: int, zone: str) -> list[datetime]:
    return [clock.to_wall(starts_at + timedelta(minutes=passed), zone) for passed in range(0, minutes, _STEP)]


def _is_away(hours: Hours, day: date) -> bool:
    return any(first <= day.isoformat() <= last for first, last in hours.away)


def _minute(wall: datetime) -> int:
    return wall.hour * 60 + wall.minute
