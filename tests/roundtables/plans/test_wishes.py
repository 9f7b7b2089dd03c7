"""From wishes to starts: weeks, days and hours by the clocks of a zone, beside what is announced."""

from dataclasses import replace
from datetime import UTC, date, datetime

from peernet.roundtables.plans.wishes import Announced, Round, Wishes, as_json, of_json, rounds
from tests.roundtables.plans.conftest import WISHES


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def test_wishes_are_kept_as_they_were() -> None:
    wishes = replace(WISHES, forbidden=(date(2027, 1, 4),), moving=(3, 5), max_patterns=2)
    assert of_json(as_json(wishes)) == wishes


def test_each_week_has_its_starts() -> None:
    found = rounds(replace(WISHES, number=2, every=2, weekdays=(0, 2), earliest=960), ())
    assert [each.starts for each in found] == [
        (utc(1, 4, 16), utc(1, 4, 17), utc(1, 6, 16), utc(1, 6, 17)),
        (utc(1, 18, 16), utc(1, 18, 17), utc(1, 20, 16), utc(1, 20, 17)),
    ]


def test_hours_may_go_over_midnight() -> None:
    found = rounds(replace(WISHES, number=1, earliest=1380, latest=60), ())
    assert found[0].starts == (utc(1, 4, 23), utc(1, 5, 0))


def test_a_roundtable_fits_between_its_hours() -> None:
    assert list(replace(WISHES, minutes=90, earliest=960, latest=1080, step=30).starts_of_a_day) == [960, 990]
    assert list(replace(WISHES, minutes=180, earliest=960, latest=1080).starts_of_a_day) == []


def test_forbidden_days_what_is_over_and_what_does_not_exist_are_left_out() -> None:
    assert rounds(replace(WISHES, number=1, forbidden=(date(2027, 1, 4),)), ())[0].starts == ()
    # It is noon of 23 November 2026.
    assert rounds(replace(WISHES, number=1, first_on=date(2026, 11, 23), earliest=660, latest=840), ())[0].starts == (
        datetime(2026, 11, 23, 13, tzinfo=UTC),
    )
    # On 28 March the clocks of London go from one to two.
    night = Wishes(date(2027, 3, 28), 1, 1, (6,), 0, 240, 60, 60, "Europe/London")
    assert rounds(night, ())[0].starts == (utc(3, 28, 0), utc(3, 28, 1), utc(3, 28, 2))


def test_the_wall_time_stays_when_clocks_change() -> None:
    wishes = replace(WISHES, first_on=date(2027, 3, 22), number=2, earliest=900, latest=960)
    assert [each.starts for each in rounds(wishes, ())] == [(utc(3, 22, 15),), (utc(3, 29, 14),)]


def test_an_announced_roundtable_keeps_its_time_and_its_week() -> None:
    wishes = replace(WISHES, earliest=960, latest=1020)
    kept = Announced(9, "Kept", utc(1, 13, 3), 90)
    far = Announced(7, "Far", utc(3, 1, 3), 90)
    assert rounds(wishes, [kept, far]) == [
        Round((utc(1, 4, 16),)),
        Round((utc(1, 13, 3),), kept, utc(1, 13, 3)),
        Round((utc(1, 18, 16),)),
        Round((utc(3, 1, 3),), far, utc(3, 1, 3)),
    ]


def test_an_announced_roundtable_that_may_move_has_its_week_and_its_own_time() -> None:
    moving = Announced(9, "Moving", utc(1, 13, 3), 90)
    wishes = replace(WISHES, earliest=960, latest=1020, moving=(9,))
    assert rounds(wishes, [moving])[1] == Round((utc(1, 11, 16), utc(1, 13, 3)), moving)
    far = Announced(9, "Far", utc(3, 3, 3), 90)
    assert rounds(wishes, [far])[3] == Round((utc(3, 1, 16), utc(3, 3, 3)), far)
