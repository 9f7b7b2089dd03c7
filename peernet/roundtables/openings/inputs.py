"""What forms of this part may say."""

from typing import Annotated

from pydantic import Field

from peernet.roundtables.inputs import Day
from peernet.web.inputs import Email, Input, Line, Remark, ShortLine


class Opened(Input):
    """How far a roundtable is open; ``version`` is the one that was changed, 0 for none."""

    is_open: bool = False
    places: Annotated[int, Field(ge=1, le=10_000)] | None = None
    closes_on: Day | None = None
    facilitator: Line = ""
    language: ShortLine
    asks_needs: bool = False
    shows_asked: bool = False
    shows_list: bool = False
    version: Annotated[int, Field(ge=0, le=2**31)]


class Signing(Input):
    """Who signs up."""

    email: Email
    name: ShortLine
    organisation: ShortLine = ""
    needs: Remark = ""
    is_listed: bool = False
    language: ShortLine = ""
