"""What the forms and scripts of the live room may say."""

from typing import Annotated, Literal

from pydantic import Field

from peernet.roundtables.groupings.inputs import MOST_ROUNDS
from peernet.web.inputs import Input, Paragraph

Number = Annotated[int, Field(ge=0, le=2**53 - 1)]


class After(Input):
    """The number of the last event that a page knows of."""

    after: Number = 0


class Step(Input):
    """The step that is wanted."""

    step: Annotated[int, Field(ge=1, le=2**53 - 1)]


class Goal(Step):
    """The same, and which round of its groups."""

    round: Annotated[int, Field(ge=1, le=MOST_ROUNDS)] = 1


class During(Input):
    """The step that was seen to go on; 0 where the page did not say."""

    step: Number = 0


class Hand(Input):
    """Whether a hand is to be up."""

    up: bool = False


class Someone(Input):
    """What is noted of somebody: that they are there, that they were heard, that they were not. One of ``person`` and
    ``guest`` is named."""

    person: Number = 0
    guest: Number = 0
    what: Literal["here", "heard", "unheard"]


class Breakout(Step):
    """The step whose groups are wanted, and the grouping that stood there, 0 for none."""

    seen: Number = 0


class Repair(Step):
    """The step whose groups are to be repaired, as they were seen."""

    version: Number


class Note(Input):
    """A note to oneself, following the one with this ``version``."""

    text: Paragraph = ""
    version: Number = 0
