"""To whom an asking is put: to all who hold a seat, or to some, of whom the others of the cohort are told nothing.

Whoever loads askings for somebody inside a cohort narrows them by :func:`seen_inside`, so that what is put to others
does not exist for them. An organisation is asked through its seat: who holds it now is asked, who left it is not.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased, contains_eager, joinedload

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.access import INSIDE, LEADING, present
from peernet.cohorts.models import Membership, Role, Seat
from peernet.prompts.models import Addressee, Asking, Done, SeatDone
from peernet.web.viewer import Viewer

_Seated = aliased(Membership)


def put_to(viewer: Viewer) -> ColumnElement[bool]:
    """Whether an asking is put to the viewer now, or to all."""
    held = (*_held_in(Asking.cohort_id), _Seated.person_id == viewer.person_id)
    named = exists().where(Addressee.asking_id == Asking.id, *held, _is_named())
    return or_(~Asking.is_to_some, named)


def seen_inside(viewer: Viewer) -> ColumnElement[bool]:
    """Whether the viewer sees an asking from inside its cohort: what is put to them and has opened; all of it, if they
    lead."""
    begun = (Asking.opens_at <= clock.now(), put_to(viewer))
    return or_(and_(present(viewer, INSIDE, Asking.cohort_id), *begun), present(viewer, LEADING, Asking.cohort_id))


@dataclass(frozen=True, slots=True)
class Put:
    """To whom an asking is put: names of organisations, and of people who are asked themselves."""

    organisations: list[str]
    people: list[str]


def put_to_whom(db: Session, asking: Asking) -> Put | None:
    """To whom a loaded asking is put, for those who see it: they have to know who reads what they answer. None where it
    is put to all."""
    if not asking.is_to_some:
        return None
    rows = addressees_of(asking.id).options(
        joinedload(Addressee.seat).joinedload(Seat.organisation), joinedload(Addressee.person)
    )
    found = list(db.scalars(rows))
    organisations = (each.seat.organisation.name for each in found if each.seat is not None)
    return Put(sorted(organisations), sorted(each.person.name for each in found if each.person is not None))


def choosable_in(cohort_id: int) -> Select[Membership]:
    """The members of a cohort that its organiser loaded, to be chosen from."""
    seated = (Membership.cohort_id == cohort_id, Membership.role == Role.MEMBER, Membership.left_at.is_(None))
    return (
        select(Membership)
        .join(Membership.person)
        .where(*seated, Person.disabled_at.is_(None))
        .options(contains_eager(Membership.person), joinedload(Membership.seat).joinedload(Seat.organisation))
        .order_by(Person.name, Membership.id)
    )


# For verbs and the worker only: nothing of what these load is shown to anybody.


def addressees_of(asking_id: int) -> Select[Addressee]:
    """Whom an asking names."""
    return select(Addressee).where(Addressee.asking_id == asking_id).order_by(Addressee.id)


def is_asked(viewer: Viewer, asking_id: int) -> Select[int]:
    """A row if the viewer holds a seat and the asking is put to them."""
    seated = present(viewer, (Role.MEMBER,), Asking.cohort_id)
    return select(Asking.id).where(Asking.id == asking_id, seated, put_to(viewer))


def people_asked(asking: Asking) -> Select[Person]:
    """The members to whom an asking is put now, with an account in use."""
    return _people(exists().where(Membership.person_id == Person.id, Membership.left_at.is_(None), *put_in(asking)))


def holders_of_seats(asking: Asking) -> Select[Person]:
    """The members to whom an asking is put, with an account in use, who take mails on prompts."""
    return people_asked(asking).where(Person.mail_prompts)


def waited_for(asking: Asking) -> Select[Person]:
    """Of those, who has not said that they are done, nor anybody for their seat."""
    said = exists().where(Done.asking_id == asking.id, Done.person_id == Person.id)
    of_seat = exists().where(
        SeatDone.asking_id == asking.id,
        SeatDone.seat_id == Membership.seat_id,
        Membership.person_id == Person.id,
        Membership.left_at.is_(None),
    )
    return holders_of_seats(asking).where(~of_seat if asking.is_per_seat else ~said)


def asked_over_time(asking: Asking) -> Select[Person]:
    """Whoever held a seat while the prompt was asked of them: the same for all, so that a mail to them tells nothing of
    one."""
    present_then = or_(Membership.left_at.is_(None), Membership.left_at >= asking.opens_at)
    held = exists().where(Membership.person_id == Person.id, present_then, *put_in(asking))
    return _people(held).where(Person.mail_prompts)


def holders_over_time(asking: Asking, seat_id: int) -> Select[Person]:
    """Of these, who held one seat."""
    held = exists().where(Membership.person_id == Person.id, Membership.seat_id == seat_id)
    return asked_over_time(asking).where(held)


def is_asked_person(asking: Asking) -> ColumnElement[bool]:
    """Whether a person of the statement around is one to whom the asking is put, or leads where it is."""
    leads = and_(Membership.cohort_id == asking.cohort_id, Membership.role.in_(LEADING), Membership.left_at.is_(None))
    named = and_(Membership.left_at.is_(None), *put_in(asking))
    return exists().where(Membership.person_id == Person.id, or_(leads, named)) if asking.is_to_some else true()


def organisations_with_people(cohort_id: int, seat_ids: Collection[int], person_ids: Collection[int]) -> Select[int]:
    """How many organisations have somebody among the holders of seats and the members of those ids."""
    chosen = or_(Membership.seat_id.in_(seat_ids), Membership.person_id.in_(person_ids))
    return select(func.count(Membership.seat_id.distinct())).where(
        Membership.cohort_id == cohort_id, Membership.role == Role.MEMBER, Membership.left_at.is_(None), chosen
    )


def search_keys(db: Session, asking: Asking) -> list[str]:
    """The audiences of what those read to whom an asking is put, and those who lead."""
    if not asking.is_to_some:
        return [f"cohort:{asking.cohort_id}"]
    found = db.scalars(addressees_of(asking.id))
    named = (
        f"member:{asking.cohort_id}:{each.person_id}" if each.seat_id is None else f"seat:{each.seat_id}"
        for each in found
    )
    return [f"facilitators:{asking.cohort_id}", *named]


# How many


def done_and_asked() -> tuple[Any, Any]:
    """How many said "done" of an asking of the statement around, and of how many it is asked: seats, where one answer
    is wanted for each."""
    held = (*_held_in(Asking.cohort_id), or_(~Asking.is_to_some, _is_addressed()))
    people, seats = (
        select(func.count(column)).where(*held).correlate(Asking).scalar_subquery()
        for column in (_Seated.person_id.distinct(), _Seated.seat_id.distinct())
    )
    by_people, by_seats = (
        select(func.count()).select_from(kind).where(kind.asking_id == Asking.id).correlate(Asking).scalar_subquery()
        for kind in (Done, SeatDone)
    )
    return case((Asking.is_per_seat, by_seats), else_=by_people), case((Asking.is_per_seat, seats), else_=people)


def _is_addressed() -> ColumnElement[bool]:
    return exists().where(Addressee.asking_id == Asking.id, _is_named()).correlate(Asking, _Seated)


def _is_named() -> ColumnElement[bool]:
    return or_(Addressee.person_id == _Seated.person_id, Addressee.seat_id == _Seated.seat_id)


def _held_in(cohort_id: Any) -> tuple[ColumnElement[bool], ...]:
    return (_Seated.cohort_id == cohort_id, _Seated.role == Role.MEMBER, _Seated.left_at.is_(None))


def put_in(asking: Asking) -> tuple[ColumnElement[bool], ...]:
    """Whether a membership, past or present, is one of those to which an asking is put."""
    seated = (Membership.cohort_id == asking.cohort_id, Membership.role == Role.MEMBER)
    if not asking.is_to_some:
        return seated
    named = or_(Addressee.person_id == Membership.person_id, Addressee.seat_id == Membership.seat_id)
    return (*seated, exists().where(Addressee.asking_id == asking.id, named).correlate(Membership))


def _people(held: ColumnElement[bool]) -> Select[Person]:
    return select(Person).where(Person.disabled_at.is_(None), held).order_by(Person.id)
