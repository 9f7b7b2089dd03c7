"""Manuscripts: everything that authors decide about a material, as one plain value.

A draft is one, a published material is one, a file of content is one; so each can be compared with each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from peernet.materials import licences
from peernet.materials.kinds import particulars as kinds
from peernet.materials.kinds.particulars import NOTHING, Particulars
from peernet.materials.models import (
    Credit,
    Material,
    MaterialCredit,
    MaterialKind,
    MaterialOrganisation,
    MaterialQuestion,
    MaterialTopic,
    MaterialVersion,
    Written,
)


@dataclass(frozen=True)
class CreditLine:
    """Somebody who is named: what they did, their name (empty where the organisation itself is named, or a person with
    an account, who says themselves how they are named), the organisation, and in their own words what it was."""

    credit: Credit
    name: str = ""
    organisation_id: int | None = None
    role: str = ""
    person_id: int | None = None


@dataclass(frozen=True)
class Manuscript:
    """What a version is made of. Topics, organisations and questions are ids in the order they are shown."""

    kind: MaterialKind
    title: str
    summary: str = ""
    source: str = ""
    language: str = "en"
    licence: str = licences.DEFAULT
    video_url: str = ""
    video_minutes: int | None = None
    topics: tuple[int, ...] = ()
    organisations: tuple[int, ...] = ()
    questions: tuple[int, ...] = ()
    credits: tuple[CreditLine, ...] = ()
    particulars: Particulars = NOTHING


# The fields that a draft and a version hold in columns of the same name.
PLAIN = ("kind", "title", "summary", "source", "language", "licence", "video_url", "video_minutes")


def in_order_of(manuscript: Manuscript, before: Manuscript) -> Manuscript:
    """The manuscript with its topics, organisations and questions in their old order where they are the same ones:
    boxes in a form have no order of their own."""
    same = {
        name: getattr(before, name)
        for name in ("topics", "organisations", "questions")
        if set(getattr(manuscript, name)) == set(getattr(before, name))
    }
    return replace(manuscript, **same)


def of_draft(draft: Written) -> Manuscript:
    """What stands in a draft, or stood in it."""
    return Manuscript(
        **{name: getattr(draft, name) for name in PLAIN},
        topics=tuple(draft.topics),
        organisations=tuple(draft.organisations),
        questions=tuple(draft.questions),
        credits=tuple(line_of(values) for values in draft.credits),
        particulars=kinds.of_json(draft.particulars),
    )


def write_into(draft: Written, manuscript: Manuscript) -> None:
    """Make a draft say what the manuscript says."""
    for name in PLAIN:
        setattr(draft, name, getattr(manuscript, name))
    draft.topics = list(manuscript.topics)
    draft.organisations = list(manuscript.organisations)
    draft.questions = list(manuscript.questions)
    draft.credits = [values_of(line) for line in manuscript.credits]
    draft.particulars = kinds.as_json(manuscript.particulars)


def of_published(db: Session, material: Material, version: MaterialVersion) -> Manuscript:
    """What the public has of ``material``, whose current version is ``version``."""
    return many_published(db, [(material, version)])[material.id]


def many_published(db: Session, pairs: Sequence[tuple[Material, MaterialVersion]]) -> dict[int, Manuscript]:
    """What the public has of each material, by its id, in four statements however many there are."""
    ids = [material.id for material, _ in pairs]
    topics = _linked(db, MaterialTopic, MaterialTopic.topic_id, ids)
    organisations = _linked(db, MaterialOrganisation, MaterialOrganisation.organisation_id, ids)
    questions = _linked(db, MaterialQuestion, MaterialQuestion.prompt_id, ids)
    named = _credited(db, ids)
    return {
        material.id: Manuscript(
            **{name: getattr(version, name) for name in PLAIN},
            topics=tuple(topics.get(material.id, ())),
            organisations=tuple(organisations.get(material.id, ())),
            questions=tuple(questions.get(material.id, ())),
            credits=tuple(named.get(material.id, ())),
            particulars=kinds.of_json(version.particulars),
        )
        for material, version in pairs
    }


def _linked(db: Session, link: Any, target: Any, ids: Sequence[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    rows = select(link.material_id, target).where(link.material_id.in_(ids)).order_by(link.material_id, link.position)
    for material_id, target_id in db.execute(rows):
        found.setdefault(material_id, []).append(target_id)
    return found


def _credited(db: Session, ids: Sequence[int]) -> dict[int, list[CreditLine]]:
    found: dict[int, list[CreditLine]] = {}
    rows = (
        select(MaterialCredit)
        .where(MaterialCredit.material_id.in_(ids))
        .order_by(MaterialCredit.material_id, MaterialCredit.position)
    )
    for row in db.scalars(rows):
        line = CreditLine(row.credit, row.name, row.organisation_id, row.role, row.person_id)
        found.setdefault(row.material_id, []).append(line)
    return found


def line_of(values: Mapping[str, Any]) -> CreditLine:
    """A line as a draft or a version keeps it."""
    known = (Credit(values["credit"]), values["name"], values["organisation_id"], values["role"])
    return CreditLine(*known, values.get("person_id"))


def values_of(line: CreditLine) -> dict[str, Any]:
    """The other way round."""
    values = {
        "credit": line.credit.value,
        "name": line.name,
        "organisation_id": line.organisation_id,
        "role": line.role,
    }
    return values if line.person_id is None else values | {"person_id": line.person_id}
