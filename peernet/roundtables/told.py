"""Which time of a roundtable each invitee was told last: hence who is invited, and whom a change concerns.

Only who knew the old time hears that there is a new one, and hears the old one that they knew; who was not told yet is
invited to the new one. For the worker and for verbs: nothing of it is shown to anybody.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, exists, or_, select
from sqlalchemy.orm import Session, aliased, joinedload

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Cohort, CohortState, Membership
from peernet.roundtables import access
from peernet.roundtables.invitees import Invitee, Key
from peernet.roundtables.models import Roundtable, Told


def of(db: Session, roundtable: Roundtable, some: Collection[Invitee]) -> dict[Key, Told]:
    """What some invitees were told last. One query."""
    people = [each.person_id for each in some if each.person_id is not None]
    guests = [each.guest_id for each in some if each.guest_id is not None]
    chosen = or_(Told.person_id.in_(people), Told.guest_id.in_(guests))
    rows = db.scalars(select(Told).where(Told.roundtable_id == roundtable.id, chosen))
    return {(told.person_id, told.guest_id): told for told in rows}


def note(db: Session, roundtable: Roundtable, invitee: Invitee, *, is_invited: bool = True) -> None:
    """Remember that an invitee was told the present time; with ``is_invited`` False that they know the date only."""
    told = of(db, roundtable, [invitee]).get(invitee.key)
    if told is None:
        told = Told(roundtable_id=roundtable.id, person_id=invitee.person_id, guest_id=invitee.guest_id)
        told.is_invited = False
        db.add(told)
    told.starts_at, told.zone, told.minutes = roundtable.starts_at, roundtable.zone, roundtable.minutes
    told.is_invited = told.is_invited or is_invited
    db.flush()


def is_another(roundtable: Roundtable, told: Told) -> bool:
    """Whether the time that they were told is not the present one."""
    present = (roundtable.starts_at, roundtable.zone, roundtable.minutes)
    return (told.starts_at, told.zone, told.minutes) != present


def forget(db: Session, roundtable_id: int, key: Key) -> None:
    """Forget what an invitee was told who is invited no more: invited again, they are told anew."""
    person_id, guest_id = key
    one = Told.person_id == person_id if guest_id is None else Told.guest_id == guest_id
    db.execute(delete(Told).where(Told.roundtable_id == roundtable_id, one))


def newcomers(db: Session, cohort_id: int, some: Collection[Invitee]) -> set[int]:
    """Of some invitees, the people who were never invited to a roundtable of the cohort. One query."""
    people = {each.person_id for each in some if each.person_id is not None}
    known = (
        select(Told.person_id)
        .join(Roundtable, Roundtable.id == Told.roundtable_id)
        .where(Roundtable.cohort_id == cohort_id, Told.person_id.in_(people), Told.is_invited)
        .distinct()
    )
    return people - set(db.scalars(known))


def later_than(roundtable: Roundtable) -> Select[Roundtable]:
    """What follows a roundtable in its series, without what was cancelled."""
    here = (Roundtable.cohort_id == roundtable.cohort_id, Roundtable.cancelled_at.is_(None))
    return access.all_to_come().where(*here, _is_after(Roundtable, roundtable.starts_at, roundtable.id))


def next_with_people_to_invite(planned_before: datetime) -> Select[Roundtable]:
    """The next roundtable of each running cohort, if somebody who attends was not invited to it: who joined since.

    One planned after ``planned_before`` is told to everybody by its own job.
    """
    earlier = aliased(Roundtable)
    is_next = ~exists().where(
        earlier.cohort_id == Roundtable.cohort_id,
        earlier.cancelled_at.is_(None),
        earlier.starts_at > clock.now(),
        _is_after(Roundtable, earlier.starts_at, earlier.id),
    )
    was_invited = (
        exists()
        .where(Told.roundtable_id == Roundtable.id, Told.person_id == Membership.person_id, Told.is_invited)
        .correlate_except(Told)
    )
    somebody_was_not = exists().where(
        *_holds(Membership.person_id),
        Person.id == Membership.person_id,
        Person.disabled_at.is_(None),
        Person.mail_bounced_at.is_(None),
        ~was_invited,
    )
    is_announced = (Cohort.state == CohortState.RUNNING, Roundtable.cancelled_at.is_(None))
    settled = Roundtable.created_at <= planned_before
    return access.all_to_come().where(*is_announced, settled, is_next, somebody_was_not)


def told_to_who_left() -> Select[Told, Roundtable, Person]:
    """What people were told of what is still to come in a cohort that they left or only observe since, with the
    roundtable and the person."""
    return (
        select(Told, Roundtable, Person)
        .join(Roundtable, Roundtable.id == Told.roundtable_id)
        .join(Person, Person.id == Told.person_id)
        .options(joinedload(Roundtable.cohort))
        .where(Roundtable.starts_at > clock.now(), ~exists().where(*_holds(Told.person_id)))
        .order_by(Told.id)
    )


def _is_after(row: type[Roundtable], starts_at: Any, number: Any) -> ColumnElement[bool]:
    """Whether a row comes later in the series than a moment, or at the same moment with a higher number."""
    return or_(row.starts_at > starts_at, and_(row.starts_at == starts_at, row.id > number))


def _holds(person_id: Any) -> tuple[ColumnElement[bool], ...]:
    """That a person attends the cohort of the roundtable around."""
    return (
        Membership.cohort_id == Roundtable.cohort_id,
        Membership.person_id == person_id,
        Membership.role.in_(access.ATTENDING),
        Membership.left_at.is_(None),
    )
