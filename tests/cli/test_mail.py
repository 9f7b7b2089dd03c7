"""`peernet mail receive`: what a mail server pipes in."""

import pytest
from sqlalchemy import select

from peernet.db import Database
from peernet.jobs.models import Job
from peernet.mail import compose, inbox
from peernet.mail.compose import Recipient
from peernet.mail.models import IncomingMail, Mail, MailState, Outcome
from peernet.worker import HANDLERS
from tests.mail.test_bounces import VACATION, report


@pytest.fixture
def sent(ready, url: str):
    """A mail that left, and its database."""
    database = Database(url)
    with database.writing() as db:
        mail = compose.send(db, to=Recipient(address="a@example.org"), template="mail/trial", context={})
        assert mail is not None
        mail.state = MailState.SENT
        db.flush()
        db.expunge(mail)
    yield database, mail
    database.dispose()


def test_a_report_is_taken_once_and_noted_by_the_worker(ready, sent) -> None:
    database, mail = sent
    result = ready("mail", "receive", text=report(mail))
    assert (result.exit_code, result.output) == (0, "Taken.\n")
    again = ready("mail", "receive", text=report(mail))
    assert (again.exit_code, again.output) == (0, "Known already.\n")
    with database.writing() as db:
        (job,) = db.scalars(select(Job))
        HANDLERS[job.kind](db, job.payload)
        assert (job.kind, db.get_one(Mail, mail.id).state) == (inbox.JOB, MailState.BOUNCED)


def test_anything_else_leaves_no_work(ready, sent) -> None:
    database, _mail = sent
    for data in (VACATION, b"", b"\xff\x00", b"x" * 50_000_000):
        result = ready("mail", "receive", text=data)
        assert (result.exit_code, result.output) == (0, "Taken.\n")
    with database.reading() as db:
        assert db.scalars(select(Job)).all() == []
        rows = [(row.letter, row.outcome) for row in db.scalars(select(IncomingMail))]
        assert rows == [(None, Outcome.OTHER)] * 4


def test_when_it_cannot_be_kept_the_mail_server_tries_again(peernet) -> None:
    mail = Mail(message_id="<x@localhost>")
    for names in ({"PEERNET_DATABASE": "postgresql://127.0.0.1:1/x"}, {}, {"PEERNET_COLOUR": "1"}):
        assert peernet("mail", "receive", text=report(mail), **names).exit_code == 75
