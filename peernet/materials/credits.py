"""Credits: who made a material, as people and organisations that a reader can follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace as replace_values
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peernet.materials.contributors.models import Contributor, Wish
from peernet.materials.manuscripts import CreditLine, values_of
from peernet.materials.models import Credit, Material, MaterialCredit
from peernet.organisations.models import Organisation


def as_they_stand(db: Session, material_id: int, lines: Sequence[CreditLine]) -> list[dict[str, Any]]:
    """What readers see: plain values, in which organisations are named as they are called today, and people with an
    account as they wish. Who wishes not to be named, or has not answered, is left out."""
    known, wishes = _organisations(db, lines), _wishes(db, material_id, lines)
    shown = (line if line.person_id is None else _as_wished(line, wishes.get(line.person_id)) for line in lines)
    return [_entry(line, known) for line in shown if line is not None]


def kept_lines(lines: Sequence[CreditLine]) -> list[dict[str, Any]]:
    """The lines for a version to keep, from which its names follow; none where nobody with an account is in them."""
    return [values_of(line) for line in lines] if any(line.person_id is not None for line in lines) else []


def with_people(
    db: Session, material_id: int, before: Sequence[CreditLine], lines: Sequence[CreditLine]
) -> tuple[CreditLine, ...]:
    """The lines of a file with the people of those before them, whom a file names as plain words or not at all: they
    keep their say over how they are named."""
    wishes, found = _wishes(db, material_id, before), list(lines)
    for line in before:
        if line.person_id is None:
            continue
        shown = _as_wished(line, wishes.get(line.person_id))
        written = replace_values(shown, person_id=None) if shown else None
        if written is None:
            found.append(line)
        elif written in found:
            found[found.index(written)] = line
    return tuple(found)


def turn_of(material_id: int) -> str:
    """What publishing and deciding take turns by, so that no version is made of a wish that changes meanwhile."""
    return f"contributors:{material_id}"


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
            person_id=line.person_id,
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


def _wishes(db: Session, material_id: int, lines: Sequence[CreditLine]) -> dict[int, Contributor]:
    if all(line.person_id is None for line in lines):
        return {}
    found = db.scalars(select(Contributor).where(Contributor.material_id == material_id))
    return {each.person_id: each for each in found}


def _as_wished(line: CreditLine, said: Contributor | None) -> CreditLine | None:
    if said is None or said.wish in (None, Wish.UNNAMED, Wish.REFUSED):
        return None
    if said.wish is Wish.ORGANISATION:
        return replace_values(line, name="") if line.organisation_id is not None else None
    return replace_values(line, name=said.name)


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
