"""The database of every release comes up to the newest schema, and down again, with its rows."""

import os
import signal
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Engine, event

from peernet.db import Database, migrations
from peernet.upkeep import checking, upgrading
from tests.sizes import sized
from tests.upkeep import releases

# As often as this an upgrade is killed, from its first statement to its last.
_KILLS = sized(20, 4)


def _ignore(_step: Any) -> None:
    """Nobody listens."""


@pytest.fixture(params=releases.versions())
def version(request: pytest.FixtureRequest, own_database: Database) -> str:
    """A release; the database is one of it."""
    releases.load(own_database, request.param)
    return str(request.param)


def _rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    with database.engine.connect() as connection:
        return releases.dump(connection)


def _faults(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return [*checking.differences(connection), *checking.broken_links(connection)]


def test_every_table_has_a_row(version: str, own_database: Database) -> None:
    assert migrations.present(own_database) == releases.revision(version)
    found = _rows(own_database)
    assert {table: rows for table, rows in found.items() if rows} == releases.rows(version)
    assert [table for table, rows in found.items() if not rows] == []


def test_it_comes_up_and_goes_down_again(version: str, own_database: Database) -> None:
    before = _rows(own_database)
    upgrading.upgrade(own_database, copy=None, on_step=_ignore)
    assert (migrations.present(own_database), _faults(own_database)) == (migrations.head(), [])
    migrations.downgrade(own_database, releases.revision(version))
    after = _rows(own_database)
    # What happened stays told: that it was upgraded.
    assert after.pop("event")[:-1] == before.pop("event")
    assert after == before


@pytest.mark.lengthy
def test_killed_on_the_way_nothing_is_half(version: str, own_database: Database) -> None:
    migrations.downgrade(own_database, "0001")
    before = _rows(own_database)
    statements = _count(own_database)
    for number in range(_KILLS):
        _upgrade_and_die(own_database, at=1 + number * (statements - 1) // (_KILLS - 1))
        assert (migrations.present(own_database), _rows(own_database)) == ("0001", before)
    upgrading.upgrade(own_database, copy=None, on_step=_ignore)
    assert (migrations.present(own_database), _faults(own_database)) == (migrations.head(), [])


def _count(database: Database) -> int:
    """The statements of a whole upgrade, which is rolled back."""
    seen: list[str] = []
    with database.engine.connect() as connection, connection.begin() as transaction:
        _watch(database.engine, lambda: seen.append(""))
        migrations.upgrade_within(connection)
        transaction.rollback()
    return len(seen)


def _upgrade_and_die(database: Database, *, at: int) -> None:
    """Upgrade in a process that is killed before its statement of that number."""
    url = database.engine.url.render_as_string(hide_password=False)
    database.dispose()
    child = os.fork()
    if not child:
        left = iter(range(at - 1))
        own = Database(url)
        _watch(own.engine, lambda: next(left, None) is not None or os.kill(os.getpid(), signal.SIGKILL))
        try:
            with own.engine.begin() as connection:
                migrations.upgrade_within(connection)
        finally:
            os._exit(1)
    assert os.WTERMSIG(os.waitpid(child, 0)[1]) == signal.SIGKILL


def _watch(engine: Engine, see: Callable[[], object]) -> None:
    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "ROLLBACK")):
            see()
