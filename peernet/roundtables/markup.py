"""A roundtable in a mail as schema.org describes events, so that mail programs can offer its answers as buttons. Pure.

Each RsvpAction leads to the page on which the answer is confirmed. None is an HttpActionHandler: a program would then
ask for the address by itself, and tell its user that they have answered when nothing was decided.
"""

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Answer, Roundtable

_RESPONSES = {
    Answer.ACCEPTED: "https://schema.org/RsvpResponseYes",
    Answer.TENTATIVE: "https://schema.org/RsvpResponseMaybe",
    Answer.DECLINED: "https://schema.org/RsvpResponseNo",
}


def event(roundtable: Roundtable, invitee: Invitee, links: Mapping[Answer, str]) -> dict[str, Any]:
    """The JSON-LD of a roundtable for one invitee; ``links`` has the address that offers each answer."""
    place = ZoneInfo(roundtable.zone)
    described = {
        "@context": "https://schema.org",
        "@type": "Event",
        "name": roundtable.title,
        "startDate": roundtable.starts_at.astimezone(place).isoformat(),
        "endDate": roundtable.ends_at.astimezone(place).isoformat(),
        "eventStatus": "https://schema.org/EventScheduled",
        "location": _location(roundtable, links),
        "potentialAction": [_action(roundtable, invitee, *each) for each in links.items() if each[0] in _RESPONSES],
    }
    return described


def _location(roundtable: Roundtable, links: Mapping[Answer, str]) -> dict[str, str]:
    """Where it takes place; the way in to an online meeting is nobody's business but who has a place."""
    if roundtable.place:
        return {"@type": "Place", "name": roundtable.place, "address": roundtable.place}
    return {"@type": "VirtualLocation", "url": next(iter(links.values())).partition("?")[0]}


def _action(roundtable: Roundtable, invitee: Invitee, answer: Answer, url: str) -> dict[str, Any]:
    return {
        "@type": "RsvpAction",
        "rsvpResponse": _RESPONSES[answer],
        "agent": {"@type": "Person", "name": invitee.name},
        "startTime": roundtable.starts_at.astimezone(UTC).isoformat(),
        "target": {"@type": "EntryPoint", "urlTemplate": url, "httpMethod": "GET"},
    }
