"""What the forms of weekly hours may say."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.roundtables.hours import week
from peernet.roundtables.hours.week import Week
from peernet.web.inputs import Input

_MOST_AWAY = 60
_LONGEST = timedelta(days=400)

Word = Literal["no", "maybe", "yes"]
Column = Annotated[list[Word], Field(min_length=24, max_length=48)]
Weekday = Annotated[int, Field(ge=0, le=6)]
Date = Annotated[str, StringConstraints(max_length=20)]


def away_in(first: Sequence[str], last: Sequence[str]) -> list[tuple[date, date]]:
    """The ranges of days of two columns of a form; a row left empty is none, a row with one date is that day.
    Raises Refused that names what is wrong."""
    found = []
    for begin, end in zip(first, last, strict=True):
        if begin or end:
            found.append((_day(begin or end), _day(end or begin)))
    for begins, ends in found:
        if begins > ends:
            raise _refused(_("This time away ends before it begins: %(first)s to %(last)s.", first=begins, last=ends))
        if ends - begins > _LONGEST:
            raise _refused(_("A time away may last a year at most. Say it in parts, please."))
    if len(found) > _MOST_AWAY:
        raise _refused(_("At most %(most)s times away, please.", most=_MOST_AWAY))
    return found


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        day = date.min
    if not 2000 <= day.year <= 2199:
        raise _refused(_("Please give a date that exists, as YYYY-MM-DD."))
    return day


def _refused(message: str) -> Refused:
    return Refused(message, field="away_from")


class SaidHours(Input):
    """The whole grid: for each day the words of its rows, from midnight on. ``brush`` belongs to the page."""

    version: Annotated[int, Field(ge=0, le=2**31)]
    step: Literal["30", "60"]
    d0: Column
    d1: Column
    d2: Column
    d3: Column
    d4: Column
    d5: Column
    d6: Column
    weekend: list[Weekday] = []
    away_from: list[Date] = []
    away_to: list[Date] = []
    brush: Word = "yes"

    @property
    def columns(self) -> tuple[list[Word], ...]:
        """The days from Monday on."""
        return (self.d0, self.d1, self.d2, self.d3, self.d4, self.d5, self.d6)

    @property
    def hours(self) -> Week:
        """The week that the grid says."""
        return week.of_columns(self.columns, int(self.step))

    @property
    def away(self) -> list[tuple[date, date]]:
        """The days away."""
        return away_in(self.away_from, self.away_to)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        rows = week.SLOTS * week.SLOT // int(self.step)
        if any(len(column) != rows for column in self.columns):
            raise ValueError(_("The grid did not arrive whole. Please send it again."))
        if len(self.away_from) != len(self.away_to):
            raise ValueError(_("The days away did not arrive whole. Please send them again."))
        return self


class Filling(SaidHours):
    """The grid as it stands, and a button that fills some of it: "day:0", "row:540", "set:office", "by:30"."""

    fill: Annotated[
        str, StringConstraints(pattern=r"^(day:[0-6]|row:\d{1,4}|set:(office|evenings|copy|none)|by:(30|60))$")
    ]


class Settling(Input):
    """After a move."""

    version: Annotated[int, Field(ge=0, le=2**31)]
    what: Literal["keep", "shift"]
