"""Which answers are open to somebody, and in what words."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from peernet.i18n import gettext as _
from peernet.i18n import ngettext
from peernet.roundtables import access, access_places, deputies, invitees, places, words
from peernet.roundtables.invitees import Invitee
from peernet.roundtables.models import Answer, Attendance, Roundtable

# What a button says beside an answer: have a colleague's place.
TAKE_OVER = "take-over"


@dataclass(frozen=True, slots=True)
class Choices:
    """Where somebody stands with an invitation. ``ahead`` is how many are before them in line; ``sits`` names the
    colleague who has the one place of their organisation, ``deputy`` the deputy whom they can ask. ``is_public_full``:
    they may have one of the places for the public only, and these are taken."""

    roundtable: Roundtable
    answer: Answer | None
    held_until: datetime | None = None
    ahead: int | None = None
    sits: str = ""
    deputy: str = ""
    is_public_full: bool = False

    @property
    def has_place(self) -> bool:
        """Whether a place is theirs or held for them."""
        return self.answer is Answer.ACCEPTED or self.held_until is not None

    @property
    def is_full(self) -> bool:
        """Whether the table is full for them."""
        return (places.is_full(self.roundtable) or self.is_public_full) and not self.has_place

    @property
    def full_words(self) -> str:
        """That the table is full and what they can do, where they do not know yet."""
        if not self.is_full or self.sits or self.answer is Answer.WAITING:
            return ""
        has_begun = places.has_begun(self.roundtable)
        if not places.is_full(self.roundtable):
            return places.public_words(has_begun=has_begun)
        return places.full_words(self.roundtable.capacity or 0, has_begun=has_begun)

    @property
    def said(self) -> str:
        """What they said, as it stands."""
        if self.answer is None or self.held_until is not None:
            return ""
        if self.answer is Answer.DEPUTY and self.sits:
            return _("%(name)s is to come in your stead.", name=self.sits)
        if self.answer is Answer.WAITING:
            return self._in_line()
        return str(words.SAID[self.answer])

    def offered(self, wanted: str = "") -> list[tuple[str, str]]:
        """The value and the words of each button; the one that is ``wanted`` comes first."""
        found = [*self._ways_in(), *self._other_answers()]
        return sorted((each for each in found if each[0] != self.answer), key=lambda each: each[0] != wanted)

    def _in_line(self) -> str:
        if self.sits:
            return _("You stand in for %(name)s: should they not come, the place is held for you.", name=self.sits)
        if not self.ahead:
            return _("You are next in line for a place.")
        return ngettext(
            "You are on the waiting list, with %(num)s person before you.",
            "You are on the waiting list, with %(num)s people before you.",
            self.ahead,
        )

    def _ways_in(self) -> list[tuple[str, str]]:
        if self.held_until is not None:
            return [(Answer.ACCEPTED.value, _("Confirm that I come"))]
        waits = not places.has_begun(self.roundtable)
        if self.sits and self.answer is not Answer.ACCEPTED:
            stand_in = [(Answer.WAITING.value, _("Stand in for %(name)s", name=self.sits))] if waits else []
            return [(TAKE_OVER, _("Take over from %(name)s", name=self.sits)), *stand_in]
        if self.is_full:
            return [(Answer.WAITING.value, _("Put me on the waiting list"))] if waits else []
        return [(Answer.ACCEPTED.value, str(words.CHOICES[Answer.ACCEPTED]))]

    def _other_answers(self) -> list[tuple[str, str]]:
        found = [(answer.value, str(text)) for answer, text in words.CHOICES.items() if answer is not Answer.ACCEPTED]
        if self.deputy and not places.has_begun(self.roundtable) and (not self.is_full or self.has_place):
            found.append((Answer.DEPUTY.value, _("My deputy comes: %(name)s", name=self.deputy)))
        return found


def of_standing(standing: access.Standing) -> Choices:
    """The choices on a page of many roundtables; who sits and who deputises is told on the roundtable's own."""
    return Choices(standing.roundtable, standing.answer, standing.held_until, standing.ahead)


def of_answer(db: Session, roundtable: Roundtable, given: Attendance | None) -> Choices:
    """The choices of whoever gave this answer, or none."""
    if given is None or given.answer is not Answer.WAITING:
        return Choices(roundtable, given.answer if given else None)
    return Choices(roundtable, given.answer, given.held_until, db.scalar(access_places.ahead_of(roundtable, given)))


def with_colleagues(db: Session, choices: Choices, invitee: Invitee) -> Choices:
    """The same, with who sits for the organisation and who deputises. A constant number of queries."""
    roundtable = choices.roundtable
    taken = deputies.sitting(db, roundtable, deputies.limit(db, roundtable, invitee))
    is_colleague = taken is not None and invitees.key_of(taken) != invitee.key
    deputy = deputies.named(db, roundtable, invitee)
    return replace(
        choices,
        sits=invitees.of(taken).name if taken is not None and is_colleague else "",
        deputy=deputy.name if deputy else "",
        is_public_full=invitee.is_public and places.is_full_for(db, roundtable, is_public=True),
    )
