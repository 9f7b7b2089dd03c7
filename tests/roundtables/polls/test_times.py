"""Proposed times by everybody's own clocks, over all zones and twenty years."""

from datetime import date, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from peernet import clock
from peernet.roundtables.polls import times
from peernet.roundtables.polls.models import Poll, PollOption

ZONES = st.sampled_from(clock.zone_names())


def _shown(day: date, start: time | None, zone: str, own: str, minutes: int = 60) -> times.Shown:
    poll = Poll(zone=zone, minutes=minutes)
    return times.shown(poll, PollOption(day=day, start=start, starts_at=times.moment_of(day, start, zone)), own)


@given(zone=ZONES, own=ZONES, wall=st.datetimes(datetime(2026, 1, 1), datetime(2045, 12, 31)))
def test_a_time_of_day_converts_and_a_whole_day_never_shifts(zone: str, own: str, wall: datetime) -> None:
    wall = wall.replace(second=0, microsecond=0)
    shown = _shown(wall.date(), wall.time(), zone, own)
    assert clock.to_utc(shown.wall, zone) == shown.option.starts_at
    assert shown.own is not None
    assert clock.to_wall(clock.to_utc(wall, zone), own) == shown.own
    assert shown.is_another_day == (shown.own.date() != wall.date())
    day = _shown(wall.date(), None, zone, own)
    assert (day.own, day.is_another_day, day.is_night, day.points) == (None, False, False, 0)
    assert day.option.day == wall.date()


def test_half_and_quarter_hours_and_another_date() -> None:
    for own, expected, is_another in (
        ("Asia/Kolkata", datetime(2026, 12, 8, 20, 30), False),
        ("Asia/Kathmandu", datetime(2026, 12, 8, 20, 45), False),
        ("Australia/Lord_Howe", datetime(2026, 12, 9, 2, 0), True),
        ("Pacific/Auckland", datetime(2026, 12, 9, 4, 0), True),
        ("America/Los_Angeles", datetime(2026, 12, 8, 7, 0), False),
    ):
        shown = _shown(date(2026, 12, 8), time(15), "Europe/London", own)
        assert (shown.own, shown.is_another_day) == (expected, is_another)


def test_the_night_is_from_ten_to_seven() -> None:
    nights = {
        hour: _shown(date(2026, 12, 8), time(hour), "Europe/London", "Europe/London").is_night for hour in range(24)
    }
    assert [hour for hour, is_night in nights.items() if is_night] == [0, 1, 2, 3, 4, 5, 6, 22, 23]
    assert _shown(date(2026, 12, 8), time(21, 30), "Europe/London", "Europe/London").is_night
