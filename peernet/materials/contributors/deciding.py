"""What somebody says of being named with a material: it holds for every version, from the next read on."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from peernet import clock
from peernet.backups import afterwards
from peernet.db import Refused, take_turn
from peernet.i18n import gettext as _
from peernet.ledger import ledger
from peernet.materials import manuscripts, publishing
from peernet.materials.contributors.models import Contributor, Wish
from peernet.materials.credits import as_they_stand, turn_of
from peernet.materials.models import Material, MaterialVersion
from peernet.materials.reviews.models import Round, Text
from peernet.web.viewer import Viewer


def decide(db: Session, viewer: Viewer, contributor: Contributor, *, wish: Wish, name: str = "") -> None:
    """Keep how the person wishes to be named. Raises Refused without a name where they wish to be named by it, and for
    an organisation where no line has one."""
    name = name.strip()
    if wish is Wish.NAME and not name:
        raise Refused(_("Write your name as it should stand."), field="name")
    if wish is Wish.ORGANISATION and not has_organisation(contributor):
        raise Refused(_("No organisation stands beside you there. Choose another way."), field="wish")
    take_turn(db, turn_of(contributor.material_id))
    before = contributor.name
    contributor.wish, contributor.name = wish, name if wish is Wish.NAME else ""
    contributor.answered_at = clock.now()
    afterwards.note(db, "credit", material=contributor.material_id, person=contributor.person_id, wish=wish.value)
    ledger.record(db, "credit.decided", subject=f"material:{contributor.material_id}", actor_id=viewer.person_id)
    db.flush()
    if before and before != contributor.name:
        _rename_in_reviews(db, contributor.material_id, before, contributor.name)
    follow(db, contributor.material_id)


def has_organisation(contributor: Contributor) -> bool:
    """Whether an organisation stands beside the person, in what is written or what is public."""
    material = contributor.material
    held = material.draft.credits if material.draft else []
    public = material.current.lines if material.current else []
    lines = (manuscripts.line_of(values) for values in (*held, *public))
    return any(line.person_id == contributor.person_id and line.organisation_id is not None for line in lines)


def follow(db: Session, material_id: int) -> None:
    """Let the names in every version of a material follow what people wish, and all that readers have of it."""
    for version in db.scalars(select(MaterialVersion).where(MaterialVersion.material_id == material_id)):
        if version.lines:
            lines = [manuscripts.line_of(values) for values in version.lines]
            version.credits = as_they_stand(db, material_id, lines)
    db.flush()
    material = db.scalars(select(Material).where(Material.id == material_id).options(joinedload(Material.cohort))).one()
    publishing.show_anew(db, material)


def _rename_in_reviews(db: Session, material_id: int, before: str, after: str) -> None:
    """What was sent to reviewers says it as well."""
    rounds = select(Round.id).where(Round.material_id == material_id)
    for text in db.scalars(select(Text).where(Text.round_id.in_(rounds))):
        renamed = [each | {"name": after} if each["name"] == before else each for each in text.credits]
        text.credits = [each for each in renamed if each["name"] or each["organisation"]]
