"""Time zones to choose from, by region, each with its city and how far its clocks are from UTC now."""

from peernet import clock
from peernet.i18n.formats import zone_city

Group = tuple[str, list[tuple[str, str]]]


def grouped() -> list[Group]:
    """(region, [(zone, "London (UTC+0)")]) for a select with groups; each region sorted by city."""
    regions: dict[str, list[tuple[str, str]]] = {}
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
