"""Engine and sessions.

SQLite runs with WAL, synchronous=FULL and foreign keys. Its driver is told to leave transactions alone, because it
would begin them late and would release savepoints; a write session begins with BEGIN IMMEDIATE, so that what it read
is still true when it writes. See https://www.sqlite.org/lang_transaction.html. The writers of one process stand in a
queue of their own.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.pool import ConnectionPoolEntry

from peernet.db.queue import Queue

_TOUCHED = "peernet.touched"
_OUTGOING = "peernet.outgoing"
_RAISED = "peernet.raised"
_DATABASE = "peernet.database"
# What a connection to SQLite carries from the beginning of a write until it goes back to its pool.
_TURN = "peernet.turn"
# How PostgreSQL names our connections, where the URL says nothing else.
CONNECTION_NAME = "peernet"
# Seconds a writer waits for the one before it; a page that waits longer is better refused.
_BUSY_SECONDS = 15
# What each connection to SQLite keeps of the database. With half of it, which is what SQLite keeps by itself, a search
# that finds some in very much takes a fifth longer: it looks things up all over the index of audiences.
_CACHE_KILOBYTES = 4_096


class ReadOnly(RuntimeError):
    """A session opened for reading was asked to write."""


class _ReadingSession(Session):
    """A session that refuses to write."""


class Database:
    """One engine, and the hooks that run after every commit.

    ``after_settle`` functions get the keys that the transaction touched; the roof hands in the sweep of pages.
    ``on_outgoing`` functions get what the transaction put out to be delivered, as ("mail" or "job", row id); the roof
    hands in what wakes the worker. They must not fail: what they miss, the worker's sweep finds. ``on_raised``
    functions get the live topics in which something happened; the roof hands in what wakes those who watch. Nor must
    these fail.
    """

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self.engine = _make_engine(url, pool_size)
        self._to_read = self.engine.execution_options(peernet_write=False)
        self._to_write = self.engine.execution_options(peernet_write=True)
        self.after_settle: list[Callable[[Sequence[str]], None]] = []
        self.on_outgoing: list[Callable[[Sequence[tuple[str, int]]], None]] = []
        self.on_raised: list[Callable[[Sequence[str]], None]] = []
        self._connection: Connection | None = None

    @property
    def is_sqlite(self) -> bool:
        """Whether the embedded database is in use."""
        return self.engine.dialect.name == "sqlite"

    def session(self, *, write: bool) -> Session:
        """Open a session. It takes no lock before its first statement, so slow work can still precede it."""
        kind, engine = (Session, self._to_write) if write else (_ReadingSession, self._to_read)
        return kind(self._connection or engine, info={_DATABASE: self}, join_transaction_mode="create_savepoint")

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that only reads, closed at the end."""
        with self.session(write=False) as session:
            yield session

    @contextmanager
    def looking(self) -> Iterator[Connection]:
        """A connection for a statement that reads columns, where the work of a session would be more than its own."""
        if self._connection is not None:
            yield self._connection
            return
        with self._to_read.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is settled at the end, or rolled back by an exception."""
        with self.session(write=True) as session:
            yield session
            settle(session)

    def bind_to(self, connection: Connection | None) -> None:
        """Run every later session inside ``connection``'s transaction, each in a savepoint (for tests)."""
        self._connection = connection

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def settle(session: Session) -> None:
    """Commit, then remove what the transaction made stale. The one way to commit in peernet."""
    database: Database = session.info[_DATABASE]
    session.flush()
    touched: list[str] = session.info.pop(_TOUCHED, [])
    outgoing: list[tuple[str, int]] = session.info.pop(_OUTGOING, [])
    raised: list[str] = session.info.pop(_RAISED, [])
    session.commit()
    for sweep in database.after_settle:
        sweep(touched)
    for wake in database.on_outgoing if outgoing else ():
        wake(outgoing)
    for tell in database.on_raised if raised else ():
        tell(raised)


def take_turn(session: Session, name: str, *, patiently: bool = False) -> None:
    """Until this transaction ends, let nobody else past here with the same name: what two would do at once, the second
    finds done. Writers of SQLite are alone in any case. ``patiently``: this transaction waits for locks without end,
    because nobody waits for it."""
    if session.get_bind().dialect.name == "postgresql":
        if patiently:
            session.execute(text("SET LOCAL lock_timeout = 0"))
        session.execute(text("SELECT pg_advisory_xact_lock(hashtext(:name))"), {"name": f"peernet.{name}"})


def remember_touch(session: Session, key: str) -> None:
    """Note a key for the hooks that :func:`settle` runs."""
    session.info.setdefault(_TOUCHED, []).append(key)


def remember_outgoing(session: Session, kind: str, row_id: int) -> None:
    """Note a row of the outbox or of the jobs, for the hooks that :func:`settle` runs."""
    session.info.setdefault(_OUTGOING, []).append((kind, row_id))


def remember_raised(session: Session, topic: str) -> None:
    """Note a live topic for the hooks that :func:`settle` runs."""
    session.info.setdefault(_RAISED, []).append(topic)


def _make_engine(url: str, pool_size: int) -> Engine:
    # What members write must not stand in a log, so no error quotes the parameters of its statement.
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _make_sqlite(url, pool_size)
    if parsed.drivername == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
    engine = create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"fallback_application_name": CONNECTION_NAME},
    )
    event.listen(engine, "connect", _set_patience)
    return engine


def _set_patience(connection: Any, _record: Any) -> None:
    """PostgreSQL would wait for a lock without end."""
    connection.execute(f"SET lock_timeout = {int(_BUSY_SECONDS * 1000)}")
    connection.commit()


def _make_sqlite(url: str, pool_size: int) -> Engine:
    options: dict[str, Any] = {"isolation_level": None, "timeout": _BUSY_SECONDS, "check_same_thread": False}
    engine = create_engine(url, connect_args=options, pool_size=pool_size, max_overflow=pool_size, hide_parameters=True)
    queue = Queue()
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", partial(_begin, queue))
    event.listen(engine, "checkin", partial(_end_turn, queue))
    return engine


def _set_pragmas(connection: Any, _record: Any) -> None:
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"cache_size=-{_CACHE_KILOBYTES}",
        f"busy_timeout={int(_BUSY_SECONDS * 1000)}",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(queue: Queue, connection: Connection) -> None:
    if not connection.get_execution_options().get("peernet_write", True):
        connection.exec_driver_sql("BEGIN")
        return
    carried = connection.connection.record_info
    if carried is not None and _TURN not in carried:
        if not queue.enter(_BUSY_SECONDS):
            raise OperationalError("BEGIN IMMEDIATE", None, sqlite3.OperationalError("database is locked"))
        carried[_TURN] = True
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _end_turn(queue: Queue, _connection: Any, record: ConnectionPoolEntry) -> None:
    """After commit or rollback, when the connection goes back; also one that broke."""
    if (record.record_info or {}).pop(_TURN, False):
        queue.leave()


def _refuse_flush(session: Session, _context: Any, _instances: Any) -> None:
    if session.new or session.dirty or session.deleted:
        raise ReadOnly("This session only reads")


def _refuse_statement(state: ORMExecuteState) -> None:
    if state.is_insert or state.is_update or state.is_delete:
        raise ReadOnly("This session only reads")


event.listen(_ReadingSession, "before_flush", _refuse_flush)
event.listen(_ReadingSession, "do_orm_execute", _refuse_statement)
