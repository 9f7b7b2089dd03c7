"""The library: published materials in a list, narrowed by filters, each with the number of materials it leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from peernet.cohorts.models import Cohort, CohortState
from peernet.materials.models import (
    Material,
    MaterialKind,
    MaterialOrganisation,
    MaterialQuestion,
    MaterialState,
    MaterialTopic,
    MaterialVersion,
)
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt, Topic

# Lengths that a reader can choose, each with its least and most minutes; a film counts by what it takes to watch.
LENGTHS: dict[str, tuple[int, int | None]] = {"short": (0, 5), "medium": (6, 15), "long": (16, None)}


@dataclass(frozen=True)
class Filters:
    """What the library is narrowed to: a kind, and the slugs or codes of the rest. None is no filter."""

    kind: MaterialKind | None = None
    topic: str | None = None
    organisation: str | None = None
    question: str | None = None
    cohort: str | None = None
    language: str | None = None
    length: str | None = None
    licence: str | None = None


@dataclass(frozen=True)
class Card:
    """One material in a list; has what the macro ``material_card`` asks for."""

    id: int
    slug: str
    title: str
    kind: str
    summary: str
    language: str
    published_on: date | None
    minutes: int
    question: str


@dataclass(frozen=True)
class Option:
    """One value of a filter: what stands in the address, what it is called, how many materials it leaves."""

    value: str
    name: str
    count: int


def cards(db: Session, filters: Filters, *, limit: int = 30, offset: int = 0) -> list[Card]:
    """Materials that pass the filters, newest first."""
    chosen = (
        select(
            *(Material.id, Material.slug, Material.title, Material.kind, Material.summary, Material.language),
            Material.published_on,
            MaterialVersion.reading_minutes,
            func.coalesce(_first_question(), ""),
        )
        .join(MaterialVersion, _is_current())
        .where(*conditions(filters))
        .order_by(Material.published_on.desc(), Material.id.desc())
    )
    return [Card(*row) for row in db.execute(chosen.limit(limit).offset(offset))]


def count(db: Session, filters: Filters) -> int:
    """How many materials pass the filters."""
    return db.scalar(select(func.count()).select_from(Material).where(*conditions(filters))) or 0


def options(db: Session, filters: Filters, *, only_set: bool = False) -> Mapping[str, list[Option]]:
    """For each filter the values it can take beside the others that are set, the commonest first. ``only_set``: no more
    than the values that are set. One query, none where nothing is asked for."""
    found: dict[str, list[Option]] = {name: [] for name in _FACETS}
    if only_set:
        parts = [_facet(name, filters) for name in _FACETS if getattr(filters, name)]
    else:
        parts = [_facet(name, replace(filters, **{name: None})) for name in _FACETS]
    if not parts:
        return found
    for name, value, called, number in db.execute(union_all(*parts)):
        found[name].append(Option(value, called, number))
    for values in found.values():
        values.sort(key=lambda one: (-one.count, one.name.casefold()))
    return found


def conditions(filters: Filters) -> list[ColumnElement[bool]]:
    """The WHERE of the library, for any SELECT over Material."""
    found = [Material.state == MaterialState.PUBLISHED]
    if filters.kind:
        found.append(Material.kind == filters.kind)
    if filters.language:
        found.append(Material.language == filters.language)
    if filters.licence:
        found.append(Material.licence == filters.licence)
    if filters.length:
        current = aliased(MaterialVersion)
        found.append(exists().where(_is_current(current), _length(current) == filters.length).correlate(Material))
    if filters.cohort:
        found.append(Material.cohort_id.in_(select(Cohort.id).where(_public_cohort(), Cohort.slug == filters.cohort)))
    if filters.topic:
        found.append(_linked(MaterialTopic.material_id, MaterialTopic.topic_id, Topic, filters.topic))
    if filters.organisation:
        link = MaterialOrganisation
        found.append(_linked(link.material_id, link.organisation_id, Organisation, filters.organisation))
    if filters.question:
        found.append(_linked(MaterialQuestion.material_id, MaterialQuestion.prompt_id, Prompt, filters.question))
    return found


def _public_cohort() -> ColumnElement[bool]:
    return Cohort.state != CohortState.DRAFT


def _is_current(version: Any = MaterialVersion) -> ColumnElement[bool]:
    return and_(version.material_id == Material.id, version.number == Material.number)


def _length(version: Any = MaterialVersion) -> ColumnElement[str]:
    minutes = func.coalesce(Material.video_minutes, version.reading_minutes)
    bounded = [(minutes <= most, name) for name, (_least, most) in LENGTHS.items() if most is not None]
    return case(*bounded, else_=next(name for name, (_least, most) in LENGTHS.items() if most is None))


def _linked(material_id: Any, target_id: Any, target: Any, slug: str) -> ColumnElement[bool]:
    """Whether the material hangs on the topic, organisation or question of this slug."""
    chosen = select(material_id).join(target, target.id == target_id).where(target.slug == slug)
    if target is Prompt:
        chosen = chosen.where(Prompt.is_public)
    return Material.id.in_(chosen)


def _first_question() -> Any:
    chosen = select(Prompt.text).join(MaterialQuestion, MaterialQuestion.prompt_id == Prompt.id)
    chosen = chosen.where(MaterialQuestion.material_id == Material.id, Prompt.is_public)
    return chosen.order_by(MaterialQuestion.position).limit(1).scalar_subquery()


def _facet(name: str, within: Filters) -> Select[str, str, str, int]:
    value, called, joins = _FACETS[name]
    chosen = select(literal(name), cast(value, String), cast(called, String), func.count()).select_from(Material)
    for target, on in joins:
        chosen = chosen.join(target, on)
    return chosen.where(*conditions(within)).group_by(value, called)


# For each filter: its value, what that is called, and what has to be joined to know it.
_FACETS: dict[str, tuple[Any, Any, list[tuple[Any, Any]]]] = {
    "kind": (Material.kind, Material.kind, []),
    "language": (Material.language, Material.language, []),
    "length": (_length(), _length(), [(MaterialVersion, _is_current())]),
    "licence": (Material.licence, Material.licence, []),
    "cohort": (Cohort.slug, Cohort.name, [(Cohort, and_(Cohort.id == Material.cohort_id, _public_cohort()))]),
    "topic": (
        *(Topic.slug, Topic.name),
        [(MaterialTopic, MaterialTopic.material_id == Material.id), (Topic, Topic.id == MaterialTopic.topic_id)],
    ),
    "organisation": (
        *(Organisation.slug, Organisation.name),
        [
            (MaterialOrganisation, MaterialOrganisation.material_id == Material.id),
            (Organisation, Organisation.id == MaterialOrganisation.organisation_id),
        ],
    ),
    "question": (
        *(Prompt.slug, Prompt.text),
        [
            (MaterialQuestion, MaterialQuestion.material_id == Material.id),
            (Prompt, and_(Prompt.id == MaterialQuestion.prompt_id, Prompt.is_public)),
        ],
    ),
}
