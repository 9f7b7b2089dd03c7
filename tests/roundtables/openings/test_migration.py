"""Guests survive the way down and up."""

from sqlalchemy import text

from peernet.db import Database, migrations
from tests.roundtables.test_migration import _insert


def test_who_signed_up_is_an_invited_guest_on_the_way_down(own_database: Database) -> None:
    with own_database.engine.begin() as connection:
        _insert(connection, "cohort", id=1, format="mixed", state="running")
        _insert(connection, "roundtable", id=1, cohort_id=1, kind="workshop")
        _insert(connection, "opening", roundtable_id=1, slug="a")
        _insert(connection, "sign_up", id=1, roundtable_id=1, email_key="a")
        _insert(connection, "guest", id=1, roundtable_id=1, role="guest", name="Ada", needs="x", is_listed=True)
    migrations.downgrade(own_database, "0048")
    migrations.upgrade(own_database, "head")
    with own_database.engine.begin() as connection:
        guests = connection.execute(text("SELECT name, needs, is_listed, signed_up_at FROM guest")).all()
        others = [connection.execute(text(f"SELECT count(*) FROM {name}")).scalar() for name in ("opening", "sign_up")]
    assert [(row.name, row.needs, bool(row.is_listed), row.signed_up_at) for row in guests] == [
        ("Ada", "", False, None)
    ]
    assert others == [0, 0]
