"""What the tests of this room share: a draft in the cohort, ready to be published, and a way to publish it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from peernet.db import Database
from peernet.materials import access, manuscripts, publishing, rendering, writing
from peernet.materials.exchange import Report, bring_in
from peernet.materials.manuscripts import CreditLine, Manuscript
from peernet.materials.models import Credit, Material, MaterialKind, MaterialVersion
from peernet.web.viewer import Viewer
from tests.world import World

TEXT = "We asked who decides.\n\n## What we heard\n\nMostly those who were there first."


@pytest.fixture
def organiser(world: World) -> Viewer:
    """The organiser as a viewer."""
    return Viewer(person_id=world.organiser.id)


@pytest.fixture
def facilitator(world: World) -> Viewer:
    """The facilitator as a viewer."""
    return Viewer(person_id=world.facilitator.id)


@pytest.fixture
def complete(world: World) -> Manuscript:
    """Everything that a publishable material has."""
    return Manuscript(
        kind=MaterialKind.BLOGPOST,
        title="Who was there first",
        summary="What three organisations say of deciding.",
        source=TEXT,
        topics=(world.topic.id,),
        organisations=(world.river.id, world.library.id),
        questions=(world.prompt.id,),
        credits=(CreditLine(Credit.AUTHOR, "The editors"), CreditLine(Credit.CONTRIBUTOR, "", world.river.id, "host")),
    )


@pytest.fixture
def draft(db: Session, world: World, facilitator: Viewer, complete: Manuscript) -> Material:
    """A draft of the cohort, complete, committed."""
    material = writing.start(db, facilitator, title="Who was there first", cohort=world.cohort)
    found = reload(db, facilitator, material)
    writing.save(db, facilitator, found, version=1, manuscript=complete)
    db.commit()
    return reload(db, facilitator, material)


def reload(db: Session, viewer: Viewer, material: Material) -> Material:
    """The material as the viewer's page loads it."""
    db.expire_all()
    return db.scalars(access.editable_by(viewer).where(Material.id == material.id)).unique().one()


@pytest.fixture
def publish(db: Session, organiser: Viewer) -> Callable[..., MaterialVersion]:
    """Publish a draft as its page would: rendered first."""

    def carry_out(material: Material, *, note: str = "") -> MaterialVersion:
        found = reload(db, organiser, material)
        assert found.draft is not None
        manuscript = manuscripts.of_draft(found.draft)
        around = rendering.surroundings(db, found, manuscript.source)
        rendered = rendering.render(manuscript.source, manuscript.language, around)
        verb = publishing.correct if found.number else publishing.publish
        version = verb(
            db, organiser, found, draft_version=found.draft.version, rendered=rendered, passages=(), note=note
        )
        db.commit()
        return version

    return carry_out


@pytest.fixture
def bring(database: Database, db: Session) -> Callable[..., Report]:
    """Bring a folder in, and see the rows anew."""

    def carry_out(folder: Path, **more: object) -> Report:
        db.commit()
        report = bring_in(database, folder, **more)
        db.expire_all()
        return report

    return carry_out
