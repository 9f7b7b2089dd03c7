"""One public page of a material, in its current version or an older one, in three queries."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, String, and_, cast, literal, null, select, union_all
from sqlalchemy.orm import Session, joinedload

from peernet.cohorts.models import Cohort, CohortState
from peernet.materials import access
from peernet.materials.models import (
    Material,
    MaterialOrganisation,
    MaterialQuestion,
    MaterialState,
    MaterialTopic,
    MaterialVersion,
)
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt, Topic


@dataclass(frozen=True)
class Named:
    """A topic, organisation or question that a material shows: its id, slug, words and, if it has one, its logo."""

    id: int
    slug: str
    name: str
    logo_url: str = ""


@dataclass(frozen=True)
class Issue:
    """One entry in the list of a material's versions."""

    number: int
    on: date
    note: str


@dataclass(frozen=True)
class MaterialPage:
    """All that the page of a published or withdrawn material shows. ``version`` is None for a withdrawn one.

    ``cohort`` is None as well where the cohort has no public page yet. ``depends`` are the keys of what was read.
    """

    material: Material
    version: MaterialVersion | None
    cohort: Cohort | None = None
    topics: list[Named] = field(default_factory=list)
    organisations: list[Named] = field(default_factory=list)
    questions: list[Named] = field(default_factory=list)
    versions: list[Issue] = field(default_factory=list)

    @property
    def is_withdrawn(self) -> bool:
        """Whether the page only says that there was something."""
        return self.version is None

    @property
    def depends(self) -> list[str]:
        """The keys whose touch makes this page stale."""
        keys = [f"material:{self.material.id}", *(f"topic:{one.id}" for one in self.topics)]
        keys += [f"organisation:{one.id}" for one in self.organisations]
        keys += [f"prompt:{one.id}" for one in self.questions]
        return keys + ([f"cohort:{self.material.cohort_id}"] if self.material.cohort_id is not None else [])


def page(db: Session, slug: str, number: int | None = None) -> MaterialPage | None:
    """The page of a material in its current version, or in an older one. None where there is nothing. 3 queries."""
    found = db.execute(_one(slug, number)).unique().one_or_none()
    if found is None:
        return None
    material, version = found
    if material.state is MaterialState.WITHDRAWN:
        return MaterialPage(material, None)
    cohort = material.cohort if material.cohort and material.cohort.state is not CohortState.DRAFT else None
    named = _named(db, material.id)
    issues = db.execute(_issues(material.id))
    versions = [Issue(each.number, each.published_at.date(), each.note) for each in issues]
    return MaterialPage(material, version, cohort, named["topic"], named["organisation"], named["question"], versions)


def _one(slug: str, number: int | None) -> Select[Material, MaterialVersion]:
    which = Material.number if number is None else number
    found = select(Material, MaterialVersion).join(
        MaterialVersion, and_(MaterialVersion.material_id == Material.id, MaterialVersion.number == which)
    )
    return found.where(Material.slug == slug, Material.state.in_(access.PUBLIC)).options(joinedload(Material.cohort))


def _issues(material_id: int) -> Select[int, datetime, str]:
    columns = (MaterialVersion.number, MaterialVersion.published_at, MaterialVersion.note)
    return select(*columns).where(MaterialVersion.material_id == material_id).order_by(MaterialVersion.number.desc())


def _named(db: Session, material_id: int) -> dict[str, list[Named]]:
    topics = _named_by(MaterialTopic, MaterialTopic.topic_id, Topic, "topic", Topic.name)
    organisations = _named_by(
        MaterialOrganisation, MaterialOrganisation.organisation_id, Organisation, "organisation", Organisation.name
    )
    questions = _named_by(MaterialQuestion, MaterialQuestion.prompt_id, Prompt, "question", Prompt.text)
    parts = union_all(
        topics.where(MaterialTopic.material_id == material_id),
        organisations.where(MaterialOrganisation.material_id == material_id),
        questions.where(MaterialQuestion.material_id == material_id, Prompt.is_public),
    ).subquery()
    found: dict[str, list[Named]] = {"topic": [], "organisation": [], "question": []}
    for what, _, id_, slug, name, logo in db.execute(select(parts).order_by(parts.c.what, parts.c.position)):
        found[what].append(Named(id_, slug, name, f"/media/{logo}" if logo else ""))
    return found


def _named_by(link: Any, target_id: Any, target: Any, what: str, name: Any) -> Select[Any]:
    logo = Organisation.logo_name if target is Organisation else cast(null(), String)
    columns = (literal(what).label("what"), link.position, target.id, target.slug, name.label("name"))
    return select(*columns, logo.label("logo")).join(target, target.id == target_id)
