"""What it costs to move one roundtable of a plan by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from peernet.roundtables.series.availability import Level
from peernet.roundtables.series.burden import MISSED
from peernet.roundtables.series.deputies import Seat
from peernet.roundtables.series.grid import AWAY
from peernet.roundtables.series.problem import Moment, Plan, Problem
from peernet.roundtables.series.scores import Broken, Score, broken, score


@dataclass(frozen=True, slots=True)
class Cost:
    """The plan after the move, both scores, the rules that it breaks and the plan before it did not, and the members
    who lose and who gain it: they could come, and now cannot, or the other way round."""

    plan: Plan
    before: Score
    after: Score
    broken: tuple[Broken, ...]
    lost: tuple[str, ...]
    gained: tuple[str, ...]


def cost_of(problem: Problem, plan: Plan, number: int, start: Moment) -> Cost:
    """Move round ``number`` (from 0) to ``start``, which need not be a candidate. Who comes to the other rounds stays;
    to this one come all who can, or of each seat the one who makes it evenest."""
    slots = (*plan.slots[:number], start, *plan.slots[number + 1 :])
    rest = [who for place, who in enumerate(plan.attend) if place != number]
    others = score(problem, Plan((*plan.slots[:number], *plan.slots[number + 1 :]), tuple(rest)))
    moved = Plan(slots, (*plan.attend[:number], _coming(problem, start, others.loads), *plan.attend[number + 1 :]))
    already = broken(problem, plan.slots)
    was, now = (_able(problem, each) for each in (plan.slots[number], start))
    return Cost(
        moved,
        score(problem, plan),
        score(problem, moved),
        tuple(rule for rule in broken(problem, slots) if rule not in already),
        tuple(name for name in was if name not in now),
        tuple(name for name in now if name not in was),
    )


def _able(problem: Problem, start: Moment) -> list[str]:
    return [member.id for member in problem.members if problem.level(member, start) != Level.NO]


def _coming(problem: Problem, start: Moment, loads: Sequence[int]) -> tuple[str, ...]:
    if not problem.rules.one_per_org:
        return tuple(_able(problem, start))
    seats: dict[str, list[int]] = {}
    for number, member in enumerate(problem.members):
        seats.setdefault(member.seat, []).append(number)
    going = set()
    for people in seats.values():
        row = tuple(_points(problem, number, start) for number in people)
        place = Seat(tuple(loads[number] for number in people), MISSED).turns([row]).who[0]
        if place is not None:
            going.add(people[place])
    return tuple(member.id for number, member in enumerate(problem.members) if number in going)


def _points(problem: Problem, number: int, start: Moment) -> int:
    member = problem.members[number]
    return AWAY if problem.level(member, start) == Level.NO else problem.burden(member, start)
