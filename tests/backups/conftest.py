"""A site with a row in every table and files of people, and an empty place beside it."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from itertools import chain, combinations
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import Column, Connection, Enum, Table, insert, select
from sqlalchemy.exc import IntegrityError

from peernet import tables
from peernet.backups import making, manifest, restoring
from peernet.backups.making import Made
from peernet.db import Database, types
from peernet.media import store
from peernet.settings import Settings, use
from tests.conftest import NOW
from tests.databases import a_database
from tests.media.pictures import noise, picture
from tests.world import make_world

# What is easily lost on the way: quotes, line ends, COPY's own marks, other scripts, what is not in the BMP.
HARD = 'A "word", it\'s \\N, \\., a\ttab,\r\nlines\u2028and 皆さん 🌍 é e\u0301 ' + "long " * 50
KEY = manifest.fingerprint("the key of the tests")


def quiet(_done: int, _of: int) -> None:
    """Nobody listens."""


def rows(database: Database) -> dict[str, list[Any]]:
    """Every row of every table that a backup holds, by the key."""
    with database.reading() as db:
        return {
            table.name: [tuple(row) for row in db.execute(select(table).order_by(*table.primary_key.columns))]
            for table in tables.metadata.sorted_tables
            if table.name != "search_row"
        }


def files(data: Path) -> dict[str, bytes]:
    """Every file below a folder, with what is in it."""
    return {str(path.relative_to(data)): path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file()}


@dataclass(frozen=True)
class Once:
    """What is made once for each test process, and copied: a database, a data folder, and a backup of both."""

    url: str
    data: Path
    archive: Path
    made: Made


@pytest.fixture(scope="session")
def once(settings: Settings, migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Once]:
    """A database with at least one row in every table, two files of people, and the backup."""
    folder = tmp_path_factory.mktemp("once")
    use(settings.model_copy(update={"data": folder / "data"}))
    with a_database(f"peernet_once_{os.getpid()}", folder, migrated) as url:
        # The clock stands while it is made, and no longer: tests of other rooms need it to go.
        with time_machine.travel(NOW, tick=False):
            database = Database(url)
            _fill_every_table(database)
            made = making.make(database, folder / "one.tar.gz", key=KEY, on_progress=quiet)
            database.dispose()
        use(settings)
        yield Once(url, folder / "data", made.path, made)


@pytest.fixture
def at(tmp_path: Path, settings: Settings) -> Callable[[str], Settings]:
    """Put settings with a data folder of their own into use."""
    return lambda name: use(settings.model_copy(update={"data": tmp_path / name}))


@pytest.fixture
def site(once: Once, tmp_path: Path, at: Callable[[str], Settings]) -> Iterator[Database]:
    """A running site, of which this test may do what it likes."""
    shutil.copytree(once.data, at("data").data)
    with a_database(f"peernet_site_{os.getpid()}", tmp_path, once.url) as url:
        database = Database(url, pool_size=30)
        yield database
        database.dispose()


@pytest.fixture
def empty(tmp_path: Path, at: Callable[[str], Settings]) -> Iterator[Callable[[], Any]]:
    """Move to an empty place: another database, and another data folder."""
    (tmp_path / "other").mkdir(mode=0o700)
    with a_database(f"peernet_empty_{os.getpid()}", tmp_path / "other") as url:

        @contextmanager
        def move() -> Iterator[Database]:
            at("other")
            with closing_all(Database(url)) as database:
                yield database

        yield move


@pytest.fixture
def backup(once: Once, tmp_path: Path) -> Made:
    """A backup of the site as it is at first."""
    (tmp_path / "backups").mkdir()
    return replace(once.made, path=Path(shutil.copy(once.archive, tmp_path / "backups")))


@contextmanager
def closing_all(database: Database) -> Iterator[Database]:
    """Close its connections at the end, also when the test fails."""
    try:
        yield database
    finally:
        database.dispose()


def restore(database: Database, path: Path) -> manifest.Manifest:
    """Bring a backup back, and change nothing of it."""
    return restoring.restore(database, path, after=lambda _db, _manifest: None, on_progress=quiet)


def _fill_every_table(database: Database) -> None:
    with database.writing() as db:
        world = make_world(db)
        for data in (picture(), noise()):
            store.keep(db, data=data, filename="é.png", audience="public", uploaded_by=world.member.id)
    with database.engine.begin() as connection:
        for table in tables.metadata.sorted_tables:
            if connection.execute(select(table).limit(1)).first() is None:
                _fill(connection, table)


def _fill(connection: Connection, table: Table) -> None:
    """Insert a row with everything set, or where a constraint forbids that, without one or two optional columns."""
    whole = _values(connection, table)
    optional = [column.name for column in table.columns if column.nullable]
    for left_out in chain.from_iterable(combinations(optional, number) for number in range(3)):
        try:
            with connection.begin_nested():
                connection.execute(insert(table).values(whole | dict.fromkeys(left_out)))
                return
        except IntegrityError:
            continue
    raise AssertionError(f"No row of {table.name} can be made up")


def _values(connection: Connection, table: Table) -> dict[str, Any]:
    """A row; the database numbers it where it can."""
    numbered = table.autoincrement_column
    return {column.name: _value(connection, column) for column in table.columns if column is not numbered}


def _value(connection: Connection, column: Column[Any]) -> Any:
    """Something of the column's type; what it points to is the first row there."""
    for key in column.foreign_keys:
        return connection.scalar(select(key.column).limit(1))
    if isinstance(column.type, Enum):
        return list(column.type.enum_class)[-1]
    if isinstance(column.type, types.UTC):
        return datetime(2026, 2, 28, 23, 59, 59, 999_999, tzinfo=UTC)
    kind = column.type.python_type
    return HARD[: column.type.length] if kind is str else _OF_TYPE[kind]


_OF_TYPE = {
    int: 1,
    float: 0.1,
    bool: True,
    datetime: datetime(2026, 2, 28, 23, 59, 59),
    date: date(2026, 2, 28),
    time: time(23, 59, 59),
    object: {"deep": [HARD, None, 1.5, True, {}]},
}
