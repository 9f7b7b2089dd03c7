"""The waiting list: a free place goes to the next in line, once, is held for a while, and passes on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import Membership
from peernet.db import Refused
from peernet.ledger.models import Event
from peernet.mail.models import Mail, MailState
from peernet.roundtables import access, access_places, attendance, guests, invitations, invitees, planning, waiting
from peernet.roundtables.models import Answer, Attendance, Roundtable
from tests.conftest import NOW
from tests.world import World

Plan = Callable[..., Roundtable]
Outbox = Callable[[], list[Mail]]
FULL = "The table is full: its one place is taken. You can wait for it, or answer in writing."


def _kinds(mails: list[Mail]) -> list[tuple[str, str]]:
    return [(mail.kind.removeprefix("roundtables/"), mail.to_address.split("@")[0]) for mail in mails]


def _state(db: Session, one: Roundtable) -> dict[str, tuple[Answer, datetime | None]]:
    """What everybody answered, by name, and until when a place is held for them."""
    rows = db.scalars(access_places._answers(one.id).order_by(Attendance.id))
    return {invitees.of(row).name: (row.answer, row.held_until) for row in rows}


def _places(db: Session, one: Roundtable) -> tuple[int, int]:
    """Places counted, and answers that take one."""
    return one.accepted, len(db.scalars(access_places.with_places(one.id)).all())


def _send_all(db: Session) -> None:
    """As if the worker had delivered every mail."""
    db.execute(update(Mail).values(state=MailState.SENT))


@pytest.fixture
def one(plan: Plan, db: Session, world: World) -> Roundtable:
    """A table with one place, which the member has."""
    made = plan(capacity=1)
    attendance.rsvp(db, made, world.member, Answer.ACCEPTED)
    return made


def test_a_full_table_offers_the_waiting_list_and_nobody_is_put_there_unasked(
    one: Roundtable, db: Session, world: World
) -> None:
    with pytest.raises(Refused) as refusal:
        attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
    assert (refusal.value.message, refusal.value.field) == (FULL, "answer")
    assert list(_state(db, one)) == ["Member"]


def test_who_asks_is_told_where_they_stand(one: Roundtable, db: Session, world: World, outbox: Outbox) -> None:
    before = len(outbox())
    for person in (world.peer, world.third, world.peer):
        assert attendance.rsvp(db, one, person, Answer.WAITING).answer is Answer.WAITING
    assert _kinds(outbox()[before:]) == [("waiting", "peer"), ("waiting", "third")]
    line = [(given.person_id, db.scalar(access_places.ahead_of(one, given))) for given, _seat in _line(db, one)]
    assert line == [(world.peer.id, 0), (world.third.id, 1)]
    assert _places(db, one) == (1, 1)


def _line(db: Session, one: Roundtable) -> list[tuple[Attendance, int | None]]:
    return [(given, seat) for given, seat in db.execute(access_places.in_line(one))]


def test_who_asks_to_wait_while_a_place_is_free_has_it(plan: Plan, db: Session, world: World) -> None:
    one = plan(capacity=1)
    assert attendance.rsvp(db, one, world.peer, Answer.WAITING).answer is Answer.ACCEPTED
    assert attendance.rsvp(db, one, world.peer, Answer.WAITING).answer is Answer.ACCEPTED
    assert _places(db, one) == (1, 1)


@pytest.mark.parametrize("answer", [Answer.DECLINED, Answer.WRITING, Answer.TENTATIVE])
def test_a_place_that_becomes_free_is_held_for_the_next_once(
    one: Roundtable, db: Session, world: World, outbox: Outbox, answer: Answer
) -> None:
    for person in (world.peer, world.third):
        attendance.rsvp(db, one, person, Answer.WAITING)
    before = len(outbox())
    for _double_click in range(2):
        attendance.rsvp(db, one, world.member, answer)
    assert _kinds(outbox()[before:]) == [("offered", "peer")]
    assert _state(db, one) == {
        "Member": (answer, None),
        "Peer": (Answer.WAITING, NOW + timedelta(hours=24)),
        "Third": (Answer.WAITING, None),
    }
    assert _places(db, one) == (1, 1)
    held = db.scalars(select(Event).where(Event.action == "roundtable.place_held")).all()
    assert [event.data for event in held] == [{"person_id": world.peer.id, "guest_id": None}]


def test_a_place_held_is_taken_for_everybody_else(one: Roundtable, db: Session, world: World) -> None:
    attendance.rsvp(db, one, world.peer, Answer.WAITING)
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    for person in (world.third, world.member):
        with pytest.raises(Refused):
            attendance.rsvp(db, one, person, Answer.ACCEPTED)


def test_one_click_confirms_and_the_second_changes_nothing(
    one: Roundtable, db: Session, world: World, outbox: Outbox
) -> None:
    attendance.rsvp(db, one, world.peer, Answer.WAITING)
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    before = len(outbox())
    for _double_click in range(2):
        attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
    assert _kinds(outbox()[before:]) == [("confirmed", "peer")]
    assert _state(db, one)["Peer"] == (Answer.ACCEPTED, None)
    assert _places(db, one) == (1, 1)


def test_who_no_longer_wants_it_lets_it_pass_at_once(
    one: Roundtable, db: Session, world: World, outbox: Outbox
) -> None:
    for person in (world.peer, world.third):
        attendance.rsvp(db, one, person, Answer.WAITING)
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    before = len(outbox())
    attendance.rsvp(db, one, world.peer, Answer.DECLINED)
    assert _kinds(outbox()[before:]) == [("offered", "third")]
    assert _places(db, one) == (1, 1)


def test_past_the_deadline_it_passes_on_and_may_be_asked_for_again(
    one: Roundtable, db: Session, world: World, outbox: Outbox
) -> None:
    for person in (world.peer, world.third):
        attendance.rsvp(db, one, person, Answer.WAITING)
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    _send_all(db)
    before = len(outbox())
    with time_machine.travel(NOW + timedelta(hours=24, seconds=-1), tick=False):
        assert attendance.pass_on_due(db) == 0
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        assert [attendance.pass_on_due(db) for _again in range(2)] == [1, 0]
        assert _kinds(outbox()[before:]) == [("offered", "third"), ("passed_on", "peer")]
        assert list(_state(db, one)) == ["Member", "Third"]
        with pytest.raises(Refused):
            attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
        attendance.rsvp(db, one, world.peer, Answer.WAITING)
    assert _places(db, one) == (1, 1)


def test_who_confirms_late_but_before_it_passed_on_has_it(one: Roundtable, db: Session, world: World) -> None:
    attendance.rsvp(db, one, world.peer, Answer.WAITING)
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    _send_all(db)
    with time_machine.travel(NOW + timedelta(hours=25), tick=False):
        attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
        assert attendance.pass_on_due(db) == 0
    assert _state(db, one)["Peer"] == (Answer.ACCEPTED, None)


def test_while_its_mail_could_not_be_sent_a_place_does_not_pass_on(one: Roundtable, db: Session, world: World) -> None:
    attendance.rsvp(db, one, world.peer, Answer.WAITING)
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    with time_machine.travel(NOW + timedelta(hours=30), tick=False):
        assert attendance.pass_on_due(db) == 0
        _send_all(db)
        assert attendance.pass_on_due(db) == 1
    assert _places(db, one) == (0, 0)


def test_the_last_in_line_who_lets_it_lapse_leaves_it_free(one: Roundtable, db: Session, world: World) -> None:
    attendance.rsvp(db, one, world.peer, Answer.WAITING)
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    _send_all(db)
    with time_machine.travel(NOW + timedelta(hours=24), tick=False):
        attendance.pass_on_due(db)
        attendance.rsvp(db, one, world.third, Answer.ACCEPTED)
    assert _places(db, one) == (1, 1)


def test_who_has_no_mail_is_called_without_one_and_who_has_less_time_now_is_told(
    one: Roundtable, db: Session, world: World, outbox: Outbox
) -> None:
    world.peer.mail_bounced_at = clock.now()
    db.flush()
    attendance.rsvp(db, one, world.peer, Answer.WAITING)
    before = len(outbox())
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    assert (_state(db, one)["Peer"], _kinds(outbox()[before:])) == ((Answer.WAITING, NOW + timedelta(hours=24)), [])
    world.peer.mail_bounced_at = None
    planning.move(
        db, one, actor=viewer_of(world.organiser), version=one.version, wall_start=datetime(2026, 11, 23, 16, 0),
        zone="UTC", minutes=60,
    )  # fmt: skip
    told = [mail for mail in outbox()[before:] if mail.kind == "roundtables/offered"]
    assert ["Monday 23 November 2026, 14:00 UTC" in mail.text for mail in told] == [True]


@pytest.mark.parametrize(
    ("before_start", "held_for"),
    [
        (timedelta(days=10), timedelta(hours=24)),
        (timedelta(hours=48), timedelta(hours=24)),
        (timedelta(hours=10), timedelta(hours=5)),
        (timedelta(minutes=10), timedelta(minutes=5)),
    ],
)
def test_near_the_start_a_place_is_held_for_less(one: Roundtable, before_start: timedelta, held_for: timedelta) -> None:
    with time_machine.travel(one.starts_at - before_start, tick=False):
        assert waiting.deadline(one) == clock.now() + held_for


def test_after_the_start_nobody_is_called_and_nobody_can_wait(
    one: Roundtable, db: Session, world: World, outbox: Outbox
) -> None:
    attendance.rsvp(db, one, world.peer, Answer.WAITING)
    before = len(outbox())
    with time_machine.travel(one.starts_at, tick=False):
        with pytest.raises(Refused):
            attendance.rsvp(db, one, world.third, Answer.WAITING)
        attendance.rsvp(db, one, world.member, Answer.DECLINED)
        attendance.pass_on_due(db)
        assert (_state(db, one)["Peer"], len(outbox())) == ((Answer.WAITING, None), before)
        # The seat is empty; whoever is there may sit down.
        attendance.rsvp(db, one, world.third, Answer.ACCEPTED)
    assert _places(db, one) == (1, 1)


def test_more_places_call_as_many(one: Roundtable, db: Session, world: World, outbox: Outbox) -> None:
    for person in (world.peer, world.third, world.mate):
        attendance.rsvp(db, one, person, Answer.WAITING)
    before = len(outbox())
    planning.revise(db, one, actor=viewer_of(world.organiser), version=one.version, capacity=3)
    assert _kinds(outbox()[before:]) == [("offered", "peer"), ("offered", "third")]
    assert _places(db, one) == (3, 3)
    with pytest.raises(Refused) as refusal:
        planning.revise(db, one, actor=viewer_of(world.organiser), version=one.version, capacity=2)
    assert refusal.value.field == "capacity"


def test_no_limit_any_more_calls_everybody(one: Roundtable, db: Session, world: World, outbox: Outbox) -> None:
    for person in (world.peer, world.third):
        attendance.rsvp(db, one, person, Answer.WAITING)
    before = len(outbox())
    planning.revise(db, one, actor=viewer_of(world.organiser), version=one.version, capacity=None)
    assert _kinds(outbox()[before:]) == [("offered", "peer"), ("offered", "third")]


def test_who_leaves_the_cohort_frees_a_place_and_a_position(
    one: Roundtable, db: Session, world: World, outbox: Outbox
) -> None:
    for person in (world.peer, world.third):
        attendance.rsvp(db, one, person, Answer.WAITING)
    before = len(outbox())
    for gone in (world.peer, world.member):
        db.execute(update(Membership).where(Membership.person_id == gone.id).values(left_at=clock.now()))
    assert invitations.release_places(db) == 2
    told = [("withdrawn", "member"), ("withdrawn", "peer"), ("offered", "third")]
    assert _kinds(outbox()[before:]) == told
    assert list(_state(db, one)) == ["Third"]
    assert _places(db, one) == (1, 1)


def test_a_closed_account_frees_its_place(one: Roundtable, db: Session, world: World) -> None:
    attendance.rsvp(db, one, world.peer, Answer.WAITING)
    attendance.rsvp(db, one, world.third, Answer.WAITING)
    for person in (world.member, world.peer):
        person.disabled_at = clock.now()
    db.flush()
    invitations.release_places(db)
    assert _state(db, one) == {"Third": (Answer.WAITING, NOW + timedelta(hours=24))}


def test_whom_no_mail_reaches_is_called_last(one: Roundtable, db: Session, world: World) -> None:
    for person in (world.peer, world.third):
        attendance.rsvp(db, one, person, Answer.WAITING)
    world.peer.mail_bounced_at = clock.now()
    db.flush()
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    assert _state(db, one)["Third"] == (Answer.WAITING, NOW + timedelta(hours=24))
    attendance.rsvp(db, one, world.third, Answer.DECLINED)
    assert _state(db, one)["Peer"] == (Answer.WAITING, NOW + timedelta(hours=24))


def test_a_moved_or_reinstated_roundtable_keeps_the_line_and_counts_deadlines_anew(
    one: Roundtable, db: Session, world: World
) -> None:
    for person in (world.peer, world.third):
        attendance.rsvp(db, one, person, Answer.WAITING)
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    planning.move(
        db, one, actor=viewer_of(world.organiser), version=one.version, wall_start=datetime(2026, 11, 23, 16, 0),
        zone="UTC", minutes=60,
    )  # fmt: skip
    held = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
    assert _state(db, one) == {
        "Member": (Answer.DECLINED, None), "Peer": (Answer.WAITING, held), "Third": (Answer.WAITING, None),
    }  # fmt: skip
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    _send_all(db)
    with time_machine.travel(NOW + timedelta(hours=3), tick=False):
        # Cancelled, nothing passes on; taken up again, there is time to confirm.
        assert attendance.pass_on_due(db) == 0
        planning.reinstate(db, one, actor=viewer_of(world.organiser))
        assert attendance.pass_on_due(db) == 0
    assert _state(db, one)["Peer"] == (Answer.WAITING, datetime(2026, 11, 23, 15, 30, tzinfo=UTC))


def test_what_the_counter_lost_is_found_by_the_clock(one: Roundtable, db: Session, world: World) -> None:
    attendance.rsvp(db, one, world.peer, Answer.WAITING)
    db.execute(update(Roundtable).where(Roundtable.id == one.id).values(capacity=2))
    assert [attendance.pass_on_due(db) for _again in range(2)] == [1, 0]
    assert _places(db, one) == (2, 2)


def test_the_database_itself_holds_a_place_only_for_who_waits(one: Roundtable, db: Session, world: World) -> None:
    given = db.scalars(access.answers_to(one.id)).one()
    given.held_until = clock.now()
    with pytest.raises(IntegrityError), db.begin_nested():
        db.flush()


def test_a_guest_waits_and_is_called_like_anybody(one: Roundtable, db: Session, world: World, outbox: Outbox) -> None:
    guest = guests.invite(db, one, actor=viewer_of(world.organiser), email="expert@example.org", name="An Expert")
    attendance.rsvp(db, one, guest, Answer.WAITING)
    before = len(outbox())
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    assert _kinds(outbox()[before:]) == [("offered", "expert")]
    guests.withdraw(db, one, guest, actor=viewer_of(world.organiser))
    assert _places(db, one) == (0, 0)
