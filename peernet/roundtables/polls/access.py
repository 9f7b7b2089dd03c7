"""Who sees what of polls. Those who attend a cohort's roundtables are asked, and see what is proposed and what they
themselves said. Those who lead see what everybody said. Nobody else knows that there is a poll."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, literal, or_, select
from sqlalchemy.orm import Session, contains_eager, joinedload

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.access import LEADING, present
from peernet.cohorts.models import Cohort, CohortState, Membership, Seat
from peernet.organisations.models import Organisation
from peernet.roundtables import access as roundtables
from peernet.roundtables.access import ATTENDING
from peernet.roundtables.models import Roundtable
from peernet.roundtables.polls.models import Poll, PollAnswer, PollOption, PollState, PollVote, Vote
from peernet.tokens.models import Token
from peernet.web.viewer import Viewer

# The purpose of the token of one person's link to one poll.
LINK = "poll"


@dataclass(frozen=True, slots=True)
class Standing:
    """A poll, and whether its one viewer has answered all of it."""

    poll: Poll
    answered: bool
    lacking: int

    @property
    def is_open(self) -> bool:
        """Whether it takes answers."""
        is_over = self.poll.cohort.state is CohortState.CLOSED
        return not is_over and self.poll.state_at(clock.now()) is PollState.OPEN

    @property
    def waits(self) -> bool:
        """Whether something is left to answer while it is open."""
        return not self.answered or self.lacking > 0


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody who is asked, for those who lead: their votes by option, empty for who has not answered."""

    person_id: int
    name: str
    zone: str
    organisation: str
    answered_at: datetime | None
    votes: dict[int, Vote] = field(default_factory=dict)


def visible_to(viewer: Viewer) -> Select[Poll]:
    """Polls that ask the viewer, or that they lead, newest first."""
    return _polls().where(present(viewer, ATTENDING, Poll.cohort_id))


def led_by(viewer: Viewer) -> Select[Poll]:
    """Polls of the cohorts that the viewer facilitates or organises."""
    return _polls().where(present(viewer, LEADING, Poll.cohort_id))


def open_to(viewer: Viewer) -> Select[Poll]:
    """Polls that the viewer can answer now, over all cohorts, soonest to close first."""
    return visible_to(viewer).where(*_is_open()).order_by(None).order_by(Poll.closes_at, Poll.id)


def undecided_in(viewer: Viewer, cohort_id: int) -> Select[Poll]:
    """Polls of one cohort of which nothing is chosen yet, soonest to close first."""
    return visible_to(viewer).where(Poll.cohort_id == cohort_id, *_is_undecided()).order_by(None).order_by(
        Poll.closes_at, Poll.id
    )  # fmt: skip


def to_choose(viewer: Viewer) -> Select[Poll]:
    """Polls that are over and wait for one of those who lead to choose, over all cohorts that the viewer leads."""
    is_over = or_(Poll.closed_at.is_not(None), Poll.closes_at <= clock.now())
    waits = (is_over, *_is_undecided(), Cohort.state != CohortState.CLOSED)
    return led_by(viewer).where(*waits).order_by(None).order_by(Poll.closes_at, Poll.id)


def standings(db: Session, viewer: Viewer, polls: Select[Poll]) -> list[Standing]:
    """Run one of the statements above, with where the viewer stands in each. One query."""
    return [Standing(*row) for row in db.execute(polls.add_columns(_has_answered(viewer), _lacking(viewer)))]


# Parts of polls that were themselves loaded through one of the statements above.


def options_of(poll_id: int) -> Select[PollOption]:
    """What a loaded poll proposes, soonest first."""
    return select(PollOption).where(PollOption.poll_id == poll_id).order_by(
        PollOption.starts_at, PollOption.day, PollOption.id
    )  # fmt: skip


def own_votes(poll_id: int, person_id: int) -> Select[int, Vote]:
    """What one person said to a poll, by option. For that person, and those who lead."""
    return (
        select(PollVote.option_id, PollVote.vote)
        .join(PollAnswer, PollAnswer.id == PollVote.answer_id)
        .where(PollAnswer.poll_id == poll_id, PollAnswer.person_id == person_id)
    )


def answer_of(poll_id: int, person_id: int) -> Select[PollAnswer]:
    """That one person answered."""
    return select(PollAnswer).where(PollAnswer.poll_id == poll_id, PollAnswer.person_id == person_id)


def asked_in(db: Session, viewer: Viewer, poll: Poll) -> list[Asked]:
    """Everybody who is asked, by name, with what they said. For a viewer who leads; empty for any other. Two
    queries."""
    leads = present(viewer, LEADING, poll.cohort_id)
    votes = dict[int, dict[int, Vote]]()
    said = (
        select(PollAnswer.person_id, PollVote.option_id, PollVote.vote)
        .join(PollVote, PollVote.answer_id == PollAnswer.id)
        .where(PollAnswer.poll_id == poll.id, leads)
    )
    for person_id, option_id, vote in db.execute(said):
        votes.setdefault(person_id, {})[option_id] = vote
    people = (
        _attending(poll.cohort_id)
        .outerjoin(Seat, Seat.id == Membership.seat_id)
        .outerjoin(Organisation, Organisation.id == Seat.organisation_id)
        .outerjoin(PollAnswer, and_(PollAnswer.poll_id == poll.id, PollAnswer.person_id == Person.id))
        .with_only_columns(Person.id, Person.name, Person.zone, Organisation.name, PollAnswer.answered_at)
        .where(leads)
        .order_by(None)
        .order_by(func.lower(Person.name), Person.id)
    )
    return [Asked(row[0], row[1], row[2], row[3] or "", row[4], votes.get(row[0], {})) for row in db.execute(people)]


def answered_in(viewer: Viewer, cohort_id: int) -> Select[int, int]:
    """(poll, person) of each answer to the undecided polls of a cohort that the viewer leads."""
    return (
        select(PollAnswer.poll_id, PollAnswer.person_id)
        .join(Poll, Poll.id == PollAnswer.poll_id)
        .where(Poll.cohort_id == cohort_id, present(viewer, LEADING, Poll.cohort_id), *_is_undecided())
    )


# For verbs and the worker only: nothing of what these load is shown to anybody.


def by_id(poll_id: int) -> Select[Poll]:
    """One poll, whoever looks."""
    return _polls().where(Poll.id == poll_id)


def roundtable_of(poll: Poll) -> Select[Roundtable]:
    """The roundtable that a poll is about, with its cohort."""
    return roundtables.behind_link(poll.roundtable_id or 0)


def asks(poll: Poll, person_id: int | None) -> Select[Person]:
    """One person, if the poll asks them and their account is in use."""
    return _attending(poll.cohort_id).where(Person.id == person_id)


def asked_after(poll: Poll, person_id: int, most: int) -> Select[Person, bool, int]:
    """At most so many of those whom a poll asks, after the one who was reached last: each with whether they answered,
    and how many options they have not voted on."""
    has_answered = exists().where(PollAnswer.poll_id == poll.id, PollAnswer.person_id == Person.id)
    return (
        _attending(poll.cohort_id)
        .where(Person.id > person_id)
        .add_columns(has_answered, _number_of_options(poll.id) - _number_of_votes(poll.id, Person.id))
        .limit(most)
    )


def late_joiners() -> Select[Poll, Person]:
    """Open polls, with each person whom they ask, who joined since and has no link to them."""
    subject = literal("poll:") + cast(Poll.id, String) + ":" + cast(Person.id, String)
    return (
        _polls()
        .join(Membership, Membership.cohort_id == Poll.cohort_id)
        .join(Person, Person.id == Membership.person_id)
        .add_columns(Person)
        .where(*_is_open(), Cohort.state == CohortState.RUNNING)
        .where(Membership.left_at.is_(None), Membership.role.in_(ATTENDING), Membership.joined_at > Poll.created_at)
        .where(Person.disabled_at.is_(None), Person.mail_bounced_at.is_(None))
        .where(~exists().where(Token.purpose == LINK, Token.subject == subject))
        .order_by(None)
        .order_by(Poll.id, Person.id)
    )


def number_answered(poll_id: int) -> Select[int]:
    """How many have answered, of whom the poll still asks."""
    answered = (PollAnswer.poll_id == poll_id, Poll.id == poll_id, _attends(PollAnswer.person_id, Poll.cohort_id))
    return select(func.count(PollAnswer.id)).join(Poll, Poll.id == PollAnswer.poll_id).where(*answered)


def number_asked(poll: Poll) -> Select[int]:
    """How many a poll asks."""
    people = _attending(poll.cohort_id).order_by(None).subquery()
    return select(func.count()).select_from(people)


def to_close() -> Select[Poll]:
    """Polls whose deadline is over and of which that was not noted."""
    return _polls().where(Poll.closed_at.is_(None), Poll.closes_at <= clock.now(), *_is_undecided())


def to_remind(until: datetime) -> Select[Poll]:
    """Open polls that close until then, and of which nobody was reminded."""
    return _polls().where(*_is_open(), Poll.closes_at <= until, Poll.reminded_at.is_(None))


def to_come() -> Select[Poll]:
    """Every poll that nothing was decided on, whoever looks."""
    return _polls().where(*_is_undecided())


def link_tokens(purpose: str, subject: str) -> Select[Token]:
    """The live token of one person's link to one poll."""
    return select(Token).where(Token.purpose == purpose, Token.subject == subject, Token.revoked_at.is_(None))


def options_by_ids(poll_id: int, ids: Collection[int]) -> Select[PollOption]:
    """Some options of a poll."""
    return options_of(poll_id).where(PollOption.id.in_(ids))


def votes_on(answer_id: int) -> Select[PollVote]:
    """The votes of one answer."""
    return select(PollVote).where(PollVote.answer_id == answer_id)


def _polls() -> Select[Poll]:
    return (
        select(Poll)
        .join(Poll.cohort)
        .options(contains_eager(Poll.cohort), joinedload(Poll.roundtable))
        .order_by(Poll.id.desc())
    )


def _is_undecided() -> tuple[ColumnElement[bool], ...]:
    return (Poll.decided_at.is_(None), Poll.cancelled_at.is_(None))


def _is_open() -> tuple[ColumnElement[bool], ...]:
    is_running = Cohort.state != CohortState.CLOSED
    return (Poll.closed_at.is_(None), Poll.closes_at > clock.now(), is_running, *_is_undecided())


def _attending(cohort_id: int) -> Select[Any]:
    return (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.cohort_id == cohort_id, Membership.left_at.is_(None), Membership.role.in_(ATTENDING))
        .where(Person.disabled_at.is_(None))
        .order_by(Person.id)
    )


def _attends(person_id: Any, cohort_id: Any) -> ColumnElement[bool]:
    in_use = (Person.id == Membership.person_id, Person.disabled_at.is_(None))
    return exists().where(
        Membership.cohort_id == cohort_id,
        Membership.person_id == person_id,
        Membership.role.in_(ATTENDING),
        Membership.left_at.is_(None),
        *in_use,
    )


def _has_answered(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(PollAnswer.poll_id == Poll.id, PollAnswer.person_id == viewer.person_id).correlate(Poll)


def _lacking(viewer: Viewer) -> Any:
    return _number_of_options(Poll.id) - _number_of_votes(Poll.id, viewer.person_id)


def _number_of_options(poll_id: Any) -> Any:
    return select(func.count(PollOption.id)).where(PollOption.poll_id == poll_id).scalar_subquery()


def _number_of_votes(poll_id: Any, person_id: Any) -> Any:
    given = (PollAnswer.poll_id == poll_id, PollAnswer.person_id == person_id)
    count = select(func.count(PollVote.id)).join(PollAnswer, PollAnswer.id == PollVote.answer_id).where(*given)
    return count.scalar_subquery()
