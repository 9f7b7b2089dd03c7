"""Answers, places, and minds that change."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.db import Refused
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.roundtables import access, attendance, planning
from peernet.roundtables.models import Answer, Attendance, Roundtable
from tests.world import World

Plan = Callable[..., Roundtable]
FULL = "The table is full: all 2 places are taken. You can wait for one, or answer in writing."


def _answers(db: Session, one: Roundtable) -> dict[int, Answer]:
    return {given.person_id: given.answer for given in db.scalars(access.answers_to(one.id))}


def _kinds(mails: list[Mail]) -> list[tuple[str, str]]:
    return [(mail.kind.removeprefix("roundtables/"), mail.to_address.split("@")[0]) for mail in mails]


def test_an_answer_is_counted_recorded_and_confirmed(
    plan: Plan, db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    one = plan(capacity=5)
    before = len(outbox())
    given = attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    assert (given.answer, given.answered_at, one.accepted) == (Answer.ACCEPTED, clock.now(), 1)
    assert _kinds(outbox()[before:]) == [("confirmed", "member")]
    event = db.scalars(select(Event).where(Event.action == "roundtable.answered")).one()
    assert (event.actor_id, event.subject, event.scope, event.data) == (
        world.member.id,
        f"roundtable:{one.id}",
        f"cohort:{world.cohort.id}",
        {"answer": "accepted"},
    )


def test_the_same_answer_again_changes_nothing(plan: Plan, db: Session, world: World) -> None:
    one = plan(capacity=5)
    for _again in range(3):
        attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    assert (one.accepted, _answers(db, one)) == (1, {world.member.id: Answer.ACCEPTED})
    assert len(db.scalars(select(Event).where(Event.action == "roundtable.answered")).all()) == 1


@pytest.mark.parametrize("other", [Answer.DECLINED, Answer.WRITING, Answer.TENTATIVE])
def test_who_changes_their_mind_frees_the_place(plan: Plan, db: Session, world: World, other: Answer) -> None:
    one = plan(capacity=2)
    for person in (world.member, world.peer):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    with pytest.raises(Refused) as refusal:
        attendance.rsvp(db, one, world.third, Answer.ACCEPTED)
    assert (refusal.value.message, refusal.value.field) == (FULL, "answer")
    attendance.rsvp(db, one, world.member, other)
    assert one.accepted == 1
    attendance.rsvp(db, one, world.third, Answer.ACCEPTED)
    assert one.accepted == 2
    assert _answers(db, one) == {
        world.member.id: other,
        world.peer.id: Answer.ACCEPTED,
        world.third.id: Answer.ACCEPTED,
    }


def test_a_full_table_takes_other_answers(plan: Plan, db: Session, world: World) -> None:
    one = plan(capacity=1)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.peer, Answer.WRITING)
    attendance.rsvp(db, one, world.third, Answer.DECLINED)
    attendance.rsvp(db, one, world.mate, Answer.TENTATIVE)
    assert one.accepted == 1


def test_a_table_without_a_limit_is_never_full(plan: Plan, db: Session, world: World) -> None:
    one = plan()
    for person in (world.member, world.mate, world.peer, world.third, world.organiser, world.facilitator):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    assert one.accepted == 6


def test_who_leads_hears_once_that_the_table_is_full(
    plan: Plan, db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    one = plan(capacity=1)
    world.facilitator.mail_roundtables = False
    before = len(outbox())
    for answer in (Answer.ACCEPTED, Answer.DECLINED, Answer.ACCEPTED):
        attendance.rsvp(db, one, world.member, answer)
    assert _kinds(outbox()[before:]) == [("confirmed", "member"), ("full", "organiser")]


def test_the_database_itself_refuses_a_place_too_many(plan: Plan, db: Session) -> None:
    one = plan(capacity=1)
    one.accepted = 2
    with pytest.raises(IntegrityError), db.begin_nested():
        db.flush()


def test_the_database_itself_refuses_two_answers_of_one_person(plan: Plan, db: Session, world: World) -> None:
    one = plan()
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    second = Attendance(
        roundtable_id=one.id, person_id=world.member.id, answer=Answer.DECLINED, answered_at=clock.now()
    )
    with pytest.raises(IntegrityError), db.begin_nested():
        db.add(second)


def test_what_is_cancelled_or_over_takes_no_answer(plan: Plan, db: Session, world: World) -> None:
    cancelled = plan()
    planning.cancel(db, cancelled, actor=viewer_of(world.organiser))
    with pytest.raises(Refused):
        attendance.rsvp(db, cancelled, world.member, Answer.ACCEPTED)
    over = plan()
    with time_machine.travel(over.ends_at, tick=False), pytest.raises(Refused):
        attendance.rsvp(db, over, world.member, Answer.ACCEPTED)
    with time_machine.travel(over.ends_at - timedelta(seconds=1), tick=False):
        attendance.rsvp(db, over, world.member, Answer.ACCEPTED)


def test_an_answer_does_not_collide_with_an_edit(plan: Plan, db: Session, world: World) -> None:
    one = plan()
    version = one.version
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    assert one.version == version
    assert planning.revise(db, one, actor=viewer_of(world.organiser), version=version, title="Edited meanwhile")
    assert one.accepted == 1


def test_an_answer_that_is_forgotten_frees_its_place_and_link(
    plan: Plan, db: Session, world: World, link_of: Callable[[Roundtable, Person], str]
) -> None:
    one = plan(capacity=1)
    given = attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.forget(db, one, given)
    assert (one.accepted, _answers(db, one)) == (0, {})
    with pytest.raises(Exception, match="No row was found"):
        link_of(one, world.member)
