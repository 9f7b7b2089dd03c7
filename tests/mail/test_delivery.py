"""Mail: a row first, then delivered at least once, whatever the server does."""

import email
import socket
from collections.abc import Iterator
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import time_machine
from aiosmtpd.controller import Controller
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Database, Refused, settle
from peernet.mail import compose, delivery, transport
from peernet.mail.compose import Attachment, Recipient
from peernet.mail.models import Mail, MailState
from peernet.settings import Settings
from peernet.tokens import tokens
from tests.conftest import NOW

READER = Recipient(address="member@example.org", name="Member", zone="Europe/London")


_BODY = "{% extends 'emails/mail/frame.txt' %}{% block body %}Open {{ link }} <b>{% endblock %}"
_TEMPLATES = {
    "emails/test/note.subject.txt": "A note for {{ to.name }}",
    "emails/test/note.txt": _BODY,
    "emails/test/note.html": _BODY.replace(".txt", ".html").replace("Open {{ link }}", "<p>{{ link }} {{ '<b>' }}</p>"),
}


@pytest.fixture(autouse=True)
def _templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail of the tests' own, beside the real frame."""
    for escaped in (True, False):
        environment = compose._environment(escaped)
        both = ChoiceLoader([DictLoader(_TEMPLATES), environment.loader])
        monkeypatch.setattr(environment, "loader", both)


def write(db: Session, **changes: Any) -> Mail:
    """A mail in the outbox."""
    mail = compose.send(db, **{"to": READER, "template": "test/note", "context": {"link": "here"}, **changes})
    assert mail is not None
    return mail


@pytest.fixture
def server() -> Iterator[tuple[int, list[Any], dict[str, str]]]:
    """An SMTP server on a free port: its port, what it received, and the answers that it is told to give."""
    received: list[Any] = []
    answers: dict[str, str] = {}

    class Handler:
        async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:  # noqa: N802
            envelope.rcpt_tos.append(address)
            return answers.get("rcpt", "250 OK")

        async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
            received.append(envelope)
            return answers.get("data", "250 OK")

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(Handler(), hostname="127.0.0.1", port=port)
    controller.start()
    yield port, received, answers
    controller.stop()


def through(settings: Settings, port: int) -> Any:
    """A transport to the server of the test."""
    mail = settings.mail.model_copy(update={"host": "127.0.0.1", "port": port, "security": "none", "timeout": 5})
    return lambda message: transport.send(settings.model_copy(update={"mail": mail}), message)


def test_a_mail_is_one_row_in_the_language_of_its_reader(db: Session) -> None:
    mail = write(db)
    assert mail.subject == "A note for Member"
    assert mail.text == "Open here <b>\n\n-- \nPeer learning network\nhttp://localhost:8000\n"
    assert "<p>here &lt;b&gt;</p>" in mail.html
    assert mail.state is MailState.WAITING


def test_a_key_sends_once(db: Session) -> None:
    write(db, key="note:1")
    again = compose.send(db, to=READER, template="test/note", context={"link": "here"}, key="note:1")
    assert again is None
    assert len(db.scalars(select(Mail)).all()) == 1


@pytest.mark.parametrize("address", ["a@example.org\nBcc: b@example.org", "a@example.org\r", "\x00a@example.org"])
def test_header_injection_is_refused(db: Session, address: str) -> None:
    with pytest.raises(Refused):
        write(db, to=Recipient(address=address))


def test_a_mail_reaches_the_server_with_its_live_link(
    db: Session, database: Database, settings: Settings, server: Any
) -> None:
    port, received, _answers = server
    token = tokens.make(db, purpose="sign-in", subject="person:1", lasts=timedelta(hours=1))
    mail = write(db, context={"link": tokens.placeholder(token)}, stop_token_id=token.id)
    db.commit()
    assert delivery.deliver(database, mail.id, through(settings, port)) is True
    message = email.message_from_bytes(received[0].content, policy=policy.default)
    assert received[0].rcpt_tos == ["member@example.org"]
    assert message["Message-ID"] == mail.message_id
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == f"<http://localhost:8000/mail/stop/{tokens.text_of(token)}>"
    text = message.get_body(("plain",)).get_content()
    assert text.startswith(f"Open {tokens.text_of(token)} <b>")
    db.refresh(mail)
    assert (mail.state, mail.sent_at, tokens.text_of(token) in mail.text) == (MailState.SENT, NOW, False)


def test_a_calendar_file_goes_as_alternative_and_attachment(db: Session, database: Database) -> None:
    calendar = Attachment("roundtable.ics", "text/calendar", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "REQUEST")
    mail = write(db, attachments=[calendar])
    db.commit()
    seen: list[EmailMessage] = []
    delivery.deliver(database, mail.id, seen.append)
    parts = [
        (part.get_content_type(), part.get_param("method"), part.get_filename())
        for part in seen[0].walk()
        if not part.is_multipart()
    ]
    assert parts == [
        ("text/plain", None, None),
        ("text/html", None, None),
        ("text/calendar", "REQUEST", None),
        ("application/ics", None, "roundtable.ics"),
    ]


def test_two_workers_send_once(db: Session, database: Database) -> None:
    mail = write(db)
    db.commit()
    seen: list[EmailMessage] = []

    def send(message: EmailMessage) -> None:
        seen.append(message)
        assert delivery.deliver(database, mail.id, seen.append) is False

    assert delivery.deliver(database, mail.id, send) is True
    assert delivery.deliver(database, mail.id, seen.append) is False
    assert len(seen) == 1


def test_killed_between_sending_and_noting_it_is_sent_again_as_the_same(db: Session, database: Database) -> None:
    mail = write(db)
    db.commit()
    seen: list[EmailMessage] = []

    def killed(message: EmailMessage) -> None:
        seen.append(message)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        delivery.deliver(database, mail.id, killed)
    assert delivery.due(db) == []
    with time_machine.travel(NOW + delivery.LEASE + timedelta(seconds=1), tick=False):
        assert delivery.due(db) == [mail.id]
        db.commit()
        assert delivery.deliver(database, mail.id, seen.append) is True
    assert [message["Message-ID"] for message in seen] == [mail.message_id, mail.message_id]


def test_a_dead_server_is_tried_again_with_back_off_until_the_mail_is_dead(
    db: Session, database: Database, settings: Settings
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    mail = write(db)
    db.commit()
    waits = []
    for _attempt in range(len(delivery.BACK_OFF) + 1):
        with time_machine.travel(mail.next_at, tick=False):
            db.commit()
            assert delivery.deliver(database, mail.id, through(settings, port)) is False
            db.refresh(mail)
            waits.append(mail.next_at)
    assert [after - before for before, after in zip([NOW, *waits], waits, strict=False)][:-1] == list(delivery.BACK_OFF)
    assert mail.state is MailState.DEAD
    delivery.retry(db, mail)
    db.flush()
    assert delivery.due(db) == [mail.id]


@pytest.mark.parametrize(
    ("answer", "state"),
    [("550 No such person", MailState.BOUNCED), ("451 Try later", MailState.WAITING), ("421 Busy", MailState.WAITING)],
)
def test_what_the_server_says_decides(
    db: Session, database: Database, settings: Settings, server: Any, answer: str, state: MailState
) -> None:
    port, _received, answers = server
    answers["rcpt"] = answer
    mail = write(db)
    db.commit()
    assert delivery.deliver(database, mail.id, through(settings, port)) is False
    db.refresh(mail)
    assert (mail.state, mail.error) == (state, answer)


def test_without_a_server_mail_becomes_files(db: Session, database: Database, settings: Settings) -> None:
    mail = write(db)
    db.commit()
    assert delivery.deliver(database, mail.id) is True
    name = mail.message_id.strip("<>").partition("@")[0]
    path: Path = settings.data / "mail" / f"{name}.eml"
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    assert (message["Subject"], message["To"]) == ("A note for Member", "member@example.org")


def test_the_worker_is_woken_after_the_commit_only(db: Session, database: Database) -> None:
    woken: list[Any] = []
    database.on_outgoing.append(woken.append)
    try:
        with database.session(write=True) as session:
            write(session)
            session.rollback()
        assert woken == []
        with database.session(write=True) as session:
            mail = write(session)
            settle(session)
            assert woken == [[("mail", mail.id)]]
    finally:
        database.on_outgoing.clear()
