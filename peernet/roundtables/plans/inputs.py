"""What the forms of series plans may say."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.roundtables.inputs import Day, Version
from peernet.roundtables.models import RoundtableKind
from peernet.roundtables.plans.models import Objective
from peernet.roundtables.plans.wishes import Wishes
from peernet.web.inputs import Input, Line, LongText, Paragraph, WebAddress, Zone

_MOST_DAYS = 100
HalfHour = Annotated[int, Field(ge=0, le=1440, multiple_of=30)]


class NewPlan(Input):
    """The wishes of an organiser. Hours are minutes of the day; forbidden days one a line, as YYYY-MM-DD."""

    first_on: Day
    number: Annotated[int, Field(ge=1, le=30)]
    every: Annotated[int, Field(ge=1, le=12)]
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(min_length=1, max_length=7)]
    earliest: HalfHour
    latest: HalfHour
    step: Literal["30", "60", "120"]
    minutes: Annotated[int, Field(ge=10, le=480)]
    zone: Zone
    quorum: Annotated[int, Field(ge=0, le=1000)] = 0
    one_per_org: bool = False
    max_patterns: Annotated[int, Field(ge=1, le=30)] | None = None
    min_gap_days: Annotated[int, Field(ge=0, le=90)] = 0
    forbidden: Paragraph = ""
    moving: list[Annotated[int, Field(ge=1, le=2**62)]] = []

    def wishes(self) -> Wishes:
        """The same as the planner's wishes. Raises Refused for hours into which the roundtable does not fit."""
        wishes = Wishes(
            first_on=self.first_on,
            number=self.number,
            every=self.every,
            weekdays=tuple(sorted(set(self.weekdays))),
            earliest=self.earliest % 1440,
            latest=self.latest,
            step=int(self.step),
            minutes=self.minutes,
            zone=self.zone,
            quorum=self.quorum,
            one_per_org=self.one_per_org,
            max_patterns=self.max_patterns,
            min_gap_days=self.min_gap_days,
            forbidden=tuple(days_in(self.forbidden)),
            moving=tuple(sorted(set(self.moving))),
        )
        if not wishes.starts_of_a_day:
            raise Refused(_("The roundtable does not fit between these hours."), field="latest")
        return wishes


def days_in(text: str) -> list[date]:
    """The dates of a text, one a line. Raises Refused that names the line."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        try:
            found.append(date.fromisoformat(line))
        except ValueError:
            raise Refused(_("This is no date, as YYYY-MM-DD: %(line)s", line=line[:40]), field="forbidden") from None
    if len(found) > _MOST_DAYS:
        raise Refused(_("At most %(most)s days, please.", most=_MOST_DAYS), field="forbidden")
    return sorted(set(found))


class Choosing(Input):
    """Another of the plans that were found."""

    version: Version
    objective: Objective


class Moving(Input):
    """Another start for one roundtable, in ISO 8601."""

    version: Version
    start: Annotated[str, Field(max_length=40)]


class Announcing(Input):
    """The series announced: a title for each new roundtable; the rest holds for all of them."""

    version: Version
    titles: list[Line] = []
    kind: RoundtableKind
    summary: Paragraph = ""
    place: Line = ""
    link: WebAddress | None = None
    agenda: LongText = ""
    capacity: Annotated[int, Field(ge=1, le=10_000)] | None = None


class Nothing(Input):
    """A button alone."""
