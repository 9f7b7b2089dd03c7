"""The name of somebody who is forgotten among the credits of materials: gone, unless they chose that it stays."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import String, cast, delete, or_, select, update
from sqlalchemy.orm import Session

from peernet.materials import publishing
from peernet.materials.contributors import leaving
from peernet.materials.contributors.models import Contributor
from peernet.materials.earlier.models import EarlierDraft
from peernet.materials.models import Material, MaterialAsset, MaterialCredit, MaterialDraft, MaterialVersion
from peernet.materials.reviews.models import Text
from peernet.privacy.choices import keeps_credits
from peernet.privacy.rows import Subject

_QUIETLY = {"synchronize_session": False}


def credited(db: Session, subject: Subject) -> list[str]:
    """The titles of materials that credit them by name."""
    named = select(MaterialCredit.material_id).where(MaterialCredit.name == subject.name)
    made = select(MaterialAsset.material_id).where(MaterialAsset.creator == subject.name)
    wished = select(Contributor.material_id).where(Contributor.person_id == subject.id, Contributor.name != "")
    rows = select(Material.title).where(or_(Material.id.in_(named), Material.id.in_(made), Material.id.in_(wished)))
    return list(db.scalars(rows.order_by(Material.title)))


def take_away(db: Session, subject: Subject, choices: Mapping[str, Any]) -> None:
    """Take the name from credits, also from older versions, earlier states and texts that were sent to reviewers."""
    names = set(db.scalars(select(Contributor.name).where(Contributor.person_id == subject.id))) - {""}
    leaving.leave(db, subject.id, keeps_name=keeps_credits(choices))
    if not keeps_credits(choices):
        named = MaterialCredit.name == subject.name
        touched = set(db.scalars(select(MaterialCredit.material_id).where(named)))
        made = MaterialAsset.creator == subject.name
        touched |= set(db.scalars(select(MaterialAsset.material_id).where(made)))
        db.execute(update(MaterialAsset).where(made).values(creator=""), execution_options=_QUIETLY)
        db.execute(
            delete(MaterialCredit).where(named, MaterialCredit.organisation_id.is_(None)), execution_options=_QUIETLY
        )
        db.execute(update(MaterialCredit).where(named).values(name="", role=""), execution_options=_QUIETLY)
        for model in (MaterialVersion, MaterialDraft, EarlierDraft, Text):
            _clean(db, model, subject.name)
        for name in names:
            _clean(db, Text, name)
        db.flush()
        for material_id in sorted(touched):
            publishing.show_anew(db, db.get_one(Material, material_id))


def _clean(db: Session, model: Any, name: str) -> None:
    for row in db.scalars(select(model).where(cast(model.credits, String) != "[]")).all():
        kept = [_without(line, name) for line in row.credits if line.get("name") != name or _organisation(line)]
        if kept != row.credits:
            row.credits = kept


def _without(line: dict[str, Any], name: str) -> dict[str, Any]:
    return line | {"name": "", "role": ""} if line.get("name") == name else line


def _organisation(line: Mapping[str, Any]) -> Any:
    return line.get("organisation") or line.get("organisation_id")
