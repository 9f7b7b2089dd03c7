"""Who has met whom, as pages show it: everybody with everybody, organisation with organisation, and one's own. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from peernet.cohorts.models import Membership
from peernet.groups.mixing.problem import Plan
from peernet.roundtables.groupings.memory import Memory

# Cells are shaded in so many steps.
_DARKEST = 4


@dataclass(frozen=True, slots=True)
class Cell:
    """How often two met, and how dark that is; None for somebody and themselves."""

    times: int | None
    shade: int


@dataclass(frozen=True, slots=True)
class Row:
    """One against all, in the order of the rows."""

    name: str
    note: str
    cells: list[Cell]
    met: int


@dataclass(frozen=True, slots=True)
class Matrix:
    """Rows, whose order is that of the columns as well, and the pairs who never met."""

    rows: list[Row]
    never: list[tuple[str, str]]

    @property
    def pairs(self) -> int:
        """How many pairs there are."""
        return len(self.rows) * (len(self.rows) - 1) // 2

    @property
    def least(self) -> list[Row]:
        """Who has met the fewest others."""
        fewest = min((row.met for row in self.rows), default=0)
        return [row for row in self.rows if row.met == fewest]


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """One of the others, seen from one person."""

    name: str
    organisation: str
    times: int


def of_people(memory: Memory, people: Sequence[Membership]) -> Matrix:
    """Everybody with everybody."""
    listed = [(each.person_id, each.person.name, _organisation(each)) for each in people]
    return _matrix(listed, memory.meetings())


def of_organisations(memory: Memory, people: Sequence[Membership]) -> Matrix:
    """How often somebody of one organisation sat at a table with somebody of another."""
    homes = {str(each.person_id): each.seat.organisation_id for each in people if each.seat}
    names = {each.seat.organisation_id: each.seat.organisation.name for each in people if each.seat}
    members = Counter(homes.values())
    listed = [(each, names[each], str(members[each])) for each in sorted(names, key=lambda one: names[one].casefold())]
    return _matrix(listed, _between(memory.held, homes))


def own(memory: Memory, people: Sequence[Membership], person_id: int | None) -> list[Acquaintance]:
    """The others as one person met them, the strangers first."""
    met = memory.meetings()
    found = [
        Acquaintance(each.person.name, _organisation(each), met[_pair(each.person_id, person_id or 0)])
        for each in people
        if each.person_id != person_id
    ]
    return sorted(found, key=lambda one: (one.times, one.name.casefold()))


def _between(held: Plan, homes: dict[str, int]) -> Counter[tuple[int, int]]:
    return Counter(
        pair
        for groups in held
        for group in groups
        for pair in combinations(sorted({homes[name] for name in group if name in homes}), 2)
    )


def _matrix(listed: Sequence[tuple[int, str, str]], met: Counter[tuple[int, int]]) -> Matrix:
    rows = []
    for key, name, note in listed:
        times = [None if key == other else met[_pair(key, other)] for other, _name, _note in listed]
        rows.append(Row(name, note, [Cell(each, min(each or 0, _DARKEST)) for each in times], sum(map(bool, times))))
    pairs = combinations(listed, 2)
    return Matrix(rows, [(one[1], other[1]) for one, other in pairs if not met[_pair(one[0], other[0])]])


def _pair(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


def _organisation(membership: Membership) -> str:
    return membership.seat.organisation.name if membership.seat else ""
