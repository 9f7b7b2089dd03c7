"""The ledger of burden: one's own, and how it is shared, without names."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import time_machine
from sqlalchemy.orm import Session

from peernet.accounts.sessions import viewer_of
from peernet.roundtables import attendance
from peernet.roundtables.models import Answer, Roundtable, RoundtableKind
from peernet.roundtables.plans import announcing, burdens, posing
from peernet.roundtables.plans.models import SeriesPlan
from peernet.roundtables.plans.wishes import of_json
from tests.world import World

Plan = Callable[..., Roundtable]


def test_own_hours_count_what_one_came_to_and_may_come_to(plan: Plan, db: Session, cast: World) -> None:
    def answered(wall: datetime, answer: Answer | None = None) -> Roundtable:
        one = plan(wall_start=wall)
        if answer is not None:
            attendance.rsvp(db, one, cast.peer, answer)
        return one

    held = answered(datetime(2026, 12, 1, 13, 0), Answer.ACCEPTED)
    missed = answered(datetime(2026, 12, 2, 13, 0), Answer.DECLINED)
    evening = answered(datetime(2026, 12, 8, 15, 0))
    night = answered(datetime(2026, 12, 9, 20, 0))
    declined = answered(datetime(2026, 12, 10, 15, 0), Answer.WRITING)
    db.commit()
    # It is the fifth of December: the first two are over.
    with time_machine.travel(datetime(2026, 12, 5, 12), tick=False):
        own = burdens.own(db, viewer_of(cast.peer), cast.cohort.id)
    # 13:00 in London is 18:30 in Kolkata, 15:00 is 20:30, and 20:00 is half past one at night, which peer never can.
    assert [(hour.roundtable.id, hour.points, hour.counts, hour.late) for hour in own.hours] == [
        (held.id, 3, True, False),
        (missed.id, 3, False, False),
        (evening.id, 6, True, True),
        (night.id, 24, False, True),
        (declined.id, 6, False, True),
    ]
    assert (own.points, own.planned, own.fixed_late) == (9, 0, None)


def test_own_hours_are_compared_with_a_fixed_time(
    make_draft: Callable[..., SeriesPlan], db: Session, cast: World
) -> None:
    plan = make_draft(quorum=2, earliest=480, latest=1320)
    posed = posing.pose(db, plan.cohort, of_json(plan.wishes))
    announcing.announce(
        db,
        plan,
        posed,
        actor=viewer_of(cast.organiser),
        version=plan.version,
        titles=["One", "Two", "Three"],
        kind=RoundtableKind.ROUNDTABLE,
    )
    db.commit()
    own = burdens.own(db, viewer_of(cast.peer), cast.cohort.id)
    late = sum(hour.late and hour.counts for hour in own.hours)
    weekly = [datetime.fromisoformat(text) for text in plan.found["weekly"]["slots"]]
    assert (own.planned, own.planned_late) == (3, late)
    assert own.fixed_late == (3 if weekly[0].hour >= 14 else 0)
    assert burdens.own(db, viewer_of(cast.outsider), cast.cohort.id).planned == 0


def test_what_one_never_can_is_no_late_evening_of_theirs(
    make_draft: Callable[..., SeriesPlan], db: Session, cast: World
) -> None:
    # Eight in the evening in London is noon in Los Angeles, and half past one at night in Kolkata.
    plan = make_draft(quorum=1, earliest=1200, latest=1260)
    announcing.announce(
        db,
        plan,
        posing.pose(db, plan.cohort, of_json(plan.wishes)),
        actor=viewer_of(cast.organiser),
        version=plan.version,
        titles=["One", "Two", "Three"],
        kind=RoundtableKind.ROUNDTABLE,
    )
    db.commit()
    own = burdens.own(db, viewer_of(cast.peer), cast.cohort.id)
    assert [(hour.late, hour.counts) for hour in own.hours] == [(True, False)] * 3
    assert (own.points, own.planned, own.planned_late, own.fixed_late) == (0, 3, 0, 0)


def test_shared_are_numbers_in_order(plan: Plan, db: Session, cast: World, count_queries: Callable[[], Any]) -> None:
    one = plan(wall_start=datetime(2026, 12, 8, 15, 0))
    night = plan(wall_start=datetime(2026, 12, 9, 20, 0))
    attendance.rsvp(db, one, cast.third, Answer.DECLINED)
    attendance.rsvp(db, night, cast.peer, Answer.TENTATIVE)
    db.commit()
    cohort_id = cast.cohort.id
    with count_queries() as seen:
        shared = burdens.shared(db, cohort_id)
    # peer 6 and 24; those four in London who said no hours, or may come, carry the evening alone: 20:00 to 21:30.
    assert shared == [30, 6, 6, 6, 0, 0]
    assert len(seen) == 4
