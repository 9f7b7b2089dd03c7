"""Every zone of the IANA database, and every change of its clocks in twenty years: a promise of wall time stands, its
moment moves, and a calendar that has nothing but our VTIMEZONE comes to the same moment.

Clocks are found here by looking at UTC offsets alone, each day, and then to the second.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from icalendar import Timezone

from peernet import clock
from peernet.db import Refused
from peernet.roundtables import times, vtimezones

FIRST, LAST = 2017, 2036
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ZONES = [name for name in clock.zone_names() if name != "UTC"]


@cache
def changes(zone: str) -> list[tuple[datetime, timedelta, timedelta]]:
    """Each change of a zone's offset: its moment, the offset before and the offset after."""
    place, found = ZoneInfo(zone), []
    day = datetime(FIRST, 1, 1, tzinfo=UTC)
    old = day.astimezone(place).utcoffset()
    while day.year <= LAST:
        new = (day + DAY).astimezone(place).utcoffset()
        if new != old:
            found.append((_exactly(day, day + DAY, place), old, new))
        day, old = day + DAY, new
    return found


def _exactly(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    old = before.astimezone(place).utcoffset()
    while after - before > SECOND:
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        before, after = (middle, after) if middle.astimezone(place).utcoffset() == old else (before, middle)
    return after


def every_change() -> Iterator[tuple[str, datetime, timedelta, timedelta]]:
    return ((zone, *change) for zone in ZONES for change in changes(zone))


def test_there_is_much_to_look_at() -> None:
    by_length: dict[timedelta, int] = {}
    for _zone, _moment, before, after in every_change():
        by_length[abs(after - before)] = by_length.get(abs(after - before), 0) + 1
    assert len(ZONES) > 400
    assert by_length[timedelta(hours=1)] > 5000
    assert by_length[timedelta(minutes=30)] >= 38


def test_a_wall_time_stays_and_its_moment_moves_with_the_clocks() -> None:
    """Across each change, the same hour of the wall a day before and a day after: the moments are apart by a day less
    what the clocks went forward."""
    wrong = []
    for zone, moment, before, after in every_change():
        noon = clock.to_wall(moment, zone).replace(hour=12, minute=0, second=0)
        first, second = noon - 2 * DAY, noon + 2 * DAY
        (starts, _end), (later, ends) = times.span(first, zone, 90), times.span(second, zone, 90)
        stays = (clock.to_wall(starts, zone), clock.to_wall(later, zone)) == (first, second)
        if not stays or later - starts != 4 * DAY - (after - before) or ends - later != timedelta(minutes=90):
            wrong.append((zone, moment))
    assert wrong == []


def test_a_time_that_clocks_skip_is_refused_and_its_neighbours_exist() -> None:
    wrong = []
    for zone, moment, before, after in every_change():
        if after <= before:
            continue
        gap = (moment + before).replace(tzinfo=None)
        wall = gap + (after - before) / 2
        earlier, later = times.neighbours(wall, zone)
        try:
            times.span(wall, zone, 60)
            wrong.append((zone, wall))
        except Refused as refusal:
            around = clock.exists(earlier, zone) and clock.exists(later, zone) and earlier < gap <= wall < later
            moved_on = clock.to_wall(times.moments(wall, zone, 60)[0], zone) == later
            if refusal.field != "time" or not around or not moved_on or times.comes_twice(wall, zone):
                wrong.append((zone, wall))
    assert wrong == []


def test_of_a_time_that_comes_twice_the_first_is_meant() -> None:
    wrong = []
    for zone, moment, before, after in every_change():
        if after >= before:
            continue
        wall = (moment + after).replace(tzinfo=None) + (before - after) / 2
        starts, _ends = times.span(wall, zone, 60)
        if not times.comes_twice(wall, zone) or starts != (wall - before).replace(tzinfo=UTC) or starts >= moment:
            wrong.append((zone, wall))
    assert wrong == []


def onsets_of(described: Timezone) -> list[tuple[datetime, timedelta]]:
    """What a calendar reads in a VTIMEZONE (RFC 5545, 3.6.5): from which moment on which offset holds."""
    parts = ((part["DTSTART"].dt - part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td) for part in described.subcomponents)
    return sorted((onset.replace(tzinfo=UTC), offset) for onset, offset in parts)


def to_compare(zone: str) -> list[datetime]:
    """The second before each change, that of the change, the one after, and the middle between two."""
    moments = [datetime(FIRST, 1, 1, tzinfo=UTC), *(change[0] for change in changes(zone))]
    moments.append(datetime(LAST, 12, 31, tzinfo=UTC))
    between = [first + (second - first) / 2 for first, second in pairwise(moments)]
    return sorted([*between, *(moment + shift for moment in moments[1:] for shift in (-SECOND, timedelta(0), SECOND))])


def test_the_description_of_each_zone_gives_its_clocks_at_every_change_and_between() -> None:
    wrong = []
    for zone in ZONES:
        onsets, place, at = onsets_of(vtimezones.describe(zone, FIRST + 1, LAST - 1)), ZoneInfo(zone), 0
        for moment in to_compare(zone):
            while at + 1 < len(onsets) and onsets[at + 1][0] <= moment:
                at += 1
            if onsets[at][1] != moment.astimezone(place).utcoffset():
                wrong.append((zone, moment))
    assert wrong == []


@pytest.mark.parametrize(
    ("zone", "summer", "winter"),
    [
        ("Australia/Lord_Howe", 30, 30),
        ("Asia/Kathmandu", 0, 0),
        ("Asia/Kolkata", 0, 0),
        ("Pacific/Chatham", 60, 60),
        ("Africa/Casablanca", 60, 60),
        ("Europe/Dublin", 60, 60),
        ("Antarctica/Troll", 120, 120),
    ],
)
def test_odd_clocks_are_among_them(zone: str, summer: int, winter: int) -> None:
    lengths = {int((after - before).total_seconds()) // 60 for _moment, before, after in changes(zone)}
    assert lengths == ({summer, -winter} if summer else set())


def test_ramadan_in_morocco_goes_back_and_forth_twice_a_year() -> None:
    """The usual time there is an hour ahead, and Ramadan is "daylight" with an hour less: negative, as in Dublin."""
    until = datetime(2026, 9, 1, tzinfo=UTC)  # what is to come, governments may change and have changed
    seen = [(moment.date().isoformat(), after) for moment, _b, after in changes("Africa/Casablanca") if moment < until]
    assert seen[-2:] == [("2026-02-15", timedelta(0)), ("2026-03-22", timedelta(hours=1))]
    during, outside = datetime(2026, 2, 20, 15, 0), datetime(2026, 4, 20, 15, 0)
    assert times.span(during, "Africa/Casablanca", 60)[0] == datetime(2026, 2, 20, 15, 0, tzinfo=UTC)
    assert times.span(outside, "Africa/Casablanca", 60)[0] == datetime(2026, 4, 20, 14, 0, tzinfo=UTC)


def test_a_day_that_a_place_skipped_does_not_exist() -> None:
    with pytest.raises(Refused):
        times.span(datetime(2011, 12, 30, 12, 0), "Pacific/Apia", 60)
