"""What a plan means for people: how many can come, the hour it is for each, and what the burden comes to.

Points are counted by the clock and the own weekend alone. What "if need be" adds is known to the planner and shown to
nobody, because it would tell how somebody filled in their weekly hours. For the same reason a page names people only
beside what holds whether they come or not (the hour, its points, ``points_of_all``, ``late_of_all``); who comes shows in
numbers over everybody. No database, no request.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from peernet import clock
from peernet.roundtables.series.availability import Level, Member, half_hours
from peernet.roundtables.series.burden import burden
from peernet.roundtables.series.explaining import EARLY, LATE
from peernet.roundtables.series.problem import Problem

# The most points a half hour may have on average, for each of the four lighter shades.
_SHADES = (0, 1, 2, 4)


@dataclass(frozen=True, slots=True)
class Cell:
    """One roundtable for one person: their wall time and the points; whether they come, or could, is for counting."""

    wall: datetime
    points: int
    shade: int
    comes: bool
    can: bool
    late: bool


@dataclass(frozen=True, slots=True)
class Row:
    """One person over the whole plan. ``before`` are points of roundtables that were held."""

    member: Member
    cells: tuple[Cell, ...]

    @property
    def before(self) -> int:
        """Points of the roundtables held so far."""
        return self.member.burden_so_far

    @property
    def points(self) -> int:
        """Points of the roundtables that they come to, with those held before."""
        return self.before + sum(cell.points for cell in self.cells if cell.comes)

    @property
    def points_of_all(self) -> int:
        """Points of coming to every roundtable of the plan, can they or not."""
        return sum(cell.points for cell in self.cells)

    @property
    def late_of_all(self) -> int:
        """How many of all the roundtables reach into a late evening, the night, or an early morning there."""
        return sum(cell.late for cell in self.cells)

    @property
    def missed(self) -> int:
        """How many they cannot come to."""
        return sum(not cell.can for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Figures:
    """A plan in numbers. ``heads`` are those who come to each roundtable, ``quorum`` what it needs."""

    rows: tuple[Row, ...]
    starts: tuple[datetime, ...]
    heads: tuple[int, ...]
    quorum: int

    @property
    def worst(self) -> int:
        """The most that anybody carries."""
        return max((row.points for row in self.rows), default=0)

    @property
    def most_missed(self) -> int:
        """The most roundtables that one person cannot come to."""
        return max((row.missed for row in self.rows), default=0)

    @property
    def attendance(self) -> int:
        """All who come, over all roundtables."""
        return sum(self.heads)

    @property
    def short(self) -> tuple[int, ...]:
        """The roundtables (from 0) that stay below their quorum."""
        return tuple(number for number, heads in enumerate(self.heads) if heads < self.quorum)


def figures(problem: Problem, starts: Sequence[datetime], chosen: Mapping[datetime, Sequence[str]]) -> Figures:
    """The figures of a plan. ``chosen`` says who of each organisation comes at a start that the planner chose."""
    carried = [member.burden_so_far for member in problem.members]
    columns, heads = [], []
    for start in starts:
        points = [points_of(member, start, problem.minutes) for member in problem.members]
        comes = who_comes(problem, start, carried, points, frozenset(chosen.get(start, ())))
        carried = [load + cost * here for load, cost, here in zip(carried, points, comes, strict=True)]
        columns.append([_cell(problem, *one, start) for one in zip(problem.members, points, comes, strict=True)])
        heads.append(sum(comes))
    rows = (Row(member, tuple(column[place] for column in columns)) for place, member in enumerate(problem.members))
    return Figures(tuple(rows), tuple(starts), tuple(heads), problem.rules.quorum)


def points_of(member: Member, start: datetime, minutes: int) -> int:
    """What coming then costs, by the clock alone."""
    return burden(member, start, minutes, Level.YES)


def shade(points: int, minutes: int) -> int:
    """How dark an hour is drawn: 0 (office hours) to 4 (the night)."""
    halves = max(1, -(-minutes // 30))
    return sum(points > limit * halves for limit in _SHADES)


def late(member: Member, start: datetime, minutes: int) -> bool:
    """Whether any of it is a late evening, the night, or an early morning there."""
    return any(wall.hour >= LATE or wall.hour < EARLY for wall in half_hours(member.zone, start, minutes))


def _cell(problem: Problem, member: Member, points: int, comes: bool, start: datetime) -> Cell:
    minutes = problem.minutes
    can = comes or problem.level(member, start) != Level.NO
    wall = clock.to_wall(start, member.zone)
    return Cell(wall, points, shade(points, minutes), comes, can, late(member, start, minutes))


def who_comes(
    problem: Problem,
    start: datetime,
    carried: Sequence[int],
    points: Sequence[int],
    chosen: frozenset[str] = frozenset(),
) -> list[bool]:
    """Who of the members comes: all who can or, where one of each organisation comes, whom the planner chose, else
    whoever carries least."""
    can = [problem.level(member, start) != Level.NO for member in problem.members]
    if not problem.rules.one_per_org:
        return can
    best: dict[str, tuple[bool, int, int]] = {}
    for place, member in enumerate(problem.members):
        if can[place]:
            mine = (member.id not in chosen, carried[place] + points[place], place)
            best[member.seat] = min(best.get(member.seat, mine), mine)
    going = {place for _unchosen, _load, place in best.values()}
    return [place in going for place in range(len(problem.members))]
