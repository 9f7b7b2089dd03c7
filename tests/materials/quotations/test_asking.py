"""Asking for consent: one mail for all that waits, and time to answer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Refused
from peernet.mail.models import Mail
from peernet.materials.models import Material
from peernet.materials.quotations import asking
from peernet.materials.quotations.states import State
from peernet.prompts.models import Response
from peernet.web.viewer import Viewer
from tests.conftest import NOW
from tests.materials.quotations.conftest import (
    WORDS,
    Decide,
    Quote,
    ask,
    state,
)
from tests.world import World


def test_silence_is_no_and_a_late_yes_is_still_a_yes(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide
) -> None:
    made = quote()
    ask(db, facilitator, draft, days=3)
    with time_machine.travel(NOW + timedelta(days=5), tick=False):
        assert state(db, made) is State.SILENT
        assert ask(db, facilitator, draft, days=3) == 1
        assert state(db, made) is State.WAITING
    with time_machine.travel(NOW + timedelta(days=30), tick=False):
        assert state(db, decide(made, world.peer)) is State.AGREED


def test_one_mail_for_all_that_waits_and_one_reminder(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    outbox: Callable[[], list[Mail]],
) -> None:  # fmt: skip
    first, _second = quote(), quote("its keepers tell us plainly", of=WORDS)
    ask(db, facilitator, draft)
    assert (asking.tell_due(db), asking.tell_due(db)) == (1, 0)
    (mail,) = outbox()
    assert (mail.kind, mail.person_id) == ("materials/consent-asked", world.peer.id)
    assert mail.subject == "May this be published? 2 passages wait for your word"
    assert WORDS not in mail.text + mail.html
    # Whatever is asked within a day waits for the next mail.
    quote("Something else that peer never said, but the test may.", of=WORDS)
    ask(db, facilitator, draft)
    assert asking.tell_due(db) == 0
    with time_machine.travel(NOW + timedelta(days=1, minutes=1), tick=False):
        assert asking.tell_due(db) == 1
    decide(first, world.peer)
    with time_machine.travel(NOW + timedelta(days=12), tick=False):
        assert (asking.remind_due(db), asking.remind_due(db)) == (1, 0)
    reminder = outbox()[-1]
    assert (reminder.kind, reminder.subject) == (
        "materials/consent-reminder",
        "Soon over: 2 passages still wait for your word",
    )


@pytest.mark.parametrize("days", [2, 91])
def test_people_have_time_to_answer_but_not_for_ever(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, days: int
) -> None:
    quote()
    with pytest.raises(Refused, match="Give people 3 days at least and 90 at most"):
        ask(db, facilitator, draft, days=days)
    assert clock.today("UTC") == NOW.date()
