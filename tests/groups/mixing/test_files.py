"""Problems and plans as files, and what is said of bad ones."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from peernet.groups.mixing import files
from peernet.groups.mixing.problem import PerGroup, Person, Problem, Round, Rules, Together
from peernet.groups.mixing.reading import Fault, Malformed
from tests.groups.mixing.worlds import instances, read

INSTANCES = sorted((Path(__file__).parents[3] / "benchmarks" / "planning" / "mixing").glob("*.json"))


def sample() -> dict[str, Any]:
    """A file in which every key is used."""
    return {
        "name": "sample",
        "people": [
            {"id": "a", "org": "river", "tags": ["facilitator"], "languages": ["en", "fr"]},
            {"id": "b"},
            {"id": "c", "org": None},
        ],
        "rounds": [{"sizes": [2], "absent": ["c"]}, {"sizes": [2, 1]}],
        "same_org_apart": True,
        "keep_apart": [["a", "b"]],
        "keep_together": [{"pair": ["b", "c"], "rounds": [2]}, {"pair": ["a", "c"]}],
        "per_group": {"tag": "facilitator", "min": 1},
        "common_language": True,
        "history": [[["a", "gone"], ["b", "c"]]],
        "previous_plan": [[["a", "b"]]],
        "max_moved": 1,
        "reference": {"whatever": 1},
    }


def test_a_file_is_read_whole() -> None:
    assert read(sample()) == Problem(
        people=(
            Person("a", "river", frozenset({"facilitator"}), frozenset({"en", "fr"})),
            Person("b"),
            Person("c"),
        ),
        rounds=(Round((2,), frozenset({"c"})), Round((2, 1))),
        rules=Rules(
            same_org_apart=True,
            keep_apart=(("a", "b"),),
            keep_together=(Together(("b", "c"), frozenset({1})), Together(("a", "c"))),
            per_group=PerGroup("facilitator", 1),
            common_language=True,
        ),
        history=((("a", "gone"), ("b", "c")),),
        announced=((("a", "b"),),),
        most_moved=1,
    )


@given(instances())
def test_what_is_written_is_read_back(data: dict[str, Any]) -> None:
    problem = read(data)
    assert files.problem_of(files.text_of_problem(problem)) == problem


@pytest.mark.parametrize("path", INSTANCES, ids=lambda path: path.stem)
def test_the_instances_are_read(path: Path) -> None:
    problem = files.problem_of(path.read_text())
    assert [len(problem.people), len(problem.rounds)] == [
        len(json.loads(path.read_text())[key]) for key in ("people", "rounds")
    ]


MISSING = object()


@pytest.mark.parametrize(
    ("where", "value", "place", "fault"),
    [
        (["people"], MISSING, "people", Fault.MISSING),
        (["people"], [], "people", Fault.NOBODY),
        (["people"], {}, "people", Fault.NOT_A_LIST),
        (["people"], [{"id": str(number)} for number in range(1_001)], "people", Fault.TOO_MANY),
        (["people", 0], "a", "people[0]", Fault.NOT_AN_OBJECT),
        (["people", 1, "id"], "a", "people[1]", Fault.TWICE),
        (["people", 1, "id"], 7, "people[1].id", Fault.NOT_TEXT),
        (["people", 1, "id"], "a\nb", "people[1].id", Fault.NOT_TEXT),
        (["people", 1, "nick"], "x", "people[1].nick", Fault.UNKNOWN_KEY),
        (["rounds"], [], "rounds", Fault.NOBODY),
        (["rounds", 0, "sizes"], [3], "rounds[0].sizes", Fault.SIZES_DO_NOT_ADD_UP),
        (["rounds", 0, "sizes"], [2, 0], "rounds[0].sizes[1]", Fault.OUT_OF_RANGE),
        (["rounds", 0, "sizes"], [2.0], "rounds[0].sizes[0]", Fault.NOT_A_NUMBER),
        (["rounds", 0, "sizes"], [True], "rounds[0].sizes[0]", Fault.NOT_A_NUMBER),
        (["rounds", 0, "absent"], ["z"], "rounds[0].absent[0]", Fault.NO_PERSON),
        (["same_org_apart"], 1, "same_org_apart", Fault.NOT_YES_OR_NO),
        (["keep_apart", 0], ["a"], "keep_apart[0]", Fault.NOT_A_PAIR),
        (["keep_apart", 0], ["a", "a"], "keep_apart[0]", Fault.NOT_A_PAIR),
        (["keep_apart", 0], ["a", "z"], "keep_apart[0][1]", Fault.NO_PERSON),
        (["keep_together", 0, "rounds"], [3], "keep_together[0].rounds[0]", Fault.OUT_OF_RANGE),
        (["per_group", "min"], -1, "per_group.min", Fault.OUT_OF_RANGE),
        (["history", 0, 1], ["a", "b"], "history[0][2]", Fault.TWICE),
        (["previous_plan"], [[], [], []], "previous_plan", Fault.TOO_MANY),
        (["max_moved"], "1", "max_moved", Fault.NOT_A_NUMBER),
    ],
)
def test_what_is_wrong_is_named_with_its_place(where: list[Any], value: object, place: str, fault: Fault) -> None:
    data: Any = sample()
    inner = data
    for key in where[:-1]:
        inner = inner[key]
    if value is MISSING:
        del inner[where[-1]]
    else:
        inner[where[-1]] = value
    with pytest.raises(Malformed) as caught:
        read(data)
    assert (caught.value.place, caught.value.fault) == (place, fault)


@pytest.mark.parametrize("text", ["", "{", "[1,", "NaN", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        files.problem_of(text)
    assert caught.value.fault is Fault.NOT_JSON


def test_a_plan_is_read_as_a_list_or_in_an_object() -> None:
    problem = read(sample())
    plan = ((("a", "b"),), (("a",), ("b", "c")))
    assert files.plan_of(files.text_of_plan(plan), problem) == plan
    assert files.plan_of(json.dumps({"rounds": plan, "cost": 3}), problem) == plan


@pytest.mark.parametrize(
    ("plan", "fault"),
    [([], Fault.OUT_OF_RANGE), ([[["a", "b"]], [["a", "z"]]], Fault.NO_PERSON), ([[["a", "a"]], []], Fault.TWICE)],
)
def test_a_plan_of_something_else_is_refused(plan: object, fault: Fault) -> None:
    with pytest.raises(Malformed) as caught:
        files.plan_of(json.dumps(plan), read(sample()))
    assert caught.value.fault is fault
