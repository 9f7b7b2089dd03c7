"""Late joiners, leavers, guests, what changes before it was told, and clocks whose rules change."""

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
from peernet.roundtables import access, attendance, invitations, planning, times, zones
from peernet.roundtables.models import Answer, Roundtable
from peernet.web.viewer import Viewer
from tests.roundtables.conftest import PLANNED, by_other_rules
from tests.world import World, join

Plan = Callable[..., Roundtable]
Outbox = Callable[[], list[Mail]]


# When those who were there have been told of what a test planned.
LATER = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
ATTENDING = ("organiser", "facilitator", "member", "mate", "peer", "third")


def _kinds(mails: list[Mail]) -> list[tuple[str, str]]:
    return [(mail.kind.removeprefix("roundtables/"), mail.to_address.split("@")[0]) for mail in mails]


def _leave(db: Session, person: Person) -> None:
    db.execute(update(Membership).where(Membership.person_id == person.id).values(left_at=clock.now()))


@pytest.fixture(autouse=True)
def _without_the_first_table(db: Session, world: World) -> None:
    """The world's own roundtable was never announced; here only what a test plans is."""
    db.delete(world.roundtable)
    db.commit()


def _invite(db: Session, moment: datetime = LATER) -> int:
    with time_machine.travel(moment, tick=False):
        return invitations.invite_late_joiners(db)


def test_who_joins_later_is_invited_to_the_next_and_reads_what_follows(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    plan(wall_start=datetime(2026, 11, 3, 13, 0), held=True)
    cancelled = plan(title="Off")
    planning.cancel(db, cancelled, actor=viewer_of(world.organiser))
    second, third = (
        plan(title=title, wall_start=datetime(2026, 12, day, 15, 0)) for title, day in (("B", 15), ("C", 22))
    )
    first = plan(title="A")
    join(db, world.cohort, world.stranger, Role.FACILITATOR)
    before = len(outbox())
    assert _invite(db) == 1
    (told,) = outbox()[before:]
    assert _invite(db) == 0
    assert _kinds([told]) == [("welcome", "stranger")]
    assert f"/roundtables/{first.id}\n" in told.text
    assert [line for line in told.text.splitlines() if line.startswith("- ")] == ["- B", "- C"]
    assert "Off" not in told.text
    # The others follow, one by one, as plain invitations.
    for one in (second, third):
        before = len(outbox())
        assert _invite(db, one.starts_at - timedelta(days=6)) == 1
        with time_machine.travel(one.starts_at - timedelta(days=6), tick=False):
            assert _kinds(outbox()[before:]) == [("invited", "stranger")]
        assert f"/roundtables/{one.id}\n" in outbox()[-1].text
    assert _invite(db, third.starts_at) == 0


def test_who_joins_before_the_last_roundtable_is_plainly_invited(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    plan()
    join(db, world.cohort, world.stranger, Role.FACILITATOR)
    before = len(outbox())
    assert _invite(db) == 1
    assert _kinds(outbox()[before:]) == [("invited", "stranger")]


def test_a_date_that_a_late_joiner_was_given_is_not_moved_in_silence(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    first, second = plan(title="A"), plan(title="B", wall_start=datetime(2026, 12, 15, 15, 0))
    join(db, world.cohort, world.stranger, Role.FACILITATOR)
    _invite(db)
    before = len(outbox())
    planning.move(
        db, second, actor=viewer_of(world.organiser), version=second.version, wall_start=datetime(2026, 12, 16, 15, 0),
        zone="Europe/London", minutes=90,
    )  # fmt: skip
    told = [mail for mail in outbox()[before:] if mail.person_id == world.stranger.id]
    assert _kinds(told) == [("moved", "stranger")]
    assert "Tuesday 15 December 2026, 15:00 London" in told[0].text
    assert told[0].attachments[0]["method"] == "REQUEST"
    # Moved it is in their calendar, so its turn brings no second invitation.
    assert _invite(db, first.starts_at + timedelta(hours=2)) == 0


def test_what_was_just_planned_is_left_to_its_own_job(plan: Plan, db: Session, world: World) -> None:
    planning.plan(db, world.cohort, actor=viewer_of(world.organiser), **PLANNED)
    assert _invite(db, clock.now() + timedelta(minutes=9)) == 0
    assert _invite(db, clock.now() + timedelta(minutes=10)) == 1


def test_observers_and_other_cohorts_are_not_invited(plan: Plan, db: Session, world: World, outbox: Outbox) -> None:
    plan()
    assert _invite(db) == 0
    invited = {mail.person_id for mail in outbox()}
    assert not invited & {world.observer.id, world.outsider.id, world.stranger.id, world.admin.id}


def test_a_draft_that_is_opened_invites(plan: Plan, db: Session, world: World, outbox: Outbox) -> None:
    world.cohort.state = CohortState.DRAFT
    plan()
    plan(title="Another", wall_start=datetime(2026, 12, 15, 15, 0))
    assert _invite(db) == 0
    world.cohort.state = CohortState.RUNNING
    db.flush()
    assert _invite(db) == 1
    assert [kind for kind, _name in _kinds(outbox())] == ["welcome"] * 6


def test_who_comes_back_after_leaving_is_invited_anew(plan: Plan, db: Session, world: World, outbox: Outbox) -> None:
    plan()
    _leave(db, world.third)
    invitations.release_places(db)
    before = len(outbox())
    assert _invite(db) == 0
    join(db, world.cohort, world.third, Role.FACILITATOR)
    assert _invite(db) == 1
    assert _kinds(outbox()[before:]) == [("invited", "third")]


# What changes before it was told


def _move(db: Session, world: World, one: Roundtable, day: int) -> None:
    wall = datetime(2026, 12, day, 15, 0)
    planning.move(
        db, one, actor=viewer_of(world.organiser), version=one.version, wall_start=wall, zone=one.zone, minutes=90
    )


def test_who_never_knew_the_old_time_is_invited_to_the_new_one(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = planning.plan(db, world.cohort, actor=viewer_of(world.organiser), **PLANNED)
    _move(db, world, one, 9)
    assert _kinds(outbox()) == [("invited", name) for name in ATTENDING]
    assert all("9 December" in mail.text for mail in outbox())


def test_who_joined_between_hears_of_no_move(plan: Plan, db: Session, world: World, outbox: Outbox) -> None:
    one = plan()
    before = len(outbox())
    join(db, world.cohort, world.stranger, Role.FACILITATOR)
    _move(db, world, one, 9)
    assert _kinds(outbox()[before:]) == [("moved", name) for name in ATTENDING]
    _invite(db)
    (told,) = outbox()[before + 6 :]
    assert _kinds([told]) == [("invited", "stranger")]
    assert "9 December" in told.text


def test_moved_twice_before_it_was_told_is_moved_once_from_what_they_knew(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan()
    before = len(outbox())
    _move(db, world, one, 9)
    _move(db, world, one, 10)
    told = outbox()[before:]
    assert _kinds(told) == [("moved", name) for name in ATTENDING]
    assert all("8 December" in mail.text and "10 December" in mail.text for mail in told)
    assert not [mail for mail in told if "9 December" in mail.text]


def test_moved_there_and_back_before_it_was_told_is_told_to_nobody(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan()
    before = len(outbox())
    _move(db, world, one, 9)
    _move(db, world, one, 8)
    assert outbox()[before:] == []


def test_who_was_never_invited_hears_of_no_cancellation(plan: Plan, db: Session, world: World, outbox: Outbox) -> None:
    one = plan()
    before = len(outbox())
    join(db, world.cohort, world.stranger, Role.FACILITATOR)
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    assert _kinds(outbox()[before:]) == [("cancelled", name) for name in ATTENDING]


def test_every_mail_of_a_move_gives_both_times_in_both_zones(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan()
    _move(db, world, one, 9)
    mail = next(mail for mail in reversed(outbox()) if mail.person_id == world.peer.id)
    for hour in ("8 December 2026, 15:00 London", "8 December 2026, 20:30 Kolkata",
                 "9 December 2026, 15:00 London", "9 December 2026, 20:30 Kolkata"):  # fmt: skip
        assert hour in mail.text
        assert hour in mail.html


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


def test_the_calendar_of_who_leaves_takes_out_what_is_to_come(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one, off = plan(), plan(title="Off", wall_start=datetime(2026, 12, 15, 15, 0))
    planning.cancel(db, off, actor=viewer_of(world.organiser))
    attendance.rsvp(db, one, world.member, Answer.DECLINED)
    before = len(outbox())
    _leave(db, world.member)
    db.execute(update(Membership).where(Membership.person_id == world.peer.id).values(role=Role.OBSERVER))
    invitations.release_places(db)
    invitations.release_places(db)
    told = outbox()[before:]
    assert _kinds(told) == [("withdrawn", "member"), ("withdrawn", "peer")]
    assert [mail.attachments[0]["method"] for mail in told] == ["CANCEL"] * 2
    assert all(f"UID:{one.uid}\r\n" in mail.attachments[0]["text"] for mail in told)
    assert all(f"mailto:{mail.to_address}" in mail.attachments[0]["text"].replace("\r\n ", "") for mail in told)


def test_a_closed_account_gets_no_mail_of_what_it_leaves(plan: Plan, db: Session, world: World, outbox: Outbox) -> None:
    plan()
    before = len(outbox())
    _leave(db, world.member)
    world.member.disabled_at = clock.now()
    db.flush()
    assert invitations.release_places(db) == 0
    assert outbox()[before:] == []


def test_what_was_answered_to_a_past_roundtable_stays_when_somebody_leaves(
    plan: Plan, db: Session, world: World
) -> None:
    one = plan()
    attendance.rsvp(db, one, world.member, Answer.ACCEPTED)
    _leave(db, world.member)
    with time_machine.travel(one.starts_at + timedelta(minutes=1), tick=False):
        assert invitations.release_places(db) == 0


# Guests


# Rules of zones


def test_when_rules_change_the_promise_stands_and_who_sits_elsewhere_is_told(
    plan: Plan, db: Session, world: World, outbox: Outbox
) -> None:
    one = plan()
    by_other_rules(db, one)
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
