"""Drafts of series, for those who lead the cohort; and what the planner needs to know."""

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import contains_eager

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.access import INSIDE, LEADING, present
from peernet.cohorts.models import Cohort
from peernet.roundtables.models import Answer, Attendance, Roundtable
from peernet.roundtables.plans.models import PlanState, SeriesPlan
from peernet.web.viewer import Viewer


def led_by(viewer: Viewer) -> Select[SeriesPlan]:
    """Drafts of the cohorts that the viewer facilitates or organises, with the cohort, newest first."""
    return (
        select(SeriesPlan)
        .join(SeriesPlan.cohort)
        .options(contains_eager(SeriesPlan.cohort))
        .where(present(viewer, LEADING, SeriesPlan.cohort_id))
        .order_by(SeriesPlan.id.desc())
    )


def announced_last(viewer: Viewer, cohort_id: int) -> Select[SeriesPlan]:
    """For those inside a cohort: the plan that was announced last, with which their hours are compared."""
    return (
        select(SeriesPlan)
        .where(SeriesPlan.cohort_id == cohort_id, SeriesPlan.state == PlanState.ANNOUNCED)
        .where(present(viewer, INSIDE, SeriesPlan.cohort_id))
        .order_by(SeriesPlan.announced_at.desc(), SeriesPlan.id.desc())
        .limit(1)
    )


# For verbs and the worker only.


def by_id(plan_id: int) -> Select[SeriesPlan]:
    """A draft that a job is about, with its cohort."""
    return (
        select(SeriesPlan)
        .join(SeriesPlan.cohort)
        .options(contains_eager(SeriesPlan.cohort))
        .where(SeriesPlan.id == plan_id)
    )


def announced(cohort_id: int) -> Select[Roundtable]:
    """The roundtables of a loaded cohort that take place and have not begun, in their order."""
    return (
        select(Roundtable)
        .join(Roundtable.cohort)
        .options(contains_eager(Roundtable.cohort))
        .where(Roundtable.cohort_id == cohort_id, Roundtable.cancelled_at.is_(None))
        .where(Roundtable.starts_at > clock.now(), Cohort.id == cohort_id)
        .order_by(Roundtable.starts_at, Roundtable.id)
    )


def how_many(cohort_id: int) -> Select[int]:
    """How many roundtables a loaded cohort has that were not cancelled: new ones are numbered on from there."""
    return select(func.count(Roundtable.id)).where(Roundtable.cohort_id == cohort_id, Roundtable.cancelled_at.is_(None))


def names_of(person_ids: list[int]) -> Select[int, str]:
    """The names of those who attend a cohort that the viewer leads."""
    return select(Person.id, Person.name).where(Person.id.in_(person_ids)).order_by(Person.name, Person.id)


def answered_by(person_id: int | None, cohort_id: int) -> Select[Roundtable, Answer]:
    """The roundtables of a loaded cohort that were not cancelled, with what one person answered, in their order."""
    mine = and_(Attendance.roundtable_id == Roundtable.id, Attendance.person_id == person_id)
    return (
        select(Roundtable, Attendance.answer)
        .outerjoin(Attendance, mine)
        .where(Roundtable.cohort_id == cohort_id, Roundtable.cancelled_at.is_(None))
        .order_by(Roundtable.starts_at, Roundtable.id)
    )


def answers_to_come(cohort_id: int) -> Select[int | None, int, Answer]:
    """What was answered by whom to which roundtable to come of a loaded cohort."""
    return (
        select(Attendance.person_id, Attendance.roundtable_id, Attendance.answer)
        .join(Roundtable, Roundtable.id == Attendance.roundtable_id)
        .where(Roundtable.cohort_id == cohort_id, Roundtable.starts_at > clock.now())
    )
