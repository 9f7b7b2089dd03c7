"""Who sees how somebody wishes to be named: those who write the material, and the person."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from peernet.accounts.models import Person
from peernet.cohorts.access import LEADING, present
from peernet.cohorts.models import Membership
from peernet.materials.contributors.models import Contributor, Wish
from peernet.materials.models import Material, MaterialCredit
from peernet.web.viewer import Viewer


def choosable(viewer: Viewer, cohort_id: int | None) -> Select[int, str]:
    """Id and name of everybody whom the viewer may name: people of the cohort, those who left it too; without a cohort
    those of every cohort that the viewer leads."""
    led = present(viewer, LEADING, Membership.cohort_id)
    here = Membership.cohort_id == cohort_id if cohort_id is not None else led
    inside = select(Membership.person_id).where(here, led)
    found = select(Person.id, Person.name).where(Person.id.in_(inside), Person.disabled_at.is_(None))
    return found.order_by(Person.name, Person.id)


def named(person_ids: Collection[int]) -> Select[int, str]:
    """Id and name of people whom a loaded material names already."""
    return select(Person.id, Person.name).where(Person.id.in_(person_ids))


def of_material(material_id: int) -> Select[Contributor]:
    """Everybody who was asked for a loaded material."""
    found = select(Contributor).join(Contributor.person).where(Contributor.material_id == material_id)
    return found.options(contains_eager(Contributor.person)).order_by(Contributor.id)


def own(viewer: Viewer) -> Select[Contributor]:
    """What the viewer was asked, what waits first, then newest first."""
    found = select(Contributor).where(Contributor.person_id == viewer.person_id)
    parts = joinedload(Contributor.material)
    whole = (parts.joinedload(Material.draft), parts.joinedload(Material.current), parts.joinedload(Material.cohort))
    return found.options(*whole).order_by(Contributor.wish.is_not(None), Contributor.id.desc())


def waiting_for(viewer: Viewer) -> Select[int]:
    """The ids of what the viewer was asked and has not answered."""
    return select(Contributor.id).where(Contributor.person_id == viewer.person_id, Contributor.wish.is_(None))


# What everybody may read.


def is_named(person_id: int) -> ColumnElement[bool]:
    """Whether a material names somebody by their name, as they agreed: for any SELECT over Material."""
    line = and_(MaterialCredit.material_id == Material.id, MaterialCredit.person_id == person_id)
    agreed = and_(Contributor.material_id == Material.id, Contributor.person_id == person_id)
    return and_(exists().where(line), exists().where(agreed, Contributor.wish == Wish.NAME))


def with_pages(material_id: int) -> Select[str, Person]:
    """Those of a published material's people who are named by their name and have a public page, each with the name."""
    found = select(Contributor.name, Person).join(Person, Person.id == Contributor.person_id)
    return found.where(Contributor.material_id == material_id, Contributor.wish == Wish.NAME, *Person.is_shown())


# For the worker only.


def to_tell() -> Select[Contributor]:
    """Who was asked and has had no mail of it."""
    return _silent(Contributor.mailed_at.is_(None))


def to_remind(before: datetime) -> Select[Contributor]:
    """Who was mailed before that moment, has said nothing, and was not reminded."""
    return _silent(and_(Contributor.mailed_at <= before, Contributor.reminded_at.is_(None)))


def told_since(person_ids: Collection[int], moment: datetime) -> Select[int]:
    """Those of these people who had a mail of this kind since that moment."""
    recent = or_(Contributor.mailed_at > moment, Contributor.reminded_at > moment)
    return select(Contributor.person_id).where(Contributor.person_id.in_(person_ids), recent).distinct()


def _silent(which: ColumnElement[bool]) -> Select[Contributor]:
    found = select(Contributor).join(Contributor.person).join(Contributor.material)
    found = found.where(Contributor.wish.is_(None), Person.disabled_at.is_(None), which)
    whole = (contains_eager(Contributor.person), contains_eager(Contributor.material).joinedload(Material.cohort))
    return found.options(*whole).order_by(Contributor.person_id, Contributor.id)
