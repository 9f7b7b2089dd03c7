"""Now, zones, and wall time to UTC and back.

Rules for clocks come from the newer of two tables: the operating system's, and that of the package tzdata. zoneinfo
alone takes the system's, however old it is (PEP 615).

A roundtable is promised in wall time: "15:00 in London". The UTC moment follows from the zone's rules, which can
change; so the wall time and the zone are what is kept, and the moment is computed.
"""

import os
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from importlib import resources
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, ZoneInfoNotFoundError, available_timezones, reset_tzpath

import tzdata


def newest_rules(folders: Sequence[str], package: str) -> tuple[str, bool]:
    """The release of the newer table, such as "2026a", and whether that is the package's. One that does not say its
    release is not relied on."""
    for folder in folders:
        table = Path(folder) / "tzdata.zi"
        if table.is_file():
            said = re.match(r"# version (\d{4}[a-z]+)", table.read_text("ascii", "replace")[:40])
            return (said[1], False) if said and said[1] >= package else (package, True)
    return package, True


def _use_newest_rules() -> str:
    release, is_packages = newest_rules(TZPATH, tzdata.IANA_VERSION)
    if is_packages:
        reset_tzpath(())
        # Processes that this one starts read the same table.
        os.environ["PYTHONTZPATH"] = ""
    return release


# The release of the rules in use.
RULES = _use_newest_rules()


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
