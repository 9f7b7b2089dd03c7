"""Who comes for an organisation: deputies, and one place for each."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Membership, Role, Seat
from peernet.db import Refused
from peernet.mail.models import Mail, MailState
from peernet.roundtables import access, access_places, attendance, invitations, invitees, planning
from peernet.roundtables.models import Answer, Attendance, Roundtable
from tests.conftest import NOW
from tests.world import World, join, make_person

Plan = Callable[..., Roundtable]
Outbox = Callable[[], list[Mail]]
SEAT_TAKEN = "Member has the place of River Trust at this table. You can take over from them, or stand in."


def _kinds(mails: list[Mail]) -> list[tuple[str, str]]:
    return [(mail.kind.removeprefix("roundtables/"), mail.to_address.split("@")[0]) for mail in mails]


def _state(db: Session, one: Roundtable) -> dict[str, str]:
    """What everybody answered, by name; "held" where a place is held for them."""
    rows = db.scalars(access_places._answers(one.id).order_by(Attendance.id))
    return {invitees.of(row).name: "held" if row.held_until else row.answer.value for row in rows}


def _places(db: Session, one: Roundtable) -> tuple[int, int]:
    return one.accepted, len(db.scalars(access_places.with_places(one.id)).all())


# My deputy comes


def test_my_deputy_is_asked_and_the_place_is_held_for_them(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan(capacity=1)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.third, Answer.WAITING)
    before = len(outbox())
    for _double_click in range(2):
        attendance.rsvp(db, one, world.member, Answer.DEPUTY)
    assert _kinds(outbox()[before:]) == [("deputy_asked", "mate")]
    assert _state(db, one) == {"Member": "deputy", "Third": "waiting", "Mate": "held"}
    attendance.rsvp(db, one, world.mate, Answer.ACCEPTED)
    assert _kinds(outbox()[before + 1 :]) == [("confirmed", "mate"), ("deputy_answered", "member")]
    assert "Mate comes instead of you" in outbox()[-1].subject
    assert _places(db, one) == (1, 1)


@pytest.mark.parametrize("answer", [Answer.DECLINED, None])
def test_a_deputy_who_cannot_lets_the_place_pass_on_and_who_sent_them_is_told(
    plan: Plan, db: Session, world: World, outbox: Outbox, answer: Answer | None
) -> None:
    one = plan(capacity=1)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.third, Answer.WAITING)
    attendance.rsvp(db, one, world.member, Answer.DEPUTY)
    before = len(outbox())
    if answer:
        attendance.rsvp(db, one, world.mate, answer)
        assert _state(db, one) == {"Member": "deputy", "Third": "held", "Mate": "declined"}
    else:
        db.execute(update(Mail).values(state=MailState.SENT))
        with time_machine.travel(NOW + timedelta(hours=24), tick=False):
            attendance.pass_on_due(db)
        assert _state(db, one) == {"Member": "deputy", "Third": "held"}
    told = [("offered", "third"), ("deputy_answered", "member"), ("passed_on", "mate")]
    assert _kinds(outbox()[before:]) == told[: 2 if answer else 3]
    assert "Mate does not come instead of you" in outbox()[before + 1].text
    assert _places(db, one) == (1, 1)


def test_who_has_no_place_asks_their_deputy_into_a_free_one(plan: Plan, db: Session, world: World) -> None:
    one = plan(capacity=1)
    attendance.rsvp(db, one, world.member, Answer.DEPUTY)
    assert _state(db, one) == {"Member": "deputy", "Mate": "held"}
    assert _places(db, one) == (1, 1)


def test_a_full_table_has_no_place_for_a_deputy(plan: Plan, db: Session, world: World) -> None:
    one = plan(capacity=1)
    attendance.rsvp(db, one, world.third, Answer.ACCEPTED)
    with pytest.raises(Refused) as refusal, db.begin_nested():
        attendance.rsvp(db, one, world.member, Answer.DEPUTY)
    assert refusal.value.field == "answer"


def test_a_deputy_who_comes_anyway_is_not_asked_and_the_place_is_free(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan(capacity=2)
    for person in (world.member, world.mate):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.third, Answer.WAITING)
    before = len(outbox())
    attendance.rsvp(db, one, world.member, Answer.DEPUTY)
    assert _kinds(outbox()[before:]) == [("offered", "third")]
    assert _state(db, one) == {"Member": "deputy", "Mate": "accepted", "Third": "held"}


@pytest.mark.parametrize("who", ["peer", "mate", "organiser"])
def test_who_has_no_deputy_cannot_send_one(plan: Plan, db: Session, world: World, who: str) -> None:
    one = plan()
    with pytest.raises(Refused) as refusal:
        attendance.rsvp(db, one, getattr(world, who), Answer.DEPUTY)
    assert refusal.value.field == "answer"


@pytest.mark.parametrize("how", ["declined", "left", "disabled", "observes", "begun", "no mail"])
def test_a_deputy_who_cannot_come_is_not_asked(plan: Plan, db: Session, world: World, how: str) -> None:
    one = plan()
    moment = clock.now()
    own = update(Membership).where(Membership.person_id == world.mate.id)
    if how == "declined":
        attendance.rsvp(db, one, world.mate, Answer.DECLINED)
    elif how == "left":
        db.execute(own.values(left_at=moment))
    elif how == "disabled":
        world.mate.disabled_at = moment
    elif how == "no mail":
        world.mate.mail_bounced_at = moment
    elif how == "observes":
        db.execute(own.values(role=Role.OBSERVER))
    else:
        moment = one.starts_at
    db.flush()
    with time_machine.travel(moment, tick=False), pytest.raises(Refused):
        attendance.rsvp(db, one, world.member, Answer.DEPUTY)


def test_who_comes_after_all_takes_back_what_was_not_confirmed(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan(capacity=1)
    for answer in (Answer.ACCEPTED, Answer.DEPUTY):
        attendance.rsvp(db, one, world.member, answer)
    before = len(outbox())
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    assert _kinds(outbox()[before:])[0] == ("taken_over", "mate")
    assert _state(db, one) == {"Member": "accepted"}
    assert _places(db, one) == (1, 1)


def test_what_is_held_for_the_deputy_anyway_is_not_taken_back(plan: Plan, db: Session, world: World) -> None:
    one = plan(capacity=2)
    for person in (world.member, world.peer):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.mate, Answer.WAITING)
    attendance.rsvp(db, one, world.peer, Answer.DECLINED)
    with time_machine.travel(NOW + timedelta(minutes=1), tick=False):
        attendance.rsvp(db, one, world.member, Answer.DEPUTY)
        attendance.rsvp(db, one, world.third, Answer.ACCEPTED)
        with pytest.raises(Refused):
            attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    assert _state(db, one) == {"Member": "deputy", "Peer": "declined", "Mate": "held", "Third": "accepted"}


# One place for each organisation


def test_a_second_of_the_same_organisation_is_told_who_has_the_place(plan: Plan, db: Session, world: World) -> None:
    one = plan(one_each=True)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    with pytest.raises(Refused) as refusal:
        attendance.rsvp(db, one, world.mate, Answer.ACCEPTED)
    assert (refusal.value.message, refusal.value.field) == (SEAT_TAKEN, "answer")
    for person in (world.peer, world.third, world.organiser, world.facilitator):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    assert _places(db, one) == (5, 5)


def test_by_default_an_organisation_may_send_many(plan: Plan, db: Session, world: World) -> None:
    one = plan()
    for person in (world.member, world.mate):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    assert _places(db, one) == (2, 2)


def test_the_database_itself_refuses_a_second_of_the_same_organisation(plan: Plan, db: Session, world: World) -> None:
    one = plan(one_each=True)
    seat_id = attendance.rsvp(db, one, world.member, Answer.ACCEPTED).seat_id
    second = Attendance(
        roundtable_id=one.id, person_id=world.mate.id, answer=Answer.ACCEPTED, answered_at=clock.now(), seat_id=seat_id
    )
    assert seat_id is not None
    with pytest.raises(IntegrityError), db.begin_nested():
        db.add(second)


def test_a_colleague_takes_over_and_both_are_told(plan: Plan, db: Session, world: World, outbox: Outbox) -> None:
    one = plan(one_each=True, capacity=1)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    before = len(outbox())
    for _double_click in range(2):
        attendance.rsvp(db, one, world.mate, Answer.ACCEPTED, take_over=True)
    told = [each for each in _kinds(outbox()[before:]) if each[0] != "full"]
    assert told == [("taken_over", "member"), ("confirmed", "mate")]
    assert _state(db, one) == {"Member": "deputy", "Mate": "accepted"}
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED, take_over=True)
    assert _state(db, one) == {"Member": "accepted", "Mate": "deputy"}
    assert _places(db, one) == (1, 1)


def test_nobody_takes_over_from_another_organisation(plan: Plan, db: Session, world: World) -> None:
    one = plan(one_each=True, capacity=1)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    with pytest.raises(Refused):
        attendance.rsvp(db, one, world.peer, Answer.ACCEPTED, take_over=True)
    assert _state(db, one) == {"Member": "accepted"}


def test_who_declines_leaves_the_place_to_the_deputy(plan: Plan, db: Session, world: World, outbox: Outbox) -> None:
    one = plan(one_each=True, capacity=1)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.third, Answer.WAITING)
    before = len(outbox())
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    assert _kinds(outbox()[before:]) == [("deputy_asked", "mate")]
    attendance.rsvp(db, one, world.mate, Answer.DECLINED)
    assert _kinds(outbox()[before + 1 :]) == [("offered", "third")]
    assert _places(db, one) == (1, 1)


def test_who_stands_in_is_called_before_the_line(plan: Plan, db: Session, world: World) -> None:
    """The place stays with its organisation, whoever asked first."""
    one = plan(one_each=True, capacity=1)
    attendance.rsvp(db, one, world.mate, Answer.ACCEPTED)
    for person in (world.third, world.member):
        attendance.rsvp(db, one, person, Answer.WAITING)
    attendance.rsvp(db, one, world.mate, Answer.DECLINED)
    assert _state(db, one) == {"Mate": "declined", "Third": "waiting", "Member": "held"}


def test_who_stands_in_is_passed_over_while_a_colleague_sits(plan: Plan, db: Session, world: World) -> None:
    one = plan(one_each=True, capacity=2)
    for person in (world.mate, world.peer):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    for person in (world.member, world.third):
        attendance.rsvp(db, one, person, Answer.WAITING)
    attendance.rsvp(db, one, world.peer, Answer.DECLINED)
    assert _state(db, one) == {"Mate": "accepted", "Peer": "declined", "Member": "waiting", "Third": "held"}


def test_of_two_who_wait_for_one_organisation_one_is_called(plan: Plan, db: Session, world: World) -> None:
    one = plan(one_each=True, capacity=1)
    attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
    for person in (world.member, world.mate, world.third):
        attendance.rsvp(db, one, person, Answer.WAITING)
    planning.revise(db, one, actor=viewer_of(world.organiser), version=one.version, capacity=4)
    assert _state(db, one) == {"Peer": "accepted", "Member": "held", "Mate": "waiting", "Third": "held"}
    assert _places(db, one) == (3, 3)


def test_a_member_who_leaves_leaves_the_place_to_the_deputy(plan: Plan, db: Session, world: World) -> None:
    one = plan(one_each=True)
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    db.execute(update(Membership).where(Membership.person_id == world.member.id).values(left_at=clock.now()))
    invitations.release_places(db)
    assert _state(db, one) == {"Mate": "held"}


def test_the_rule_is_put_on_later_and_taken_off_again(plan: Plan, db: Session, world: World) -> None:
    one = plan(capacity=3)
    for person in (world.member, world.mate, world.peer):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    db.commit()
    actor = viewer_of(world.organiser)
    with pytest.raises(Refused) as refusal, db.begin_nested():
        planning.revise(db, one, actor=actor, version=one.version, one_each=True)
    said = "Member and Mate of River Trust both have a place. One of them has to give it up first."
    assert (refusal.value.message, refusal.value.field) == (said, "one_each")
    db.expire_all()
    one = db.scalars(access.all_roundtables().where(Roundtable.id == one.id)).one()
    attendance.rsvp(db, one, world.mate, Answer.DECLINED)
    planning.revise(db, one, actor=actor, version=one.version, one_each=True)
    with pytest.raises(Refused):
        attendance.rsvp(db, one, world.mate, Answer.ACCEPTED)
    planning.revise(db, one, actor=actor, version=one.version, one_each=False)
    attendance.rsvp(db, one, world.mate, Answer.ACCEPTED)
    assert _places(db, one) == (3, 3)


def test_a_third_colleague_has_the_place_and_no_deputy_is_asked(plan: Plan, db: Session, world: World) -> None:
    one = plan(one_each=True)
    another = make_person(db, "Another")
    seat_id = db.scalar(access_places.seat_of(one, world.member.id))
    join(db, world.cohort, another, Role.MEMBER, db.get_one(Seat, seat_id))
    attendance.rsvp(db, one, another, Answer.ACCEPTED)
    with pytest.raises(Refused) as refusal, db.begin_nested():
        attendance.rsvp(db, one, world.member, Answer.DEPUTY)
    assert refusal.value.message.startswith("Another has the place of River Trust")
    assert db.scalars(access.answers_to(one.id)).one().person_id == another.id
