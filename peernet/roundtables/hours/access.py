"""Who reads weekly hours: their owner, and the planner. No page, no count, no feed shows them to anybody else:
neither to organisers nor to administrators."""

from collections.abc import Collection, Sequence
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Row, Select, exists, not_, select
from sqlalchemy.orm import Session, aliased

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Membership, Seat
from peernet.roundtables.access import ATTENDING
from peernet.roundtables.hours import week
from peernet.roundtables.hours.models import WeeklyHours
from peernet.roundtables.models import Answer, Attendance, Roundtable
from peernet.roundtables.series.availability import Level, Member, Window
from peernet.roundtables.series.burden import burden
from peernet.web.viewer import Viewer


def mine(viewer: Viewer) -> Select[WeeklyHours]:
    """The viewer's own hours."""
    return select(WeeklyHours).where(WeeklyHours.person_id == viewer.person_id)


def myself(viewer: Viewer, said: WeeklyHours | None) -> Member:
    """The viewer as the planner takes them, from their own hours."""
    if said is None:
        return Member(str(viewer.person_id), zone=viewer.zone, weekend=frozenset(week.WEEKEND))
    return Member(
        str(viewer.person_id),
        zone=viewer.zone,
        weekly=_windows(said.windows),
        away=_away(said.away),
        weekend=frozenset(said.weekend),
    )


def of_person(person_id: int) -> Select[WeeklyHours]:
    """For verbs that act for their owner: one person's hours."""
    return select(WeeklyHours).where(WeeklyHours.person_id == person_id)


# For the planner only: what these load is shown to nobody. Numbers made of it are shown over at least so many people
# who said their hours; over fewer, by asking again and again, they would tell whose they are.
FEWEST_COUNTED = 3


def for_planner(db: Session, cohort_id: int) -> list[Member]:
    """Whoever attends the roundtables of a cohort, as the planner takes them, with what those held cost them so far.
    Who never said their hours has none, and can come at no time. Two queries, however many people."""
    held = _held(db, cohort_id)
    return [_member(row, held.get(row.id, ())) for row in db.execute(_attending(cohort_id))]


def has_said(cohort_id: int) -> Select[int, bool]:
    """Of each who attends a loaded cohort's roundtables, whether they said any hours. Not which."""
    said = _people(cohort_id).outerjoin(WeeklyHours, WeeklyHours.person_id == Person.id)
    return said.with_only_columns(Person.id, WeeklyHours.id.is_not(None))


def _people(cohort_id: int) -> Select[Any]:
    return (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.cohort_id == cohort_id, Membership.left_at.is_(None), Membership.role.in_(ATTENDING))
        .where(Person.disabled_at.is_(None))
        .order_by(Person.id)
    )


def _attending(cohort_id: int) -> Select[Any]:
    return (
        _people(cohort_id)
        .outerjoin(Seat, Seat.id == Membership.seat_id)
        .outerjoin(WeeklyHours, WeeklyHours.person_id == Person.id)
        .with_only_columns(
            Person.id, Person.zone, Seat.organisation_id, WeeklyHours.windows, WeeklyHours.weekend, WeeklyHours.away
        )
    )


def _held(db: Session, cohort_id: int) -> dict[int, list[Row[Any]]]:
    """The roundtables of a cohort that are over, by who came."""
    came = (
        select(Attendance.person_id, Roundtable.starts_at, Roundtable.minutes)
        .join(Roundtable, Roundtable.id == Attendance.roundtable_id)
        .where(Roundtable.cohort_id == cohort_id, Roundtable.cancelled_at.is_(None))
        .where(Roundtable.over_at <= clock.now())
        .where(Attendance.person_id.is_not(None), Attendance.answer == Answer.ACCEPTED)
        .order_by(Attendance.person_id, Roundtable.starts_at)
    )
    rows: list[Row[Any]] = list(db.execute(came))
    return {person_id: [*those] for person_id, those in groupby(rows, key=lambda row: row.person_id)}


def _member(row: Row[Any], held: Sequence[Row[Any]]) -> Member:
    weekend = frozenset(week.WEEKEND if row.weekend is None else row.weekend)
    # What was held is counted by the clock alone: whether it was "if need be" then, nobody knows any more.
    bare = Member(id=str(row.id), zone=row.zone, weekend=weekend)
    return Member(
        id=bare.id,
        org="" if row.organisation_id is None else str(row.organisation_id),
        zone=row.zone,
        weekly=_windows(row.windows or ()),
        away=_away(row.away or ()),
        weekend=weekend,
        burden_so_far=sum(burden(bare, each.starts_at, each.minutes, Level.YES) for each in held),
    )


def _away(kept: Sequence[Sequence[str]]) -> tuple[tuple[date, date], ...]:
    return tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in kept)


def _windows(kept: Sequence[Sequence[Any]]) -> tuple[Window, ...]:
    """Good hours lie within those that are possible at all, so that no half hour falls between the two."""
    hours = week.read(kept)
    possible = week.keep(tuple(tuple(min(level, week.MAYBE) for level in day) for day in hours))
    good = week.keep(tuple(tuple(level if level == week.YES else week.NO for level in day) for day in hours))
    return tuple(
        Window(frozenset({day}), start, end, level)
        for level, windows in ((Level.MAYBE, possible), (Level.YES, good))
        for day, start, end, _word in windows
    )


def left_over(cohort_id: int, keeping: Collection[int]) -> Select[WeeklyHours]:
    """For the worker: the hours of people who were in a cohort and are in none of those that still keep them."""
    here, elsewhere = aliased(Membership), aliased(Membership)
    was_in = exists().where(here.person_id == WeeklyHours.person_id, here.cohort_id == cohort_id)
    is_in = exists().where(
        elsewhere.person_id == WeeklyHours.person_id, elsewhere.left_at.is_(None), elsewhere.cohort_id.in_(keeping)
    )
    return select(WeeklyHours).where(was_in, not_(is_in))
