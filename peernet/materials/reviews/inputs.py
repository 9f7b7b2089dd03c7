"""What people may send about a review."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from peernet.materials.reviews.commenting import MOST
from peernet.materials.reviews.models import Verdict
from peernet.materials.reviews.rounds import MOST_REVIEWERS, Guest
from peernet.roundtables.inputs import Day, Hour, Nothing
from peernet.web.inputs import Input, Line, Paragraph

__all__ = ["Answered", "Closed", "Commented", "Decided", "MorePeople", "Nothing", "Planned", "Sent", "SentAgain"]

Body = Annotated[Paragraph, Field(min_length=1, max_length=MOST)]
Number = Annotated[int, Field(ge=0, lt=2**31)]
Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class MorePeople(Input):
    """Whom to ask: people of the cohort, and others by name and address, line by line."""

    people: list[Number] = Field(default=[], max_length=MOST_REVIEWERS)
    guest_name: list[Line] = Field(default=[], max_length=MOST_REVIEWERS)
    guest_email: list[Line] = Field(default=[], max_length=MOST_REVIEWERS)

    @property
    def guests(self) -> list[Guest]:
        """The lines that say something."""
        pairs = zip(self.guest_name, self.guest_email, strict=False)
        return [(name.strip(), email.strip()) for name, email in pairs if name.strip() or email.strip()]


class Sent(MorePeople):
    """A draft to be reviewed, by when it is wished, and what to look at."""

    version: int
    wished_on: date
    note: Annotated[Paragraph, Field(max_length=MOST)] = ""


class SentAgain(Input):
    """The draft that the person saw."""

    version: int


class Closed(Input):
    """Why a review ends without an approval."""

    why: Body


class Commented(Input):
    """What is said of a passage of a text; of the whole without ``digest``."""

    text: Number
    digest: Digest | None = None
    place: Number = 0
    body: Body


class Answered(Input):
    """An answer to a comment."""

    body: Body


class Decided(Input):
    """What somebody decides of the text that they read."""

    text: Number
    digest: Digest
    verdict: Verdict
    reason: Annotated[Paragraph, Field(max_length=MOST)] = ""


class Planned(Input):
    """When the draft that the person saw is to be published, by their own clocks."""

    version: int
    day: Day
    time: Hour
    note: Paragraph = ""

    @property
    def wall(self) -> datetime:
        """The wall time."""
        return datetime.combine(self.day, self.time)
