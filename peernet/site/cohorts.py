"""Cohorts as the public sees them: on one line in time, and each with who sat in it and what came of it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from peernet import clock, pages
from peernet.cohorts.models import Cohort
from peernet.materials import library
from peernet.materials.library import Card, Filters
from peernet.materials.placement import listed
from peernet.organisations.models import Organisation
from peernet.roundtables.models import Roundtable
from peernet.site import questions, reading
from peernet.site.questions import Focus
from peernet.site.turning import TODAY

_MOST_MATERIALS = 100


@dataclass(frozen=True)
class Point:
    """A public roundtable on a cohort's line: held, next, planned or cancelled. ``date`` is the day there."""

    date: date
    title: str
    state: str
    roundtable: Roundtable


@dataclass(frozen=True)
class Entry:
    """A cohort in a list."""

    cohort: Cohort
    seats: int


@dataclass(frozen=True)
class CohortPage:
    """One cohort with all that its page shows."""

    cohort: Cohort
    organisations: list[Organisation]
    focus: list[Focus]
    points: list[Point]
    materials: list[Card] = field(default_factory=list)


def entries(db: Session, *, limit: int | None = None) -> list[Entry]:
    """Cohorts with a public page, newest first. One query."""
    pages.depend("cohorts", TODAY)
    return [Entry(*row) for row in db.execute(reading.cohorts().limit(limit))]


def page(db: Session, slug: str) -> CohortPage | None:
    """One cohort; None where there is none in public. Five queries."""
    cohort = db.scalar(reading.cohort(slug))
    if cohort is None:
        return None
    pages.depend(f"cohort:{cohort.id}", listed("cohort", cohort.id), TODAY)
    organisations = [organisation for _id, organisation in db.execute(reading.seated_in([cohort.id]))]
    pages.depend(*(f"organisation:{one.id}" for one in organisations))
    asked = questions.focus(db, [cohort.id])
    materials = library.cards(db, Filters(cohort=slug), limit=_MOST_MATERIALS)
    return CohortPage(cohort, organisations, asked, points(db, [cohort.id]), materials)


def points(db: Session, cohort_ids: Collection[int]) -> list[Point]:
    """The public roundtables of cohorts as points in time. One query."""
    found: list[Point] = []
    for roundtable in db.scalars(reading.roundtables_of(cohort_ids)):
        state = _state(roundtable, has_next=any(point.state == "next" for point in found))
        found.append(Point(roundtable.wall_start.date(), roundtable.title, state, roundtable))
    return found


def _state(roundtable: Roundtable, *, has_next: bool) -> str:
    if roundtable.cancelled_at is not None:
        return "cancelled"
    if roundtable.over_at <= clock.now():
        return "held"
    return "planned" if has_next else "next"
