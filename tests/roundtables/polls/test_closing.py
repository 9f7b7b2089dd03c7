"""What happens to a poll by the clock, and who is told of what."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import time_machine
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState, Role
from peernet.roundtables.polls import answering, closing, joining, proposing, zones
from tests.roundtables.polls.conftest import CLOSES, FACTS, PROPOSALS, Ask, options, said, votes
from tests.world import World, join

Outbox = Callable[[], list[tuple[str, str]]]
EVERYBODY = ["organiser", "facilitator", "member", "mate", "peer", "third"]


def _to(kind: str, *names: str) -> list[tuple[str, str]]:
    return [(kind, name) for name in names]


def test_everybody_who_attends_is_asked_once(ask: Ask, outbox: Outbox) -> None:
    """Neither observers nor people of other cohorts; more people than are told at once."""
    ask()
    assert sorted(outbox()) == sorted(_to("poll_asked", *EVERYBODY))
    assert outbox() == []


def test_who_has_not_answered_is_reminded_once(ask: Ask, db: Session, world: World, outbox: Outbox) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes"))
    world.mate.mail_prompts = False
    world.third.mail_bounced_at = clock.now()
    db.flush()
    outbox()
    with time_machine.travel(CLOSES - timedelta(hours=48, minutes=1), tick=False):
        assert closing.remind_due(db) == 0
    with time_machine.travel(CLOSES - timedelta(hours=48), tick=False):
        assert closing.remind_due(db) == 1
        assert sorted(outbox()) == sorted(_to("poll_reminder", "organiser", "facilitator", "peer"))
    with time_machine.travel(CLOSES - timedelta(hours=1), tick=False):
        assert closing.remind_due(db) == 0
        assert outbox() == []


def test_who_answers_before_the_reminder_is_written_gets_none(
    ask: Ask, db: Session, world: World, outbox: Outbox
) -> None:
    poll = ask()
    outbox()
    with time_machine.travel(CLOSES - timedelta(hours=47), tick=False):
        closing.remind_due(db)
        answering.answer(db, poll, world.peer, votes(db, poll, "yes"))
        assert ("poll_reminder", "peer") not in outbox()


def test_a_poll_of_two_days_reminds_nobody(ask: Ask, db: Session, outbox: Outbox) -> None:
    ask(closes_at=clock.now() + timedelta(hours=71))
    outbox()
    with time_machine.travel(clock.now() + timedelta(hours=30), tick=False):
        closing.remind_due(db)
        assert outbox() == []


def test_a_later_deadline_reminds_anew(ask: Ask, db: Session, world: World, outbox: Outbox) -> None:
    poll = ask()
    with time_machine.travel(CLOSES - timedelta(hours=47), tick=False):
        closing.remind_due(db)
        outbox()
        facts = proposing.Facts(**FACTS | {"closes_at": CLOSES + timedelta(days=3)})
        actor = viewer_of(world.organiser)
        proposing.revise(db, poll, actor=actor, version=poll.version, facts=facts, proposals=PROPOSALS)
    with time_machine.travel(CLOSES + timedelta(days=1), tick=False):
        assert closing.remind_due(db) == 1
        assert sorted(outbox()) == sorted(_to("poll_reminder", *EVERYBODY))


def test_it_closes_itself_and_tells_those_who_lead(ask: Ask, db: Session, world: World, outbox: Outbox) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes"))
    world.facilitator.mail_roundtables = False
    db.flush()
    outbox()
    assert closing.close_due(db) == 0
    with time_machine.travel(CLOSES, tick=False):
        version = poll.version
        assert closing.close_due(db) == 1
        # Whoever has the form open is not overtaken by that.
        assert (poll.closed_at, poll.version) == (CLOSES, version)
        assert outbox() == _to("poll_closed", "organiser")
        assert closing.close_due(db) == 0
        assert outbox() == []


def test_what_is_withdrawn_or_of_a_closed_cohort_is_not_told(
    ask: Ask, db: Session, world: World, outbox: Outbox
) -> None:
    ask()
    outbox()
    world.cohort.state = CohortState.CLOSED
    db.flush()
    with time_machine.travel(CLOSES - timedelta(hours=47), tick=False):
        closing.remind_due(db)
        assert outbox() == []
    with time_machine.travel(CLOSES, tick=False):
        closing.close_due(db)
        assert outbox() == []


def test_withdrawing_tells_everybody_once_and_stops_what_waits(
    ask: Ask, db: Session, world: World, outbox: Outbox
) -> None:
    """The first mail was not written yet: nobody is asked any more."""
    poll = ask()
    for _twice in range(2):
        proposing.withdraw(db, poll, actor=viewer_of(world.organiser), note="We meet in person.")
    assert sorted(outbox()) == sorted(_to("poll_cancelled", *EVERYBODY))
    with time_machine.travel(CLOSES, tick=False):
        assert closing.close_due(db) == 0


def test_moments_follow_other_rules_of_a_zone_and_are_asked_again(
    ask: Ask, db: Session, world: World, outbox: Outbox
) -> None:
    """What is proposed is a time by the clocks of the zone; where those change it means another moment, which nobody
    has answered."""
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "maybe", "no"))
    outbox()
    first = options(db, poll)[0]
    right = datetime(2026, 12, 8, 9, 0, tzinfo=ZoneInfo("Europe/London"))
    first.starts_at = right - timedelta(hours=1)
    db.flush()
    assert zones.recompute(db) == 1
    assert (options(db, poll)[0].starts_at, options(db, poll)[0].start) == (right, PROPOSALS[0][1])
    assert said(db, poll, world.member) == ["", "maybe", "no"]
    assert sorted(outbox()) == sorted(_to("poll_changed", *EVERYBODY))
    assert (zones.recompute(db), outbox()) == (0, [])


def test_who_joins_while_it_is_open_is_asked_once(ask: Ask, db: Session, world: World, outbox: Outbox) -> None:
    """Not who observes, and not of a poll that is over."""
    ask()
    over = ask(title="Over")
    closing.close(db, over)
    outbox()
    assert joining.ask_late_joiners(db) == 0
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        join(db, world.cohort, world.stranger, Role.FACILITATOR)
        join(db, world.cohort, world.admin, Role.OBSERVER)
        assert joining.ask_late_joiners(db) == 1
        assert outbox() == _to("poll_asked", "stranger")
        assert (joining.ask_late_joiners(db), outbox()) == (0, [])
