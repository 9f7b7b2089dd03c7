"""What a plan comes to, by us and by the checker; who has moved; below what no plan can cost."""

import json
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from benchmarks.planning.groups_checker import check
from benchmarks.planning.groups_checker import moved as moved_by_the_checker
from peernet.groups.mixing import files
from peernet.groups.mixing.bounds import bounds
from peernet.groups.mixing.moves import assignment, moved
from peernet.groups.mixing.scores import Broken, Rule, Score, score
from tests.groups.mixing.test_files import INSTANCES
from tests.groups.mixing.worlds import groupings, instances, read

NAMES = [f"p{number}" for number in range(9)]


@st.composite
def planned(draw: st.DrawFn) -> tuple[dict[str, Any], list[list[list[str]]]]:
    """A problem and any groups of those who are there; mostly of other sizes, and against the rules."""
    data = draw(instances())
    names = {person["id"] for person in data["people"]}
    plan = [draw(groupings(sorted(names - set(one["absent"])))) for one in data["rounds"]]
    if draw(st.booleans()):
        data["previous_plan"] = [draw(groupings(sorted(names)))]
        data["max_moved"] = draw(st.integers(0, 5))
    return data, plan


@given(planned())
def test_the_checker_counts_the_same(drawn: tuple[dict[str, Any], list[list[list[str]]]]) -> None:
    data, plan = drawn
    problem = read(data)
    ours, theirs = score(problem, files.plan_of(json.dumps(plan), problem)), check(data, plan)
    assert (ours.cost, ours.moved, bool(ours.broken)) == (theirs["cost"], theirs["moved"], bool(theirs["errors"]))


@given(groupings(NAMES), groupings(NAMES[2:]))
def test_who_has_moved_is_counted_the_same(before: list[list[str]], after: list[list[str]]) -> None:
    assert moved(before, after) == moved_by_the_checker(before, after)


@given(
    st.integers(1, 5).flatmap(
        lambda size: st.lists(st.lists(st.integers(0, 9), min_size=size, max_size=size), min_size=size, max_size=size)
    )
)
def test_the_assignment_is_the_best(worth: list[list[int]]) -> None:
    columns = assignment(worth)
    size = range(len(worth))
    assert sorted(columns) == list(size)
    assert sum(worth[row][columns[row]] for row in size) == max(
        sum(worth[row][order[row]] for row in size) for order in permutations(size)
    )


def test_every_broken_rule_is_named() -> None:
    problem = read(
        {
            "people": [
                {"id": "a", "org": "x", "languages": ["en"]},
                {"id": "b", "org": "x"},
                {"id": "c", "languages": ["fr"]},
                {"id": "d", "tags": ["t"]},
                {"id": "e"},
            ],
            "rounds": [{"sizes": [3, 2]}, {"sizes": [3, 2]}],
            "same_org_apart": True,
            "keep_apart": [["d", "e"]],
            "keep_together": [{"pair": ["a", "d"]}],
            "per_group": {"tag": "t", "min": 1},
            "common_language": True,
            "previous_plan": [[["a", "d"], ["b", "c", "e"]]],
            "max_moved": 0,
        }
    )
    plan = ((("a", "b", "c"), ("d", "e")), (("a", "b", "c", "d"),))
    assert score(problem, plan) == Score(
        cost=3,
        broken=(
            Broken(Rule.ORGANISATION, 0, ("a", "b")),
            Broken(Rule.LANGUAGE, 0, ("a", "b", "c")),
            Broken(Rule.PER_GROUP, 0, ("a", "b", "c")),
            Broken(Rule.APART, 0, ("d", "e")),
            Broken(Rule.TOGETHER, 0, ("a", "d")),
            Broken(Rule.PRESENT, 1, ("e",)),
            Broken(Rule.MOVED, None),
        ),
        never_met=3,
        least_met=1,
        most_often=2,
        moved=2,
    )


def test_the_bounds_of_the_instances_are_those_that_are_known() -> None:
    for path in INSTANCES:
        data = json.loads(path.read_text())
        found = bounds(files.problem_of(path.read_text()))
        assert found is not None
        known = data.get("lower_bounds", {})
        names = ("global", "person", "rounds", "together")
        ours = dict(zip(names, (found.pairs, found.people, found.rounds, found.together), strict=True))
        assert {name: ours[name] for name in names if name in known} == {
            name: known[name] for name in names if name in known
        }
        assert found.best == data["lower_bound"]


def test_without_enough_pairs_there_is_no_bound() -> None:
    pair = {"people": [{"id": "a", "org": "x"}, {"id": "b", "org": "x"}], "rounds": [{"sizes": [2]}]}
    assert bounds(read(pair | {"same_org_apart": True})) is None


@given(planned())
def test_no_plan_that_keeps_the_rules_is_below_the_bound(drawn: tuple[dict[str, Any], list[list[list[str]]]]) -> None:
    data, plan = drawn
    for one, groups in zip(data["rounds"], plan, strict=True):
        one["sizes"] = [len(group) for group in groups]
    problem = read(data)
    found = score(problem, files.plan_of(json.dumps(plan), problem))
    below = bounds(problem)
    if not found.broken:
        assert below is not None
        assert below.best <= found.cost
