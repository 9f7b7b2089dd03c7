"""Of plans that are equally good, one that also brings together those who have something for each other.

A preference is no rule, and it costs nothing: the plan stays as good as it was. People change places only where no rule
breaks, nobody who was announced moves, and the cost stays or falls; among such plans an annealing (Kirkpatrick, Gelatt
and Vecchi, 1983) looks for one that holds more of the preferred pairs. So the files and what is counted are unchanged.
"""

from collections import Counter
from collections.abc import Collection
from itertools import combinations

from peernet.groups.mixing.chance import Chance
from peernet.groups.mixing.problem import Plan, Problem

# Ids of two people, the lower first as text.
Pair = tuple[str, str]
# Chances in a thousand of a swap that loses a preferred pair: at first, and it falls to none.
_WARM = 200


def pair_of(one: str, other: str) -> Pair:
    """Two people as a pair, whoever is named first."""
    return (one, other) if one < other else (other, one)


def held(plan: Plan, wanted: Collection[Pair]) -> int:
    """How many of the wanted pairs sit together at least once."""
    met = {pair_of(*pair) for groups in plan for group in groups for pair in combinations(group, 2)}
    return len(met & set(wanted))


def prefer(problem: Problem, plan: Plan, wanted: Collection[Pair], *, seed: int = 1, steps: int = 20_000) -> Plan:
    """A plan as good as this one that holds at least as many of the wanted pairs."""
    if not wanted or problem.announced:
        return plan
    return _Search(problem, plan, frozenset(wanted)).run(Chance(seed), steps)


class _Search:
    def __init__(self, problem: Problem, plan: Plan, wanted: frozenset[Pair]) -> None:
        self.problem, self.wanted = problem, wanted
        self.seats = [[list(group) for group in groups] for groups in plan]
        names = [person.id for person in problem.people]
        named = [pair_of(names[one], names[other]) for one, other in problem.apart]
        self.apart = frozenset(named)
        self.glued = [{names[place] for pair in pairs for place in pair} for pairs in problem.together]
        self.tagged = self._tagged()
        self.times: Counter[Pair] = Counter(
            {pair_of(names[one], names[other]): count for (one, other), count in problem.met.items()}
        )
        self.here: Counter[Pair] = Counter()
        for groups in self.seats:
            for group in groups:
                for pair in combinations(group, 2):
                    self.here[pair_of(*pair)] += 1

    def run(self, chance: Chance, steps: int) -> Plan:
        """Swap, and give the best that was seen."""
        have = best = sum(1 for pair in self.wanted if self.here[pair])
        found = self._plan()
        for step in range(steps):
            gain = self._try(chance, _WARM * (steps - step) // steps)
            have += gain
            if have > best:
                best, found = have, self._plan()
                if best == len(self.wanted):
                    break
        return found

    def _try(self, chance: Chance, warmth: int) -> int:
        """Swap two people of a round if that may be; by how many the wanted pairs that are held rise."""
        number = chance.below(len(self.seats))
        groups = self.seats[number]
        if len(groups) < 2:
            return 0
        here, there = chance.below(len(groups)), chance.below(len(groups))
        if here == there or not groups[here] or not groups[there]:
            return 0
        one, other = chance.below(len(groups[here])), chance.below(len(groups[there]))
        if not self._may(number, groups[here][one], groups[there][other]):
            return 0
        rise, gain = self._swap(groups, here, one, there, other)
        broken = self._breaks(groups[here]) or self._breaks(groups[there])
        if broken or rise > 0 or (gain < 0 and chance.below(1000) >= warmth):
            self._swap(groups, here, one, there, other)
            return 0
        return gain

    def _swap(self, groups: list[list[str]], here: int, one: int, there: int, other: int) -> tuple[int, int]:
        """By how much the cost rises, and the number of wanted pairs held."""
        rise = gain = 0
        for group, place in ((groups[here], one), (groups[there], other)):
            change = self._meet(group, place, -1)
            rise, gain = rise + change[0], gain + change[1]
        groups[here][one], groups[there][other] = groups[there][other], groups[here][one]
        for group, place in ((groups[here], one), (groups[there], other)):
            change = self._meet(group, place, 1)
            rise, gain = rise + change[0], gain + change[1]
        return rise, gain

    def _meet(self, group: list[str], place: int, by: int) -> tuple[int, int]:
        rise = gain = 0
        for number, name in enumerate(group):
            if number == place:
                continue
            pair = pair_of(group[place], name)
            before = self.here[pair]
            self.here[pair] = before + by
            rise += self.times[pair] + before if by > 0 else -(self.times[pair] + before - 1)
            gain += (pair in self.wanted) * (bool(before + by) - bool(before))
        return rise, gain

    def _may(self, number: int, one: str, other: str) -> bool:
        """Whether nobody ties them to their table, and they are alike where a tag is asked for."""
        return not {one, other} & self.glued[number] and (one in self.tagged) == (other in self.tagged)

    def _breaks(self, group: list[str]) -> bool:
        if any(pair_of(*pair) in self.apart for pair in combinations(group, 2)):
            return True
        spoken = self.problem.rules.common_language
        return spoken and not self.problem.have_language([self.problem.place[name] for name in group])

    def _tagged(self) -> frozenset[str]:
        rule = self.problem.rules.per_group
        return frozenset(person.id for person in self.problem.people if rule is not None and rule.tag in person.tags)

    def _plan(self) -> Plan:
        return tuple(tuple(tuple(group) for group in groups) for groups in self.seats)
