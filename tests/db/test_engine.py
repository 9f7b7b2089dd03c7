"""Sessions: reading ones cannot write, writing ones see the truth, and all commit through settle."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from peernet.db import Database, ReadOnly, settle, take_turn
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.ledger import ledger
from peernet.ledger.models import Event


def test_moments_are_kept_in_utc(db: Session) -> None:
    event = ledger.record(db, "x", subject="y")
    event.at = datetime(2026, 6, 1, 14, 0, tzinfo=timezone(timedelta(hours=2)))
    db.flush()
    db.expire(event)
    assert (event.at, event.at.tzinfo) == (datetime(2026, 6, 1, 12, 0, tzinfo=UTC), UTC)


def test_a_moment_without_a_zone_is_refused(db: Session) -> None:
    ledger.record(db, "x", subject="y").at = datetime(2026, 6, 1, 14, 0)
    with pytest.raises(StatementError, match="A moment needs a zone"):
        db.flush()


def test_a_reading_session_cannot_write(database: Database, db: Session) -> None:
    with database.reading() as session:
        ledger.record(session, "x", subject="y")
        with pytest.raises(ReadOnly):
            session.flush()
    with database.reading() as session, pytest.raises(ReadOnly):
        session.execute(update(Event).values(action="z"))


def test_a_look_waits_for_no_writer_and_leaves_nothing_open(own_database: Database) -> None:
    def seen() -> int:
        with own_database.looking() as connection:
            return connection.scalar(select(func.count()).select_from(Event)) or 0

    with own_database.session(write=True) as session:
        ledger.record(session, "x", subject="y")
        session.flush()
        assert seen() == 0
        settle(session)
    assert seen() == 1
    assert own_database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]


def test_an_exception_rolls_back(database: Database, db: Session) -> None:
    def break_off() -> None:
        with database.writing() as session:
            ledger.record(session, "x", subject="y")
            session.flush()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        break_off()
    assert db.scalars(select(Event)).all() == []


def test_sweeps_run_after_the_commit(own_database: Database) -> None:
    seen: list[object] = []

    def sweep(keys: object) -> None:
        with own_database.reading() as reading:
            seen.append((keys, len(reading.scalars(select(Event)).all())))

    own_database.after_settle.append(sweep)
    with own_database.session(write=True) as session:
        ledger.record(session, "x", subject="y")
        settle(session)
    assert seen == [([], 1)]


@pytest.mark.concurrency
def test_what_a_writer_read_is_true_when_it_writes(own_database: Database) -> None:
    """Forty threads count and add: with deferred transactions on SQLite some would fail or count the same."""
    if not own_database.is_sqlite:
        pytest.skip("PostgreSQL guards by constraints and guarded updates, not by one writer")
    start = threading.Barrier(40)

    def add() -> None:
        start.wait()
        with own_database.writing() as session:
            count = len(session.scalars(select(Event.id)).all())
            ledger.record(session, "count", subject=f"n:{count}")

    threads = [threading.Thread(target=add) for _ in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with own_database.reading() as session:
        subjects = session.scalars(select(Event.subject).order_by(Event.id)).all()
    assert subjects == [f"n:{count}" for count in range(40)]


def test_sqlite_is_durable_and_keeps_its_links(own_database: Database) -> None:
    if not own_database.is_sqlite:
        pytest.skip("These are SQLite's own settings")
    with own_database.reading() as session:
        found = [session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert found == ["wal", 2, 1]


@pytest.mark.concurrency
def test_what_two_would_do_at_once_the_second_finds_done(own_database: Database) -> None:
    """As two workers would, that look at the same minute for what is due."""
    together = threading.Barrier(8)

    def work(_number: int) -> None:
        together.wait()
        with own_database.writing() as db:
            take_turn(db, "the same")
            if db.scalar(select(func.count()).select_from(Job)) == 0:
                jobs.enqueue(db, "once")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(work, range(8)))
    with own_database.reading() as db:
        assert db.scalar(select(func.count()).select_from(Job)) == 1
