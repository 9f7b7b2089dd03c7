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
from peernet.roundtables.models import Presence, Source
from peernet.roundtables.recordings.models import Clip, Recording, RecordingConsent, Says, Seen, Transcript
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


SPOKEN = "Nobody budgets for the second year, and that is when all of it begins to matter."
VTT = f"""WEBVTT

00:00:01.000 --> 00:00:05.000
<v Peer>Good morning, river.

00:00:11.000 --> 00:00:15.000
<v Peer>{SPOKEN}
"""


def recorded(db: Session, world: World, *, unnamed: bool = False, commit: bool = True) -> Clip:
    """A clip of the world's roundtable that answers the world's question, at which the peer and the member were and
    agreed to be recorded."""
    now = clock.now()
    recording = Recording(
        roundtable_id=world.roundtable.id, audience=Seen.COHORT, kept_until=now.date() + timedelta(days=90), terms=1,
        asked_at=now, ran_seconds=60, url="https://films.example.org/1", brought_at=now,
    )  # fmt: skip
    db.add(recording)
    db.flush()
    for person in (world.peer, world.member):
        db.add(Presence(roundtable_id=world.roundtable.id, person_id=person.id, was_there=True, source=Source.SELF,
                        recorded_at=now))  # fmt: skip
        db.add(RecordingConsent(recording_id=recording.id, terms=1, person_id=person.id, says=Says.YES, said_at=now))
    clip = Clip(
        recording_id=recording.id, asking_id=world.asking.id, title="On money", starts=10, ends=20, is_unnamed=unnamed
    )
    db.add_all([clip, Transcript(recording_id=recording.id, source=VTT)])
    db.commit() if commit else db.flush()
    return clip


def take_clip(
    db: Session, world: World, viewer: Viewer, draft: Material, *speakers: Person, clip: Clip, words: str = SPOKEN,
    attribution: Attribution = Attribution.PERSON,
) -> Quotation:  # fmt: skip
    """Take what is said in a clip into the material, with a place at the end of its draft."""
    material = reload(db, viewer, draft)
    made = quoting.quote_clip(
        db, viewer, material, asking_id=world.asking.id, key=f"clip-{clip.id}", speakers=[one.id for one in speakers],
        text=words, rendered=markdown.render(words, prefix="q-", top=4), attribution=attribution,
    )  # fmt: skip
    if material.draft is not None:
        material.draft.source += f"\n\n{marks.line_of(made.ref)}\n"
    db.commit()
    return made


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
