"""What the forms about a recording may say."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from peernet.roundtables.recordings.models import Says, Seen
from peernet.web.inputs import Input, WebAddress

OFFERED = (Seen.FACILITATORS, Seen.COHORT)
Number = Annotated[int, Field(ge=0, le=2**31 - 1)]


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
