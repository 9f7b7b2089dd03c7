"""What the three questions may be answered with."""

from typing import Annotated

from pydantic import Field, StringConstraints

from peernet.web.inputs import Input, Paragraph

MOST = 2_000
Said = Annotated[Paragraph, StringConstraints(max_length=MOST)]


class Given(Input):
    """The answers, any of which may be left out; ``seen`` is the version that they follow, 0 for the first."""

    worth: Annotated[int, Field(ge=1, le=5)] | None = None
    will: Said = ""
    change: Said = ""
    seen: Annotated[int, Field(ge=0, le=2**31)] = 0
