"""Whose commitments are loaded: everybody in a cohort sees what was taken on at its roundtables, guests do not."""

from datetime import date

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from peernet.accounts.models import Person
from peernet.cohorts.access import INSIDE, present
from peernet.cohorts.models import Cohort, CohortState
from peernet.roundtables.commitments.models import Commitment, CommitmentState
from peernet.roundtables.models import Roundtable
from peernet.web.viewer import Viewer


def visible_to(viewer: Viewer) -> Select[Commitment]:
    """What was taken on in cohorts that the viewer is inside of, with who and where; what is due first at the head."""
    return (
        select(Commitment)
        .join(Commitment.roundtable)
        .join(Roundtable.cohort)
        .where(present(viewer, INSIDE, Roundtable.cohort_id))
        .options(contains_eager(Commitment.roundtable).contains_eager(Roundtable.cohort), joinedload(Commitment.person))
        .order_by(Commitment.due_on, Commitment.id)
    )


def taken_on_at(viewer: Viewer, one: Roundtable) -> Select[Commitment]:
    """Of these, what was taken on at one roundtable."""
    return visible_to(viewer).where(Commitment.roundtable_id == one.id)


def open_before(viewer: Viewer, one: Roundtable) -> Select[Commitment]:
    """What was taken on at earlier roundtables of its cohort, and is open."""
    earlier = (Roundtable.cohort_id == one.cohort_id, Roundtable.starts_at < one.starts_at)
    return visible_to(viewer).where(*earlier, Commitment.state == CommitmentState.OPEN)


def open_of(viewer: Viewer) -> Select[Commitment]:
    """What the viewer took on themselves and is open, in cohorts that are not over."""
    mine = (Commitment.person_id == viewer.person_id, Commitment.state == CommitmentState.OPEN)
    return visible_to(viewer).where(*mine, Cohort.state != CohortState.CLOSED)


def due_between(first: date, last: date) -> Select[Commitment]:
    """For the worker: what is open and due on one of these days in cohorts that are not over, of people in use who want
    mail about what needs them."""
    return (
        select(Commitment)
        .join(Commitment.roundtable)
        .join(Roundtable.cohort)
        .join(Commitment.person)
        .where(Commitment.state == CommitmentState.OPEN, Commitment.due_on >= first, Commitment.due_on <= last)
        .where(Cohort.state != CohortState.CLOSED, Person.disabled_at.is_(None), Person.mail_roundtables)
        .options(contains_eager(Commitment.person))
        .order_by(Commitment.id)
    )
