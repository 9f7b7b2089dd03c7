"""What the search works on: of each option its loads in lanes, and what is known before about all of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from peernet.roundtables.series.deputies import Row, Seat
from peernet.roundtables.series.grid import AWAY, Grid, Option
from peernet.roundtables.series.lanes import Lanes
from peernet.roundtables.series.problem import Pattern

# Loads of all members, the highest first: compared like words in a dictionary, the lower is the evener.
Key = list[int]
DAY = 24 * 60


class Choice(NamedTuple):
    """An option as the search sees it. ``loads`` are lanes, ``worth`` is what it adds to the turnout, as ``worth_of``
    has it, ``minute`` its start."""

    option: int
    loads: int
    worth: int
    pattern: Pattern
    minute: int


@dataclass(frozen=True, slots=True)
class Model:
    """All choices of each round. The first ``members`` lanes hold what each member carries at least; where several
    share a seat, one more lane for each such seat holds what they carry together at least, and ``rows`` has for each
    round and option the number of each seat's row."""

    grid: Grid
    miss: int
    lanes: Lanes
    base: int
    widths: tuple[int, ...]
    rounds: tuple[tuple[Choice, ...], ...]
    seats: tuple[Seat, ...]
    rows: tuple[tuple[tuple[int, ...], ...], ...]
    shared: tuple[int, ...]

    @property
    def members(self) -> int:
        """How many lanes hold a member each."""
        return len(self.grid.problem.members)

    def key(self, options: Sequence[int], loads: int) -> Key:
        """The loads of a whole plan, the evenest that its starts admit."""
        if not self.shared:
            return sorted(self.lanes.unpack(loads), reverse=True)
        rows = [self.rows[number][option] for number, option in enumerate(options)]
        found: Key = []
        for seat, numbers in zip(self.seats, zip(*rows, strict=True), strict=True):
            found += seat.loads(numbers)
        found.sort(reverse=True)
        return found

    @property
    def weight(self) -> int:
        """What a round at quorum counts beside heads."""
        return weight_of(self.grid)

    @property
    def price(self) -> int:
        """What working out a key counts, in steps of the search."""
        return 10 + 8 * len(self.seats) if self.shared else 10

    def least_key(self, loads: int) -> Key:
        """A bound: no plan that goes on from here has lower loads than these."""
        return sorted(self.lanes.unpack(loads)[: self.members], reverse=True)

    def guard(self, top: int) -> int:
        """Shows the lanes of a plan in which somebody carries more than ``top``."""
        return self.lanes.guard(min(top * width, self.lanes.limit) for width in self.widths)


def weight_of(grid: Grid) -> int:
    """What a round at quorum counts beside heads: more than all heads together."""
    return len(grid.seats) * len(grid.rounds) + 1


def worth_of(grid: Grid, option: Option) -> int:
    """Turnout in one number."""
    return weight_of(grid) * (option.heads >= grid.problem.rules.quorum) + option.heads


def model_of(grid: Grid, miss: int) -> Model:
    """Prepare the search. ``miss`` is what a missed round counts."""
    base = tuple(member.burden_so_far for member in grid.problem.members)
    shared = tuple(place for place, seat in enumerate(grid.seats) if len(seat) > 1)
    widths = (1,) * len(base) + tuple(len(grid.seats[place]) for place in shared)
    most = max(base) + sum(max(max(max(o.costs), miss) for o in options) for options in grid.rounds)
    lanes = Lanes(len(widths), most * max(widths))
    rounds = tuple(
        tuple(
            Choice(
                number,
                lanes.pack(_least(grid, option, miss, shared)),
                worth_of(grid, option),
                option.pattern,
                int(option.start.timestamp()) // 60,
            )
            for number, option in enumerate(options)
        )
        for options in grid.rounds
    )
    first = lanes.pack([*base, *(sum(base[member] for member in grid.seats[place]) for place in shared)])
    seats = tuple(Seat(tuple(base[member] for member in seat), miss) for seat in grid.seats)
    return Model(grid, miss, lanes, first, widths, rounds, seats, _rows(grid, seats) if shared else (), shared)


def _rows(grid: Grid, seats: Sequence[Seat]) -> tuple[tuple[tuple[int, ...], ...], ...]:
    """Options that several rounds share are looked up once."""
    known: dict[int, tuple[int, ...]] = {}
    for option in (option for options in grid.rounds for option in options):
        if id(option) not in known:
            known[id(option)] = tuple(
                seat.number_of(row_of(option, who)) for seat, who in zip(seats, grid.seats, strict=True)
            )
    return tuple(tuple(known[id(option)] for option in options) for options in grid.rounds)


def row_of(option: Option, seat: Sequence[int]) -> Row:
    """What an option costs those who share a seat."""
    return tuple(option.costs[member] for member in seat)


def _least(grid: Grid, option: Option, miss: int, shared: tuple[int, ...]) -> list[int]:
    """What an option adds to each lane at least."""
    costs, found = option.costs, [0] * len(option.costs)
    for seat in grid.seats:
        going = [member for member in seat if costs[member] != AWAY]
        if not going:
            for member in seat:
                found[member] = miss
        elif len(going) == 1:
            found[going[0]] = costs[going[0]]
    for place in shared:
        seat = grid.seats[place]
        going = [costs[member] for member in seat if costs[member] != AWAY]
        found.append(min(going) if going else miss * len(seat))
    return found
