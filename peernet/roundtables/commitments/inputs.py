"""What the forms about commitments may say."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from peernet.roundtables.commitments.models import CommitmentState
from peernet.web.inputs import Input, Line

Page = Literal["room", "commitments", "me"]


class Taken(Input):
    """Who takes what on, until which day."""

    who: Annotated[int, Field(ge=1, le=2**53 - 1)]
    what: Annotated[Line, StringConstraints(min_length=1)]
    due: date
    at: Page = "commitments"


class Put(Input):
    """What became of it."""

    state: CommitmentState
    at: Page = "commitments"


class From(Input):
    """The page where a button was pressed."""

    at: Page = "commitments"
