"""Late joiners, leavers, guests, reminders, and clocks whose rules change."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState, Membership, Role
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.roundtables import access, attendance, invitations, planning, reminders, times, zones
from peernet.roundtables.models import Answer, Roundtable, When
from peernet.web.viewer import Viewer
from tests.world import World, join

Plan = Callable[..., Roundtable]
Outbox = Callable[[], list[Mail]]


def _kinds(mails: list[Mail]) -> list[tuple[str, str]]:
    return [(mail.kind.removeprefix("roundtables/"), mail.to_address.split("@")[0]) for mail in mails]


def _leave(db: Session, person: Person) -> None:
    db.execute(update(Membership).where(Membership.person_id == person.id).values(left_at=clock.now()))


@pytest.fixture(autouse=True)
def _without_the_first_table(db: Session, world: World) -> None:
    """The world's own roundtable was never announced; here only what a test plans is."""
    db.delete(world.roundtable)
    db.commit()


def test_who_joins_later_is_invited_to_what_is_to_come(plan: Plan, db: Session, world: World, outbox: Outbox) -> None:
    plan(wall_start=datetime(2026, 11, 3, 13, 0), held=True)
    cancelled = plan()
    planning.cancel(db, cancelled, actor=viewer_of(world.organiser))
    one = plan()
    join(db, world.cohort, world.stranger, Role.FACILITATOR)
    before = len(outbox())
    assert invitations.invite_late_joiners(db) == 1
    told = outbox()[before:]
    assert invitations.invite_late_joiners(db) == 0
    assert _kinds(told) == [("invited", "stranger")]
    assert f"/roundtables/{one.id}\n" in told[0].text


def test_observers_and_other_cohorts_are_not_invited(plan: Plan, db: Session, world: World, outbox: Outbox) -> None:
    plan()
    assert invitations.invite_late_joiners(db) == 0
    invited = {mail.person_id for mail in outbox()}
    assert not invited & {world.observer.id, world.outsider.id, world.stranger.id, world.admin.id}


def test_a_draft_that_is_opened_invites(plan: Plan, db: Session, world: World, outbox: Outbox) -> None:
    world.cohort.state = CohortState.DRAFT
    plan()
    assert invitations.invite_late_joiners(db) == 0
    world.cohort.state = CohortState.RUNNING
    db.flush()
    assert invitations.invite_late_joiners(db) == 1
    assert [kind for kind, _name in _kinds(outbox())] == ["invited"] * 6


def test_who_leaves_frees_the_place_and_loses_the_link(plan: Plan, db: Session, world: World) -> None:
    one = plan(capacity=2)
    for person in (world.member, world.peer):
        attendance.rsvp(db, one, person, Answer.ACCEPTED)
    _leave(db, world.member)
    assert invitations.release_places(db) == 1
    assert invitations.release_places(db) == 0
    db.refresh(one)
    assert one.accepted == 1
    assert [given.person_id for given in db.scalars(access.answers_to(one.id))] == [world.peer.id]


def test_what_was_answered_to_a_past_roundtable_stays_when_somebody_leaves(
    plan: Plan, db: Session, world: World
) -> None:
    one = plan()
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    _leave(db, world.member)
    with time_machine.travel(one.starts_at + timedelta(minutes=1), tick=False):
        assert invitations.release_places(db) == 0


# Guests


# Reminders


def test_the_day_before_who_comes_or_is_silent_is_reminded_once(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan(reading=[("FAIR", "https://go-fair.org")], asked=[(world.asking, When.BEFORE)])
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, one, world.mate, Answer.DECLINED)
    attendance.rsvp(db, one, world.peer, Answer.WRITING)
    world.third.mail_roundtables = False
    before = len(outbox())
    with time_machine.travel(one.starts_at - timedelta(hours=24, seconds=1), tick=False):
        reminders.send_due(db)
    assert len(outbox()) == before
    for ahead in (24, 23, 1):
        with time_machine.travel(one.starts_at - timedelta(hours=ahead), tick=False):
            reminders.send_due(db)
    told = outbox()[before:]
    assert _kinds(told) == [("reminder", name) for name in ("organiser", "facilitator", "member")]
    assert all(mail.stop_token_id is not None for mail in told)
    assert all("https://go-fair.org" in mail.text and world.asking.text in mail.text for mail in told)


def test_a_reminder_is_made_anew_when_the_roundtable_moves(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan()
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        reminders.send_due(db)
        planning.move(
            db, one, actor=viewer_of(world.organiser), version=1, wall_start=datetime(2026, 12, 15, 15, 0),
            zone="Europe/London", minutes=90,
        )  # fmt: skip
        before = len(outbox())
        reminders.send_due(db)
        assert len(outbox()) == before
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        reminders.send_due(db)
    assert [kind for kind, _name in _kinds(outbox()[before:])] == ["reminder"] * 6


def test_nobody_is_reminded_of_what_is_cancelled_or_was_just_planned(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan()
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    plan(wall_start=datetime(2026, 11, 24, 11, 0))
    before = len(outbox())
    reminders.send_due(db)
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        reminders.send_due(db)
    assert len(outbox()) == before


# Rules of zones


def test_when_rules_change_the_promise_stands_and_who_sits_elsewhere_is_told(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan()
    # As if it had been planned when London was still to be an hour ahead of UTC in December.
    one.starts_at, one.ends_at = one.starts_at - timedelta(hours=1), one.ends_at - timedelta(hours=1)
    one.zone_rules = "2020a"
    db.flush()
    attendance.rsvp(db, one, world.peer, Answer.ACCEPTED)
    world.third.zone = "America/New_York"
    world.mate.zone = "Asia/Kolkata"
    attendance.rsvp(db, one, world.mate, Answer.DECLINED)
    db.flush()
    before = len(outbox())
    assert zones.recompute(db) == 1
    assert (one.wall_start, one.starts_at) == (datetime(2026, 12, 8, 15, 0), datetime(2026, 12, 8, 15, 0, tzinfo=UTC))
    assert one.ends_at == datetime(2026, 12, 8, 16, 30, tzinfo=UTC)
    assert (one.sequence, one.zone_rules) == (1, times.RULES)
    assert _kinds(outbox()[before:]) == [("rules_moved", "peer"), ("rules_moved", "third")]
    assert zones.recompute(db) == 0
    event = db.scalars(select(Event).where(Event.action == "roundtable.rules_moved")).one()
    assert event.data == {"was": "2026-12-08T14:00:00+00:00", "now": "2026-12-08T15:00:00+00:00"}


def test_rules_that_move_nothing_are_noted_and_what_has_been_stays(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan()
    past = plan(wall_start=datetime(2026, 11, 3, 13, 0), held=True)
    past.starts_at -= timedelta(hours=1)
    one.zone_rules = past.zone_rules = "2020a"
    db.flush()
    before = len(outbox())
    assert zones.recompute(db) == 0
    assert (one.sequence, one.zone_rules != "2020a", past.zone_rules) == (0, True, "2020a")
    assert len(outbox()) == before


def test_a_cancelled_roundtable_is_computed_anew_in_silence(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan()
    planning.cancel(db, one, actor=Viewer())
    one.starts_at -= timedelta(hours=1)
    db.flush()
    before = len(outbox())
    assert zones.recompute(db) == 1
    assert one.starts_at == datetime(2026, 12, 8, 15, 0, tzinfo=UTC)
    assert len(outbox()) == before
