"""PostgreSQL: the rows of each table, read in one transaction that sees one moment.

Rows travel as the texts of COPY (https://www.postgresql.org/docs/current/sql-copy.html), under settings that make the
text exact. So no type is changed on its way, and no program of another version is needed to read them again.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Column, Connection, Engine, String, Table, text

from peernet.backups import lines
from peernet.backups.contents import Contents, tables
from peernet.backups.manifest import Manifest, Unfit, rows_of
from peernet.db import Refused

# Settings of this transaction alone, under which a text and its value say the same, and nothing is cut short or hidden.
_EXACT = {
    "timezone": "UTC",
    "datestyle": "ISO, YMD",
    "intervalstyle": "iso_8601",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "client_encoding": "UTF8",
    "row_security": "off",
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}


def take(engine: Engine, folder: Path) -> Contents:
    """Write the rows of all tables into ``folder``. Raises Refused for an empty database, or one that breaks off."""
    reading = engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    with reading.connect() as connection, in_words(connection, "PostgreSQL broke off", Refused):
        be_exact(connection)
        found = tables(connection)
        if "media_file" not in {table.name for table in found}:
            raise Refused("The database is empty: there is nothing of peernet in it.")
        paths = {rows_of(table.name): folder / rows_of(table.name) for table in found}
        return Contents(
            revision=str(connection.scalar(text("SELECT version_num FROM alembic_version"))),
            rows={table.name: _write(connection, table, paths[rows_of(table.name)]) for table in found},
            media=sorted(lines.column(paths[rows_of("media_file")], "name")),
            paths=paths,
        )


def look(folder: Path, manifest: Manifest) -> Contents:
    """Check the lines of all tables, which anybody may have written, and say what is in them. Raises Unfit."""
    if "media_file" not in manifest.rows:
        raise Unfit("There is nothing of peernet in the database.")
    return Contents(
        revision=manifest.revision,
        rows={table: sum(1 for _row in lines.rows(folder / rows_of(table))) for table in manifest.rows},
        media=sorted(lines.column(folder / rows_of("media_file"), "name")),
    )


def load(connection: Connection, folder: Path, manifest: Manifest) -> None:
    """Put the rows of ``folder`` into a database of the same revision, in place of what migrations put there; read
    them again, and let ids go on after them. Raises Unfit for rows that do not fit, or came out differently."""
    be_exact(connection)
    found = tables(connection)
    odd = sorted({table.name for table in found} ^ set(manifest.rows))
    if odd:
        raise Unfit(f"The tables are not those of revision {manifest.revision}: {', '.join(odd[:5])}.")
    for table in reversed(found):
        connection.execute(table.delete())
    digests = {member.name: member.sha256 for member in manifest.members}
    for table in found:
        path = folder / rows_of(table.name)
        columns = _columns(connection, table, path)
        _fill(connection, table, columns, path)
        if _digest(connection, table, columns) != digests[rows_of(table.name)]:
            raise Unfit(f"The rows of {table.name} came out differently from how they went in.")
        go_on(connection, table)


def _write(connection: Connection, table: Table, path: Path) -> int:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with path.open("xb") as file:
        return _dump(connection, table, list(table.columns), file.write)


def _digest(connection: Connection, table: Table, columns: Sequence[Column[Any]]) -> str:
    digest = hashlib.sha256()
    _dump(connection, table, columns, digest.update)
    return digest.hexdigest()


def _dump(
    connection: Connection, table: Table, columns: Sequence[Column[Any]], write: Callable[[bytes], object]
) -> int:
    """Write the rows of a table, always in the same order; how many."""
    lines.write([column.name for column in columns], write)
    chosen = f"SELECT {_listed(connection, columns)} FROM {_quoted(connection, table)} {_ordered(connection, table)}"  # noqa: S608 - quoted
    count = 0
    with driver(connection).cursor() as cursor, cursor.copy(f"COPY ({chosen}) TO STDOUT") as copy:
        for row in copy.rows():
            lines.write(row, write)
            count += 1
    return count


def _columns(connection: Connection, table: Table, path: Path) -> list[Column[Any]]:
    """The columns of a table, in the order of the file."""
    names = lines.columns(path)
    if sorted(names) != sorted(column.name for column in table.columns):
        raise Unfit(f"The columns of {table.name} are not those of its revision.")
    return [table.columns[name] for name in names]


def _fill(connection: Connection, table: Table, columns: Sequence[Column[Any]], path: Path) -> None:
    into = f"{_quoted(connection, table)} ({_listed(connection, columns)})"
    with (
        in_words(connection, f"PostgreSQL does not take the rows of {table.name}", Unfit),
        driver(connection).cursor() as cursor,
        cursor.copy(f"COPY {into} FROM STDIN") as copy,
    ):
        for row in lines.rows(path):
            copy.write_row(row)


def go_on(connection: Connection, table: Table) -> None:
    """Let the sequences of a table go on after its last id."""
    for column in table.primary_key.columns:
        named = {"table": _quoted(connection, table), "column": column.name}
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), named)
        if sequence is not None:
            last = f"SELECT coalesce(max({_quoted(connection, column)}), 0) FROM {named['table']}"  # noqa: S608 - quoted
            connection.execute(text(f"SELECT setval(:sequence, ({last}) + 1, false)"), {"sequence": sequence})


@contextmanager
def in_words(connection: Connection, words: str, kind: type[Refused]) -> Iterator[None]:
    """Errors of the driver itself; their own words would quote rows."""
    try:
        yield
    except connection.dialect.loaded_dbapi.Error as error:
        raise kind(f"{words} (SQLSTATE {getattr(error, 'sqlstate', None)}).") from None


def be_exact(connection: Connection) -> None:
    for name, value in _EXACT.items():
        connection.execute(text("SELECT set_config(:name, :value, true)"), {"name": name, "value": value})


def driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


def _quoted(connection: Connection, named: Table | Column[Any]) -> str:
    return connection.dialect.identifier_preparer.quote(named.name)


def _listed(connection: Connection, columns: Sequence[Column[Any]]) -> str:
    return ", ".join(_quoted(connection, column) for column in columns)


def _ordered(connection: Connection, table: Table) -> str:
    """By the primary key, and texts by their bytes: servers do not agree on anything else."""
    keys = [
        f'{_quoted(connection, key)} COLLATE "C"' if isinstance(key.type, String) else _quoted(connection, key)
        for key in table.primary_key.columns
    ]
    return f"ORDER BY {', '.join(keys)}" if keys else ""
