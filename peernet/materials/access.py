"""Who sees and who may change which material.

In a cohort its facilitators and organisers write, and its organisers publish. A material without a cohort is written
by whoever began it; once it is out, the organisers of the network's cohorts keep it. Being an administrator opens no
draft. What is published is open to everybody.
"""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from peernet.cohorts import access as cohorts
from peernet.cohorts.access import LEADING, ORGANISING, present
from peernet.cohorts.models import Membership, Role, Seat
from peernet.materials.models import Material, MaterialFile, MaterialOrganisation, MaterialState, MaterialVersion
from peernet.media.models import MediaFile
from peernet.organisations.models import Organisation
from peernet.prompts.models import Asking, Prompt, Topic
from peernet.roundtables.recordings import access as recordings
from peernet.web.viewer import Viewer

PUBLIC = (MaterialState.PUBLISHED, MaterialState.WITHDRAWN)


def editable_by(viewer: Viewer) -> Select[Material]:
    """Materials that the viewer may write, with cohort, draft and current version."""
    return _with_parts(_within(viewer, LEADING, Material.created_by_id == viewer.person_id))


def publishable_by(viewer: Viewer) -> Select[Material]:
    """Materials that the viewer may publish, correct and withdraw."""
    own = and_(Material.created_by_id == viewer.person_id, _organises_somewhere(viewer))
    return _with_parts(_within(viewer, ORGANISING, own))


def of_cohort(viewer: Viewer, cohort_id: int) -> Select[Material]:
    """The materials of one cohort that the viewer may write, those changed last first."""
    found = editable_by(viewer).where(Material.cohort_id == cohort_id)
    return found.order_by(Material.changed_at.desc(), Material.id.desc())


def published() -> Select[Material]:
    """Materials that everybody may read, newest first."""
    found = select(Material).where(Material.state == MaterialState.PUBLISHED)
    return found.order_by(Material.published_on.desc(), Material.id.desc())


def ever_published() -> Select[Material]:
    """Materials that have a public address: published ones, and withdrawn ones, whose page says only that."""
    return select(Material).where(Material.state.in_(PUBLIC))


def versions_of(material_id: int) -> Select[MaterialVersion]:
    """The versions of a material that was itself loaded through one of the statements above, newest first."""
    found = select(MaterialVersion).where(MaterialVersion.material_id == material_id)
    return found.order_by(MaterialVersion.number.desc())


def current_of_cohort(cohort_id: int) -> Select[Material, MaterialVersion]:
    """What everybody may read of a cohort's materials, each with its current version, in the order they came out."""
    found = select(Material, MaterialVersion).join(
        MaterialVersion,
        and_(MaterialVersion.material_id == Material.id, MaterialVersion.number == Material.number),
    )
    found = found.where(Material.cohort_id == cohort_id, Material.state == MaterialState.PUBLISHED)
    return found.order_by(Material.published_on, Material.id)


def files_of(*material_ids: int) -> Select[MaterialFile]:
    """The images of loaded materials, in the order they came, each with whose it is."""
    found = select(MaterialFile).where(MaterialFile.material_id.in_(material_ids))
    return found.options(joinedload(MaterialFile.media), joinedload(MaterialFile.asset)).order_by(MaterialFile.id)


def bytes_of_cohort(cohort_id: int) -> Select[int]:
    """How many bytes the files of a cohort's materials and its recordings take."""
    found = select(func.coalesce(func.sum(MediaFile.bytes), 0)).select_from(MaterialFile).join(MaterialFile.media)
    found = found.join(Material, Material.id == MaterialFile.material_id).where(Material.cohort_id == cohort_id)
    return select(found.scalar_subquery() + recordings.bytes_of_cohort(cohort_id).scalar_subquery())


def topics() -> Select[Topic]:
    """All topics, themes first."""
    return select(Topic).order_by(Topic.is_theme.desc(), Topic.position, Topic.name, Topic.id)


def organisations(viewer: Viewer, cohort_id: int | None) -> Select[Organisation, bool]:
    """Organisations that the viewer may name, each with whether it stands near: a host, or seated in the cohort."""
    seat = exists().where(Seat.organisation_id == Organisation.id, Seat.cohort_id == cohort_id, Seat.left_at.is_(None))
    return cohorts.organisations_choosable_by(viewer).add_columns(or_(Organisation.is_host, seat))


# For verbs only: which organisations the public meets through materials.


def organisations_named(ids: Collection[int] | None = None) -> Select[int]:
    """Those of these ids, or of all, whose organisation a published material is by or about."""
    named = (
        select(MaterialOrganisation.organisation_id)
        .join(Material, Material.id == MaterialOrganisation.material_id)
        .where(Material.state == MaterialState.PUBLISHED)
        .distinct()
    )
    return named if ids is None else named.where(MaterialOrganisation.organisation_id.in_(ids))


def organisations_called_named() -> Select[int]:
    """Ids of the organisations whose row says so."""
    return select(Organisation.id).where(Organisation.is_named)


def organisations_held(ids: Collection[int]) -> Select[Organisation]:
    """These organisations as they stand, kept from changing until the transaction ends. For verbs."""
    chosen = select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.id)
    # Others may name them meanwhile, or two that do so at once would wait for each other.
    return chosen.with_for_update(key_share=True).execution_options(populate_existing=True)


def questions(cohort_id: int | None) -> Select[Prompt, bool]:
    """All public prompts, each with whether it was asked of all in the cohort."""
    asked = exists().where(Asking.prompt_id == Prompt.id, Asking.cohort_id == cohort_id, ~Asking.is_to_some)
    return select(Prompt, asked).where(Prompt.is_public).order_by(Prompt.text, Prompt.id)


def _within(viewer: Viewer, roles: tuple[Role, ...], own: ColumnElement[bool]) -> ColumnElement[bool]:
    if viewer.person_id is None:
        return false()
    kept = and_(Material.state.in_(PUBLIC), _organises_somewhere(viewer))
    without_cohort = and_(Material.cohort_id.is_(None), or_(own, kept))
    return or_(present(viewer, roles, Material.cohort_id), without_cohort)


def _organises_somewhere(viewer: Viewer) -> ColumnElement[bool]:
    return exists().where(
        Membership.person_id == viewer.person_id, Membership.role.in_(ORGANISING), Membership.left_at.is_(None)
    )


def _with_parts(condition: ColumnElement[bool]) -> Select[Material]:
    return (
        select(Material)
        .outerjoin(Material.cohort)
        .where(condition)
        .options(contains_eager(Material.cohort), joinedload(Material.draft), joinedload(Material.current))
    )
