"""What a plan comes to, and the rules that it breaks: any plan, whoever made it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from peernet.groups.mixing.moves import moved
from peernet.groups.mixing.problem import Group, Plan, Problem


class Rule(StrEnum):
    """A rule that can be broken, or that cannot be kept."""

    PRESENT = "present"
    SIZES = "sizes"
    ORGANISATION = "organisation"
    APART = "apart"
    TOGETHER = "together"
    PER_GROUP = "per-group"
    LANGUAGE = "language"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that a plan does not keep: in which round (from 0; None for all together), and by whom."""

    rule: Rule
    round: int | None
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """``cost``: each conversation costs the number of times those two had already met, history included.

    ``never_met`` counts pairs that could meet; ``least_met`` is how many others the least connected person has met;
    ``most_often`` how often the pair has met that met most; ``moved`` how many must leave an announced group.
    """

    cost: int
    broken: tuple[Broken, ...]
    never_met: int
    least_met: int
    most_often: int
    moved: int


def score(problem: Problem, plan: Plan) -> Score:
    """Count a plan."""
    times = Counter(problem.met)
    for groups in plan:
        times.update(problem.pairs(groups))
    others = [0] * len(problem.people)
    for pair in times:
        for number in pair:
            others[number] += 1
    pairs = combinations(range(len(problem.people)), 2)
    return Score(
        cost=sum(count * (count - 1) // 2 for count in times.values()),
        broken=tuple(broken(problem, plan)),
        never_met=sum(pair not in times and pair not in problem.apart for pair in pairs),
        least_met=min(others),
        most_often=max(times.values(), default=0),
        moved=moved_in(problem, plan),
    )


def moved_in(problem: Problem, plan: Plan) -> int:
    """How many of those who are there leave the group in which they were announced, in all rounds together."""
    return sum(moved(before, after) for before, after in zip(problem.announced, plan, strict=False))


def broken(problem: Problem, plan: Plan) -> Iterator[Broken]:
    """Every rule that this plan breaks."""
    for number, groups in enumerate(plan):
        there = sorted(problem.people[place].id for place in problem.present[number])
        seated = sorted(name for group in groups for name in group)
        if seated != there:
            yield Broken(Rule.PRESENT, number, tuple(sorted(set(there) ^ set(seated))))
            continue
        if sorted(map(len, groups)) != sorted(problem.rounds[number].sizes):
            yield Broken(Rule.SIZES, number)
        for group in groups:
            yield from _broken_in(problem, number, group)
        yield from _torn(problem, number, groups)
    if problem.most_moved is not None and moved_in(problem, plan) > problem.most_moved:
        yield Broken(Rule.MOVED, None)


def _broken_in(problem: Problem, number: int, group: Group) -> Iterator[Broken]:
    places, rules = [problem.place[name] for name in group], problem.rules
    for pair in combinations(sorted(places), 2):
        one, other = (problem.people[place] for place in pair)
        if rules.same_org_apart and one.org is not None and one.org == other.org:
            yield Broken(Rule.ORGANISATION, number, (one.id, other.id))
        elif pair in problem.apart and not (rules.common_language and not problem.have_language(pair)):
            yield Broken(Rule.APART, number, (one.id, other.id))
    if rules.common_language and not problem.have_language(places):
        yield Broken(Rule.LANGUAGE, number, group)
    if rules.per_group is not None:
        tagged = sum(rules.per_group.tag in problem.people[place].tags for place in places)
        if tagged < rules.per_group.least:
            yield Broken(Rule.PER_GROUP, number, group)


def _torn(problem: Problem, number: int, groups: Sequence[Group]) -> Iterator[Broken]:
    where = {problem.place[name]: place for place, group in enumerate(groups) for name in group}
    for one, other in sorted(problem.together[number]):
        if where[one] != where[other]:
            yield Broken(Rule.TOGETHER, number, (problem.people[one].id, problem.people[other].id))
