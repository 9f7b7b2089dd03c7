"""Put a backup into an empty place: unpacked and checked beside it first, then put in place, wholly or not at all."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from peernet.backups import contents, postgresql, reading, sqlite, verifying, workspace
from peernet.backups.manifest import SQLITE, Manifest
from peernet.backups.writing import Progress
from peernet.db import Database, Refused, migrations
from peernet.media import folder as media
from peernet.media.shelf import shelf
from peernet.settings import current

# What is done to the restored rows before anybody sees them.
After = Callable[[Session, Manifest], None]

_NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def restore(database: Database, path: Path, *, after: After, on_progress: Progress) -> Manifest:
    """Restore a backup into the database and the folder or bucket of files in use, which must be empty, and bring
    the schema to the newest revision. Nobody else may use them meanwhile. ``after`` changes rows in the same
    transaction.

    Raises Unfit for an archive that is not whole or not to be trusted, and Refused where it does not fit this place;
    nothing was changed then.
    """
    beside = Path(str(database.engine.url.database)).parent if database.is_sqlite else media.root()
    with reading.opened(path) as archive, _folder(media.root()), _folder(beside):
        _check_place(database, archive.manifest)
        with workspace.opened(beside) as work, workspace.opened(media.root()) as staged:
            _unpack(archive, work, staged, on_progress)
            put = _into_sqlite if database.is_sqlite else _into_postgresql
            put(database, work, staged / "media", archive.manifest, after)
        return archive.manifest


def _check_place(database: Database, manifest: Manifest) -> None:
    if manifest.dialect != database.engine.dialect.name:
        raise Refused(
            f"This is a backup of {_NAMES[manifest.dialect]}, and the settings name a database of "
            f"{_NAMES[database.engine.dialect.name]}. A backup goes back into the kind that it was made of."
        )
    if not migrations.is_known(manifest.revision):
        raise Refused(
            f"This backup is at revision {manifest.revision}, which belongs to a newer peernet than this one: "
            f"{manifest.peernet!r}. Install that version first."
        )
    _check_database_is_empty(database)
    bucket = current().s3.bucket
    if bucket and not shelf().is_empty():
        raise Refused(
            f"There are files in the bucket {bucket}. A backup is restored into an empty place: let the settings name "
            "another s3.bucket, or another s3.prefix in it."
        )
    if not bucket and not media.is_empty():
        raise Refused(f"{media.root()} is not empty. A backup is restored into an empty place: move it away first.")


def _check_database_is_empty(database: Database) -> None:
    path = Path(str(database.engine.url.database))
    if database.is_sqlite and not path.exists():
        left = [beside for ending in ("-wal", "-journal") if (beside := Path(f"{path}{ending}")).exists()]
        if left:
            raise Refused(f"{left[0]} was left of another database. Move it away first.")
        return
    with database.engine.execution_options(peernet_write=False).connect() as connection:
        filled = contents.first_filled(connection)
    if filled is not None:
        raise Refused(
            f"The database is not empty: there are rows in {filled}. A backup is restored into an empty place: "
            "let the settings name another database, or move this one away."
        )
    present = migrations.present(database)
    if present is not None and not migrations.is_known(present):
        raise Refused(f"The empty database is at revision {present}, which belongs to a newer peernet than this one.")


def _unpack(archive: reading.Archive, work: Path, staged: Path, on_progress: Progress) -> None:
    for folder, is_media in ((work, False), (staged, True)):
        members = archive.manifest.members
        verifying.check_room(folder, sum(one.size for one in members if verifying.is_media(one.name) is is_media))
    archive.unpack(lambda name: (staged if verifying.is_media(name) else work) / name, on_progress)
    verifying.check_database(work, archive.manifest)


def _into_sqlite(database: Database, work: Path, staged: Path, manifest: Manifest, after: After) -> None:
    target, copy = Path(str(database.engine.url.database)), work / SQLITE
    _finish_copy(copy, manifest, after)
    database.dispose()
    if target.exists():
        sqlite.close_for_good(target)
    with shelf().taken_over(staged):
        copy.replace(target)
    workspace.sync(target.parent)


def _finish_copy(copy: Path, manifest: Manifest, after: After) -> None:
    opened = Database(f"sqlite:///{copy}")
    try:
        migrations.upgrade(opened)
        with opened.engine.begin() as connection:
            _change(connection, manifest, after)
    finally:
        opened.dispose()
    sqlite.close_for_good(copy)
    workspace.sync(copy)


def _into_postgresql(database: Database, work: Path, staged: Path, manifest: Manifest, after: After) -> None:
    # The files are taken back if the commit fails.
    with ExitStack() as placing, database.engine.begin() as connection:
        migrations.downgrade_within(connection, "base")
        migrations.upgrade_within(connection, manifest.revision)
        postgresql.load(connection, work, manifest)
        migrations.upgrade_within(connection)
        _change(connection, manifest, after)
        placing.enter_context(shelf().taken_over(staged))


def _change(connection: Connection, manifest: Manifest, after: After) -> None:
    with Session(connection, join_transaction_mode="create_savepoint") as db:
        after(db, manifest)
        db.commit()


@contextmanager
def _folder(path: Path) -> Iterator[None]:
    """Have a folder there; if it was made for this and nothing was put into it, it goes again."""
    is_new = not path.exists()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        yield
    finally:
        if is_new:
            with suppress(OSError):
                path.rmdir()
