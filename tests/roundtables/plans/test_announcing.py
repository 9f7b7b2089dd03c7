"""A draft announced: once, by the verbs that plan and move, and never when it is stale."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.sessions import viewer_of
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.mail.models import Mail
from peernet.roundtables import planning
from peernet.roundtables.models import Roundtable, RoundtableKind
from peernet.roundtables.plans import announcing, drafting, posing
from peernet.roundtables.plans.models import PlanState, SeriesPlan
from peernet.roundtables.plans.wishes import of_json
from tests.roundtables.plans.conftest import say
from tests.world import World

Draft = Callable[..., SeriesPlan]
TITLES = ["One", "Two", "Three"]


@pytest.fixture
def announce(db: Session, cast: World) -> Callable[..., int]:
    """Announce a draft as the organiser."""

    def do(plan: SeriesPlan, **given: Any) -> int:
        posed = posing.pose(db, plan.cohort, of_json(plan.wishes))
        values = {"version": plan.version, "titles": TITLES, "kind": RoundtableKind.WORKSHOP, "place": "Video call"}
        return announcing.announce(db, plan, posed, actor=viewer_of(cast.organiser), **values | given)

    return do


def listed(db: Session) -> list[tuple[str, datetime, str]]:
    found = select(Roundtable).where(Roundtable.cancelled_at.is_(None)).order_by(Roundtable.starts_at)
    return [(one.title, one.wall_start, one.zone) for one in db.scalars(found)]


def test_announcing_plans_each_roundtable_and_tells_everybody(
    make_draft: Draft, announce: Callable[..., int], db: Session, outbox: Callable[[], list[Mail]]
) -> None:
    plan = make_draft()
    assert announce(plan) == 3
    walls = [start.replace(tzinfo=None) for start in drafting.starts_of(plan)]
    assert listed(db) == [(title, wall, "Europe/London") for title, wall in zip(TITLES, walls, strict=True)]
    assert (plan.state, plan.announced_at is not None) == (PlanState.ANNOUNCED, True)
    assert [mail.kind for mail in outbox()] == ["roundtables/invited"] * 18
    event = db.scalars(select(Event).where(Event.action == "series.announced")).one()
    assert (event.subject, event.data) == (f"series_plan:{plan.id}", {"roundtables": 3})


def test_announcing_again_does_nothing(make_draft: Draft, announce: Callable[..., int], db: Session) -> None:
    plan = make_draft()
    assert (announce(plan), announce(plan, version=1)) == (3, 0)
    assert len(listed(db)) == 3


def test_a_stale_or_changed_draft_announces_nothing(
    make_draft: Draft, announce: Callable[..., int], db: Session, cast: World
) -> None:
    plan = make_draft()
    with pytest.raises(Conflict):
        announce(plan, version=plan.version - 1)
    say(db, cast.member, 540, 1020)
    with pytest.raises(Conflict) as stale:
        announce(plan)
    assert stale.value.theirs == "1 person changed their hours, or took part since."
    assert (listed(db), plan.state) == ([], PlanState.READY)


@pytest.mark.parametrize("titles", [[], ["One", "", "Three"], ["One", "Two"]])
def test_each_new_roundtable_needs_a_title(make_draft: Draft, announce: Callable[..., int], titles: list[str]) -> None:
    with pytest.raises(Refused) as refusal:
        announce(make_draft(), titles=titles)
    assert refusal.value.field == "titles"


@pytest.mark.parametrize("may_move", [False, True])
def test_what_was_announced_stays_unless_it_may_move(
    make_draft: Draft,
    announce: Callable[..., int],
    db: Session,
    cast: World,
    outbox: Callable[[], list[Mail]],
    may_move: bool,
) -> None:
    wall = datetime(2027, 1, 13, 9, 0)
    early = planning.plan(
        db,
        cast.cohort,
        actor=viewer_of(cast.organiser),
        title="Early",
        kind=RoundtableKind.ROUNDTABLE,
        wall_start=wall,
        zone="Europe/Paris",
        minutes=60,
    )
    before = len(outbox())
    plan = make_draft(moving=(early.id,) if may_move else ())
    announced = announce(plan, titles=["One", "Three"])
    # Early in Paris the third, in Los Angeles, sleeps; in the afternoon everybody can come.
    assert announced == (3 if may_move else 2)
    moved = (datetime(2027, 1, 11, 16, 0), "Europe/Paris", 1)
    assert (early.wall_start, early.zone, early.sequence) == (moved if may_move else (wall, "Europe/Paris", 0))
    kinds = [mail.kind for mail in outbox()[before:]]
    assert (kinds.count("roundtables/moved"), kinds.count("roundtables/invited")) == (6 if may_move else 0, 12)
