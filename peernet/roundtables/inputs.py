"""What the forms of this room may say."""

import re
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from peernet.i18n import gettext as _
from peernet.roundtables.models import Answer, GuestRole, RoundtableKind
from peernet.web.inputs import Email, Input, Line, LongText, Paragraph, Remark, WebAddress, Zone

_MOST_READINGS = 30
_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f<>\"]{1,500}")
_LAST_ADDRESS = re.compile(r"(?:^|\s)(?P<url>https?://\S+)$")


def _hour(value: Any) -> Any:
    """Hours and minutes only: what a person means when they name a time."""
    if isinstance(value, str) and re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d(:00)?", value.strip()) is None:
        raise ValueError(_("Please give a time as HH:MM."))
    return value


def readings_in(text: str) -> list[tuple[str, str]]:
    """(title, address) of each line "Title https://…". Raises ValueError that names the line."""
    found = []
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > _MOST_READINGS:
        raise ValueError(_("At most %(most)s texts to read, please.", most=_MOST_READINGS))
    for line in lines:
        at = _LAST_ADDRESS.search(line)
        if at is None or _ADDRESS.fullmatch(at["url"]) is None:
            raise ValueError(_("This line does not end with a web address: %(line)s", line=line[:80]))
        title = line[: at.start()].rstrip(" \t:,–—-|")
        found.append(((title or at["url"])[:300], at["url"]))
    return found


def _readable(value: str) -> str:
    readings_in(value)
    return value


Hour = Annotated[time, BeforeValidator(_hour)]
Day = Annotated[date, Field(ge=date(1990, 1, 1), le=date(2199, 12, 31))]
Minutes = Annotated[int, Field(ge=10, le=1440)]
Version = Annotated[int, Field(ge=1, le=2**31)]


class Time(Input):
    """A time as it is promised, and how long it takes."""

    day: Day
    time: Hour
    zone: Zone
    minutes: Minutes


class Facts(Input):
    """Everything else about a roundtable. ``link_minutes`` before the start the way in is shown, or once "accepted".
    ``asked`` holds "12:before" for asking 12, and empty texts."""

    title: Line
    kind: RoundtableKind
    summary: Paragraph = ""
    place: Line = ""
    link: WebAddress | None = None
    agenda: LongText = ""
    link_minutes: Literal["accepted", "1440", "60", "30", "15", "5"] = "30"
    capacity: Annotated[int, Field(ge=1, le=10_000)] | None = None
    one_each: bool = False
    quorum: Annotated[int, Field(ge=1, le=10_000)] | None = None
    is_public: bool = False
    reading: Annotated[Paragraph, AfterValidator(_readable)] = ""
    asked: list[Annotated[str, StringConstraints(pattern=r"^(\d{1,18}:(before|during|after))?$")]] = []


class NewRoundtable(Time, Facts):
    """A roundtable to be planned."""


class RevisedRoundtable(Facts):
    """A roundtable as it shall be, but for its time; ``version`` is the one that was changed."""

    version: Version


class NewTime(Time):
    """Another time."""

    version: Version


class GivenAnswer(Input):
    """One of the buttons: an answer, or "take-over" for the place of a colleague."""

    answer: Answer | Literal["take-over"]

    @property
    def meant(self) -> Answer:
        """The answer that the button stands for."""
        return self.answer if isinstance(self.answer, Answer) else Answer.ACCEPTED

    @property
    def takes_over(self) -> bool:
        """Whether a colleague is to make way."""
        return self.answer == "take-over"


class Here(Input):
    """Whether one is there; ``at`` is the page with the button."""

    here: bool = True
    at: Literal["page", "join"] = "page"


class Marks(Input):
    """Who was there: for each row what was seen, "12:none:0" or "g5:there:3" (person 12, or guest 5 and version 3 of
    the record), and what is to stand, "12:there". ``confirm``: that is all of it, and is fixed."""

    seen: list[Annotated[str, StringConstraints(pattern=r"^g?\d{1,18}:(none|there|absent):\d{1,9}$")]]
    mark: list[Annotated[str, StringConstraints(pattern=r"^g?\d{1,18}:(none|there|absent)$")]]
    confirm: bool = False


class Introduction(Input):
    """What a guest says of themselves; who signed up also whether the others read their name, and what they need."""

    name: Line
    organisation: Line = ""
    zone: Zone
    is_listed: bool = False
    needs: Remark = ""


class Cancelling(Input):
    """A word to those who were invited."""

    note: Paragraph = ""


class NewGuest(Input):
    """Somebody from outside, by address."""

    email: Email
    name: Line
    organisation: Line = ""
    role: GuestRole = GuestRole.EXPERT


class Nothing(Input):
    """A button alone."""
