"""The first guess at an answer, from weekly hours."""

from datetime import UTC, date, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from peernet import clock
from peernet.roundtables.hours import week
from peernet.roundtables.polls import times
from peernet.roundtables.polls.filling import Hours, guesses
from peernet.roundtables.polls.models import PollOption, Vote


def _option(day: date, start: time | None, zone: str = "Europe/London") -> PollOption:
    return PollOption(id=1, day=day, start=start, starts_at=times.moment_of(day, start, zone))


def _hours(level: int, start: int, end: int, zone: str = "Europe/London", away: list[list[str]] | None = None) -> Hours:
    painted = week.painted(week.EMPTY, level, start=start, end=end)
    return Hours(zone, week.keep(painted), away or [])


TUESDAY = date(2026, 12, 8)


def test_hours_say_yes_maybe_and_no() -> None:
    option = _option(TUESDAY, time(15))
    assert guesses(_hours(week.YES, 540, 1080), [option], 60) == {1: Vote.YES}
    assert guesses(_hours(week.MAYBE, 540, 1080), [option], 60) == {1: Vote.MAYBE}
    assert guesses(_hours(week.YES, 540, 600), [option], 60) == {1: Vote.NO}
    assert guesses(None, [option], 60) == {}


def test_half_covered_is_no_yes() -> None:
    """The least glad part of it counts."""
    levels = week.painted(week.painted(week.EMPTY, week.YES, start=900, end=930), week.MAYBE, start=930, end=960)
    hours = Hours("Europe/London", week.keep(levels), [])
    assert guesses(hours, [_option(TUESDAY, time(15))], 30) == {1: Vote.YES}
    assert guesses(hours, [_option(TUESDAY, time(15))], 60) == {1: Vote.MAYBE}
    assert guesses(hours, [_option(TUESDAY, time(15))], 75) == {1: Vote.NO}
    # A start between half hours touches both.
    assert guesses(hours, [_option(TUESDAY, time(15, 15))], 30) == {1: Vote.MAYBE}


def test_days_away_say_no() -> None:
    hours = _hours(week.YES, 0, 1440, away=[["2026-12-07", "2026-12-08"]])
    assert guesses(hours, [_option(TUESDAY, time(15))], 60) == {1: Vote.NO}
    assert guesses(hours, [_option(date(2026, 12, 9), time(15))], 60) == {1: Vote.YES}
    # It reaches over midnight into a day away.
    assert guesses(hours, [_option(date(2026, 12, 6), time(23, 30))], 60) == {1: Vote.NO}


def test_the_hours_are_those_of_ones_own_clocks() -> None:
    """15:00 in London is 20:45 in Kathmandu, on whose clocks half an hour is reached by quarters."""
    option = _option(TUESDAY, time(15))
    assert guesses(_hours(week.YES, 1230, 1320, "Asia/Kathmandu"), [option], 60) == {1: Vote.YES}
    assert guesses(_hours(week.YES, 1260, 1320, "Asia/Kathmandu"), [option], 60) == {1: Vote.NO}
    # And the next day in Auckland.
    wednesday = week.painted(week.EMPTY, week.YES, days=(2,), start=240, end=360)
    assert guesses(Hours("Pacific/Auckland", week.keep(wednesday), []), [option], 60) == {1: Vote.YES}


def test_of_a_whole_day_the_gladdest_hour_counts() -> None:
    option = _option(TUESDAY, None)
    assert guesses(_hours(week.MAYBE, 540, 600), [option], 60) == {1: Vote.MAYBE}
    assert guesses(_hours(week.YES, 540, 600, away=[["2026-12-08", "2026-12-08"]]), [option], 60) == {1: Vote.NO}
    assert guesses(_hours(week.NO, 0, 1440), [option], 60) == {1: Vote.NO}


@given(
    zone=st.sampled_from(clock.zone_names()),
    moment=st.datetimes(datetime(2026, 1, 1), datetime(2045, 12, 31)),
    minutes=st.integers(10, 300),
)
def test_who_can_always_come_says_yes_to_every_moment(zone: str, moment: datetime, minutes: int) -> None:
    """In every zone, on days when clocks change as well; and who never can, no."""
    option = PollOption(id=1, day=moment.date(), start=moment.time(), starts_at=moment.replace(tzinfo=UTC))
    assert guesses(_hours(week.YES, 0, 1440, zone), [option], minutes) == {1: Vote.YES}
    assert guesses(_hours(week.YES, 0, 0, zone), [option], minutes) == {1: Vote.NO}
