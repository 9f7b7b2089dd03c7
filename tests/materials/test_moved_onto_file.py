"""A file whose draft was thrown away stands in nobody's way."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.accounts import sessions
from peernet.materials import publishing
from peernet.materials.models import ContentFile
from tests.site import shelf
from tests.world import World


def test_an_address_of_which_only_a_file_is_known_can_be_taken(db: Session, world: World) -> None:
    for slug in ("old", "thrown-away"):
        db.add(ContentFile(kind="material", slug=slug, path=f"materials/{slug}.md", digest="0" * 64))
    material = shelf.publish(db, "old")
    db.flush()
    assert publishing.move(db, sessions.viewer_of(world.organiser), material, slug="thrown-away")
    assert db.execute(select(ContentFile.slug, ContentFile.path)).all() == [("thrown-away", "materials/old.md")]
