"""What people may send about quotations."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from peernet.materials.quotations.models import Word
from peernet.materials.quotations.quoting import MOST
from peernet.prompts.models import Attribution
from peernet.web.inputs import Input, Paragraph

Words = Annotated[str, Field(min_length=1, max_length=MOST)]


class NewQuotation(Input):
    """Words of an answer, as they would stand."""

    asking: int
    voice: Annotated[str, Field(max_length=40)]
    text: Words
    attribution: Attribution
    append: bool = False


class NewClipQuotation(Input):
    """What is said in a clip, as it would stand, and by whom."""

    speakers: Annotated[list[int], Field(min_length=1, max_length=200)]
    text: Words
    attribution: Attribution
    append: bool = False


class OtherWording(Input):
    """Other words, or another attribution."""

    number: int
    text: Words
    attribution: Attribution
    is_repair: bool = False


class Asked(Input):
    """Until when people may answer."""

    answer_by: date


class Dismissed(Input):
    """Why words of an answer may stand."""

    words: Annotated[str, Field(max_length=20_000)]
    reason: Annotated[Paragraph, Field(min_length=1)]


class Answered(Input):
    """What somebody says of a wording."""

    number: int
    word: Literal[Word.YES, Word.CHANGE, Word.NO]
    proposal: Annotated[str, Field(max_length=MOST)] = ""
    proof: str = ""


class Proved(Input):
    """That whoever sends is who they say, where they came by a link."""

    proof: str = ""


class Code(Input):
    """A code that was mailed."""

    code: Annotated[str, Field(max_length=40)]


class Repairs(Input):
    """Whether small repairs need no yes."""

    agrees: bool = False


class Nothing(Input):
    """A button."""
