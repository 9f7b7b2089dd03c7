"""Who sees what of the library, and where its prompts were asked. What is said to them is in ``access``."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, true
from sqlalchemy.orm import Session, contains_eager

from peernet import clock
from peernet.cohorts.access import INSIDE, LEADING, ORGANISING, present
from peernet.cohorts.models import Cohort, CohortState, Membership, Role
from peernet.prompts.addressed_access import seen_inside
from peernet.prompts.models import Asking, Prompt, Topic
from peernet.web.viewer import Viewer


def themes() -> Select[Topic]:
    """The themes of the library, in their order."""
    return select(Topic).where(Topic.is_theme).order_by(Topic.position, Topic.name)


def library_of(viewer: Viewer) -> Select[Prompt]:
    """Prompts that the viewer may read in the library: the public ones; all that the network keeps, for those who lead
    a cohort; and a cohort's own, for those who lead that one."""
    shared = and_(Prompt.cohort_id.is_(None), or_(Prompt.is_public, _somewhere(viewer, LEADING)))
    return _prompts().where(or_(shared, present(viewer, LEADING, Prompt.cohort_id)))


def choosable_for(viewer: Viewer, cohort_id: int) -> Select[Prompt]:
    """Prompts of the library that can still be asked in a cohort."""
    asked = exists().where(Asking.prompt_id == Prompt.id, Asking.cohort_id == cohort_id, Asking.withdrawn_at.is_(None))
    offered = or_(Prompt.cohort_id.is_(None), Prompt.cohort_id == cohort_id)
    return library_of(viewer).where(offered, ~asked)


def revisable_by(viewer: Viewer) -> Select[Prompt]:
    """Prompts that the viewer may revise: the network's, for whoever organises a cohort; a cohort's own, for its
    organisers."""
    shared = and_(Prompt.cohort_id.is_(None), _somewhere(viewer, ORGANISING))
    return _prompts().where(or_(shared, present(viewer, ORGANISING, Prompt.cohort_id)))


def right_to_add(viewer: Viewer) -> Select[bool]:
    """A row where the viewer may add to the library: whoever organises a cohort."""
    return select(true()).where(_somewhere(viewer, ORGANISING))


def where_asked(db: Session, viewer: Viewer, prompt_ids: Collection[int]) -> dict[int, list[Cohort]]:
    """The cohorts in which each prompt was asked, newest first, as far as the viewer may know: those who lead anywhere
    know of all that have a public page, others of their own and of focus questions. What was put to some is known to
    these, and to those who lead there."""
    begun = and_(Asking.is_focus, Asking.opens_at <= clock.now())
    known = or_(begun, _somewhere(viewer, LEADING), present(viewer, INSIDE, Asking.cohort_id))
    put = or_(~Asking.is_to_some, seen_inside(viewer))
    rows = db.execute(
        select(Asking.prompt_id, Cohort)
        .join(Asking.cohort)
        .where(
            Asking.prompt_id.in_(prompt_ids),
            Asking.withdrawn_at.is_(None),
            Cohort.state != CohortState.DRAFT,
            known,
            put,
        )
        .order_by(Cohort.starts_on.desc(), Cohort.id)
    )
    found: dict[int, list[Cohort]] = {}
    for prompt_id, cohort in rows:
        found.setdefault(prompt_id, []).append(cohort)
    return found


def all_prompts() -> Select[Prompt]:
    """Every prompt of every library."""
    return _prompts()


def _prompts() -> Select[Prompt]:
    by_theme = (Topic.position, Topic.name, Prompt.moment, Prompt.slug)
    return select(Prompt).outerjoin(Prompt.topic).options(contains_eager(Prompt.topic)).order_by(*by_theme)


def _somewhere(viewer: Viewer, roles: tuple[Role, ...]) -> ColumnElement[bool]:
    held = (Membership.person_id == viewer.person_id, Membership.role.in_(roles), Membership.left_at.is_(None))
    return exists().where(*held)
