"""Which answers are open to whom, and in what words."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.roundtables import access, attendance, choosing, invitees
from peernet.roundtables.choosing import Choices
from peernet.roundtables.models import Answer, Roundtable
from tests.conftest import NOW
from tests.world import World

Plan = Callable[..., Roundtable]


def _choices(db: Session, one: Roundtable, person: Person) -> Choices:
    given = db.scalar(access.answer_of(one.id, person.id, None))
    return choosing.with_colleagues(db, choosing.of_answer(db, one, given), invitees.of(person))


def _values(choices: Choices, wanted: str = "") -> list[str]:
    return [value for value, _label in choices.offered(wanted)]


def test_who_has_a_deputy_can_send_them_and_nobody_else(plan: Plan, db: Session, world: World) -> None:
    one = plan()
    assert choosing.with_colleagues(db, Choices(one, None), invitees.of(world.member)).offered() == [
        ("accepted", "Accept"),
        ("tentative", "I may come"),
        ("declined", "Decline"),
        ("writing", "I will answer in writing"),
        ("deputy", "My deputy comes: Mate"),
    ]
    for person in (world.peer, world.mate, world.facilitator):
        assert _values(_choices(db, one, person)) == ["accepted", "tentative", "declined", "writing"]


def test_what_the_mail_named_comes_first_if_it_is_open(plan: Plan, db: Session, world: World) -> None:
    one = plan()
    assert _values(_choices(db, one, world.peer), "writing") == ["writing", "accepted", "tentative", "declined"]
    for nonsense in ("deputy", "take-over", "waiting", "nonsense"):
        assert _values(_choices(db, one, world.peer), nonsense) == ["accepted", "tentative", "declined", "writing"]


def test_a_full_table_offers_to_wait_until_it_begins(plan: Plan, db: Session, world: World) -> None:
    one = plan(capacity=1)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    choices = _choices(db, one, world.peer)
    assert _values(choices) == ["waiting", "tentative", "declined", "writing"]
    assert choices.full_words == "The table is full: its one place is taken. You can wait for it, or answer in writing."
    with time_machine.travel(one.starts_at, tick=False):
        assert _values(choices) == ["tentative", "declined", "writing"]
        assert choices.full_words == "The table is full: its one place is taken. You can still answer in writing."
    assert _values(_choices(db, one, world.member)) == ["tentative", "declined", "writing", "deputy"]


def test_who_waits_reads_where_they_stand_and_who_is_called_can_confirm(plan: Plan, db: Session, world: World) -> None:
    one = plan(capacity=1)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    for person in (world.peer, world.third, world.facilitator):
        attendance.rsvp(db, one, person, Answer.WAITING)
    assert [_choices(db, one, person).said for person in (world.peer, world.third, world.facilitator)] == [
        "You are next in line for a place.",
        "You are on the waiting list, with 1 person before you.",
        "You are on the waiting list, with 2 people before you.",
    ]
    assert _values(_choices(db, one, world.third)) == ["tentative", "declined", "writing"]
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    called = _choices(db, one, world.peer)
    assert (called.held_until, called.said, called.full_words) == (NOW + timedelta(hours=24), "", "")
    assert called.offered()[0] == ("accepted", "Confirm that I come")


def test_a_colleague_can_take_over_or_stand_in(plan: Plan, db: Session, world: World) -> None:
    one = plan(one_each=True)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    choices = _choices(db, one, world.mate)
    assert choices.sits == "Member"
    assert choices.offered()[:2] == [("take-over", "Take over from Member"), ("waiting", "Stand in for Member")]
    attendance.rsvp(db, one, world.mate, Answer.WAITING)
    said = "You stand in for Member: should they not come, the place is held for you."
    assert _choices(db, one, world.mate).said == said
    attendance.rsvp(db, one, world.mate, Answer.ACCEPTED, take_over=True)
    sent = _choices(db, one, world.member)
    assert sent.said == "Mate is to come in your stead."
    assert _values(sent) == ["take-over", "waiting", "tentative", "declined", "writing"]
    assert _choices(db, one, world.mate).sits == ""


def test_who_stands_in_is_in_nobodys_way(plan: Plan, db: Session, world: World) -> None:
    one = plan(one_each=True, capacity=2)
    for person in (world.member, world.peer):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    for person in (world.mate, world.third, world.organiser):
        attendance.rsvp(db, one, person, Answer.WAITING)
    assert [_choices(db, one, person).ahead for person in (world.third, world.organiser)] == [0, 1]
    for person, ahead in ((world.third, 0), (world.organiser, 1), (world.peer, None)):
        mine = access.visible_to(viewer_of(person)).where(Roundtable.id == one.id)
        assert access.standings(db, viewer_of(person), mine)[0].ahead == ahead
