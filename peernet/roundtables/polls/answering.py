"""Answering a poll."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.cohorts.models import CohortState
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.roundtables.hours import saying, week
from peernet.roundtables.polls import access
from peernet.roundtables.polls.models import Poll, PollAnswer, PollOption, PollState, PollVote, Vote

_STATE = ("version", "closes_at", "closed_at", "decided_at", "cancelled_at", "zone")


def answer(db: Session, poll: Poll, person: Person, votes: Mapping[int, Vote], *, remember: bool = False) -> None:
    """Say to each option (by id) whether one can come; what was said before is replaced. The same again changes
    nothing. ``remember``: what is said to times becomes the person's weekly hours at those times.

    Raises Refused where the poll is over or nothing is said, Conflict where what is proposed changed meanwhile.
    """
    hold(db, poll)
    _refuse_over(poll)
    options = {option.id: option for option in db.scalars(access.options_of(poll.id))}
    if not set(votes) <= set(options):
        raise Conflict(_("What is proposed changed meanwhile. Please look at the times once more; yours are kept."))
    if not votes:
        raise Refused(_("Please say of at least one of them whether you can come."), field="votes")
    given = _answer_of(db, poll, person)
    if _replace(db, given, votes):
        given.answered_at = clock.now()
        ledger.record(db, "poll.answered", subject=f"poll:{poll.id}", actor_id=person.id)
    if remember:
        _remember(db, poll, person, [(options[each], vote) for each, vote in votes.items()])
    db.flush()


def hold(db: Session, poll: Poll) -> None:
    """Let nobody else answer or change the poll until this transaction ends, and read how it stands now."""
    db.refresh(poll, _STATE, with_for_update=True)


def _refuse_over(poll: Poll) -> None:
    if poll.state_at(clock.now()) is not PollState.OPEN or poll.cohort.state is CohortState.CLOSED:
        raise Refused(_("This poll is over, so it takes no answers any more."))


def _answer_of(db: Session, poll: Poll, person: Person) -> PollAnswer:
    found = db.scalar(access.answer_of(poll.id, person.id))
    if found is None:
        found = PollAnswer(poll_id=poll.id, person_id=person.id, answered_at=clock.now())
        db.add(found)
        db.flush()
    return found


def _replace(db: Session, given: PollAnswer, votes: Mapping[int, Vote]) -> bool:
    """Make the votes of an answer these, and say whether that changed any."""
    before = {row.option_id: row for row in db.scalars(access.votes_on(given.id))}
    if {option_id: row.vote for option_id, row in before.items()} == dict(votes):
        return False
    for option_id, row in before.items():
        if option_id not in votes:
            db.delete(row)
        else:
            row.vote = votes[option_id]
    db.add_all(
        PollVote(answer_id=given.id, option_id=option_id, vote=vote)
        for option_id, vote in votes.items()
        if option_id not in before
    )
    db.flush()
    return True


def _remember(db: Session, poll: Poll, person: Person, said: list[tuple[PollOption, Vote]]) -> None:
    for option, vote in said:
        if option.starts_at is not None:
            level = week.WORDS.index(vote.value)
            saying.remember(db, person, starts_at=option.starts_at, minutes=poll.minutes, level=level)
