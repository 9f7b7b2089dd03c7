"""`peernet mail receive`: what a mail server pipes in."""

import pytest

from peernet.db import Database
from peernet.mail import compose
from peernet.mail.compose import Recipient
from peernet.mail.models import Mail, MailState
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


def test_a_report_is_noted(ready, sent) -> None:
    database, mail = sent
    result = ready("mail", "receive", text=report(mail))
    assert (result.exit_code, result.output[:14]) == (0, "Noted: 5.1.1 5")
    with database.reading() as db:
        assert db.get_one(Mail, mail.id).state is MailState.BOUNCED
    again = ready("mail", "receive", text=report(mail))
    assert (again.exit_code, again.output) == (0, "Nothing to note.\n")


def test_anything_else_is_ignored_and_never_answered(ready, sent) -> None:
    for data in (VACATION, b"", b"\xff\x00"):
        result = ready("mail", "receive", text=data)
        assert (result.exit_code, result.output) == (0, "Not a delivery report: ignored.\n")


def test_without_a_database_the_mail_server_tries_again(peernet) -> None:
    mail = Mail(message_id="<x@localhost>")
    for names in ({"PEERNET_DATABASE": "postgresql://127.0.0.1:1/x"}, {}):
        assert peernet("mail", "receive", text=report(mail), **names).exit_code == 75
