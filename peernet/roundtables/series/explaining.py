"""Why a plan is as it is, as data: what each carries, at which hours they meet, and where clocks change.

Pages and the command put it into words.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from peernet.roundtables.series.availability import Level, Member, half_hours
from peernet.roundtables.series.problem import Moment, Plan, Problem
from peernet.roundtables.series.scores import Score, score

# From this hour on, and up to this one, an evening is late; before the last one, a morning is early.
LATE, NIGHT_ENDS, EARLY = 20, 4, 8


@dataclass(frozen=True, slots=True)
class Hour:
    """A roundtable on a member's own clock: aware wall times, how gladly they come and at how many points, and whether
    they do (of those who share a seat one does)."""

    begins: datetime
    ends: datetime
    level: Level
    points: int
    comes: bool


@dataclass(frozen=True, slots=True)
class Share:
    """What a member carries: points of this plan and of earlier series, rounds missed, and how many of those to which
    they come reach into a late evening or night, or begin in an early morning."""

    member: str
    points: int
    so_far: int
    missed: int
    late: int
    early: int


@dataclass(frozen=True, slots=True)
class ClockChange:
    """Before round ``number`` (from 0) the clocks of ``zone`` change by so much; ``members`` live there."""

    number: int
    zone: str
    by: timedelta
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """A plan in full. ``hours`` has a row for each member and a column for each round; ``shares`` go by member too.
    ``steady`` is the plan at the same slot every week and ``steady_shares`` what it would be for each; None where no
    weekly time is open to all."""

    score: Score
    shares: tuple[Share, ...]
    hours: tuple[tuple[Hour, ...], ...]
    changes: tuple[ClockChange, ...]
    steady: Score | None
    steady_shares: tuple[Share, ...] | None


def explain(problem: Problem, plan: Plan, steady: Plan | None = None) -> Explanation:
    """All that can be said of a plan, beside one with the same slot every week."""
    return Explanation(
        score(problem, plan),
        shares(problem, plan),
        hours(problem, plan),
        tuple(clock_changes(problem, plan.slots)),
        score(problem, steady) if steady else None,
        shares(problem, steady) if steady else None,
    )


def shares(problem: Problem, plan: Plan) -> tuple[Share, ...]:
    """What each member carries, in the order of the problem."""
    found, rows = score(problem, plan), hours(problem, plan)
    return tuple(
        Share(
            member.id,
            points=found.burdens[number] - member.burden_so_far,
            so_far=member.burden_so_far,
            missed=found.missed[number],
            late=sum(hour.comes and is_late(hour) for hour in rows[number]),
            early=sum(hour.comes and is_early(hour) for hour in rows[number]),
        )
        for number, member in enumerate(problem.members)
    )


def hours(problem: Problem, plan: Plan) -> tuple[tuple[Hour, ...], ...]:
    """Each roundtable on each member's clock."""
    coming = [frozenset(who) for who in plan.attend]
    return tuple(
        tuple(_hour(problem, member, start, member.id in who) for start, who in zip(plan.slots, coming, strict=True))
        for member in problem.members
    )


def is_late(hour: Hour) -> bool:
    """Whether it reaches into a late evening or the night."""
    return any(wall.hour >= LATE or wall.hour < NIGHT_ENDS for wall in _halves(hour))


def is_early(hour: Hour) -> bool:
    """Whether it takes a part of an early morning."""
    return any(NIGHT_ENDS <= wall.hour < EARLY for wall in _halves(hour))


def clock_changes(problem: Problem, slots: Iterable[Moment]) -> Iterable[ClockChange]:
    """Where the clocks of some members change from one roundtable to the next."""
    zones: dict[str, list[str]] = {}
    for member in problem.members:
        zones.setdefault(member.zone, []).append(member.id)
    for number, (earlier, later) in enumerate(pairwise(slots), start=1):
        for zone, members in sorted(zones.items()):
            by = _ahead(later, zone) - _ahead(earlier, zone)
            if by:
                yield ClockChange(number, zone, by, tuple(members))


def _hour(problem: Problem, member: Member, start: Moment, comes: bool) -> Hour:
    zone = ZoneInfo(member.zone)
    return Hour(
        start.astimezone(zone),
        (start + timedelta(minutes=problem.minutes)).astimezone(zone),
        problem.level(member, start),
        problem.burden(member, start),
        comes,
    )


def _halves(hour: Hour) -> Iterable[datetime]:
    """The half hours; both ends are moments, so the clocks may change between them."""
    zone = str(hour.begins.tzinfo)
    begins, ends = hour.begins.timestamp(), hour.ends.timestamp()
    return half_hours(zone, hour.begins, int(ends - begins) // 60)


def _ahead(moment: Moment, zone: str) -> timedelta:
    return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
