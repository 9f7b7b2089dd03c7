"""Every mail of polls, word for word, as somebody in Kolkata reads it; the same in both of its forms."""

import os
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from peernet import clock
from peernet.accounts.sessions import viewer_of
from peernet.jobs.models import Job
from peernet.mail.models import Mail
from peernet.roundtables import access as roundtables
from peernet.roundtables.models import Roundtable
from peernet.roundtables.polls import answering, closing, proposing
from tests.roundtables.polls.conftest import CLOSES, FACTS, PROPOSALS, Ask, votes
from tests.roundtables.test_emails import EXPECTED, compare
from tests.world import World


def _asked(ask: Ask, db: Session, world: World) -> None:
    ask()


def _asked_for_another_time(ask: Ask, db: Session, world: World) -> None:
    ask(roundtable=db.scalars(roundtables.all_roundtables().where(Roundtable.id == world.roundtable.id)).one())


def _asked_about_days(ask: Ask, db: Session, world: World) -> None:
    ask(proposals=[(date(2026, 12, 8), None), (date(2026, 12, 9), None)])


def _changed(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    facts, actor = proposing.Facts(**FACTS), viewer_of(world.organiser)
    proposals = [PROPOSALS[0], (date(2026, 12, 10), PROPOSALS[1][1])]
    proposing.revise(db, poll, actor=actor, version=poll.version, facts=facts, proposals=proposals)


def _reminder(ask: Ask, db: Session, world: World) -> None:
    ask()
    db.execute(update(Job).values(done_at=clock.now()))
    with time_machine.travel(CLOSES - timedelta(hours=48), tick=False):
        closing.remind_due(db)


def _cancelled(ask: Ask, db: Session, world: World) -> None:
    proposing.withdraw(db, ask(), actor=viewer_of(world.organiser), note="We meet in person instead.")


def _closed(ask: Ask, db: Session, world: World) -> None:
    poll = ask()
    answering.answer(db, poll, world.member, votes(db, poll, "yes"))
    with time_machine.travel(CLOSES, tick=False):
        closing.close_due(db)


MAILS = (_asked, _asked_for_another_time, _asked_about_days, _changed, _reminder, _cancelled, _closed)


@pytest.mark.parametrize("do", MAILS, ids=lambda do: do.__name__.strip("_"))
def test_a_mail_reads_as_expected(
    do: Callable[[Ask, Session, World], None], ask: Ask, db: Session, world: World, work: Callable[[], int]
) -> None:
    do(ask, db, world)
    work()
    wanted = "organiser" if do is _closed else "peer"
    found = select(Mail).where(Mail.to_address == f"{wanted}@example.org").order_by(Mail.id.desc())
    mail = db.scalars(found).first()
    assert mail is not None
    text = re.sub(
        r"\{\{token:[\w:-]+\}\}", "{{token}}", f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{mail.text}"
    )
    text = re.sub(r"/polls/\d+", "/polls/7", text)
    expected = EXPECTED / f"poll-{do.__name__.strip('_').replace('_', '-')}.txt"
    if os.environ.get("PEERNET_TEST_WRITE"):
        expected.write_text(text)
    assert text == expected.read_text()
    compare(mail)


def test_a_reminder_can_be_stopped_by_one_click(ask: Ask, db: Session, world: World, work: Callable[[], int]) -> None:
    """RFC 8058; what asks, like an invitation, cannot."""
    _reminder(ask, db, world)
    work()
    ask(title="Another")
    work()
    stops = dict(
        db.execute(
            select(Mail.kind, Mail.stop_token_id.is_not(None)).where(Mail.to_address == "peer@example.org")
        ).all()
    )
    assert stops == {"roundtables/poll_reminder": True, "roundtables/poll_asked": False}
