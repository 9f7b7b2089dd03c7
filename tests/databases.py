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
            self._shape = _shape(self._url)
        return self._url

    def give_back(self) -> None:
        """Empty it for the next test, or have a new one made."""
        if not POSTGRESQL or not self._is_as_it_was():
            self.close()
        else:
            _empty(self._url)

    def _is_as_it_was(self) -> bool:
        try:
            return _shape(self._url) == self._shape
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


def _shape(url: str) -> str:
    """What changes with any table, column or constraint; nothing on SQLite, where each test has a file."""
    if not POSTGRESQL:
        return ""
    counts = ("sum(oid::bigint) FROM pg_class", "sum(oid::bigint) FROM pg_constraint",
              "count(*) FROM pg_attribute WHERE NOT attisdropped")  # fmt: skip
    with _alone(url) as connection:
        return str([connection.scalar(text(f"SELECT {count}")) for count in counts])


def _empty(url: str) -> None:
    with _alone(url) as connection:
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        names = connection.scalars(text(tables))
        filled = " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT FROM \"{name}\")" for name in names)
        if found := connection.scalars(text(filled)).all():
            listed = ", ".join(f'"{name}"' for name in found)
            connection.execute(text(f"TRUNCATE {listed} CASCADE"))
        used = "SELECT setval(format('%I', sequencename), 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
        connection.execute(text(used))
