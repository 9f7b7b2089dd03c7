"""Small repairs: a yes unless one objects within a week, only for those who chose so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts.models import Person
from peernet.db import Refused
from peernet.materials.models import Material
from peernet.materials.quotations import asking, board, deciding, quoting
from peernet.materials.quotations.models import Decision, Quotation, Word
from peernet.materials.quotations.states import State
from peernet.prompts.models import Attribution, Response
from peernet.text import markdown
from peernet.web.viewer import Viewer
from tests.conftest import NOW
from tests.materials.quotations.conftest import WORDS, Decide, Quote, ask, fresh
from tests.roundtables.test_pages import words_of
from tests.world import World

MENDED = WORDS.replace("plainly what", "plainly, what")
WEEK = timedelta(days=7)


@pytest.fixture
def agreed(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide
) -> Quotation:
    """A quotation to which the peer said yes."""
    made = quote()
    ask(db, facilitator, draft)
    return decide(made, world.peer)


def repair(db: Session, viewer: Viewer, quotation: Quotation, attribution: Attribution = Attribution.PERSON) -> None:
    """Mend an error."""
    current = fresh(db, quotation)
    quoting.reword(
        db, viewer, current, number=current.number, text=MENDED, rendered=markdown.render(MENDED),
        attribution=attribution, is_repair=True,
    )  # fmt: skip
    db.commit()


def state(db: Session, quotation: Quotation) -> State:
    """How it stands on the board."""
    return board.entries(db, [fresh(db, quotation)])[0].state


def test_who_chose_so_agrees_by_not_objecting_for_a_week_after_the_mail(
    db: Session, world: World, facilitator: Viewer, draft: Material, agreed: Quotation
) -> None:
    deciding.choose_repairs(db, world.peer, agrees=True)
    repair(db, facilitator, agreed)
    ask(db, facilitator, draft)
    with time_machine.travel(NOW + WEEK, tick=False):
        assert asking.agree_due(db) == 0  # no mail has told them yet
        assert asking.tell_due(db) == 1
        db.commit()
    with time_machine.travel(NOW + WEEK + WEEK - timedelta(minutes=1), tick=False):
        assert (asking.agree_due(db), state(db, agreed)) == (0, State.WAITING)
    with time_machine.travel(NOW + WEEK + WEEK, tick=False):
        assert (asking.agree_due(db), asking.agree_due(db)) == (1, 0)
        assert state(db, agreed) is State.AGREED
    words = db.execute(select(Decision.word, Decision.digest).order_by(Decision.id)).all()
    assert words[-1] == (Word.TACIT, fresh(db, agreed).current.digest)


def test_everybody_else_is_asked_and_silence_stays_a_no(
    db: Session, world: World, facilitator: Viewer, draft: Material, agreed: Quotation
) -> None:
    deciding.choose_repairs(db, world.peer, agrees=True)
    deciding.choose_repairs(db, world.peer, agrees=False)
    repair(db, facilitator, agreed)
    ask(db, facilitator, draft)
    asking.tell_due(db)
    with time_machine.travel(NOW + 5 * WEEK, tick=False):
        assert (asking.agree_due(db), state(db, agreed)) == (0, State.SILENT)


@pytest.mark.parametrize("word", [Word.NO, Word.WITHDRAWN])
def test_an_objection_counts(
    db: Session, world: World, facilitator: Viewer, draft: Material, agreed: Quotation, decide: Decide, word: Word
) -> None:
    deciding.choose_repairs(db, world.peer, agrees=True)
    repair(db, facilitator, agreed)
    ask(db, facilitator, draft)
    asking.tell_due(db)
    decide(agreed, world.peer, word)
    with time_machine.travel(NOW + 2 * WEEK, tick=False):
        assert asking.agree_due(db) == 0
        assert state(db, agreed) is (State.REFUSED if word is Word.NO else State.WITHDRAWN)


def test_only_what_was_agreed_to_can_be_repaired_under_the_same_name(
    db: Session, world: World, facilitator: Viewer, draft: Material, agreed: Quotation, quote: Quote
) -> None:
    with pytest.raises(Refused, match="Only words that everybody agreed to can be repaired"):
        repair(db, facilitator, agreed, Attribution.UNATTRIBUTED)
    db.rollback()
    unasked = quote("its keepers tell us plainly", of=WORDS)
    with pytest.raises(Refused, match="Only words that everybody agreed to can be repaired"):
        repair(db, facilitator, unasked)


def test_the_choice_and_the_difference_stand_on_ones_own_page(
    db: Session, world: World, facilitator: Viewer, draft: Material, agreed: Quotation,
    sign_in: Callable[[Person], FlaskClient],
) -> None:  # fmt: skip
    peer = sign_in(world.peer)
    assert peer.post("/me/quotations/repairs", data={"agrees": "yes"}).status_code == 303
    assert 'name="agrees" value="yes" checked' in peer.get("/me/quotations").text
    editor = sign_in(world.facilitator)
    path = f"/write/who-was-there-first/quotations/{agreed.ref}"
    data = {"number": 1, "text": MENDED, "attribution": "person", "is_repair": "yes"}
    assert editor.post(path, data=data).status_code == 303
    ask(db, facilitator, draft)
    page = peer.get("/me/quotations")
    assert "A small repair of words that you agreed to:" in words_of(page)
    assert "<ins>,</ins>" in page.text
    assert "Stands unless you object until 30 November 2026" in words_of(page)
    assert peer.post("/me/quotations/repairs", data={}).status_code == 303
    assert 'name="agrees" value="yes" checked' not in peer.get("/me/quotations").text
