"""What of this site everybody may read, as the checklist asks for it: slugs come out, of what is public only."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, or_, select
from sqlalchemy.orm import Session

from peernet.addresses import moving
from peernet.cohorts import access as cohorts
from peernet.cohorts.models import Cohort
from peernet.materials import access as materials
from peernet.materials.models import Material
from peernet.organisations.models import Organisation
from peernet.prompts.models import Prompt

# That nothing of this kind has versions.
_ONE = literal(1)


def public(db: Session, room: str, slugs: Collection[str], soon: Collection[int]) -> Mapping[str, int]:
    """Those of ``slugs`` that have a public page below ``/<room>/``, each with the number of its last version. ``soon``
    are ids of organisations that the material names, and that have a page once it is public. What stood there once
    leads on. Two queries."""
    now = moving.present(db, _MODELS[room], slugs, for_all=True)
    found = dict(db.execute(_PAGES[room]({*slugs, *now.values()}, soon)).all())
    return {slug: found[now.get(slug, slug)] for slug in slugs if now.get(slug, slug) in found}


def _materials(slugs: Collection[str], _soon: Collection[int]) -> Select[str, int]:
    found = materials.published().with_only_columns(Material.slug, Material.number)
    return found.where(Material.slug.in_(slugs)).order_by(None)


def _questions(slugs: Collection[str], _soon: Collection[int]) -> Select[str, int]:
    return select(Prompt.slug, _ONE).where(Prompt.slug.in_(slugs), Prompt.is_public)


def _cohorts(slugs: Collection[str], _soon: Collection[int]) -> Select[str, int]:
    found = cohorts.listed_publicly().with_only_columns(Cohort.slug, _ONE)
    return found.where(Cohort.slug.in_(slugs)).order_by(None)


def _organisations(slugs: Collection[str], soon: Collection[int]) -> Select[str, int]:
    listed = cohorts.organisations_listed().with_only_columns(Organisation.id).order_by(None)
    named: ColumnElement[bool] = Organisation.id.in_(materials.organisations_named())
    shown = or_(Organisation.id.in_(listed), named, Organisation.id.in_(soon))
    return select(Organisation.slug, _ONE).where(Organisation.slug.in_(slugs), shown)


_MODELS: Mapping[str, Any] = {
    "library": Material, "questions": Prompt, "cohorts": Cohort, "organisations": Organisation,
}  # fmt: skip
_PAGES: Mapping[str, Callable[[Collection[str], Collection[int]], Select[str, int]]] = {
    "library": _materials,
    "questions": _questions,
    "cohorts": _cohorts,
    "organisations": _organisations,
}
