"""From SQLite to PostgreSQL: every row, in one transaction that is only committed when all of them were read again.

The links between tables are taken off while rows come in and put back over all of them, so neither cycles nor the order
matter. JSON travels as its text, so that a null in it stays what it is.
"""

from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from enum import Enum
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Select,
    String,
    Table,
    Text,
    cast,
    collate,
    func,
    select,
    text,
    type_coerce,
)
from sqlalchemy.exc import DBAPIError

from peernet.backups import contents, postgresql
from peernet.db import Base, Database, Refused, migrations

# Told how many rows are done, of how many; each counts twice, for it is read again.
Progress = Callable[[int, int], None]

_LINKS = """
    SELECT conrelid::regclass::text AS place, quote_ident(conname) AS name, pg_get_constraintdef(oid) AS rule
    FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace
"""
_AT_ONCE = 2_000


def move(source: Database, target: Database, on_progress: Progress) -> dict[str, int]:
    """Copy what a backup would hold from SQLite into an empty database of PostgreSQL; the rows of each table. Search
    rows are for the caller to write anew. Nobody else may use either.

    Raises Refused where the two do not fit, or a row does not; then nothing is in ``target``.
    """
    _check(source, target)
    with (
        source.engine.execution_options(peernet_write=False).connect() as read,
        target.engine.begin() as write,
    ):
        found = [table for table in Base.metadata.sorted_tables if contents.is_held(table.name)]
        counts = {table.name: read.scalar(select(func.count()).select_from(table)) or 0 for table in found}
        whole = _Counter(2 * sum(counts.values()), on_progress)
        _make_ready(write)
        links = _take_links_off(write, found)
        for table in found:
            _fill(read, write, table, whole)
        _put_links_on(write, links)
        for table in found:
            _compare(read, write, table, whole)
            postgresql.go_on(write, table)
    return counts


class _Counter:
    def __init__(self, of: int, on_progress: Progress) -> None:
        self._done, self._of, self._tell = 0, of, on_progress

    def count(self, rows: Iterator[Any]) -> Iterator[Any]:
        """The same rows, each of them counted."""
        for row in rows:
            self._done += 1
            if self._done % 100 == 0 or self._done == self._of:
                self._tell(self._done, self._of)
            yield row


def _check(source: Database, target: Database) -> None:
    if not source.is_sqlite or target.is_sqlite:
        raise Refused("This goes from SQLite, which the settings name, to PostgreSQL.")
    if migrations.present(source) != migrations.head():
        raise Refused("The database is not at the revision of this version. Run: peernet upgrade")
    present = migrations.present(target)
    if present is not None and not migrations.is_known(present):
        raise Refused(f"The database to move to is at revision {present}, which belongs to a newer peernet.")
    with target.engine.execution_options(peernet_write=False).connect() as connection:
        filled = contents.first_filled(connection)
    if filled is not None:
        raise Refused(f"The database to move to is not empty: there are rows in {filled}. Nothing is ever mixed.")


def _make_ready(write: Connection) -> None:
    migrations.downgrade_within(write, "base")
    migrations.upgrade_within(write)
    postgresql.be_exact(write)


def _take_links_off(write: Connection, found: list[Table]) -> list[tuple[str, str, str]]:
    links = [(row.place, row.name, row.rule) for row in write.execute(text(_LINKS))]
    for place, name, _rule in links:
        write.execute(text(f"ALTER TABLE {place} DROP CONSTRAINT {name}"))
    for table in found:
        # What migrations put there comes along as it now is.
        write.execute(table.delete())
    return links


def _put_links_on(write: Connection, links: list[tuple[str, str, str]]) -> None:
    for place, name, rule in links:
        try:
            write.execute(text(f"ALTER TABLE {place} ADD CONSTRAINT {name} {rule}"))
        except DBAPIError:
            raise Refused(f"A row of {place} points to nothing ({name}). Run: peernet doctor") from None


def _fill(read: Connection, write: Connection, table: Table, whole: _Counter) -> None:
    quote = write.dialect.identifier_preparer.quote
    into = f"{quote(table.name)} ({', '.join(quote(column.name) for column in table.columns)})"
    with (
        postgresql.in_words(write, f"PostgreSQL does not take a row of {table.name}", Refused),
        postgresql.driver(write).cursor() as cursor,
        cursor.copy(f"COPY {into} FROM STDIN") as copy,
    ):
        for row in whole.count(_rows(read, table)):
            copy.write_row(row)


def _compare(read: Connection, write: Connection, table: Table, whole: _Counter) -> None:
    """Value by value, both in the order of the key."""
    with closing(_rows(write, table)) as there:
        for row in whole.count(_rows(read, table)):
            if row != next(there, None):
                raise Refused(f"A row of {table.name} came out differently from how it went in.")
        if next(there, None) is not None:
            raise Refused(f"There are more rows in {table.name} than were moved.")


def _rows(connection: Connection, table: Table) -> Generator[tuple[Any, ...], None, None]:
    chosen = _chosen(table, is_sqlite=connection.dialect.name == "sqlite")
    with connection.execute(chosen, execution_options={"yield_per": _AT_ONCE}) as found:
        for row in found:
            yield tuple(one.value if isinstance(one, Enum) else one for one in row)


def _chosen(table: Table, *, is_sqlite: bool) -> Select[Any]:
    """All rows of a table: JSON as its text, and keys in the order of their bytes."""

    def read(column: Column[Any]) -> Any:
        if not isinstance(column.type, JSON):
            return column
        return type_coerce(column, Text) if is_sqlite else cast(column, Text)

    def ordered(column: Column[Any]) -> Any:
        return column if is_sqlite or not isinstance(column.type, String) else collate(column, "C")

    keys = [ordered(column) for column in table.primary_key.columns]
    return select(*(read(column) for column in table.columns)).order_by(*keys)
