"""A quorum: those who lead hear in time that too few come."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState
from peernet.db import Refused
from peernet.mail.models import Mail
from peernet.roundtables import attendance, planning, quorum
from peernet.roundtables.models import Answer, Roundtable
from tests.world import World

Plan = Callable[..., Roundtable]
Outbox = Callable[[], list[Mail]]


def _told(mails: list[Mail]) -> list[tuple[str, str]]:
    return [(mail.kind.removeprefix("roundtables/"), mail.to_address.split("@")[0]) for mail in mails]


@pytest.fixture
def one(plan: Plan, db: Session, world: World) -> Roundtable:
    """A roundtable that needs two, to which one comes; the one of the world is out of the way."""
    db.delete(world.roundtable)
    made = plan(quorum=2)
    attendance.rsvp(db, made, world.member, Answer.ACCEPTED)
    attendance.rsvp(db, made, world.peer, Answer.TENTATIVE)
    return made


def test_two_days_before_those_who_lead_are_told_once(
    one: Roundtable, db: Session, world: World, outbox: Outbox
) -> None:
    world.facilitator.mail_roundtables = False
    before = len(outbox())
    with time_machine.travel(one.starts_at - timedelta(hours=48, seconds=1), tick=False):
        assert quorum.warn_due(db) == 0
    for ahead in (48, 47, 1):
        with time_machine.travel(one.starts_at - timedelta(hours=ahead), tick=False):
            assert quorum.warn_due(db) == 1
    told = outbox()[before:]
    assert _told(told) == [("below_quorum", "organiser")]
    assert "Accepted: 1. Needed: 2." in told[0].text
    assert "Not yet answered:\nOrganiser, Facilitator, Mate, Third\n" in told[0].text
    with time_machine.travel(one.starts_at, tick=False):
        assert quorum.warn_due(db) == 0


def test_enough_who_come_are_not_warned_of(one: Roundtable, db: Session, world: World, outbox: Outbox) -> None:
    attendance.rsvp(db, one, world.third, Answer.ACCEPTED)
    before = len(outbox())
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        assert quorum.warn_due(db) == 0
    assert len(outbox()) == before


@pytest.mark.parametrize("how", ["cancelled", "draft", "just planned"])
def test_nobody_is_warned_of_what_does_not_take_place_or_was_just_planned(
    one: Roundtable, db: Session, world: World, how: str
) -> None:
    moment = one.starts_at - timedelta(hours=40)
    if how == "cancelled":
        planning.cancel(db, one, actor=viewer_of(world.organiser))
    elif how == "draft":
        world.cohort.state = CohortState.DRAFT
    else:
        one.created_at = moment - timedelta(hours=23)
    db.flush()
    with time_machine.travel(moment, tick=False):
        assert quorum.warn_due(db) == 0


def test_who_declines_within_two_days_and_takes_it_below_is_told_of_once(
    one: Roundtable, db: Session, world: World, outbox: Outbox
) -> None:
    attendance.rsvp(db, one, world.third, Answer.ACCEPTED)
    before = len(outbox())
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        for answer in (Answer.DECLINED, Answer.ACCEPTED, Answer.DECLINED):
            attendance.rsvp(db, one, world.third, answer)
        told = [each for each in outbox()[before:] if each.kind == "roundtables/below_quorum"]
    assert _told(told) == [("below_quorum", "organiser"), ("below_quorum", "facilitator")]
    assert "somebody who had accepted cannot come" in told[0].text


def test_long_before_a_decline_is_not_told_of(one: Roundtable, db: Session, world: World, outbox: Outbox) -> None:
    attendance.rsvp(db, one, world.third, Answer.ACCEPTED)
    before = len(outbox())
    attendance.rsvp(db, one, world.third, Answer.DECLINED)
    assert len(outbox()) == before


def test_another_time_is_warned_of_anew(one: Roundtable, db: Session, world: World, outbox: Outbox) -> None:
    before = len(outbox())
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        quorum.warn_due(db)
        planning.move(
            db, one, actor=viewer_of(world.organiser), version=one.version,
            wall_start=one.wall_start + timedelta(days=7), zone=one.zone, minutes=60,
        )  # fmt: skip
        assert quorum.warn_due(db) == 0
    with time_machine.travel(one.starts_at - timedelta(hours=20), tick=False):
        assert quorum.warn_due(db) == 1
    told = [name for kind, name in _told(outbox()[before:]) if kind == "below_quorum"]
    assert told == ["organiser", "facilitator"] * 2


def test_a_quorum_that_cannot_be_reached_is_refused(plan: Plan, one: Roundtable, db: Session, world: World) -> None:
    with pytest.raises(Refused) as refusal:
        plan(quorum=3, capacity=2)
    assert refusal.value.field == "quorum"
    with pytest.raises(Refused) as refusal:
        planning.revise(db, one, actor=viewer_of(world.organiser), version=one.version, capacity=1)
    assert refusal.value.field == "quorum"
