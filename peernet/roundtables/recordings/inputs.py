"""What the forms about a recording may say."""

from datetime import date
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from peernet.i18n import gettext as _
from peernet.roundtables.recordings.models import Says, Seen
from peernet.web.inputs import Input, Language, Line, ShortLine, WebAddress

OFFERED = (Seen.FACILITATORS, Seen.COHORT)
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]


_MOST_SECONDS = 24 * 3600


def _seconds(value: object) -> object:
    """Seconds of a time as people write it: 1:02, 1:00:02, or a number of seconds."""
    parts = str(value).strip().split(":")
    if not 1 <= len(parts) <= 3 or not all(part.isdecimal() and len(part) <= 5 for part in parts):
        raise ValueError(_("Please give a time of the recording such as 1:02 or 1:00:02."))
    total = 0
    for part in parts:
        total = total * 60 + int(part)
    if total > _MOST_SECONDS:
        raise ValueError(_("Please give a time of the recording such as 1:02 or 1:00:02."))
    return total


Second = Annotated[int, BeforeValidator(_seconds)]


class Question(Input):
    """Who would see it, and its last day; ``version`` is that of what was asked before."""

    audience: Literal[Seen.FACILITATORS, Seen.COHORT]
    until: date
    version: Number = 0


class Answer(Input):
    """Yes or no to ``terms``; ``at`` is the page to come back to."""

    says: Says
    terms: Number
    at: Annotated[str, Field(pattern=r"^(?:page|room|recording)$")] = "recording"


class Aloud(Answer):
    """What somebody said aloud; ``who`` is "12", or "g5" for a guest."""

    who: Annotated[str, Field(pattern=r"^g?[1-9]\d{0,15}$")]


class Running(Input):
    """Whether it runs."""

    on: bool = False


class File(Input):
    """That whoever said no is not in the file that is brought."""

    cut: bool = False


class Address(File):
    """The same of what lies at an address."""

    url: WebAddress


class Clip(Input):
    """A stretch of the recording; ``asking`` is the prompt that it answers, ``version`` that of the clip as it was
    seen."""

    title: Line
    starts: Second
    ends: Second | None = None
    asking: Annotated[int, Field(ge=1, le=2**53 - 1)] | None = None
    unnamed: bool = False
    version: Number = 0


class Words(Input):
    """A transcript as WebVTT and the language of what is said, following the one with this ``version``."""

    text: Annotated[str, Field(max_length=1_000_000)] = ""
    language: Language | None = None
    version: Number = 0


class Look(Input):
    """What of a recording is looked at: from a second on, or words in its transcript."""

    t: Annotated[int, Field(ge=0, le=_MOST_SECONDS)] | None = None
    q: ShortLine = ""
