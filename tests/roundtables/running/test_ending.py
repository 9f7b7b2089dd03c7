"""A roundtable is over when those who lead say so: who was there is confirmed, the recap goes out, its questions are
asked from then on, and all deadlines count from there. What was ended by mistake goes on."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock, live, pages
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.db import Database, Refused, migrations
from peernet.ledger.models import Event
from peernet.roundtables import access, access_presence, checkins
from peernet.roundtables.agendas.models import StepGrouping
from peernet.roundtables.feedback import giving
from peernet.roundtables.models import Answer, Attendance, Roundtable
from peernet.roundtables.notes import writing
from peernet.roundtables.recaps import sending
from peernet.roundtables.running import steering
from peernet.roundtables.running.listening import topic_of
from peernet.roundtables.running.models import Room
from tests.roundtables.tablenotes.conftest import MakeStep
from tests.roundtables.test_pages import SERIES, words_of
from tests.world import World, make_world

SignIn = Callable[[Person], FlaskClient]
EARLY = timedelta(minutes=40)
CONFIRMED = {"seen": "1:none:0", "mark": "1:none", "confirm": "yes"}


def at(world: World, more: str = "") -> str:
    """An address of the world's roundtable."""
    return f"{SERIES}/{world.roundtable.id}{more}"


@pytest.fixture
def begun(world: World, make_step: MakeStep, sign_in: SignIn) -> FlaskClient:
    """Who leads it has begun the first step of the roundtable, which goes on now."""
    step, _after = make_step(StepGrouping.ALL, title="Talk"), make_step(StepGrouping.ALL, title="Close")
    leads = sign_in(world.facilitator)
    assert leads.post(at(world, "/room/step"), data={"step": step.id}).status_code == 303
    return leads


def _over(db: Session, one: Roundtable) -> tuple[bool, bool]:
    """Whether it is over, by the row and by the database."""
    db.refresh(one)
    db.refresh(one, ["cohort"])
    known = select(Roundtable.id).where(Roundtable.id == one.id, Roundtable.over_at <= clock.now())
    return one.over_at <= clock.now(), db.scalar(known) is not None


def test_what_is_ended_early_is_over_for_everything_that_asks(
    db: Session, world: World, sign_in: SignIn, begun: FlaskClient
) -> None:
    one, member = world.roundtable, sign_in(world.member)
    db.add(Attendance(
        roundtable_id=one.id, person_id=world.member.id, answer=Answer.ACCEPTED, answered_at=clock.now()
    ))  # fmt: skip
    db.commit()
    days, ends = timedelta(days=one.correction_days), one.starts_at + EARLY
    with time_machine.travel(ends, tick=False):
        assert (_over(db, one), sending.is_sendable(one), giving.is_open(one)) == ((False, False), False, False)
        assert begun.post(at(world, "/attendance"), data=CONFIRMED).status_code == 422
        assert begun.post(at(world, "/recap")).status_code == 422
        assert begun.post(at(world, "/room/end")).status_code == 303
        assert (_over(db, one), sending.is_sendable(one), giving.is_open(one)) == ((True, True), True, True)
        # The deadlines count from there, the booked end stays what was booked.
        assert (writing.closes_at(one), giving.until(one)) == (ends + days, ends + days + timedelta(days=7))
        assert one.ends_at == one.starts_at + timedelta(minutes=one.minutes)
        assert (checkins.takes_own(one), checkins.takes_marks(one)) == (False, True)
        assert one.id not in {each.id for each in db.scalars(access.upcoming_of(viewer_of(world.member))).unique()}
        assert access_presence.held_attendance(db, [one.cohort_id]) == {one.id: frozenset({world.member.id})}
        page = words_of(member.get(at(world)))
        assert ["Held" in page, "Are you coming?" in page, "Was it worth your time" in page] == [
            True, False, True,
        ]  # fmt: skip
        assert "What came of it" in words_of(member.get(at(world, "/room")))
        assert member.post(at(world, "/rsvp"), data={"answer": "declined"}).status_code == 422
        confirmed = begun.post(at(world, "/attendance"), data=CONFIRMED)
        assert (confirmed.status_code, begun.post(at(world, "/recap")).status_code) == (303, 303)


def test_who_comes_is_listed_until_the_end_and_who_was_there_afterwards_for_those_who_lead(
    world: World, sign_in: SignIn, begun: FlaskClient
) -> None:
    def said(client: FlaskClient) -> list[bool]:
        page = words_of(client.get(at(world)))
        return [text in page for text in ("Who comes", "was there, as far as it is recorded", "of 12 places")]

    member = sign_in(world.member)
    assert [said(each) for each in (begun, member)] == [[True, False, True]] * 2
    begun.post(at(world, "/room/person"), data={"person": world.member.id, "what": "here"})
    begun.post(at(world, "/room/end"))
    assert [said(each) for each in (begun, member)] == [[False, True, False], [False] * 3]


def test_who_ends_it_twice_ends_it_once_and_who_takes_it_back_twice_too(
    db: Session, world: World, sign_in: SignIn, begun: FlaskClient
) -> None:
    one, other = world.roundtable, sign_in(world.organiser)
    ends = one.starts_at + EARLY
    before = live.reached(db, topic_of(one.id))
    for seconds, who in ((0, begun), (1, other)):
        with time_machine.travel(ends + timedelta(seconds=seconds), tick=False):
            assert who.post(at(world, "/room/end")).status_code == 303
    db.refresh(one)
    assert (one.over_at, live.reached(db, topic_of(one.id))) == (ends, before + 1)
    began = db.scalars(select(Room.step_began_at)).one()
    with time_machine.travel(ends + timedelta(seconds=9), tick=False):
        assert sign_in(world.member).post(at(world, "/room/go-on")).status_code == 404
        assert begun.post(at(world, "/attendance"), data=CONFIRMED).status_code == 303
        assert "It goes on after all: Talk" in words_of(begun.get(at(world, "/room")))
        for who in (begun, other):
            assert who.post(at(world, "/room/go-on")).status_code == 303
        # It stands where it stood, by the same clock; and who was there is not known yet.
        db.refresh(one)
        stands = db.scalars(select(Room)).one()
        assert (one.over_at, one.presence_fixed_at, stands.step_began_at) == (one.ends_at, None, began)
        assert "The last command was given by Facilitator at" in words_of(begun.get(at(world, "/room")))
        page = words_of(begun.get(at(world, "/room")))
        assert ["Next: Close" in page, "It goes on after all" in page, "It has ended" in page] == [True, False, False]
    noted = [each for each in db.scalars(select(Event.action).order_by(Event.id)) if each.startswith("roundtable.")]
    assert noted[-4:] == [
        "roundtable.begun", "roundtable.ended", "roundtable.presence_confirmed", "roundtable.reopened",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("minutes", "over"),
    [(-60 * 24, None), (-1, None), (0, 0), (89, 89), (90, None), (200, None)],
)
def test_only_an_end_between_start_and_booked_end_is_one(
    db: Session, world: World, minutes: int, over: int | None
) -> None:
    one = world.roundtable
    one.minutes, one.ends_at = 90, one.starts_at + timedelta(minutes=90)
    one.ended_at = one.starts_at + timedelta(minutes=minutes)
    db.commit()
    until = one.ends_at if over is None else one.starts_at + timedelta(minutes=over)
    for second, is_over in ((-1, False), (0, True)):
        with time_machine.travel(until + timedelta(seconds=second), tick=False):
            assert _over(db, one) == (is_over, is_over)


def test_what_is_tried_out_beforehand_has_not_ended(
    db: Session, world: World, sign_in: SignIn, begun: FlaskClient
) -> None:
    one, member = world.roundtable, sign_in(world.member)
    one.starts_at, one.ends_at = one.starts_at + timedelta(days=1), one.ends_at + timedelta(days=1)
    db.commit()
    ended = begun.post(at(world, "/room/end"), follow_redirects=True)
    assert "It was tried out before its start, and has not ended." in words_of(ended)
    assert _over(db, one) == (False, False)
    page = words_of(member.get(at(world, "/room")))
    assert ["It has not begun yet" in page, "It has ended" in page, "Raise my hand" in page] == [True, False, True]
    assert member.post(at(world, "/room/questions"), data={"question": "When?"}).status_code == 303


def test_nothing_goes_on_that_never_began_or_is_cancelled(db: Session, world: World, make_step: MakeStep) -> None:
    step, leads = make_step(StepGrouping.ALL), viewer_of(world.facilitator)
    for verb in (steering.end, steering.go_on):
        with pytest.raises(Refused):
            verb(db, world.roundtable, actor=leads)
    db.refresh(world.roundtable, ["cohort"])
    steering.go_to(db, world.roundtable, step, actor=leads)
    steering.end(db, world.roundtable, actor=leads)
    world.roundtable.cancelled_at = clock.now()
    db.flush()
    with pytest.raises(Refused):
        steering.go_on(db, world.roundtable, actor=leads)


def test_public_pages_follow_at_once(db: Session, world: World, make_step: MakeStep) -> None:
    one, leads = world.roundtable, viewer_of(world.facilitator)
    steering.go_to(db, one, make_step(StepGrouping.ALL), actor=leads)
    one.is_public = True
    db.commit()
    shown = {"home", "cohorts", "roundtables", f"cohort:{one.cohort_id}", f"roundtable:{one.id}"}
    for verb in (steering.end, steering.go_on):
        db.refresh(one, ["cohort"])
        verb(db, one, actor=leads)
        assert pages.touched(db) == shown
        db.commit()


def test_when_it_ended_goes_down_and_up_with_the_roundtable(own_database: Database) -> None:
    ended = datetime(2026, 12, 1, 15, 20, tzinfo=clock.now().tzinfo)
    with own_database.writing() as db:
        one = make_world(db).roundtable
        db.add(Room(roundtable_id=one.id, step_began_at=ended, began_at=ended, changed_at=ended))
        one.ended_at, one_id = ended, one.id
    migrations.downgrade(own_database, "0058")
    migrations.upgrade(own_database)
    with own_database.reading() as db:
        assert db.get_one(Roundtable, one_id).ended_at == ended
