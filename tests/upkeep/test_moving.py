"""A network moved to PostgreSQL is the same, in every row of every table; or nothing is there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from peernet.cli import main
from peernet.db import Database, Refused, migrations
from peernet.organisations.models import Organisation
from peernet.search import count
from peernet.settings import Settings, use
from peernet.upkeep import moving
from tests.backups.conftest import _fill_every_table, quiet, rows
from tests.databases import POSTGRESQL, a_database
from tests.world import make_organisation


@pytest.fixture
def target(url_of_empty: str) -> Iterator[Database]:
    database = Database(url_of_empty)
    yield database
    database.dispose()


@pytest.fixture
def url_of_empty(tmp_path: Path) -> Iterator[str]:
    """An empty database of the kind under test, which must be PostgreSQL."""
    if not POSTGRESQL:
        pytest.skip("needs PostgreSQL")
    with a_database(f"peernet_move_{tmp_path.name}"[:60], tmp_path) as url:
        yield url


@pytest.fixture(scope="session")
def filled_file(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """SQLite with a row in every table, closed."""
    file = tmp_path_factory.mktemp("moving") / "peernet.db"
    made = Database(f"sqlite:///{file}")
    migrations.upgrade(made)
    _fill_every_table(made)
    made.dispose()
    return file


@pytest.fixture
def source(
    url_of_empty: str, filled_file: Path, database: Database, settings: Settings, tmp_path: Path
) -> Iterator[Database]:
    """SQLite with a row in every table; for nothing where there is no PostgreSQL to move to."""
    use(settings.model_copy(update={"data": tmp_path / "data"}))
    (tmp_path / "data").mkdir()
    shutil.copyfile(filled_file, tmp_path / "data" / "peernet.db")
    made = Database(f"sqlite:///{tmp_path}/data/peernet.db")
    yield made
    made.dispose()


def test_every_row_is_there(source: Database, target: Database) -> None:
    before = rows(source)
    assert [table for table, found in before.items() if not found] == []
    counts = moving.move(source, target, quiet)
    assert (rows(target), rows(source)) == (before, before)
    assert counts == {table: len(found) for table, found in before.items()}
    assert migrations.present(target) == migrations.head()


def test_ids_go_on(source: Database, target: Database) -> None:
    moving.move(source, target, quiet)
    last = max(row[0] for row in rows(source)["organisation"])
    with target.writing() as db:
        assert make_organisation(db, "the-next").id == last + 1


def test_a_database_with_rows_is_refused(source: Database, target: Database) -> None:
    migrations.upgrade(target)
    with target.writing() as db:
        make_organisation(db, "somebody")
    with pytest.raises(Refused, match=r"is not empty: there are rows in organisation\."):
        moving.move(source, target, quiet)
    with target.reading() as db:
        assert db.query(Organisation).count() == 1


@pytest.mark.parametrize("value", ["nul\0", "x" * 400])
def test_what_does_not_fit_leaves_nothing(source: Database, target: Database, value: str) -> None:
    with source.engine.begin() as connection:
        connection.execute(text("UPDATE organisation SET name = :value"), {"value": value})
    with pytest.raises(Refused, match=r"^PostgreSQL does not take a row of organisation"):
        moving.move(source, target, quiet)
    assert migrations.present(target) is None


def test_a_row_that_points_to_nothing_leaves_nothing(source: Database, target: Database) -> None:
    with source.engine.connect() as connection:
        raw = connection.connection.driver_connection
        connection.rollback()
        raw.execute("PRAGMA foreign_keys = OFF")
        raw.execute("UPDATE membership SET person_id = 987654 WHERE id = (SELECT min(id) FROM membership)")
        raw.execute("PRAGMA foreign_keys = ON")
    with pytest.raises(Refused, match=r"^A row of membership points to nothing"):
        moving.move(source, target, quiet)
    assert migrations.present(target) is None


def test_the_command(source: Database, url_of_empty: str, tmp_path: Path) -> None:
    (tmp_path / "url").write_text(url_of_empty.replace("+psycopg", "") + "\n")
    environment = {"PEERNET_DATA": str(tmp_path / "data")}
    words = ["move", "sqlite-to-postgresql", f"@{tmp_path / 'url'}"]
    done = CliRunner().invoke(main, words, env=environment)
    number = sum(len(found) for found in rows(source).values())
    assert (done.exit_code, done.stdout.splitlines()[-4]) == (
        0,
        f"Moved {number} rows of {len(rows(source))} tables, and compared each.",
    )
    again = CliRunner().invoke(main, words, env=environment)
    assert (again.exit_code, "is not empty" in again.stderr) == (1, True)
    moved = Database(url_of_empty)
    with moved.reading() as db:
        assert count(db) > 0
    moved.dispose()
