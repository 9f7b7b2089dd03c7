"""The queue before SQLite's one writer."""

import sqlite3
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import OperationalError

from peernet.db import Database, engine
from peernet.db.queue import Queue
from peernet.ledger import ledger
from peernet.ledger.models import Event

pytestmark = pytest.mark.concurrency


@pytest.fixture
def on_sqlite(own_database: Database) -> Database:
    if not own_database.is_sqlite:
        pytest.skip("PostgreSQL has many writers")
    return own_database


def wait_until(is_so) -> None:
    until = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < until
        time.sleep(0.001)


def test_turns_come_in_the_order_of_coming() -> None:
    queue, order = Queue(), []
    queue.enter(1)

    def write(number: int) -> None:
        assert queue.enter(10)
        order.append(number)
        queue.leave()

    with ThreadPoolExecutor(20) as pool:
        for number in range(20):
            pool.submit(write, number)
            wait_until(lambda number=number: len(queue._waiting) == number + 1)
        queue.leave()
    assert order == list(range(20))


def test_who_gives_up_is_not_called() -> None:
    queue = Queue()
    assert queue.enter(1)
    assert not queue.enter(0.01)
    queue.leave()
    assert queue.enter(0.01)


def test_a_turn_that_comes_while_it_is_given_up_is_taken() -> None:
    """Many short waits against many short turns: none is lost, or the last would wait for ever."""
    queue, until = Queue(), time.monotonic() + 1

    def write() -> None:
        while time.monotonic() < until:
            if queue.enter(0.0005):
                time.sleep(0.0004)
                queue.leave()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: write(), range(8)))
    assert queue.enter(0)


def test_a_turn_ends_with_a_commit_a_rollback_or_an_error(on_sqlite: Database) -> None:
    def fails() -> None:
        with on_sqlite.writing() as db:
            db.execute(text("SELECT no_such_column FROM event"))

    for _turn in range(3):
        with on_sqlite.writing() as db:
            ledger.record(db, "x", subject="y")
        with on_sqlite.session(write=True) as db:
            ledger.record(db, "x", subject="y")
            db.flush()
        with pytest.raises(OperationalError):
            fails()
    with on_sqlite.reading() as db:
        assert len(db.scalars(select(Event)).all()) == 3


def test_who_waits_too_long_is_told_that_the_database_is_locked(
    on_sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "_BUSY_SECONDS", 0.05)
    begin = threading.Event()

    def hold() -> None:
        with on_sqlite.writing() as db:
            ledger.record(db, "x", subject="y")
            db.flush()
            begin.set()
            time.sleep(0.5)

    with ThreadPoolExecutor(1) as pool:
        held = pool.submit(hold)
        begin.wait(5)
        with on_sqlite.session(write=True) as db, pytest.raises(OperationalError, match="database is locked"):
            db.execute(text("SELECT 1"))
        held.result()
    with on_sqlite.writing() as db:
        ledger.record(db, "x", subject="y")


def test_another_process_s_writer_is_waited_for_as_well(on_sqlite: Database) -> None:
    other = sqlite3.connect(str(on_sqlite.engine.url.database), isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    threading.Timer(0.2, lambda: other.execute("COMMIT")).start()
    with on_sqlite.writing() as db:
        ledger.record(db, "x", subject="y")
    other.close()


def test_readers_do_not_stand_in_the_queue(on_sqlite: Database) -> None:
    with on_sqlite.writing() as db:
        ledger.record(db, "x", subject="y")
        db.flush()
        with on_sqlite.reading() as reading:
            assert reading.scalars(select(Event)).all() == []
