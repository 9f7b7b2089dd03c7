"""Announced groups that have to change: as few people as possible move, and what further moves buy is told."""

import json
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.planning.groups_checker import check
from peernet.groups.mixing import planner
from peernet.groups.mixing.obstacles import Obstacle
from peernet.groups.mixing.repair import Trade, trades
from peernet.groups.mixing.scores import Rule
from tests.groups.mixing.test_files import INSTANCES
from tests.groups.mixing.worlds import checked, groupings, read

REPLAN = json.loads(next(path for path in INSTANCES if path.stem.startswith("r14")).read_text())


def without_a_limit(data: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in data.items() if key != "max_moved"}


def test_the_kept_instance_is_solved_exactly() -> None:
    outcome = planner.plan(read(REPLAN))
    assert checked(REPLAN, outcome) == {"errors": [], "cost": REPLAN["known_optimum"], "moved": 4}
    assert [(trade.moved, trade.cost, trade.is_exact) for trade in outcome.trades][:2] == [(3, 4, True), (4, 3, True)]


def test_without_a_limit_the_fewest_move() -> None:
    outcome = planner.plan(read(without_a_limit(REPLAN)))
    assert checked(without_a_limit(REPLAN), outcome) == {"errors": [], "cost": 4, "moved": 3}


def test_too_few_moves_are_named() -> None:
    data = REPLAN | {"max_moved": 2}
    outcome = planner.plan(read(data), steps=5_000)
    assert outcome.obstacles == (Obstacle(Rule.MOVED, None, (), 2, 3),)
    assert [each.rule for each in outcome.score.broken] == [Rule.MOVED]


@st.composite
def announced(draw: st.DrawFn) -> dict[str, Any]:
    """Six or seven people; one announced round, one held, somebody away, somebody new."""
    names = [f"p{number}" for number in range(draw(st.integers(4, 7)))]
    away = draw(st.sets(st.sampled_from(names), max_size=2))
    new = draw(st.sets(st.sampled_from(names), max_size=1))
    there = len(names) - len(away)
    count = draw(st.integers(1, 3))
    sizes = [there // count + (number < there % count) for number in range(count)]
    return {
        "people": [{"id": name, "org": draw(st.sampled_from("abcd"))} for name in names],
        "rounds": [{"sizes": [size for size in sizes if size], "absent": sorted(away)}],
        "same_org_apart": draw(st.booleans()),
        "history": [draw(groupings(names)), draw(groupings(names))],
        "previous_plan": [draw(groupings([name for name in names if name not in new]))],
    }


def every_plan(data: dict[str, Any]) -> dict[int, int]:
    """The least cost for each number of moves, of all plans that keep the rules."""
    there = [each["id"] for each in data["people"] if each["id"] not in data["rounds"][0]["absent"]]
    best: dict[int, int] = {}
    seen = set()
    for order in permutations(there):
        groups, rest = [], list(order)
        for size in data["rounds"][0]["sizes"]:
            groups.append(sorted(rest[:size]))
            rest = rest[size:]
        if (key := str(sorted(groups))) not in seen:
            seen.add(key)
            found = check(data, [groups])
            if not found["errors"]:
                best[found["moved"]] = min(found["cost"], best.get(found["moved"], found["cost"]))
    return best


@given(announced())
@settings(max_examples=25, deadline=None)
def test_no_plan_with_as_few_moves_is_cheaper(data: dict[str, Any]) -> None:
    best = every_plan(data)
    found: tuple[Trade, ...] = trades(read(data))
    if not best:
        assert found == ()
        return
    fewest = min(best)
    front = []
    for moved in sorted(best):
        if moved <= fewest + 3 and (not front or best[moved] < front[-1][1]):
            front.append((moved, best[moved]))
    assert [(trade.moved, trade.cost, trade.is_exact) for trade in found] == [(*each, True) for each in front]
    for trade in found:
        result = check(data, [[list(group) for group in groups] for groups in trade.plan])
        assert result == {"errors": [], "cost": trade.cost, "moved": trade.moved}


@pytest.mark.parametrize("most", [4, 8])
def test_several_announced_rounds_are_repaired_together(most: int) -> None:
    names = [f"p{number}" for number in range(12)]
    plan = [[names[0:4], names[4:8], names[8:12]], [names[0::3], names[1::3], names[2::3]]]
    data = {
        "people": [{"id": name} for name in names],
        "rounds": [{"sizes": [4, 4, 3], "absent": ["p0"]}, {"sizes": [4, 3, 3], "absent": ["p0", "p1"]}],
        "previous_plan": plan,
        "max_moved": most,
    }
    outcome = planner.plan(read(data), steps=20_000)
    result = checked(data, outcome)
    assert result["errors"] == []
    assert result["moved"] <= most
