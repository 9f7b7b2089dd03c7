"""An invitee's program: it reads an invitation as it was delivered, and answers it."""

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar, Event, vCalAddress
from sqlalchemy.orm import Session

from peernet import clock
from peernet.mail.message import build
from peernet.mail.models import Mail
from tests.mail.incoming import message, with_calendar


def opened(db: Session, mail: Mail) -> EmailMessage:
    """A mail as its reader's program has it."""
    return message_from_bytes(build(db, mail).as_bytes(policy=policy.SMTP), policy=policy.default)


def invitation(read: EmailMessage) -> Calendar:
    """The iTIP message of a mail."""
    (part,) = (part for part in read.walk() if part.get_content_type() == "text/calendar")
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    assert calendar["METHOD"] == part.get_param("method")
    return calendar


def answer(
    read: EmailMessage,
    participation: str,
    *,
    stamp: datetime | None = None,
    number: int = 1,
    method: str = "REPLY",
    headers: dict[str, str] | None = None,
    **changes: Any,
) -> bytes:
    """What a calendar sends when a button is pressed (RFC 5546, section 3.2.3), to the organiser of the event."""
    asked = invitation(read)
    (event,) = asked.walk("VEVENT")
    to = str(event["ORGANIZER"]).removeprefix("mailto:")
    attendee = vCalAddress(str(event["ATTENDEE"]))
    attendee.params["PARTSTAT"] = participation
    reply, replied = Calendar(), Event()
    for name, value in (("VERSION", "2.0"), ("PRODID", "-//Example//Calendar//EN"), ("METHOD", method)):
        reply.add(name, value)
    replied.add("UID", str(event["UID"]))
    replied.add("SEQUENCE", int(event["SEQUENCE"]))
    replied.add("DTSTAMP", (stamp or clock.now()).astimezone(UTC))
    replied.add("DTSTART", event["DTSTART"].dt)
    replied.add("ATTENDEE", attendee)
    replied.add("ORGANIZER", str(event["ORGANIZER"]))
    for name, value in changes.items():
        replied[name.upper()] = value
    reply.add_component(replied)
    sender = str(read["To"])
    made = message(to, f"{sender} has answered.", sender=sender, number=number, headers=headers)
    return with_calendar(made, reply.to_ical().decode(), method).as_bytes(policy=policy.SMTP)
