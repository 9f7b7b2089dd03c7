"""The whole of a problem in whole numbers: for each start that a roundtable may take, who can come and at what cost."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from peernet.roundtables.series.availability import Level, Member, half_hours, weekly_level
from peernet.roundtables.series.burden import IF_NEED_BE, points_of_half_hour
from peernet.roundtables.series.problem import Moment, Pattern, Problem

# In a row of costs: cannot come.
AWAY = -1


@dataclass(frozen=True, slots=True)
class Option:
    """A start that a roundtable may take.

    ``costs`` has the points of each member if they come, AWAY where they cannot; ``heads`` is the number of people who
    can, or of organisations where one of each comes.
    """

    start: Moment
    pattern: Pattern
    costs: tuple[int, ...]
    heads: int


@dataclass(frozen=True, slots=True)
class Grid:
    """``rounds`` has the options of each roundtable, ``seats`` the places in ``problem.members`` of those who share a
    seat: one of them comes. Where all come, each has a seat alone."""

    problem: Problem
    rounds: tuple[tuple[Option, ...], ...]
    seats: tuple[tuple[int, ...], ...]


@dataclass(frozen=True, slots=True)
class _Hours:
    """A meeting on somebody's wall: (weekday, minute of the day) of each half hour, and the days."""

    halves: tuple[tuple[int, int], ...]
    days: tuple[date, ...]


def grid_of(problem: Problem) -> Grid:
    """Judge every start of every round for every member, as ``level`` and ``burden`` do, only all at once."""
    seats = _seats(problem)
    starts = sorted({start for round_ in problem.open_rounds for start in round_})
    by_zone = {
        zone: [_hours(zone, start, problem.minutes) for start in starts]
        for zone in sorted({member.zone for member in problem.members})
    }
    columns = [_column(problem, member, starts, by_zone[member.zone]) for member in problem.members]
    options = {
        start: Option(start, problem.pattern(start), costs, _heads(costs, seats))
        for start, costs in zip(starts, zip(*columns, strict=True), strict=True)
    }
    rounds = tuple(tuple(options[start] for start in round_) for round_ in problem.open_rounds)
    return Grid(problem, rounds, seats)


def _seats(problem: Problem) -> tuple[tuple[int, ...], ...]:
    if not problem.rules.one_per_org:
        return tuple((number,) for number in range(len(problem.members)))
    found: dict[str, list[int]] = {}
    for number, member in enumerate(problem.members):
        found.setdefault(member.seat, []).append(number)
    return tuple(map(tuple, found.values()))


def _hours(zone: str, start: datetime, minutes: int) -> _Hours:
    walls = tuple(half_hours(zone, start, minutes))
    return _Hours(
        tuple((wall.weekday(), wall.hour * 60 + wall.minute) for wall in walls),
        tuple(dict.fromkeys(wall.date() for wall in walls)),
    )


def _column(problem: Problem, member: Member, starts: Sequence[Moment], all_hours: Sequence[_Hours]) -> list[int]:
    """What each start costs a member. Weeks repeat, so each set of half hours is judged once."""
    answers = problem.poll.get(member.id, {})
    known: dict[tuple[tuple[int, int], ...], tuple[Level, int]] = {}
    column = []
    for start, hours in zip(starts, all_hours, strict=True):
        if hours.halves not in known:
            known[hours.halves] = _judged(member, hours.halves)
        level, points = known[hours.halves]
        if (answer := answers.get(start)) is not None:
            level = answer
        elif member.away and _is_away(member, hours.days):
            level = Level.NO
        column.append(AWAY if level == Level.NO else points + IF_NEED_BE * (level == Level.MAYBE))
    return column


def _judged(member: Member, halves: tuple[tuple[int, int], ...]) -> tuple[Level, int]:
    level = min((weekly_level(member, weekday, minute) for weekday, minute in halves), default=Level.YES)
    return level, sum(points_of_half_hour(minute // 60, weekday in member.weekend) for weekday, minute in halves)


def _is_away(member: Member, days: tuple[date, ...]) -> bool:
    return any(first <= day <= last for day in days for first, last in member.away)


def _heads(costs: Sequence[int], seats: tuple[tuple[int, ...], ...]) -> int:
    return sum(any(costs[number] != AWAY for number in seat) for seat in seats)
