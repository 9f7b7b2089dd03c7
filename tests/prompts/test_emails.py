"""Every mail of this room, word for word, in both of its forms; none quotes an answer."""

import os
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from peernet.cohorts.access import my_membership
from peernet.mail.letters import Letter
from peernet.mail.models import Mail
from peernet.prompts import asking, emails, library
from peernet.prompts.models import Attribution, Moment, Visibility
from peernet.prompts.threads_access import Behind
from peernet.settings import current, use
from peernet.web.viewer import NOBODY
from tests.prompts.conftest import as_viewer, asked, give
from tests.world import World

_EXPECTED = Path(__file__).parents[1] / "emails" / "prompts"


def _asked(db: Session, world: World) -> None:
    emails.asked(db, world.peer, [asked(db, world.asking.id)])


def _asked_several(db: Session, world: World) -> None:
    prompt = library.add(db, actor=NOBODY, text="What would you stop doing?", moment=Moment.CLOSING)
    made = asking.ask(db, prompt, world.cohort, actor=NOBODY)
    emails.asked(db, world.peer, [asked(db, world.asking.id), made])


def _closing_soon(db: Session, world: World) -> None:
    emails.closing_soon(db, world.peer, [asked(db, world.asking.id)])


def _asked_again(db: Session, world: World) -> None:
    emails.asked_again(db, world.peer, asked(db, world.asking.id))


def _asked_by_mail(db: Session, world: World) -> None:
    takes = current().inbound.model_copy(update={"address": "replies+{token}@peers.example.org"})
    use(current().model_copy(update={"inbound": takes}))
    _asked(db, world)


def _draft_kept(db: Session, world: World) -> None:
    letter = Letter(key="1", has_attachments=True)
    emails.draft_kept(db, world.peer, asked(db, world.asking.id), letter=letter, is_open=True, below=True)


def _voice(world: World, attribution: Attribution) -> Behind:
    return Behind(1, world.peer.id, world.library.id, Visibility.COHORT, attribution)


def _asked_back(db: Session, world: World) -> None:
    by = db.scalars(my_membership(as_viewer(world.member), world.cohort.id)).one()
    emails.asked_back(db, world.peer, asked(db, world.asking.id), _voice(world, Attribution.PERSON), by=by)


def _asked_back_about_the_organisation(db: Session, world: World) -> None:
    by = db.scalars(my_membership(as_viewer(world.organiser), world.cohort.id)).one()
    emails.asked_back(db, world.peer, asked(db, world.asking.id), _voice(world, Attribution.ORGANISATION), by=by)


def _seat_answer_given(db: Session, world: World) -> None:
    emails.seat_answer(db, world.peer, asked(db, world.asking.id), emails.Happened.GIVEN, by="Mate")


def _seat_answer_withdrawn(db: Session, world: World) -> None:
    emails.seat_answer(db, world.peer, asked(db, world.asking.id), emails.Happened.WITHDRAWN, by="Mate")


MAILS = (
    _asked,
    _asked_several,
    _closing_soon,
    _asked_again,
    _asked_by_mail,
    _draft_kept,
    _asked_back,
    _asked_back_about_the_organisation,
    _seat_answer_given,
    _seat_answer_withdrawn,
)


@pytest.mark.parametrize("send", MAILS, ids=lambda send: send.__name__.strip("_"))
def test_a_mail_reads_as_expected(
    db: Session, world: World, outbox: Callable[[], list[Mail]], send: Callable[[Session, World], None]
) -> None:
    give(db, world.asking, world.peer, text="Never quoted")
    send(db, world)
    (mail,) = outbox()
    written = f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}"
    # Numbers go on on PostgreSQL, whatever a test rolled back.
    written = re.sub(r"token:[\w:-]+", "token:1", re.sub(r"/prompts/\d+", "/prompts/1", written))
    name = send.__name__.strip("_").replace("_", "-")
    if os.environ.get("PEERNET_TEST_WRITE"):
        (_EXPECTED / f"{name}.txt").write_text(written)
    assert written == (_EXPECTED / f"{name}.txt").read_text("utf-8")
    assert _links(mail.text) == _links(unescape(mail.html))
    assert "Never quoted" not in mail.text + mail.html
    assert (mail.stop_token_id is None) == (send is _draft_kept)


def _links(text: str) -> set[str]:
    return set(re.findall(r"http://localhost:8000/[^\s\"<]+", text))
