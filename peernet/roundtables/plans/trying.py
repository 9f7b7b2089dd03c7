"""One roundtable of a draft tried at every start that it could take: counts alone, not who."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from peernet import clock
from peernet.roundtables.plans.figures import figures, points_of, who_comes
from peernet.roundtables.series.problem import Problem


@dataclass(frozen=True, slots=True)
class Trial:
    """A start: how many would come, whether that is enough, the most that anybody would carry, and how much more than
    now that is."""

    start: datetime
    heads: int
    is_enough: bool
    worst: int
    more: int
    is_now: bool


def trials(problem: Problem, starts: Sequence[datetime], number: int) -> list[Trial]:
    """Every start that the roundtable ``number`` could take and to which anybody can come, in order of time; the
    present one among them."""
    now = figures(problem, starts, {})
    rest = [row.points - row.cells[number].points * row.cells[number].comes for row in now.rows]
    tried = (
        _trial(problem, start, rest, now.worst, start == starts[number])
        for start in sorted({*problem.open_rounds[number], starts[number]})
    )
    return [trial for trial in tried if trial.heads or trial.is_now]


def _trial(problem: Problem, start: datetime, rest: Sequence[int], worst_now: int, is_now: bool) -> Trial:
    points = [points_of(member, start, problem.minutes) for member in problem.members]
    comes = who_comes(problem, start, rest, points)
    worst = max(load + cost * here for load, cost, here in zip(rest, points, comes, strict=True))
    heads = sum(comes)
    return Trial(start, heads, heads >= problem.rules.quorum, worst, worst - worst_now, is_now)


def by_day(found: Iterable[Trial], zone: str) -> list[tuple[date, list[Trial]]]:
    """Trials under the day on which they begin."""
    days = groupby(found, key=lambda trial: clock.to_wall(trial.start, zone).date())
    return [(day, list(those)) for day, those in days]
