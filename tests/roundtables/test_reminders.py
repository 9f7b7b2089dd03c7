"""Reminders: to whom, when, once for each promise, and never too late."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState, Membership
from peernet.mail.models import Held, Mail, MailState
from peernet.roundtables import attendance, guests, invitations, planning, reminders
from peernet.roundtables.models import Answer, Roundtable, When
from tests.world import World

Plan = Callable[..., Roundtable]
Outbox = Callable[[], list[Mail]]
Remind = Callable[..., list[tuple[str, str]]]
READING = [("FAIR", "https://go-fair.org")]
ATTENDING = ("organiser", "facilitator", "member", "mate", "peer", "third")


@pytest.fixture(autouse=True)
def _without_the_first_table(db: Session, world: World) -> None:
    """The world's own roundtable was never announced; here only what a test plans is."""
    db.delete(world.roundtable)
    db.commit()


@pytest.fixture
def remind(db: Session, outbox: Outbox) -> Remind:
    """Let the clock run at some times before a roundtable; who got which reminder."""

    def run(one: Roundtable, *ahead: timedelta, of: datetime | None = None) -> list[tuple[str, str]]:
        before, moment = len(outbox()), of or one.starts_at
        for each in ahead:
            with time_machine.travel(moment - each, tick=False):
                reminders.send_due(db)
                outbox()
        told = outbox()[before:]
        return [(mail.kind.removeprefix("roundtables/"), mail.to_address.split("@")[0]) for mail in told]

    return run


def hours(*numbers: float) -> list[timedelta]:
    return [timedelta(hours=number) for number in numbers]


def _answer(db: Session, world: World, one: Roundtable) -> None:
    """Each answers otherwise; the organiser and the facilitator are silent."""
    for name, answer in (
        ("member", Answer.ACCEPTED), ("mate", Answer.DECLINED), ("peer", Answer.WRITING), ("third", Answer.TENTATIVE)
    ):  # fmt: skip
        attendance.rsvp(db, one, getattr(world, name), answer)


def test_the_day_before_who_comes_or_is_silent_is_reminded_once(
    plan: Plan, db: Session, world: World, remind: Remind, outbox: Outbox
) -> None:
    one = plan(reading=READING, asked=[(world.asking, When.BEFORE)])
    _answer(db, world, one)
    assert remind(one, timedelta(hours=24, seconds=1)) == []
    assert remind(one, *hours(24, 23, 3)) == [
        ("reminder", name) for name in ("organiser", "facilitator", "member", "third")
    ]
    told = outbox()[-4:]
    assert all("https://go-fair.org" in mail.text and world.asking.text in mail.text for mail in told)
    assert ["meet.example.org" in mail.text for mail in told] == [False] * 4


def test_a_week_before_who_does_not_decline_hears_what_to_read(
    plan: Plan, db: Session, world: World, remind: Remind
) -> None:
    one = plan(wall_start=datetime(2026, 12, 14, 15, 0), reading=READING)
    _answer(db, world, one)
    assert remind(one, timedelta(days=7, seconds=1)) == []
    expected = [("to_read", name) for name in ("organiser", "facilitator", "member", "peer", "third")]
    assert remind(one, timedelta(days=7), timedelta(days=6), *hours(26)) == expected


def test_where_there_is_nothing_to_read_nothing_is_said_a_week_before(plan: Plan, world: World, remind: Remind) -> None:
    one = plan(wall_start=datetime(2026, 12, 14, 15, 0), asked=[(world.asking, When.DURING)])
    assert remind(one, timedelta(days=7), timedelta(days=3)) == []


def test_an_hour_before_who_comes_and_wishes_it_gets_the_way_in(
    plan: Plan, db: Session, world: World, remind: Remind, outbox: Outbox
) -> None:
    one = plan(link="https://meet.example.org/table")
    _answer(db, world, one)
    for name in ATTENDING:
        getattr(world, name).mail_hour = name != "third"
    assert remind(one, *hours(1.01)) == []
    assert remind(one, *hours(1, 0.9, 0.1)) == [("soon", "member")]
    assert "The way in:\nhttp://localhost:8000/r/{{token" in outbox()[-1].text


@pytest.mark.parametrize(("kind", "ahead"), [("reading", 48), ("day", 20), ("hour", 1)])
def test_each_reminder_is_a_choice_and_can_be_stopped(
    plan: Plan, db: Session, world: World, remind: Remind, outbox: Outbox, kind: str, ahead: int
) -> None:
    one = plan(wall_start=datetime(2026, 12, 14, 15, 0), reading=READING)
    for name in ATTENDING:
        attendance.rsvp(db, one, getattr(world, name), Answer.ACCEPTED)
        setattr(getattr(world, name), f"mail_{kind}", name in ("member", "peer"))
    assert [name for _kind, name in remind(one, *hours(ahead))] == ["member", "peer"]
    mail = outbox()[-1]
    assert mail.stop_token_id is not None
    assert "Stop mails of this kind" in mail.text


@pytest.mark.parametrize(
    ("ahead", "is_sent"), [(24.1, False), (24, True), (2.1, True), (2, False), (0, False), (-0.5, False)]
)
def test_a_late_reminder_is_sent_while_it_is_of_use(plan: Plan, remind: Remind, ahead: float, is_sent: bool) -> None:
    """The worker was away: of the day before nothing is said in the last two hours, and nothing once it has begun."""
    assert bool(remind(plan(), *hours(ahead))) is is_sent


def test_a_job_that_comes_too_late_says_nothing(plan: Plan, db: Session, remind: Remind, outbox: Outbox) -> None:
    one, before = plan(), len(outbox())
    with time_machine.travel(one.starts_at - timedelta(hours=3), tick=False):
        assert reminders.send_due(db) == 1
    with time_machine.travel(one.starts_at - timedelta(hours=1.5), tick=False):
        assert len(outbox()) == before


def _move(db: Session, world: World, one: Roundtable, wall: datetime) -> None:
    planning.move(
        db, one, actor=viewer_of(world.organiser), version=one.version, wall_start=wall, zone=one.zone, minutes=90
    )


def test_it_is_made_anew_when_the_roundtable_moves(
    plan: Plan, db: Session, world: World, remind: Remind, outbox: Outbox
) -> None:
    one = plan()
    assert len(remind(one, *hours(20))) == 6
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        _move(db, world, one, datetime(2026, 12, 15, 15, 0))
        outbox()
    assert remind(one, *hours(20), of=datetime.fromisoformat("2026-12-08T15:00:00+00:00")) == []
    assert [kind for kind, _name in remind(one, *hours(20, 19))] == ["reminder"] * 6


def test_one_that_was_under_way_when_it_moved_says_nothing(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan()
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        reminders.send_due(db)
        _move(db, world, one, datetime(2026, 12, 15, 15, 0))
        assert {mail.kind for mail in outbox()[6:]} == {"roundtables/moved"}


def test_another_place_reminds_nobody_twice(plan: Plan, db: Session, world: World, remind: Remind) -> None:
    one = plan()
    assert len(remind(one, *hours(20))) == 6
    planning.revise(db, one, actor=viewer_of(world.organiser), version=one.version, place="Room 7")
    assert [kind for kind, _name in remind(one, *hours(19))] == []


@pytest.mark.parametrize("change", ["move", "cancel", "decline", "leave"])
def test_one_that_still_waits_for_the_mail_server_is_called_back(
    plan: Plan, db: Session, world: World, remind: Remind, change: str
) -> None:
    other, one = plan(title="Another"), plan()
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    remind(one, *hours(20))
    with time_machine.travel(one.starts_at - timedelta(hours=19), tick=False):
        match change:
            case "move":
                _move(db, world, one, datetime(2026, 12, 15, 15, 0))
            case "cancel":
                planning.cancel(db, one, actor=viewer_of(world.organiser))
            case "decline":
                attendance.rsvp(db, one, world.member, Answer.DECLINED)
            case "leave":
                db.execute(
                    update(Membership).where(Membership.person_id == world.member.id).values(left_at=clock.now())
                )
                invitations.release_places(db)
    left = {f"roundtable:{each.id}:day": 6 for each in (one, other)}
    if change in ("move", "cancel"):
        del left[f"roundtable:{one.id}:day"]
    else:
        left[f"roundtable:{one.id}:day"] = 5
    if change == "leave":
        left[f"roundtable:{other.id}:day"] = 5
    waiting = db.scalars(select(Mail.key).where(Mail.kind == "roundtables/reminder"))
    assert Counter(":".join((key or "").split(":")[:3]) for key in waiting) == left


def test_one_that_is_being_delivered_or_has_left_is_not_called_back(
    plan: Plan, db: Session, world: World, remind: Remind, outbox: Outbox
) -> None:
    one = plan()
    remind(one, *hours(20))
    first, second = outbox()[-2:]
    first.state, second.lease_until = MailState.SENT, one.starts_at
    db.flush()
    with time_machine.travel(one.starts_at - timedelta(hours=19), tick=False):
        planning.cancel(db, one, actor=viewer_of(world.organiser))
    left = db.scalars(select(Mail.id).where(Mail.kind == "roundtables/reminder").order_by(Mail.id))
    assert list(left) == [first.id, second.id]


def test_who_was_told_of_the_time_just_now_is_not_reminded_on_top(
    plan: Plan, db: Session, world: World, remind: Remind
) -> None:
    one = plan()
    with time_machine.travel(datetime.fromisoformat("2026-12-07T12:00:00+00:00"), tick=False):
        _move(db, world, one, datetime(2026, 12, 8, 9, 0))
    assert {kind for kind, _name in remind(one, *hours(20))} == set()
    assert {kind for kind, _name in remind(one, *hours(14))} == {"reminder"}


def test_nobody_is_reminded_of_what_is_cancelled_closed_or_a_draft(
    plan: Plan, db: Session, world: World, remind: Remind
) -> None:
    one = plan()
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    assert remind(one, *hours(20)) == []
    planning.reinstate(db, one, actor=viewer_of(world.organiser))
    for state in (CohortState.DRAFT, CohortState.CLOSED):
        world.cohort.state = state
        db.flush()
        assert remind(one, *hours(20)) == []


def test_a_guest_is_reminded_and_has_nothing_to_stop(
    plan: Plan, db: Session, world: World, remind: Remind, outbox: Outbox
) -> None:
    one = plan()
    guests.invite(db, one, actor=viewer_of(world.facilitator), email="expert@example.org", name="An Expert")
    outbox()
    assert ("reminder", "expert") in remind(one, *hours(20))
    assert outbox()[-1].stop_token_id is None


def test_every_reminder_says_when_in_both_zones(plan: Plan, world: World, remind: Remind, outbox: Outbox) -> None:
    one = plan(reading=READING, wall_start=datetime(2026, 12, 14, 15, 0))
    world.peer.mail_hour = True
    for ahead in (48, 20):
        remind(one, *hours(ahead))
        mail = next(mail for mail in reversed(outbox()) if mail.person_id == world.peer.id)
        for text in (mail.text, mail.html):
            assert "14 December 2026, 15:00 London" in text
            assert "14 December 2026, 20:30 Kolkata" in text


def test_the_reading_waits_for_the_daily_mail_of_who_chose_one(
    plan: Plan, db: Session, world: World, remind: Remind
) -> None:
    one = plan(reading=READING, wall_start=datetime(2026, 12, 14, 15, 0))
    world.peer.mail_digest = True
    assert "peer" not in [name for _kind, name in remind(one, *hours(48, 47))]
    (held,) = db.scalars(select(Held))
    assert (held.person_id, held.kind, held.subject) == (world.peer.id, "roundtables/reading", f"roundtable:{one.id}")
    assert ("reminder", "peer") in remind(one, *hours(20))


def test_many_roundtables_take_no_more_queries(
    plan: Plan, db: Session, world: World, count_queries: Any, outbox: Outbox
) -> None:
    def queries() -> int:
        with count_queries() as seen:
            reminders.send_due(db)
        return len(seen)

    moment = clock.now() + timedelta(hours=12)
    with time_machine.travel(moment, tick=False):
        plan(wall_start=datetime(2026, 11, 28, 15, 0))
        few = queries()
        for number in range(10):
            plan(title=f"Table {number}", wall_start=datetime(2026, 11, 28, 15, 0))
        assert queries() == few
