"""What the forms of this room may say."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from peernet.accounts.inputs import Password
from peernet.web.inputs import Input

_Chosen = Annotated[str, StringConstraints(pattern=r"^[\w-]{1,8}:(nameless|withdrawn|kept)$")]


class ForgetMe(Input):
    """What is to become of each quotation ("ref:choice"), and of the name among the credits."""

    quotations: list[_Chosen] = Field(default=[], max_length=1_000)
    credits: Literal["nameless", "kept"] = "nameless"

    def choices(self) -> dict[str, Any]:
        """As :mod:`peernet.privacy.choices` has it."""
        return {"quotations": dict(one.split(":") for one in self.quotations), "credits": self.credits}


class Nothing(Input):
    """A button alone."""


class Fetch(Input):
    """The password, from whoever did not just sign in."""

    password: Password = ""


_Months = Annotated[int, Field(ge=0, le=600)]


class Retention(Input):
    """Of each kind the months for which a cohort keeps it."""

    answers_months: _Months
    drafts_months: _Months
    notes_months: _Months
    hours_months: _Months
    invitations_months: _Months
