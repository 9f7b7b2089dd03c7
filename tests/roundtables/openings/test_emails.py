"""The text of the mails that somebody gets who signs up."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from peernet.accounts.sessions import viewer_of
from peernet.mail.message import build
from peernet.mail.models import Mail
from peernet.roundtables import attendance, guests
from peernet.roundtables.models import Answer, Guest, Opening
from peernet.roundtables.openings import signing
from tests.world import World

EXPECTED = Path(__file__).parents[2] / "emails" / "roundtables"


def test_the_mail_that_asks_whether_it_was_you(
    opened: Callable[..., Opening], db: Session, outbox: Callable[[], list[Mail]], token_of: Callable[[str], str]
) -> None:
    signing.ask(db, opened(), email="ada@example.net", name="Ada")
    mail = outbox()[-1]
    message = build(db, mail)
    written = message.get_body(("plain",)).get_content().replace(token_of("ada@example.net"), "TOKEN")
    assert f"Subject: {message['Subject']}\n\n{written}" == (EXPECTED / "sign-up.txt").read_text(encoding="utf-8")
    assert message["To"] == "ada@example.net"


def test_the_mail_that_takes_it_out_of_the_calendar(
    opened: Callable[..., Opening], come: Callable[..., Guest], db: Session, outbox: Callable[[], list[Mail]]
) -> None:
    which = opened()
    attendance.rsvp(db, which.roundtable, come(which, "ada@example.net"), Answer.DECLINED)
    mail = outbox()[-1]
    written = re.sub(r"/r/\S+", "/r/TOKEN", mail.text)
    assert f"Subject: {mail.subject}\n\n{written}" == (EXPECTED / "given-back.txt").read_text(encoding="utf-8")
    assert [re.findall(r"/r/[^\"\s<]+", text) for text in (mail.text, mail.html)] == [
        re.findall(r"/r/\S+", mail.text)
    ] * 2


@pytest.mark.parametrize("ending", ["html", "text"])
def test_whose_place_is_taken_back_reads_that_nobody_had_invited_them(
    opened: Callable[..., Opening], come: Callable[..., Guest], db: Session, outbox: Callable[[], list[Mail]],
    world: World, ending: str,
) -> None:  # fmt: skip
    which = opened()
    guests.withdraw(db, which.roundtable, come(which, "ada@example.net"), actor=viewer_of(world.organiser))
    said = getattr(outbox()[-1], ending)
    assert ("took your place back" in said, "invitation as a guest" in said) == (True, False)
