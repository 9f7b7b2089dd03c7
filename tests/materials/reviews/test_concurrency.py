"""An approval is taken back in the moment in which its text is published: one of the two comes first, and the other
is told; and of two who send a draft to review, one does."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound

from peernet import clock
from peernet.db import Conflict, Database, Refused
from peernet.materials import access, publishing, writing
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialKind, MaterialVersion
from peernet.materials.reviews import rounds
from peernet.materials.reviews.models import Decision, Round, Verdict
from peernet.settings import Settings
from peernet.web.viewer import Viewer
from tests.materials.conftest import TEXT, reload
from tests.materials.reviews.conftest import decide, prepared
from tests.world import World, make_world

pytestmark = pytest.mark.concurrency
TITLES = ("One", "Two", "Three", "Four")
# Who was second: refused, told that somebody was first, or before a page that is over.
LATE = (Refused, Conflict, NoResultFound)


@pytest.fixture
def world(own_database: Database, settings: Settings) -> World:
    """The small world with some complete drafts, in a database in which commits are real."""
    with own_database.writing() as db:
        made = make_world(db)
        viewer = Viewer(person_id=made.facilitator.id)
        for title in TITLES:
            material = writing.start(db, viewer, title=title, cohort=made.cohort)
            author = (CreditLine(Credit.AUTHOR, "The editors"),)
            whole = Manuscript(kind=MaterialKind.BLOGPOST, title=title, summary="S", source=TEXT, credits=author)
            writing.save(db, viewer, reload(db, viewer, material), version=1, manuscript=whole)
        db.flush()
        for person in (made.organiser, made.facilitator, made.peer):
            db.refresh(person)
        db.expunge_all()
    return made


def both(*acts: Callable[[], None]) -> int:
    """Do all at once; how many were done."""
    gate = Barrier(len(acts))

    def carry_out(act: Callable[[], None]) -> bool:
        gate.wait()
        try:
            act()
        except LATE:
            return False
        return True

    with ThreadPoolExecutor(len(acts)) as threads:
        return sum(threads.map(carry_out, acts))


def send(database: Database, world: World, slug: str) -> None:
    """Send a draft to the peer."""
    viewer = Viewer(person_id=world.facilitator.id)
    with database.reading() as db:
        rendered, passages = prepared(db, viewer, of_slug(db, viewer, slug))
    with database.writing() as db:
        rounds.open_round(
            db, viewer, of_slug(db, viewer, slug), draft_version=2, rendered=rendered, passages=passages,
            person_ids=[world.peer.id], wished_on=clock.today() + timedelta(days=9),
        )  # fmt: skip


def of_slug(db: object, viewer: Viewer, slug: str) -> Material:
    """A material as its pages load it."""
    return db.scalars(access.editable_by(viewer).where(Material.slug == slug)).unique().one()  # type: ignore[attr-defined]


def publish(database: Database, world: World, slug: str) -> None:
    """Publish it, as the organiser."""
    viewer = Viewer(person_id=world.organiser.id)
    with database.reading() as db:
        rendered, passages = prepared(db, viewer, of_slug(db, viewer, slug))
    with database.writing() as db:
        material = of_slug(db, viewer, slug)
        publishing.publish(db, viewer, material, draft_version=2, rendered=rendered, passages=passages)


def take_back(database: Database, world: World) -> None:
    """Ask for changes after all."""
    with database.writing() as db:
        decide(db, world.peer, Verdict.CHANGES)


@pytest.mark.parametrize("_time", range(3))
def test_an_approval_taken_back_while_its_text_is_published(own_database: Database, world: World, _time: int) -> None:
    send(own_database, world, "one")
    with own_database.writing() as db:
        decide(db, world.peer)
    done = both(lambda: publish(own_database, world, "one"), lambda: take_back(own_database, world))
    with own_database.reading() as db:
        versions = db.scalars(select(MaterialVersion.number)).all()
        verdicts = db.scalars(select(Decision.verdict).order_by(Decision.id)).all()
    assert (done, len(versions) + len(verdicts)) == (1, 2)


def test_of_two_who_send_a_draft_one_does(own_database: Database, world: World) -> None:
    for title in TITLES:
        slug = title.lower()
        assert both(*[lambda slug=slug: send(own_database, world, slug)] * 2) == 1
    with own_database.reading() as db:
        assert len(db.scalars(select(Round)).all()) == len(TITLES)
