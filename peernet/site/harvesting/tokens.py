"""Resumption tokens (section 3.5): where a long list goes on. Nothing is kept for them, so they never expire."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import astuple, dataclass
from datetime import UTC, datetime

_LONGEST = 400


@dataclass(frozen=True)
class Place:
    """A list that was begun: what was asked for, how many records came already, and the last of them."""

    prefix: str
    since: str
    until: str
    chosen: str
    delivered: int
    told_at: str
    material_id: int

    @property
    def moment(self) -> datetime:
        """When the last record that came was told."""
        return datetime.fromisoformat(self.told_at).astimezone(UTC)


def write(place: Place) -> str:
    """The token."""
    return urlsafe_b64encode(json.dumps(astuple(place)).encode()).decode().rstrip("=")


def read(token: str) -> Place | None:
    """What a token says; None for one that was not written here."""
    try:
        values = json.loads(urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        prefix, since, until, chosen, delivered, told_at, material_id = values
        place = Place(prefix, since, until, chosen, delivered, told_at, material_id)
        fits = len(token) <= _LONGEST and all(isinstance(text, str) for text in (*values[:4], told_at))
        numbers = all(isinstance(one, int) and 0 <= one < 2**53 for one in (delivered, material_id))
        return place if fits and numbers and place.moment else None
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
