"""What is public, as statements. Nothing here takes a viewer: what these load, everybody may read.

Answers to prompts come from ``prompts.access`` alone, which knows whose words may be shown under which name.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from peernet.addresses import moving
from peernet.cohorts import access as cohorts_access
from peernet.cohorts.models import Cohort, CohortState, Seat
from peernet.materials.models import (
    Material,
    MaterialOrganisation,
    MaterialQuestion,
    MaterialState,
    MaterialVersion,
)
from peernet.organisations.models import Organisation
from peernet.prompts.models import Asking, Prompt, Topic
from peernet.roundtables import access as roundtables_access
from peernet.roundtables.models import Opening, Roundtable
from peernet.roundtables.openings import access as openings_access


def cohorts() -> Select[Cohort, int]:
    """Cohorts with a public page, newest first, each with how many organisations sit in it."""
    seated = select(func.count(Seat.id)).where(Seat.cohort_id == Cohort.id, Seat.left_at.is_(None))
    return cohorts_access.listed_publicly().add_columns(seated.scalar_subquery())


def cohort(slug: str) -> Select[Cohort]:
    """One of them."""
    return cohorts_access.listed_publicly().where(Cohort.slug == slug)


def cohorts_of(organisation_id: int) -> Select[Cohort]:
    """Those in which an organisation sits."""
    sits = exists().where(Seat.cohort_id == Cohort.id, Seat.organisation_id == organisation_id, Seat.left_at.is_(None))
    return cohorts_access.listed_publicly().where(sits)


def seated_in(cohort_ids: Collection[int]) -> Select[int, Organisation]:
    """Pairs of a cohort's id and an organisation that sits in it, by name."""
    return (
        select(Seat.cohort_id, Organisation)
        .join(Seat.organisation)
        .where(Seat.cohort_id.in_(cohort_ids), Seat.left_at.is_(None))
        .order_by(func.lower(Organisation.name), Organisation.id)
    )


def roundtables_of(cohort_ids: Collection[int]) -> Select[Roundtable]:
    """Roundtables of cohorts that their organisers show to the public, in the order of the series."""
    found = roundtables_access.with_openings(roundtables_access.listed_publicly())
    return found.where(Roundtable.cohort_id.in_(cohort_ids))


def opened() -> Select[Opening]:
    """What everybody can sign up for, or could, each with its roundtable and cohort."""
    return openings_access.shown()


def prompts() -> Select[Prompt]:
    """Questions that have a public page, by theme."""
    return (
        select(Prompt)
        .outerjoin(Prompt.topic)
        .where(Prompt.is_public)
        .options(contains_eager(Prompt.topic))
        .order_by(Topic.position, Topic.name, Prompt.moment, Prompt.text, Prompt.id)
    )


def materials_by_question() -> Select[int, int]:
    """For each question the number of published materials that answer it."""
    return (
        select(MaterialQuestion.prompt_id, func.count())
        .join(Material, Material.id == MaterialQuestion.material_id)
        .where(Material.state == MaterialState.PUBLISHED)
        .group_by(MaterialQuestion.prompt_id)
    )


def organisations() -> Select[Organisation]:
    """Organisations with a public page: hosts, those that sit in a public cohort, and those that a published material
    is by or about; by name."""
    listed = cohorts_access.organisations_listed().with_only_columns(Organisation.id).order_by(None)
    named = exists().where(
        MaterialOrganisation.organisation_id == Organisation.id,
        MaterialOrganisation.material_id == Material.id,
        Material.state == MaterialState.PUBLISHED,
    )
    chosen = or_(Organisation.id.in_(listed), named)
    return select(Organisation).where(chosen).order_by(func.lower(Organisation.name), Organisation.id)


def issued(*conditions: ColumnElement[bool]) -> Select[Any]:
    """What feeds tell of published materials, those that came out last first."""
    columns: list[Any] = [
        *(Material.id, Material.slug, Material.title, Material.kind, Material.summary, Material.language),
        *(Material.licence, Material.published_on, Material.number, moving.first(Material).label("first")),
        MaterialVersion,
    ]
    return (
        select(*columns)
        .join(
            MaterialVersion,
            and_(MaterialVersion.material_id == Material.id, MaterialVersion.number == Material.number),
        )
        .where(Material.state == MaterialState.PUBLISHED, *conditions)
        .order_by(Material.published_on.desc(), Material.id.desc())
    )


def told(*conditions: ColumnElement[bool]) -> Select[Material, MaterialVersion]:
    """What catalogues are told of, in that order: materials with their current version, and without one those that
    were withdrawn."""
    found = select(Material, MaterialVersion).outerjoin(
        MaterialVersion,
        and_(
            MaterialVersion.material_id == Material.id,
            MaterialVersion.number == Material.number,
            Material.state == MaterialState.PUBLISHED,
        ),
    )
    return found.where(Material.told_at.is_not(None), *conditions).order_by(Material.told_at, Material.id)


def withdrawn() -> Select[str, int]:
    """The slugs of materials that were withdrawn, each with the number of its versions."""
    return select(Material.slug, Material.number).where(Material.state == MaterialState.WITHDRAWN)


def numbers() -> Select[int, int, int]:
    """How many materials, questions and cohorts are public."""
    materials = select(func.count()).select_from(Material).where(Material.state == MaterialState.PUBLISHED)
    questions = select(func.count()).select_from(Prompt).where(Prompt.is_public)
    open_cohorts = select(func.count()).select_from(Cohort).where(Cohort.state != CohortState.DRAFT)
    return select(materials.scalar_subquery(), questions.scalar_subquery(), open_cohorts.scalar_subquery())


def passed_between(start: datetime, end: datetime) -> Select[bool]:
    """Whether something that public pages show began or ended with the time alone."""
    asked = (Asking.is_focus, Asking.withdrawn_at.is_(None))
    opened = exists().where(*asked, Asking.opens_at > start, Asking.opens_at <= end)
    closed = exists().where(*asked, Asking.closes_at > start, Asking.closes_at <= end)
    held = exists().where(Roundtable.over_at > start, Roundtable.over_at <= end)
    began = exists().where(
        Opening.roundtable_id == Roundtable.id,
        Opening.is_open,
        Roundtable.starts_at > start,
        Roundtable.starts_at <= end,
    )
    shut = exists().where(Opening.is_open, Opening.closes_at > start, Opening.closes_at <= end)
    return select(or_(opened, closed, held, began, shut))
