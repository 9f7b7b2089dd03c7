"""Answers of calendars: the iTIP messages of RFC 5546, sections 3.2.3 and 3.2.7, as they come by mail. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Calendar

# More components than an answer has with the rules of its zone. Nothing that repeats is ever worked out here.
_MOST_COMPONENTS = 40
_BEGINS = re.compile(r"^BEGIN:", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reply:
    """What a calendar says: ``participation`` of its user in the event ``uid``, as it stood with ``sequence``.

    ``stamp`` is when that was said (DTSTAMP), None where it is not told. ``is_proposal``: it wants another time
    (COUNTER) and says nothing of the present one.
    """

    uid: str
    sequence: int
    stamp: datetime | None
    participation: str
    is_proposal: bool = False


def read(text: str, address: str) -> Reply | None:
    """The answer of the holder of an address, or None for anything else."""
    if len(_BEGINS.findall(text)) > _MOST_COMPONENTS:
        return None
    try:
        return _reply(Calendar.from_ical(text), address)
    except Exception:
        # What a stranger's program writes may break the reader anywhere; it is no answer then.
        return None


def _reply(calendar: Any, address: str) -> Reply | None:
    method = str(calendar.get("METHOD", "")).upper()
    events = calendar.walk("VEVENT")
    if method not in ("REPLY", "COUNTER") or len(events) != 1:
        return None
    event = events[0]
    attendee = _attendee(event.get("ATTENDEE"), address)
    if attendee is None:
        return None
    return Reply(
        uid=str(event.get("UID", "")),
        sequence=int(event.get("SEQUENCE", 0)),
        stamp=_moment(event),
        participation=str(attendee.params.get("PARTSTAT", "")).upper(),
        is_proposal=method == "COUNTER",
    )


def _attendee(found: Any, address: str) -> Any:
    """The one who answers. Some calendars know their user by another address than was invited; that the mail comes from
    the right one has been looked at already."""
    attendees = found if isinstance(found, list) else [found] if found is not None else []
    if len(attendees) == 1:
        return attendees[0]
    wanted = f"mailto:{address}".casefold()
    return next((each for each in attendees if str(each).casefold() == wanted), None)


def _moment(event: Any) -> datetime | None:
    stamp = event.get("DTSTAMP")
    moment: date | None = stamp.dt if stamp is not None else None
    if not isinstance(moment, datetime):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
