"""Pages that show the present go with the time."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from peernet import pages
from peernet.db import settle
from peernet.roundtables.models import Opening
from peernet.site import turning
from tests.conftest import NOW
from tests.site.conftest import Ask, Shelves
from tests.world import World, make_asking, make_roundtable


def _turn(db: Session) -> bool:
    turned = turning.turn(db)
    settle(db)
    return turned


def test_nothing_happens_when_nothing_passes(db: Session, world: World) -> None:
    assert [_turn(db), _turn(db)] == [True, False]
    with time_machine.travel(NOW + timedelta(hours=2), tick=False):
        assert _turn(db) is False


@pytest.mark.parametrize("what", ["opens", "closes", "held", "day", "shut", "begins"])
def test_what_passes(what: str, db: Session, world: World) -> None:
    later = NOW + timedelta(hours=1)
    if what == "opens":
        make_asking(db, world.cohort, "later", "Later?").opens_at = later
    if what == "closes":
        world.asking.closes_at = later
    if what == "held":
        make_roundtable(db, world.cohort, "Soon", datetime(2026, 11, 23, 11, 30))
    if what in ("shut", "begins"):
        # It is over long after that.
        one = make_roundtable(db, world.cohort, "Open", datetime(2026, 11, 24, 11, 30))
        one.starts_at = later if what == "begins" else one.starts_at
        closes_at = later if what == "shut" else None
        db.add(Opening(roundtable_id=one.id, slug="open", language="en", closes_at=closes_at))
    settle(db)
    assert _turn(db) is True
    passed = NOW + (timedelta(hours=12, minutes=1) if what == "day" else timedelta(hours=1))
    with time_machine.travel(passed - timedelta(minutes=2), tick=False):
        assert _turn(db) is False
    with time_machine.travel(passed + timedelta(minutes=1), tick=False):
        assert [_turn(db), _turn(db)] == [True, False]


def test_the_home_page_follows(ask: Ask, db: Session, world: World, shelves: Shelves) -> None:
    assert _turn(db) is True
    assert "Being asked now" in ask("/").text
    with time_machine.travel(datetime(2026, 12, 1, 12, 0, tzinfo=UTC), tick=False):
        assert "Being asked now" in ask("/").text
        assert _turn(db) is True
        assert "What cohorts asked" in ask("/").text


def test_when_a_key_was_touched(db: Session) -> None:
    assert pages.last_touched(db, "today") is None
    pages.touch(db, "today")
    settle(db)
    assert pages.last_touched(db, "today") == NOW
