"""Who was at a roundtable, and who may know it: those who lead the cohort of everybody, everybody of themselves.

Nothing else of the house shows it: no list of those who come, no search, no feed, no public page.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import Membership
from peernet.roundtables.access import ATTENDING, answer_of
from peernet.roundtables.models import Answer, Attendance, Guest, Presence, Roundtable


@dataclass(frozen=True, slots=True)
class Record:
    """One person over the series of a cohort: how often they were there, and how often they had accepted and could not
    make it."""

    person: Person
    there: int
    could_not: int


def presence_of(roundtable_id: int, person_id: int | None, guest_id: int | None) -> Select[Presence]:
    """What is recorded of one person or guest."""
    one = Presence.person_id == person_id if guest_id is None else Presence.guest_id == guest_id
    return presences_at(roundtable_id).where(one)


def own_presence(roundtable_id: int, person_id: int | None) -> Select[Presence]:
    """What is recorded of the holder of an account themselves, as one of the cohort or as a guest."""
    address = select(Person.email_key).where(Person.id == person_id, Person.disabled_at.is_(None)).scalar_subquery()
    as_guest = select(Guest.id).where(Guest.roundtable_id == roundtable_id, Guest.email_key == address)
    own = or_(Presence.person_id == person_id, Presence.guest_id.in_(as_guest))
    return select(Presence).where(Presence.roundtable_id == roundtable_id, own).order_by(Presence.id.desc()).limit(1)


def presences_at(roundtable_id: int) -> Select[Presence]:
    """What is recorded of a roundtable that its viewer leads."""
    return select(Presence).where(Presence.roundtable_id == roundtable_id).order_by(Presence.id)


def people_to_record(roundtable: Roundtable) -> Select[Person]:
    """Everybody who attends the cohort of a roundtable that its viewer leads, and who left it since and was there or
    had answered; by name."""
    held = and_(
        Membership.person_id == Person.id,
        Membership.cohort_id == roundtable.cohort_id,
        Membership.role.in_(ATTENDING),
        Membership.left_at.is_(None),
    )
    return select(Person).where(or_(exists().where(held), _is_noted(roundtable.id))).order_by(Person.name, Person.id)


def guests_to_record(roundtable_id: int) -> Select[Guest]:
    """The guests of a roundtable that its viewer leads, by name; whose invitation was taken back only if they are on
    record."""
    noted = exists().where(Presence.guest_id == Guest.id)
    expected = or_(Guest.withdrawn_at.is_(None), noted)
    return select(Guest).where(Guest.roundtable_id == roundtable_id, expected).order_by(Guest.name, Guest.id)


def records_in(db: Session, cohort_id: int) -> list[Record]:
    """Everybody who attends a cohort that its viewer leads, by name: never by number. Two queries."""
    attending = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.cohort_id == cohort_id, Membership.role.in_(ATTENDING), Membership.left_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    there: dict[int, int] = defaultdict(int)
    could_not: dict[int, int] = defaultdict(int)
    for person_id, was_there, answer in db.execute(_recorded(cohort_id)):
        if person_id is not None:
            there[person_id] += was_there
            could_not[person_id] += not was_there and answer is Answer.ACCEPTED
    return [Record(person, there[person.id], could_not[person.id]) for person in db.scalars(attending).unique()]


def held_attendance(db: Session, cohort_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """For planners: the ids of the people who really met at each roundtable that was held, by the roundtable's id.
    Where nothing was recorded of a roundtable or confirmed, those who had accepted count as having been there. Two
    queries."""
    held = (
        Roundtable.cohort_id.in_(list(cohort_ids)),
        Roundtable.over_at <= clock.now(),
        Roundtable.cancelled_at.is_(None),
    )
    recorded = select(Presence.roundtable_id, Presence.person_id, Presence.was_there).join(
        Roundtable, Roundtable.id == Presence.roundtable_id
    )
    met: dict[int, set[int]] = defaultdict(set)
    for roundtable_id, person_id, was_there in db.execute(recorded.where(*held)):
        met[roundtable_id] |= {person_id} if was_there and person_id is not None else set()
    accepted = select(Attendance.roundtable_id, Attendance.person_id).join(
        Roundtable, Roundtable.id == Attendance.roundtable_id
    )
    assumed: dict[int, set[int]] = defaultdict(set)
    is_open = (*held, Attendance.answer == Answer.ACCEPTED, Roundtable.presence_fixed_at.is_(None))
    for roundtable_id, person_id in db.execute(accepted.where(*is_open)):
        assumed[roundtable_id] |= {person_id} if person_id is not None else set()
    return {each: frozenset(people) for each, people in ({**assumed, **met}).items()}


def was_at(db: Session, one: Roundtable, key: tuple[int | None, int | None]) -> bool:
    """Whether one person or guest was at a roundtable that is over: as it is recorded or, where nothing was recorded of
    it or confirmed, by having accepted. For verbs; at most two queries."""
    present = {(each.person_id, each.guest_id): each.was_there for each in db.scalars(presences_at(one.id))}
    if present or one.presence_fixed_at is not None:
        return present.get(key, False)
    given = db.scalar(answer_of(one.id, *key))
    return given is not None and given.answer is Answer.ACCEPTED


def _recorded(cohort_id: int) -> Select[int | None, bool, Answer]:
    answered = aliased(Attendance)
    same = and_(answered.roundtable_id == Presence.roundtable_id, answered.person_id == Presence.person_id)
    return (
        select(Presence.person_id, Presence.was_there, answered.answer)
        .join(Roundtable, Roundtable.id == Presence.roundtable_id)
        .outerjoin(answered, same)
        .where(Roundtable.cohort_id == cohort_id)
    )


def _is_noted(roundtable_id: int) -> ColumnElement[bool]:
    answered = exists().where(Attendance.roundtable_id == roundtable_id, Attendance.person_id == Person.id)
    recorded = exists().where(Presence.roundtable_id == roundtable_id, Presence.person_id == Person.id)
    return or_(answered, recorded)
