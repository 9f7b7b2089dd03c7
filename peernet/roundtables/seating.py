"""Who sits at the table: everybody invited, with what they answered. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from peernet.cohorts.models import Membership
from peernet.i18n import gettext as _
from peernet.roundtables import words
from peernet.roundtables.invitees import Key
from peernet.roundtables.models import Answer, Guest

# A drawing of more seats than these cannot be read.
_MOST = 24
_STATES = {
    Answer.ACCEPTED: "coming",
    Answer.TENTATIVE: "unknown",
    Answer.WAITING: "unknown",
    Answer.WRITING: "writing",
    None: "unknown",
    Answer.DEPUTY: "away",
    Answer.DECLINED: "away",
}
_ORDER = list(_STATES)


@dataclass(frozen=True, slots=True)
class Place:
    """One at the table, as the drawing takes it."""

    name: str
    note: str
    state: str


def places(people: Iterable[Membership], guests: Iterable[Guest], answers: Mapping[Key, Answer]) -> list[Place]:
    """Those who come first, then by answer and name; of many, only who comes or answers in writing. ``people`` come
    with person, seat and organisation. A guest's address is nobody's business here."""
    rows = [(answers.get((each.person_id, None)), each.person.name, _organisation(each)) for each in people]
    rows += [(answers.get((None, guest.id)), guest.name, guest.organisation or _("guest")) for guest in guests]
    if len(rows) > _MOST:
        rows = [row for row in rows if row[0] in (Answer.ACCEPTED, Answer.WRITING)]
    rows.sort(key=lambda row: (_ORDER.index(row[0]), row[1].casefold()))
    return [_place(answer, name, whence) for answer, name, whence in rows]


def _place(answer: Answer | None, name: str, whence: str) -> Place:
    return Place(name, " · ".join(filter(None, (whence, str(words.COMING[answer])))), _STATES[answer])


def _organisation(membership: Membership) -> str:
    return membership.seat.organisation.name if membership.seat else ""
