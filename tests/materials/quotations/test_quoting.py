"""Words that are taken into a text, and taken in other words."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.db import Conflict, Refused
from peernet.materials import writing
from peernet.materials.models import Material
from peernet.materials.quotations import board, deciding, quoting
from peernet.materials.quotations.models import Decision, Word
from peernet.materials.quotations.states import State
from peernet.prompts import responses
from peernet.prompts.models import Attribution, Response, Visibility
from peernet.text import markdown
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.materials.quotations.conftest import (
    OTHER,
    WORDS,
    Decide,
    Publish,
    Quote,
    ask,
    fresh,
    key_of,
    read,
    reword,
    state,
)
from tests.prompts.conftest import asked
from tests.world import World


def test_an_answer_that_one_may_not_read_cannot_be_quoted(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response
) -> None:
    key = key_of(db, facilitator, world)
    given = {"text": WORDS, "rendered": markdown.render(WORDS), "attribution": Attribution.PERSON}
    material = reload(db, facilitator, draft)
    for viewer, named in ((Viewer(person_id=world.organiser.id), key), (facilitator, "0" * 24)):
        with pytest.raises(Refused, match="You cannot read this answer any more"):
            quoting.quote(db, viewer, material, asking=asked(db, world.asking.id), key=named, **given)
    responses.let_read(
        db, answer, asking=asked(db, world.asking.id), version=1, visibility=Visibility.PRIVATE,
        attribution=Attribution.PERSON,
    )  # fmt: skip
    with pytest.raises(Refused, match="You cannot read this answer any more"):
        quoting.quote(db, facilitator, material, asking=asked(db, world.asking.id), key=key, **given)


def test_other_words_need_another_yes_and_the_public_keeps_those_agreed_to(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    assert reword(db, facilitator, made, WORDS, Attribution.PERSON) is False
    assert reword(db, facilitator, made, OTHER, Attribution.PERSON) is True
    assert (state(db, made), read(db)) == (State.UNASKED, [WORDS])
    stale = fresh(db, made)
    with pytest.raises(Conflict) as lost:
        quoting.reword(
            db, facilitator, stale, number=1, text="Third", rendered=markdown.render("Third"),
            attribution=Attribution.PERSON,
        )  # fmt: skip
    assert (lost.value.theirs, lost.value.mine) == (OTHER, "Third")
    db.rollback()
    ask(db, facilitator, draft)
    assert state(db, decide(made, world.peer, Word.NO)) is State.REFUSED
    assert read(db) == [WORDS]


def test_words_that_were_proposed_have_their_yes_when_taken_over(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide
) -> None:
    made = quote()
    ask(db, facilitator, draft)
    with pytest.raises(Refused, match="Write how it should read instead"):
        decide(made, world.peer, Word.CHANGE, "  ")
    db.rollback()
    assert state(db, decide(made, world.peer, Word.CHANGE, OTHER)) is State.REFUSED
    assert board.entries(db, [fresh(db, made)])[0].proposals == [OTHER]
    reword(db, facilitator, made, OTHER, Attribution.PERSON)
    ask(db, facilitator, draft)
    assert state(db, made) is State.AGREED
    digests = list(db.execute(select(Decision.word, Decision.digest).order_by(Decision.id)).all())
    assert digests[-1] == (Word.YES, fresh(db, made).current.digest)


def test_a_proposal_is_no_yes_under_another_name(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide
) -> None:
    made = quote(attribution=Attribution.UNATTRIBUTED)
    ask(db, facilitator, draft)
    decide(made, world.peer, Word.CHANGE, OTHER)
    reword(db, facilitator, made, OTHER, Attribution.PERSON)
    ask(db, facilitator, draft)
    assert state(db, made) is State.WAITING


def test_a_yes_to_words_that_changed_meanwhile_is_not_kept(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote
) -> None:
    made = quote()
    ask(db, facilitator, draft)
    reword(db, facilitator, made, OTHER, Attribution.PERSON)
    with pytest.raises(Conflict, match="The wording was changed meanwhile"):
        deciding.answer(db, world.peer, fresh(db, made), number=1, word=Word.YES)
    with pytest.raises(Refused, match="You are not asked about this wording"):
        deciding.answer(db, world.peer, fresh(db, made), number=2, word=Word.YES)


def test_a_material_of_no_cohort_quotes_nobody(
    db: Session, world: World, facilitator: Viewer, answer: Response
) -> None:
    material = writing.start(db, facilitator, title="Alone")
    with pytest.raises(Refused, match="A material quotes answers of its own cohort"):
        quoting.quote(
            db, facilitator, material, asking=asked(db, world.asking.id), key=key_of(db, facilitator, world),
            text=WORDS, rendered=markdown.render(WORDS), attribution=Attribution.PERSON,
        )  # fmt: skip
