"""From an answer to a public quotation: made, asked, agreed to, published."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from peernet.db import Refused
from peernet.mail.models import Mail
from peernet.materials.models import Material
from peernet.materials.quotations.models import Word
from peernet.materials.quotations.states import State
from peernet.prompts.models import Response
from peernet.web.viewer import Viewer
from tests.materials.quotations.conftest import (
    WORDS,
    Decide,
    Publish,
    Quote,
    ask,
    found,
    fresh,
    read,
    state,
)
from tests.world import World


def test_the_source_holds_no_word_and_readers_read_it_once_agreed(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    made = quote()
    assert state(db, made) is State.UNASKED
    with pytest.raises(Refused, match="nobody is asked yet"):
        publish(draft)
    db.rollback()
    assert ask(db, facilitator, draft) == 1
    assert state(db, made) is State.WAITING
    with pytest.raises(Refused, match="waits for an answer"):
        publish(draft)
    db.rollback()
    decide(made, world.peer)
    assert state(db, made) is State.AGREED
    version = publish(draft)
    assert WORDS not in version.source + version.html
    assert (read(db), found(db)) == ([WORDS], 1)


def test_each_decision_is_confirmed_with_its_fingerprint_and_a_way_back(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    outbox: Callable[[], list[Mail]],
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    for word in (Word.YES, Word.YES, Word.NO, Word.WITHDRAWN):
        decide(made, world.peer, word)
    digest = fresh(db, made).current.digest
    kept = [mail for mail in outbox() if mail.kind == "materials/consent-kept"]
    assert [digest in mail.text and "/q/" in mail.text for mail in kept] == [True, True, True]
    assert {mail.person_id for mail in kept} == {world.peer.id}
    assert [line for mail in kept for line in mail.text.splitlines() if line.startswith("you ")] == [
        "you said yes to words that “Who was there first” quotes.",
        "you said no to words that “Who was there first” would quote.",
        "you took back words that “Who was there first” quotes.",
    ]
