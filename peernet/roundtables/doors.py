"""What one invitee is shown of the way in to a meeting, and of having been there, at this moment."""

from dataclasses import dataclass
from datetime import datetime

from peernet import clock
from peernet.roundtables import checkins, joining
from peernet.roundtables.models import Presence, Roundtable, Source


@dataclass(frozen=True, slots=True)
class Door:
    """``link`` is the address, empty unless it is shown now; ``is_meant``: they have a place, or lead; ``opens_at``:
    from when on it is shown, None for at once; ``takes_own``: they can say now that they are here."""

    link: str
    is_meant: bool
    opens_at: datetime | None
    takes_own: bool
    was_there: bool | None
    is_own_word: bool


def of(roundtable: Roundtable, presence: Presence | None, *, is_meant: bool, leads: bool = False) -> Door:
    """The door as it stands for somebody. Pure but for the clock."""
    now = clock.now()
    is_shown = joining.is_open(roundtable, now) or (leads and now < roundtable.over_at)
    return Door(
        link=roundtable.link if is_meant and is_shown and roundtable.cancelled_at is None else "",
        is_meant=is_meant,
        opens_at=joining.opens_at(roundtable),
        takes_own=checkins.takes_own(roundtable),
        was_there=presence.was_there if presence else None,
        is_own_word=presence is not None and presence.source is Source.SELF,
    )
