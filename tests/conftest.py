"""Fixtures that all tests share.

The schema is migrated once for each test process; each test runs in one transaction that is rolled back, in which every
session of the code under test is a savepoint. The clock stands still unless a test moves it.
"""

import gc
import ipaddress
import os
import shutil
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from pydantic import SecretStr
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.accounts.models import Person
from peernet.app import make_app
from peernet.db import Database, migrations
from peernet.mail import compose
from peernet.mail.models import Mail
from peernet.settings import Settings, use
from peernet.settings.tree import Network
from peernet.web.limits import limiter
from tests.databases import POSTGRESQL, Lent, a_database
from tests.world import World, make_world

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
# Where what is written stays in memory, and how much of it must be free for the tests to write there.
_MEMORY, _ROOM = Path("/dev/shm"), 4_000_000_000
# What templates are compiled for, each in a way of its own.
_KINDS = ("pages", "mails", "texts")
# The class and the id of each thing of the world, by its name there.
Places = dict[str, tuple[type[Any], int]]


def pytest_configure(config: pytest.Config) -> None:
    """Nothing of a person's own configuration reaches the tests. Nor do they wait for a disk where there is memory
    enough: processes are killed in them, never the machine."""
    for name in list(os.environ):
        if name.startswith("PEERNET_") and not name.startswith("PEERNET_TEST_"):
            del os.environ[name]
    if os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free > _ROOM:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(_MEMORY))


# What a test asks for that has to do with the database under test.
_ON_A_DATABASE = {"database", "migrated", "url"}


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Where nothing but the browser is asked for, files without one, which are nearly all, need not be loaded."""
    if config.option.markexpr.split(" and ")[0] != "browser" or not collection_path.match("test_*.py"):
        return None
    return None if "mark.browser" in collection_path.read_text() else True


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What takes long begins first, so that at the end no process waits for another. What knows no database, brings one
    of its own, or is marked as being about something else, is tested once: not on PostgreSQL again."""
    if POSTGRESQL:
        alike = [item for item in items if _is_alike_everywhere(item)]
        config.hook.pytest_deselected(items=alike)
        items[:] = [item for item in items if item not in set(alike)]
    items.sort(key=lambda item: item.get_closest_marker("lengthy") is None)


def _is_alike_everywhere(item: pytest.Item) -> bool:
    return bool(item.get_closest_marker("once")) or not _ON_A_DATABASE & set(getattr(item, "fixturenames", ()))


def pytest_collection_finish(session: pytest.Session) -> None:
    """What is loaded by now stays until the end: the collector of garbage need not look through it again and again,
    which took a sixth of the time of the tests; and seldom through what a test makes, which took a twelfth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@pytest.fixture(autouse=True, scope="session")
def _only_loopback() -> Iterator[None]:
    """A test that talks to the outside fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = "127.0.0.1" if address[0] == "localhost" else address[0]
            assert ipaddress.ip_address(host).is_loopback, f"A test must not connect to {address}"
        connect(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = connect


@pytest.fixture(autouse=True)
def _clock_stands(request: pytest.FixtureRequest) -> Iterator[None]:
    """It is noon of 23 November 2026, UTC, except where threads or a browser need real time."""
    if request.node.get_closest_marker("browser") or request.node.get_closest_marker("concurrency"):
        yield
        return
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _limits_start_anew() -> None:
    """What one test tried does not count in the next."""
    if limiter.initialized:
        limiter.reset()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of the tests, with a data folder of their own."""
    data: Path = tmp_path_factory.mktemp("data")
    # Two languages are enough to tell one from the other; that all are complete is tested once.
    two = Network(languages=("en", "fr"))
    secret = SecretStr("tests-only-" + "x" * 40)
    return use(Settings(data=data, secret_key=secret, public_url="http://localhost:8000", network=two))


@pytest.fixture(autouse=True)
def _settings_stay(settings: Settings) -> Iterator[None]:
    """A test that puts other settings into use leaves none of them to the next."""
    yield
    use(settings)


@pytest.fixture
def takes_answers(settings: Settings) -> Settings:
    """Settings under which answers by mail are read; the others come back at the end of the test."""
    inbound = settings.inbound.model_copy(update={"address": "replies+{token}@peers.example.org"})
    return use(settings.model_copy(update={"inbound": inbound}))


@pytest.fixture(scope="session")
def migrated(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a database that was migrated once for each test process, and that nobody is connected to."""
    with a_database(f"peernet_migrated_{os.getpid()}", tmp_path_factory.mktemp("migrated")) as url:
        made = Database(url)
        migrations.upgrade(made)
        made.dispose()
        yield url


@pytest.fixture(scope="session")
def database(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One migrated database for each test process, in which nothing stays."""
    with a_database(f"peernet_test_{os.getpid()}", tmp_path_factory.mktemp("database"), migrated) as url:
        made = Database(url)
        yield made
        made.dispose()


@pytest.fixture(scope="session")
def lent(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lent]:
    """What lends each test a database of its own."""
    made = Lent(migrated, tmp_path_factory.mktemp("own"))
    yield made
    made.close()


@pytest.fixture
def own_database(lent: Lent) -> Iterator[Database]:
    """A migrated database for one test alone, in which commits are real: for threads, processes and crashes."""
    made = Database(lent.take(), pool_size=30)
    yield made
    made.dispose()
    lent.give_back()


@pytest.fixture(scope="session")
def inhabited(migrated: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Places]]:
    """A second one, in which the world of tests/world.py stands from the beginning, and where its things are."""
    with a_database(f"peernet_world_{os.getpid()}", tmp_path_factory.mktemp("world"), migrated) as url:
        made = Database(url)
        with time_machine.travel(NOW, tick=False), made.session(write=True) as session:
            places = {name: (type(thing), thing.id) for name, thing in vars(make_world(session)).items()}
            session.commit()
        yield made, places
        made.dispose()


@pytest.fixture
def db(request: pytest.FixtureRequest, database: Database) -> Iterator[Session]:
    """A session on the migrated database. Nothing of the test stays. Commit before a client's request."""
    engine = request.getfixturevalue("inhabited")[0].engine if "world" in request.fixturenames else database.engine
    with engine.connect() as connection:
        outer = connection.begin()
        database.bind_to(connection)
        with database.session(write=True) as session:
            yield session
        database.bind_to(None)
        outer.rollback()


@pytest.fixture(autouse=True, scope="session")
def _templates_are_compiled_once(pytestconfig: pytest.Config) -> None:
    """For all processes, and all applications in them, as long as they do not change; those of mails as well."""
    kept = {name: FileSystemBytecodeCache(pytestconfig.cache.mkdir(f"templates-{name}")) for name in _KINDS}
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": kept["pages"]}
    for kind, escaped in (("mails", True), ("texts", False)):
        compose._environment(escaped).bytecode_cache = kept[kind]


@pytest.fixture(scope="session")
def app(settings: Settings, database: Database) -> Flask:
    """The application; forms need no CSRF token in it, except where a test says so."""
    made = make_app(settings, database)
    made.config.update(TESTING=False, PROPAGATE_EXCEPTIONS=False, WTF_CSRF_ENABLED=False)
    return made


@pytest.fixture
def client(app: Flask, db: Session) -> FlaskClient:
    """A browser without scripts, signed in as nobody."""
    return app.test_client()


@pytest.fixture
def sign_in(app: Flask, db: Session) -> Callable[[Person], FlaskClient]:
    """A client that is signed in as a person."""

    def begin(person: Person) -> FlaskClient:
        viewer = sessions.begin(db, person, way="test", agent="test")
        db.commit()
        client = app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = viewer.ticket
            cookie["_fresh"] = True
        return client

    return begin


@pytest.fixture
def world(db: Session, inhabited: tuple[Database, Places]) -> World:
    """The small named world of tests/world.py, committed."""
    places = inhabited[1]
    kinds = {kind for kind, _ in places.values()}
    things = {(kind, thing.id): thing for kind in kinds for thing in db.scalars(select(kind))}
    return World(**{name: things[place] for name, place in places.items()})


@pytest.fixture
def outbox(db: Session) -> Callable[[], list[Mail]]:
    """The mails written so far, oldest first."""
    return lambda: list(db.scalars(select(Mail).order_by(Mail.id)))


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The Chromium that PEERNET_TEST_BROWSER names, one for each test process."""
    from playwright.sync_api import sync_playwright

    executable = shutil.which(os.environ.get("PEERNET_TEST_BROWSER", "chromium"))
    if executable is None:
        pytest.fail("No Chromium is installed; PEERNET_TEST_BROWSER may name one.")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def count_queries() -> Callable[[], Any]:
    """``with count_queries() as seen: …`` collects the statements that reach the database."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "PRAGMA")):
                seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return counting
