"""What happens is numbered in the order of the commits, told once to those who may hear it, and to nobody else."""

import os
import secrets
from collections.abc import Collection, Hashable, Iterable
from contextlib import suppress
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest
import time_machine
from redis import Redis, RedisError
from sqlalchemy.orm import Session

from peernet import clock, live
from peernet.db import Database
from peernet.live import Hub, Streams, events
from peernet.live.bus import PostgresBus, RedisBus
from tests.databases import POSTGRESQL

TOPIC = "roundtable:7"
REDIS = os.environ.get("PEERNET_TEST_REDIS_URL", "redis://127.0.0.1:6379")


class Heard(Exception):
    """Somebody was woken."""


def everybody(_db: Session, _topic: str, whom: Collection[Hashable]) -> Collection[Hashable]:
    """Nobody is turned away."""
    return whom


def happen(database: Database, *kinds: str) -> None:
    """Something of each kind, each in a transaction of its own."""
    for kind in kinds:
        with database.writing() as db:
            live.happened(db, TOPIC, kind)


def test_numbers_follow_each_other_and_gaps_are_said(db: Session) -> None:
    assert live.reached(db, TOPIC) == 0
    assert [live.happened(db, TOPIC, kind) for kind in ("step", "hand")] == [1, 2]
    assert live.happened(db, "roundtable:8", "step") == 1
    assert [events.since(db, TOPIC, after) for after in (0, 1, 2)] == [[(1, "step"), (2, "hand")], [(2, "hand")], []]
    with time_machine.travel(clock.now() + timedelta(days=3), tick=False):
        assert live.happened(db, TOPIC, "step") == 3
        assert live.prune(db) == 3
        assert events.since(db, TOPIC, 2) == [(3, "step")]
        assert events.since(db, TOPIC, 1) == [(3, events.ALL)]
    assert events.since(db, TOPIC, 99) == [(3, events.ALL)]


def test_what_is_rolled_back_never_happened(own_database: Database) -> None:
    happen(own_database, "step")
    with own_database.session(write=True) as db:
        live.happened(db, TOPIC, "hand")
    happen(own_database, "note")
    with own_database.reading() as db:
        assert events.since(db, TOPIC, 0) == [(1, "step"), (2, "note")]


@pytest.mark.concurrency
def test_of_many_at_once_none_is_missed_and_none_told_twice(own_database: Database) -> None:
    hub = Hub(own_database, everybody)
    hub.start()
    own_database.on_raised.append(hub.wake)
    listeners = [hub.listen(TOPIC, number, 0) for number in range(20)]
    writers = [Thread(target=happen, args=(own_database, *["step"] * 10)) for _each in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    late = hub.listen(TOPIC, "late", 15)
    told = [[number for number, _kind in up_to(40, listener)] for listener in (*listeners, late)]
    hub.stop()
    assert told == [list(range(1, 41))] * 20 + [list(range(16, 41))]


def up_to(last: int, listener: live.hub.Listener) -> list[tuple[int, str]]:
    """All that a listener is told up to the event with the number ``last``."""
    found: list[tuple[int, str]] = []
    while not found or found[-1][0] < last:
        found += listener.told.get(timeout=10) or []
    return found


def test_who_may_not_listen_any_more_is_cut_off_and_hears_nothing(own_database: Database) -> None:
    allowed = {"anna", "ben"}
    hub = Hub(own_database, lambda _db, _topic, whom: allowed & set(whom))
    streams = Streams(hub, 2, beat=0.01)
    anna, ben = streams.open(TOPIC, "anna", 0), streams.open(TOPIC, "ben", 0)
    assert anna is not None
    assert ben is not None
    assert streams.open(TOPIC, "cleo", 0) is None
    assert [next(anna), next(ben)] == [b"retry: 2000\n\n"] * 2
    allowed.remove("ben")
    happen(own_database, "step", "hand")
    hub.look()
    assert next(anna) == b"id: 1\ndata: step\n\nid: 2\ndata: hand\n\n"
    assert list(ben) == [b"event: over\ndata: over\n\n"]
    assert next(anna) == b": \n\n"
    third = streams.open(TOPIC, "anna", 1)
    assert third is not None
    hub.look()
    assert [next(third), next(third)] == [b"retry: 2000\n\n", b"id: 2\ndata: hand\n\n"]
    del third
    anna.close()
    anna.close()
    assert hub._listeners == {}


@pytest.mark.concurrency
@pytest.mark.skipif(not POSTGRESQL, reason="It is PostgreSQL's way")
def test_postgresql_wakes_other_processes(own_database: Database) -> None:
    assert heard_over(PostgresBus(own_database), TOPIC) == TOPIC


@pytest.mark.once
@pytest.mark.concurrency
def test_redis_wakes_other_processes() -> None:
    try:
        Redis.from_url(REDIS).ping()
    except RedisError:
        pytest.skip("No Redis answers")
    # Other suites may use the same Redis, whose channels are of all its databases.
    topic = f"roundtable:{secrets.token_hex(8)}"
    assert heard_over(RedisBus(REDIS), topic) == topic


@pytest.mark.once
def test_a_bus_that_does_not_answer_fails_nobody() -> None:
    RedisBus("redis://127.0.0.1:1").call([TOPIC])


def heard_over(bus: Any, topic: str) -> str:
    """What another connection of the same bus hears when a topic is called, as far as it is of this test."""
    heard: list[str] = []

    def wake(topics: Iterable[str]) -> None:
        heard.extend(set(topics) & {topic})
        if not heard:
            return
        raise Heard  # Ends the thread, which would listen for ever.

    def listen() -> None:
        with suppress(Heard):
            bus._listen(wake)

    listening = Thread(target=listen, daemon=True)
    listening.start()
    until = clock.now() + timedelta(seconds=10)
    while listening.is_alive() and clock.now() < until:
        bus.call([topic])
        listening.join(0.05)
    return "".join(heard)
