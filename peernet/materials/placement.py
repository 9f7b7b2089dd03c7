"""Where a material stands: its topics, organisations and questions, and the public pages that show it."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from peernet import pages
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import Material, MaterialOrganisation, MaterialQuestion, MaterialTopic
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt, Topic

_LINKS: tuple[tuple[Any, str, Any, str, str], ...] = (
    (MaterialTopic, "topic_id", Topic, "topics", "topic"),
    (MaterialOrganisation, "organisation_id", Organisation, "organisations", "organisation"),
    (MaterialQuestion, "prompt_id", Prompt, "questions", "prompt"),
)
_LISTS = {"topic": "library", "organisation": "organisations", "prompt": "questions"}


def replace(db: Session, material: Material, manuscript: Manuscript) -> None:
    """Put the material where the manuscript says. What does not exist any more is left out."""
    for link, column, target, field, _ in _LINKS:
        wanted: Sequence[int] = getattr(manuscript, field)
        if material.number:
            db.execute(delete(link).where(link.material_id == material.id))
        there = _existing(db, target, wanted)
        db.add_all(
            link(material_id=material.id, position=position, **{column: found})
            for position, found in enumerate(dict.fromkeys(one for one in wanted if one in there))
        )


def touch(db: Session, material: Material, *manuscripts: Manuscript) -> None:
    """Say that every public page which shows the material, by what any of the manuscripts says, is out of date."""
    keys = [f"material:{material.id}", "library", "home", *_keys(manuscripts)]
    if material.cohort_id is not None:
        keys += ["cohorts", f"cohort:{material.cohort_id}"]
    for key in keys:
        pages.touch(db, key)


def _keys(manuscripts: Iterable[Manuscript]) -> list[str]:
    """Keys of what the manuscripts name, and of the lists in which that stands with its number of materials."""
    keys: dict[str, None] = {}
    for manuscript in manuscripts:
        for _, _, _, field, name in _LINKS:
            ids = getattr(manuscript, field)
            keys |= dict.fromkeys([f"{name}:{one}" for one in ids] + ([_LISTS[name]] if ids else []))
        named = (line.organisation_id for line in manuscript.credits)
        keys |= dict.fromkeys(f"organisation:{one}" for one in named if one is not None)
    return list(keys)


def _existing(db: Session, target: Any, ids: Sequence[int]) -> set[int]:
    return set(db.scalars(select(target.id).where(target.id.in_(ids)))) if ids else set()
