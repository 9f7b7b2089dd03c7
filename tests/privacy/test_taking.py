"""Taking everything along: made by the worker, told by mail, fetched once by whoever just came in, then gone."""

import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts import passwords
from peernet.accounts.models import Person
from peernet.db import Database
from peernet.jobs.models import Job
from peernet.ledger import ledger
from peernet.mail.models import Mail
from peernet.privacy import archives, erasing, taking
from peernet.privacy.models import Archive
from peernet.settings import Settings
from tests.world import World

PAGE, FILE = "/me/take-along", "/me/take-along/everything.zip"


@pytest.fixture(autouse=True)
def _no_file_stays(settings: Settings) -> Iterator[None]:
    """Transactions are rolled back; what they wrote into the folder is not."""
    yield
    shutil.rmtree(archives.folder())


@pytest.fixture
def made(db: Session, database: Database, world: World) -> Archive:
    """An archive that waits for the member."""
    return _make(db, database, world.member)


def _make(db: Session, database: Database, person: Person) -> Archive:
    taking.ask(db, person)
    db.commit()
    job = db.scalars(select(Job).where(Job.kind == taking.JOB).order_by(Job.id.desc())).first()
    taking.work_out(database, job.payload)(db)
    db.commit()
    return db.scalars(select(Archive)).one()


def _files() -> list[str]:
    return [path.name for path in archives.folder().iterdir()]


def test_from_the_button_to_the_file(
    db: Session, database: Database, world: World, sign_in: Callable[..., FlaskClient], outbox: Callable[[], list[Mail]]
) -> None:
    browser = sign_in(world.member)
    assert browser.post(PAGE).location == PAGE
    assert browser.post(FILE).status_code == 404
    waiting = _make(db, database, world.member)
    assert [(mail.kind, mail.person_id) for mail in outbox()] == [("privacy/archive-ready", world.member.id)]
    assert (archives.folder() / waiting.name).stat().st_mode & 0o777 == 0o600
    assert "Your file is ready" in browser.get(PAGE).text
    with browser.post(FILE) as fetched, ZipFile(BytesIO(fetched.data)) as archive:
        assert archive.testzip() is None
        assert b"member@example.org" in archive.read("everything.json")
        assert "Everything held on Member" in archive.read("everything.html").decode()
    assert (fetched.content_length, fetched.headers["Cache-Control"]) == (len(fetched.data), "private, no-store")
    assert (browser.post(FILE).status_code, _files(), db.scalars(select(Archive)).all()) == (404, [], [])
    (event,) = db.scalars(ledger.handed_out(world.member.id))
    assert (event.actor_id, event.data) == (world.member.id, {"what": "person.export"})


def test_who_did_not_just_come_in_gives_their_password(
    db: Session, made: Archive, world: World, sign_in: Callable[..., FlaskClient]
) -> None:
    browser = sign_in(world.member)
    world.member.password_hash = passwords.hash_of("four quiet words here")
    db.commit()
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        assert 'name="password"' in browser.get(PAGE).text
        refused = browser.post(FILE, data={"password": "not this one"})
        assert (refused.status_code, "not your present password" in refused.text) == (422, True)
        with browser.post(FILE, data={"password": "four quiet words here"}) as fetched:
            assert fetched.mimetype == "application/zip"


def test_it_is_nobody_elses(made: Archive, world: World, sign_in: Callable[..., FlaskClient]) -> None:
    assert sign_in(world.mate).post(FILE).status_code == 404
    assert _files() == [made.name]


def test_it_goes_when_nobody_fetches_it_and_when_they_are_forgotten(
    db: Session, database: Database, made: Archive, world: World
) -> None:
    with time_machine.travel(made.until + timedelta(seconds=1), tick=False):
        assert taking.prune(db) == 1
        db.commit()
    assert (_files(), db.scalars(select(Archive)).all()) == ([], [])
    archives.make(lambda out: out.write(b"nobody's"))
    with time_machine.travel(clock.now() + timedelta(days=400), tick=False):
        assert (taking.prune(db), _files()) == (1, [])
    _make(db, database, world.stranger)
    erasing.erase(db, world.stranger, {})
    db.commit()
    assert _files() == []


def test_what_a_restore_left_without_its_file_can_be_asked_for_again(db: Session, made: Archive, world: World) -> None:
    archives.drop(made.name)
    assert taking.ask(db, world.member).made_at is None
