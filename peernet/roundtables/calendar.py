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


def participation(answer: Answer | None) -> str:
    """How calendars call an answer."""
    return _PARTICIPATION[answer] if answer else "NEEDS-ACTION"


def write(
    roundtable: Roundtable,
    *,
    stamp: datetime,
    url: str,
    way_in: str = "",
    method: Method | None = None,
    organiser: Party | None = None,
    attendee: Party | None = None,
    takes_answers: bool = False,
) -> str:
    """The calendar file, with CRLF and folded lines. ``stamp`` is when it is written, ``url`` the roundtable's page;
    ``way_in`` the address that leads into the meeting, where it is meant for whoever gets the file; ``takes_answers``:
    answers to the organiser's address are read."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", f"-//peernet//peernet {__version__}//EN")
    if method is not None:
        calendar.add("method", method.value)
    # The parts are put together as text, because a zone's rules are long and the same for everybody.
    zone = "" if roundtable.zone in _UTC else vtimezones.text(roundtable.zone, roundtable.wall_start.year)
    made = _event(roundtable, stamp, url, way_in)
    _address(made, roundtable, method, organiser, attendee, takes_answers)
    event = made.to_ical().decode()
    begin = calendar.to_ical().decode().removesuffix(_END)
    return f"{begin}{zone}{event}{_END}"


def _event(roundtable: Roundtable, stamp: datetime, url: str, way_in: str) -> Event:
    event = Event()
    event.add("uid", roundtable.uid)
    event.add("sequence", roundtable.sequence)
    event.add("dtstamp", stamp.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", roundtable.wall_start.replace(tzinfo=ZoneInfo(roundtable.zone)))
    event.add("duration", timedelta(minutes=roundtable.minutes))
    event.add("summary", roundtable.title)
    event.add("status", "CANCELLED" if roundtable.cancelled_at else "CONFIRMED")
    event.add("description", "\n\n".join(filter(None, (roundtable.summary, way_in, url))))
    event.add("url", url)
    if roundtable.place or way_in:
        event.add("location", roundtable.place or way_in)
    return event


def _address(
    event: Event,
    roundtable: Roundtable,
    method: Method | None,
    organiser: Party | None,
    attendee: Party | None,
    takes_answers: bool,
) -> None:
    """Name who invites and who is invited. A CANCEL for one person of what takes place has no status (RFC 5546,
    section 3.2.5); proposals of another time are not taken, and Outlook then offers to make none."""
    if organiser is not None:
        event.add("organizer", vCalAddress.new(organiser.address, cn=organiser.name or None))
    if attendee is not None:
        event.add("attendee", _invited(attendee, takes_answers))
    if method is Method.CANCEL and roundtable.cancelled_at is None:
        del event["status"]
    if method is Method.REQUEST:
        event.add("x-microsoft-disallow-counter", "TRUE")


def _invited(party: Party, takes_answers: bool) -> vCalAddress:
    """Where answers by mail are not read, none is asked of the calendar."""
    return vCalAddress.new(
        party.address,
        cn=party.name or None,
        cutype="INDIVIDUAL",
        role="REQ-PARTICIPANT",
        partstat=participation(party.answer),
        rsvp=takes_answers,
    )
