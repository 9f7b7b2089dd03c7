"""Problems and plans as files, and what is said of bad ones."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from peernet.roundtables.series import files
from peernet.roundtables.series.availability import Level, Member, Window
from peernet.roundtables.series.problem import Plan, Problem, Rules
from peernet.roundtables.series.reading import Fault, Malformed
from tests.roundtables.series.worlds import instances, read

INSTANCES = sorted((Path(__file__).parents[3] / "benchmarks" / "planning" / "scheduling").glob("*.json"))
FIRST, SECOND = datetime(2026, 3, 3, 15, tzinfo=UTC), datetime(2026, 3, 10, 15, tzinfo=UTC)


def sample() -> dict[str, Any]:
    """A file in which every key is used."""
    return {
        "name": "sample",
        "note": "said for people",
        "members": [
            {
                "id": "a",
                "org": "river",
                "tz": "Europe/London",
                "weekly": [{"days": [0, 1], "from": "09:00", "to": "24:00", "answer": "yes"}],
                "away": [["2026-03-09", "2026-03-11"]],
                "weekend": [4, 5],
                "burden_so_far": 7,
            },
            {"id": "b", "tz": "UTC"},
        ],
        "occurrences": [
            {"candidates": ["2026-03-03T15:00Z", "2026-03-04T15:00Z"], "fixed": "2026-03-03T15:00Z"},
            {"candidates": ["2026-03-10T15:00Z"]},
        ],
        "duration_min": 90,
        "anchor_tz": "Europe/Paris",
        "poll": {"b": {"2026-03-03T15:00Z": "maybe", "2026-03-10T15:00Z": "no"}},
        "rules": {
            "quorum": 1,
            "one_per_org": True,
            "max_patterns": 2,
            "min_gap_days": 6,
            "forbidden_dates": ["2026-03-05"],
            "forbidden_starts": ["2026-03-06T15:00Z"],
        },
        "reference": {"whatever": 1},
    }


def test_a_file_is_read_whole() -> None:
    window = Window(frozenset({0, 1}), 540, 1440, Level.YES)
    away = ((date(2026, 3, 9), date(2026, 3, 11)),)
    assert read(sample()) == Problem(
        members=(Member("a", "river", "Europe/London", (window,), away, frozenset({4, 5}), 7), Member("b")),
        rounds=((FIRST, datetime(2026, 3, 4, 15, tzinfo=UTC)), (SECOND,)),
        minutes=90,
        anchor="Europe/Paris",
        poll={"b": {FIRST: Level.MAYBE, SECOND: Level.NO}},
        rules=Rules(1, True, 2, 6, frozenset({date(2026, 3, 5)}), frozenset({datetime(2026, 3, 6, 15, tzinfo=UTC)})),
        fixed=(FIRST, None),
    )


@given(instances())
def test_what_is_written_is_read_back(data: dict[str, Any]) -> None:
    problem = read(data)
    assert files.problem_of(files.text_of_problem(problem)) == problem


@pytest.mark.parametrize("path", INSTANCES, ids=lambda path: path.stem)
def test_the_instances_are_read(path: Path) -> None:
    problem = files.problem_of(path.read_text())
    assert [len(problem.members), len(problem.rounds)] == [
        len(json.loads(path.read_text())[key]) for key in ("members", "occurrences")
    ]


MISSING = object()


@pytest.mark.parametrize(
    ("where", "value", "place", "fault"),
    [
        (["members"], MISSING, "members", Fault.MISSING),
        (["members"], [], "members", Fault.NOBODY),
        (["members"], {}, "members", Fault.NOT_A_LIST),
        (["members"], [{"id": str(n), "tz": "UTC"} for n in range(1_001)], "members", Fault.TOO_MANY),
        (["members", 0], "a", "members[0]", Fault.NOT_AN_OBJECT),
        (["members", 1, "id"], "a", "members[1]", Fault.TWICE),
        (["members", 1, "id"], 7, "members[1].id", Fault.NOT_TEXT),
        (["members", 1, "id"], "a\nb", "members[1].id", Fault.NOT_TEXT),
        (["members", 1, "id"], "", "members[1].id", Fault.NOT_TEXT),
        (["members", 1, "nick"], "x", "members[1].nick", Fault.UNKNOWN_KEY),
        (["members", 1, "tz"], "Mars/Base", "members[1].tz", Fault.NOT_A_ZONE),
        (["members", 1, "tz"], "../etc/passwd", "members[1].tz", Fault.NOT_A_ZONE),
        (["members", 1, "tz"], "Europe", "members[1].tz", Fault.NOT_A_ZONE),
        (["members", 0, "weekly", 0, "days"], [7], "members[0].weekly[0].days[0]", Fault.OUT_OF_RANGE),
        (["members", 0, "weekly", 0, "days"], [True], "members[0].weekly[0].days[0]", Fault.NOT_A_NUMBER),
        (["members", 0, "weekly", 0, "from"], "9", "members[0].weekly[0].from", Fault.NOT_AN_HOUR),
        (["members", 0, "weekly", 0, "from"], "٠٩:٠٠", "members[0].weekly[0].from", Fault.NOT_AN_HOUR),
        (["members", 0, "weekly", 0, "to"], "24:30", "members[0].weekly[0].to", Fault.NOT_AN_HOUR),
        (["members", 0, "weekly", 0, "to"], "09:00", "members[0].weekly[0].to", Fault.ENDS_BEFORE_IT_BEGINS),
        (["members", 0, "weekly", 0, "answer"], "no", "members[0].weekly[0].answer", Fault.NOT_AN_ANSWER),
        (["members", 0, "weekly", 0, "answer"], ["yes"], "members[0].weekly[0].answer", Fault.NOT_AN_ANSWER),
        (["members", 0, "away", 0], ["2026-03-09"], "members[0].away[0]", Fault.NOT_A_DATE),
        (["members", 0, "away", 0], ["2026-03-09", "2026-02-30"], "members[0].away[0][1]", Fault.NOT_A_DATE),
        (["members", 0, "away", 0], ["2026-03-09", "2026-03-08"], "members[0].away[0]", Fault.ENDS_BEFORE_IT_BEGINS),
        (["members", 0, "burden_so_far"], -1, "members[0].burden_so_far", Fault.OUT_OF_RANGE),
        (["members", 0, "burden_so_far"], 1.5, "members[0].burden_so_far", Fault.NOT_A_NUMBER),
        (["occurrences"], [], "occurrences", Fault.NOBODY),
        (["occurrences", 1, "candidates"], [], "occurrences[1].candidates", Fault.NOTHING_LEFT),
        (["occurrences", 1, "candidates", 0], "2026-03-10", "occurrences[1].candidates[0]", Fault.NOT_A_MOMENT),
        (["occurrences", 1, "candidates", 0], "2026-13-10T15:00Z", "occurrences[1].candidates[0]", Fault.NOT_A_MOMENT),
        (["occurrences", 1, "candidates", 0], "0001-01-01T00:00Z", "occurrences[1].candidates[0]", Fault.NOT_A_MOMENT),
        (["occurrences", 1, "fixed"], "2026-03-11T15:00Z", "occurrences[1].fixed", Fault.NOT_A_CANDIDATE),
        (["rules", "forbidden_dates"], ["2026-03-10"], "occurrences[1].candidates", Fault.NOTHING_LEFT),
        (["rules", "forbidden_starts"], ["2026-03-10T15:00Z"], "occurrences[1].candidates", Fault.NOTHING_LEFT),
        (["duration_min"], 0, "duration_min", Fault.OUT_OF_RANGE),
        (["duration_min"], "90", "duration_min", Fault.NOT_A_NUMBER),
        (["anchor_tz"], 1, "anchor_tz", Fault.NOT_TEXT),
        (["poll", "c"], {}, "poll.c", Fault.NO_MEMBER),
        (["poll", "b"], [], "poll.b", Fault.NOT_AN_OBJECT),
        (["poll", "b", "tomorrow"], "yes", "poll.b", Fault.NOT_A_MOMENT),
        (["poll", "b", "2026-03-03T15:00Z"], "perhaps", "poll.b.2026-03-03T15:00Z", Fault.NOT_AN_ANSWER),
        (["rules", "quorum"], -1, "rules.quorum", Fault.OUT_OF_RANGE),
        (["rules", "one_per_org"], 1, "rules.one_per_org", Fault.NOT_YES_OR_NO),
        (["rules", "max_patterns"], 0, "rules.max_patterns", Fault.OUT_OF_RANGE),
        (["rules", "min_gap_days"], 400, "rules.min_gap_days", Fault.OUT_OF_RANGE),
        (["rules", "quota"], 1, "rules.quota", Fault.UNKNOWN_KEY),
        (["objective"], "strict", "objective", Fault.UNKNOWN_KEY),
    ],
)
def test_a_bad_value_is_named_with_its_place(where: list[Any], value: Any, place: str, fault: Fault) -> None:
    data = sample()
    *way, last = where
    node: Any = data
    for step in way:
        node = node[step]
    if value is MISSING:
        del node[last]
    else:
        node[last] = value
    with pytest.raises(Malformed) as caught:
        read(data)
    assert (caught.value.place, caught.value.fault) == (place, fault)


@pytest.mark.parametrize(
    ("text", "value"), [("{", (1, 2)), ("", (1, 1)), ("[" * 100_000, ""), ('{"a": NaN}', ""), ("9" * 5_000, "")]
)
def test_what_is_no_json(text: str, value: object) -> None:
    with pytest.raises(Malformed) as caught:
        files.problem_of(text)
    assert (caught.value.place, caught.value.fault, caught.value.value) == ("", Fault.NOT_JSON, value)


@pytest.mark.parametrize("text", ["[]", "1", "null", '"x"'])
def test_json_of_another_kind(text: str) -> None:
    with pytest.raises(Malformed) as caught:
        files.problem_of(text)
    assert (caught.value.place, caught.value.fault) == ("", Fault.NOT_AN_OBJECT)


def test_a_plan_goes_out_and_comes_back() -> None:
    plan = Plan((FIRST, SECOND), (("a", "b"), ()))
    assert json.loads(files.text_of_plan(plan)) == {
        "slots": ["2026-03-03T15:00Z", "2026-03-10T15:00Z"],
        "attend": [["a", "b"], []],
    }
    assert files.plan_of(files.text_of_plan(plan), read(sample())) == plan


def test_a_plan_that_does_not_say_who_comes_means_all_who_can() -> None:
    data = sample()
    data["rules"]["one_per_org"] = False
    assert files.plan_of('{"slots": ["2026-03-03T15:00Z", "2026-03-10T15:00Z"]}', read(data)) == Plan(
        (FIRST, SECOND), (("a", "b"), ())
    )


@pytest.mark.parametrize(
    ("plan", "place", "fault"),
    [
        ({"slots": []}, "slots", Fault.OUT_OF_RANGE),
        ({"slots": ["2026-03-03T15:00Z", "2026-03-10T15:00Z"]}, "attend", Fault.MISSING),
        ({"slots": ["2026-03-03T15:00Z", "2026-03-10T15:00Z"], "attend": [[]]}, "attend", Fault.OUT_OF_RANGE),
        ({"slots": ["2026-03-03T15:00Z", 1], "attend": [[], []]}, "slots[1]", Fault.NOT_A_MOMENT),
        (
            {"slots": ["2026-03-03T15:00Z", "2026-03-10T15:00Z"], "attend": [[], ["c"]]},
            "attend[1][0]",
            Fault.NO_MEMBER,
        ),
        (
            {"slots": ["2026-03-03T15:00Z", "2026-03-10T15:00Z"], "attend": [["a", "a"], []]},
            "attend[0][1]",
            Fault.TWICE,
        ),
    ],
)
def test_a_bad_plan(plan: dict[str, Any], place: str, fault: Fault) -> None:
    with pytest.raises(Malformed) as caught:
        files.plan_of(json.dumps(plan), read(sample()))
    assert (caught.value.place, caught.value.fault) == (place, fault)
