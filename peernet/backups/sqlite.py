"""SQLite: one file, copied by the online backup API (https://www.sqlite.org/backup.html).

All pages are copied in one step, under one read lock: in WAL mode nobody who writes waits for it, and nothing that is
written meanwhile begins the copy anew.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from peernet.backups.contents import Contents, is_held
from peernet.backups.manifest import SQLITE, Unfit
from peernet.db import Database, Refused

_NAMES = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"


def take(database: Database, folder: Path) -> Contents:
    """Copy the database into ``folder``. Raises Refused for one that is damaged or empty."""
    first, path = folder / "first.db", folder / SQLITE
    path.parent.mkdir(mode=0o700)
    try:
        with closing(database.engine.raw_connection()) as source, closing(sqlite3.connect(first)) as copy:
            source.driver_connection.backup(copy)  # type: ignore[union-attr]
            copy.isolation_level = None
            copy.execute("PRAGMA journal_mode = DELETE")
            # Into another file: nothing of what was deleted is left, and no room is needed anywhere else.
            copy.execute("VACUUM INTO ?", (str(path),))
    except sqlite3.Error as error:
        raise Refused(f"SQLite cannot copy the database: {error}.") from None
    first.unlink()
    return look(path)


def look(path: Path) -> Contents:
    """Check a copy, which anybody may have made, and say what is in it. Raises Unfit for one that is damaged."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro&immutable=1", uri=True)) as opened:
            # Nothing that its schema says is run.
            opened.execute("PRAGMA trusted_schema = OFF")
            opened.execute("PRAGMA cell_size_check = ON")
            said = opened.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if said != "ok":
                raise Unfit(f"The database is damaged. SQLite says: {said}")
            return _contents(opened, path)
    except sqlite3.Error as error:
        raise Unfit(f"SQLite cannot read the database: {error}.") from None


def close_for_good(path: Path) -> None:
    """Bring all that was written into the one file, with no other beside it. Raises Refused while it is in use."""
    try:
        with closing(sqlite3.connect(path, isolation_level=None, timeout=1)) as opened:
            opened.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        raise Refused(f"{path} is in use ({error}). Stop peernet first.") from None


def _contents(opened: sqlite3.Connection, path: Path) -> Contents:
    names = [name for (name,) in opened.execute(_NAMES)]
    if not {"alembic_version", "media_file"} <= set(names):
        raise Unfit("The database is empty: there is nothing of peernet in it.")
    return Contents(
        revision=_column(opened, "SELECT version_num FROM alembic_version")[0],
        rows={name: _count(opened, name) for name in names if is_held(name)},
        media=_column(opened, "SELECT name FROM media_file ORDER BY name"),
        paths={SQLITE: path},
    )


def _count(opened: sqlite3.Connection, table: str) -> int:
    quoted = table.replace('"', '""')
    return int(opened.execute(f'SELECT count(*) FROM "{quoted}"').fetchone()[0])  # noqa: S608 - quoted above


def _column(opened: sqlite3.Connection, statement: str) -> list[str]:
    return [str(value) for (value,) in opened.execute(statement)]
