"""Old copies go; a key stays as long as it is needed."""

import os
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.accounts.models import SignIn
from peernet.jobs import jobs
from peernet.jobs.models import Job
from peernet.mail import compose, retention, transport
from peernet.mail.compose import Recipient
from peernet.mail.models import Mail, MailState
from peernet.settings import Settings
from peernet.tokens import tokens
from peernet.tokens.models import Token
from peernet.web import once
from peernet.web.models import SentForm
from tests.conftest import NOW


def after(days: int):
    return time_machine.travel(NOW + timedelta(days=days), tick=False)


def write(db: Session, state: MailState, key: str | None = None) -> Mail:
    mail = compose.send(db, to=Recipient(address="a@example.org"), template="mail/trial", context={}, key=key)
    assert mail is not None
    mail.state = state
    db.flush()
    return mail


def test_mails_are_emptied_then_forgotten(db: Session) -> None:
    for number, state in enumerate(MailState):
        write(db, state)
        write(db, state, key=f"k{number}")
    with after(89):
        assert retention.prune(db) == 0
    with after(91):
        assert [retention.prune(db), retention.prune(db)] == [5, 0]
    mails = db.scalars(select(Mail).order_by(Mail.id))
    left = [(mail.state, mail.key, bool(mail.text), mail.to_address) for mail in mails]
    assert left == [
        (MailState.WAITING, None, True, "a@example.org"),
        (MailState.WAITING, "k0", True, "a@example.org"),
        (MailState.SENT, "k1", False, ""),
    ]
    assert compose.send(db, to=Recipient(address="a@example.org"), template="mail/trial", context={}, key="k1") is None
    with after(401):
        assert retention.prune(db) == 1


def test_files_of_mails_go_too(db: Session, settings: Settings) -> None:
    folder = transport.folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    for name, days in {"old.eml": -91, "new.eml": -1, "crashed.part": -91}.items():
        moment = (NOW + timedelta(days=days)).timestamp()
        (folder / name).write_text("x")
        os.utime(folder / name, (moment, moment))
    retention.prune(db)
    assert {"old.eml", "crashed.part", "new.eml"} & {path.name for path in folder.iterdir()} == {"new.eml"}
    (folder / "new.eml").unlink()


def test_jobs_that_are_done(db: Session) -> None:
    for key in (None, "once"):
        job = jobs.enqueue(db, "x", key=key)
        assert job is not None
        jobs.take(db, job.id)
        jobs.finish(db, job)
    dead, _waits = jobs.enqueue(db, "dead"), jobs.enqueue(db, "waits")
    assert dead is not None
    dead.dead_at = NOW
    db.flush()
    with after(31):
        assert [jobs.prune(db), jobs.prune(db)] == [1, 0]
    with after(500):
        assert jobs.prune(db) == 1
    assert db.scalars(select(Job.kind).order_by(Job.id)).all() == ["dead", "waits"]


def test_tokens_that_are_over(db: Session) -> None:
    short = tokens.make(db, purpose="x", subject="short", lasts=timedelta(days=1))
    tokens.make(db, purpose="x", subject="long", lasts=timedelta(days=300))
    spent = tokens.make(db, purpose="x", subject="spent", lasts=timedelta(days=300))
    tokens.spend(db, spent)
    revoked = tokens.make(db, purpose="x", subject="revoked", lasts=timedelta(days=300))
    tokens.revoke(db, purpose="x", subject="revoked")
    assert revoked.id > short.id
    with after(85):
        assert tokens.prune(db) == 0
    with after(92):
        assert [tokens.prune(db), tokens.prune(db)] == [3, 0]
    assert db.scalars(select(Token.subject)).all() == ["long"]


@pytest.mark.usefixtures("world")
def test_sessions_that_are_over(db: Session, world, settings: Settings) -> None:
    for person in (world.member, world.mate):
        sessions.begin(db, person, way="test", agent="")
    sessions.end_all(db, world.mate.id)
    days = settings.sessions.days
    with after(31):
        assert sessions.prune(db) == 1
    with after(days + 31):
        assert [sessions.prune(db), sessions.prune(db)] == [1, 0]
    assert db.scalars(select(SignIn)).all() == []


def test_forms_that_were_sent(db: Session) -> None:
    db.add(SentForm(key="k", person_id=None, status=303, location="/", at=NOW))
    db.flush()
    with after(29):
        assert once.prune(db) == 0
    with after(31):
        assert [once.prune(db), once.prune(db)] == [1, 0]
