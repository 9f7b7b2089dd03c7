"""What of a database a backup holds, whatever the kind of database."""

from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, MetaData, Table, exists, select

from peernet.backups.manifest import Unfit

# Search rows are written anew after a restore; huey makes its tables itself; the revision stands in the manifest.
_LEFT_OUT = ("search_row", "alembic_version")
_LEFT_OUT_BY_PREFIX = ("search_text", "huey_", "sqlite_")


@dataclass(frozen=True)
class Contents:
    """A database at one moment: its revision, the number of rows of each table, the names of the files of people, and
    the files (by their names in the archive) that hold all this."""

    revision: str
    rows: dict[str, int]
    media: list[str]
    paths: dict[str, Path] = field(default_factory=dict)

    def compare(self, *, revision: str, rows: dict[str, int], media: set[str]) -> None:
        """Whether this is what a manifest says; ``media`` are the files that it accounts for. Raises Unfit."""
        if self.revision != revision:
            raise Unfit(f"The database is at revision {self.revision}, and the manifest says {revision}.")
        if self.rows != rows:
            wrong = sorted(table for table in {*rows, *self.rows} if self.rows.get(table) != rows.get(table))
            raise Unfit(f"The rows of {', '.join(wrong[:5])} are not as many as the manifest says.")
        lost = sorted(set(self.media) - media)
        if lost:
            raise Unfit(f"Files that the database names are not in the archive: {', '.join(lost[:5])}.")


def is_held(table: str) -> bool:
    """Whether a backup holds the rows of this table."""
    return table not in _LEFT_OUT and not table.startswith(_LEFT_OUT_BY_PREFIX)


def tables(connection: Connection) -> list[Table]:
    """The tables that a backup holds, as they are in the database, each after those that it points to."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _metadata: is_held(name), resolve_fks=False)
    return found.sorted_tables


def first_filled(connection: Connection) -> str | None:
    """The first table that holds a row; None in an empty database."""
    found = (table.name for table in tables(connection) if connection.scalar(select(exists().select_from(table))))
    return next(found, None)
