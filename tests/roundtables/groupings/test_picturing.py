"""Who has met whom, drawn: where points stand, and how evenness grew."""

from collections import Counter
from datetime import date
from itertools import combinations
from math import hypot

import pytest

from peernet.roundtables.groupings import picturing
from peernet.roundtables.groupings.layout import places
from peernet.roundtables.groupings.meeting import Acquaintance, Cell, Matrix, Row
from peernet.roundtables.groupings.memory import Memory
from peernet.roundtables.groupings.picturing import Step

# Two rounds at one roundtable, partners between, and a roundtable that came before both by the calendar.
HELD = ((("1", "2"), ("3", "4")), (("1", "3"), ("2", "4")), (("1", "2", "9"),), (("1", "2"),))
SOURCES = (7, 7, 5, date(2026, 11, 2))
MEMORY = Memory(HELD, Counter(), SOURCES)
TITLES = {
    7: (date(2026, 11, 9), "Second"),
    5: (date(2026, 10, 5), "First"),
    date(2026, 11, 2): (date(2026, 11, 2), "Learning partners"),
}


def test_evenness_grows_in_the_order_in_which_it_was() -> None:
    assert picturing.growth(MEMORY, [1, 2, 3, 4], TITLES) == [
        Step("First", date(2026, 10, 5), 1, 1, 0),
        Step("Learning partners", date(2026, 11, 2), 1, 2, 1),
        Step("Second", date(2026, 11, 9), 4, 6, 2),
    ]
    assert picturing.growth(MEMORY, [1, 2, 3, 4], TITLES, of=3) == [
        Step("First", date(2026, 10, 5), 0, 0, 0),
        Step("Learning partners", date(2026, 11, 2), 0, 0, 0),
        Step("Second", date(2026, 11, 9), 2, 2, 0),
    ]
    assert picturing.growth(Memory((), Counter()), [1, 2], {}) == []


def test_a_network_has_the_points_of_its_matrix_and_says_who_met_fewest() -> None:
    cells = [[None, 2, 0], [2, None, 0], [0, 0, None]]
    rows = [
        Row(name, "", [Cell(each, each or 0) for each in line], sum(map(bool, line)))
        for name, line in zip("ABC", cells, strict=True)
    ]
    network = picturing.network(Matrix(rows, []))
    assert network is not None
    assert [(point.number, point.name, point.times, point.is_least) for point in network.points] == [
        (1, "A", 1, False), (2, "B", 1, False), (3, "C", 0, True),
    ]  # fmt: skip
    (tie,) = network.ties
    assert (tie.x1, tie.y1, tie.x2, tie.y2, tie.shade) == (
        network.points[0].x, network.points[0].y, network.points[1].x, network.points[1].y, 2,
    )  # fmt: skip
    assert picturing.network(Matrix([Row(str(number), "", [], 0) for number in range(101)], [])) is None


@pytest.mark.parametrize(("points", "every"), [(1, 1), (12, 3), (30, 2), (60, 5)])
def test_points_stand_within_the_drawing_and_not_on_each_other(points: int, every: int) -> None:
    pairs = combinations(range(points), 2)
    ties = tuple((one, other, 1 + (one + other) % 3) for one, other in pairs if (one * 7 + other) % every == 0)
    found = places(points, ties)
    assert found == places.__wrapped__(points, ties)
    assert all(-1 <= number <= 1 for place in found for number in place)
    near = [hypot(one[0] - other[0], one[1] - other[1]) for one, other in combinations(found, 2)]
    assert min(near, default=1) > 0.04


def test_in_a_ring_the_nearer_met_more_often() -> None:
    others = [Acquaintance(name, "", times) for name, times in (("Zoe", 0), ("Amy", 1), ("Ben", 9))]
    far = {point.name: round(hypot(point.x, point.y)) for point in picturing.ring(others)}
    assert far == {"Amy": 136, "Ben": 76, "Zoe": 184}
    assert picturing.ring([]) == []
