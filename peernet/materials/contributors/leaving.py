"""Somebody who is forgotten, among those who made materials: what stays of their lines, and that nobody asks them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import String, cast, delete, select
from sqlalchemy.orm import Session

from peernet.materials.contributors.deciding import follow
from peernet.materials.contributors.models import Contributor, Wish
from peernet.materials.credits import as_they_stand, kept_lines
from peernet.materials.earlier.models import EarlierDraft
from peernet.materials.manuscripts import CreditLine, line_of, values_of
from peernet.materials.models import MaterialCredit, MaterialDraft, MaterialVersion


def leave(db: Session, person_id: int, *, keeps_name: bool) -> None:
    """Make the lines of a person plain: with the name as they wrote it where that is to stay, else with the
    organisation alone; what shows neither goes."""
    own = select(Contributor).where(Contributor.person_id == person_id)
    said = {each.material_id: each for each in db.scalars(own)}
    for draft in [*_with_credits(db, MaterialDraft), *_with_credits(db, EarlierDraft)]:
        lines = [line_of(values) for values in draft.credits]
        if any(line.person_id == person_id for line in lines):
            plain = _plain(lines, person_id, said.get(draft.material_id), keeps_name=keeps_name)
            draft.credits = [values_of(line) for line in plain]
    touched = _versions(db, person_id, said, keeps_name=keeps_name)
    for row in db.scalars(select(MaterialCredit).where(MaterialCredit.person_id == person_id)).all():
        line = CreditLine(row.credit, row.name, row.organisation_id, row.role, row.person_id)
        for kept in _plain([line], person_id, said.get(row.material_id), keeps_name=keeps_name):
            row.name, row.person_id = kept.name, None
        if row.person_id is not None:
            db.delete(row)
    db.execute(delete(Contributor).where(Contributor.person_id == person_id))
    db.flush()
    db.expire_all()
    for material_id in touched:
        follow(db, material_id)


def _versions(db: Session, person_id: int, said: dict[int, Contributor], *, keeps_name: bool) -> list[int]:
    touched = set()
    for version in db.scalars(select(MaterialVersion).where(cast(MaterialVersion.lines, String) != "[]")).all():
        lines = [line_of(values) for values in version.lines]
        if any(line.person_id == person_id for line in lines):
            plain = _plain(lines, person_id, said.get(version.material_id), keeps_name=keeps_name)
            version.credits, version.lines = as_they_stand(db, version.material_id, plain), kept_lines(plain)
            touched.add(version.material_id)
    return sorted(touched)


def _with_credits(db: Session, model: Any) -> Sequence[Any]:
    return db.scalars(select(model).where(cast(model.credits, String) != "[]")).all()


def _plain(
    lines: Sequence[CreditLine], person_id: int, said: Contributor | None, *, keeps_name: bool
) -> list[CreditLine]:
    found = []
    for line in lines:
        if line.person_id != person_id:
            found.append(line)
        elif said is not None and said.wish in (Wish.NAME, Wish.ORGANISATION):
            name = said.name if keeps_name and said.wish is Wish.NAME else ""
            if name or line.organisation_id is not None:
                found.append(replace(line, name=name, person_id=None))
    return found
