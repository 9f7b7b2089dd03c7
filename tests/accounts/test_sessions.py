"""Sessions on the server."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import sessions
from peernet.accounts.models import SignIn
from peernet.settings import Settings
from tests.world import World


def test_the_row_does_not_hold_the_ticket(db: Session, world: World) -> None:
    viewer = sessions.begin(db, world.member, way="link", agent="Some\nbrowser " + "x" * 500)
    row = db.get_one(SignIn, viewer.sign_in_id)
    assert (row.way, row.agent[:13], len(row.agent)) == ("link", "Some browser ", 300)
    assert viewer.ticket not in (row.token_hash, row.agent)
    assert sessions.load(db, viewer.ticket) == viewer


def test_sessions_end(db: Session, world: World) -> None:
    viewer = sessions.begin(db, world.member, way="link", agent="")
    with time_machine.travel(clock.now() + timedelta(days=30), tick=False):
        assert sessions.load(db, viewer.ticket) is None
    sessions.end_all(db, world.mate.id)
    assert sessions.load(db, viewer.ticket) is not None
    sessions.end(db, db.get_one(SignIn, viewer.sign_in_id))
    db.flush()
    assert sessions.load(db, viewer.ticket) is None


@pytest.mark.parametrize(
    ("values", "lives"),
    [
        ({"demonstration": True}, True),
        ({"demonstration": False}, False),
        ({"demonstration": True, "public_url": "https://network.example.org"}, False),
    ],
)
def test_demonstration_sessions_live_on_this_machine_only(
    db: Session, world: World, settings_with: Callable[..., Settings], values: dict[str, object], lives: bool
) -> None:
    world.member.is_demonstration = True
    viewer = sessions.begin(db, world.member, way="demonstration", agent="")
    settings_with(**values)
    assert (sessions.load(db, viewer.ticket) is not None) is lives
