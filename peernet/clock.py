"""Now, zones, and wall time to UTC and back.

A roundtable is promised in wall time: "15:00 in London". The UTC moment follows from the zone's rules, which can
change; so the wall time and the zone are what is kept, and the moment is computed.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def today(zone: str = "UTC") -> date:
    """The calendar day that it is in ``zone``."""
    return now().astimezone(ZoneInfo(zone)).date()


@cache
def zone_names() -> tuple[str, ...]:
    """Zones to choose from, sorted: those of the table by countries, which names each place once and as it is called
    today (``Asia/Kolkata``, not ``Asia/Calcutta``), as far as this machine knows them."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    listed = {line.split("\t")[2] for line in table.splitlines() if not line.startswith("#")}
    return ("UTC", *sorted(listed & available_timezones()))


def is_zone(name: str) -> bool:
    """Whether ``name`` is a zone that this machine knows."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def exists(wall: datetime, zone: str) -> bool:
    """Whether the wall time happens in ``zone`` at all: clocks that go forward skip an hour."""
    place = ZoneInfo(zone)
    there = wall.replace(tzinfo=place)
    return there.astimezone(UTC).astimezone(place).replace(tzinfo=None) == wall


def to_utc(wall: datetime, zone: str) -> datetime:
    """The moment of a naive wall time. Of an hour that comes twice, the first; a skipped one moves on by the gap."""
    return wall.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def to_wall(moment: datetime, zone: str) -> datetime:
    """The naive wall time of a moment in ``zone``."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def offset(moment: datetime, zone: str) -> timedelta:
    """How far the clocks of ``zone`` are ahead of UTC at that moment."""
    return moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta(0)
