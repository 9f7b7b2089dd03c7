"""Wall time and moments of roundtables, and what clocks that change do to a series. No database, no request.

A wall time that a zone skips is refused, with its neighbours; of an hour that comes twice the first is taken, as
RFC 5545, section 3.3.5, has it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from peernet import clock
from peernet.db import Refused
from peernet.i18n import formats
from peernet.i18n import gettext as _

RULES = clock.RULES


@dataclass(frozen=True, slots=True)
class Shift:
    """Between two roundtables clocks change in some zones and not alike: the hour that is ``now`` in the second one's
    zone was ``before`` and becomes ``after`` in ``zone`` (naive wall times)."""

    earlier: str
    later: str
    hour: datetime
    hour_zone: str
    zone: str
    before: datetime
    after: datetime


def span(wall: datetime, zone: str, minutes: int) -> tuple[datetime, datetime]:
    """The moments at which a promise of wall time begins and ends. Raises Refused at ``time`` for a time that the
    zone's clocks skip."""
    if not clock.exists(wall, zone):
        raise Refused(skipped(wall, zone), field="time")
    return moments(wall, zone, minutes)


def moments(wall: datetime, zone: str, minutes: int) -> tuple[datetime, datetime]:
    """The same for a promise that stands already: should new rules skip its hour, it moves on by the gap."""
    starts = clock.to_utc(wall, zone)
    return starts, starts + timedelta(minutes=minutes)


def neighbours(wall: datetime, zone: str) -> tuple[datetime, datetime]:
    """The wall times on either side of a gap, each as far from it as the skipped time is into it."""
    place = ZoneInfo(zone)
    after, before = (wall.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    return clock.to_wall(before, zone), clock.to_wall(after, zone)


def comes_twice(wall: datetime, zone: str) -> bool:
    """Whether the clocks of ``zone`` show this time twice that night."""
    place = ZoneInfo(zone)
    first, second = (wall.replace(tzinfo=place, fold=fold) for fold in (0, 1))
    return clock.exists(wall, zone) and first.utcoffset() != second.utcoffset()


def shifts(series: Sequence[tuple[str, datetime, str]], zones: Iterable[str]) -> list[Shift]:
    """Where the hour of a series falls differently for some zone from one roundtable to the next. ``series`` holds
    (title, moment, zone) in order."""
    found = []
    for (earlier, first, _zone), (later, second, hour_zone) in pairwise(series):
        hour = clock.to_wall(second, hour_zone)
        for zone in sorted(set(zones) - {hour_zone}):
            before, after = _ahead(first, zone, hour_zone), _ahead(second, zone, hour_zone)
            if before != after:
                found.append(Shift(earlier, later, hour, hour_zone, zone, hour + before, hour + after))
    return found


def _ahead(moment: datetime, zone: str, other: str) -> timedelta:
    return clock.offset(moment, zone) - clock.offset(moment, other)


def skipped(wall: datetime, zone: str) -> str:
    """Why a wall time is refused that the zone's clocks skip, with the nearest that exist."""
    before, after = neighbours(wall, zone)
    return _(
        "The clocks in %(city)s go forward then: %(time)s on %(day)s does not exist. The nearest are %(before)s and "
        "%(after)s.",
        city=formats.zone_city(zone),
        time=f"{wall:%H:%M}",
        day=formats.format_date(wall.date()),
        before=_hour(before, wall),
        after=_hour(after, wall),
    )


def _hour(neighbour: datetime, wall: datetime) -> str:
    """The hour, with its day where that is another."""
    if neighbour.date() == wall.date():
        return f"{neighbour:%H:%M}"
    return f"{formats.format_date(neighbour.date())}, {neighbour:%H:%M}"
