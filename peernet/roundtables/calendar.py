"""A roundtable as a calendar file: RFC 5545, and in mail an iTIP message (RFC 5546, 6047). Pure.

The promise is written as it stands: wall time with its zone, and the zone's rules. The length is a DURATION, because an
end in wall time is ambiguous in the night in which an hour comes twice.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from peernet import __version__
from peernet.roundtables import vtimezones
from peernet.roundtables.models import Answer, Roundtable

_UTC = ("UTC", "Etc/UTC")
_END = "END:VCALENDAR\r\n"
# RFC 5545, 3.2.12. Who sends a deputy has DECLINED: DELEGATED would have to name the deputy's address (3.2.5), and no
# member sees another's.
_PARTICIPATION = {
    Answer.ACCEPTED: "ACCEPTED",
    Answer.TENTATIVE: "TENTATIVE",
    Answer.DEPUTY: "DECLINED",
    Answer.WRITING: "DECLINED",
    Answer.DECLINED: "DECLINED",
    Answer.WAITING: "NEEDS-ACTION",
}


class Method(StrEnum):
    """What a mail asks a calendar to do."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Party:
    """Who invites, or who is invited."""

    address: str
    name: str = ""
    answer: Answer | None = None


def write(
    roundtable: Roundtable,
    *,
    stamp: datetime,
    url: str,
    with_link: bool = False,
    method: Method | None = None,
    organiser: Party | None = None,
    attendee: Party | None = None,
) -> str:
    """The calendar file, with CRLF and folded lines. ``stamp`` is when it is written, ``url`` the roundtable's page;
    ``with_link`` tells the way in to the meeting."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//peernet//peernet {__version__}//EN")
    if method is not None:
        calendar.add("method", method.value)
    # The parts are put together as text, because a zone's rules are long and the same for everybody.
    zone = "" if roundtable.zone in _UTC else vtimezones.text(roundtable.zone, roundtable.wall_start.year)
    event = _event(roundtable, stamp, url, with_link, organiser, attendee).to_ical().decode()
    begin = calendar.to_ical().decode().removesuffix(_END)
    return f"{begin}{zone}{event}{_END}"


def _event(
    roundtable: Roundtable,
    stamp: datetime,
    url: str,
    with_link: bool,
    organiser: Party | None,
    attendee: Party | None,
) -> Event:
    link = roundtable.link if with_link else ""
    event = Event()
    event.add("uid", roundtable.uid)
    event.add("sequence", roundtable.sequence)
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", roundtable.wall_start.replace(tzinfo=ZoneInfo(roundtable.zone)))
    event.add("duration", timedelta(minutes=roundtable.minutes))
    event.add("summary", roundtable.title)
    event.add("status", "CANCELLED" if roundtable.cancelled_at else "CONFIRMED")
    event.add("description", "\n\n".join(filter(None, (roundtable.summary, link, url))))
    event.add("url", url)
    if roundtable.place or link:
        event.add("location", roundtable.place or link)
    if organiser is not None:
        event.add("organizer", vCalAddress.new(organiser.address, cn=organiser.name or None))
    if attendee is not None:
        event.add("attendee", _invited(attendee))
    return event


def _invited(party: Party) -> vCalAddress:
    """Answers are given on the page or through the mail's links, so none is asked of the calendar."""
    participation = _PARTICIPATION[party.answer] if party.answer else "NEEDS-ACTION"
    return vCalAddress.new(
        party.address,
        cn=party.name or None,
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat=participation,
        rsvp=False,
    )
