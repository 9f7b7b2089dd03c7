"""Choosing one of what was proposed."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState
from peernet.db import Conflict, Refused
from peernet.mail.models import Mail
from peernet.roundtables import access as roundtables
from peernet.roundtables import attendance
from peernet.roundtables.models import Answer, Attendance, Roundtable
from peernet.roundtables.polls import answering, closing, deciding, proposing
from peernet.roundtables.polls.models import PollState
from tests.roundtables.polls.conftest import CLOSES, Ask, options, votes
from tests.world import World


def _number(db: Session) -> int:
    return db.scalar(select(func.count()).select_from(Roundtable)) or 0


def test_a_roundtable_is_planned_there_and_everybody_invited(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "no", "yes", "no"))
    before = _number(db)
    made = deciding.decide(db, poll, options(db, poll)[1], actor=viewer_of(world.facilitator))
    assert (made.title, made.summary, made.minutes, made.zone) == ("An extra hour", "On licences.", 60, "Europe/London")
    assert made.wall_start == datetime(2026, 12, 8, 15, 0)
    assert (poll.state_at(clock.now()), poll.roundtable_id) == (PollState.DECIDED, made.id)
    assert [each.is_chosen for each in options(db, poll)] == [False, True, False]
    assert _number(db) == before + 1
    # Who said yes is invited as everybody is.
    assert db.scalar(select(func.count()).where(Attendance.roundtable_id == made.id)) == 0


def test_it_is_chosen_once(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    first, second, _third = options(db, poll)
    deciding.decide(db, poll, first, actor=viewer_of(world.organiser))
    before = _number(db)
    for option in (first, second):
        with pytest.raises(Conflict, match="meanwhile"):
            deciding.decide(db, poll, option, actor=viewer_of(world.facilitator))
    assert _number(db) == before
    with pytest.raises(Refused, match="is over"):
        answering.answer(db, poll, world.member, votes(db, poll, "yes"))
    with pytest.raises(Refused, match="chosen already"):
        proposing.withdraw(db, poll, actor=viewer_of(world.organiser))
    with time_machine.travel(CLOSES, tick=False):
        assert (closing.close_due(db), closing.remind_due(db)) == (0, 0)


def test_the_roundtable_that_another_time_was_looked_for_moves(
    ask: Ask, db: Session, world: World, outbox: Callable[[], list[tuple[str, str]]]
) -> None:
    """Answers to it stand."""
    one = db.scalars(roundtables.all_roundtables().where(Roundtable.id == world.roundtable.id)).one()
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    poll = ask(roundtable=one)
    before, sequence = _number(db), one.sequence
    moved = deciding.decide(db, poll, options(db, poll)[0], actor=viewer_of(world.organiser))
    assert (moved.id, moved.wall_start, moved.minutes) == (one.id, datetime(2026, 12, 8, 9, 0), 60)
    assert (_number(db), moved.sequence) == (before, sequence + 1)
    assert db.scalars(select(Attendance.answer)).all() == [Answer.ACCEPTED]


def test_a_whole_day_needs_its_hour(ask: Ask, db: Session, world: World) -> None:
    poll = ask(proposals=[(date(2026, 12, 8), None), (date(2026, 12, 9), None)])
    option = options(db, poll)[1]
    with pytest.raises(Refused, match="what hour") as refusal:
        deciding.decide(db, poll, option, actor=viewer_of(world.organiser))
    assert refusal.value.field == "time"
    made = deciding.decide(db, poll, option, actor=viewer_of(world.organiser), start=time(16))
    assert made.wall_start == datetime(2026, 12, 9, 16, 0)


def test_what_is_over_or_withdrawn_is_not_chosen(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    with time_machine.travel(datetime(2026, 12, 8, 10, 0, tzinfo=CLOSES.tzinfo), tick=False):
        with pytest.raises(Refused, match="over already"):
            deciding.decide(db, poll, options(db, poll)[0], actor=viewer_of(world.organiser))
        later = deciding.decide(db, poll, options(db, poll)[1], actor=viewer_of(world.organiser))
        assert later.wall_start.hour == 15
    other = ask(title="Another")
    proposing.withdraw(db, other, actor=viewer_of(world.organiser))
    with pytest.raises(Refused, match="withdrawn"):
        deciding.decide(db, other, options(db, other)[0], actor=viewer_of(world.organiser))
    assert db.scalar(select(func.count()).where(Mail.kind == "roundtables/poll_closed")) == 0


def test_a_roundtable_that_does_not_take_place_does_not_move(ask: Ask, db: Session, world: World) -> None:
    """Cancelled meanwhile, or over; the poll stays to be decided."""
    one = db.scalars(roundtables.all_roundtables().where(Roundtable.id == world.roundtable.id)).one()
    poll = ask(roundtable=one)
    actor, option = viewer_of(world.organiser), options(db, poll)[2]
    one.cancelled_at = clock.now()
    db.flush()
    with pytest.raises(Refused, match="cancelled"):
        deciding.decide(db, poll, option, actor=actor)
    one.cancelled_at = None
    one.starts_at, one.ends_at = clock.now() - timedelta(hours=2), clock.now()
    db.flush()
    with pytest.raises(Refused, match="is over"):
        deciding.decide(db, poll, option, actor=actor)
    assert (poll.decided_at, option.is_chosen) == (None, False)


def test_a_closed_cohort_chooses_nothing(ask: Ask, db: Session, world: World) -> None:
    poll, before = ask(), _number(db)
    world.cohort.state = CohortState.CLOSED
    db.flush()
    with pytest.raises(Refused, match="closed"):
        deciding.decide(db, poll, options(db, poll)[0], actor=viewer_of(world.organiser))
    assert (_number(db), poll.decided_at) == (before, None)


def test_the_hour_of_a_whole_day_exists(ask: Ask, db: Session, world: World) -> None:
    """Clocks in London go forward in the night of 28 March 2027."""
    poll = ask(proposals=[(date(2027, 3, 28), None), (date(2027, 3, 29), None)])
    option = options(db, poll)[0]
    with pytest.raises(Refused, match="does not exist"):
        deciding.decide(db, poll, option, actor=viewer_of(world.organiser), start=time(1, 30))
    made = deciding.decide(db, poll, option, actor=viewer_of(world.organiser), start=time(15))
    assert made.starts_at == datetime(2027, 3, 28, 14, 0, tzinfo=CLOSES.tzinfo)
