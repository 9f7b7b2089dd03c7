"""What the forms of this room may say."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from peernet.accounts.passwords import LONGEST
from peernet.web.inputs import Email, Input, Line, Paragraph, Zone

# Spaces around a password belong to it.
Password = Annotated[str, StringConstraints(strip_whitespace=False, max_length=LONGEST)]


class SignIn(Input):
    """An address and a password; ``next`` is the page to go on to."""

    email: Email
    password: Password
    next: str = Field("", max_length=2000)


class AskLink(Input):
    """An address to send a link to. The button stands beside a password's field, which is sent along and not read."""

    email: Email
    password: str = ""
    next: str = Field("", max_length=2000)


class UseLink(Input):
    """The button on a link's page."""

    next: str = Field("", max_length=2000)


class Demonstration(Input):
    """One of the demonstration accounts."""

    person: int = Field(ge=1, le=2**53)
    next: str = Field("", max_length=2000)


class ChangePassword(Input):
    """A new password, and the one that it replaces."""

    current: Password = ""
    password: Password


class Profile(Input):
    """What a person says of themselves."""

    name: Line
    about: Paragraph = ""
    zone: Zone
    language: str = Field(max_length=20)
    spoken: Annotated[list[Annotated[str, Field(max_length=3)]], Field(max_length=5)] = []
    has_page: Literal["yes", "no"] = "no"
    page_organisation: Line = ""
    version: int


class MailWishes(Input):
    """The kinds of mail that a person wants; what is not ticked is not sent. ``digest``: once a day, where it can
    wait."""

    reading: Literal["yes", "no"] = "no"
    day: Literal["yes", "no"] = "no"
    hour: Literal["yes", "no"] = "no"
    roundtables: Literal["yes", "no"] = "no"
    prompts: Literal["yes", "no"] = "no"
    news: Literal["yes", "no"] = "no"
    digest: Literal["yes", "no"] = "no"


class NewAddress(Input):
    """An address to change to."""

    email: Email


class StopMail(Input):
    """The page's buttons, or what mail programs send by themselves (RFC 8058)."""

    which: Literal["this", "all"] = "this"
    one_click: Literal["One-Click"] | None = Field(None, alias="List-Unsubscribe")
