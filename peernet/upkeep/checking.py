"""Whether a database is what this version takes it for: its schema, its links, and that no row went away."""

from collections.abc import Collection

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, func, select, text

from peernet.backups.contents import is_held, tables
from peernet.db import Base

# Made by hand in migrations, or by the carrier of wake-up calls: models do not describe them.
_NOT_OF_MODELS = ("search_text", "huey_", "sqlite_")


def differences(connection: Connection) -> list[str]:
    """In what the schema differs from the models, in words; every model must have been imported."""
    options = {"compare_type": True, "include_name": _is_of_models}
    context = MigrationContext.configure(connection, opts=options)
    return [_in_words(found) for found in compare_metadata(context, Base.metadata)]


def broken_links(connection: Connection) -> list[str]:
    """Rows of SQLite that point to nothing; PostgreSQL has none, for it checks what a migration adds."""
    if connection.dialect.name != "sqlite":
        return []
    found = connection.execute(text("PRAGMA foreign_key_check"))
    return [f"row {row[1]} of {row[0]} points to nothing in {row[2]}" for row in found]


def count(connection: Connection) -> dict[str, int]:
    """The rows of each table that holds something of people."""
    return {table.name: connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables(connection)}


def lost(before: dict[str, int], after: dict[str, int], *, meant: Collection[str] = ()) -> list[str]:
    """Tables that have fewer rows than they had, apart from those whose rows are ``meant`` to go."""
    return [
        f"{table} has {after.get(table, 0)} rows, and had {rows}"
        for table, rows in sorted(before.items())
        if after.get(table, 0) < rows and table not in meant and is_held(table)
    ]


def _is_of_models(name: str | None, kind: str, _parents: object) -> bool:
    return not (kind in ("table", "index", "column") and name is not None and name.startswith(_NOT_OF_MODELS))


def _in_words(found: object) -> str:
    # One difference is a tuple; changes of one column come as a list of tuples.
    if isinstance(found, list):
        return "; ".join(_in_words(one) for one in found)
    assert isinstance(found, tuple)
    return " ".join(str(getattr(part, "name", None) or part) for part in found if part is not None)
