"""Who sees what of roundtables. Every statement answers for one viewer; what it leaves out does not exist for them.

Everybody inside a cohort sees its roundtables. Members, facilitators and organisers are invited, answer, and hold a
place; observers read. An expert is a guest of one roundtable: they see that one and are invited to it, and see nothing
else of the cohort. The way in to a meeting (``link``) is shown to those who accepted and those who lead: see ``joins``.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, literal, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.access import INSIDE, LEADING, present
from peernet.cohorts.models import Cohort, CohortState, Membership, Role
from peernet.prompts.models import Asking
from peernet.roundtables.models import Answer, Attendance, Guest, Reading, Roundtable, RoundtablePrompt
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer

# Who is invited, answers, and takes a place.
ATTENDING = (Role.MEMBER, Role.FACILITATOR, Role.ORGANISER)


@dataclass(frozen=True, slots=True)
class Standing:
    """A roundtable, and where its one viewer stands with it."""

    roundtable: Roundtable
    is_inside: bool
    leads: bool
    attends: bool
    answer: Answer | None

    @property
    def joins(self) -> bool:
        """Whether they are shown the way in to the meeting."""
        return self.leads or (self.attends and self.answer is Answer.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Upcoming(Standing):
    """The same, with what to read and what is asked."""

    readings: list[Reading]
    prompts: list[RoundtablePrompt]


def visible_to(viewer: Viewer) -> Select[Roundtable]:
    """Roundtables that the viewer may open, with their cohort, in the order of the series."""
    return _roundtables().where(or_(present(viewer, INSIDE, Roundtable.cohort_id), _is_guest(viewer.person_id)))


def led_by(viewer: Viewer) -> Select[Roundtable]:
    """Roundtables of the cohorts that the viewer facilitates or organises: those they may plan, move and cancel."""
    return _roundtables().where(present(viewer, LEADING, Roundtable.cohort_id))


def attended_by(viewer: Viewer) -> Select[Roundtable]:
    """Roundtables that the viewer is invited to."""
    return _roundtables().where(_attends(viewer.person_id))


def upcoming_of(viewer: Viewer) -> Select[Roundtable]:
    """Roundtables over all cohorts that the viewer is invited to and that are not over or cancelled, soonest first."""
    return attended_by(viewer).where(*_to_come(), Cohort.state != CohortState.CLOSED)


def listed_publicly() -> Select[Roundtable]:
    """Roundtables that public pages show. Nothing but title, kind, summary, time and cohort is for the public."""
    return _roundtables().where(Roundtable.is_public, Cohort.state != CohortState.DRAFT)


def standings(db: Session, viewer: Viewer, roundtables: Select[Roundtable]) -> list[Standing]:
    """Run one of the statements above, with where the viewer stands in each. One query."""
    states = (
        present(viewer, INSIDE, Roundtable.cohort_id),
        present(viewer, LEADING, Roundtable.cohort_id),
        _attends(viewer.person_id),
        _answer_of(viewer.person_id),
    )
    return [Standing(*row) for row in db.execute(roundtables.add_columns(*states))]


def upcoming(db: Session, viewer: Viewer, *, limit: int = 20) -> list[Upcoming]:
    """What the viewer's own page shows: their next roundtables with their answer, readings and prompts. Three queries,
    however many roundtables."""
    found = standings(db, viewer, upcoming_of(viewer).limit(limit))
    ids = [each.roundtable.id for each in found]
    readings: dict[int, list[Reading]] = defaultdict(list)
    prompts: dict[int, list[RoundtablePrompt]] = defaultdict(list)
    if ids:
        for reading in db.scalars(readings_of(ids)):
            readings[reading.roundtable_id].append(reading)
        for prompt in db.scalars(prompts_of(viewer, ids)):
            prompts[prompt.roundtable_id].append(prompt)
    return [
        Upcoming(
            each.roundtable, each.is_inside, each.leads, each.attends, each.answer,
            readings[each.roundtable.id], prompts[each.roundtable.id],
        )
        for each in found
    ]  # fmt: skip


# Parts of roundtables that were themselves loaded through one of the statements above.


def readings_of(roundtable_ids: Collection[int]) -> Select[Reading]:
    """What is to be read before loaded roundtables, in its order."""
    return select(Reading).where(Reading.roundtable_id.in_(roundtable_ids)).order_by(Reading.position, Reading.id)


def prompts_of(viewer: Viewer, roundtable_ids: Collection[int]) -> Select[RoundtablePrompt]:
    """What is asked in loaded roundtables, with the asking. What is not open yet is seen by those who lead only."""
    is_seen = or_(Asking.opens_at <= clock.now(), present(viewer, LEADING, Asking.cohort_id))
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


def guests_of(roundtable_id: int) -> Select[Guest]:
    """The guests of a loaded roundtable, with the person, in the order of their invitation."""
    return (
        select(Guest).where(Guest.roundtable_id == roundtable_id).options(joinedload(Guest.person)).order_by(Guest.id)
    )


def zones_of(cohort_id: int) -> Select[str]:
    """The zones in which those sit who attend a loaded cohort's roundtables. Not who sits where."""
    held = and_(Membership.role.in_(ATTENDING), Membership.left_at.is_(None), Membership.cohort_id == cohort_id)
    return select(Person.zone).join(Membership, Membership.person_id == Person.id).where(held).distinct()


# For verbs and the worker only: nothing of what these load is shown to anybody.


def invited(roundtable: Roundtable) -> Select[Person, Answer]:
    """Whoever is invited to a roundtable and has an account in use, with their answer."""
    return (
        select(Person, Attendance.answer)
        .outerjoin(Attendance, and_(Attendance.person_id == Person.id, Attendance.roundtable_id == roundtable.id))
        .where(Person.disabled_at.is_(None), _attends_this(roundtable, Person.id))
        .order_by(Person.id)
    )


def leaders_of(cohort_id: int) -> Select[Person]:
    """The facilitators and organisers of a cohort, with an account in use."""
    held = and_(Membership.role.in_(LEADING), Membership.left_at.is_(None), Membership.cohort_id == cohort_id)
    here = exists().where(Membership.person_id == Person.id, held)
    return select(Person).where(Person.disabled_at.is_(None), here).order_by(Person.id)


def behind_link(roundtable_id: int, person_id: int) -> Select[Roundtable, Person]:
    """The roundtable and person that a genuine link is for, while that person is still invited to it."""
    return (
        select(Roundtable, Person)
        .join(Roundtable.cohort)
        .join(Person, Person.id == person_id)
        .options(contains_eager(Roundtable.cohort))
        .where(Roundtable.id == roundtable_id, Person.disabled_at.is_(None), _attends(person_id))
    )


def link_tokens(purpose: str, subject: str, person_id: int) -> Select[Token]:
    """The live token of one person's link to one roundtable."""
    return select(Token).where(
        Token.person_id == person_id, Token.purpose == purpose, Token.subject == subject, Token.revoked_at.is_(None)
    )


def with_people_to_invite(purpose: str) -> Select[Roundtable]:
    """Roundtables still to come of running cohorts to which somebody who attends holds no link: who joined since."""
    subject = literal("rsvp:").concat(Roundtable.id).concat(literal(":")).concat(Person.id)
    has_link = exists().where(
        Token.person_id == Person.id, Token.purpose == purpose, Token.subject == subject, Token.revoked_at.is_(None)
    )
    lacks_one = exists().where(
        Membership.cohort_id == Roundtable.cohort_id,
        Membership.left_at.is_(None),
        Membership.role.in_(ATTENDING),
        Person.id == Membership.person_id,
        Person.disabled_at.is_(None),
        Person.mail_bounced_at.is_(None),
        ~has_link,
    )
    is_announced = (Cohort.state == CohortState.RUNNING, Roundtable.cancelled_at.is_(None))
    return all_to_come().where(*is_announced, lacks_one)


def no_longer_invited() -> Select[Attendance, Roundtable]:
    """Answers to roundtables still to come, of people who are not invited any more."""
    return (
        select(Attendance, Roundtable)
        .join(Roundtable, Roundtable.id == Attendance.roundtable_id)
        .where(Roundtable.starts_at > clock.now(), ~_attends(Attendance.person_id))
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


def _to_come() -> tuple[ColumnElement[bool], ...]:
    return (Roundtable.ends_at > clock.now(), Roundtable.cancelled_at.is_(None))


def _is_guest(person_id: Any) -> ColumnElement[bool]:
    return exists().where(Guest.roundtable_id == Roundtable.id, Guest.person_id == person_id)


def _attends(person_id: Any) -> ColumnElement[bool]:
    """Whether a person is invited to the roundtable of the statement around."""
    member = exists().where(
        Membership.cohort_id == Roundtable.cohort_id,
        Membership.person_id == person_id,
        Membership.role.in_(ATTENDING),
        Membership.left_at.is_(None),
    )
    return or_(member, _is_guest(person_id))


def _attends_this(roundtable: Roundtable, person_id: Any) -> ColumnElement[bool]:
    member = exists().where(
        Membership.cohort_id == roundtable.cohort_id,
        Membership.person_id == person_id,
        Membership.role.in_(ATTENDING),
        Membership.left_at.is_(None),
    )
    return or_(member, exists().where(Guest.roundtable_id == roundtable.id, Guest.person_id == person_id))


def _answer_of(person_id: int | None) -> Any:
    mine = (Attendance.roundtable_id == Roundtable.id, Attendance.person_id == person_id)
    return select(Attendance.answer).where(*mine).scalar_subquery()
