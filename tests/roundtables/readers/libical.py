"""Read a calendar file with libical and write what it understood as JSON.

Run by the system's Python, which knows libical through GObject (Debian: python3-gi and gir1.2-ical-3.0); the file comes
on standard input. Times are turned into UTC by the VTIMEZONE of the file, not by rules of the machine.
"""

import json
import sys

import gi

gi.require_version("ICalGLib", "3.0")
from gi.repository import ICalGLib  # noqa: E402

KINDS = ICalGLib.PropertyKind
UTC = ICalGLib.Timezone.get_utc_timezone()


def text(component, kind):
    """A property's value, or empty."""
    found = component.get_first_property(kind)
    return found.get_value_as_string() if found else ""


def moment(calendar, event, time):
    """A time of an event in UTC, as in "20261201T150000Z"."""
    named = event.get_first_property(KINDS.DTSTART_PROPERTY).get_parameter_as_string("TZID")
    plain = time.clone()
    plain.set_timezone(calendar.get_timezone(named) if named else UTC)
    return plain.convert_to_zone(UTC).as_ical_string()


def invited(event):
    """Who is invited, and how they answered so far."""
    found = event.get_first_property(KINDS.ATTENDEE_PROPERTY)
    return [found.get_attendee(), found.get_parameter_as_string("PARTSTAT")] if found else None


def events(calendar):
    """Each event, as libical has it."""
    kind = ICalGLib.ComponentKind.VEVENT_COMPONENT
    event = calendar.get_first_component(kind)
    while event is not None:
        yield {
            "uid": event.get_uid(),
            "sequence": event.get_sequence(),
            "summary": event.get_summary(),
            "start": moment(calendar, event, event.get_dtstart()),
            "end": moment(calendar, event, event.get_dtend()),
            "status": text(event, KINDS.STATUS_PROPERTY),
            "transparency": text(event, KINDS.TRANSP_PROPERTY),
            "invited": invited(event),
        }
        event = calendar.get_next_component(kind)


calendar = ICalGLib.Component.new_from_string(sys.stdin.read())
# In an iTIP message libical also checks what RFC 5546 demands of the method, and counts what it misses as an error.
understood = {
    "is_valid": bool(calendar.is_valid() and ICalGLib.restriction_check(calendar)),
    "errors": calendar.count_errors(),
    "method": text(calendar, KINDS.METHOD_PROPERTY),
    "events": list(events(calendar)),
}
sys.stdout.write(json.dumps(understood))
