"""The way up and down with data: things keep their addresses."""

from peernet.db import Database, migrations
from tests.roundtables.test_migration import _column, _insert


def test_former_addresses_go_up_and_down_with_data(own_database: Database) -> None:
    migrations.downgrade(own_database, "0057")
    with own_database.engine.begin() as connection:
        _insert(connection, "material", id=1, kind="blogpost", state="published", title="Rivers", extra={}, slug="new")
    migrations.upgrade(own_database, "head")
    with own_database.engine.begin() as connection:
        _insert(connection, "former_address", id=1, kind="material", slug="old", thing_id=1)
        assert _column(connection, "former_address", "slug") == ["old"]
    migrations.downgrade(own_database, "0057")
    with own_database.engine.begin() as connection:
        assert _column(connection, "material", "slug") == ["new"]
    migrations.upgrade(own_database, "head")
    with own_database.engine.begin() as connection:
        assert _column(connection, "former_address", "slug") == []


def test_what_was_left_already_goes_on_leading_everybody_on(own_database: Database) -> None:
    migrations.downgrade(own_database, "0061")
    with own_database.engine.begin() as connection:
        _insert(connection, "former_address", id=1, kind="material", slug="old", thing_id=1)
    migrations.upgrade(own_database, "head")
    with own_database.engine.begin() as connection:
        assert _column(connection, "former_address", "was_public") == [True]
    migrations.downgrade(own_database, "0061")
    with own_database.engine.begin() as connection:
        assert _column(connection, "former_address", "slug") == ["old"]
