"""What the form of a table's notes may say."""

from typing import Annotated, Literal

from pydantic import Field

from peernet.roundtables.notes.inputs import Noted
from peernet.web.inputs import Input

Counted = Annotated[int, Field(ge=1, le=2**31 - 1)]


class TableNote(Input):
    """The notes of a ``table`` in a ``round`` of a ``step``. ``base`` is the text that they were made of, ``version``
    that text's; ``at`` is the page they were written on."""

    step: Annotated[int, Field(ge=1, le=2**53 - 1)]
    round: Counted
    table: Counted
    words: Noted = ""
    base: Noted = ""
    version: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0
    dismiss: bool = False
    at: Literal["room", "notes"] = "room"


class Mine(Input):
    """The step, and the round of it, in which one's own text is to be put into the notes of one's table."""

    step: Annotated[int, Field(ge=1, le=2**53 - 1)]
    into: Counted
    dismiss: bool = False
    at: Literal["room"] = "room"
