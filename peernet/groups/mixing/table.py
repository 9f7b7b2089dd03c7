"""A problem in whole numbers, laid out so that one addition of long integers weighs all people at once.

Each person has a lane, some bits of a long integer. A row holds, lane by lane, what it costs that its person sits with
each other one. The rows of a group's members added up say what it costs each person to join them.
"""

from collections.abc import Iterable, Sequence

from peernet.groups.mixing.problem import Plan, Problem

# The groups of each round, as lists of places; places from the number of people on are empty seats.
Seats = list[list[list[int]]]
# What it costs that two sit together who must be apart. Larger than any difference that would pay for it.
APART = 100


class Table:
    """The lanes of a problem, and the weights that no plan changes.

    Where the groups of a round differ by one in size, the smaller ones get an empty seat: a swap with it moves a person
    from a larger group to a smaller one.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.people = len(problem.people)
        self.sizes = [sorted(one.sizes, reverse=True) for one in problem.rounds]
        self.empty = [_empty_seats(sizes) for sizes in self.sizes]
        self.lanes = self.people + max(self.empty)
        self.width = self._width()
        self.one = [1 << self.width * lane for lane in range(self.lanes)]
        self.every = sum(self.one)
        self.top = 1 << self.width - 1
        self.full = (1 << self.width) - 1
        self.somebody = sum(self.one[: self.people]) * self.full
        self.base = sum(count * (count - 1) // 2 for count in problem.met.values())
        self.weights = self._weights()
        self.glued = [blocks_of(pairs) for pairs in problem.together]

    def members(self, round_: int) -> list[int]:
        """Who is to be seated in a round, the empty seats included."""
        return [*self.problem.present[round_], *range(self.people, self.people + self.empty[round_])]

    def room(self, round_: int) -> list[int]:
        """The sizes of the groups of a round, the empty seats included."""
        sizes = self.sizes[round_]
        return [sizes[0]] * len(sizes) if self.empty[round_] else list(sizes)

    def ones(self, places: Iterable[int]) -> int:
        """A one in the lane of each."""
        return sum(self.one[place] for place in places)

    def lane(self, row: int, place: int) -> int:
        """The value of a lane."""
        return row >> self.width * place & self.full

    def values(self, row: int) -> memoryview:
        """All lanes of a row, to be read one by one."""
        return memoryview(row.to_bytes(self.lanes * self.width // 8, "little")).cast("H" if self.width == 16 else "I")

    def add_round(self, rows: list[int], groups: Sequence[Sequence[int]], sign: int = 1) -> None:
        """Count the meetings of a round in ``rows``, or take them away again."""
        for group in groups:
            all_of_it = self.ones(place for place in group if place < self.people)
            for place in group:
                if place < self.people:
                    rows[place] += sign * (all_of_it - self.one[place])

    def weigh(self, seats: Seats) -> tuple[list[int], int]:
        """The rows with all meetings of a plan, and its cost, APART for each pair that must be apart included."""
        rows, cost = list(self.weights), 2 * self.base
        for groups in seats:
            for group in groups:
                cost += sum(self.lane(rows[one], other) for one in group for other in group)
            self.add_round(rows, groups)
        return rows, cost // 2

    def plan_of(self, seats: Seats) -> Plan:
        """The ids of a plan, in the order of the people."""
        names = [person.id for person in self.problem.people]
        return tuple(
            tuple(tuple(names[place] for place in sorted(group) if place < self.people) for group in groups)
            for groups in seats
        )

    def _width(self) -> int:
        most = max((size for sizes in self.sizes for size in sizes), default=1)
        often = len(self.sizes) + max(self.problem.met.values(), default=0)
        return 16 if 4 * most * (APART + often) < 1 << 15 else 32

    def _weights(self) -> list[int]:
        rows = [0] * self.lanes
        pairs = dict(self.problem.met)
        for pair in self.problem.apart:
            pairs[pair] = pairs.get(pair, 0) + APART
        for one in range(self.people, self.lanes):
            pairs |= {(one, other): APART for other in range(self.people, one)}
        for (one, other), weight in pairs.items():
            rows[one] += weight * self.one[other]
            rows[other] += weight * self.one[one]
        return rows


def _empty_seats(sizes: Sequence[int]) -> int:
    """So many as even the groups out, if one each will do."""
    return sum(size < sizes[0] for size in sizes) if sizes and sizes[0] - sizes[-1] == 1 else 0


def blocks_of(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """The sets of people whom pairs hold together."""
    blocks: list[set[int]] = []
    for pair in pairs:
        touched = [block for block in blocks if block & set(pair)]
        blocks = [block for block in blocks if block not in touched] + [set(pair).union(*touched)]
    return sorted(sorted(block) for block in blocks)
