"""Polls opened, changed, moved to another zone and withdrawn."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.cohorts.models import CohortState
from peernet.db import Conflict, Refused
from peernet.roundtables import access as roundtables
from peernet.roundtables.models import Roundtable
from peernet.roundtables.polls import answering, closing, proposing, zones
from peernet.roundtables.polls.models import Poll, PollState
from tests.roundtables.polls.conftest import CLOSES, FACTS, PROPOSALS, Ask, options, said, votes
from tests.world import World

Outbox = Callable[[], list[tuple[str, str]]]


def _revise(db: Session, world: World, poll: Poll, proposals: list[proposing.Proposal], **facts: object) -> bool:
    return proposing.revise(
        db,
        poll,
        actor=viewer_of(world.organiser),
        version=poll.version,
        facts=proposing.Facts(**FACTS | facts),  # type: ignore[arg-type]
        proposals=proposals,
    )


def _zone(db: Session, world: World, poll: Poll, zone: str, keep: str) -> bool:
    actor = viewer_of(world.organiser)
    return proposing.change_zone(db, poll, actor=actor, version=poll.version, zone=zone, keep=keep)  # type: ignore[arg-type]


def test_what_is_proposed_stands_in_order_and_once(ask: Ask, db: Session) -> None:
    poll = ask(proposals=[PROPOSALS[2], PROPOSALS[0], PROPOSALS[1], PROPOSALS[0]])
    assert [(each.day, each.start) for each in options(db, poll)] == PROPOSALS
    assert options(db, poll)[0].starts_at == datetime(2026, 12, 8, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        ({"proposals": PROPOSALS[:1]}, "days", "two at least"),
        ({"proposals": [PROPOSALS[0], PROPOSALS[0]]}, "days", "two at least"),
        ({"proposals": [PROPOSALS[0], (date(2026, 12, 9), None)]}, "days", "either a time to each day"),
        ({"proposals": [(date(2026, 11, 23), time(11)), *PROPOSALS]}, "days", "over already"),
        ({"proposals": [(date(2026, 11, 30), time(17)), *PROPOSALS]}, "closes_day", "earlier deadline"),
        ({"proposals": [(date(2027, 3, 28), time(1, 30)), *PROPOSALS]}, "days", "does not exist"),
        ({"proposals": [(date(2027, 10, 31), time(1, 30)), *PROPOSALS]}, "days", "comes twice"),
        ({"closes_at": datetime(2026, 11, 23, 12, 0, tzinfo=UTC)}, "closes_day", "over already"),
    ],
)
def test_what_cannot_be_is_refused_at_its_place(
    given: dict[str, object], field: str, words: str, ask: Ask, db: Session
) -> None:
    with pytest.raises(Refused, match=words) as refusal:
        ask(**given)
    assert refusal.value.field == field


def test_the_deadline_is_before_the_roundtable_that_another_time_is_looked_for(
    ask: Ask, db: Session, world: World
) -> None:
    """Else it would have been by the time that all have answered."""
    one = db.scalars(roundtables.all_roundtables().where(Roundtable.id == world.roundtable.id)).one()
    with pytest.raises(Refused, match="Tuesday 1 December 2026") as refusal:
        ask(roundtable=one, closes_at=one.starts_at)
    assert refusal.value.field == "closes_day"
    assert ask(roundtable=one, closes_at=one.starts_at - timedelta(minutes=1)).roundtable_id == one.id


def test_only_a_running_cohort_is_asked(ask: Ask, db: Session, world: World) -> None:
    for state in (CohortState.DRAFT, CohortState.CLOSED):
        world.cohort.state = state
        with pytest.raises(Refused, match="running"):
            ask()
    assert db.scalar(select(func.count()).select_from(Poll)) == 0


def test_what_stays_keeps_its_answers(ask: Ask, db: Session, world: World, outbox: Outbox) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "no", "maybe"))
    answering.answer(db, poll, world.mate, votes(db, poll, "no", "no", "no"))
    outbox()
    new = (date(2026, 12, 10), time(10))
    assert _revise(db, world, poll, [PROPOSALS[0], PROPOSALS[2], new])
    assert said(db, poll, world.member) == ["yes", "maybe", ""]
    # All have something left to say.
    assert sorted(name for _kind, name in outbox()) == ["facilitator", "mate", "member", "organiser", "peer", "third"]
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "maybe", "yes"))
    assert _revise(db, world, poll, [PROPOSALS[0], new])
    # Taking one away asks nobody anything.
    assert outbox() == []
    assert not _revise(db, world, poll, [PROPOSALS[0], new])


def test_longer_meetings_keep_no_answers_and_shorter_ones_do(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "no", "maybe"))
    _revise(db, world, poll, PROPOSALS, minutes=45)
    assert said(db, poll, world.member) == ["yes", "no", "maybe"]
    _revise(db, world, poll, PROPOSALS, minutes=90)
    assert said(db, poll, world.member) == ["", "", ""]
    assert [(each.day, each.start) for each in options(db, poll)] == PROPOSALS


def test_a_lost_race_shows_the_other_text(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    stale = poll.version
    _revise(db, world, poll, PROPOSALS, title="Theirs")
    with pytest.raises(Conflict) as conflict:
        proposing.revise(
            db,
            poll,
            actor=viewer_of(world.organiser),
            version=stale,
            facts=proposing.Facts(**FACTS),
            proposals=PROPOSALS,
        )
    assert conflict.value.theirs is not None
    assert conflict.value.theirs.splitlines()[0] == "Theirs"


def test_what_is_proposed_is_part_of_the_version(ask: Ask, db: Session, world: World, outbox: Outbox) -> None:
    """Else whoever comes second takes away unseen what the first proposed; and each change has mails of its own."""
    poll = ask()
    outbox()
    stale, more = poll.version, [(date(2026, 12, 10), time(10)), (date(2026, 12, 11), time(10))]
    for number in (1, 2):
        assert _revise(db, world, poll, [*PROPOSALS, *more[:number]])
        assert sorted(outbox()) == sorted(
            ("poll_changed", name) for name in ("facilitator", "mate", "member", "organiser", "peer", "third")
        )
    with pytest.raises(Conflict) as conflict:
        proposing.revise(
            db,
            poll,
            actor=viewer_of(world.facilitator),
            version=stale,
            facts=proposing.Facts(**FACTS),
            proposals=PROPOSALS,
        )
    assert str(conflict.value.theirs).splitlines()[-1] == "2026-12-11 10:00"
    assert len(options(db, poll)) == 5
    assert not _revise(db, world, poll, [*PROPOSALS, *more])


def test_a_later_deadline_opens_a_closed_poll(ask: Ask, db: Session, world: World, outbox: Outbox) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "yes", "yes"))
    outbox()
    with time_machine.travel(CLOSES, tick=False):
        closing.close_due(db)
        outbox()
        _revise(db, world, poll, PROPOSALS, closes_at=CLOSES + timedelta(days=2))
        assert poll.state_at(clock.now()) is PollState.OPEN
        assert sorted(name for _kind, name in outbox()) == ["facilitator", "mate", "organiser", "peer", "third"]


def test_the_same_moments_in_another_zone_keep_their_answers(
    ask: Ask, db: Session, world: World, outbox: Outbox
) -> None:
    """Even where one takes the hour that another had before."""
    proposals = [(date(2026, 12, 8), time(10)), (date(2026, 12, 8), time(15, 30)), (date(2026, 12, 8), time(21))]
    poll = ask(proposals=proposals)
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "no", "maybe"))
    outbox()
    before = [(each.id, each.starts_at) for each in options(db, poll)]
    assert _zone(db, world, poll, "Asia/Kolkata", "moments")
    after = options(db, poll)
    assert [(each.id, each.starts_at) for each in after] == before
    assert [(each.day.day, each.start) for each in after] == [(8, time(15, 30)), (8, time(21)), (9, time(2, 30))]
    assert said(db, poll, world.member) == ["yes", "no", "maybe"]
    assert (poll.zone, outbox()) == ("Asia/Kolkata", [])
    assert zones.recompute(db) == 0


def test_the_same_times_of_day_in_another_zone_are_asked_anew(
    ask: Ask, db: Session, world: World, outbox: Outbox
) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "no", "maybe"))
    outbox()
    assert _zone(db, world, poll, "Asia/Kolkata", "times")
    after = options(db, poll)
    assert [(each.day, each.start) for each in after] == PROPOSALS
    assert after[0].starts_at == datetime(2026, 12, 8, 3, 30, tzinfo=UTC)
    assert said(db, poll, world.member) == ["", "", ""]
    assert {kind for kind, _name in outbox()} == {"poll_changed"}


def test_whole_days_stay_in_any_zone(ask: Ask, db: Session, world: World, outbox: Outbox) -> None:
    days = [(date(2026, 12, 8), None), (date(2026, 12, 9), None)]
    poll = ask(proposals=days)
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "no"))
    outbox()
    for keep in ("moments", "times"):
        _zone(db, world, poll, "Asia/Kolkata" if keep == "moments" else "Pacific/Auckland", keep)
        assert [(each.day, each.start, each.starts_at) for each in options(db, poll)] == [
            (date(2026, 12, 8), None, None),
            (date(2026, 12, 9), None, None),
        ]
    assert (said(db, poll, world.member), outbox()) == (["yes", "no"], [])


def test_a_zone_in_which_two_would_read_alike_is_refused(ask: Ask, db: Session, world: World) -> None:
    """Clocks in London go back at one o'clock UTC on 31 October 2027: the second half past one has no time of its
    own."""
    poll = ask(zone="UTC", proposals=[(date(2027, 10, 31), time(1, 30)), (date(2027, 10, 31), time(9))])
    answering.answer(db, poll, world.member, votes(db, poll, "yes", "no"))
    with pytest.raises(Refused, match="comes twice"):
        _zone(db, world, poll, "Europe/London", "moments")
    db.refresh(poll)
    assert (poll.zone, zones.recompute(db)) == ("UTC", 0)
    first = ask(zone="UTC", proposals=[(date(2027, 10, 31), time(0, 30)), (date(2027, 10, 31), time(9))])
    assert _zone(db, world, first, "Europe/London", "moments")
    assert zones.recompute(db) == 0
    with pytest.raises(Refused, match="does not exist"):
        _zone(db, world, ask(proposals=[(date(2027, 3, 14), time(2, 30)), PROPOSALS[0]]), "America/New_York", "times")


def test_what_is_withdrawn_is_not_changed(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    proposing.withdraw(db, poll, actor=viewer_of(world.organiser))
    with pytest.raises(Refused, match="withdrawn"):
        _revise(db, world, poll, PROPOSALS, title="Again")
    with pytest.raises(Refused, match="withdrawn"):
        _zone(db, world, poll, "Asia/Kolkata", "moments")
    with pytest.raises(Refused, match="withdrawn"):
        proposing.close_now(db, poll, actor=viewer_of(world.organiser))


def test_closing_now_takes_no_more_answers(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    proposing.close_now(db, poll, actor=viewer_of(world.organiser))
    assert poll.state_at(clock.now()) is PollState.CLOSED
    with pytest.raises(Refused, match="is over"):
        answering.answer(db, poll, world.member, votes(db, poll, "yes"))
