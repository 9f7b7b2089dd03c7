"""What is said where a wish cannot be had."""

from datetime import UTC, datetime
from typing import Any

import pytest

from peernet.roundtables.series import files, planner
from peernet.roundtables.series.planner import NoPlan
from peernet.roundtables.series.remedies import Help, Remedy, Shortfall, loosened, shortfalls
from tests.roundtables.series.test_files import INSTANCES
from tests.roundtables.series.worlds import read


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def stamps(*moments: datetime) -> dict[str, Any]:
    return {"candidates": [f"{moment:%Y-%m-%dT%H:%MZ}" for moment in moments]}


def somebody(name: str, start: str, end: str, *days: int, **more: Any) -> dict[str, Any]:
    weekly = [{"days": list(days or range(7)), "from": start, "to": end, "answer": "yes"}]
    return {"id": name, "tz": "UTC", "weekly": weekly, **more}


def problem_of(members: list[dict[str, Any]], *occurrences: dict[str, Any], **rules: Any) -> dict[str, Any]:
    return {"members": members, "occurrences": list(occurrences), "duration_min": 60, "rules": rules}


def found(data: dict[str, Any]) -> tuple[Shortfall, ...]:
    problem = read(data)
    return shortfalls(problem, planner.plan(problem).plan)


MORNING, EVENING = somebody("morning", "07:00", "12:00"), somebody("evening", "18:00", "23:00")
NOON = somebody("noon", "11:00", "14:00")


def test_where_the_quorum_is_reached_there_is_nothing_to_say() -> None:
    assert found(problem_of([MORNING, NOON], stamps(at(3, 11)), quorum=2)) == ()


def test_the_fewest_who_would_have_to_come_are_named() -> None:
    data = problem_of([MORNING, NOON, EVENING], stamps(at(3, 8), at(3, 11), at(3, 19)), quorum=3)
    assert found(data) == (
        Shortfall(
            0,
            heads=2,
            most=2,
            remedies=(
                Remedy(Help.OPEN_HOURS, start=at(3, 11), members=("evening",)),
                Remedy(Help.LOWER_QUORUM, number=2),
            ),
        ),
    )


def test_of_several_those_are_named_to_whom_it_costs_least() -> None:
    far = somebody("far", "09:00", "10:00") | {"tz": "Pacific/Auckland"}
    data = problem_of([MORNING, far, EVENING], stamps(at(3, 8), at(3, 11)), quorum=2)
    ((remedy, _lower),) = [each.remedies for each in found(data)]
    assert remedy == Remedy(Help.OPEN_HOURS, start=at(3, 11), members=("evening",))


def test_of_an_organisation_one_is_named() -> None:
    members = [MORNING | {"org": "a"}, EVENING | {"org": "b"}, somebody("late", "20:00", "23:00") | {"org": "b"}]
    data = problem_of(members, stamps(at(3, 8)), quorum=2, one_per_org=True)
    assert found(data)[0].remedies[0] == Remedy(Help.OPEN_HOURS, start=at(3, 8), members=("evening",))


def test_a_forbidden_start_that_would_do_is_named() -> None:
    data = problem_of([MORNING, NOON], stamps(at(3, 8), at(3, 11)), quorum=2, forbidden_starts=["2026-11-03T11:00Z"])
    assert found(data)[0].remedies[1:] == (
        Remedy(Help.ALLOW_START, start=at(3, 11)),
        Remedy(Help.LOWER_QUORUM, number=1),
    )


def test_an_announced_start_that_stands_in_the_way_is_named() -> None:
    data = problem_of([MORNING, NOON], stamps(at(3, 8), at(3, 11)) | {"fixed": "2026-11-03T08:00Z"}, quorum=2)
    assert found(data)[0].remedies[1] == Remedy(Help.FREE_ANNOUNCED, start=at(3, 11))


def test_more_than_there_are_can_never_come() -> None:
    assert found(problem_of([MORNING, NOON], stamps(at(3, 11)), quorum=5)) == (
        Shortfall(0, heads=2, most=2, remedies=(Remedy(Help.LOWER_QUORUM, number=2),)),
    )


def test_where_nobody_can_come_no_quorum_is_offered() -> None:
    data = problem_of([EVENING], stamps(at(3, 11)), quorum=1)
    assert found(data) == (Shortfall(0, 0, 0, (Remedy(Help.OPEN_HOURS, start=at(3, 11), members=("evening",)),)),)


def test_where_the_rules_stand_in_the_way_they_are_named() -> None:
    tuesday, wednesday = somebody("tuesday", "08:00", "20:00", 1), somebody("wednesday", "08:00", "20:00", 2)
    occurrences = stamps(at(3, 9)), stamps(at(11, 9), at(10, 9))
    members = [tuesday, wednesday]
    # On the 3rd only Tuesday's comes. In the next week one is enough.
    assert found(problem_of(members, *occurrences, quorum=1, max_patterns=1)) == ()
    members = [somebody("a", "09:00", "10:00", 1), somebody("b", "14:00", "15:00", 1)]
    occurrences = stamps(at(3, 9)), stamps(at(10, 14))
    with pytest.raises(NoPlan):
        planner.plan(read(problem_of(members, *occurrences, max_patterns=1)))
    occurrences = stamps(at(3, 9), at(3, 14)), stamps(at(10, 14))
    members = [somebody("a", "09:00", "10:00", 1), somebody("b", "09:00", "15:00", 1) | {"away": [["2026-11-03"] * 2]}]
    assert found(problem_of(members, *occurrences, quorum=1, max_patterns=1)) == (
        Shortfall(0, heads=0, most=1, remedies=(Remedy(Help.MORE_PATTERNS, number=2),)),
    )


def test_a_gap_that_stands_in_the_way_is_named() -> None:
    members = [somebody("a", "09:00", "12:00")]
    data = problem_of(members, stamps(at(3, 8), at(5, 9)), stamps(at(10, 9)), quorum=1, min_gap_days=7)
    assert found(data) == (Shortfall(0, heads=0, most=1, remedies=(Remedy(Help.SHORTER_GAP, number=5),)),)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ({"max_patterns": 1}, (Remedy(Help.MORE_PATTERNS, number=2),)),
        ({"min_gap_days": 9}, (Remedy(Help.SHORTER_GAP, number=6),)),
        (
            {"max_patterns": 1, "min_gap_days": 9},
            (Remedy(Help.MORE_PATTERNS, number=2), Remedy(Help.SHORTER_GAP, number=6)),
        ),
    ],
)
def test_rules_that_cannot_be_kept_at_all(rules: dict[str, int], expected: tuple[Remedy, ...]) -> None:
    problem = read(problem_of([NOON], stamps(at(3, 12)), stamps(at(10, 11)), **rules))
    with pytest.raises(NoPlan):
        planner.plan(problem)
    assert loosened(problem) == expected


def test_the_instance_out_of_reach_says_which_week_and_who() -> None:
    problem = files.problem_of(INSTANCES[-1].read_text())
    (short,) = shortfalls(problem, planner.plan(problem).plan)
    assert (short.number, short.heads, short.most) == (5, 6, 7)
    assert [each.help for each in short.remedies] == [Help.OPEN_HOURS, Help.LOWER_QUORUM]
    assert len(short.remedies[0].members) == 9 - 7
