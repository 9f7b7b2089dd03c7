"""What these tests share: answers that can be quoted, a material that quotes them, and people who decide."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from peernet import clock, search
from peernet.accounts.models import Person
from peernet.cohorts.models import Membership
from peernet.materials import reading
from peernet.materials.models import Material, MaterialVersion
from peernet.materials.quotations import access, asking, board, deciding, marks, quoting
from peernet.materials.quotations.models import Quotation, Word
from peernet.materials.quotations.states import State
from peernet.prompts import access as prompts
from peernet.prompts.models import Attribution, Response, Visibility
from peernet.text import markdown
from peernet.web.viewer import Viewer
from tests.materials.conftest import reload
from tests.prompts.conftest import asked, give
from tests.world import World

WORDS = "We only trust data whose keepers tell us plainly what they left out."
OTHER = "We trust data when its keepers say what they left out."
Publish = Callable[..., MaterialVersion]
Quote = Callable[..., Quotation]
Decide = Callable[..., Quotation]


@pytest.fixture
def answer(db: Session, world: World) -> Response:
    """What the peer said to the cohort, with their name."""
    response = give(db, world.asking, world.peer, text=WORDS)
    db.commit()
    return response


def key_of(db: Session, viewer: Viewer, world: World, words: str = WORDS) -> str:
    """The key that the answer with these words has before a viewer."""
    voices = prompts.voices(db, viewer, [world.asking.id])[world.asking.id]
    return next(each.key for each in voices if words in each.html)


@pytest.fixture
def quote(db: Session, world: World, facilitator: Viewer, draft: Material) -> Quote:
    """Take words of an answer into the draft, as the facilitator, and give them a place at its end."""

    def take(
        words: str = WORDS, *, attribution: Attribution = Attribution.PERSON, of: str = "", place: bool = True
    ) -> Quotation:
        material = reload(db, facilitator, draft)
        made = quoting.quote(
            db,
            facilitator,
            material,
            asking=asked(db, world.asking.id),
            key=key_of(db, facilitator, world, of or words),
            text=words,
            rendered=markdown.render(words, prefix="q-", top=4),
            attribution=attribution,
        )
        if place and material.draft is not None:
            material.draft.source += f"\n\n{marks.line_of(made.ref)}\n"
        db.commit()
        return made

    return take


def fresh(db: Session, quotation: Quotation) -> Quotation:
    """The quotation as the pages load it."""
    db.expire_all()
    found = access.of_material(quotation.material_id).where(Quotation.id == quotation.id)
    return db.scalars(found).unique().one()


def ask(db: Session, viewer: Viewer, material: Material, days: int = 14) -> int:
    """Ask everybody whose word is needed."""
    number = asking.ask(db, viewer, reload(db, viewer, material), answer_by=clock.today("UTC") + timedelta(days=days))
    db.commit()
    return number


@pytest.fixture
def decide(db: Session) -> Decide:
    """Say something of the current wording, as a person."""

    def say(quotation: Quotation, person: Person, word: Word = Word.YES, proposal: str = "") -> Quotation:
        db.expire_all()
        viewer = Viewer(person_id=person.id)
        found = db.scalars(access.spoken_by(viewer).where(Quotation.id == quotation.id)).unique().one()
        if word is Word.WITHDRAWN:
            deciding.withdraw(db, person, found)
        elif word is Word.AGAIN:
            deciding.agree_again(db, person, found)
        else:
            deciding.answer(db, person, found, number=found.number, word=word, proposal=proposal)
        db.commit()
        return fresh(db, quotation)

    return say


@pytest.fixture
def unattributed(db: Session, world: World) -> list[Response]:
    """Answers of three organisations without a name, released."""
    said = [
        give(db, world.asking, person, text=text, attribution=Attribution.UNATTRIBUTED, visibility=Visibility.COHORT)
        for person, text in (
            (world.member, "Our own ministry never answered the letters we sent about it."),
            (world.peer, WORDS),
            (world.third, "Nobody budgets for the second year, and that is when it matters."),
        )
    ]
    found = asked(db, world.asking.id)
    found.closed_at = found.released_at = clock.now()
    db.commit()
    return said


def sign(db: Session, person: Person, cohort_id: int) -> None:
    """Let somebody sign for their organisation."""
    membership = db.query(Membership).filter_by(person_id=person.id, cohort_id=cohort_id).one()
    membership.is_signatory = True
    db.commit()


def read(db: Session, number: int | None = None) -> list[str]:
    """What the public reads in the places of quotations: the words, or "-" where they were taken back."""
    db.expire_all()
    page = reading.page(db, "who-was-there-first", number)
    assert page is not None
    return [place.quoted.source if place.quoted else "-" for place in page.places if place.is_quotation]


def found(db: Session, words: str = "keepers plainly") -> int:
    """How often the public finds these words."""
    return len(search.find(db, ["public"], words).hits)


def state(db: Session, quotation: Quotation) -> State:
    """How it stands on the board."""
    return board.entries(db, [fresh(db, quotation)])[0].state


def reword(db: Session, viewer: Viewer, quotation: Quotation, text: str, attribution: Attribution) -> bool:
    """Give a quotation other words."""
    current = fresh(db, quotation)
    changed = quoting.reword(
        db, viewer, current, number=current.number, text=text, rendered=markdown.render(text), attribution=attribution
    )
    db.commit()
    return changed
