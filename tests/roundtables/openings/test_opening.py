"""How far a roundtable is open, and until when."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import search
from peernet.accounts.sessions import viewer_of
from peernet.db import Conflict, Refused
from peernet.ledger.models import Event
from peernet.roundtables import access, planning, showing
from peernet.roundtables.models import Guest, Opening, Roundtable
from peernet.roundtables.openings import opening
from peernet.roundtables.openings.opening import Stage
from tests.roundtables.openings.conftest import FACTS
from tests.world import World

Open = Callable[..., Opening]
Come = Callable[..., Guest]


def test_its_address_comes_from_the_title_and_stays(opened: Open, set_up: Open, db: Session, world: World) -> None:
    first, second = opened(), opened()
    assert (first.slug, second.slug) == ("an-open-table", "an-open-table-2")
    one = first.roundtable
    planning.revise(db, one, actor=viewer_of(world.organiser), version=one.version, title="Renamed")
    assert set_up(one, facilitator="B").slug == "an-open-table"
    actions = db.scalars(select(Event.action).where(Event.action.in_(("roundtable.opened", "roundtable.shut")))).all()
    assert actions == ["roundtable.opened"] * 3


def test_opened_it_is_shown_to_the_public(opened: Open) -> None:
    assert opened().roundtable.is_public


def test_the_search_leads_to_its_page(opened: Open, set_up: Open, db: Session, world: World) -> None:
    one = opened().roundtable

    def found() -> list[str]:
        return [hit.url for hit in search.find(db, {"public"}, "serves").hits]

    assert found() == ["/roundtables/an-open-table"]
    showing.rebuild(db)
    assert found() == ["/roundtables/an-open-table"]
    set_up(db.scalars(access.behind_link(one.id)).one(), is_open=False)
    assert found() == [f"/cohorts/{world.cohort.slug}"]


def test_it_closes_with_its_last_day_there_and_never_after_the_start(opened: Open) -> None:
    which = opened(closes_on=date(2026, 12, 6))
    assert opening.closes_at(which) == datetime(2026, 12, 7, 0, 0, tzinfo=UTC)
    assert opening.closes_on(which, "Europe/London") == date(2026, 12, 6)
    late = opened(closes_on=date(2026, 12, 20))
    assert opening.closes_at(late) == late.roundtable.starts_at
    stages = []
    for moment in (opening.closes_at(which) - timedelta(seconds=1), opening.closes_at(which), which.roundtable.ends_at):
        with time_machine.travel(moment, tick=False):
            stages.append(opening.stage(which))
    assert stages == [Stage.OPEN, Stage.SHUT, Stage.OVER]


def test_what_is_left_is_the_smaller_of_both(opened: Open, come: Come, db: Session) -> None:
    assert [opening.left(db, opened(**facts)) for facts in ({}, {"capacity": 5}, {"places": 3})] == [None, 5, 3]
    which = opened(capacity=5, places=2)
    come(which, "ada@example.net")
    assert (opening.left(db, which), which.roundtable.accepted) == (1, 1)


def test_fewer_than_are_taken_or_more_than_there_are_is_refused(opened: Open, come: Come, set_up: Open) -> None:
    which = opened(capacity=5)
    for name in ("ada", "bob"):
        come(which, f"{name}@example.net")
    for number in (1, 6):
        with pytest.raises(Refused) as refusal:
            set_up(which.roundtable, places=number)
        assert refusal.value.field == "places"


def test_who_comes_second_is_shown_what_stands_there(opened: Open, db: Session, world: World) -> None:
    which = opened(places=7, closes_on=date(2026, 12, 6))
    with pytest.raises(Conflict) as conflict:
        opening.set_up(db, which.roundtable, actor=viewer_of(world.organiser), version=0, **FACTS)
    text = "Everybody can sign up\nPlaces for the public: 7\nLast day: 2026-12-06\nA Facilitator"
    assert conflict.value.theirs == text


def test_what_is_cancelled_is_not_opened(
    plan: Callable[..., Roundtable], set_up: Open, db: Session, world: World
) -> None:
    one = plan()
    planning.cancel(db, one, actor=viewer_of(world.organiser))
    with pytest.raises(Refused):
        set_up(one)
