"""Whose the pictures and files of a material are: said while it is written, checked before it is public."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from peernet import clock
from peernet.db import Conflict, Refused
from peernet.i18n import gettext as _
from peernet.materials import access, licences, publishing
from peernet.materials.licences import RESERVED
from peernet.materials.models import Material, MaterialAsset, MaterialFile, MaterialState
from peernet.materials.parts import sentence


@dataclass(frozen=True)
class Said:
    """What is said of one picture or file. Empty: it was made for the material, by its authors."""

    title: str = ""
    creator: str = ""
    source_url: str = ""
    licence: str = ""
    changes: str = ""
    permission: str = ""


def state(db: Session, material: Material, row: MaterialFile, said: Said, *, version: int) -> None:
    """Keep what is said; where a published version shows the picture, it is right for its readers at once.

    ``version`` is that of what the person saw, 0 for nothing. Raises Conflict where somebody else said something
    meanwhile, Refused for what would not let the public text stand.
    """
    asset = row.asset
    if (asset.version if asset else 0) != version:
        raise Conflict(_("Somebody else said something of this picture since you opened it. Please look at it again."))
    if not said.creator and _asks_for_a_name(said.licence):
        raise Refused(_("Say who made it: its licence asks for the name."), field="creator")
    if said == Said():
        db.execute(delete(MaterialAsset).where(MaterialAsset.id == (asset.id if asset else None)))
    else:
        asset = asset or _new(db, material, row)
        before = asset.permission
        for name, value in asdict(said).items():
            setattr(asset, name, value)
        if said.permission != before or not said.permission:
            asset.permission_on = clock.today() if said.permission else None
    db.flush()
    db.expire(row, ["asset"])
    if is_public(row) and material.state is MaterialState.PUBLISHED:
        problem = sentence(asset, material.licence) if said != Said() else None
        if problem:
            raise Refused(problem, field="licence")
        publishing.show_anew(db, material)


def is_public(row: MaterialFile) -> bool:
    """Whether readers see it, so that only who may publish says something else of it."""
    return row.media.audience == "public"


def replace_all(db: Session, material: Material, said: Mapping[str, Mapping[str, Any]]) -> None:
    """Make what a file of content says of its pictures, by their path, what is known. For the import."""
    rows = [row for row in db.scalars(access.files_of(material.id)).all() if row.path in said]
    db.execute(
        delete(MaterialAsset).where(
            MaterialAsset.media_id.in_([row.media_id for row in rows]), MaterialAsset.material_id == material.id
        )
    )
    kept: dict[int, Mapping[str, Any]] = {}
    for row in rows:
        if said[row.path]:
            kept.setdefault(row.media_id, said[row.path])
    db.add_all(MaterialAsset(material_id=material.id, media_id=media_id, **values) for media_id, values in kept.items())
    db.flush()
    for row in rows:
        db.expire(row, ["asset"])


def _asks_for_a_name(licence: str) -> bool:
    known = licences.find(licence) if licence != RESERVED and licences.is_known(licence) else None
    return known is not None and known.terms is not None and "BY" in known.terms


def _new(db: Session, material: Material, row: MaterialFile) -> MaterialAsset:
    asset = MaterialAsset(material_id=material.id, media_id=row.media_id, permission="")
    db.add(asset)
    return asset
