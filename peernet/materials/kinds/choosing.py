"""The chapters of a playbook: what can be chosen, and in which version it is taken."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from peernet.db import Refused
from peernet.i18n import gettext as _
from peernet.materials.access import PUBLIC
from peernet.materials.kinds.particulars import Chapter, Particulars
from peernet.materials.models import Material, MaterialKind, MaterialState

MOST_CHAPTERS = 60


def choosable(material_id: int) -> Select[int, str]:
    """Id and title of everything published that can be a chapter of this material, by title."""
    found = select(Material.id, Material.title).where(
        Material.state == MaterialState.PUBLISHED, Material.kind != MaterialKind.PLAYBOOK, Material.id != material_id
    )
    return found.order_by(Material.title, Material.id)


def titles(db: Session, particulars: Particulars) -> dict[int, str]:
    """What its chapters are called by their ids; those that were withdrawn are left out. No query without chapters."""
    ids = [each.material_id for each in particulars.chapters]
    open_ones = select(Material.id, Material.title).where(Material.state == MaterialState.PUBLISHED)
    return dict(db.execute(open_ones.where(Material.id.in_(ids))).all()) if ids else {}


def settled(db: Session, particulars: Particulars, material_id: int) -> Particulars:
    """The same with every chapter in its present version, each once. Raises Refused for what cannot be a chapter."""
    if not particulars.chapters:
        return particulars
    ids = list(dict.fromkeys(each.material_id for each in particulars.chapters))
    if len(ids) > MOST_CHAPTERS:
        raise Refused(_("A playbook has at most %(most)s chapters.", most=MOST_CHAPTERS), field="chapters")
    numbers = _numbers(db, ids, material_id)
    if set(ids) - set(numbers):
        raise Refused(_("Please choose one of the options."), field="chapters")
    return replace(particulars, chapters=tuple(Chapter(one, numbers[one]) for one in ids))


def _numbers(db: Session, ids: Collection[int], material_id: int) -> dict[int, int]:
    """What was withdrawn since it was chosen stays until somebody takes it out: nothing is published with it."""
    found = select(Material.id, Material.number).where(
        Material.id.in_(ids), Material.id != material_id, Material.state.in_(PUBLIC),
        Material.kind != MaterialKind.PLAYBOOK,
    )  # fmt: skip
    return dict(db.execute(found).all())
