"""What the forms of notes may say."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from peernet.roundtables.notes.models import Part
from peernet.web.inputs import Input, LongText

MOST = 20_000
Noted = Annotated[LongText, StringConstraints(max_length=MOST)]


class Note(Input):
    """One part of the notes of a ``step``, 0 for the whole. ``base`` is the text that it was made of, ``version`` that
    text's; ``at`` is the page it was written on."""

    step: Annotated[int, Field(ge=0, le=2**53 - 1)]
    part: Part
    words: Noted = ""
    base: Noted = ""
    version: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0
    dismiss: bool = False
    at: Literal["room", "notes"] = "notes"


class Days(Input):
    """For how many days after its end notes may be corrected."""

    days: Annotated[int, Field(ge=0, le=90)]
