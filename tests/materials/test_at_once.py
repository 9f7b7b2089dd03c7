"""Two publications at the same moment: on PostgreSQL, where they can be, neither waits for the other in a circle."""

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Database, settle
from peernet.materials import naming, placement, related
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialKind, MaterialRelated
from peernet.materials.reviews import gate
from peernet.organisations.models import Organisation
from peernet.prompts.models import Topic
from tests.databases import POSTGRESQL
from tests.site import shelf

pytestmark = pytest.mark.skipif(not POSTGRESQL, reason="Writers of SQLite are alone")


def test_two_that_name_the_same_organisation_and_offer_each_other(own_database: Database) -> None:
    with own_database.session(write=True) as db:
        organisation = Organisation(slug="river-trust", name="River Trust", created_at=clock.now())
        topic = Topic(slug="trust", name="Trust")
        db.add_all([organisation, topic])
        db.flush()
        manuscript = Manuscript(
            kind=MaterialKind.BLOGPOST, title="Anew", topics=(topic.id,), organisations=(organisation.id,)
        )
        for slug in ("one", "two"):
            shelf.publish(db, slug, topics=(topic.id,))
        db.execute(delete(MaterialRelated))
        settle(db)

    with own_database.session(write=True) as first, own_database.session(write=True) as second:
        one, two = _begun(first, "one", manuscript), _begun(second, "two", manuscript)
        for db, material in ((first, one), (second, two)):
            related.renew(db, material.id)
            naming.renew(db, manuscript)
            settle(db)

    with own_database.reading() as db:
        row = MaterialRelated
        listed = db.execute(select(row.material_id, row.other_id).order_by(row.material_id)).all()
        assert [tuple(pair) for pair in listed] == [(1, 2), (2, 1)]
        assert db.scalars(select(Organisation.is_named)).all() == [True]


def _begun(db: Session, slug: str, manuscript: Manuscript) -> Material:
    material = db.scalars(select(Material).where(Material.slug == slug)).one()
    gate.hold(db, material)
    placement.replace(db, material, manuscript)
    db.flush()
    return material
