"""A database of each released version with a row in every table, as the rows of its tables.

``<version>.jsonl``: the first line names the revision, each other line a table and one of its rows as texts and nulls.
Tables and types come from the migrations up to that revision, so one file serves SQLite and PostgreSQL.
"""

import json
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, Table, Time, insert, select

from peernet.backups import postgresql
from peernet.backups.contents import tables
from peernet.db import Database, migrations

FOLDER = Path(__file__).parent


def versions() -> list[str]:
    """Every version whose database is kept."""
    return sorted(path.stem for path in FOLDER.glob("*.jsonl"))


def revision(version: str) -> str:
    """The revision that a version needs."""
    return str(json.loads(_lines(version)[0])["revision"])


def rows(version: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table of a version."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in _lines(version)[1:]:
        table, row = json.loads(line)
        found.setdefault(table, []).append(row)
    return found


def load(database: Database, version: str) -> None:
    """Turn a migrated database without rows into one of ``version``."""
    migrations.downgrade(database, revision(version))
    with database.engine.begin() as connection:
        found = tables(connection)
        for table in reversed(found):
            connection.execute(table.delete())
        for table in found:
            for row in rows(version).get(table.name, []):
                connection.execute(insert(table).values({name: _value(table, name, row[name]) for name in row}))
            if not database.is_sqlite:
                postgresql.go_on(connection, table)


def dump(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """The rows of each table, in the form of the files."""
    found = {}
    for table in tables(connection):
        chosen = select(table).order_by(*table.primary_key.columns)
        found[table.name] = [
            {name: _text(value) for name, value in row._mapping.items()} for row in connection.execute(chosen)
        ]
    return found


def write(database: Database, version: str) -> None:
    """Keep the rows of a database as those of ``version``; it must be at the revision that this version needs."""
    with database.engine.connect() as connection:
        lines: list[Any] = [{"revision": migrations.present_within(connection)}]
        lines += [[table, row] for table, rows in dump(connection).items() for row in rows]
    text = "".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
    (FOLDER / f"{version}.jsonl").write_text(text, encoding="utf-8")


def _lines(version: str) -> list[str]:
    return (FOLDER / f"{version}.jsonl").read_text(encoding="utf-8").split("\n")[:-1]


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None).isoformat()
    return value.isoformat() if isinstance(value, date | time) else value


def _value(table: Table, name: str, value: Any) -> Any:
    kind = table.columns[name].type
    if value is None or not isinstance(value, str):
        return value
    if isinstance(kind, DateTime):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    parsers = ((Date, date.fromisoformat), (Time, time.fromisoformat))
    return next((parse(value) for known, parse in parsers if isinstance(kind, known)), value)
