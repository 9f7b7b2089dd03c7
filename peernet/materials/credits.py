"""Credits: who made a material, as people and organisations that a reader can follow."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peernet.materials.manuscripts import CreditLine
from peernet.materials.models import Credit, Material, MaterialCredit
from peernet.organisations.models import Organisation


def as_they_stand(db: Session, lines: Sequence[CreditLine]) -> list[dict[str, Any]]:
    """What a version keeps: plain values, in which organisations are named as they are called today."""
    known = _organisations(db, lines)
    return [_entry(line, known) for line in lines]


def replace(db: Session, material: Material, lines: Sequence[CreditLine]) -> None:
    """Make ``lines`` the credits of a material."""
    if material.number:
        db.execute(delete(MaterialCredit).where(MaterialCredit.material_id == material.id))
    db.add_all(
        MaterialCredit(
            material_id=material.id,
            position=position,
            credit=line.credit,
            name=line.name,
            role=line.role,
            organisation_id=line.organisation_id,
        )
        for position, line in enumerate(lines)
    )


def moved(lines: Sequence[CreditLine], place: int, by: int) -> tuple[CreditLine, ...]:
    """The lines with the one at ``place`` (from 0) gone up (-1) or down (1), where there is such a place."""
    to = place + by
    if not (0 <= place < len(lines) and 0 <= to < len(lines)):
        return tuple(lines)
    found = list(lines)
    found.insert(to, found.pop(place))
    return tuple(found)


def display_name(entry: Mapping[str, Any]) -> str:
    """How an entry of a version's credits is named: "Example River Trust", or "A. Writer, Example River Trust"."""
    return ", ".join(filter(None, (entry["name"], entry["organisation_name"])))


def authors(entries: Iterable[Mapping[str, Any]]) -> list[str]:
    """The names of the authors in a version's credits."""
    return [display_name(entry) for entry in entries if entry["credit"] == Credit.AUTHOR.value]


def _organisations(db: Session, lines: Sequence[CreditLine]) -> dict[int, Organisation]:
    ids = {line.organisation_id for line in lines if line.organisation_id is not None}
    if not ids:
        return {}
    return {one.id: one for one in db.scalars(select(Organisation).where(Organisation.id.in_(ids)))}


def _entry(line: CreditLine, known: Mapping[int, Organisation]) -> dict[str, Any]:
    organisation = known.get(line.organisation_id) if line.organisation_id is not None else None
    return {
        "credit": line.credit.value,
        "name": line.name,
        "role": line.role,
        "organisation": organisation.slug if organisation else None,
        "organisation_name": organisation.name if organisation else "",
    }
