"""The inbox: once for each message, handed on once, and forgotten."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.jobs.models import Job
from peernet.mail import addresses, answering, compose, inbox, letters
from peernet.mail.compose import Recipient
from peernet.mail.letters import Letter
from peernet.mail.models import IncomingMail, Outcome
from peernet.tokens import tokens
from peernet.tokens.models import Token
from peernet.worker import Worker
from tests.conftest import NOW
from tests.mail.incoming import address_of, message

pytestmark = pytest.mark.usefixtures("takes_answers")

DAY = timedelta(days=1)


@pytest.fixture
def token(db: Session) -> Token:
    """That of an address of somebody for something."""
    found = addresses.token_for(db, subject="thing:7", until=NOW + 30 * DAY)
    assert found is not None
    return found


def handled(db: Session, data: bytes) -> tuple[Outcome | None, list[str]]:
    """What became of a message, and the words that a verb got to see."""
    seen: list[str] = []

    def verb(_db: Session, token: Token, letter: Letter) -> Outcome:
        seen.append(f"{token.subject}: {letter.text}")
        return Outcome.TAKEN

    inbox.take(db, letters.read(data))
    for job in db.scalars(select(Job)).all():
        inbox.handle({"thing": verb}, db, job.payload)
        inbox.handle({"thing": verb}, db, job.payload)
        db.delete(job)
    row = db.scalars(select(IncomingMail).order_by(IncomingMail.id.desc())).first()
    assert row.letter is None
    return row.outcome, seen


def test_it_is_handed_to_what_it_answers_and_forgotten(db: Session, token: Token) -> None:
    assert handled(db, message(address_of(token), "Words.\n").as_bytes()) == (Outcome.TAKEN, ["thing:7: Words.\n"])


def test_a_second_copy_is_not_taken(db: Session, token: Token) -> None:
    data = message(address_of(token)).as_bytes()
    assert [inbox.take(db, letters.read(data)) for _turn in range(2)] == [True, False]


def test_of_two_processes_one_takes_it(own_database: Database) -> None:
    letter = letters.read(message("a@example.org").as_bytes())
    with own_database.writing() as db:
        assert inbox.take(db, letter)
    with own_database.writing() as db:
        assert not inbox.take(db, letter)


@pytest.mark.parametrize("over", ["revoked", "expired", "another purpose", "another subject"])
def test_an_address_that_is_over_hands_nothing_on(db: Session, token: Token, over: str) -> None:
    to = address_of(token)
    if over == "revoked":
        token.revoked_at = NOW
    elif over == "expired":
        token.expires_at = NOW
    else:
        purpose, subject = ("sign-in", "thing:7") if over == "another purpose" else (addresses.PURPOSE, "nothing:1")
        to = address_of(tokens.make(db, purpose=purpose, subject=subject, lasts=DAY))
    db.flush()
    assert handled(db, message(to).as_bytes()) == (Outcome.STRANGER, [])


def test_our_own_mail_that_comes_back_begins_no_loop(db: Session, token: Token) -> None:
    mail = compose.send(db, to=Recipient("a@example.org"), template="mail/trial", context={})
    assert mail is not None
    made = message(address_of(token))
    made.replace_header("Message-ID", mail.message_id)
    assert handled(db, made.as_bytes()) == (Outcome.AUTOMATIC, [])
    assert handled(db, message(address_of(token), sender="peernet@localhost").as_bytes()) == (Outcome.AUTOMATIC, [])


def test_a_token_in_an_address_opens_no_page_and_the_other_way_round(db: Session, token: Token) -> None:
    page = tokens.text_of(token)
    address = tokens.address_of(token)
    assert tokens.look_up(db, address, purpose=addresses.PURPOSE) is None
    assert tokens.look_up_address(db, page, purpose=addresses.PURPOSE) is None
    assert tokens.look_up_address(db, address.upper(), purpose=addresses.PURPOSE) is token


def test_an_address_is_the_same_for_the_same_thing_and_its_end_moves_on(db: Session, token: Token) -> None:
    assert addresses.token_for(db, subject="thing:7", until=NOW + 90 * DAY) is token
    assert token.expires_at == NOW + 90 * DAY
    assert addresses.token_for(db, subject="thing:7", until=NOW + DAY).expires_at == NOW + 90 * DAY


def test_what_cannot_be_handled_is_tried_again_and_others_go_on(db: Session, token: Token, settings: Any) -> None:
    database: Any = db.info["peernet.database"]
    worker = Worker(settings, database)
    inbox.take(db, letters.read(message(address_of(token)).as_bytes()))
    token.subject = "asking:none"
    db.commit()
    (job,) = db.scalars(select(Job))
    assert worker.do(job.id) is True
    assert db.scalars(select(IncomingMail)).one().outcome is Outcome.STRANGER


def test_what_waits_too_long_is_forgotten_and_rows_go_after_three_months(db: Session, token: Token) -> None:
    inbox.take(db, letters.read(message(address_of(token)).as_bytes()))
    row = db.scalars(select(IncomingMail)).one()
    with time_machine.travel(NOW + 6 * DAY, tick=False):
        inbox.prune(db)
    db.refresh(row)
    assert row.letter is not None
    with time_machine.travel(NOW + 8 * DAY, tick=False):
        assert inbox.prune(db) == 0
    db.refresh(row)
    assert (row.letter, row.outcome) == (None, Outcome.OTHER)
    with time_machine.travel(NOW + 91 * DAY, tick=False):
        assert inbox.prune(db) == 1


def test_what_goes_back_says_why_and_where_to_go_on(db: Session, outbox: Any) -> None:
    letter = letters.read(message("a@example.org", "Secret words").as_bytes())
    to = Recipient("member@example.org", name="Member")
    answering.give_back(
        db, to=to, letter=letter, about="Who decides?", reason="It has closed.", url="http://localhost:8000/x"
    )
    (mail,) = outbox()
    assert (mail.in_reply_to, mail.subject) == ("<1.abc@mail.example.org>", "Your mail was not kept: Who decides?")
    assert "Secret" not in mail.text + mail.html
    expected = Path(__file__).parents[1] / "emails" / "mail" / "returned.txt"
    assert f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}" == expected.read_text()
