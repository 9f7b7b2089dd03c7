"""Mail wishes survive the way up and down."""

from sqlalchemy import Connection, MetaData, Table, select

from peernet.db import Database, migrations
from tests.roundtables.test_migration import _insert


def _wishes(connection: Connection, *names: str) -> list[tuple[bool, ...]]:
    table = Table("person", MetaData(), autoload_with=connection)
    return [
        tuple(map(bool, row)) for row in connection.execute(select(*(table.c[name] for name in names)).order_by("id"))
    ]


def test_reminders_become_choices_and_one_again(own_database: Database) -> None:
    migrations.downgrade(own_database, "0010")
    with own_database.engine.begin() as connection:
        for number, wanted in enumerate((True, False), 1):
            address = f"p{number}@example.org"
            _insert(connection, "person", id=number, email=address, email_key=address, mail_roundtables=wanted)
    migrations.upgrade(own_database, "0011")
    names = ("mail_roundtables", "mail_reading", "mail_day", "mail_hour", "mail_digest")
    with own_database.engine.begin() as connection:
        assert _wishes(connection, *names) == [(True, True, True, False, False), (False, False, False, False, False)]
        table = Table("person", MetaData(), autoload_with=connection)
        connection.execute(table.update().where(table.c.id == 1).values(mail_reading=False, mail_day=False))
    migrations.downgrade(own_database, "0010")
    with own_database.engine.begin() as connection:
        assert _wishes(connection, "mail_roundtables") == [(False,), (False,)]
