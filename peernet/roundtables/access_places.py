"""Who takes a place, who waits for one, and who sits for whom. For verbs, and for roundtables that were themselves
loaded through ``access``; nothing of this says more than the table shows to those inside.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, tuple_
from sqlalchemy.orm import aliased, contains_eager

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import CohortState, Membership, Role, Seat
from peernet.mail.models import Mail, MailState
from peernet.organisations.models import Organisation
from peernet.roundtables import access
from peernet.roundtables.models import Answer, Attendance, Guest, Roundtable

# A deputy who said so is not asked.
_AWAY = (Answer.DECLINED, Answer.WRITING, Answer.DEPUTY)
# Mails that offer a place; until one has left this machine, its reader cannot have answered.
OFFERS = ("roundtables/offered", "roundtables/deputy_asked")


def takes_place() -> ColumnElement[bool]:
    """Whether an answer takes a place: accepted, or one is held for who waits."""
    return or_(Attendance.answer == Answer.ACCEPTED, Attendance.held_until.is_not(None))


def with_places(roundtable_id: int) -> Select[Attendance]:
    """Whoever takes a place at a roundtable, first come first."""
    return _answers(roundtable_id).where(takes_place()).order_by(Attendance.answered_at, Attendance.id)


def taken_by_public(roundtable_id: int) -> Select[int]:
    """How many places those have who signed up as one of the public."""
    counted = select(func.count()).select_from(Attendance).join(Guest, Guest.id == Attendance.guest_id)
    return counted.where(Attendance.roundtable_id == roundtable_id, Guest.signed_up_at.is_not(None), takes_place())


def accepted(roundtable_id: int) -> Select[int]:
    """How many have accepted; places that are held do not count."""
    return select(func.count()).where(Attendance.roundtable_id == roundtable_id, Attendance.answer == Answer.ACCEPTED)


def answer(attendance_id: int) -> Select[Attendance]:
    """One answer as it stands, with whoever gave it."""
    return _with_givers(select(Attendance).where(Attendance.id == attendance_id))


def answer_of(roundtable_id: int, person_id: int) -> Select[Attendance]:
    """What one person of the cohort answered, with the person."""
    return _with_givers(access.answer_of(roundtable_id, person_id, None))


def in_line(roundtable: Roundtable) -> Select[Attendance, int]:
    """Who waits without a place held for them and is invited still, with the seat that they hold. First come first;
    whom no mail reaches comes after the others, because nobody could tell them."""
    is_unreached = func.coalesce(Person.mail_bounced_at, Guest.mail_bounced_at).is_not(None)
    is_member = and_(Person.disabled_at.is_(None), _attends(roundtable.cohort_id))
    is_invited = or_(is_member, Guest.withdrawn_at.is_(None) & Attendance.guest_id.is_not(None))
    waits = (Attendance.answer == Answer.WAITING, Attendance.held_until.is_(None), is_invited)
    seat = _seat_of(roundtable.cohort_id, Attendance.person_id).scalar_subquery()
    line = _answers(roundtable.id).where(*waits).add_columns(seat)
    return line.order_by(is_unreached, Attendance.answered_at, Attendance.id)


def waiting_at(roundtable_id: int) -> Select[Attendance]:
    """The waiting list as those who lead see it: whose place is held, then the line."""
    waits = _answers(roundtable_id).where(Attendance.answer == Answer.WAITING)
    return waits.order_by(Attendance.held_until.is_(None), Attendance.answered_at, Attendance.id)


def held_at(roundtable_id: int) -> Select[Attendance]:
    """Those for whom a place is held."""
    return waiting_at(roundtable_id).where(Attendance.held_until.is_not(None))


def ahead_of(roundtable: Roundtable, given: Attendance) -> Select[int]:
    """How many asked earlier than a waiting person, and wait. Who stands in for a colleague is in nobody's way."""
    earlier = tuple_(Attendance.answered_at, Attendance.id) < tuple_(given.answered_at, given.id)
    waits = (Attendance.answer == Answer.WAITING, Attendance.held_until.is_(None))
    others = ~access.stands_in(Attendance, roundtable.cohort_id)
    return select(func.count()).where(Attendance.roundtable_id == roundtable.id, *waits, earlier, others)


# Seats: whom one sits with, and who stands in.


def seat_of(roundtable: Roundtable, person_id: int | None) -> Select[int]:
    """The seat that a person of the cohort holds now."""
    return _seat_of(roundtable.cohort_id, person_id)


def sitting(roundtable_id: int, seat_id: int) -> Select[Attendance]:
    """Who takes the one place of an organisation, where each has one."""
    return _answers(roundtable_id).where(Attendance.seat_id == seat_id)


def deputy_to_ask(roundtable: Roundtable, person_id: int | None, seat_id: int | None = None) -> Select[Person]:
    """The deputy of the seat that a person holds, or held (``seat_id``), unless they said that they cannot come or no
    mail reaches them."""
    seat = _seat_of(roundtable.cohort_id, person_id).scalar_subquery() if seat_id is None else seat_id
    said = exists().where(
        Attendance.roundtable_id == roundtable.id, Attendance.person_id == Person.id, Attendance.answer.in_(_AWAY)
    )
    return deputy_of(seat, person_id).where(~said, Person.mail_bounced_at.is_(None))


def deputy_of(seat_id: Any, but: int | None) -> Select[Person]:
    """The deputy of a seat, if that is somebody else than ``but`` and holds it as a member."""
    return (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.seat_id == seat_id, *_deputises())
        .where(Person.disabled_at.is_(None), Person.id != but)
    )


def with_deputies(cohort_id: int, person_ids: Collection[int]) -> Select[int]:
    """Which of these people have a deputy."""
    own, other = aliased(Membership), Membership
    return (
        select(own.person_id)
        .join(other, and_(other.seat_id == own.seat_id, other.person_id != own.person_id))
        .join(Person, Person.id == other.person_id)
        .where(own.cohort_id == cohort_id, own.left_at.is_(None), own.person_id.in_(person_ids))
        .where(*_deputises(), Person.disabled_at.is_(None))
    )


def senders_of(roundtable_id: int, seat_id: int) -> Select[Attendance]:
    """Those of a seat who said that their deputy comes."""
    holds = exists().where(
        Membership.seat_id == seat_id, Membership.person_id == Attendance.person_id, Membership.left_at.is_(None)
    )
    return _answers(roundtable_id).where(Attendance.answer == Answer.DEPUTY, holds)


def organisation_of(seat_id: int) -> Select[str]:
    """The name of the organisation that has a seat."""
    return select(Organisation.name).join(Seat, Seat.organisation_id == Organisation.id).where(Seat.id == seat_id)


def seats_at(roundtable: Roundtable) -> Select[Attendance, int]:
    """Whoever takes a place at a roundtable, with the seat that they hold."""
    seat = _seat_of(roundtable.cohort_id, Attendance.person_id).scalar_subquery()
    return with_places(roundtable.id).add_columns(seat)


# By the clock.


def overdue() -> Select[int, int]:
    """The roundtable and the id of each answer for which a place was held until now, where the mail that said so is not
    waiting to be sent still."""
    waits_to_be_sent = exists().where(
        Mail.kind.in_(OFFERS),
        Mail.state == MailState.WAITING,
        Mail.to_address == func.coalesce(Person.email, Guest.email),
    )
    return (
        select(Attendance.roundtable_id, Attendance.id)
        .join(Roundtable, Roundtable.id == Attendance.roundtable_id)
        .outerjoin(Attendance.person)
        .outerjoin(Attendance.guest)
        .where(Attendance.held_until <= clock.now(), Roundtable.cancelled_at.is_(None))
        .where(Roundtable.over_at > clock.now(), ~waits_to_be_sent)
        .order_by(Attendance.roundtable_id, Attendance.answered_at, Attendance.id)
    )


def with_free_places() -> Select[Roundtable]:
    """Roundtables to come where somebody waits in line although a place is free."""
    waits = (Attendance.roundtable_id == Roundtable.id, Attendance.answer == Answer.WAITING)
    is_free = or_(Roundtable.capacity.is_(None), Roundtable.accepted < Roundtable.capacity)
    somebody = exists().where(*waits, Attendance.held_until.is_(None))
    return access.all_to_come().where(Roundtable.cancelled_at.is_(None), is_free, somebody)


def with_quorum() -> Select[Roundtable]:
    """Roundtables to come of running cohorts that name a quorum."""
    from_cohort = Roundtable.cohort.has(state=CohortState.RUNNING)
    return access.all_to_come().where(Roundtable.quorum.is_not(None), Roundtable.cancelled_at.is_(None), from_cohort)


def _answers(roundtable_id: int) -> Select[Attendance]:
    return _with_givers(access.answers_to(roundtable_id))


def _with_givers(answers: Select[Attendance]) -> Select[Attendance]:
    return (
        answers.outerjoin(Attendance.person)
        .outerjoin(Attendance.guest)
        .options(contains_eager(Attendance.person), contains_eager(Attendance.guest))
        .execution_options(populate_existing=True)
    )


def _seat_of(cohort_id: Any, person_id: Any) -> Select[Any]:
    holds = (Membership.cohort_id == cohort_id, Membership.person_id == person_id, Membership.left_at.is_(None))
    return select(Membership.seat_id).where(*holds)


def _attends(cohort_id: int) -> ColumnElement[bool]:
    return exists().where(
        Membership.cohort_id == cohort_id,
        Membership.person_id == Attendance.person_id,
        Membership.role.in_(access.ATTENDING),
        Membership.left_at.is_(None),
    )


def _deputises() -> tuple[Any, ...]:
    return (Membership.is_deputy, Membership.role == Role.MEMBER, Membership.left_at.is_(None))
