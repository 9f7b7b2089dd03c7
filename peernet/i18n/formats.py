"""Dates, times, numbers and zones in words, in the language in use."""

from datetime import date, datetime
from functools import cache, lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date as _format_date
from babel.dates import format_skeleton, get_day_names, get_timezone_location
from babel.dates import format_time as _format_time
from babel.numbers import format_decimal

from peernet.i18n.catalogue import gettext as _
from peernet.i18n.catalogue import language

# English of the network's home: day before month, a 24-hour clock.
_LOCALES = {"en": "en_GB"}
_TWO_LETTERS = 2


def format_date(day: date) -> str:
    """A date, as in "23 November 2026"."""
    return _long(day, _locale())


@lru_cache(maxsize=4_096)
def _long(day: date, locale: str) -> str:
    return _format_date(day, "long", locale=locale)


def format_weekday(day: date) -> str:
    """A date with its weekday, as in "Monday 23 November 2026"."""
    return _format_date(day, "full", locale=_locale()).replace(",", "")


def format_month(day: date) -> str:
    """The month of a date, as in "November 2026"."""
    return format_skeleton("yMMMM", day, locale=_locale())


def format_short_day(day: date) -> str:
    """A date for a narrow column, as in "Mon 23 Nov"."""
    return format_skeleton("MMMEd", day, locale=_locale()).replace(",", "")


def weekdays(width: Literal["wide", "abbreviated"] = "wide") -> list[str]:
    """The days of the week from Monday on, to stand alone: "Monday", or "Mon" with ``abbreviated``."""
    names = get_day_names(width, context="stand-alone", locale=_locale())
    return [names[day] for day in range(7)]


def format_time(moment: datetime, zone: str) -> str:
    """A time as the clocks of ``zone`` show it, as in "15:00"."""
    return _format_time(moment, "HH:mm", tzinfo=ZoneInfo(zone), locale=_locale())


def format_moment(moment: datetime, zone: str) -> str:
    """A date and time there, as in "Monday 23 November 2026, 15:00 London"."""
    there = moment.astimezone(ZoneInfo(zone))
    return f"{format_weekday(there.date())}, {format_time(moment, zone)} {zone_city(zone)}"


def time_pair(moment: datetime, zone: str, own_zone: str | None) -> str:
    """A time there and one's own, as in "15:00 London · 20:30 Kolkata, yours".

    The day is added where it differs; in one and the same zone one time is enough.
    """
    there = f"{format_time(moment, zone)} {zone_city(zone)}"
    if not own_zone or own_zone == zone:
        return there
    theirs, mine = moment.astimezone(ZoneInfo(zone)).date(), moment.astimezone(ZoneInfo(own_zone)).date()
    own = f"{format_time(moment, own_zone)} {zone_city(own_zone)}"
    if theirs != mine:
        own = f"{format_skeleton('MMMEd', mine, locale=_locale())} {own}"
    return _("%(there)s · %(own)s, yours", there=there, own=own)


def spoken_languages() -> dict[str, str]:
    """The languages that people talk in, by their two-letter codes, named in the language in use."""
    return _languages(language())


@cache
def _languages(language_code: str) -> dict[str, str]:
    names = Locale.parse(_LOCALES.get(language_code, language_code).replace("-", "_")).languages
    return {code: name[:1].upper() + name[1:] for code, name in names.items() if len(code) == _TWO_LETTERS}


@cache
def _city(zone: str, language_code: str) -> str:
    if zone in ("UTC", "Etc/UTC"):
        return "UTC"
    locale = Locale.parse(_LOCALES.get(language_code, language_code).replace("-", "_"))
    return get_timezone_location(zone, locale=locale, return_city=True) or zone.split("/")[-1].replace("_", " ")


def zone_city(zone: str) -> str:
    """The city that stands for a zone: "London" for Europe/London."""
    return _city(zone, language())


def format_number(number: float) -> str:
    """A number with the language's separators."""
    return _number(number, _locale())


@lru_cache(maxsize=4_096)
def _number(number: float, locale: str) -> str:
    return format_decimal(number, locale=locale)


def filesize(count: int) -> str:
    """A size in bytes, kB, MB or GB (powers of ten), for downloads and disks."""
    if count < 1000:
        return f"{count} B"
    if count < 1_000_000:
        return f"{format_number(round(count / 1000))} kB"
    if count < 1_000_000_000:
        return f"{format_number(round(count / 1_000_000, 1))} MB"
    return f"{format_number(round(count / 1_000_000_000, 1))} GB"


def _locale() -> str:
    return _LOCALES.get(language(), language()).replace("-", "_")
