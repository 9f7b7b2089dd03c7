"""Wall time and UTC, across the days on which clocks change."""

from datetime import UTC, datetime

import pytest

from peernet import clock


@pytest.mark.parametrize(
    ("wall", "zone", "utc"),
    [
        ("2026-12-01 15:00", "Europe/London", "2026-12-01 15:00"),
        ("2026-07-01 15:00", "Europe/London", "2026-07-01 14:00"),
        # The hour that comes twice: the first.
        ("2026-10-25 01:30", "Europe/London", "2026-10-25 00:30"),
        # The hour that is skipped moves on by the gap.
        ("2026-03-29 01:30", "Europe/London", "2026-03-29 01:30"),
        ("2026-12-01 15:00", "Asia/Kolkata", "2026-12-01 09:30"),
        ("2026-12-01 15:00", "Pacific/Kiritimati", "2026-12-01 01:00"),
        ("2026-04-05 01:45", "Australia/Lord_Howe", "2026-04-04 14:45"),
    ],
)
def test_wall_to_utc(wall: str, zone: str, utc: str) -> None:
    expected = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert clock.to_utc(datetime.fromisoformat(wall), zone) == expected


@pytest.mark.parametrize(
    ("wall", "zone", "there"),
    [
        ("2026-03-29 01:30", "Europe/London", False),
        ("2026-03-29 02:00", "Europe/London", True),
        ("2026-10-25 01:30", "Europe/London", True),
        ("2026-03-08 02:30", "America/New_York", False),
        ("2011-12-30 12:00", "Pacific/Apia", False),
    ],
)
def test_hours_that_do_not_exist(wall: str, zone: str, there: bool) -> None:
    assert clock.exists(datetime.fromisoformat(wall), zone) is there


def test_there_and_back() -> None:
    moment = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    for zone in clock.zone_names():
        assert clock.to_utc(clock.to_wall(moment, zone), zone) == moment


def test_each_place_is_offered_once_and_as_it_is_called_today() -> None:
    names = set(clock.zone_names())
    assert {"UTC", "Europe/London", "Europe/Kyiv", "Asia/Kolkata", "America/Argentina/Buenos_Aires"} <= names
    assert names.isdisjoint({"Europe/Kiev", "Asia/Calcutta", "America/Buenos_Aires", "Australia/NSW", "EST", "GB"})


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Europe/London", True),
        ("UTC", True),
        ("Mars/Base", False),
        ("../etc/passwd", False),
        ("", False),
        ("\x00", False),
    ],
)
def test_zones(name: str, known: bool) -> None:
    assert clock.is_zone(name) is known
