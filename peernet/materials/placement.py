"""Where a material stands: its topics, organisations and questions, and the public pages that show it."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from peernet import pages
from peernet.materials.manuscripts import Manuscript
from peernet.materials.models import (
    Material,
    MaterialOrganisation,
    MaterialQuestion,
    MaterialTopic,
    MaterialTranslation,
)
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt, Topic

# The link, its column, the field of a manuscript, and the name in the keys of pages.
_LINKS: tuple[tuple[Any, str, str, str], ...] = (
    (MaterialTopic, "topic_id", "topics", "topic"),
    (MaterialOrganisation, "organisation_id", "organisations", "organisation"),
    (MaterialQuestion, "prompt_id", "questions", "prompt"),
)


def existing(db: Session, manuscript: Manuscript) -> Manuscript:
    """The manuscript without topics, organisations and questions that are gone since it was written."""
    return dataclasses.replace(
        manuscript,
        topics=_existing(db, Topic, manuscript.topics),
        organisations=_existing(db, Organisation, manuscript.organisations),
        questions=_existing(db, Prompt, manuscript.questions),
    )


def replace(db: Session, material: Material, manuscript: Manuscript) -> None:
    """Put the material where the manuscript says."""
    for link, column, field, _ in _LINKS:
        wanted: Sequence[int] = getattr(manuscript, field)
        if material.number:
            db.execute(delete(link).where(link.material_id == material.id))
        db.add_all(
            link(material_id=material.id, position=position, **{column: target_id})
            for position, target_id in enumerate(dict.fromkeys(wanted))
        )


def listed(name: str, ident: int) -> str:
    """What a page depends on that lists the materials of a topic, organisation, prompt, cohort or person: a key of its
    own, since most of what shows one of these by its name alone stays as it is when a material comes."""
    return f"materials:{name}:{ident}"


def touch(db: Session, material: Material, *manuscripts: Manuscript) -> None:
    """Say that every public page which shows the material, by what any of the manuscripts says, is out of date."""
    keys = [f"material:{material.id}", "library", *_keys(manuscripts)]
    if material.cohort_id is not None:
        keys.append(listed("cohort", material.cohort_id))
    for key in [*keys, *_in_other_languages(db, material)]:
        pages.touch(db, key)


def _in_other_languages(db: Session, material: Material) -> list[str]:
    """Keys of what says the same in another language, and names this one."""
    link = MaterialTranslation
    own = select(link.original_id).where(link.material_id == material.id)
    kin = or_(link.original_id == material.id, link.original_id.in_(own))
    ids = {*db.scalars(select(link.material_id).where(kin)), *db.scalars(own)} - {material.id}
    return [f"material:{one}" for one in sorted(ids)]


def _keys(manuscripts: Iterable[Manuscript]) -> list[str]:
    """Keys of the lists of what the manuscripts name."""
    keys: dict[str, None] = {}
    for manuscript in manuscripts:
        named = [(name, one) for _, _, field, name in _LINKS for one in getattr(manuscript, field)]
        named += [("organisation", line.organisation_id) for line in manuscript.credits]
        named += [("person", line.person_id) for line in manuscript.credits]
        keys |= dict.fromkeys(listed(name, one) for name, one in named if one is not None)
    return list(keys)


def _existing(db: Session, target: Any, ids: Sequence[int]) -> tuple[int, ...]:
    there = set(db.scalars(select(target.id).where(target.id.in_(ids)))) if ids else ()
    return tuple(one for one in ids if one in there)
