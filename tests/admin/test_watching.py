"""The installation looks after itself: who hears of what is wrong, when, and how often."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.admin import watching
from peernet.admin.findings import Finding
from peernet.admin.models import Trouble
from peernet.db import Database
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.settings import Settings, use
from tests.conftest import NOW
from tests.world import World

_EXPECTED = Path(__file__).parents[1] / "emails" / "admin"
ROOM = Finding("room on the disk", "Only 12 MB are left.", "du -sh /var/lib/peernet/*")
WORKER = Finding("mail that waits", "3 should have left minutes ago.", "start peernet worker")


def look(db: Session, hours: float, *wrong: Finding) -> None:
    """What a look after so many hours keeps."""
    with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
        watching.keep(db, wrong)


def told(db: Session) -> list[str]:
    return list(db.scalars(select(Trouble.what).where(Trouble.told_at.is_not(None)).order_by(Trouble.id)))


def test_what_is_seen_twice_is_mailed_once_and_again_after_a_week(
    db: Session, world: World, outbox: Callable[[], Sequence[Mail]]
) -> None:
    numbers = []
    for hours in (0, 1, 2, 24, 168, 170, 171):
        look(db, hours, ROOM)
        numbers.append(len(outbox()))
    assert numbers == [0, 1, 1, 1, 1, 2, 2]
    assert {mail.person_id for mail in outbox()} == {world.admin.id}


def test_what_is_seen_by_night_alone_is_mailed_and_stays_until_the_next_night(
    db: Session, world: World, outbox: Callable[[], Sequence[Mail]]
) -> None:
    damage = Finding("database integrity", "SQLite says: malformed", "restore the newest backup")
    look(db, 15, damage)
    numbers = []
    for hours in range(16, 39):
        with time_machine.travel(NOW + timedelta(hours=hours), tick=False):
            watching.keep(db, [], thorough=False)
        numbers.append(len(outbox()))
    assert numbers == [1] * 23
    assert told(db) == [damage.what]
    look(db, 39)
    assert (len(outbox()), list(db.scalars(select(Trouble)))) == (1, [])


def test_what_mends_itself_disturbs_nobody(db: Session, world: World, outbox: Callable[[], Sequence[Mail]]) -> None:
    look(db, 0, ROOM)
    look(db, 1)
    look(db, 2, ROOM)
    assert (outbox(), told(db)) == ([], [])


def test_all_that_is_wrong_comes_in_one_mail(
    db: Session, world: World, outbox: Callable[[], Sequence[Mail]], caplog: pytest.LogCaptureFixture
) -> None:
    look(db, 0, ROOM)
    look(db, 1, ROOM, WORKER)
    (mail,) = outbox()
    written = f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}"
    assert written == (_EXPECTED / "needs-you.txt").read_text("utf-8")
    assert told(db) == [ROOM.what, WORKER.what]
    look(db, 2, ROOM, WORKER)
    assert len(outbox()) == 1
    said = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert said == [f"{each.what}: {each.wrong} Mend: {each.mend}" for each in (ROOM, WORKER)]


def test_one_look_an_hour(db: Session) -> None:
    assert [watching.ask_for_due(db) for _again in range(2)] == [1, 0]
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        assert watching.ask_for_due(db) == 1
    assert [job.kind for job in db.scalars(select(Job))] == [watching.JOB] * 2


def test_a_look_finds_what_doctor_finds(own_database: Database, settings: Settings) -> None:
    use(settings.model_copy(update={"mail": settings.mail.model_copy(update={"host": "127.0.0.1", "port": 1})}))
    store = watching.work_out(own_database, {})
    with own_database.writing() as db:
        store(db)
    with own_database.reading() as db:
        assert set(db.scalars(select(Trouble.what))) == {"administrator", "mail server 127.0.0.1:1"}


def test_the_administration_shows_what_is_wrong(
    db: Session, world: World, sign_in: Callable[[Person], FlaskClient]
) -> None:
    assert "What needs you" not in sign_in(world.admin).get("/admin").text
    look(db, 0, ROOM)
    db.commit()
    page = sign_in(world.admin).get("/admin").text
    assert [word in page for word in ("What needs you", ROOM.what, ROOM.wrong, ROOM.mend)] == [True] * 4
