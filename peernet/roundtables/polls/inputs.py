"""What the forms of polls may say."""

import re
from datetime import date, datetime, time
from itertools import zip_longest
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, model_validator

from peernet import clock
from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.roundtables.inputs import Day, Hour, Minutes, Nothing, Version
from peernet.roundtables.models import RoundtableKind
from peernet.roundtables.polls.models import Vote
from peernet.web.inputs import Input, Line, Paragraph, Zone

__all__ = ["Choice", "NewPoll", "NewZone", "Nothing", "RevisedPoll", "Votes", "Withdrawal"]

MOST_OPTIONS = 40
_VOTE = re.compile(r"^(\d{1,18}):(yes|maybe|no)$")
# A row holds what the other forms take: hours and minutes without an offset, and days within the calendar.
_DAY, _HOUR = TypeAdapter[date](Day), TypeAdapter[time](Hour)


class Votes(Input):
    """An answer: fields "o12" with a vote for option 12; what is left blank is not said."""

    votes: list[Annotated[str, StringConstraints(pattern=_VOTE.pattern)]] = Field(default=[], max_length=MOST_OPTIONS)
    remember: bool = False

    @model_validator(mode="before")
    @classmethod
    def _gathered(cls, given: Any) -> Any:
        """Radio buttons need a name of their own for each option."""
        if not isinstance(given, dict):
            return given
        named = {name: value for name, value in given.items() if re.fullmatch(r"o\d{1,18}", str(name))}
        if any(not isinstance(value, str) for value in named.values()):
            raise ValueError(_("Please say one thing to each time."))
        rest = {name: value for name, value in given.items() if name not in named}
        return rest | {"votes": [f"{name[1:]}:{value}" for name, value in named.items() if value]}

    @property
    def said(self) -> dict[int, Vote]:
        """The votes by option."""
        pairs = (text.split(":") for text in self.votes)
        return {int(option_id): Vote(vote) for option_id, vote in pairs}


class Proposed(Input):
    """What a poll says and proposes. ``days`` and ``times`` are columns of one list: a row without a day is none, and
    one without a time is a whole day. ``rows`` and ``fill`` belong to the page."""

    title: Line
    kind: RoundtableKind = RoundtableKind.ROUNDTABLE
    summary: Paragraph = ""
    minutes: Minutes
    closes_day: Day
    closes_time: Hour
    days: list[Annotated[str, StringConstraints(max_length=20)]] = Field(default=[], max_length=MOST_OPTIONS)
    times: list[Annotated[str, StringConstraints(max_length=20)]] = Field(default=[], max_length=MOST_OPTIONS)

    @property
    def proposals(self) -> list[tuple[date, time | None]]:
        """The rows that are filled in. Raises Refused that names one that is wrong."""
        rows = zip_longest(self.days, self.times, fillvalue="")
        return [_proposal(day.strip(), start.strip()) for day, start in rows if day.strip() or start.strip()]

    def closes_at(self, zone: str) -> datetime:
        """The deadline, given by the clocks of the poll's zone."""
        return clock.to_utc(datetime.combine(self.closes_day, self.closes_time), zone)


class NewPoll(Proposed):
    """A poll to be opened; ``roundtable`` is one that another time is looked for."""

    zone: Zone
    roundtable: Annotated[int, Field(ge=1, lt=2**63)] | None = None


class RevisedPoll(Proposed):
    """A poll as it shall be, but for its zone."""

    version: Version


class NewZone(Input):
    """Another zone, and which is meant: the same moments, or the same times of day. ``seen`` is the zone for which both
    were shown."""

    zone: Zone
    seen: Zone | None = None
    keep: Literal["moments", "times"] | None = None
    version: Version


class Choice(Input):
    """One of the options; ``time`` is the hour on a whole day."""

    time: Hour | None = None


class Withdrawal(Input):
    """A word to those who were asked."""

    note: Paragraph = ""


def _proposal(day: str, start: str) -> tuple[date, time | None]:
    try:
        return _DAY.validate_python(day), _HOUR.validate_python(start) if start else None
    except ValueError:
        message = _("Please check this row: %(day)s %(time)s", day=day, time=start)
        raise Refused(message, field="days") from None
