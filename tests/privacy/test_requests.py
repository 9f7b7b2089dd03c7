"""Asking to be forgotten, changing one's mind, and doing it when it is due."""

from collections.abc import Callable
from datetime import timedelta

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import sessions
from peernet.accounts.models import Person
from peernet.mail.models import Mail
from peernet.privacy import requests
from peernet.privacy.models import Erasure
from tests.conftest import NOW
from tests.world import World

WEEK = timedelta(days=7)


def test_it_is_done_when_it_is_due(db: Session, world: World) -> None:
    requests.ask(db, world.stranger, {})
    assert requests.carry_out_due(db) == 0
    with time_machine.travel(NOW + WEEK, tick=False):
        assert requests.carry_out_due(db) == 1
        assert requests.carry_out_due(db) == 0
    assert db.scalars(select(Person).where(Person.name == "Stranger")).all() == []


def test_asking_twice_keeps_the_day_and_sends_one_mail(
    db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    requests.ask(db, world.stranger, {})
    with time_machine.travel(NOW + timedelta(days=3), tick=False):
        assert requests.ask(db, world.stranger, {"credits": "kept"}).due_at == NOW + WEEK
    assert [mail.kind for mail in outbox()] == ["privacy/erasure-asked"]
    assert db.scalars(select(Erasure)).one().choices == {"credits": "kept"}


def test_a_mind_can_be_changed(db: Session, world: World) -> None:
    viewer = sessions.viewer_of(world.stranger)
    requests.ask(db, world.stranger, {})
    assert [requests.stop(db, viewer), requests.stop(db, viewer)] == [True, False]
    assert db.scalars(select(Erasure)).all() == []


def test_who_became_needed_waits(db: Session, world: World) -> None:
    requests.ask(db, world.stranger, {})
    world.stranger.is_admin, world.admin.is_admin = True, False
    with time_machine.travel(NOW + WEEK, tick=False):
        assert requests.carry_out_due(db) == 0
        assert db.scalars(select(Erasure)).one().due_at == clock.now() + timedelta(days=1)
