"""What the forms of this room may say."""

from collections.abc import Sequence
from typing import Annotated

from pydantic import Field, StringConstraints

from peernet.agreements.models import Terms
from peernet.web.inputs import Form, Input, LongText


class TermsInput(Input):
    """A new version of a text, written from the version with the number ``replaces``; whether it asks anew."""

    source: Annotated[LongText, StringConstraints(min_length=1, max_length=50_000)]
    replaces: int = Field(0, ge=0, le=2**31)
    asks: bool = False


class Agree(Input):
    """A yes to a version; ``next`` is the page to go on to."""

    next: str = Field("", max_length=2_000)


def replaced(form: Form | None, versions: Sequence[Terms]) -> int | str:
    """The number of the version that the writer saw; of the newest, unless they are shown their own form again. After a
    lost race they have now seen the other's text, so it is that one's. 0 before the first."""
    newest = versions[0].number if versions else 0
    return newest if form is None or form.theirs is not None else str(form.value("replaces", newest))
