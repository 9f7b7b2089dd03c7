"""Going back to a version that forgets nobody closes the accounts of those who asked for it."""

from peernet.db import Database, migrations
from tests.roundtables.test_migration import _MOMENT, _insert, _rows


def test_who_asked_to_be_forgotten_is_shut_out_and_nobody_else(own_database: Database) -> None:
    with own_database.engine.begin() as connection:
        for number in (1, 2):
            address = f"p{number}@example.org"
            _insert(connection, "person", id=number, email=address, email_key=address)
        _insert(connection, "erasure", id=1, person_id=1, asked_at=_MOMENT, due_at=_MOMENT, choices={})
    migrations.downgrade(own_database, "0017")
    migrations.upgrade(own_database)
    with own_database.engine.begin() as connection:
        closed = [(number, at is not None) for number, at in sorted(_rows(connection, "person", "id", "disabled_at"))]
        assert closed == [(1, True), (2, False)]
        assert _rows(connection, "erasure", "id") == []
