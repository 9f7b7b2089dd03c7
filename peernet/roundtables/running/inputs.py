"""What the forms and scripts of the live room may say."""

from typing import Annotated

from pydantic import Field

from peernet.web.inputs import Input

Number = Annotated[int, Field(ge=0, le=2**53 - 1)]


class After(Input):
    """The number of the last event that a page knows of."""

    after: Number = 0
