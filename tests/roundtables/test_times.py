"""Times that do not exist, that happen twice, and that move within a series."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from peernet import clock
from peernet.db import Refused
from peernet.roundtables import times

WALLS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda wall: wall.replace(second=0, microsecond=0))
ZONES = st.sampled_from(clock.zone_names())


def test_a_wall_time_becomes_moments() -> None:
    span = times.span(datetime(2026, 12, 8, 15, 0), "Asia/Kolkata", 90)
    assert span == (datetime(2026, 12, 8, 9, 30, tzinfo=UTC), datetime(2026, 12, 8, 11, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("wall", "zone", "words"),
    [
        (
            datetime(2027, 3, 28, 1, 30),
            "Europe/London",
            "The clocks in London go forward then: 01:30 on 28 March 2027 does not exist. The nearest are 00:30 and "
            "02:30.",
        ),
        (
            datetime(2027, 3, 14, 2, 0),
            "America/New_York",
            "The clocks in New York go forward then: 02:00 on 14 March 2027 does not exist. The nearest are 01:00 and "
            "03:00.",
        ),
        (
            datetime(2027, 10, 3, 2, 15),
            "Australia/Lord_Howe",
            "The clocks in Lord Howe Island go forward then: 02:15 on 3 October 2027 does not exist. The nearest are "
            "01:45 and 02:45.",
        ),
        (
            datetime(2011, 12, 30, 12, 0),
            "Pacific/Apia",
            "The clocks in Apia go forward then: 12:00 on 30 December 2011 does not exist. The nearest are 29 December "
            "2011, 12:00 and 31 December 2011, 12:00.",
        ),
    ],
)
def test_a_time_that_is_skipped_is_refused_with_its_neighbours(wall: datetime, zone: str, words: str) -> None:
    with pytest.raises(Refused) as refusal:
        times.span(wall, zone, 90)
    assert (refusal.value.message, refusal.value.field) == (words, "time")


def test_of_an_hour_that_comes_twice_the_first_is_taken() -> None:
    wall = datetime(2027, 11, 7, 1, 30)
    assert times.comes_twice(wall, "America/New_York")
    # Still summer time: four hours behind UTC.
    assert times.span(wall, "America/New_York", 60)[0] == datetime(2027, 11, 7, 5, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wall", "zone"),
    [
        (datetime(2027, 11, 7, 2, 30), "America/New_York"),
        (datetime(2027, 3, 28, 1, 30), "Europe/London"),
        (datetime(2027, 10, 31, 2, 0), "Europe/London"),
        (datetime(2027, 6, 1, 1, 30), "UTC"),
    ],
)
def test_other_hours_come_once_or_not_at_all(wall: datetime, zone: str) -> None:
    assert not times.comes_twice(wall, zone)


@settings(deadline=None, max_examples=300)
@given(WALLS, ZONES)
def test_in_every_zone_a_promise_is_kept_or_refused(wall: datetime, zone: str) -> None:
    try:
        starts_at, ends_at = times.span(wall, zone, 45)
    except Refused:
        before, after = times.neighbours(wall, zone)
        assert before < wall < after
        assert clock.exists(before, zone)
        assert clock.exists(after, zone)
        assert clock.to_utc(after, zone) - clock.to_utc(before, zone) == after - before - (
            clock.offset(clock.to_utc(after, zone), zone) - clock.offset(clock.to_utc(before, zone), zone)
        )
    else:
        assert clock.to_wall(starts_at, zone) == wall
        assert ends_at - starts_at == timedelta(minutes=45)
        earlier = starts_at - timedelta(hours=3)
        is_second = any(clock.to_wall(earlier + timedelta(minutes=step), zone) == wall for step in range(0, 180, 15))
        assert not is_second


def test_a_series_warns_where_clocks_do_not_change_alike() -> None:
    london = ZoneInfo("Europe/London")
    series = [
        ("First", datetime(2027, 3, 3, 15, 0, tzinfo=london), "Europe/London"),
        ("Second", datetime(2027, 3, 17, 15, 0, tzinfo=london), "Europe/London"),
        ("Third", datetime(2027, 4, 14, 15, 0, tzinfo=london), "Europe/London"),
    ]
    zones = ["America/New_York", "Asia/Kolkata", "Europe/Paris", "Europe/London"]
    assert times.shifts(series, zones) == [
        times.Shift(
            "First", "Second", datetime(2027, 3, 17, 15, 0), "Europe/London", "America/New_York",
            datetime(2027, 3, 17, 10, 0), datetime(2027, 3, 17, 11, 0),
        ),
        times.Shift(
            "Second", "Third", datetime(2027, 4, 14, 15, 0), "Europe/London", "America/New_York",
            datetime(2027, 4, 14, 11, 0), datetime(2027, 4, 14, 10, 0),
        ),
        times.Shift(
            "Second", "Third", datetime(2027, 4, 14, 15, 0), "Europe/London", "Asia/Kolkata",
            datetime(2027, 4, 14, 20, 30), datetime(2027, 4, 14, 19, 30),
        ),
    ]  # fmt: skip


def test_a_series_of_one_or_without_changes_warns_of_nothing() -> None:
    one = ("First", datetime(2027, 3, 3, 15, 0, tzinfo=UTC), "UTC")
    two = ("Second", datetime(2027, 3, 4, 15, 0, tzinfo=UTC), "UTC")
    assert times.shifts([one], ["Europe/Paris"]) == []
    assert times.shifts([one, two], ["Europe/Paris"]) == []
