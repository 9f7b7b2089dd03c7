"""What the mails of reviews say: compared with tests/emails/materials, text and HTML alike."""

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.mail.models import Mail
from peernet.materials.models import Material
from peernet.materials.reviews import rounds, scheduling
from peernet.materials.reviews.models import Verdict
from peernet.web.viewer import Viewer
from tests.conftest import NOW
from tests.materials.conftest import TEXT, reload
from tests.materials.reviews.conftest import GUEST, Send, change, decide, prepared, send_again
from tests.roundtables.test_emails import compare
from tests.world import World

EXPECTED = Path(__file__).parents[2] / "emails" / "materials"
Act = Callable[[Session, World, Send, Viewer, Material], None]


def _review_asked(db: Session, world: World, send: Send, organiser: Viewer, draft: Material) -> None:
    send([world.peer])


def _review_asked_by_link(db: Session, world: World, send: Send, organiser: Viewer, draft: Material) -> None:
    send([], [GUEST])


def _review_asked_again(db: Session, world: World, send: Send, organiser: Viewer, draft: Material) -> None:
    one = send([world.peer])
    change(db, organiser, draft, f"{TEXT} And more.")
    send_again(db, organiser, draft, one)


def _review_reminder(db: Session, world: World, send: Send, organiser: Viewer, draft: Material) -> None:
    send([world.peer])
    with time_machine.travel(NOW + timedelta(days=7), tick=False):
        rounds.remind_due(db)


def _review_approved(db: Session, world: World, send: Send, organiser: Viewer, draft: Material) -> None:
    send([world.peer])
    decide(db, world.peer)


def _review_changes(db: Session, world: World, send: Send, organiser: Viewer, draft: Material) -> None:
    send([world.peer])
    decide(db, world.peer, Verdict.CHANGES, "A secret of the reviewer")


def _publication_failed(db: Session, world: World, send: Send, organiser: Viewer, draft: Material) -> None:
    material = reload(db, organiser, draft)
    rendered, passages = prepared(db, organiser, material)
    wall = datetime(2026, 12, 1, 9, 30)
    scheduling.plan(
        db, organiser, material, draft_version=2, rendered=rendered, passages=passages, wall=wall, zone="Europe/London"
    )
    db.commit()
    change(db, organiser, draft, f"{TEXT} And more.")


MAILS = (
    _review_asked, _review_asked_by_link, _review_asked_again, _review_reminder, _review_approved, _review_changes,
    _publication_failed,
)  # fmt: skip


@pytest.mark.parametrize("do", MAILS, ids=lambda do: do.__name__.strip("_"))
def test_a_mail_reads_as_expected(
    do: Act, db: Session, world: World, send: Send, organiser: Viewer, draft: Material
) -> None:
    do(db, world, send, organiser, draft)
    mail = db.scalars(select(Mail).order_by(Mail.id.desc())).first()
    assert mail is not None
    text = f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}"
    text = re.sub(r"\{\{token:[\w:-]+\}\}", "{{token}}", re.sub(r"/review/\d+", "/review/7", text))
    expected = EXPECTED / f"{do.__name__.strip('_').replace('_', '-')}.txt"
    if os.environ.get("PEERNET_TEST_WRITE"):
        expected.parent.mkdir(exist_ok=True)
        expected.write_text(text)
    assert text == expected.read_text()
    assert [words in mail.text + mail.html for words in ("We asked who decides", "A secret")] == [False, False]
    compare(mail)
