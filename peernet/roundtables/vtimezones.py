"""The VTIMEZONE of a zone (RFC 5545, section 3.6.5), from the same rules that peernet computes with.

icalendar writes one as well, but gives each onset in the clocks that follow it; the standard wants those that it ends.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)


@lru_cache(maxsize=256)
def text(zone: str, year: int, last: int | None = None) -> str:
    """The description as it stands in a calendar file."""
    written: str = describe(zone, year, last).to_ical().decode()
    return written


def describe(zone: str, year: int, last: int | None = None) -> Timezone:
    """The zone's clocks from the year before ``year`` to the year after ``last`` (after ``year`` if there is none):
    enough for what happens from the first of them to the second."""
    begin, end = datetime(year - 1, 1, 1, tzinfo=UTC), datetime((last or year) + 2, 1, 1, tzinfo=UTC)
    place = ZoneInfo(zone)
    described = Timezone()
    described.add("tzid", zone)
    described.add_component(_observance(begin, begin, place))
    for onset in _onsets(begin, end, place):
        described.add_component(_observance(onset, onset - _SECOND, place))
    return described


def _onsets(begin: datetime, end: datetime, place: ZoneInfo) -> list[datetime]:
    """The moments, to the second, at which the clocks change or their name does."""
    found, day, old = [], begin, _state(begin, place)
    while day < end:
        new = _state(day + _DAY, place)
        if new != old:
            found.append(_first_second(day, day + _DAY, place))
        day, old = day + _DAY, new
    return found


def _first_second(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    old = _state(before, place)
    while after - before > _SECOND:
        middle = before + ((after - before) // 2 // _SECOND) * _SECOND
        before, after = (middle, after) if _state(middle, place) == old else (before, middle)
    return after


def _state(moment: datetime, place: ZoneInfo) -> tuple[timedelta, bool, str]:
    there = moment.astimezone(place)
    return there.utcoffset() or timedelta(0), bool(there.dst()), there.tzname() or ""


def _observance(onset: datetime, before: datetime, place: ZoneInfo) -> TimezoneStandard | TimezoneDaylight:
    old, new = _state(before, place), _state(onset, place)
    observance = TimezoneDaylight() if new[1] else TimezoneStandard()
    observance.add("dtstart", (onset + old[0]).replace(tzinfo=None))
    observance.add("tzoffsetfrom", old[0])
    observance.add("tzoffsetto", new[0])
    observance.add("tzname", new[2])
    return observance
