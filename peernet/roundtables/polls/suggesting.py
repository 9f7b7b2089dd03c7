"""Times to propose, from the weekly hours of those who are asked. Only numbers come out: how many could come."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from peernet import clock
from peernet.roundtables.hours import access as hours
from peernet.roundtables.series.grid import AWAY, Option, grid_of
from peernet.roundtables.series.problem import Problem, Rules

_DAYS, _NUMBER = 21, 5


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A time by the clocks of the poll's zone, and how many of ``people`` who said their hours could come."""

    day: date
    start: time
    heads: int
    people: int


def suggest(db: Session, cohort_id: int, *, zone: str, minutes: int, first: date) -> list[Suggestion]:
    """The best times of three weeks from ``first`` on, each on another day: at which most can come, and at the least
    cost. Empty where fewer than three said their hours. Two queries."""
    members = tuple(each for each in hours.for_planner(db, cohort_id) if each.weekly)
    starts = tuple(_starts(zone, first))
    if len(members) < hours.FEWEST_COUNTED or not starts:
        return []
    problem = Problem(
        members=members, rounds=(starts,), fixed=(None,), minutes=minutes, anchor=zone, rules=Rules(quorum=1)
    )
    found: dict[date, Suggestion] = {}
    for option in sorted(grid_of(problem).rounds[0], key=_rank):
        wall = clock.to_wall(option.start, zone)
        if option.heads and len(found) < _NUMBER:
            found.setdefault(wall.date(), Suggestion(wall.date(), wall.time(), option.heads, len(members)))
    return sorted(found.values(), key=lambda each: each.day)


def _starts(zone: str, first: date) -> list[datetime]:
    walls = (
        datetime.combine(first + timedelta(days=number), time(hour)) for number in range(_DAYS) for hour in range(24)
    )
    return sorted({clock.to_utc(wall, zone) for wall in walls if clock.exists(wall, zone)})


def _rank(option: Option) -> tuple[int, int, datetime]:
    return (-option.heads, sum(cost for cost in option.costs if cost != AWAY), option.start)
