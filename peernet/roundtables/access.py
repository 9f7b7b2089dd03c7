"""Who sees what of roundtables. Every statement answers for one viewer; what it leaves out does not exist for them.

Everybody inside a cohort sees its roundtables. Members, facilitators and organisers are invited, answer, and hold a
place; observers read. A guest is invited to one roundtable by mail and has no account: the link in that mail opens that
one, and nothing else of the cohort. Where an invited guest's address is that of an account, its holder sees that
roundtable when signed in as well, since an account's address is one at which its holder was reached. Who signed up as
one of the public has the link alone: the others at the table have not invited them. The way in to a meeting
(``link``) is shown to those who lead and, when it is time, to those who accepted: see ``doors``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, case, exists, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased, contains_eager

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.access import INSIDE, LEADING, present
from peernet.cohorts.models import Cohort, CohortState, Membership, Role
from peernet.prompts.addressed_access import put_to
from peernet.prompts.models import Asking
from peernet.roundtables.models import (
    Answer,
    Attendance,
    Guest,
    Opening,
    Reading,
    Roundtable,
    RoundtableKind,
    RoundtablePrompt,
)
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer

# Who is invited, answers, and takes a place.
ATTENDING = (Role.MEMBER, Role.FACILITATOR, Role.ORGANISER)
# Made once: an alias looks its columns up anew, which takes longer than many a statement.
_Owner, _Other, _Sits = aliased(Person), aliased(Attendance), aliased(Attendance)


@dataclass(frozen=True, slots=True)
class Standing:
    """A roundtable, and where its one viewer stands with it. ``held_until``: a place is held for them until then;
    ``ahead``: so many stand before them in line; ``coming``: so many have accepted."""

    roundtable: Roundtable
    is_inside: bool
    leads: bool
    attends: bool
    answer: Answer | None
    held_until: datetime | None = None
    ahead: int | None = None
    coming: int = 0

    @property
    def has_way_in(self) -> bool:
        """Whether the way in to the meeting is meant for them; from when on it is shown, ``doors`` knows."""
        return self.leads or (self.attends and self.answer is Answer.ACCEPTED)


def visible_to(viewer: Viewer) -> Select[Roundtable]:
    """Roundtables that the viewer may open, with their cohort, in the order of the series."""
    return _roundtables().where(or_(present(viewer, INSIDE, Roundtable.cohort_id), _is_guest(viewer.person_id)))


def who_may_open(roundtable_id: int, person_ids: Collection[int]) -> Select[int]:
    """Of these people, those to whom a roundtable is visible now: the same as :func:`visible_to`, for many at once."""
    inside = present(Viewer(person_id=cast(Any, Person.id)), INSIDE, Roundtable.cohort_id)
    beside = select(Person.id).join(Roundtable, Roundtable.id == roundtable_id)
    return beside.where(Person.id.in_(person_ids), or_(inside, _is_guest(Person.id)))


def led_by(viewer: Viewer) -> Select[Roundtable]:
    """Roundtables of the cohorts that the viewer facilitates or organises: those they may plan, move and cancel."""
    return _roundtables().where(present(viewer, LEADING, Roundtable.cohort_id))


def attended_by(viewer: Viewer) -> Select[Roundtable]:
    """Roundtables that the viewer is invited to."""
    return _roundtables().where(_attends(viewer.person_id))


def upcoming_of(viewer: Viewer) -> Select[Roundtable]:
    """Roundtables over all cohorts that the viewer is invited to and that are not over or cancelled, soonest first."""
    return upcoming_at(viewer, clock.now())


def upcoming_at(viewer: Viewer, now: Any) -> Select[Roundtable]:
    """The same, as of a moment."""
    return attended_by(viewer).where(*_to_come(now), Cohort.state != CohortState.CLOSED)


def listed_publicly() -> Select[Roundtable]:
    """Roundtables that public pages show. Nothing but title, kind, summary, time, cohort and where one signs up is
    public."""
    return _roundtables().where(Roundtable.is_public, Cohort.state != CohortState.DRAFT)


def open_to_everybody() -> Select[Roundtable]:
    """Those of them that are held before an audience or can be signed up for, and are not over or cancelled, soonest
    first, with their opening."""
    found = with_openings(listed_publicly()).where(
        or_(Roundtable.kind == RoundtableKind.PUBLIC, Opening.is_open), *_to_come()
    )
    return found.order_by(None).order_by(Roundtable.starts_at, Roundtable.id)


def with_openings(roundtables: Select[Roundtable]) -> Select[Roundtable]:
    """The same roundtables, with what opens each to the public."""
    return roundtables.outerjoin(Roundtable.opening).options(contains_eager(Roundtable.opening))


def standings(db: Session, viewer: Viewer, roundtables: Select[Roundtable]) -> list[Standing]:
    """Run one of the statements above, with where the viewer stands in each. One query."""
    found = db.execute(roundtables.add_columns(*states()), {ME: viewer.person_id})
    return [Standing(*row) for row in found]


# The person of what is built once.
ME = "person_who_looks"


@cache
def states() -> tuple[Any, ...]:
    """The columns of a standing, for the person bound as ``ME``: to build them takes longer than to run them."""
    me: Any = bindparam(ME, type_=Integer)
    return (
        present(Viewer(person_id=me), INSIDE, Roundtable.cohort_id),
        present(Viewer(person_id=me), LEADING, Roundtable.cohort_id),
        _attends(me),
        _of_answer(Attendance.answer, me),
        _of_answer(Attendance.held_until, me),
        _of_answer(_ahead(), me),
        _coming(),
    )


# Parts of roundtables that were themselves loaded through one of the statements above.


def readings_of(roundtable_ids: Collection[int]) -> Select[Reading]:
    """What is to be read before loaded roundtables, in its order."""
    return select(Reading).where(Reading.roundtable_id.in_(roundtable_ids)).order_by(Reading.position, Reading.id)


def prompts_of(viewer: Viewer, roundtable_ids: Collection[int]) -> Select[RoundtablePrompt]:
    """What is asked in loaded roundtables, with the asking. What is not open yet is seen by those who lead only, and
    what is put to some by these as well."""
    begun = and_(Asking.opens_at <= clock.now(), put_to(viewer))
    is_seen = or_(begun, present(viewer, LEADING, Asking.cohort_id))
    return (
        select(RoundtablePrompt)
        .join(RoundtablePrompt.asking)
        .where(RoundtablePrompt.roundtable_id.in_(roundtable_ids), Asking.withdrawn_at.is_(None), is_seen)
        .options(contains_eager(RoundtablePrompt.asking))
        .order_by(RoundtablePrompt.position, RoundtablePrompt.id)
    )


def answers_to(roundtable_id: int) -> Select[Attendance]:
    """What was answered to the invitation to a loaded roundtable."""
    return select(Attendance).where(Attendance.roundtable_id == roundtable_id)


def answer_of(roundtable_id: int, person_id: int | None, guest_id: int | None) -> Select[Attendance]:
    """What one person or guest answered to it."""
    one = Attendance.person_id == person_id if guest_id is None else Attendance.guest_id == guest_id
    return answers_to(roundtable_id).where(one)


def guests_of(roundtable_id: int) -> Select[Guest]:
    """The guests of a loaded roundtable, in the order of their first invitation."""
    return _guests().where(Guest.roundtable_id == roundtable_id)


def zones_of(cohort_id: int) -> Select[str]:
    """The zones in which those sit who attend a loaded cohort's roundtables. Not who sits where."""
    held = and_(Membership.role.in_(ATTENDING), Membership.left_at.is_(None), Membership.cohort_id == cohort_id)
    return select(Person.zone).join(Membership, Membership.person_id == Person.id).where(held).distinct()


# For verbs and the worker only: nothing of what these load is shown to anybody.


def invited(roundtable: Roundtable) -> Select[Person, Answer]:
    """The people of the cohort who are invited to a roundtable and have an account in use, with their answer."""
    return (
        select(Person, Attendance.answer)
        .outerjoin(Attendance, and_(Attendance.person_id == Person.id, Attendance.roundtable_id == roundtable.id))
        .where(Person.disabled_at.is_(None), _attends_cohort(Person.id, roundtable.cohort_id))
        .order_by(Person.id)
    )


def invited_guests(roundtable: Roundtable) -> Select[Guest, Answer]:
    """The guests who are invited to a roundtable, with their answer."""
    answered = Attendance.guest_id == Guest.id
    return guests_of(roundtable.id).outerjoin(Attendance, answered).add_columns(Attendance.answer)


def invited_person(roundtable: Roundtable, person_id: int | None) -> Select[Person]:
    """One person, if they are invited as one of the cohort."""
    in_use = select(Person).where(Person.id == person_id, Person.disabled_at.is_(None))
    return in_use.where(_attends_cohort(Person.id, roundtable.cohort_id))


def guest_of_address(roundtable_id: int, person_id: int | None) -> Select[Guest]:
    """The guest of a roundtable whose address is that of a person's account."""
    return guests_of(roundtable_id).where(Guest.email_key == _address_of(person_id))


def any_guest(roundtable_id: int, key: str) -> Select[Guest]:
    """The guest of a roundtable with this address, one whose invitation was taken back too."""
    return select(Guest).where(Guest.roundtable_id == roundtable_id, Guest.email_key == key)


def guests_at(key: str) -> Select[Guest]:
    """Everybody who is a guest by this address."""
    return _guests().where(Guest.email_key == key)


def guests_of_before(moment: datetime) -> Select[Guest]:
    """Guests, those taken back too, of roundtables that ended before a moment, whose address is still known."""
    ended = exists().where(Roundtable.id == Guest.roundtable_id, Roundtable.ends_at < moment)
    return select(Guest).where(Guest.email != "", ended).order_by(Guest.id)


def guests_who_joined() -> Select[Guest, Roundtable, Person]:
    """Guests of what is still to come who are invited as one of the cohort by now."""
    return (
        _guests()
        .join(Roundtable, Roundtable.id == Guest.roundtable_id)
        .join(Person, Person.email_key == Guest.email_key)
        .add_columns(Roundtable, Person)
        .where(Roundtable.starts_at > clock.now(), Person.disabled_at.is_(None))
        .where(_attends_cohort(Person.id, Roundtable.cohort_id))
    )


def leaders_of(cohort_id: int) -> Select[Person]:
    """The facilitators and organisers of a cohort, with an account in use."""
    held = and_(Membership.role.in_(LEADING), Membership.left_at.is_(None), Membership.cohort_id == cohort_id)
    here = exists().where(Membership.person_id == Person.id, held)
    return select(Person).where(Person.disabled_at.is_(None), here).order_by(Person.id)


def behind_link(roundtable_id: int) -> Select[Roundtable]:
    """The roundtable that a genuine link is for."""
    return _roundtables().where(Roundtable.id == roundtable_id)


def link_tokens(purpose: str, subject: str) -> Select[Token]:
    """The live token of one invitee's link to one roundtable."""
    return select(Token).where(Token.purpose == purpose, Token.subject == subject, Token.revoked_at.is_(None))


def no_longer_invited() -> Select[Attendance, Roundtable]:
    """Answers to roundtables still to come, of people who attend their cohort no more or whose account is closed. A
    guest's goes with the guest."""
    is_closed = exists().where(Person.id == Attendance.person_id, Person.disabled_at.is_not(None))
    return (
        select(Attendance, Roundtable)
        .join(Roundtable, Roundtable.id == Attendance.roundtable_id)
        .where(Attendance.person_id.is_not(None), Roundtable.starts_at > clock.now())
        .where(or_(~_attends_cohort(Attendance.person_id, Roundtable.cohort_id), is_closed))
        .order_by(Attendance.id)
    )


def all_to_come() -> Select[Roundtable]:
    """Every roundtable that has not begun, whoever looks, cancelled ones too."""
    return _roundtables().where(Roundtable.starts_at > clock.now())


def all_roundtables() -> Select[Roundtable]:
    """Every roundtable, for the rebuilding of the search."""
    return _roundtables()


def _roundtables() -> Select[Roundtable]:
    return (
        select(Roundtable)
        .join(Roundtable.cohort)
        .options(contains_eager(Roundtable.cohort))
        .order_by(Roundtable.starts_at, Roundtable.id)
    )


def _to_come(now: Any = None) -> tuple[ColumnElement[bool], ...]:
    return (Roundtable.over_at > (clock.now() if now is None else now), Roundtable.cancelled_at.is_(None))


def _guests() -> Select[Guest]:
    return select(Guest).where(Guest.withdrawn_at.is_(None)).order_by(Guest.id)


def _address_of(person_id: Any) -> Any:
    """The address of an account in use, as addresses are compared."""
    found = select(_Owner.email_key).where(_Owner.id == person_id, _Owner.disabled_at.is_(None))
    return found.correlate_except(_Owner).scalar_subquery()


def _own_guests(person_id: Any) -> tuple[ColumnElement[bool], ...]:
    """Whether a guest is one of the roundtable around and has the address of that person."""
    return (
        Guest.roundtable_id == Roundtable.id,
        Guest.withdrawn_at.is_(None),
        Guest.signed_up_at.is_(None),
        Guest.email_key == _address_of(person_id),
    )


def _attends(person_id: Any) -> ColumnElement[bool]:
    """Whether a person is invited to the roundtable of the statement around, as one of the cohort or as a guest."""
    return or_(_attends_cohort(person_id, Roundtable.cohort_id), _is_guest(person_id))


def _is_guest(person_id: Any) -> ColumnElement[bool]:
    return exists().where(*_own_guests(person_id))


def _attends_cohort(person_id: Any, cohort_id: Any) -> ColumnElement[bool]:
    return exists().where(
        Membership.cohort_id == cohort_id,
        Membership.person_id == person_id,
        Membership.role.in_(ATTENDING),
        Membership.left_at.is_(None),
    )


def _of_answer(part: Any, person_id: int | None) -> Any:
    """A part of what a person answered to the roundtable of the statement around."""
    as_guest = select(Guest.id).where(*_own_guests(person_id))
    own = or_(Attendance.person_id == person_id, Attendance.guest_id.in_(as_guest))
    newest = select(part).where(Attendance.roundtable_id == Roundtable.id, own)
    return newest.order_by(Attendance.id.desc()).limit(1).scalar_subquery()


def _ahead() -> Any:
    """How many asked for a place before whoever stands in line by the answer around, and wait still."""
    other = _Other
    earlier = (
        other.roundtable_id == Attendance.roundtable_id,
        other.answer == Answer.WAITING,
        other.held_until.is_(None),
        tuple_(other.answered_at, other.id) < tuple_(Attendance.answered_at, Attendance.id),
        ~stands_in(other, Roundtable.cohort_id),
    )
    count = select(func.count(other.id)).where(*earlier).correlate(Attendance, Roundtable).scalar_subquery()
    stands_in_line = and_(Attendance.answer == Answer.WAITING, Attendance.held_until.is_(None))
    return case((stands_in_line, count))


def stands_in(given: Any, cohort_id: Any) -> ColumnElement[bool]:
    """Whether who gave an answer waits for the one place of their organisation, which a colleague has."""
    sits = _Sits
    return exists().where(
        sits.roundtable_id == given.roundtable_id,
        sits.seat_id == Membership.seat_id,
        sits.id != given.id,
        Membership.cohort_id == cohort_id,
        Membership.person_id == given.person_id,
        Membership.left_at.is_(None),
    )


def _coming() -> Any:
    """How many have accepted the roundtable of the statement around."""
    accepted = (Attendance.roundtable_id == Roundtable.id, Attendance.answer == Answer.ACCEPTED)
    return select(func.count(Attendance.id)).where(*accepted).correlate(Roundtable).scalar_subquery()
