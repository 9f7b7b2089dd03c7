"""Answering a poll."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.roundtables.hours import access as hours
from peernet.roundtables.hours import week
from peernet.roundtables.polls import access, answering, closing, proposing
from peernet.roundtables.polls.models import PollAnswer, PollVote, Vote
from tests.roundtables.polls.conftest import CLOSES, FACTS, PROPOSALS, Ask, options, said, votes
from tests.world import World


def test_an_answer_is_given_and_changed(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "maybe", "no"))
    assert said(db, poll, world.member) == ["yes", "maybe", "no"]
    answering.answer(db, poll, world.member, votes(db, poll, "no", "", "yes"))
    assert said(db, poll, world.member) == ["no", "", "yes"]
    assert said(db, poll, world.mate) == ["", "", ""]


def test_the_same_again_changes_nothing(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    given = votes(db, poll, "yes", "no", "no")
    answering.answer(db, poll, world.member, given)
    before = db.scalars(select(PollAnswer)).one().answered_at
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        answering.answer(db, poll, world.member, given)
    assert db.scalars(select(PollAnswer)).one().answered_at == before
    assert db.scalar(select(func.count()).select_from(PollVote)) == 3
    assert db.scalar(select(func.count()).where(Event.action == "poll.answered")) == 1


def test_nothing_is_no_answer(ask: Ask, db: Session, world: World) -> None:
    with pytest.raises(Refused, match="at least one"):
        answering.answer(db, ask(), world.member, {})
    assert db.scalar(select(func.count()).select_from(PollAnswer)) == 0


def test_what_is_proposed_no_more_takes_no_vote(ask: Ask, db: Session, world: World) -> None:
    """Neither that of another poll."""
    other, poll = ask(title="Another"), ask()
    given = votes(db, poll, "yes", "yes", "yes")
    facts = proposing.Facts(**FACTS)
    actor = viewer_of(world.organiser)
    proposing.revise(db, poll, actor=actor, version=poll.version, facts=facts, proposals=PROPOSALS[1:])
    for wrong in (given, votes(db, other, "yes")):
        with pytest.raises(Conflict, match="changed meanwhile"):
            answering.answer(db, poll, world.member, wrong)
    assert said(db, poll, world.member) == ["", ""]


def test_it_takes_answers_until_its_deadline_whatever_the_worker_does(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    with time_machine.travel(CLOSES - timedelta(seconds=1), tick=False):
        answering.answer(db, poll, world.member, votes(db, poll, "yes"))
    with time_machine.travel(CLOSES, tick=False), pytest.raises(Refused, match="is over"):
        answering.answer(db, poll, world.mate, votes(db, poll, "yes"))
    assert poll.closed_at is None


@pytest.mark.parametrize("how", ["closed", "withdrawn", "cohort"])
def test_what_is_over_takes_no_answer(how: str, ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    if how == "closed":
        closing.close(db, poll)
    elif how == "withdrawn":
        proposing.withdraw(db, poll, actor=viewer_of(world.organiser))
    else:
        world.cohort.state = CohortState.CLOSED
        db.flush()
    with pytest.raises(Refused, match="is over"):
        answering.answer(db, poll, world.member, votes(db, poll, "yes"))


def test_an_answer_is_remembered_as_weekly_hours(ask: Ask, db: Session, world: World) -> None:
    """By the person's own clocks: 15:00 in London is 20:30 in Kolkata."""
    poll = ask()
    answering.answer(db, poll, world.peer, votes(db, poll, "", "maybe", "no"), remember=True)
    kept = db.scalars(hours.of_person(world.peer.id)).one()
    levels = week.read(kept.windows)
    assert world.peer.zone == "Asia/Kolkata"
    assert [levels[1][slot] for slot in (40, 41, 42, 43)] == [week.NO, week.MAYBE, week.MAYBE, week.NO]
    assert sum(map(sum, levels)) == 2


def test_whole_days_are_not_remembered(ask: Ask, db: Session, world: World) -> None:
    poll = ask(proposals=[(date(2026, 12, 8), None), (date(2026, 12, 9), None)])
    answering.answer(db, poll, world.peer, votes(db, poll, "yes", "no"), remember=True)
    assert db.scalar(hours.of_person(world.peer.id)) is None


def test_where_one_stands(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    viewer = viewer_of(world.member)

    def standing() -> tuple[bool, int, bool]:
        (each,) = access.standings(db, viewer, access.open_to(viewer))
        return each.answered, each.lacking, each.waits

    assert standing() == (False, 3, True)
    answering.answer(db, poll, world.member, {options(db, poll)[0].id: Vote.YES})
    assert standing() == (True, 2, True)
    answering.answer(db, poll, world.member, votes(db, poll, "no", "no", "no"))
    assert standing() == (True, 0, False)


def test_who_sees_a_poll(ask: Ask, db: Session, world: World) -> None:
    ask()
    names = ("member", "mate", "peer", "facilitator", "organiser", "observer", "outsider", "stranger", "admin")
    seen = {name: len(db.scalars(access.visible_to(viewer_of(getattr(world, name)))).all()) for name in names}
    led = {name: len(db.scalars(access.led_by(viewer_of(getattr(world, name)))).all()) for name in names}
    assert [name for name in names if seen[name]] == ["member", "mate", "peer", "facilitator", "organiser"]
    assert [name for name in names if led[name]] == ["facilitator", "organiser"]


def test_only_those_who_lead_see_what_others_said(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "no", "no"))
    assert access.asked_in(db, viewer_of(world.member), poll) == []
    shown = {each.name: each for each in access.asked_in(db, viewer_of(world.facilitator), poll)}
    assert sorted(shown) == ["Facilitator", "Mate", "Member", "Organiser", "Peer", "Third"]
    assert sorted(vote.value for vote in shown["Member"].votes.values()) == ["no", "no", "yes"]
    assert (shown["Member"].organisation, shown["Organiser"].organisation) == ("River Trust", "")
    assert shown["Mate"].answered_at is None
