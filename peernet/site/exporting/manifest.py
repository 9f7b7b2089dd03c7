"""What lies in an exported folder, and what each of it was made from: a SQLite file in the data folder, since nothing
of it is for readers. Without it the folder is written anew.
"""

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from peernet.db import Refused

_SCHEMA = """
CREATE TABLE IF NOT EXISTS page (
    address TEXT PRIMARY KEY, public TEXT NOT NULL, place TEXT NOT NULL, digest TEXT NOT NULL, links TEXT NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS mark (key TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (key, address)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS mark_of ON mark (address);
CREATE TABLE IF NOT EXISTS state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""


@dataclass(frozen=True)
class Page:
    """One file of the folder: the address that it answers, that under which it is read, its path, a digest of its
    bytes, and where it leads to."""

    address: str
    public: str
    place: str
    digest: str
    links: tuple[str, ...] = ()


class Manifest:
    """The record of one folder, held by one process at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def state(self, name: str) -> str:
        """What was noted under a name; empty if nothing."""
        row = self.connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def note(self, **values: object) -> None:
        """Note something of the whole folder."""
        rows = [(name, str(value)) for name, value in values.items()]
        self.connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", rows)

    def pages(self) -> dict[str, Page]:
        """Everything that lies there, by its address."""
        rows = self.connection.execute("SELECT address, public, place, digest, links FROM page")
        return {row[0]: Page(row[0], row[1], row[2], row[3], tuple(json.loads(row[4]))) for row in rows}

    def depending(self, keys: Iterable[str]) -> set[str]:
        """The addresses of what was made from one of these."""
        found: set[str] = set()
        for key in keys:
            found.update(row[0] for row in self.connection.execute("SELECT address FROM mark WHERE key = ?", (key,)))
        return found

    def put(self, page: Page, depends: Iterable[str]) -> None:
        """Note a file and what it was made from, in place of what was noted before."""
        row = (page.address, page.public, page.place, page.digest, json.dumps(page.links))
        self.connection.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?)", row)
        self.connection.execute("DELETE FROM mark WHERE address = ?", (page.address,))
        self.connection.executemany("INSERT INTO mark VALUES (?, ?)", [(key, page.address) for key in set(depends)])

    def drop(self, address: str) -> None:
        """Forget a file."""
        self.connection.execute("DELETE FROM page WHERE address = ?", (address,))
        self.connection.execute("DELETE FROM mark WHERE address = ?", (address,))

    def clear(self) -> None:
        """Forget everything."""
        for table in ("page", "mark", "state"):
            self.connection.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own


@contextmanager
def opened(data: Path, folder: Path) -> Iterator[Manifest]:
    """The record of ``folder``. Raises Refused while another process is writing there."""
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:24]
    records = data / "exports"
    records.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (records / f"{name}.lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Refused(f"Another process is writing to {folder}.") from None
        connection = sqlite3.connect(records / f"{name}.db")
        try:
            connection.executescript(_SCHEMA)
            yield Manifest(connection)
            connection.commit()
        finally:
            connection.close()
