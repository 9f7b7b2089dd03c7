"""Databases of the kind under test: SQLite files, or databases of the server that PEERNET_TEST_DATABASE_URL names."""

import itertools
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

POSTGRESQL = os.environ.get("PEERNET_TEST_DATABASE_URL", "")


@contextmanager
def a_database(name: str, folder: Path, template: str = "") -> Iterator[str]:
    """URL of a new database of the kind under test, dropped at the end: empty, or a copy of ``template``'s."""
    if not POSTGRESQL:
        if template:
            shutil.copyfile(make_url(template).database, folder / f"{name}.db")
        yield f"sqlite:///{folder / name}.db"
        for left in folder.glob(f"{name}.db*"):
            left.unlink()
        return
    server = make_url(POSTGRESQL).set(drivername="postgresql+psycopg")
    copied = f' TEMPLATE "{make_url(template).database}"' if template else ""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(text(f'CREATE DATABASE "{name}"{copied}'))
        # Tests kill processes of ours, never the server: it need not wait for its disk.
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
    engine.dispose()


class Lent:
    """Lends one test after another a migrated database without rows.

    On PostgreSQL it is the same one as long as its tables stay as they were: to empty it takes a tenth of the time
    that another one takes.
    """

    def __init__(self, template: str, folder: Path) -> None:
        self._template, self._folder = template, folder
        self._numbers = itertools.count()
        self._held = ExitStack()
        self._url = self._shape = ""

    def take(self) -> str:
        """URL of the database, empty."""
        if not self._url:
            name = f"peernet_own_{os.getpid()}_{next(self._numbers)}"
            self._url = self._held.enter_context(a_database(name, self._folder, self._template))
            if POSTGRESQL:
                with _alone(self._url) as connection:
                    self._shape = _shape(connection)
        return self._url

    def give_back(self) -> None:
        """Empty it for the next test, or have a new one made."""
        if not POSTGRESQL or not self._is_empty_again():
            self.close()

    def _is_empty_again(self) -> bool:
        try:
            with _alone(self._url) as connection:
                if is_as_it_was := _shape(connection) == self._shape:
                    _empty(connection)
                return is_as_it_was
        except OperationalError:  # The test was about a database that goes away.
            return False

    def close(self) -> None:
        """Drop it."""
        self._held.close()
        self._url = ""


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """A connection to a database that nobody else is connected to any more."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        others = "datname = current_database() AND pid <> pg_backend_pid()"
        connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        yield connection
    engine.dispose()


def _shape(connection: Connection) -> str:
    """What changes with any table, column or constraint."""
    counts = ("sum(oid::bigint) FROM pg_class", "sum(oid::bigint) FROM pg_constraint",
              "count(*) FROM pg_attribute WHERE NOT attisdropped")  # fmt: skip
    return str(connection.execute(text(f"SELECT {', '.join(f'(SELECT {count})' for count in counts)}")).one())


def _empty(connection: Connection) -> None:
    """Delete all rows in one statement, at whose end what they point to is asked after: so they may go in any order.
    To truncate takes many times as long, because new files are made for all tables that point to those."""
    used = (
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        " AND relname <> 'alembic_version' AND pg_relation_size(oid) > 0"
    )
    names = connection.scalars(text(used)).all()
    if names:
        deleted = ", ".join(f'"deleted_{name}" AS (DELETE FROM "{name}")' for name in names)
        connection.execute(text(f"WITH {deleted} SELECT"))
    numbered = "SELECT setval(format('%I', sequencename), 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
    connection.execute(text(numbered))
