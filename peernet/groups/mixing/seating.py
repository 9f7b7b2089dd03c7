"""Who takes which point of a design: so that those who must be apart, or have met, do not meet in it.

Whole organisations go into one column as far as they fit. What is left is annealed: two change their points, or one
takes a point that nobody has.
"""

from collections.abc import Callable, Sequence

from peernet.groups.mixing.chance import Chance
from peernet.groups.mixing.cooling import LEVELS, TABLES
from peernet.groups.mixing.designs import Design
from peernet.groups.mixing.table import Table

# All trouble weighs the same: twice the weight finds a seating three times less often at these temperatures.
_APART, _SHORT = 1, 1
# Steps of one annealing for each person.
_STEPS = 1_000
# So many of them are as much work as a step of the annealing of groups.
_WEIGHT = 4


class Seating:
    """``at`` holds who has each point, None where nobody does. ``trouble`` counts what is wrong with it."""

    def __init__(self, table: Table, design: Design, rounds: int, chance: Chance) -> None:
        self.table, self.chance, self.people = table, chance, table.people
        self.rounds = design.rounds[:rounds]
        self.points = sum(map(len, self.rounds[0]))
        self.meets = self._meets()
        self.near = self._near()
        rule = table.problem.rules.per_group
        self.least = rule.least if rule else 0
        self.tagged = [rule is not None and rule.tag in person.tags for person in table.problem.people]
        self.group_of = [self._groups(groups) for groups in self.rounds]
        columns = design.columns if design.apart >= rounds else ()
        self.point_of = self._packed(columns) if self.near and columns else list(range(self.people))
        self.at: list[int | None] = [None] * self.points
        for person, point in enumerate(self.point_of):
            self.at[point] = person
        self.tags = self._tags()
        self.trouble = self._trouble()

    def anneal(self, watch: Callable[[int], None], most: int) -> None:
        """Look for seats without trouble, in at most so many steps."""
        steps = min(_STEPS * self.people, _WEIGHT * most)
        for step in range(steps):
            if not self.trouble:
                break
            if step % (64 * _WEIGHT) == 0:
                watch(64)
            rises = TABLES[LEVELS * step // steps]
            one, point = self.chance.below(self.people), self.chance.below(self.points)
            rise = rises[self.chance.below(len(rises))]
            change = self._change(one, point)
            if change <= rise:
                self.trouble += change
            else:
                self._swap(one, self._back)

    def groups(self, number: int, present: Sequence[int]) -> list[list[int]]:
        """The groups of a round, of those who are there."""
        there = set(present)
        return [
            [person for point in group if (person := self.at[point]) is not None and person in there]
            for group in self.rounds[number]
        ]

    def _change(self, one: int, point: int) -> int:
        """Swap, and say by how much the trouble grows. ``_back`` is where ``one`` came from."""
        self._back = self.point_of[one]
        other = self.at[point]
        before = self._of(one) + (self._of(other) if other is not None else 0) + self._short(self._back, point)
        self._swap(one, point)
        after = self._of(one) + (self._of(other) if other is not None else 0) + self._short(self._back, point)
        return after - before

    def _swap(self, one: int, point: int) -> None:
        back, other = self.point_of[one], self.at[point]
        if self.tagged[one] != (other is not None and self.tagged[other]):
            gain = 1 if self.tagged[one] else -1
            for tags, group_of in zip(self.tags, self.group_of, strict=True):
                tags[group_of[back]] -= gain
                tags[group_of[point]] += gain
        self.at[back], self.at[point] = other, one
        self.point_of[one] = point
        if other is not None:
            self.point_of[other] = back

    def _of(self, person: int) -> int:
        meets, point_of = self.meets[self.point_of[person]], self.point_of
        return sum(weight for other, weight in self.near[person] if meets >> point_of[other] & 1)

    def _short(self, one: int, other: int) -> int:
        """The groups of two points that lack people with the tag."""
        if not self.least:
            return 0
        short = 0
        for tags, group_of in zip(self.tags, self.group_of, strict=True):
            for group in {group_of[one], group_of[other]}:
                short += max(0, self.least - tags[group])
        return _SHORT * short

    def _trouble(self) -> int:
        pairs = sum(self._of(person) for person in range(self.people)) // 2
        return pairs + _SHORT * sum(max(0, self.least - count) for tags in self.tags for count in tags)

    def _tags(self) -> list[list[int]]:
        return [
            [sum(self.tagged[person] for point in group if (person := self.at[point]) is not None) for group in groups]
            for groups in self.rounds
        ]

    def _meets(self) -> list[int]:
        """For each point the set of those that it meets."""
        found = [0] * self.points
        for groups in self.rounds:
            for group in groups:
                mask = sum(1 << point for point in group)
                for point in group:
                    found[point] |= mask ^ 1 << point
        return found

    def _near(self) -> list[list[tuple[int, int]]]:
        """For each person those whom they should not meet, and how much that matters; empty if nobody matters."""
        problem = self.table.problem
        found: list[list[tuple[int, int]]] = [[] for _ in range(self.people)]
        for pair in sorted({*problem.apart, *problem.met}):
            weight = _APART if pair in problem.apart else problem.met[pair]
            for one, other in (pair, pair[::-1]):
                found[one].append((other, weight))
        return found

    def _groups(self, groups: Sequence[Sequence[int]]) -> list[int]:
        found = [0] * self.points
        for number, group in enumerate(groups):
            for point in group:
                found[point] = number
        return found

    def _packed(self, columns: Sequence[Sequence[int]]) -> list[int]:
        """A point for each person: organisations whole into columns, the largest first, where there is most room."""
        orgs: dict[str, list[int]] = {}
        for number, person in enumerate(self.table.problem.people):
            orgs.setdefault(person.org or f"\n{number}", []).append(number)
        free = [list(column) for column in columns]
        # The points that nobody will have are those of the last column, so that groups differ by one at the most.
        spare = self.points - self.people
        while spare:
            last = max(number for number, column in enumerate(free) if column)
            free[last].pop()
            spare -= 1
        found = [0] * self.people
        for members in sorted(orgs.values(), key=len, reverse=True):
            column = self._fitting(free, len(members))
            for member in members:
                column = column if column else max(free, key=len)
                found[member] = column.pop()
        return found

    @staticmethod
    def _fitting(free: list[list[int]], count: int) -> list[int]:
        """The column with the least room that is enough, or else with the most."""
        enough = [column for column in free if len(column) >= count]
        return min(enough, key=len) if enough else max(free, key=len)
