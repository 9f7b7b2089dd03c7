"""What is constructed: no two meet twice, and who stands in one column never meets before their own rounds."""

import json
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from peernet.groups.mixing import planner
from peernet.groups.mixing.designs import designs
from peernet.groups.mixing.fields import ring
from tests.groups.mixing.test_files import INSTANCES
from tests.groups.mixing.worlds import checked, read


def golfers(groups: int, size: int, rounds: int, **more: Any) -> dict[str, Any]:
    """Full groups of one size, every round alike."""
    people = [{"id": f"p{number}"} for number in range(groups * size)]
    return {"people": people, "rounds": [{"sizes": [size] * groups}] * rounds} | more


@pytest.mark.parametrize("order", [2, 3, 4, 5, 7, 8, 9, 12, 15, 16, 25, 27, 40])
def test_a_ring_is_one(order: int) -> None:
    made = ring(order)
    numbers = range(order)
    zero = next(each for each in numbers if all(made.plus[each][other] == other for other in numbers))
    assert all(sorted(row) == list(numbers) for row in made.plus)
    for one, other in combinations(made.line, 2):
        difference = next(each for each in numbers if made.plus[each][other] == one)
        assert sorted(made.times[difference]) == list(numbers)
    for a, b, c in [(a, b, c) for a in numbers for b in (1, order - 1) for c in (0, order // 2)]:
        assert made.times[a][made.plus[b][c]] == made.plus[made.times[a][b]][made.times[a][c]]
    assert set(made.times[zero]) == {zero}


@given(st.integers(2, 20), st.integers(2, 9), st.integers(1, 25))
def test_nobody_meets_twice_in_a_design(groups: int, size: int, rounds: int) -> None:
    for design in designs(groups, size, rounds):
        assert len(design.rounds) >= rounds
        met: set[tuple[int, int]] = set()
        columns = {point: number for number, column in enumerate(design.columns) for point in column}
        for number, round_ in enumerate(design.rounds):
            assert sorted(point for group in round_ for point in group) == list(range(groups * size))
            assert [len(group) for group in round_] == [size] * groups
            pairs = {pair for group in round_ for pair in combinations(sorted(group), 2)}
            assert not pairs & met
            met |= pairs
            if number < design.apart:
                assert all(columns[one] != columns[other] for one, other in pairs)


@pytest.mark.parametrize(
    ("groups", "size", "rounds"),
    [
        (5, 3, 7),  # Kirkman's schoolgirls
        (7, 3, 10),
        (7, 4, 9),
        (4, 4, 5),  # affine planes
        (7, 7, 8),
        (8, 8, 9),
        (8, 4, 9),
        (8, 4, 10),  # Aguado
        (6, 6, 3),
        (9, 3, 13),
        (12, 5, 12),
        (12, 6, 12),
        (16, 4, 21),
        (40, 5, 12),
    ],
)
def test_the_largest_known_are_constructed(groups: int, size: int, rounds: int) -> None:
    data = golfers(groups, size, rounds)
    outcome = planner.plan(read(data), steps=200_000)
    assert (checked(data, outcome), outcome.is_proved) == ({"errors": [], "cost": 0, "moved": 0}, True)


@pytest.mark.parametrize("missing", [1, 3, 5, 7])
def test_fewer_people_than_points_will_do(missing: int) -> None:
    data = golfers(8, 4, 8)
    data["people"] = data["people"][missing:]
    data["rounds"] = [{"sizes": [4] * (8 - missing) + [3] * missing}] * 8
    outcome = planner.plan(read(data), steps=100_000)
    assert checked(data, outcome) == {"errors": [], "cost": 0, "moved": 0}


@pytest.mark.parametrize("orgs", [20, 30, 15])
def test_organisations_stay_apart_in_columns(orgs: int) -> None:
    data = golfers(12, 5, 10, same_org_apart=True)
    for number, person in enumerate(data["people"]):
        person["org"] = f"org{number % orgs}"
    outcome = planner.plan(read(data), steps=100_000)
    assert checked(data, outcome) == {"errors": [], "cost": 0, "moved": 0}


@pytest.mark.parametrize("seed", range(3))
def test_a_facilitator_at_every_table_of_a_design(seed: int) -> None:
    data = json.loads(next(path for path in INSTANCES if path.stem.startswith("r05")).read_text())
    outcome = planner.plan(read(data), seed=seed, steps=1_000_000)
    assert (checked(data, outcome), outcome.is_proved) == ({"errors": [], "cost": 0, "moved": 0}, True)
