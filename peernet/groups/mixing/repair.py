"""A plan that people know already, changed for as few of them as possible.

Every way to move so many people is tried, as far as the work goes: who leaves their group, and where those go who left
or are new. A branch ends where what stays costs too much already, or where the sizes cannot come out any more (branch
and bound; Land and Doig, 1960).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from peernet.groups.mixing.moves import surplus
from peernet.groups.mixing.problem import Plan, Problem
from peernet.groups.mixing.scores import Rule, broken
from peernet.groups.mixing.table import APART

# How many choices are looked at for one number of moves, and how many moves more than the fewest are tried.
WORK, _MORE = 60_000, 3


@dataclass(frozen=True, slots=True)
class Trade:
    """What so many moves buy. ``is_exact``: no plan with as few moves costs less."""

    moved: int
    cost: int
    plan: Plan
    is_exact: bool


def trades(problem: Problem, work: int = WORK) -> tuple[Trade, ...]:
    """For one announced round: the fewest moves and what that costs, and each further move that makes it cheaper; empty
    where nothing is found in ``work`` choices for each number of moves."""
    if len(problem.rounds) != 1 or len(problem.announced) != 1:
        return ()
    return tuple(_trades(problem, _Moves(problem, work)))


def _trades(problem: Problem, moves: "_Moves") -> Iterator[Trade]:
    fewest = moves.fewest
    least, last = APART - 1, fewest + _MORE
    count = fewest
    while count <= last and least >= 0:
        moves.search(count, least)
        if moves.found is not None:
            if least == APART - 1:
                last = count + _MORE
            least = moves.limit
            plan = moves.plan(moves.found)
            yield Trade(count, moves.base + least + 1, plan, moves.is_complete)
        elif not moves.is_complete or (problem.most_moved is not None and count >= problem.most_moved):
            break
        count += 1


class _Enough(Exception):
    pass


class _Moves:
    def __init__(self, problem: Problem, work: int) -> None:
        self.problem, self.work = problem, work
        there = set(problem.present[0])
        known = [
            [problem.place[name] for name in group if name in problem.place and problem.place[name] in there]
            for group in problem.announced[0]
        ]
        count = max(len(known), len(problem.rounds[0].sizes))
        self.groups = known + [[] for _ in range(count - len(known))]
        self.sizes = sorted([*problem.rounds[0].sizes, *[0] * (count - len(problem.rounds[0].sizes))], reverse=True)
        seated = {place for group in known for place in group}
        self.new = [place for place in problem.present[0] if place not in seated]
        self.home = {place: number for number, group in enumerate(known) for place in group}
        self.base = sum(times * (times - 1) // 2 for times in problem.met.values())
        self.fewest = surplus([len(group) for group in self.groups], self.sizes)
        self.found: list[list[int]] | None = None
        self.limit, self.left, self.is_complete = 0, 0, True

    def search(self, count: int, limit: int) -> None:
        """Look for the cheapest plan with so many moves that adds at most ``limit``. What is found stands in ``found``,
        and ``limit`` is then one below its cost."""
        self.found, self.limit, self.left, self.is_complete = None, limit, self.work, True
        try:
            self._leave(0, count, 0, [list(group) for group in self.groups], [])
        except _Enough:
            self.is_complete = False

    def plan(self, groups: Sequence[Sequence[int]]) -> Plan:
        """The ids of these groups."""
        people = self.problem.people
        return (tuple(tuple(people[place].id for place in sorted(group)) for group in groups if group),)

    def _leave(self, number: int, count: int, cost: int, kept: list[list[int]], gone: list[int]) -> None:
        """Who leaves group ``number`` and those after it, ``count`` people in all."""
        if number == len(kept):
            if not count:
                self._arrive(0, [*self.new, *gone], cost, kept)
            return
        group = kept[number]
        for size in range(min(count, len(group)) + 1):
            for leaving in combinations(group, size):
                self._work()
                kept[number] = [place for place in group if place not in leaving]
                total = cost + self._within(kept[number])
                if total <= self.limit and surplus([len(each) for each in kept], self.sizes) <= count - size:
                    self._leave(number + 1, count - size, total, kept, [*gone, *leaving])
        kept[number] = group

    def _arrive(self, number: int, coming: Sequence[int], cost: int, groups: list[list[int]]) -> None:
        """Where the rest of ``coming`` goes."""
        if cost > self.limit:
            return
        if number == len(coming):
            self._judge(cost, groups)
            return
        place = coming[number]
        for where, group in enumerate(groups):
            self._work()
            if self.home.get(place) == where:
                continue
            total = cost + sum(self._weight(place, other) for other in group)
            if total > self.limit:
                continue
            group.append(place)
            if not surplus([len(each) for each in groups], self.sizes):
                self._arrive(number + 1, coming, total, groups)
            group.pop()

    def _judge(self, cost: int, groups: list[list[int]]) -> None:
        plan = self.plan(groups)
        if all(each.rule is Rule.MOVED for each in broken(self.problem, plan)):
            self.found, self.limit = [list(group) for group in groups], cost - 1

    def _within(self, group: Sequence[int]) -> int:
        return sum(self._weight(one, other) for one, other in combinations(group, 2))

    def _weight(self, one: int, other: int) -> int:
        pair = (one, other) if one < other else (other, one)
        return APART if pair in self.problem.apart else self.problem.met.get(pair, 0)

    def _work(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise _Enough
