"""An announced round changed for as few people as can be. Pure."""

from dataclasses import dataclass, replace

from peernet.groups.mixing import planner
from peernet.groups.mixing.moves import assignment, moved
from peernet.groups.mixing.problem import Group, Plan, Problem, Round
from peernet.groups.outcomes import base
from peernet.groups.solving import SEED, until
from peernet.groups.wishes import even

# Where not every way can be tried, an annealing of so many steps; seconds are a guard, for a busy machine.
_STEPS, _SECONDS = 20_000, 1.0


@dataclass(frozen=True, slots=True)
class Way:
    """A round as it could be: how many of those who stay change their table, and what the whole then costs.
    ``is_exact``: no way of so few moves costs less."""

    moved: int
    cost: int
    groups: tuple[Group, ...]
    is_exact: bool


def ways(problem: Problem, announced: Plan, number: int, sizes: tuple[int, ...] | None = None) -> tuple[Way, ...]:
    """How round ``number`` (from 0) of an announced plan could be repaired, the fewest moves first, each further one
    with more moves and cheaper. The other rounds count as held, and the number of tables stays, unless ``sizes`` say
    otherwise."""
    here = {person.id for person in problem.people}
    others = tuple(groups for place, groups in enumerate(announced) if place != number)
    before = tuple(tuple(name for name in group if name in here) for group in announced[number])
    sizes = sizes or even(len(problem.people), min(len(before), len(problem.people)))
    posed = replace(
        problem, rounds=(Round(sizes),), history=(*problem.history, *others), announced=(before,), most_moved=None
    )
    outcome = planner.plan(posed, seed=SEED, steps=_STEPS, on_progress=until(_SECONDS))
    held = base(problem)
    if outcome.trades:
        return tuple(
            Way(each.moved, each.cost - held, _aligned(before, each.plan[0]), each.is_exact) for each in outcome.trades
        )
    groups = _aligned(before, outcome.plan[0])
    return (Way(moved(before, groups), outcome.score.cost - held, groups, False),)


def as_seated(problem: Problem, plan: Plan) -> Problem:
    """The same with the sizes that the tables have now."""
    return replace(problem, rounds=tuple(Round(tuple(len(group) for group in groups)) for groups in plan))


def _aligned(before: tuple[Group, ...], after: tuple[Group, ...]) -> tuple[Group, ...]:
    """The groups in such an order that as many people as can be keep the number of their table."""
    count = max(len(before), len(after))
    old, new = ([*groups, *[()] * (count - len(groups))] for groups in (before, after))
    order = assignment([[len({*one} & {*other}) for other in new] for one in old])
    return tuple(group for number in order if (group := new[number]))
