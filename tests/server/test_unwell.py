"""The database is stopped, locked, full, or may only be read: ready pages are answered, a write is refused in words
with what was typed, and as soon as the trouble is over all is well by itself."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, event, text
from werkzeug.test import Client

from peernet.accounts import sessions
from peernet.app import make_app
from peernet.db import Database, engine
from peernet.pages import depend, making
from peernet.server import open_pages
from peernet.server.front import Front
from peernet.settings import Settings
from tests.worker.conftest import wait_until
from tests.world import make_person

HOST = {"Host": "localhost"}
# So long that it needs room of its own.
SAID = " ".join(["What I learnt about sharing data with others, which took me an hour to write."] * 60)
# Seconds after which all is to be well again.
_RECOVERED = 5

Trouble = Callable[[Database], Iterator[None]]


@contextmanager
def stopped(database: Database) -> Iterator[None]:
    """Nobody answers: the server is away, or the disk of the file is."""
    database.dispose()
    if database.is_sqlite:
        folder = Path(str(database.engine.url.database)).parent
        away = folder.rename(folder.with_name("away"))
        yield
        away.rename(folder)
        return
    name = database.engine.url.database
    with _elsewhere(database) as run:
        run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        yield
        run(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """Another program holds the lock of all writers, or of the table, and does not let go."""
    other = create_engine(database.engine.url)
    with other.connect() as holder:
        if database.is_sqlite:
            holder.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            holder.execute(text("LOCK TABLE person IN ACCESS EXCLUSIVE MODE"))
        yield
        holder.rollback()
    other.dispose()


@contextmanager
def full(database: Database) -> Iterator[None]:
    """There is no room for another page of the file, and no empty one in it."""
    with closing(sqlite3.connect(str(database.engine.url.database))) as alone:
        alone.execute("VACUUM")
    with _on_each_connection(database, "PRAGMA max_page_count = 1"):
        yield


@contextmanager
def read_only(database: Database) -> Iterator[None]:
    """The file, or the database, may only be read."""
    if database.is_sqlite:
        with _on_each_connection(database, "PRAGMA query_only = 1"):
            yield
        return
    name = database.engine.url.database
    with _elsewhere(database) as run:
        run(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        database.dispose()
        yield
        run(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
    database.dispose()


@contextmanager
def _on_each_connection(database: Database, pragma: str) -> Iterator[None]:
    def set_it(connection, _record) -> None:
        connection.execute(pragma)

    database.dispose()
    event.listen(database.engine, "connect", set_it)
    yield
    event.remove(database.engine, "connect", set_it)
    database.dispose()


@contextmanager
def _elsewhere(database: Database) -> Iterator[Callable[[str], None]]:
    other = create_engine(database.engine.url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        yield lambda statement: connection.execute(text(statement))
    other.dispose()


@pytest.mark.concurrency
@pytest.mark.parametrize("trouble", [stopped, locked, full, read_only])
def test_it_says_so_keeps_the_text_and_is_well_again(
    settings: Settings, own_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, trouble: Trouble
) -> None:
    if trouble is full and not own_database.is_sqlite:
        pytest.skip("The disk of a server of PostgreSQL is not ours to fill.")
    database = _impatient(own_database, monkeypatch)
    at_home = settings.model_copy(update={"data": tmp_path / "data"})
    sweeper = open_pages(at_home, database)
    sweeper.sweep()
    with making(database) as made:
        depend("library")
        made.keep(sweeper.store, path="/library", body=b"ready", content_type="text/plain")
    with database.writing() as db:
        ticket = sessions.begin(db, make_person(db, "Writer"), way="test", agent="").ticket
    application = make_app(at_home, database)
    application.config["WTF_CSRF_ENABLED"] = False
    client = Client(Front(application, settings=at_home, store=sweeper.store, headers=[]))
    cookie = application.session_interface.get_signing_serializer(application).dumps({"_user_id": ticket})
    client.set_cookie("peernet", cookie, domain="localhost")
    form = {"name": "Writer", "about": SAID, "zone": "Europe/London", "language": "en", "version": "1"}
    with trouble(database):
        refused = client.post("/me/profile", headers=HOST, data=form)
        assert (refused.status_code, refused.headers["Retry-After"]) == (503, "30")
        assert "The database does not answer just now" in refused.text
        again = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', refused.text))
        assert again == form
        assert client.get("/library", headers=HOST).data == b"ready"
        if trouble is stopped:
            _says_so_of_what_nobody_asked_before(client)
    wait_until(lambda: client.post("/me/profile", headers=HOST, data=again).status_code == 303, _RECOVERED)
    database.dispose()


def _says_so_of_what_nobody_asked_before(client: Client) -> None:
    for address in ("/search?q=river", "/library?kind=report&language=en", "/feeds/all.atom"):
        answer = client.get(address, headers=HOST)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30"), address
        assert "The database does not answer just now" in answer.text


def _impatient(database: Database, monkeypatch: pytest.MonkeyPatch) -> Database:
    """The same database for somebody who does not wait long for a lock."""
    monkeypatch.setattr(engine, "_BUSY_SECONDS", 0.2)
    return Database(database.engine.url.render_as_string(hide_password=False))
