"""What the form of offers and asks may say."""

from typing import Annotated, Literal

from pydantic import Field

from peernet.web.inputs import Input, Remark

Topics = Annotated[list[Annotated[int, Field(ge=1, le=2**53)]], Field(max_length=20)]


class Exchange(Input):
    """What somebody can help with and would like to learn about, and whether their cohorts see it."""

    offers: Remark = ""
    asks: Remark = ""
    offer_topics: Topics = []
    ask_topics: Topics = []
    is_shown: Literal["yes", "no"] = "no"
    version: Annotated[int, Field(ge=0, le=2**53)]
