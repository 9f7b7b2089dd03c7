"""Who can come when, and what it costs them: by the clock on their own wall."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given

from benchmarks.planning.checker import Instance, half_hour_points, parse
from peernet.roundtables.series.availability import Level, Member, Window, level
from peernet.roundtables.series.burden import burden, points_of_half_hour
from tests.roundtables.series.worlds import instances, read

WORKDAYS = frozenset(range(5))
OFFICE = Window(WORKDAYS, 9 * 60, 17 * 60, Level.YES)
EVENING = Window(WORKDAYS, 17 * 60, 22 * 60, Level.MAYBE)
LONDONER = Member("a", zone="Europe/London", weekly=(OFFICE, EVENING))


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (at(25, 9), Level.YES),
        (at(25, 15, 30), Level.YES),
        (at(25, 16), Level.MAYBE),  # the last half hour is in the evening: the least glad one counts
        (at(25, 20, 30), Level.MAYBE),
        (at(25, 21), Level.NO),
        (at(25, 8, 45), Level.NO),
        (at(28, 9), Level.NO),  # a Saturday
        (at(1, 8, month=6), Level.YES),  # nine in London, in summer
        (at(1, 7, 30, month=6), Level.NO),
    ],
)
def test_every_half_hour_lies_in_a_window(start: datetime, expected: Level) -> None:
    assert level(LONDONER, start, 90) == expected


def test_where_windows_overlap_the_gladder_one_counts() -> None:
    member = Member("a", weekly=(Window(WORKDAYS, 0, 1440, Level.MAYBE), OFFICE))
    assert [level(member, at(25, hour), 60) for hour in (8, 9, 16, 17, 23)] == [1, 2, 2, 1, 1]


def test_a_meeting_over_midnight_needs_a_window_on_both_days() -> None:
    tuesday, both = frozenset({1}), frozenset({1, 2})
    for days, expected in ((tuesday, Level.NO), (both, Level.YES)):
        assert level(Member("a", weekly=(Window(days, 0, 1440, Level.YES),)), at(24, 23), 90) == expected


def test_days_away_are_days_of_the_members_own_calendar() -> None:
    member = Member(
        "a",
        zone="Pacific/Auckland",
        weekly=(Window(frozenset(range(7)), 0, 1440, Level.YES),),
        away=((date(2026, 11, 26), date(2026, 11, 27)),),
    )
    # In Auckland, 13 hours ahead, the 26th begins at 11:00 on the 25th in UTC.
    moments = (at(25, 9, 30), at(25, 10), at(25, 10, 30), at(27, 10, 30), at(27, 11))
    assert [level(member, moment, 60) for moment in moments] == [2, 2, 0, 0, 2]


@pytest.mark.parametrize("answer", list(Level))
def test_an_answer_to_the_poll_wins_over_the_week(answer: Level) -> None:
    assert level(LONDONER, at(25, 9), 90, answer) == answer
    assert level(Member("b"), at(25, 9), 90, answer) == answer


def test_somebody_without_hours_cannot_come() -> None:
    assert level(Member("a"), at(25, 9), 90) == Level.NO


@pytest.mark.parametrize(
    ("start", "points"),
    [
        (at(25, 10), 0),
        (at(25, 8), 2),
        (at(25, 17, 30), 2 + 2),  # "if need be"; the half hours from six on cost one each
        (at(25, 19, 30), 1 + 2 + 2 + 2),
        (at(25, 21), 2 + 2 + 4),
        (at(25, 22, 30), 4 + 8 + 8),
        (at(25, 6), 4 + 4 + 2),
        (at(25, 2), 24),
        (at(28, 10), 6),  # Saturday
        (at(28, 2), 30),
        (at(27, 23), 8 + 8 + 10),  # Friday night into Saturday
    ],
)
def test_what_an_hour_costs(start: datetime, points: int) -> None:
    assert burden(LONDONER, start, 90) == points


def test_a_weekend_is_each_members_own() -> None:
    member = Member("a", zone="Asia/Dubai", weekend=frozenset({4, 5}))
    assert [burden(member, at(day, 6), 60) for day in (26, 27, 28, 29)] == [0, 4, 4, 0]
    assert burden(Member("b", weekend=frozenset()), at(28, 10), 60) == 0


def test_the_table_is_that_of_the_checker() -> None:
    for hour in range(24):
        for weekend in (False, True):
            assert points_of_half_hour(hour, weekend) == half_hour_points(hour * 60 + 30, weekend)


@given(instances())
def test_both_are_as_the_checker_has_them(data: dict[str, Any]) -> None:
    problem, checker = read(data), Instance(data)
    for starts, found in zip(problem.rounds, checker.candidates, strict=True):
        assert list(starts) == found
        for start in starts:
            here = [(problem.level(one, start), problem.burden(one, start)) for one in problem.members]
            there = [(checker.level(number, start), checker.burden(number, start)) for number in range(len(here))]
            assert here == there
            assert problem.pattern(start) == checker.pattern(start)


def test_moments_of_the_checker_are_ours() -> None:
    assert parse("2026-11-25T09:00Z") == at(25, 9)
