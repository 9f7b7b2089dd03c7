"""From a problem to a plan: how many can come, and then the evenest way to share what it costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from peernet.roundtables.series import turnout
from peernet.roundtables.series.burden import MISSED
from peernet.roundtables.series.chance import Chance
from peernet.roundtables.series.descent import Bounds
from peernet.roundtables.series.grid import Grid, grid_of
from peernet.roundtables.series.model import Choice, Model, model_of, row_of
from peernet.roundtables.series.problem import Plan, Problem
from peernet.roundtables.series.scores import Score, score
from peernet.roundtables.series.search import Enough, Search

__all__ = ["Enough", "NoPlan", "Objective", "Outcome", "plan", "same_slot"]

# Steps of the search: a second or two of work for sixty people; more people get more.
STEPS = {"strict": 5_000_000, "balanced": 10_000_000}
_PEOPLE_PER_SHARE = 120
# Of the most that could come, how many of a hundred must in a balanced plan.
FLOOR = 95

Progress = Callable[[int, int], None]


class Objective(StrEnum):
    """What makes one plan better than another. Rounds at quorum come first in both.

    STRICT: then as many as can come at all, then the burdens of those who do, the worst first. BALANCED: then nearly as
    many, and burdens and missed rounds together, the worst first.
    """

    STRICT = "strict"
    BALANCED = "balanced"


class NoPlan(ValueError):
    """No choice of starts keeps the rules on weekly times and days between."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A plan and what it comes to. ``is_proved``: no plan is better. ``was_interrupted``: the search was ended early.
    ``most`` is the highest attendance that any plan with as many rounds at quorum has."""

    plan: Plan
    score: Score
    objective: Objective
    most: int
    is_proved: bool
    was_interrupted: bool


def plan(
    problem: Problem,
    objective: Objective = Objective.BALANCED,
    *,
    seed: int = 0,
    steps: int | None = None,
    on_progress: Progress = lambda _done, _of: None,
) -> Outcome:
    """The best plan that so much work finds; the same for the same problem, seed and steps.

    ``on_progress`` hears of steps done and of how many; an Enough that it raises ends the search with the best plan so
    far. Raises NoPlan where the rules that tie rounds together cannot be kept at all.
    """
    grid = grid_of(problem)
    model = model_of(grid, MISSED if objective is Objective.BALANCED else 0)
    rules = problem.rules
    first, is_sure = turnout.search(model.rounds, rules.max_patterns, rules.min_gap_days)
    if first is None:
        raise NoPlan
    quorate, most = divmod(turnout.worth(first), model.weight)
    floor = floor_of(most) if objective is Objective.BALANCED else most
    bounds = Bounds(quorate * model.weight + floor, rules.max_patterns, rules.min_gap_days)
    steps = steps_for(problem, objective) if steps is None else steps
    search = Search(model, bounds, first, chance=Chance(seed), steps=steps, on_progress=on_progress)
    search.run()
    made = _plan_of(grid, model, search.best.choices)
    is_proved = search.is_proved and is_sure and all(seat.is_exact for seat in model.seats)
    return Outcome(made, score(problem, made), objective, most, is_proved, search.was_interrupted)


def steps_for(problem: Problem, objective: Objective) -> int:
    """The usual work for a problem of this size."""
    return STEPS[objective] * (1 + len(problem.members) // _PEOPLE_PER_SHARE)


def floor_of(most: int) -> int:
    """The attendance that a balanced plan needs at least."""
    return -(-FLOOR * most // 100)


def same_slot(problem: Problem) -> Plan | None:
    """The best plan with one weekly time in the anchor zone for all roundtables, as people plan by hand: the highest
    turnout, then the evenest loads. None where no weekly time is open to every roundtable."""
    grid = grid_of(problem)
    model = model_of(grid, MISSED)
    found = []
    for pattern in sorted({choice.pattern for choice in model.rounds[0]}):
        rounds = [[choice for choice in choices if choice.pattern == pattern] for choices in model.rounds]
        choices = turnout.best(rounds, None, problem.rules.min_gap_days) if all(rounds) else None
        if choices is not None:
            loads = model.base + sum(choice.loads for choice in choices)
            key = model.key([choice.option for choice in choices], loads)
            found.append((-turnout.worth(choices), key, choices))
    return _plan_of(grid, model, min(found)[2]) if found else None


def _plan_of(grid: Grid, model: Model, choices: Sequence[Choice]) -> Plan:
    """The starts, and who comes: all who can, or one of each seat in turns."""
    options = [grid.rounds[number][choice.option] for number, choice in enumerate(choices)]
    coming: list[set[int]] = [set() for _ in options]
    for seat, people in zip(model.seats, grid.seats, strict=True):
        for number, place in enumerate(seat.turns([row_of(option, people) for option in options]).who):
            if place is not None:
                coming[number].add(people[place])
    names = [member.id for member in grid.problem.members]
    attend = tuple(tuple(name for number, name in enumerate(names) if number in who) for who in coming)
    return Plan(tuple(option.start for option in options), attend)
