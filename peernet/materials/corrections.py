"""Corrections: what was put right after a material was first published, with the day, for its readers.

Each version after the first says what it changed; so corrections are read from versions. Those that were made where a
material was published before it came here stand with the material itself.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.materials.models import Material, MaterialVersion


@dataclass(frozen=True)
class Correction:
    """One of them; ``number`` is that of the version here that made it, None where it was made elsewhere."""

    on: date
    note: str
    number: int | None = None


def of(elsewhere: Iterable[dict[str, Any]], here: Iterable[Correction], upto: int) -> list[Correction]:
    """What readers of version ``upto`` are told, newest first."""
    made = [Correction(date.fromisoformat(one["day"]), one["note"]) for one in elsewhere]
    made += sorted(
        (one for one in here if is_one(one.number or 0, one.note) and (one.number or 0) <= upto), key=_number
    )
    return made[::-1]


def is_one(number: int, note: str) -> bool:
    """Whether a version is a correction: the first is none, and one that says nothing is none for its readers."""
    return number > 1 and bool(note)


def said(corrections: Sequence[Correction]) -> list[dict[str, Any]]:
    """As a file says it, the oldest first."""
    return [{"day": one.on.isoformat(), "note": one.note} for one in reversed(corrections)]


def of_many(db: Session, materials: Collection[Material]) -> dict[int, list[Correction]]:
    """Those of many materials as they stand now, by id. One query."""
    columns = (MaterialVersion.material_id, MaterialVersion.published_at, MaterialVersion.note, MaterialVersion.number)
    rows = select(*columns).where(
        MaterialVersion.material_id.in_([one.id for one in materials]),
        MaterialVersion.number > 1,
        MaterialVersion.note != "",
    )
    here: dict[int, list[Correction]] = {}
    for material_id, at, note, number in db.execute(rows):
        here.setdefault(material_id, []).append(Correction(at.date(), note, number))
    return {one.id: of(one.corrections, here.get(one.id, ()), one.number) for one in materials}


def from_elsewhere(told: Iterable[dict[str, Any]], here: Sequence[Correction]) -> list[dict[str, Any]]:
    """Of what a file tells, those that no version here made."""
    made = [{"day": one.on.isoformat(), "note": one.note} for one in here if one.number is not None]
    return [one for one in told if one not in made]


def _number(one: Correction) -> int:
    return one.number or 0
