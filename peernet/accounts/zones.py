"""Time zones to choose from, by region, each with its city and how far its clocks are from UTC now."""

from datetime import datetime
from functools import lru_cache

from peernet import clock
from peernet.i18n import gettext as _
from peernet.i18n import language
from peernet.i18n.formats import zone_city

Group = tuple[str, list[tuple[str, str]]]
# Clocks change at a quarter of an hour; so long the offered zones stay as they are.
_MINUTES = 15


def grouped(present: str = "") -> list[Group]:
    """(region, [(zone, "London (UTC+0)")]) for a select with groups; each region sorted by city. A zone that stands
    there at ``present`` is among them, also by an older name that is not offered otherwise."""
    now = clock.now()
    quarter = now.replace(minute=now.minute - now.minute % _MINUTES, second=0, microsecond=0)
    groups = list(_offered(quarter, language()))
    if present not in clock.zone_names() and clock.is_zone(present):
        groups.insert(0, (_("As it stands"), [(present, label(present))]))
    return groups


@lru_cache(maxsize=16)
def _offered(moment: datetime, _language: str) -> list[Group]:
    """All zones as they stand at a moment, in the language of the request: some four hundred, so kept."""
    regions: dict[str, list[tuple[str, str]]] = {}
    for name in clock.zone_names():
        regions.setdefault(name.split("/")[0], []).append((name, _labelled(name, moment)))
    return [(region, sorted(zones, key=lambda zone: zone[1])) for region, zones in regions.items()]


def label(zone: str) -> str:
    """ "Delhi (UTC+5:30)", as the clocks stand now."""
    return _labelled(zone, clock.now())


def _labelled(zone: str, moment: datetime) -> str:
    minutes = int(clock.offset(moment, zone).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{zone_city(zone)} (UTC{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''})"
