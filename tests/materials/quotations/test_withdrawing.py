"""Taken back: from every version, and by whom."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.materials import manuscripts, writing
from peernet.materials.models import Material
from peernet.materials.quotations import access, deciding
from peernet.materials.quotations.models import Decision, Quotation, Word
from peernet.materials.quotations.states import State
from peernet.pages import touched
from peernet.prompts import responses
from peernet.prompts.models import Attribution, Response
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.materials.quotations.conftest import (
    OTHER,
    WORDS,
    Decide,
    Publish,
    Quote,
    ask,
    found,
    fresh,
    read,
    reword,
    state,
)
from tests.prompts.conftest import asked
from tests.world import World


def test_taking_it_back_takes_it_from_every_version_and_the_search(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    material = reload(db, facilitator, draft)
    longer = manuscripts.of_published(db, material, material.current)
    writing.save(db, facilitator, material, version=0, manuscript=replace(longer, source=longer.source + "\n\nMore."))
    db.commit()
    publish(draft, note="More")
    assert (read(db), read(db, 1), found(db)) == ([WORDS], [WORDS], 1)
    own = access.spoken_by(Viewer(person_id=world.peer.id)).where(Quotation.id == made.id)
    deciding.withdraw(db, world.peer, db.scalars(own).unique().one())
    assert touched(db) >= {f"material:{draft.id}", "library"}
    db.commit()
    assert (read(db), read(db, 1), found(db)) == (["-"], ["-"], 0)
    decide(made, world.peer, Word.WITHDRAWN)  # a double click
    words = [Word.YES, Word.WITHDRAWN]
    assert list(db.scalars(select(Decision.word).order_by(Decision.id))) == words
    decide(made, world.peer, Word.AGAIN)
    assert (read(db), read(db, 1), found(db)) == ([WORDS], [WORDS], 1)


def test_a_no_after_a_yes_takes_it_from_readers_too(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    assert state(db, decide(made, world.peer, Word.NO)) is State.REFUSED
    assert (read(db), found(db)) == (["-"], 0)


def test_a_no_holds_for_the_same_words_wherever_they_stand(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    """The words were changed and changed back: what is public is an earlier wording with the same words."""
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    reword(db, facilitator, made, OTHER, Attribution.PERSON)
    reword(db, facilitator, made, WORDS, Attribution.PERSON)
    assert fresh(db, made).number == 3
    ask(db, facilitator, draft)
    assert read(db) == [WORDS]
    decide(made, world.peer, Word.NO)
    assert read(db) == ["-"]
    decide(made, world.peer)
    assert read(db) == [WORDS]


def test_narrowing_or_erasing_the_answer_leaves_the_quotation_and_the_say_over_it(
    db: Session, world: World, facilitator: Viewer, draft: Material, answer: Response, quote: Quote, decide: Decide,
    publish: Publish,
) -> None:  # fmt: skip
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    responses.erase(db, db.get_one(Response, answer.id), asking=asked(db, world.asking.id))
    db.commit()
    assert read(db) == [WORDS]
    decide(made, world.peer, Word.WITHDRAWN)
    assert read(db) == ["-"]
