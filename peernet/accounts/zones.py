"""Time zones to choose from, by region, each with its city and how far its clocks are from UTC now."""

from peernet import clock
from peernet.i18n import gettext as _
from peernet.i18n.formats import zone_city

Group = tuple[str, list[tuple[str, str]]]


def grouped(present: str = "") -> list[Group]:
    """(region, [(zone, "London (UTC+0)")]) for a select with groups; each region sorted by city. A zone that stands
    there at ``present`` is among them, also by an older name that is not offered otherwise."""
    regions: dict[str, list[tuple[str, str]]] = {}
    if present not in clock.zone_names() and clock.is_zone(present):
        regions[_("As it stands")] = [(present, label(present))]
    for name in clock.zone_names():
        regions.setdefault(name.split("/")[0], []).append((name, label(name)))
    return [(region, sorted(zones, key=lambda zone: zone[1])) for region, zones in regions.items()]


def label(zone: str) -> str:
    """ "Delhi (UTC+5:30)", as the clocks stand now."""
    return f"{zone_city(zone)} (UTC{_offset(zone)})"


def _offset(zone: str) -> str:
    minutes = int(clock.offset(clock.now(), zone).total_seconds() // 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"
