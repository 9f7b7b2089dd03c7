"""What people may send when they assemble a draft."""

from typing import Annotated, Literal

from pydantic import Field

from peernet.materials.models import MaterialKind
from peernet.prompts.models import Attribution
from peernet.web.inputs import Input, Language, Line, LongText, Paragraph, ShortLine

# More questions, or more answers, are no sheet that anybody could look over.
_QUESTIONS, _ANSWERS = 50, 500
_SPEAKERS = 10_000


class SheetInput(Input):
    """The sheet. ``part`` and ``part_lead`` belong together, item by item, and so do the six lists of answers; ``pick``
    are the keys of those that were picked; ``speak`` says who speaks in a clip, as ``clip-7 12``; ``move`` is what is
    to change its place."""

    part: Annotated[list[int], Field(min_length=1, max_length=_QUESTIONS)]
    part_lead: Annotated[list[Paragraph], Field(max_length=_QUESTIONS)] = []
    voice: Annotated[list[ShortLine], Field(max_length=_ANSWERS)] = []
    of: Annotated[list[int], Field(max_length=_ANSWERS)] = []
    seen: Annotated[list[ShortLine], Field(max_length=_ANSWERS)] = []
    text: Annotated[list[LongText], Field(max_length=_ANSWERS)] = []
    attribution: Annotated[list[Attribution], Field(max_length=_ANSWERS)] = []
    lead: Annotated[list[Paragraph], Field(max_length=_ANSWERS)] = []
    speak: Annotated[list[ShortLine], Field(max_length=_SPEAKERS)] = []
    pick: Annotated[list[ShortLine], Field(max_length=_ANSWERS)] = []
    into: Annotated[str, Field(max_length=200)] = ""
    title: Line = ""
    kind: MaterialKind = MaterialKind.BLOGPOST
    language: Language = "en"
    style: Literal["heading", "quote"] = "heading"
    move: ShortLine = ""
