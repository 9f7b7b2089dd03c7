"""The mailbox: each message taken once, and gone from its folder only when it is kept."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.mail import mailbox
from peernet.mail.models import IncomingMail
from peernet.settings import Settings, use
from peernet.worker import Worker
from tests.mail.imap import Mailbox
from tests.mail.incoming import message


@pytest.fixture
def reading(takes_answers: Settings, mailbox_server: Mailbox) -> Any:
    """Put settings for the server into use, with changes."""

    def change(**changes: Any) -> Settings:
        own = {"host": "127.0.0.1", "port": mailbox_server.port, "security": "none", "user": "peernet", "timeout": 5}
        inbound = type(takes_answers.inbound)(**{
            **takes_answers.inbound.model_dump(), **own, "password": "secret", **changes
        })  # fmt: skip
        return use(takes_answers.model_copy(update={"inbound": inbound}))

    change()
    return change


def taken(db: Session) -> int:
    db.expire_all()
    return len(db.scalars(select(IncomingMail)).all())


def test_what_lies_there_is_taken_and_deleted(
    db: Session, database: Database, reading: Any, mailbox_server: Mailbox
) -> None:
    for number in range(3):
        mailbox_server.put(message("a@example.org", number=number).as_bytes())
    assert mailbox.look(reading()) == 3
    assert mailbox.collect(database) == 3
    assert (taken(db), mailbox_server.folders) == (3, {"INBOX": {}})
    assert mailbox.collect(database) == 0


@pytest.mark.parametrize("capabilities", ["IMAP4rev1", "IMAP4rev1 UIDPLUS", "IMAP4rev1 UIDPLUS MOVE"])
def test_or_moved_to_a_folder_that_is_made(
    database: Database, db: Session, reading: Any, mailbox_server: Mailbox, capabilities: str
) -> None:
    mailbox_server.capabilities = capabilities
    reading(done_folder="Read by peernet")
    data = message("a@example.org").as_bytes()
    mailbox_server.put(data)
    assert mailbox.collect(database) == 1
    assert list(mailbox_server.folders["Read by peernet"].values()) == [data]
    sent = {command.removeprefix("UID ").partition(" ")[0] for command in mailbox_server.commands}
    assert ("MOVE" in sent) == ("MOVE" in capabilities)
    assert ("UID EXPUNGE 1" in mailbox_server.commands) == (capabilities == "IMAP4rev1 UIDPLUS")
    assert mailbox_server.folders["INBOX"] == {}


def test_a_message_that_came_twice_is_taken_once(
    database: Database, db: Session, reading: Any, mailbox_server: Mailbox
) -> None:
    data = message("a@example.org").as_bytes()
    mailbox_server.put(data)
    mailbox_server.put(data)
    assert mailbox.collect(database) == 1
    assert (taken(db), mailbox_server.folders["INBOX"]) == (1, {})


def test_a_line_cut_between_keeping_and_deleting_loses_nothing(
    database: Database, db: Session, reading: Any, mailbox_server: Mailbox
) -> None:
    def hang_up(command: str) -> None:
        if "STORE" in command:
            raise ConnectionAbortedError

    mailbox_server.put(message("a@example.org").as_bytes())
    mailbox_server.before = hang_up
    assert mailbox.collect(database) == 1
    assert (taken(db), len(mailbox_server.folders["INBOX"])) == (1, 1)
    mailbox_server.before = None
    assert mailbox.collect(database) == 0
    assert (taken(db), mailbox_server.folders["INBOX"]) == (1, {})


def test_of_fifty_megabytes_the_beginning_is_asked_for(
    database: Database, db: Session, reading: Any, mailbox_server: Mailbox
) -> None:
    reading(max_bytes=10_000)
    mailbox_server.put(message("a@example.org", "x" * 70 + "\n").as_bytes() + b"y" * 50_000_000)
    assert mailbox.collect(database) == 1
    assert [command for command in mailbox_server.commands if "FETCH" in command] == [
        "UID FETCH 1 (RFC822.SIZE BODY.PEEK[]<0.10000>)"
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "wrong"}, "wrong password"),
        ({"folder": "Elsewhere"}, "there is no such folder"),
        ({"port": 1}, "Connection refused"),
    ],
)
def test_a_server_that_refuses_is_logged_in_its_own_words(
    database: Database, db: Session, reading: Any, caplog: pytest.LogCaptureFixture, changes: Any, said: str
) -> None:
    settings = reading(**changes)
    assert mailbox.collect(database) == 0
    assert [said in record.getMessage() for record in caplog.records] == [True]
    assert "secret" not in caplog.text
    with pytest.raises(mailbox.FAILURES):
        mailbox.look(settings)


def test_the_worker_looks_once_at_a_time(
    database: Database, db: Session, reading: Any, mailbox_server: Mailbox, tmp_path: Any
) -> None:
    worker = Worker(reading().model_copy(update={"data": tmp_path}), database)
    mailbox_server.put(message("a@example.org").as_bytes())
    mailbox_server.before = lambda command: worker.collect() if command.startswith("UID FETCH") else None
    worker.collect()
    assert (taken(db), mailbox_server.folders["INBOX"]) == (1, {})
    assert [command for command in mailbox_server.commands if command == "LOGIN"] == ["LOGIN"]
