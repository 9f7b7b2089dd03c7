"""Rules that cannot all hold are named: which, for whom, and what would make them possible."""

from typing import Any

import pytest

from peernet.groups.mixing import planner
from peernet.groups.mixing.obstacles import Obstacle
from peernet.groups.mixing.scores import Rule
from tests.groups.mixing.worlds import read


def six(*sizes: int, **more: Any) -> dict[str, Any]:
    return {"people": [{"id": name} for name in "abcdef"], "rounds": [{"sizes": list(sizes)}], **more}


def with_people(data: dict[str, Any], **said: list[Any]) -> dict[str, Any]:
    """The first people have this as well."""
    for key, values in said.items():
        for person, value in zip(data["people"], values, strict=False):
            person[key] = value
    return data


@pytest.mark.parametrize(
    ("data", "obstacle"),
    [
        (
            with_people(six(3, 3, same_org_apart=True), org=["x"] * 3),
            Obstacle(Rule.ORGANISATION, 0, ("a", "b", "c"), 2, 3),
        ),
        (
            six(3, 3, keep_apart=[["a", "b"], ["b", "c"], ["a", "c"]]),
            Obstacle(Rule.APART, 0, ("a", "b", "c"), 2, 3),
        ),
        (
            six(3, 3, keep_apart=[["a", "b"]], keep_together=[{"pair": ["a", "b"]}]),
            Obstacle(Rule.TOGETHER, 0, ("a", "b"), 2, 0),
        ),
        (
            six(2, 2, 2, keep_together=[{"pair": ["a", "b"]}, {"pair": ["b", "c"]}]),
            Obstacle(Rule.TOGETHER, 0, ("a", "b", "c"), 3, 2),
        ),
        (
            with_people(six(2, 2, 2, per_group={"tag": "t", "min": 1}), tags=[["t"]] * 2),
            Obstacle(Rule.PER_GROUP, 0, ("a", "b"), 2, 3),
        ),
        (
            with_people(six(5, 1, per_group={"tag": "t", "min": 2}), tags=[["t"]] * 5),
            Obstacle(Rule.SIZES, 0, (), 1, 2),
        ),
        (
            with_people(six(3, 3, common_language=True), languages=[["fr"], ["fr"], ["en"], ["en"], ["en"], ["en"]]),
            Obstacle(Rule.LANGUAGE, 0, ("a",), 2, 3),
        ),
    ],
)
def test_it_is_named(data: dict[str, Any], obstacle: Obstacle) -> None:
    outcome = planner.plan(read(data), steps=1_000)
    assert obstacle in outcome.obstacles
    assert outcome.score.broken
    assert not outcome.is_proved


def test_what_can_be_kept_is_kept_beside_it() -> None:
    data = with_people(six(3, 3, same_org_apart=True, keep_together=[{"pair": ["e", "f"]}]), org=["x"] * 3)
    outcome = planner.plan(read(data), steps=1_000)
    assert [each.rule for each in outcome.score.broken] == [Rule.ORGANISATION]
