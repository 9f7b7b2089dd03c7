"""Who has met whom, drawn: the network of all, the ring around one person, and how evenness grew. Pure."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from math import cos, pi, sin

from peernet.roundtables.groupings.layout import places
from peernet.roundtables.groupings.meeting import Acquaintance, Matrix
from peernet.roundtables.groupings.memory import Memory

# Of more points no drawing is made: nobody could read it.
MOST_POINTS = 100
# Half of the drawing across and down, and the room that a point needs at its edge.
_ACROSS, _DOWN, _EDGE = 200, 160, 16
# How far from the middle of the ring somebody stands, by how often they were met; strangers on the ring itself.
_RADII = (184, 136, 112, 92, 76)


@dataclass(frozen=True, slots=True)
class Point:
    """Somebody in a drawing; ``times`` is how many others they met or, in a ring, how often they were met."""

    number: int
    name: str
    x: float
    y: float
    times: int
    is_least: bool = False


@dataclass(frozen=True, slots=True)
class Tie:
    """A line between two who met, the darker the more often."""

    x1: float
    y1: float
    x2: float
    y2: float
    shade: int


@dataclass(frozen=True, slots=True)
class Network:
    """Points with the numbers of a matrix's rows, and ties between those who met."""

    points: list[Point]
    ties: list[Tie]

    @property
    def radius(self) -> int:
        """That of a point."""
        return 11 if len(self.points) <= 24 else 9 if len(self.points) <= 48 else 7


@dataclass(frozen=True, slots=True)
class Step:
    """A roundtable, or the days of partners, and how things stood after it: pairs that have ``met``, how many could
    have if nobody had met twice, and how often somebody met again."""

    title: str
    day: date
    met: int
    possible: int
    again: int


def network(matrix: Matrix) -> Network | None:
    """A matrix as a network; None where it has too many rows."""
    rows = matrix.rows
    if len(rows) > MOST_POINTS:
        return None
    met = [
        (one, other, cell.shade)
        for one, row in enumerate(rows)
        for other, cell in enumerate(row.cells)
        if one < other and cell.shade
    ]
    at = [
        (round(x * (_ACROSS - _EDGE) + _ACROSS, 1), round(y * (_DOWN - _EDGE) + _DOWN, 1))
        for x, y in places(len(rows), tuple(met))
    ]
    least = min((row.met for row in rows), default=0)
    points = [Point(number, row.name, *at[number - 1], row.met, row.met == least) for number, row in enumerate(rows, 1)]
    return Network(points, [Tie(*at[one], *at[other], shade) for one, other, shade in met])


def ring(own: Sequence[Acquaintance]) -> list[Point]:
    """The others around one person, the nearer the more often they met."""
    found = []
    for number, each in enumerate(sorted(own, key=lambda one: one.name.casefold())):
        radius, turn = _RADII[min(each.times, len(_RADII) - 1)], 2 * pi * number / len(own)
        x, y = round(radius * sin(turn), 1), round(-radius * cos(turn), 1)
        found.append(Point(number + 1, each.name, x, y, each.times))
    return found


def growth(
    memory: Memory, person_ids: Collection[int], titles: Mapping[int | date, tuple[date, str]], of: int | None = None
) -> list[Step]:
    """How evenness grew among these people, or that of one of them, in the order in which it was. ``titles``: the day
    and the title of each source."""
    here = {str(each) for each in person_ids}
    centre = None if of is None else str(of)
    pairs = len(here) - 1 if of is not None else len(here) * (len(here) - 1) // 2
    seen: Counter[tuple[str, str]] = Counter()
    steps: dict[int | date, Step] = {}
    rounds = sorted(zip(memory.sources, memory.held, strict=True), key=lambda one: titles[one[0]][0])
    for source, groups in rounds:
        for group in groups:
            together = combinations(sorted({*group} & here), 2)
            seen.update(pair for pair in together if centre is None or centre in pair)
        day, title = titles[source]
        meetings = seen.total()
        steps[source] = Step(title, day, len(seen), min(meetings, pairs), meetings - len(seen))
    return list(steps.values())
