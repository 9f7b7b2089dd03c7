"""Something of each kind that somebody can take back, in public: for tests that it is gone afterwards."""

from dataclasses import dataclass, replace

import pytest
from sqlalchemy.orm import Session

from peernet.accounts import profiles, public_pages, sessions
from peernet.accounts.models import Person
from peernet.cohorts import cohorts
from peernet.db import settle
from peernet.materials import manuscripts, publishing, writing
from peernet.materials.contributors import access as contributing
from peernet.materials.contributors import asking as contributors
from peernet.materials.contributors import deciding as credit
from peernet.materials.contributors.models import Wish
from peernet.materials.manuscripts import CreditLine
from peernet.materials.models import Credit, Material
from peernet.materials.quotations import access as quotations_access
from peernet.materials.quotations import deciding
from peernet.materials.quotations.models import Quotation
from peernet.organisations import organisations
from peernet.prompts import library
from peernet.prompts import responses as answers
from peernet.prompts.models import Response, Visibility
from peernet.web.viewer import Viewer
from tests.materials.conftest import complete, draft, facilitator, organiser, publish, reload
from tests.materials.quotations.conftest import WORDS, answer, ask, decide, quote
from tests.prompts.conftest import asked
from tests.site import shelf
from tests.site.conftest import Shelves
from tests.world import World

# The fixtures that the scene stands on come with it.
__all__ = ["WORDS", "answer", "complete", "decide", "draft", "facilitator", "organiser", "publish", "quote"]

# What the public answer says; WORDS are quoted.
BESIDE = "And who keeps it."


@dataclass
class Scene:
    """What is public before anything changes."""

    db: Session
    world: World
    shelves: Shelves
    quoting: Material
    quotation: Quotation
    said: Response
    actor: Viewer


@pytest.fixture
def scene(
    db: Session, world: World, shelves: Shelves, draft: Material, answer: Response, quote, decide, publish,
    facilitator: Viewer, organiser: Viewer,
) -> Scene:  # fmt: skip
    """The shelves, and a material that quotes the peer and credits the member, who has a page and a public answer."""
    world.member.name = "Wilhelmina"
    said = shelf.answer(db, world.asking, world.member, BESIDE)
    public_pages.choose(db, world.member, has_page=True, organisation="A choir")
    db.commit()
    credited = manuscripts.of_draft(reload(db, facilitator, draft).draft)
    line = CreditLine(Credit.CONTRIBUTOR, "", person_id=world.member.id)
    credited = replace(credited, credits=(*credited.credits, line))
    writing.save(db, facilitator, reload(db, facilitator, draft), version=draft.draft.version, manuscript=credited)
    contributors.ask(db, facilitator, draft, credited)
    name_in_credits(db, world.member, Wish.NAME, "Zephyrine")
    made = quote()
    ask(db, facilitator, draft)
    decide(made, world.peer)
    publish(draft)
    settle(db)
    return Scene(db, world, shelves, draft, made, said, organiser)


def rename(scene: Scene) -> None:
    person, rendered = scene.world.member, shelf.rendered("")
    profiles.edit(
        scene.db, person, name="Somebody Else", about="", rendered=rendered, zone=person.zone, language="en",
        has_page=True, page_organisation=person.page_organisation, version=person.version,
    )  # fmt: skip


def name_in_credits(db: Session, person: Person, wish: Wish, name: str = "") -> None:
    viewer = sessions.viewer_of(person)
    credit.decide(db, viewer, db.scalars(contributing.own(viewer)).unique().one(), wish=wish, name=name)


def take_back(scene: Scene) -> None:
    mine = quotations_access.spoken_by(sessions.viewer_of(scene.world.peer))
    found = scene.db.scalars(mine.where(Quotation.id == scene.quotation.id)).unique().one()
    deciding.withdraw(scene.db, scene.world.peer, found)


def move_all(scene: Scene) -> None:
    db, world, actor = scene.db, scene.world, scene.actor
    publishing.move(db, actor, scene.shelves.playbook, slug="the-book")
    library.move(db, world.prompt, actor=actor, slug="who-says-no")
    cohorts.move(db, world.cohort, actor=actor, slug="first-cohort")
    organisations.move(db, world.river, actor=actor, slug="stream-trust", is_listed=True)


def let_fewer_read(scene: Scene) -> None:
    loaded, said = asked(scene.db, scene.world.asking.id), scene.said
    answers.let_read(
        scene.db, said, asking=loaded, version=said.version, visibility=Visibility.COHORT, attribution=said.attribution
    )


def erase(scene: Scene) -> None:
    answers.erase(scene.db, scene.said, asking=asked(scene.db, scene.world.asking.id))


def unname(scene: Scene) -> None:
    name_in_credits(scene.db, scene.world.member, Wish.UNNAMED)


def close_page(scene: Scene) -> None:
    public_pages.choose(scene.db, scene.world.member, has_page=False, organisation="")


def rename_organisation(scene: Scene) -> None:
    river = scene.world.river
    organisations.revise(scene.db, river, actor=scene.actor, version=river.version, is_listed=True, name="The Stream")


def rename_cohort(scene: Scene) -> None:
    cohort = scene.world.cohort
    cohorts.revise(scene.db, cohort, actor=scene.actor, version=cohort.version, name="The first")


def reword_question(scene: Scene) -> None:
    prompt = scene.world.prompt
    library.revise(scene.db, prompt, actor=scene.actor, version=prompt.version, text="Who says no?")


def issue_anew(scene: Scene) -> None:
    shelf.issue(scene.db, scene.shelves.playbook, text="Other words", summary="Anew", note="Anew")


def withdraw(scene: Scene) -> None:
    shelf.withdraw(scene.db, scene.shelves.playbook, scene.world.organiser)
