"""The library: published materials in a list, narrowed by filters, each with the number of materials it leaves."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, cast, exists, func, literal, select, union_all
from sqlalchemy.orm import Session, aliased

from peernet.cohorts.models import Cohort, CohortState
from peernet.materials import shelf
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

# More than any library holds.
ALL = 10_000_000


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
    question_language: str


@dataclass(frozen=True)
class Option:
    """One value of a filter: what stands in the address, what it is called, how many materials it leaves."""

    value: str
    name: str
    count: int


def cards(db: Session, filters: Filters, *, limit: int = 30, offset: int = 0) -> list[Card]:
    """Materials that pass the filters, newest first."""
    return cards_where(db, *conditions(filters), limit=limit, offset=offset)


def cards_where(db: Session, *which: ColumnElement[bool], limit: int = 30, offset: int = 0) -> list[Card]:
    """Published materials of which ``which`` is true, newest first."""
    chosen = (
        select(
            *(Material.id, Material.slug, Material.title, Material.kind, Material.summary, Material.language),
            Material.published_on,
            func.coalesce(MaterialVersion.video_minutes, MaterialVersion.reading_minutes),
            func.coalesce(_of_first_question(Prompt.text), ""),
            func.coalesce(_of_first_question(Prompt.language), ""),
        )
        .join(MaterialVersion, shelf.is_current())
        .where(Material.state == MaterialState.PUBLISHED, *which)
        .order_by(Material.published_on.desc(), Material.id.desc())
    )
    return [Card(*row) for row in db.execute(chosen.limit(limit).offset(offset))]


def count(db: Session, filters: Filters) -> int:
    """How many materials pass the filters."""
    held = shelf.of(db)
    if held is not None:
        return held.chosen(_values(db, filters)).bit_count()
    return db.scalar(select(func.count()).select_from(Material).where(*conditions(filters))) or 0


def options(
    db: Session, filters: Filters, *, only_set: bool = False, only: Collection[str] = ()
) -> Mapping[str, list[Option]]:
    """For each filter the values it can take beside the others that are set, the commonest first. ``only_set``: no more
    than the values that are set; ``only``: those of some filters. One query, or for each kind of thing that materials
    hang on."""
    found: dict[str, list[Option]] = {name: [] for name in _FACETS}
    wanted = [name for name in only or _FACETS if getattr(filters, name) or not only_set]
    within = {name: filters if only_set else replace(filters, **{name: None}) for name in wanted}
    held = shelf.of(db) if wanted else None
    if held is not None:
        for name in wanted:
            counted = held.counts(name, held.chosen(_values(db, within[name])))
            found[name] = [Option(*said, counted[value]) for value, said in _called(db, name, counted).items()]
    elif wanted:
        parts = [_facet(name, within[name]) for name in wanted]
        for name, value, called, number in db.execute(union_all(*parts)):
            found[name].append(Option(value, called, number))
    for values in found.values():
        values.sort(key=lambda one: (-one.count, one.name.casefold()))
    return found


def lists(db: Session) -> Iterator[tuple[str, str, str, Collection[int]]]:
    """Every list that one filter leaves: the filter, its value as it stands in an address, what that is called, and the
    ids of its materials. Eight queries."""
    held = shelf.read(db)
    for name in _FACETS:
        values = held.bits[name]
        for value, (said, called) in _called(db, name, values).items():
            yield name, said, called, shelf.ids(values[value])


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
        is_of_length = exists().where(shelf.is_current(current), shelf.length(current) == filters.length)
        found.append(is_of_length.correlate(Material))
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


def _values(db: Session, filters: Filters) -> dict[str, shelf.Value | None]:
    """What the filters that are set name: words as they are, things by their ids, None for what is not there."""
    found: dict[str, shelf.Value | None] = {}
    for name in _FACETS:
        value = getattr(filters, name)
        if value and name in _THINGS:
            target, _name, is_public = _THINGS[name]
            found[name] = db.scalar(select(target.id).where(target.slug == value, *is_public))
        elif value:
            found[name] = str(value)
    return found


def _called(db: Session, name: str, values: Collection[shelf.Value]) -> dict[shelf.Value, tuple[str, str]]:
    """What stands in an address for each of these values, and what it is called; those left out that are not public."""
    if name not in _THINGS:
        return {value: (str(value), str(value)) for value in values}
    target, called, is_public = _THINGS[name]
    rows = db.execute(select(target.id, target.slug, called).where(*is_public)) if values else ()
    return {row[0]: (row[1], row[2]) for row in rows if row[0] in values}


def _public_cohort() -> ColumnElement[bool]:
    return Cohort.state != CohortState.DRAFT


def _linked(material_id: Any, target_id: Any, target: Any, slug: str) -> ColumnElement[bool]:
    """Whether the material hangs on the topic, organisation or question of this slug."""
    chosen = select(material_id).join(target, target.id == target_id).where(target.slug == slug)
    if target is Prompt:
        chosen = chosen.where(Prompt.is_public)
    return Material.id.in_(chosen)


def _of_first_question(column: Any) -> Any:
    chosen = select(column).join(MaterialQuestion, MaterialQuestion.prompt_id == Prompt.id)
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
    "length": (shelf.length(), shelf.length(), [(MaterialVersion, shelf.is_current())]),
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
# What materials hang on: the thing, what it is called, and which of them have a public page.
_THINGS: dict[str, tuple[Any, Any, list[ColumnElement[bool]]]] = {
    "cohort": (Cohort, Cohort.name, [_public_cohort()]),
    "topic": (Topic, Topic.name, []),
    "organisation": (Organisation, Organisation.name, []),
    "question": (Prompt, Prompt.text, [Prompt.is_public.is_(True)]),
}
