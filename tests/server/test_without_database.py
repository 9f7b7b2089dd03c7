"""Public reading goes on when the database is down."""

from pathlib import Path

from sqlalchemy import create_engine, text
from werkzeug.test import Client

from peernet.app import make_app
from peernet.db import Database
from peernet.pages import depend, making, touch
from peernet.server import open_pages
from peernet.server.front import Front


def take_away(database: Database) -> None:
    """Make every further question fail, as a database that is down does."""
    url = database.engine.url
    database.dispose()
    if not database.is_sqlite:
        engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f'DROP DATABASE "{url.database}" WITH (FORCE)'))
        engine.dispose()
        return
    for ending in ("", "-wal", "-shm"):
        Path(f"{url.database}{ending}").write_bytes(b"no database")


def test_ready_pages_are_answered_and_the_rest_says_so(settings, own_database, tmp_path):
    at_home = settings.model_copy(update={"data": tmp_path})
    sweeper = open_pages(at_home, own_database)
    sweeper.sweep()
    with making(own_database) as made:
        depend("library")
        made.keep(sweeper.store, path="/library", body=b"ready", content_type="text/plain")
    application = make_app(at_home, own_database)
    client = Client(Front(application, settings=at_home, store=sweeper.store, headers=[]))
    host = {"Host": "localhost"}
    assert client.get("/readyz", headers=host).status_code == 200

    take_away(own_database)
    assert client.get("/library", headers=host).data == b"ready"
    assert client.get("/healthz", headers=host).status_code == 200
    assert client.get("/readyz", headers=host).status_code == 503
    assert not sweeper.try_to_sweep()
    assert client.get("/library", headers=host).data == b"ready"


def test_what_is_settled_is_swept(settings, own_database, tmp_path):
    sweeper = open_pages(settings.model_copy(update={"data": tmp_path}), own_database)
    sweeper.sweep()
    with making(own_database) as made:
        depend("library")
        made.keep(sweeper.store, path="/library", body=b"ready", content_type="text/plain")
    with own_database.writing() as db:
        touch(db, "library")
    assert sweeper.store.look_up("/library") is None
