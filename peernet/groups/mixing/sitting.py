"""One round while it is changed: who sits where, and what each would cost in each group."""

from collections.abc import Sequence

from peernet.groups.mixing.guards import Guard
from peernet.groups.mixing.table import Table

# What it costs somebody to be in another group than the announced one is added to the sums of all other groups.
Home = Sequence[int]


class Sitting:
    """``sums`` holds for each group a row: what it costs each person to sit with its members. ``own`` holds for each
    person the value of their own group, ``movable`` the top bits of those who may be swapped."""

    def __init__(
        self, table: Table, rows: list[int], groups: list[list[int]], guards: Sequence[Guard], home: Home = ()
    ) -> None:
        self.table, self.rows, self.groups, self.guards = table, rows, groups, guards
        self.ones = [table.ones(group) for group in groups]
        self.sums = [sum(rows[place] for place in group) for group in groups]
        for number, extra in enumerate(home):
            self.sums[number] += extra
        self.views = [table.values(row) for row in self.sums]
        self.where = [-1] * table.lanes
        self.own = 0
        for number, group in enumerate(groups):
            self.own |= self.sums[number] & self.ones[number] * table.full
            for place in group:
                self.where[place] = number
        self.movable = sum(self.ones) * table.top
        for guard in guards:
            guard.begin(groups)

    def free(self, blocks: Sequence[Sequence[int]]) -> list[int]:
        """Everybody whom no one holds, group by group; the others are no longer movable by themselves."""
        held = {place for block in blocks for place in block}
        self.movable &= ~(self.table.ones(held) * self.table.top)
        return [place for group in self.groups for place in group if place not in held]

    def swap(self, one: int, other: int) -> int:
        """Let two people change places; by how much the cost rises."""
        here, there = self.where[one], self.where[other]
        rise = self.views[there][one] + self.views[here][other] - self.views[here][one] - self.views[there][other]
        rise -= 2 * self.table.lane(self.rows[one], other)
        self.exchange([one], [other])
        return rise

    def exchange(self, some: Sequence[int], others: Sequence[int]) -> None:
        """Let these people of one group change places with as many of another one."""
        here, there = self.where[some[0]], self.where[others[0]]
        for one, other in zip(some, others, strict=True):
            row, bit = self.rows[other] - self.rows[one], self.table.one[other] - self.table.one[one]
            self.sums[here] += row
            self.sums[there] -= row
            self.ones[here] += bit
            self.ones[there] -= bit
            self.where[one], self.where[other] = there, here
            mine, theirs = self.groups[here], self.groups[there]
            mine[mine.index(one)], theirs[theirs.index(other)] = other, one
        self._renew(here, there)

    def _renew(self, here: int, there: int) -> None:
        table = self.table
        mine, theirs = self.ones[here] * table.full, self.ones[there] * table.full
        self.own = self.own & ~(mine | theirs) | self.sums[here] & mine | self.sums[there] & theirs
        for number in (here, there):
            self.views[number] = table.values(self.sums[number])
            for guard in self.guards:
                guard.changed(number, self.groups[number])
