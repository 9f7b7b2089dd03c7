"""Weeks in half hours: what is kept stands for what was said, and what fills the grid."""

from functools import reduce
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from peernet.roundtables.hours import week

STROKES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 48), st.integers(0, 48), st.integers(0, 2)), max_size=12)


def _painted(strokes: list[tuple[int, int, int, int]]) -> week.Week:
    return reduce(
        lambda hours, stroke: week.painted(
            hours, stroke[3], days=(stroke[0],), start=stroke[1] * week.SLOT, end=stroke[2] * week.SLOT
        ),
        strokes,
        week.EMPTY,
    )


WEEKS = STROKES.map(_painted)


@given(WEEKS)
def test_what_is_kept_stands_for_what_was_said(hours: week.Week) -> None:
    assert week.read(week.keep(hours)) == hours


@given(WEEKS)
def test_windows_are_as_long_as_they_can_be(hours: week.Week) -> None:
    kept = week.keep(hours)
    assert kept == sorted(kept)
    touching = [(one, two) for one, two in pairwise(kept) if (one[0], one[2], one[3]) == (*two[:2], two[3])]
    assert touching == []


@given(WEEKS, st.sampled_from([30, 60]))
def test_a_grid_never_says_more_than_the_week(hours: week.Week, step: int) -> None:
    columns = [[week.WORDS[row[day]] for row in week.rows(hours, step)] for day in range(week.DAYS)]
    again = week.of_columns(columns, step)
    assert all(new <= old for one, two in zip(again, hours, strict=True) for new, old in zip(one, two, strict=True))
    assert (again == hours) == (step == 30 or week.by_the_hour(hours))


@given(WEEKS, st.integers(-26, 26))
def test_shifting_there_and_back_by_half_hours_changes_nothing(hours: week.Week, slots: int) -> None:
    assert week.shifted(week.shifted(hours, slots * 30), -slots * 30) == hours


def test_office_hours_leave_the_own_weekend_free() -> None:
    assert week.keep(week.office((4, 5)))[:3] == [
        [0, 480, 540, "maybe"],
        [0, 540, 1020, "yes"],
        [0, 1020, 1080, "maybe"],
    ]
    assert sorted({day for day, *_window in week.keep(week.office((4, 5)))}) == [0, 1, 2, 3, 6]


def test_evenings_keep_what_is_good_already() -> None:
    good = week.painted(week.EMPTY, week.YES, days=(0,), start=1140, end=1200)
    assert [window for window in week.keep(week.with_evenings(good, (5, 6))) if window[0] == 0] == [
        [0, 1080, 1140, "maybe"],
        [0, 1140, 1200, "yes"],
        [0, 1200, 1320, "maybe"],
    ]


def test_monday_is_copied_to_working_days_alone() -> None:
    monday = week.painted(week.EMPTY, week.YES, days=(0, 6), start=600, end=660)
    assert week.keep(week.copied(monday, 0, (5, 6))) == [[day, 600, 660, "yes"] for day in (0, 1, 2, 3, 4, 6)]


def test_shifting_carries_over_midnight_and_over_the_end_of_the_week() -> None:
    sunday = week.painted(week.EMPTY, week.YES, days=(6,), start=1320, end=1440)
    assert week.keep(week.shifted(sunday, 330)) == [[0, 210, 330, "yes"]]
    assert week.keep(week.shifted(week.shifted(sunday, 330), -330)) == [[6, 1320, 1440, "yes"]]


def test_of_two_halves_the_lower_answer_counts() -> None:
    """Kathmandu is a quarter of an hour off the half hour."""
    monday = week.painted(week.EMPTY, week.YES, days=(0,), start=540, end=660)
    assert week.keep(week.shifted(monday, 345)) == [[0, 900, 990, "yes"]]
