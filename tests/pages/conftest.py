"""A database of its own for each test: these tests commit, from several threads and processes."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from secrets import token_hex
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.engine import make_url

from peernet.db import Base, Database
from peernet.pages import Store, Sweeper
from peernet.pages.models import PageCounter, PageTouch

TABLES = [PageCounter.__table__, PageTouch.__table__]


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """Address of an empty database: a file, or a schema on the server under test."""
    server = os.environ.get("PEERNET_TEST_DATABASE_URL", "")
    if not server.startswith("postgresql"):
        yield f"sqlite:///{tmp_path / 'own.db'}"
        return
    address = make_url(server).set(drivername="postgresql+psycopg")
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    schema = f"own_{token_hex(6)}"
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        yield address.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(hide_password=False)
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    engine.dispose()


@pytest.fixture
def own(url: str) -> Iterator[Database]:
    """A database with the tables of this room."""
    database = Database(url)
    Base.metadata.create_all(database.engine, tables=TABLES)
    yield database
    database.dispose()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store that already answers."""
    store = Store(tmp_path / "pages")
    store.open()
    return store


@pytest.fixture
def sweeper(store: Store, own: Database) -> Sweeper:
    """A sweeper that has swept once and follows every settled transaction."""
    sweeper = Sweeper(store, own)
    sweeper.sweep()
    own.after_settle.append(sweeper.after_settle)
    return sweeper


@pytest.fixture
def count_queries_of() -> Callable[[Database], AbstractContextManager[list[str]]]:
    """``with count_queries_of(database) as seen: …`` collects the statements that reach it."""

    @contextmanager
    def counting(database: Database) -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("BEGIN"):
                seen.append(statement)

        event.listen(database.engine, "before_cursor_execute", note)
        yield seen
        event.remove(database.engine, "before_cursor_execute", note)

    return counting
