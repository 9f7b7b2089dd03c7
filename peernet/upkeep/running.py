"""Who runs on an installation now, so that nobody changes its schema underneath.

Web server and worker hold a lock on a file in the data folder together; the kernel gives it back when they die. Whoever
needs the place alone takes the same lock for itself. Other machines do not see that file: on PostgreSQL they are known
by the name of their connections.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text

from peernet.db import CONNECTION_NAME, Database, Refused
from peernet.settings import current

_FILE = "running"
_OTHERS = """
    SELECT count(*) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name = :name AND pid <> pg_backend_pid()
"""


@contextmanager
def present() -> Iterator[None]:
    """Run: nobody changes the schema meanwhile. Raises Refused while somebody does."""
    with _locked(fcntl.LOCK_SH, "An upgrade or a move is under way. Start peernet when it is done."):
        yield


@contextmanager
def alone(database: Database) -> Iterator[None]:
    """Have the installation alone: nobody starts meanwhile. Raises Refused while web server or worker runs."""
    with _locked(fcntl.LOCK_EX, "peernet is running. Stop it first: systemctl stop peernet"):
        _check_other_machines(database)
        yield


def is_running(database: Database) -> bool:
    """Whether web server or worker runs now."""
    try:
        with alone(database):
            return False
    except Refused:
        return True


@contextmanager
def _locked(how: int, otherwise: str) -> Iterator[None]:
    folder = current().data
    # With the database elsewhere nothing may have been written here yet.
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(folder / _FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, how | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(otherwise) from None
        yield
    finally:
        os.close(handle)


def _check_other_machines(database: Database) -> None:
    if database.is_sqlite:
        return
    database.dispose()
    with database.engine.connect() as connection:
        others = connection.scalar(text(_OTHERS), {"name": CONNECTION_NAME})
    if others:
        raise Refused(
            f"{others} connections of peernet to this database are open. Stop it on all machines first: "
            "systemctl stop peernet"
        )
