"""A calendar as a file to subscribe to: RFC 5545, with the name and the pace of RFC 7986. Pure.

It has no METHOD and names nobody: it is published, and invites to nothing. The UID of a roundtable is that of its
invitation, so a program that holds both can tell that they are the same.
"""

from datetime import UTC, datetime, timedelta
from itertools import chain
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from peernet import __version__
from peernet.roundtables import vtimezones
from peernet.roundtables.feeds.entries import Entry, Feed, Status

# How often programs are asked to fetch it; what matters sooner comes by mail.
PACE = timedelta(hours=1)
_UTC = ("UTC", "Etc/UTC")
_END = "END:VCALENDAR\r\n"
# How Outlook shows the hour; it does not read TRANSP and STATUS of calendars from the web.
_SHOWN_AS = {(True, Status.CONFIRMED): "BUSY", (True, Status.TENTATIVE): "TENTATIVE"}


def write(feed: Feed) -> str:
    """The file, with CRLF and folded lines. The same feed gives the same bytes."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//peernet//peernet {__version__}//EN")
    calendar.add("name", feed.name)
    calendar.add("x-wr-calname", feed.name)
    calendar.add("url", feed.url)
    calendar.add("refresh-interval", PACE, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    begin = calendar.to_ical().decode().removesuffix(_END)
    # The parts are put together as text, because a zone's rules are long and the same for everybody.
    events = (_event(entry).to_ical().decode() for entry in feed.entries)
    return "".join(chain([begin], _zones(feed), events, [_END]))


def _zones(feed: Feed) -> list[str]:
    """One description of each zone, over all the years in which something happens there."""
    years: dict[str, list[int]] = {}
    for entry in feed.entries:
        years.setdefault(entry.zone, []).append(entry.wall_start.year)
    return [vtimezones.text(zone, min(of), max(of)) for zone, of in sorted(years.items()) if zone not in _UTC]


def _event(entry: Entry) -> Event:
    stamp = entry.changed_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", entry.uid)
    event.add("sequence", entry.sequence)
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("dtstart", _start(entry))
    # A deadline lasts no time; without saying so, some programs make an hour of it.
    event.add("duration", timedelta(minutes=entry.minutes))
    event.add("summary", entry.title)
    event.add("description", "\n\n".join(entry.lines))
    if entry.place:
        event.add("location", entry.place)
    event.add("url", entry.url)
    event.add("status", entry.status.value)
    event.add("transp", "OPAQUE" if entry.takes_time else "TRANSPARENT")
    event.add("x-microsoft-cdo-busystatus", _SHOWN_AS.get((entry.takes_time, entry.status), "FREE"))
    if entry.answer:
        event.add("x-peernet-answer", entry.answer.upper())
    return event


def _start(entry: Entry) -> datetime:
    return entry.wall_start.replace(tzinfo=ZoneInfo(entry.zone))
