"""What everybody said, for those who lead: a table of people and options, each with the hour it is for that person.

Pure: no database, no request. Of weekly hours nothing stands in it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from peernet.roundtables.polls import times
from peernet.roundtables.polls.access import Asked
from peernet.roundtables.polls.models import Poll, PollOption, Vote
from peernet.roundtables.polls.times import Shown


@dataclass(frozen=True, slots=True)
class Cell:
    """What one person said to one option, and the hour it is for them."""

    shown: Shown
    vote: Vote | None


@dataclass(frozen=True, slots=True)
class Column:
    """One option and its counts: ``seats`` organisations of which somebody can, ``points`` what the hour costs all who
    can."""

    option: PollOption
    yes: int
    maybe: int
    no: int
    silent: int
    seats: int
    points: int
    is_best: bool = False

    @property
    def coming(self) -> int:
        """How many can, if need be."""
        return self.yes + self.maybe


@dataclass(frozen=True, slots=True)
class Table:
    """Rows in the order of names."""

    columns: list[Column]
    rows: list[tuple[Asked, list[Cell]]]

    @property
    def answered(self) -> int:
        """How many have answered."""
        return sum(person.answered_at is not None for person, _cells in self.rows)

    @property
    def silent(self) -> list[str]:
        """Who has not."""
        return [person.name for person, _cells in self.rows if person.answered_at is None]

    @property
    def best(self) -> list[Column]:
        """The best options first: at which most can, gladly, and at the least cost."""
        return sorted(self.columns, key=_rank)


def table_of(poll: Poll, options: Sequence[PollOption], people: Sequence[Asked]) -> Table:
    """The table of a poll."""
    rows = [(person, [_cell(poll, option, person) for option in options]) for person in people]
    columns = [_column(option, rows, place) for place, option in enumerate(options)]
    best = min((_rank(each) for each in columns), default=None)
    is_known = any(each.coming for each in columns)
    marked = [
        Column(each.option, each.yes, each.maybe, each.no, each.silent, each.seats, each.points, is_best=True)
        if is_known and _rank(each)[:3] == (best or ())[:3]
        else each
        for each in columns
    ]
    return Table(marked, rows)


def _rank(column: Column) -> tuple[int, int, int, int]:
    return (-column.coming, -column.yes, column.points, column.option.id)


def _cell(poll: Poll, option: PollOption, person: Asked) -> Cell:
    return Cell(times.shown(poll, option, person.zone), person.votes.get(option.id))


def _column(option: PollOption, rows: Sequence[tuple[Asked, list[Cell]]], place: int) -> Column:
    cells = [(person, cells[place]) for person, cells in rows]
    counts = Counter(cell.vote for _person, cell in cells)
    can = [(person, cell) for person, cell in cells if cell.vote in (Vote.YES, Vote.MAYBE)]
    return Column(
        option,
        yes=counts[Vote.YES],
        maybe=counts[Vote.MAYBE],
        no=counts[Vote.NO],
        silent=counts[None],
        seats=len({person.organisation for person, _cell in can if person.organisation}),
        points=sum(cell.shown.points for _person, cell in can),
    )
