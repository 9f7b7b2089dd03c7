"""Fixtures of series plans: people in three zones who said their hours, and drafts worked out for real."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.accounts.sessions import viewer_of
from peernet.db import Database
from peernet.roundtables.hours import access as hours
from peernet.roundtables.hours import saying, week
from peernet.roundtables.plans import access, drafting
from peernet.roundtables.plans.models import SeriesPlan
from peernet.roundtables.plans.wishes import Wishes
from tests.world import World

# Three Mondays in January, ten to six by London's clocks.
WISHES = Wishes(
    first_on=date(2027, 1, 4),
    number=3,
    every=1,
    weekdays=(0,),
    earliest=600,
    latest=1080,
    step=60,
    minutes=60,
    zone="Europe/London",
    quorum=3,
)


def say(db: Session, person: Person, start: int, end: int, level: int = week.YES) -> None:
    """Give somebody one window on each day."""
    said = db.scalar(hours.of_person(person.id))
    windows = week.painted(week.EMPTY, level, start=start, end=end)
    saying.say(db, person, hours=windows, weekend=(5, 6), away=(), version=said.version if said else 0)


@pytest.fixture
def cast(db: Session, world: World) -> World:
    """The world with hours: the member in London all day, the peer in Kolkata until ten in the evening, the third in
    Los Angeles from seven in the morning, good for the one and if need be for the other; the rest said nothing."""
    world.peer.zone, world.third.zone = "Asia/Kolkata", "America/Los_Angeles"
    db.flush()
    say(db, world.member, 540, 1080)
    say(db, world.peer, 540, 1320)
    say(db, world.third, 420, 1080, week.MAYBE)
    # The world's own roundtable stands in nobody's way.
    world.roundtable.cancelled_at = world.roundtable.created_at
    db.commit()
    return world


@pytest.fixture
def work_out(db: Session, database: Database) -> Callable[[SeriesPlan], SeriesPlan]:
    """Do what the worker does with a draft."""

    def work(plan: SeriesPlan) -> SeriesPlan:
        db.commit()
        store = drafting.work_out(database, {"plan_id": plan.id})
        store(db)
        db.commit()
        return db.scalars(access.by_id(plan.id)).one()

    return work


@pytest.fixture
def make_draft(db: Session, cast: World, work_out: Callable[[SeriesPlan], SeriesPlan]) -> Callable[..., SeriesPlan]:
    """A draft of the cast's cohort, worked out; wishes as above unless told otherwise."""

    def make(**given: Any) -> SeriesPlan:
        plan = drafting.draft(db, cast.cohort, actor=viewer_of(cast.organiser), wished=replace(WISHES, **given))
        return work_out(plan)

    return make
