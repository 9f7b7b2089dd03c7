"""What the forms of this room may say."""

from datetime import date, datetime, time
from typing import Annotated, Any, Literal

from pydantic import Field

from peernet import clock
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.prompts.addressing import ALL, Whom
from peernet.prompts.models import Attribution, Moment, Visibility
from peernet.web.inputs import Input, Line, LongText, Paragraph, Remark, ShortLine

# When answers stop on a day for which no hour was given.
_EVENING = time(18, 0)

# What a database can hold as an id.
Id = Annotated[int, Field(ge=1, le=2**53 - 1)]


class Draft(Input):
    """An answer as it is being typed: anything may still be left out. ``version`` is that of the draft it follows,
    ``answered`` that of the answer which it would change, 0 for none."""

    text: LongText = ""
    visibility: Visibility | None = None
    attribution: Attribution | None = None
    version: int = 0
    answered: int = 0


class Answer(Input):
    """An answer to be given. Fields as in :class:`Draft`."""

    text: LongText
    visibility: Visibility
    attribution: Attribution
    version: int = 0
    answered: int = 0


class Readers(Input):
    """Who may read an answer that stands."""

    visibility: Visibility
    attribution: Attribution
    answered: int


class Question(Input):
    """A question to be asked back. ``audience`` are the readers of whom the page told."""

    question: Remark
    audience: Literal["facilitators", "cohort", "public"]


class Reply(Input):
    """The answer to such a question, of which the page showed ``version``."""

    reply: Paragraph
    version: int


class Resonance(Input):
    """Whether something is to resonate."""

    resonates: bool = False


class Preview(Input):
    """A text to be looked at."""

    text: LongText = ""


class Closing(Input):
    """When answers stop: a day and an hour as the clocks in the cohort's zone show it."""

    closes_on: date | None = None
    closes_time: time | None = None

    def closes_at(self, zone: str) -> datetime | None:
        """The moment, or None where answers never stop by themselves. Refused where clocks skip that hour."""
        if self.closes_on is None:
            return None
        wall = datetime.combine(self.closes_on, self.closes_time or _EVENING)
        if not clock.exists(wall, zone):
            message = _("Clocks go forward over this hour, so it does not exist on that day. Choose another.")
            raise Refused(message, field="closes_time")
        return clock.to_utc(wall, zone)


class Asking(Closing):
    """How a prompt is asked, and of whom: ``seat`` and ``person`` are read where ``whom`` is "some"."""

    is_focus: bool = False
    admits_unattributed: bool = False
    is_per_seat: bool = False
    whom: Literal["all", "some"] = "all"
    seat: Annotated[list[Id], Field(max_length=1000)] = []
    person: Annotated[list[Id], Field(max_length=1000)] = []

    def how(self) -> dict[str, Any]:
        """What the verbs take of it."""
        return {name: getattr(self, name) for name in ("is_focus", "admits_unattributed", "is_per_seat")}

    def to(self) -> Whom:
        """To whom it is put."""
        if self.whom == "all":
            return ALL
        return Whom(is_some=True, seats=frozenset(self.seat), people=frozenset(self.person))


class Chosen(Asking):
    """Prompts of the library to be asked; ``tell`` sends the members a mail."""

    prompt: Annotated[list[Id], Field(min_length=1, max_length=100)]
    tell: bool = False


class Written(Asking):
    """A new prompt to be asked. ``share`` puts it into the library for others."""

    text: Line
    why: Paragraph = ""
    topic: Id | None = None
    moment: Moment
    share: bool = False
    tell: bool = False


class Revised(Asking):
    """An asking as it should stand."""

    text: Line
    version: int


class Places(Input):
    """The place wanted for each asking, in two lists of the same length."""

    asking: Annotated[list[int], Field(max_length=1000)] = []
    place: Annotated[list[Annotated[int, Field(ge=0, le=10_000)]], Field(max_length=1000)] = []


class Prompt(Input):
    """A prompt of the library."""

    text: Line
    why: Paragraph = ""
    topic: Id | None = None
    moment: Moment
    language: ShortLine = "en"
    is_public: bool = False
    version: int = 0
