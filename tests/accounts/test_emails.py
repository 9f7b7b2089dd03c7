"""Every mail of this room, word for word, in both of its forms."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from peernet.accounts import emails, links
from peernet.mail.compose import Recipient
from peernet.mail.models import Mail
from peernet.tokens import tokens
from tests.world import World

_EXPECTED = Path(__file__).parents[1] / "emails" / "accounts"


def _sign_in_link(db: Session, world: World) -> None:
    token = links.make(db, world.member, lasts=timedelta(minutes=30))
    emails.sign_in_link(db, to=emails.recipient_of(world.member), token=token, following="/c/practice-cohort?a=b&c=d")


def _welcome(db: Session, world: World) -> None:
    links.welcome(db, world.peer)


def _password_changed(db: Session, world: World) -> None:
    emails.password_changed(db, world.member)


def _confirm_address(db: Session, world: World) -> None:
    token = links.make(db, world.member, lasts=timedelta(days=1))
    emails.confirm_address(db, world.member, new_email="new@example.org", token=token)


def _address_taken(db: Session, world: World) -> None:
    emails.address_taken(db, world.member, new_email="mate@example.org")


def _address_change_asked(db: Session, world: World) -> None:
    emails.address_change_asked(db, world.member, new_email="new@example.org")


@pytest.mark.parametrize(
    "send",
    [_sign_in_link, _welcome, _password_changed, _confirm_address, _address_taken, _address_change_asked],
    ids=lambda send: send.__name__.strip("_").replace("_", "-"),
)
def test_a_mail_reads_as_expected(
    db: Session, world: World, outbox: Callable[[], list[Mail]], send: Callable[[Session, World], None]
) -> None:
    send(db, world)
    (mail,) = outbox()
    name = mail.kind.removeprefix("accounts/")
    written = f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}"
    # Numbers go on on PostgreSQL, whatever a test rolled back.
    written = re.sub(r"\{\{token:[\w:-]+\}\}", "{{token:1}}", written)
    assert written == (_EXPECTED / f"{name}.txt").read_text("utf-8")
    assert _links(mail.text) == _links(unescape(mail.html))


def test_addresses_are_in_the_readers_language(
    db: Session, world: World, outbox: Callable[[], list[Mail]], link_in: Callable[[Mail], str]
) -> None:
    world.member.language = "fr"
    links.ask(db, email="member@example.org")
    assert link_in(outbox()[0]).startswith("/fr/sign-in/link/")


def test_a_name_is_written_as_it_is_and_cannot_be_markup(
    db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    world.member.name = "<b>Mo & Co</b>"
    emails.password_changed(db, world.member)
    (mail,) = outbox()
    assert "Hello <b>Mo & Co</b>," in mail.text
    assert "Hello &lt;b&gt;Mo &amp; Co&lt;/b&gt;," in mail.html


def test_a_token_stands_in_no_row(db: Session, world: World, outbox: Callable[[], list[Mail]]) -> None:
    token = links.make(db, None, lasts=timedelta(minutes=5))
    emails.sign_in_link(db, to=Recipient("a@example.org"), token=token, following="")
    (mail,) = outbox()
    assert f"/sign-in/link/{tokens.placeholder(token)}" in mail.text


def _links(text: str) -> set[str]:
    return set(re.findall(r"http://localhost:8000/[^\s\"<]+", text))
