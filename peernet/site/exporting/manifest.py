"""What lies in an exported folder, and what each of it was made from: a SQLite file in the data folder, since nothing
of it is for readers. Without it the folder is written anew.

Nothing here is read as a whole where little has changed: a site of ten thousand materials has hundreds of thousands of
files. What many files of one thing were made from, all the same, is kept once.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fcntl import LOCK_EX, LOCK_NB, flock
from pathlib import Path

from peernet.db import Refused

# Raised whenever a table changes: what was written by another release is forgotten.
_FORMAT = 2
_SCHEMA = """
CREATE TABLE address (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE page (
    id INTEGER PRIMARY KEY, public TEXT NOT NULL, place TEXT NOT NULL, digest TEXT NOT NULL, links TEXT NOT NULL,
    origin INTEGER NOT NULL
);
CREATE INDEX page_at ON page (place);
CREATE INDEX page_from ON page (origin);
CREATE TABLE link (target INTEGER NOT NULL, source INTEGER NOT NULL, PRIMARY KEY (target, source)) WITHOUT ROWID;
CREATE TABLE origin (id INTEGER PRIMARY KEY, keys TEXT NOT NULL UNIQUE);
CREATE TABLE mark (key TEXT NOT NULL, origin INTEGER NOT NULL, PRIMARY KEY (key, origin)) WITHOUT ROWID;
CREATE TABLE worth (key TEXT PRIMARY KEY, digest TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE thing (key TEXT PRIMARY KEY, digest TEXT NOT NULL, shards TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
"""
_PAGE = "SELECT a.name, p.public, p.place, p.digest FROM page p JOIN address a ON a.id = p.id"


@dataclass(frozen=True)
class Page:
    """One file of the folder: the address that it answers, that under which it is read, its path, a digest of its
    bytes, and where it leads to (not told of what was noted before)."""

    address: str
    public: str
    place: str
    digest: str
    links: tuple[str, ...] = ()


class Manifest:
    """The record of one folder, held by one process at a time. ``roots`` are addresses that stay whoever leads to
    them, so that links to them need not be kept."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.roots: frozenset[str] = frozenset()
        self._ids: dict[str, int] = {}
        self._origins: dict[str, int] = {}

    def state(self, name: str) -> str:
        """What was noted under a name; empty if nothing."""
        row = self.connection.execute("SELECT value FROM state WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def note(self, **values: object) -> None:
        """Note something of the whole folder."""
        rows = [(name, str(value)) for name, value in values.items()]
        self.connection.executemany("INSERT OR REPLACE INTO state VALUES (?, ?)", rows)

    def count(self) -> int:
        """How many files there are, without what browsers search in."""
        return int(self.connection.execute("SELECT count(*) FROM page").fetchone()[0])

    def addresses(self) -> set[str]:
        """Everything that lies there."""
        return {row[0] for row in self.connection.execute("SELECT name FROM address JOIN page USING (id)")}

    def places(self) -> Iterator[str]:
        """The path of everything that lies there."""
        yield from (row[0] for row in self.connection.execute("SELECT place FROM page"))

    def get(self, address: str) -> Page | None:
        """What was noted of an address."""
        row = self.connection.execute(f"{_PAGE} WHERE a.name = ?", (address,)).fetchone()
        return Page(*row) if row else None

    def __contains__(self, address: str) -> bool:
        found = "SELECT 1 FROM page JOIN address USING (id) WHERE name = ?"
        return self.connection.execute(found, (address,)).fetchone() is not None

    def is_taken(self, place: str) -> bool:
        """Whether something lies at a path."""
        return self.connection.execute("SELECT 1 FROM page WHERE place = ?", (place,)).fetchone() is not None

    def depending(self, keys: Iterable[str]) -> set[str]:
        """The addresses of what was made from one of these."""
        origins = {row[0] for key in keys for row in self._rows("SELECT origin FROM mark WHERE key = ?", key)}
        found = "SELECT name FROM address JOIN page USING (id) WHERE origin = ?"
        return {row[0] for origin in origins for row in self._rows(found, origin)}

    def put(self, page: Page, depends: Iterable[str]) -> set[str]:
        """Note a file and what it was made from, in place of what was noted before. Gives the addresses that it does
        not lead to any more."""
        ident = self._id(page.address)
        leads = {self._id(link) for link in page.links if link not in self.roots}
        before = self._leads(ident)
        text = json.dumps(sorted(leads), separators=(",", ":"))
        row = (ident, page.public, page.place, page.digest, text, self._origin(depends))
        self.connection.execute("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?, ?, ?)", row)
        self._unlink(ident, before - leads)
        self.connection.executemany(
            "INSERT OR IGNORE INTO link VALUES (?, ?)", [(one, ident) for one in leads - before]
        )
        return self._names(before - leads)

    def drop(self, address: str) -> set[str]:
        """Forget a file. Gives the addresses that it led to."""
        ident = self._id(address)
        before = self._leads(ident)
        self.connection.execute("DELETE FROM page WHERE id = ?", (ident,))
        self._unlink(ident, before)
        return self._names(before)

    def leading_to(self, address: str) -> set[str]:
        """The addresses of what leads to one."""
        found = "SELECT name FROM address JOIN link ON address.id = link.source WHERE link.target = ?"
        return {row[0] for row in self._rows(found, self._id(address))}

    def worth(self, like: str) -> dict[str, str]:
        """What was noted last of keys that begin so: a digest of what they stand for."""
        found = "SELECT key, digest FROM worth WHERE key >= ? AND key < ?"
        return dict(self.connection.execute(found, (like, f"{like}\U0010ffff")).fetchall())

    def note_worth(self, changed: Mapping[str, str | None]) -> None:
        """Note digests anew; None forgets one."""
        gone = [(key,) for key, digest in changed.items() if digest is None]
        there = [(key, digest) for key, digest in changed.items() if digest is not None]
        self.connection.executemany("DELETE FROM worth WHERE key = ?", gone)
        self.connection.executemany("INSERT OR REPLACE INTO worth VALUES (?, ?)", there)

    def things(self, *, but: str = "", only: Collection[str] | None = None) -> dict[str, str]:
        """The digests of what browsers find, by key: of ``only`` these, or of all ``but`` those that begin so."""
        if only is not None:
            found = (self._rows("SELECT key, digest FROM thing WHERE key = ?", key).fetchone() for key in only)
            return {row[0]: row[1] for row in found if row}
        rows = self.connection.execute(
            "SELECT key, digest FROM thing WHERE key < ? OR key >= ?", (but, f"{but}\U0010ffff")
        )
        return dict(rows.fetchall())

    def count_things(self) -> int:
        """How many there are."""
        return int(self.connection.execute("SELECT count(*) FROM thing").fetchone()[0])

    def thing(self, key: str) -> list[str] | None:
        """The names of the files in which the words of one stand; None for one that is not there."""
        row = self._rows("SELECT shards FROM thing WHERE key = ?", key).fetchone()
        return None if row is None else str(row[0]).split()

    def put_thing(self, key: str, held: tuple[str, Iterable[str]] | None) -> None:
        """Note the digest of one, and these names; None forgets it."""
        if held is None:
            self.connection.execute("DELETE FROM thing WHERE key = ?", (key,))
        else:
            row = (key, held[0], " ".join(held[1]))
            self.connection.execute("INSERT OR REPLACE INTO thing VALUES (?, ?, ?)", row)

    def forget_things(self) -> None:
        """Forget all of them."""
        self.connection.execute("DELETE FROM thing")

    def tidy(self) -> None:
        """Forget what no file was made from any more."""
        self.connection.execute("DELETE FROM origin WHERE id NOT IN (SELECT origin FROM page)")
        self.connection.execute("DELETE FROM mark WHERE origin NOT IN (SELECT id FROM origin)")
        self._origins.clear()

    def _rows(self, statement: str, value: str | int) -> sqlite3.Cursor:
        return self.connection.execute(statement, (value,))

    def _id(self, address: str) -> int:
        if address not in self._ids:
            found = self._rows("SELECT id FROM address WHERE name = ?", address).fetchone()
            self._ids[address] = (
                int(found[0]) if found else self._added("INSERT INTO address (name) VALUES (?)", address)
            )
        return self._ids[address]

    def _origin(self, depends: Iterable[str]) -> int:
        keys = sorted(set(depends))
        text = json.dumps(keys, separators=(",", ":"))
        if text not in self._origins:
            found = self._rows("SELECT id FROM origin WHERE keys = ?", text).fetchone()
            if found is None:
                ident = self._added("INSERT INTO origin (keys) VALUES (?)", text)
                self.connection.executemany("INSERT INTO mark VALUES (?, ?)", [(key, ident) for key in keys])
            self._origins[text] = int(found[0]) if found else ident
        return self._origins[text]

    def _added(self, statement: str, value: str) -> int:
        return int(self.connection.execute(statement, (value,)).lastrowid or 0)

    def _leads(self, ident: int) -> set[int]:
        row = self._rows("SELECT links FROM page WHERE id = ?", ident).fetchone()
        return set(json.loads(row[0])) if row else set()

    def _unlink(self, source: int, targets: Iterable[int]) -> None:
        lost = [(target, source) for target in targets]
        self.connection.executemany("DELETE FROM link WHERE target = ? AND source = ?", lost)

    def _names(self, idents: Iterable[int]) -> set[str]:
        return {self._rows("SELECT name FROM address WHERE id = ?", one).fetchone()[0] for one in idents}


class Whereabouts:
    """Under which address something is read that was made before, for whoever makes pages that lead to it; each process
    reads the record for itself, as it was before the run. ``stale`` is what is made anew; None if that is all."""

    def __init__(self, record: Manifest, stale: Collection[str] | None) -> None:
        self._file = record.connection.execute("PRAGMA database_list").fetchone()[2]
        self._stale = stale
        self._made: dict[str, str] = {}
        self._reader: tuple[int, sqlite3.Connection] | None = None

    def __contains__(self, address: str) -> bool:
        return self.get(address) is not None

    def __setitem__(self, address: str, public: str) -> None:
        self._made[address] = public

    def get(self, address: str) -> str | None:
        """The address under which it is read; None for what was not made yet."""
        if address in self._made or self._stale is None or address in self._stale:
            return self._made.get(address)
        row = self._read(address)
        if row:
            self._made[address] = str(row[0])
        return str(row[0]) if row else None

    def unchanged(self, address: str) -> str | None:
        """The address under which it is read what was made before the run, and is not made anew; else None."""
        is_anew = self._stale is None or address in self._stale
        row = None if is_anew else self._read(address)
        return str(row[0]) if row else None

    def _read(self, address: str) -> tuple[str] | None:
        if self._reader is None or self._reader[0] != os.getpid():
            self._reader = os.getpid(), sqlite3.connect(self._file)
        found = "SELECT public FROM page JOIN address USING (id) WHERE name = ?"
        row: tuple[str] | None = self._reader[1].execute(found, (address,)).fetchone()
        return row

    def close(self) -> None:
        """Read no more."""
        if self._reader is not None:
            self._reader[1].close()
            self._reader = None


@contextmanager
def opened(data: Path, folder: Path) -> Iterator[Manifest]:
    """The record of ``folder``. Raises Refused while another process is writing there."""
    records = data / "exports"
    records.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:24]
    with (records / f"{name}.lock").open("w") as lock:
        try:
            flock(lock, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            raise Refused(f"Another process is writing to {folder}.") from None
        connection = sqlite3.connect(records / f"{name}.db")
        try:
            _prepare(connection)
            yield Manifest(connection)
            connection.commit()
        finally:
            connection.close()


def _prepare(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA user_version").fetchone()[0] == _FORMAT:
        return
    for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        connection.execute(f"DROP TABLE {name}")
    connection.executescript(f"{_SCHEMA}PRAGMA user_version = {_FORMAT}; PRAGMA journal_mode = WAL")
