"""Annealing by swaps within a round, round after round.

While one round is changed, the others stand still, so what two people cost together stays the same, and a swap of a in
A with b in B changes the cost by S(a,B) + S(b,A) - S(a,A) - S(b,B) - 2 c(a,b), where S(x,G) is what x costs with the
members of G. All b are weighed in one expression of long integers (see ``table``); a swap then changes two sums.
"""

from collections.abc import Callable, Sequence
from operator import mul

from peernet.groups.mixing.blocks import Blocks
from peernet.groups.mixing.chance import FACTOR, MASK, TERM, Chance
from peernet.groups.mixing.cooling import LEVELS, TABLES
from peernet.groups.mixing.guards import guards_of
from peernet.groups.mixing.sitting import Sitting
from peernet.groups.mixing.table import Seats, Table

# Called with steps done since the last call; may raise to end the search.
Watch = Callable[[int], None]


class Annealing:
    """One search from given seats. ``best`` is the cheapest plan so far and ``cost`` its cost, with a penalty for each
    pair that must be apart. ``target``: a cost below which no plan can be. A step is one person looked at."""

    def __init__(self, table: Table, seats: Seats, chance: Chance, watch: Watch, target: int = 0) -> None:
        self.table, self.seats, self.chance, self.watch, self.target = table, seats, chance, watch, target
        self.guards = guards_of(table)
        self.rows, self.now = table.weigh(seats)
        self.best, self.cost = copied(seats), self.now
        self.homes: Sequence[Sequence[int]] = ()

    def hold(self, homes: Sequence[Sequence[int]], weight: int) -> None:
        """Let it cost so much more to sit in another group than at home: for each round and group, a one in the lane of
        everybody who is not at home there."""
        self.homes = [[weight * row for row in rows] for rows in homes]
        lane = self.table.lane
        for groups, rows in zip(self.seats, self.homes, strict=True):
            self.now += sum(lane(row, place) for group, row in zip(groups, rows, strict=False) for place in group)
        self.cost = self.now

    def run(self, steps: int, first_level: int = 0) -> None:
        """Cool down once, over about so many steps."""
        each = max(1, sum(len(groups) * len(groups[0]) for groups in self.seats if groups))
        sweeps = max(LEVELS - first_level, steps // each)
        for sweep in range(sweeps if self.cost > self.target else 0):
            level = first_level + (LEVELS - first_level) * sweep // sweeps
            for number in range(len(self.seats)):
                self.look(number, TABLES[level])
                if self.cost <= self.target:
                    return

    def look(self, number: int, rises: Sequence[int]) -> None:
        """Look at each person of one round once, and swap where it pays or chance allows."""
        groups = self.seats[number]
        self.table.add_round(self.rows, groups, -1)
        sitting = Sitting(self.table, self.rows, groups, self.guards, self.homes[number] if self.homes else ())
        people = sitting.free(self.table.glued[number])
        self._scan(sitting, people, rises)
        if self.table.glued[number]:
            Blocks(sitting, self.table.glued[number], self.chance).move(rises, self._accept)
        self.table.add_round(self.rows, groups)
        # Work is counted where nobody can move as well, or it would never be done.
        self.watch(len(people) + 1)

    def _scan(self, sitting: Sitting, people: Sequence[int], rises: Sequence[int]) -> None:
        table, guards, where, views, ones, sums = (
            self.table, sitting.guards, sitting.where, sitting.views, sitting.ones, sitting.sums,
        )  # fmt: skip
        every, top, width, lanes, rows, state = (
            table.every, table.top, table.width, table.lanes, self.rows, self.chance.state,
        )  # fmt: skip
        for one in people:
            state = (state * FACTOR + TERM) & MASK
            here, rise = where[one], rises[state >> 52]
            costs = [view[one] for view in views]
            room = (top + rise + costs[here]) * every + sitting.own + 2 * rows[one]
            room -= sums[here] + sum(map(mul, costs, ones))
            hits = room & (sitting.movable & ~(ones[here] * top))
            if not hits:
                continue
            for guard in guards:
                hits &= guard.allowed(one, here)
            if not hits:
                continue
            # What makes it cheaper goes first; chance decides among the rest.
            hits = (room - (rise + 1) * every) & hits or hits
            turn = (state >> 20 & 0xFFFF) * lanes >> 16
            later = hits >> turn * width
            if later:
                other = turn + ((later & -later).bit_length() - 1) // width
            else:
                other = ((hits & -hits).bit_length() - 1) // width
            self._accept(sitting.swap(one, other))
        self.chance.state = state

    def _accept(self, change: int) -> None:
        self.now += change
        if self.now < self.cost:
            self.cost, self.best = self.now, copied(self.seats)


def copied(seats: Seats) -> Seats:
    """Seats that can be changed without changing these."""
    return [[group[:] for group in groups] for groups in seats]
