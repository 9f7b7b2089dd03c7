"""Answers and places survive the way up and down."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Date, DateTime, MetaData, String, Table, select

from peernet.db import Database, migrations

_MOMENT = datetime(2026, 11, 1)


def _insert(connection: Connection, name: str, **given: Any) -> None:
    """A row in a table as the database knows it; what must not be empty and was not given is made up."""
    table = Table(name, MetaData(), autoload_with=connection)
    row = {column.name: _filling(column.type) for column in table.columns if not column.nullable}
    connection.execute(table.insert().values(row | given))


def _filling(kind: Any) -> Any:
    kinds = ((Boolean, False), (DateTime, _MOMENT), (Date, date(2026, 11, 1)), (String, ""))
    return next((value for known, value in kinds if isinstance(kind, known)), 1)


def _answers(connection: Connection) -> dict[int, str]:
    table = Table("attendance", MetaData(), autoload_with=connection)
    return {row.id: row.answer for row in connection.execute(select(table.c.id, table.c.answer).order_by(table.c.id))}


def _places(connection: Connection) -> int:
    table = Table("roundtable", MetaData(), autoload_with=connection)
    return int(connection.execute(select(table.c.accepted)).scalar_one())


def _furnish(connection: Connection) -> None:
    _insert(connection, "cohort", id=1, format="mixed", state="running")
    _insert(connection, "roundtable", id=1, cohort_id=1, kind="workshop", accepted=1)
    for number, answer in enumerate(("accepted", "declined", "writing"), 1):
        address = f"p{number}@example.org"
        _insert(connection, "person", id=number, email=address, email_key=address)
        _insert(connection, "attendance", id=number, roundtable_id=1, person_id=number, answer=answer)


def test_places_go_up_and_down_with_their_data(own_database: Database) -> None:
    migrations.downgrade(own_database, "0002")
    with own_database.engine.begin() as connection:
        _furnish(connection)
    migrations.upgrade(own_database, "0003")
    old = {1: "accepted", 2: "declined", 3: "writing"}
    with own_database.engine.begin() as connection:
        assert _answers(connection) == old
        for number, answer in enumerate(("tentative", "deputy", "waiting", "waiting"), 4):
            address = f"p{number}@example.org"
            held = {"held_until": _MOMENT} if number == 7 else {}
            _insert(connection, "person", id=number, email=address, email_key=address)
            _insert(connection, "attendance", id=number, roundtable_id=1, person_id=number, answer=answer, **held)
        table = Table("roundtable", MetaData(), autoload_with=connection)
        connection.execute(table.update().values(accepted=2))
    migrations.downgrade(own_database, "0002")
    with own_database.engine.begin() as connection:
        assert (_answers(connection), _places(connection)) == (old, 1)
