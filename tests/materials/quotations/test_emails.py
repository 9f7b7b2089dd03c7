"""Every mail of quotations, word for word, and the same links in both of its forms."""

import os
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from peernet.mail.models import Mail
from peernet.materials.models import Material
from peernet.materials.quotations import access, asking, deciding, emails, links
from peernet.materials.quotations.models import Quotation, Word
from peernet.prompts.models import Response
from peernet.web.viewer import Viewer
from tests.conftest import NOW
from tests.materials.quotations.conftest import WORDS, Quote, ask
from tests.world import World

EXPECTED = Path(__file__).parents[2] / "emails" / "materials"
Send = Callable[[Session, World, Quotation], None]


def _asked(db: Session, world: World, quotation: Quotation) -> None:
    asking.tell_due(db)


def _reminder(db: Session, world: World, quotation: Quotation) -> None:
    emails.reminder(db, world.peer, db.scalars(access.to_tell()).all(), token=links.renew(db, world.peer.id, NOW))


def _kept(word: Word) -> Send:
    def send(db: Session, world: World, quotation: Quotation) -> None:
        own = access.spoken_by(Viewer(person_id=world.peer.id)).where(Quotation.id == quotation.id)
        found = db.scalars(own).unique().one()
        if word is Word.WITHDRAWN:
            deciding.withdraw(db, world.peer, found)
        else:
            deciding.answer(db, world.peer, found, number=1, word=word, proposal="Better words")

    send.__name__ = f"_kept_{word.value}"
    return send


def _code(db: Session, world: World, quotation: Quotation) -> None:
    links.mail_code(db, world.peer)


MAILS = [_asked, _reminder, _code, *map(_kept, (Word.YES, Word.CHANGE, Word.NO, Word.WITHDRAWN))]


@pytest.mark.parametrize("send", MAILS, ids=lambda send: send.__name__.strip("_"))
def test_a_mail_reads_as_expected(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote,
    outbox: Callable[[], list[Mail]], send: Send,
) -> None:  # fmt: skip
    made = quote()
    quote("its keepers tell us plainly", of=WORDS)
    ask(db, facilitator, draft)
    send(db, world, made)
    (mail,) = outbox()
    text = re.sub(r"\{\{(token|code):[\w:-]+\}\}", r"{{\1}}", mail.text)
    text = f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{text}"
    expected = EXPECTED / f"consent-{send.__name__.strip('_').replace('_', '-')}.txt"
    if os.environ.get("PEERNET_TEST_WRITE"):
        expected.write_text(text)
    assert text == expected.read_text()
    addresses = r"https?://[^\s\"<]+"
    assert set(re.findall(addresses, unescape(mail.html))) == set(re.findall(addresses, mail.text))
    assert (WORDS in mail.text + mail.html, "Better words" in mail.text + mail.html) == (False, False)


def test_every_mail_is_expected() -> None:
    templates = Path(__file__).parents[3] / "peernet" / "templates" / "emails" / "materials"
    written = {file.name.removesuffix(".subject.txt") for file in templates.glob("consent-*.subject.txt")}
    known = {"-".join(file.stem.split("-")[:2]) for file in EXPECTED.glob("consent-*.txt")}
    assert written == known
