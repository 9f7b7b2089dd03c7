"""Why a plan is as it is."""

from datetime import UTC, datetime, timedelta
from typing import Any

from peernet.roundtables.series import planner
from peernet.roundtables.series.availability import Level
from peernet.roundtables.series.explaining import ClockChange, Hour, Share, clock_changes, explain, shares
from peernet.roundtables.series.problem import Plan, Problem
from peernet.roundtables.series.scores import Score
from tests.roundtables.series.worlds import WHOLE_WEEK, read


def at(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def people(*zones: str, **more: Any) -> list[dict[str, Any]]:
    return [{"id": zone.split("/")[1], "tz": zone, "weekly": [WHOLE_WEEK], **more} for zone in zones]


def weeks(*, minutes: int = 60, members: list[dict[str, Any]], hours: tuple[int, ...], count: int = 8) -> Problem:
    """A roundtable a week from 1 October 2026 on, at any of these hours of UTC."""
    first = at(10, 1, 0)
    occurrences = [
        {"candidates": [f"{first + timedelta(weeks=week, hours=hour):%Y-%m-%dT%H:%MZ}" for hour in hours]}
        for week in range(count)
    ]
    return read({"members": members, "occurrences": occurrences, "duration_min": minutes, "anchor_tz": "UTC"})


def test_late_evenings_are_counted_beside_those_of_a_fixed_time() -> None:
    """Noon in Tokyo is night in New York, and the other way round: the planner shares the nights."""
    problem = weeks(members=people("Asia/Tokyo", "America/New_York"), hours=(3, 15), count=8)
    plan = planner.plan(problem).plan
    steady = planner.same_slot(problem)
    found = explain(problem, plan, steady)
    assert [(each.member, each.late, each.early) for each in found.shares] == [("Tokyo", 3, 0), ("New_York", 5, 0)]
    assert found.steady_shares is not None
    assert [(each.member, each.late, each.early) for each in found.steady_shares] == [
        ("Tokyo", 0, 0),
        ("New_York", 8, 0),
    ]
    assert found.steady is not None
    assert (max(found.score.burdens), max(found.steady.burdens)) == (72, 120)


def test_shares_tell_this_series_from_earlier_ones() -> None:
    members = [
        {"id": "a", "tz": "UTC", "weekly": [WHOLE_WEEK | {"answer": "yes"}], "burden_so_far": 5},
        {"id": "b", "tz": "UTC", "weekly": [{"days": [3], "from": "06:00", "to": "08:00", "answer": "maybe"}]},
        {"id": "c", "tz": "UTC"},
    ]
    problem = weeks(members=members, hours=(7, 20), count=2)
    plan = Plan((at(10, 1, 7), at(10, 8, 20)), (("a", "b"), ("a",)))
    assert shares(problem, plan) == (
        Share("a", points=8, so_far=5, missed=0, late=1, early=1),
        Share("b", points=6, so_far=0, missed=1, late=0, early=1),
        Share("c", points=0, so_far=0, missed=2, late=0, early=0),
    )
    assert explain(problem, plan).score == Score(2, (2, 1), (13, 6, 0), (0, 1, 2))
    assert explain(problem, plan).steady is None


def test_the_table_shows_each_roundtable_on_each_clock() -> None:
    problem = weeks(members=people("Asia/Kolkata", "America/Los_Angeles"), hours=(18,), count=1, minutes=90)
    ((delhi,), (angeles,)) = explain(problem, planner.plan(problem).plan).hours
    # 23:30 and half past midnight, over the end of the day; 11:00 on the other side.
    assert delhi == Hour(at(10, 1, 18), at(10, 1, 19, 30), Level.MAYBE, 26, comes=True)
    assert f"{delhi.begins:%d %H:%M} {delhi.ends:%d %H:%M}" == "01 23:30 02 01:00"
    assert (f"{angeles.begins:%d %H:%M}", angeles.points) == ("01 11:00", 2)


def test_clocks_that_change_are_named_with_those_who_live_by_them() -> None:
    zones = ("Europe/London", "Europe/Paris", "America/New_York", "Australia/Lord_Howe", "Asia/Tokyo")
    problem = weeks(members=people(*zones), hours=(12,), count=7)
    slots = [starts[0] for starts in problem.rounds]
    hour = timedelta(hours=1)
    assert list(clock_changes(problem, slots)) == [
        ClockChange(1, "Australia/Lord_Howe", timedelta(minutes=30), ("Lord_Howe",)),  # 4 October
        ClockChange(4, "Europe/London", -hour, ("London",)),  # 25 October
        ClockChange(4, "Europe/Paris", -hour, ("Paris",)),
        ClockChange(5, "America/New_York", -hour, ("New_York",)),  # 1 November
    ]


def test_a_meeting_during_which_clocks_change_keeps_its_length() -> None:
    problem = read(
        {
            "members": people("Europe/London"),
            "occurrences": [{"candidates": ["2026-10-25T00:30Z"]}],
            "duration_min": 90,
        }
    )
    ((hour,),) = explain(problem, planner.plan(problem).plan).hours
    # 01:30 summer time; half past one comes twice; 02:00 winter time.
    assert f"{hour.begins:%H:%M %Z} {hour.ends:%H:%M %Z}" == "01:30 BST 02:00 GMT"
    assert hour.points == 3 * (8 + 2) + 2
