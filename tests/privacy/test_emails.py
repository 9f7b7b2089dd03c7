"""The mails of this room, word for word."""

from collections.abc import Callable
from pathlib import Path

from sqlalchemy.orm import Session

from peernet import clock
from peernet.mail.models import Mail
from peernet.privacy import emails
from tests.world import World

_EXPECTED = Path(__file__).parents[1] / "emails" / "privacy"


def test_what_is_going_to_happen_and_how_to_stop_it(
    db: Session, world: World, outbox: Callable[[], list[Mail]]
) -> None:
    emails.erasure_asked(db, world.member, due_at=clock.now())
    _is_as_expected(outbox(), "erasure-asked", "/me/forget-me")


def test_that_everything_can_be_fetched(db: Session, world: World, outbox: Callable[[], list[Mail]]) -> None:
    emails.archive_ready(db, world.member, until=clock.now())
    _is_as_expected(outbox(), "archive-ready", "/me/take-along")


def _is_as_expected(mails: list[Mail], name: str, leads_to: str) -> None:
    (mail,) = mails
    written = f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}"
    assert written == (_EXPECTED / f"{name}.txt").read_text("utf-8")
    assert f'href="http://localhost:8000{leads_to}"' in mail.html
